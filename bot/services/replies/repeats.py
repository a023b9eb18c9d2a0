"""Remarks to a writer whose words were sent lately already."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.promises.spoken_promise import on_clock
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.domain.replies.repeats import LATELY, SentWords, same_but_names, same_words
from bot.ports import Desk
from bot.ports.network_kind import network_kind
from bot.services.replies.in_parts import possible_cut


def repeated(desk: Desk, case: Case, text: str, now: datetime) -> Iterator[Remark]:
    """Yield a remark on words sent to another customer; it blocks where the network would refuse them.

    Words too long for one post are compared part by part, as they would be posted.
    """
    others, own = desk.store.sent_since(case.id, case.network, case.account, now - LATELY)
    kind, cut = network_kind(case.network), possible_cut(desk, case, text)
    for n, words in enumerate(cut.parts_of(text) if cut else (text,), 1):
        which = f"the words of part {n}" if cut else "these words"
        if kind and kind.refuses_repeats and (found := same_words(words, [*others, *own])):
            whom = "to this customer" if found in own else "to another customer"
            once = f"and {kind.label} takes the same words only once. Please change them for this one."
            went = f"{which.capitalize()} went {whom} at {_when(desk, found, now)}, {once}"
            yield Remark(RemarkKind.SAID_BEFORE, went, blocking=True)
        elif found := same_words(words, others) or same_but_names(words, case.author, others):
            said = f"{which} went to another customer at {_when(desk, found, now)}: change them for this one"
            yield Remark(RemarkKind.SAID_BEFORE, said)


def _when(desk: Desk, sent: SentWords, now: datetime) -> str:
    return on_clock(sent.at, now, desk.policy.hours.zone)

"""Remarks to a writer whose words were sent lately already."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.promises.spoken_promise import on_clock
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.domain.replies.repeats import LATELY, SentWords, same_but_names, same_words
from bot.ports import Desk
from bot.ports.network_kind import network_kind


def repeated(desk: Desk, case: Case, text: str, now: datetime) -> Iterator[Remark]:
    """Return a remark on words sent to another customer; it blocks where the network would refuse them."""
    others, own = desk.store.sent_since(case.id, case.network, case.account, now - LATELY)
    kind = network_kind(case.network)
    if kind and kind.refuses_repeats and (found := same_words(text, [*others, *own])):
        whom = "to this customer" if found in own else "to another customer"
        sentence = (
            f"These words went {whom} at {_when(desk, found, now)}, and {kind.label} takes the same words only once. "
            "Please change them for this one."
        )
        yield Remark(RemarkKind.SAID_BEFORE, sentence, blocking=True)
    elif found := same_words(text, others) or same_but_names(text, case.author, others):
        said = f"these words went to another customer at {_when(desk, found, now)}: change them for this one"
        yield Remark(RemarkKind.SAID_BEFORE, said)


def _when(desk: Desk, sent: SentWords, now: datetime) -> str:
    return on_clock(sent.at, now, desk.policy.hours.zone)

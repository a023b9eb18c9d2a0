"""Remarks on the wording of an answer: sentences that went to others, lines that would fit anybody, and the tone."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.base.text import first_name
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.domain.replies.sentences import ALIKE, LATELY, LOOKED_UP, OFTEN, Sentence, called, sentences
from bot.domain.replies.wording import canned_remarks, tone_remarks
from bot.ports import Desk
from bot.settings.wording import wording_lists

SAID = 60  # characters of a sentence that a remark quotes
NEWEST = 5  # posts of the customer that are looked at


def worded(desk: Desk, case: Case, text: str, mentions: Sequence[Mention], now: datetime) -> Iterator[Remark]:
    """Yield the remarks on the wording of an answer to these posts."""
    lists, author = wording_lists(), case.author
    theirs = [one.text for one in mentions if one.side == Side.THEIRS and one.deleted_at is None][-NEWEST:]
    yield from tone_remarks(text, lists)
    yield from sent_often(desk, case, text, now)
    yield from canned_remarks(text, theirs, called(author.name, author.handle), lists)


def sent_often(desk: Desk, case: Case, text: str, now: datetime) -> Iterator[Remark]:
    """Yield a remark on the sentence that went to most other customers lately, where these are several."""
    author = case.author
    mine = sentences(text, called(author.name, author.handle))[:LOOKED_UP]
    known = desk.store.sent_lately(mine, now - LATELY)  # mostly nothing: then no further question is asked
    meant = {one.whole for said in desk.policy.may_repeat for one in sentences(said, ())}
    counted = [
        (_customers(desk, case, one, now), one)
        for one in mine
        if one.whole not in meant and known.intersection(one.digests)
    ]
    many, most = max(counted, key=lambda one: one[0], default=(0, None))
    if most is None or many < OFTEN:
        return
    whose = f"what you found for {name}" if (name := first_name(author.name, author.handle)) else "what you found"
    yield Remark(
        RemarkKind.SENT_OFTEN, f"“{_shortened(most.written)}” went to {many} customers this week: say {whose}"
    )


def _customers(desk: Desk, case: Case, sentence: Sentence, now: datetime) -> int:
    """Return to how many other customers a sentence went, also with a word changed."""
    since = now - LATELY
    same = set(desk.store.sentence_went_to(case, sentence, since))
    alike = desk.store.sentences_like(case, sentence, since)
    return len(same.union(who for who, said in alike if any(_is_alike(sentence, one) for one in said)))


def _is_alike(one: Sentence, other: Sentence) -> bool:
    if one.head != other.head and one.tail != other.tail:
        return False
    from rapidfuzz import fuzz  # noqa: PLC0415 - 4 MB, for the few drafts with a half sentence that went out before

    return fuzz.ratio(one.bare, other.bare) >= ALIKE


def _shortened(written: str) -> str:
    return written if len(written) <= SAID else f"{written[: SAID - 1].rstrip()}…"

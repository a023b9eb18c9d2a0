"""Past replies in the reply form: each with how it ended, and the button that begins with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase, joined
from bot.domain.cases.earlier_case import Ending
from bot.domain.replies.past_reply import PastReply

_HOW: Mapping[Ending, str] = {
    Ending.UNANSWERED: "no answer from them yet",
    Ending.SILENT: "they wrote nothing since",
    Ending.THANKED: "they thanked us",
    Ending.UNHAPPY: "they complained again",
    Ending.WROTE_AGAIN: "they wrote again",
}
_NOTE = (
    "Names, numbers, days and links of those customers are gaps, such as [name]. Read each sentence: what was true "
    "for them need not be true here."
)


def past_replies(found: Sequence[PastReply], now: datetime, secret: bytes) -> list[Block]:
    """Return each past reply with the button that begins with its words; empty without any."""
    if not found:
        return []
    return [
        parts.section("*What we said last time*"),
        *(block for one in found for block in _one(one, now, secret)),
        parts.small(_NOTE),
    ]


def _one(one: PastReply, now: datetime, secret: bytes) -> list[Block]:
    value = ids.button_value(ids.DRAFT, one.draft, 0, secret)
    label = f"Start from our reply on case {one.case}"
    topic: list[Phrase] = [[one.topic]] if one.topic else []
    head = joined([[Bold(f"Case {one.case}")], *topic, ["sent at ", one.at], [_HOW[one.ending]]])
    return [
        parts.rich(parts.line(head, now), parts.quote(one.words, limits.ADDED)),
        *parts.actions([parts.button("Start from this", ids.PAST_START, value, label)]),
    ]

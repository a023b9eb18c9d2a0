"""A doubt about a draft: it is approved only by somebody who was asked about it."""

from collections.abc import Sequence

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to ask the approver first: what the words do, as a sentence, and the question about it."""

    why: str  # "Everybody would read a payment card number ending in 11 in these words."
    title: str
    question: str
    instead: str = "Take it out with Edit & approve; if it has to stay"  # what to do before approving all the same


def all_doubts(doubts: Sequence[Doubt]) -> Doubt | None:
    """Return one doubt that says all of them; None: there is none."""
    if len(doubts) <= 1:
        return doubts[0] if doubts else None
    return Doubt(
        " ".join(one.why for one in doubts),
        "Is this meant?",
        "Did you mean to send it like this?",
        "If all of it is meant",
    )

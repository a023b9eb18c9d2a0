"""The line on a card about an author on another network who is the same person."""

from bot.blocks.base import limits
from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Link, Phrase, joined
from bot.blocks.base.wording import teammate
from bot.domain.cases.same_person import HowKnown, SamePerson
from bot.domain.cases.view import CaseView


def also_lines(view: CaseView) -> list[Phrase]:
    """Return one phrase for each other author who is the same person."""
    return [] if view.hidden else [_also(view, one) for one in view.also]


def _also(view: CaseView, one: SamePerson) -> Phrase:
    who = f"also {shortened(one.handle, limits.HANDLE)} on {one.label}"
    return joined([[who], [f"joined by {teammate(view, one.by)} at ", one.at], _known(one)])


def _known(one: SamePerson) -> Phrase:
    if one.how == HowKnown.COLLEAGUE:
        return [f"a colleague knows it: {shortened(one.note, limits.REASON)}"]
    return [Link("said so themselves", one.note) if one.note else "said so themselves"]

"""Sentences about open promises: when they fall due, and after a lapse how long the customer has waited."""

from collections.abc import Mapping

from bot.blocks.base.phrases import Phrase, joined
from bot.blocks.base.wording import reply_noun, who_waits, writers
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import Promise, PromiseKind

_WHAT: Mapping[PromiseKind, str] = {
    PromiseKind.FIRST_RESPONSE: "our promise",
    PromiseKind.NEXT_RESPONSE: "our promise",
    PromiseKind.RESOLUTION: "our promise of a solution",
    PromiseKind.SPOKEN: "what our reply promised",
    PromiseKind.OWN_ACCORD: "its time",
}
_DUE: Mapping[PromiseKind, str] = {
    PromiseKind.FIRST_RESPONSE: "first reply due",
    PromiseKind.NEXT_RESPONSE: "next reply due",
    PromiseKind.RESOLUTION: "to be solved by",
    PromiseKind.SPOKEN: "our reply promised an answer by",
    PromiseKind.OWN_ACCORD: "decision due",
}


def due_line(view: CaseView) -> Phrase:
    """Return the open promises with their due moments, earliest first; empty without any."""
    running = sorted((one for one in view.case.promises if one.clock_runs), key=lambda one: one.due_at)
    return joined([due_phrase(view, one) for one in running])


def due_phrase(view: CaseView, owed: Promise) -> Phrase:
    """Return when this promise falls due, or when it lapsed."""
    if view.now <= owed.due_at:
        return [f"{_DUE[owed.kind]} ", owed.due_at]
    if owed.kind == PromiseKind.OWN_ACCORD:  # the line beside it names what waits
        return ["past its time since ", owed.due_at]
    return [f"{waited(view, owed, 'has waited')} since ", owed.due_at]


def waited(view: CaseView, owed: Promise, how_long: str) -> str:
    """Return who or what has waited, and the promise that lapsed; `how_long` is "has waited 5 min"."""
    draft = view.case.draft if owed.kind == PromiseKind.OWN_ACCORD else None
    who = f"{writers(view, draft)}'s {reply_noun(draft)}" if draft else who_waits(view.case)
    return f"{who} {how_long} past {_WHAT[owed.kind]}"

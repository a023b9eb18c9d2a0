"""`/care pause` and `/care resume`, and the same from the command line."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.blocks.base.from_slack import as_read
from bot.blocks.halts.pauses import pause_answer
from bot.domain.base.refusals import Refusal
from bot.ports import Desk, Message
from bot.services.cases.view import names
from bot.services.halts.pausing import COMMAND_LINE, PauseChange, going, pause, resume, waiting_sentence
from bot.services.team.access import must_lead
from handlers.control import Answers, DeskAnswers, NoAnswer, Request
from handlers.door import Visit

Deed = Callable[..., PauseChange]
DEEDS: dict[str, Deed] = {"pause": pause, "resume": resume}


def pause_as_said(visit: Visit, words: str) -> Message:
    """Keep replies from going out. For leads."""
    return _done(visit, words, pause)


def resume_as_said(visit: Visit, words: str) -> Message:
    """Let replies go out again. For leads."""
    return _done(visit, words, resume)


def _done(visit: Visit, words: str, deed: Deed) -> Message:
    must_lead(visit.desk, visit.click.user, visit.at)
    said = as_read(words, names(visit.desk))
    change = deed(visit.desk, said, by=visit.click.user, at=visit.at)
    return _drawn(change, visit.at)


def _drawn(change: PauseChange, now: datetime) -> Message:
    follows = going(change) if change.ended else waiting_sentence(change)
    return pause_answer(change.where, follows, now, ended=change.ended)


def answers(desk: Desk) -> Answers:
    """Return the function of each request of the command line."""

    def answer(deed: Deed, request: Request) -> dict[str, Any]:
        try:
            change = deed(desk, str(request["words"]), by=COMMAND_LINE, at=desk.clock.now())
        except Refusal as refusal:
            return {"said": refusal.sentence, "done": False}
        return {"said": _drawn(change, desk.clock.now()).text, "done": True}

    return {name: lambda request, deed=deed: answer(deed, request) for name, deed in DEEDS.items()}  # type: ignore[misc]


def ask_to(ask: DeskAnswers, do: str, words: str) -> tuple[str, bool]:
    """Ask the desk to pause or resume; return the text to print, and whether it was done."""
    try:
        answer = ask(do, words=words)
    except NoAnswer as trouble:
        return str(trouble), False
    return (answer["said"], answer["done"]) if answer["ok"] else (answer["why"], False)

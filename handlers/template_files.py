"""`heard templates import`: puts templates from files up for approval."""

from collections.abc import Mapping
from typing import Any

from bot.domain.base.refusals import Refusal
from bot.ports import Desk
from bot.services.replies.template_writing import put_up_files
from handlers.control import Answers, DeskAnswers, NoAnswer, Request

_DECIDED = "Whoever approves replies decides on them under /care templates."


def answers(desk: Desk) -> Answers:
    """Return the function of the request."""

    def answer(request: Request) -> dict[str, Any]:
        contents = {str(name): str(content) for name, content in request["files"].items()}
        try:
            found = put_up_files(desk, contents, at=desk.clock.now())
        except Refusal as refusal:
            return {"said": [refusal.sentence], "done": False}
        said = [f"Put up for approval: {', '.join(found.put_up)}. {_DECIDED}"] if found.put_up else []
        said += [f"Waits for approval already: {', '.join(found.waiting)}."] if found.waiting else []
        said += [f"Read, and in use as they are: {len(found.same)}."] if found.same else []
        return {"said": said, "done": True}

    return {"templates": answer}


def ask_to_put_up(ask: DeskAnswers, contents: Mapping[str, str]) -> tuple[str, bool]:
    """Ask the desk to put templates up for approval; return the text to print, and whether it was done."""
    try:
        answer = ask("templates", files=dict(contents))
    except NoAnswer as trouble:
        return str(trouble), False
    return ("\n".join(answer["said"]), answer["done"]) if answer["ok"] else (answer["why"], False)

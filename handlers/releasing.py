"""`heard release` and `/care release`: what was found in the hold, and its end."""

from typing import Any

from bot.blocks.backups.found import found_in_hold_message, released_message
from bot.domain.base.refusals import NotUsable
from bot.ports import Desk, Message
from bot.services.backups.reconciling import end_hold, found_in_hold
from bot.services.team.access import must_lead
from handlers.control import Answers, Request
from handlers.door import Visit

GO_ON = "now"  # the word after `/care release`
NOT_HELD = "The desk is not held: it sends and reminds."
_RELEASED = "Released. What waited goes out from now on, and people are reminded."


def answers(desk: Desk) -> Answers:
    """Return the function of each request."""

    def answer(request: Request) -> dict[str, Any]:
        found = found_in_hold(desk)
        if found is None:
            return {"said": [NOT_HELD], "held": False}
        if request.get("now"):
            end_hold(desk, by="command line", at=desk.clock.now())
            return {"said": [_RELEASED], "held": False}
        return {"said": list(found.said()), "held": True}

    return {"release": answer}


def released(visit: Visit, words: str) -> Message:
    """Answer `/care release` of a lead: what was found; with `now` end the hold."""
    must_lead(visit.desk, visit.click.user, visit.at)
    found = found_in_hold(visit.desk)
    if found is None:
        raise NotUsable(NOT_HELD)
    if words.casefold() == GO_ON:
        end_hold(visit.desk, by=visit.click.user, at=visit.at)
        return released_message()
    return found_in_hold_message(found)

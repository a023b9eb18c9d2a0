"""Turns refusals and unexpected errors into a sentence for the person who asked."""

import logging
import re
import secrets
from typing import Any

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.base.simple_forms import simple
from bot.domain.base.refusals import Refusal
from bot.ports import ChatTrouble, CommitUnknown, Conflict, Desk, OutOfService
from bot.services.cases.view import names
from handlers.payloads import Click

log = logging.getLogger(__name__)

_CANNOT_WRITE = (
    "The desk cannot write anything down right now, so nothing was changed. Please try again soon, and tell whoever "
    "runs Heard: the log says why."
)
_NOT_KNOWN = (
    "The database went away in that moment, so it is not known whether this was written down. Please look at the "
    "card before you press again."
)
_TAKEN = "What you pressed was taken. After that"
_TOO_BUSY = "Somebody changed this in the same instant. Please look at the card and press again."
_OF_YOU = {"has": "have", "holds": "hold", "does": "do"}
_PERSON = re.compile(r"<@([A-Z0-9]+)>")


def refusal_text_after(trouble: Exception, reader: str = "") -> str:
    """Return the sentence for a person whose click is committed, after an error in the work that follows."""
    if isinstance(trouble, OutOfService):
        _log_out_of_service(trouble)
        return f"{_TAKEN} the desk could not write anything down. The card says what became of it as soon as it can."
    if isinstance(trouble, Refusal | Conflict | ChatTrouble):
        return refusal_text(trouble, reader)
    return f"{_TAKEN} something went wrong. Please look at the card. {_reference(trouble)}"


def refusal_text(trouble: Exception, reader: str = "") -> str:
    """Return the sentence for a person; an unexpected error is logged with a reference that they see.

    `reader`: the Slack user id of that person, who is called "You" where the sentence begins with them.
    """
    if isinstance(trouble, Refusal):
        return _addressed(trouble.sentence, reader)
    if isinstance(trouble, Conflict):
        return _TOO_BUSY
    if isinstance(trouble, OutOfService):
        _log_out_of_service(trouble)
        return _NOT_KNOWN if isinstance(trouble, CommitUnknown) else _CANNOT_WRITE
    if isinstance(trouble, ChatTrouble):
        return f"Slack did not take that: {trouble}"
    return f"That did not work, and nothing was changed. {_reference(trouble)}"


def _addressed(sentence: str, reader: str) -> str:
    of_them = f"<@{reader}> "
    if not reader or not sentence.startswith(of_them):
        return sentence
    verb, _, rest = sentence.removeprefix(of_them).partition(" ")
    return f"You {_OF_YOU.get(verb, verb)} {rest}"


def _log_out_of_service(trouble: OutOfService) -> None:
    log.critical("store.out_of_service why=%s", type(trouble.__cause__ or trouble).__name__)


def _reference(trouble: Exception) -> str:
    """Log an unexpected error under a short reference, and return the sentence with it."""
    reference = secrets.token_hex(3)
    log.error("door.unforeseen ref=%s", reference, exc_info=trouble)
    return f"For whoever runs Heard, the reference is {reference}."


def refusal_in_form(desk: Desk, trouble: Exception, click: Click) -> dict[str, Any]:
    """Return the acknowledgement that shows a refusal in its form, next to an input."""
    sentence, block = refusal_text(trouble, click.user), _block(trouble, click)
    if block:
        return {"response_action": "errors", "errors": {block: in_names(desk, sentence)}}
    return {"response_action": "update", "view": simple("Not done", sentence)}


def _block(trouble: Exception, click: Click) -> str:
    """Return the input for a refusal: the one it names, else the first with words, else the first.

    Only a form without inputs is replaced by a refusal; others keep their input.
    """
    field = trouble.field if isinstance(trouble, Refusal) else ""
    named = [block for block in click.values if field and block in {field, f"{ids.FACT_BLOCK}{field}"}]
    said = as_typed(click.values)
    return next(iter(named), "") or said.words_block or said.typed_block or next(iter(click.values), "")


def in_names(desk: Desk, sentence: str, reader: str = "") -> str:
    """Return the sentence with names for mentions: Slack shows none below an input, nor in rich text."""
    called = names(desk)
    sentence = _addressed(sentence, reader)
    return _PERSON.sub(lambda found: called.get(found[1], "someone"), sentence)

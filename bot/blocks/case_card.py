"""The card at the head of a case's thread, drawn whole from state."""

from bot.domain.view import CaseView
from bot.ports.chat import Message


def card(view: CaseView, secret: bytes) -> Message:
    """Draw the card of a case in whatever state it is."""
    raise NotImplementedError

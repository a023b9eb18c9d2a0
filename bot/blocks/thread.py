"""The messages inside a case's thread, and their like by direct message."""

from datetime import datetime

from bot.domain.mention import Mention
from bot.domain.view import CaseView
from bot.ports.chat import Message


def follow_up(view: CaseView, mention: Mention) -> Message:
    """Draw a further post of the author."""
    raise NotImplementedError


def draft(view: CaseView, secret: bytes) -> Message:
    """Draw the draft of the case: up for decision, or what became of it."""
    raise NotImplementedError


def ask(view: CaseView, secret: bytes) -> Message:
    """Draw the direct message to the approver whose turn it is; it can be decided on a phone."""
    raise NotImplementedError


def nag(view: CaseView, level: int, due_at: datetime, told_at: datetime, secret: bytes) -> Message:
    """Draw a reminder to whoever holds the ball: `due_at` is when the answer is owed, `told_at` when we say so."""
    raise NotImplementedError


def notice(sentence: str) -> Message:
    """Draw a sentence about the desk itself, in our own mrkdwn."""
    raise NotImplementedError

"""What `/care` answers."""

from collections.abc import Mapping, Sequence

from bot.domain.view import CaseView, Tally
from bot.ports.chat import Message
from bot.ports.store import Line


def status(tally: Tally, names: Mapping[str, str], networks: Mapping[str, str], share: str = "") -> Message:
    """Draw `/care status`: `names` by Slack user id, `networks` labels by network name, `share` a button value."""
    raise NotImplementedError


def cases(title: str, views: Sequence[CaseView], links: Mapping[int, str]) -> Message:
    """Draw a list of cases; `links` leads from case number to its thread in Slack."""
    raise NotImplementedError


def one_case(view: CaseView, link: str, lines: Sequence[Line]) -> Message:
    """Draw one case with its history."""
    raise NotImplementedError


def history(view: CaseView, lines: Sequence[Line]) -> Message:
    """Draw what happened to a case, in plain words."""
    raise NotImplementedError


def help() -> Message:  # noqa: A001 - the word people type
    """Draw what `/care` understands."""
    raise NotImplementedError


def refusal(sentence: str) -> Message:
    """Draw a refusal, for the person who asked."""
    raise NotImplementedError

"""The possible outcomes of a call to a network, and the reading of its answer."""

import email.utils
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from bot.domain.base.moments import EPOCH, LATEST, utc
from bot.gateways.outside import read_json


class NotReached(Exception):
    """No byte of the request was written, so it certainly had no effect."""


class BrokenOff(Exception):
    """The request was sent, at least in part, and no complete answer was received."""


class RefusedCall(Exception):
    """The network's answer is not a success. `whole` is False when the answer's body is incomplete."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, *, whole: bool) -> None:
        super().__init__(f"answered {status}")
        self.status, self.headers, self.body, self.whole = status, headers, body, whole


Trouble = NotReached | BrokenOff | RefusedCall


def is_refusal(trouble: Exception, *statuses: int) -> TypeGuard[RefusedCall]:
    """Return whether a network refused a call with one of these statuses."""
    return isinstance(trouble, RefusedCall) and trouble.status in statuses


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`, or an empty one when there is none."""
    try:
        found = read_json(body.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def answered_at(headers: Mapping[str, str]) -> datetime | None:
    """Return the network's own time of an answer; None when it has none."""
    return date_in(headers.get("date", ""))


def date_in(line: str) -> datetime | None:
    """Return the moment of a date in an answer's head; None for one that is none, or far off."""
    try:
        found = utc(email.utils.parsedate_to_datetime(line))
    except (ValueError, OverflowError):
        return None
    return found if EPOCH + timedelta(days=1) < found < LATEST else None

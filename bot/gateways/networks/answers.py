"""The possible outcomes of a call to a network, and the reading of its answer."""

from collections.abc import Mapping
from typing import Any

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


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`, or an empty one when there is none."""
    try:
        found = read_json(body.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

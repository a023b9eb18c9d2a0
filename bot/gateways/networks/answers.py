"""What can become of a call to a network, and what its answer holds."""

from collections.abc import Mapping
from typing import Any

from bot.gateways.outside import read_json


class NotReached(Exception):
    """Not one byte of the request was written: it certainly had no effect."""


class BrokenOff(Exception):
    """The request went out, at least in part, and no whole answer came back."""


class RefusedCall(Exception):
    """The network answered, and not with a success. `whole` is False when the answer's body broke off."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, *, whole: bool) -> None:
        super().__init__(f"answered {status}")
        self.status, self.headers, self.body, self.whole = status, headers, body, whole


Trouble = NotReached | BrokenOff | RefusedCall


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object in `body`, or an empty one where there is none that can be read."""
    try:
        found = read_json(body.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

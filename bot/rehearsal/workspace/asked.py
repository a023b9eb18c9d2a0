"""The arguments of a Web API call, read as Slack reads them, and what a method must declare."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.limits import TIER_3
from bot.rehearsal.workspace.team import Team

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of one call, from JSON or a form."""

    team: Team
    given: Json
    base_url: str = ""

    def text(self, name: str, default: str = "") -> str:
        """Read a string."""
        value = self.given.get(name)
        return default if value is None else str(value)

    def need(self, name: str, code: str = "invalid_arguments") -> str:
        """Read a required string; raise SlackError when it is missing."""
        value = self.text(name)
        if not value:
            missing = {"messages": [f"[ERROR] missing required field: {name}"]}
            raise SlackError(code, response_metadata=missing)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a boolean, as JSON or as a form's 1 or true."""
        value = self.given.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def count(self, name: str, default: int, most: int) -> int:
        """Read a whole number between 1 and a limit."""
        value = self.text(name, str(default))
        if not value.isdigit() or not 1 <= int(value) <= most:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return int(value)

    def tree(self, name: str, code: str = "invalid_arguments") -> object:
        """Read a structure, given as JSON or as JSON in a string; raise SlackError when it cannot be read."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(code) from None

    def names(self, name: str) -> list[str]:
        """Read a list of ids, given as a list or separated by commas."""
        value = self.given.get(name)
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [str(part).strip() for part in parts if str(part).strip()]


@dataclass(frozen=True, slots=True)
class Method:
    """A method's function, arguments, scopes (any one is enough), calls a minute, and its own error codes."""

    deed: Callable[[Asked], Json]
    takes: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    per_minute: int = TIER_3
    caller: str = "bot"
    errors: frozenset[str] = frozenset()


def method(
    deed: Callable[[Asked], Json], takes: str = "", needs: str = "", per_minute: int = TIER_3, errors: str = ""
) -> Method:
    """Declare a method that a bot token calls."""
    return Method(deed, frozenset(takes.split()), tuple(needs.split()), per_minute, errors=frozenset(errors.split()))


def page(items: Sequence[Item], cursor: str, limit: int) -> tuple[Sequence[Item], str]:
    """Return one page of a list, and the cursor of the next: the index of its first item."""
    start = int(cursor.removeprefix("next:")) if cursor.startswith("next:") and cursor[5:].isdigit() else 0
    if cursor and not start:
        raise SlackError("invalid_cursor")
    end = start + limit
    return items[start:end], f"next:{end}" if end < len(items) else ""

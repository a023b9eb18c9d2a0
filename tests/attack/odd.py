"""Odd values for every field of a payload from outside; the fields are found in an example."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Place = tuple[str | int, ...]

MISSING = object()
DATES = [
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00+99:99", "2026-13-45T99:99:99Z",
    "0000-00-00", "now", "2026-01-01T00:00:00",
]  # fmt: skip
ODD: list[Any] = [
    MISSING, None, "", " ", "\ud800", "a\udfffb", "a\0b", "\0", "\u202eabc\u200f", "x" * 1_000_000, "{{ 7 * 7 }}",
    "<!channel> <@U0ANA>", *DATES, True, False, 0, -1, 2**31, 2**63, 10**30, -(10**30), 1e308, -0.5, [], {}, [[]],
    [None, 1, "a", {}], {"": ""}, {"a": {"b": [1]}}, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]],
]  # fmt: skip


def places(example: Any, at: Place = ()) -> list[Place]:
    """Return the path of every value within an example, also of objects and lists, but not of the example itself."""
    return list(_places(example, at))


def _places(example: Any, at: Place) -> Iterator[Place]:
    if at:
        yield at
    if isinstance(example, dict):
        for name, one in example.items():
            yield from _places(one, (*at, name))
    if isinstance(example, list):
        for index, one in enumerate(example):
            yield from _places(one, (*at, index))


def mutated(example: Any, place: Place, odd: Any) -> Any:
    """Return the example with an odd value at a path."""
    changed = deepcopy(example)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    if odd is MISSING:
        del holder[place[-1]]
    else:
        holder[place[-1]] = odd
    return changed

"""A dataclass of ours does what the standard library's does, without compiling for it."""

import copy
import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.base import quick_dataclass

KINDS: dict[str, Any] = {"standard": dataclasses.dataclass, "ours": vars(quick_dataclass)["dataclass"]}
FROZEN = {"frozen": True, "slots": True}


def parcel(make: Any) -> Any:
    @make(frozen=True, slots=True, kw_only=True)
    class Thing:
        """A thing."""

        name: str
        stops: list[str] = dataclasses.field(default_factory=list)
        seen: int = dataclasses.field(default=0, compare=False)
        key: str = dataclasses.field(default="k", repr=False)

    return Thing


def pair(make: Any) -> Any:
    @make(**FROZEN)
    class Base:
        """A base."""

        left: int

    @make(**FROZEN)
    class Thing(Base):
        """A thing."""

        right: int = 2

        def __post_init__(self) -> None:
            if self.right < 0:
                raise ValueError("right is below zero")

    return Thing


def counter(make: Any) -> Any:
    @make(slots=True)
    class Thing:
        count: int = 1
        made: int = dataclasses.field(init=False, default=7)
        rest: dict[str, int] = dataclasses.field(init=False, default_factory=dict)

    return Thing


def own(make: Any) -> Any:
    @make(frozen=True)
    class Thing:
        """A thing."""

        name: str

        def __repr__(self) -> str:
            return f"<{self.name}>"

        def __eq__(self, other: object) -> bool:
            return isinstance(other, type(self)) and self.name.casefold() == other.name.casefold()

        def __hash__(self) -> int:
            return hash(self.name.casefold())

    return Thing


def empty(make: Any) -> Any:
    @make(**FROZEN)
    class Thing:
        """A thing."""

    return Thing


def plain(make: Any) -> Any:
    @make
    class Thing:
        """A thing."""

        name: str = "x"

    return Thing


def identical(make: Any) -> Any:
    @make(slots=True, eq=False)
    class Thing:
        """A thing."""

        name: str = "x"

    return Thing


WAYS: list[tuple[Callable[[Any], Any], tuple[Any, ...], dict[str, Any], dict[str, Any]]] = [
    (parcel, (), {"name": "a"}, {"name": "b"}),
    (parcel, (), {"name": "a", "seen": 4, "stops": ["s"], "key": "z"}, {"seen": 5}),
    (parcel, ("a",), {}, {}),  # it takes no argument by position
    (parcel, (), {}, {}),
    (pair, (1,), {}, {"right": 5}),
    (pair, (1, -1), {}, {}),
    (pair, (1,), {"down": 3}, {}),
    (counter, (), {"count": 3}, {"count": 4}),
    (own, ("Ana",), {}, {"name": "ANA"}),
    (empty, (), {}, {}),
    (plain, (), {}, {"name": "y"}),
    (identical, (), {}, {"name": "y"}),
]
QUESTIONS: dict[str, Callable[[Any, Any, Any], object]] = {
    "repr": lambda kind, one, other: repr(one),
    "fields": lambda kind, one, other: [(f.name, f.type, f.init, f.kw_only) for f in dataclasses.fields(kind)],
    "positions": lambda kind, one, other: kind.__match_args__,
    "signature": lambda kind, one, other: [(p.name, p.kind) for p in inspect.signature(kind).parameters.values()],
    "equality": lambda kind, one, other: (one == other, one != other, one == copy.copy(one), one == 3),
    "hash": lambda kind, one, other: hash(one) == hash(copy.copy(one)),
    "as a dict": lambda kind, one, other: dataclasses.asdict(one),
    "copy": lambda kind, one, other: repr(copy.deepcopy(one)),
    "reduced": lambda kind, one, other: type(one.__reduce_ex__(4)[2]),
    "assignment": lambda kind, one, other: setattr(one, dataclasses.fields(kind)[0].name, 1),
    "deletion": lambda kind, one, other: delattr(one, dataclasses.fields(kind)[0].name),
    "without a dict": lambda kind, one, other: hasattr(one, "__dict__"),
    "doc": lambda kind, one, other: bool(kind.__doc__),
}


def answers(make: Any, way: Callable[[Any], Any], args: Any, named: Any, change: Any) -> dict[str, object]:
    """Return what each question comes to, or the name of what it raises."""
    found: dict[str, object] = {}
    try:
        kind = way(make)
        one = kind(*args, **named)
        other = dataclasses.replace(one, **change)
    except (TypeError, ValueError) as refused:
        return {"refused": str(refused).replace(f"{way.__name__}.<locals>.", "")}
    for name, ask in QUESTIONS.items():
        try:
            found[name] = ask(kind, one, other)
        except Exception as refused:
            found[name] = type(refused).__name__
    return found


@pytest.mark.parametrize("case", WAYS, ids=lambda case: case[0].__name__)
def test_a_class_of_ours_answers_as_a_standard_one(case: Any) -> None:
    way, args, named, change = case
    assert answers(KINDS["ours"], way, args, named, change) == answers(KINDS["standard"], way, args, named, change)


def test_nothing_is_compiled_before_a_class_makes_its_first_value() -> None:
    kind = KINDS["ours"](**FROZEN)(type("Kind", (), {"__annotations__": {"name": str}}))
    before = type(vars(kind)["__init__"]).__name__
    kind("a")
    assert (before, type(vars(kind)["__init__"]).__name__) == ("_Init", "function")


def test_a_default_that_is_made_is_made_for_each_value() -> None:
    kind = parcel(KINDS["ours"])
    assert kind(name="a").stops is not kind(name="a").stops

"""Reads transition tables: state -> verb -> state."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from bot.domain.base.refusals import NotPossible

S = TypeVar("S", bound=StrEnum)
V = TypeVar("V", bound=StrEnum)


def next_state(table: Mapping[S, Mapping[V, S]], state: S, verb: V) -> S:
    """Return the state that `verb` leads to; raise NotPossible where the table has no such transition."""
    try:
        return table[state][verb]
    except KeyError:
        raise NotPossible(state, verb) from None


def allows(table: Mapping[S, Mapping[V, S]], state: S, verb: V) -> bool:
    """Return whether `verb` is a transition from `state`."""
    return verb in table.get(state, {})


def states_allowing(table: Mapping[S, Mapping[V, S]], verb: V) -> frozenset[S]:
    """Return the states from which `verb` is a transition."""
    return frozenset(state for state in table if allows(table, state, verb))


def transitions(table: Mapping[S, Mapping[V, S]]) -> Iterator[tuple[S, V, S]]:
    """Yield every (state, verb, next state) in table order."""
    for state, row in table.items():
        for verb, after in row.items():
            yield state, verb, after


def mermaid(table: Mapping[S, Mapping[V, S]]) -> str:
    """Draw the table as a Mermaid state diagram, for the docs."""
    lines = [f"    {state} --> {after}: {verb}" for state, verb, after in transitions(table)]
    return "\n".join(["stateDiagram-v2", *lines])

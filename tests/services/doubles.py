"""A store that fails in the methods that a test names; all others are the real ones."""

from collections.abc import Callable
from typing import Any

from bot.ports.store import Store
from storage.engine.base import Engine


class Killed(BaseException):
    """The process was killed at this point: no code of the desk catches this."""


class BreakingStore:
    """A store (or its engine) whose named methods first call `before`, which may raise."""

    def __init__(self, store: Store | Engine, **before: Callable[..., None]) -> None:
        assert all(hasattr(store, name) for name in before), "a method that the store does not have never breaks"
        self.store, self.before = store, before

    def __getattr__(self, name: str) -> Any:
        real = getattr(self.store, name)
        before = self.before.get(name)
        if before is None:
            return real

        def broken(*args: Any, **facts: Any) -> Any:
            before(*args, **facts)
            return real(*args, **facts)

        return broken


def always(trouble: BaseException) -> Callable[..., None]:
    """Return a function that raises the error at every call."""

    def fail(*_: object, **__: object) -> None:
        raise trouble

    return fail


def at_call(n: int, trouble: BaseException) -> Callable[..., None]:
    """Return a function that raises the error only at the n-th call, counted from 1."""
    calls = iter(range(1, 1_000_000))

    def fail(*_: object, **__: object) -> None:
        if next(calls) == n:
            raise trouble

    return fail

"""A store that breaks where a test says so: everything else is the real one."""

from collections.abc import Callable
from typing import Any

from bot.ports import Store
from storage.engine.base import Engine


class Killed(BaseException):
    """The process is gone at this point: nothing of the desk's catches this."""


class BreakingStore:
    """A store (or its engine) whose named methods run `before` first; whatever that raises is what the desk sees."""

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
    """Return what raises the trouble at every call."""

    def fail(*_: object, **__: object) -> None:
        raise trouble

    return fail


def at_call(n: int, trouble: BaseException) -> Callable[..., None]:
    """Return what raises the trouble at the n-th call only, counted from 1."""
    calls = iter(range(1, 1_000_000))

    def fail(*_: object, **__: object) -> None:
        if next(calls) == n:
            raise trouble

    return fail

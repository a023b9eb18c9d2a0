"""Bounds a whole call of a network in time, however many requests it makes, or waits for another thread to make.

A reading that needs many answers gets a little more time with each one that comes, so that a long list of a server
that works is read to its end; one that stops answering ends it as soon as it ends any other call.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from bot.domain.base.quick_dataclass import dataclass

FREE = 2.0  # seconds of each answer that do not count in a reading of many
ONE = frozenset(  # the calls of the port that a few requests do
    {
        "verify",
        "reply",
        "take_back",
        "find_reply",
        "with_our_reply",
        "edit_reply",
        "reply_now",
        "is_our_reply",
        "shown",
        "answer_in_private",
        "like",
        "post_statement",
        "find_statement",
        "set_hidden",
        "is_hidden",
        "renew_token",
    }
)
MANY = frozenset({"which_are_gone", "changes_of"})  # those that make a request for each post
BATCHES = "fetch"  # is bounded for each batch that it yields


@dataclass(slots=True)
class WholeCall:
    """This thread's call of a network: since when, by the monotonic clock, and the seconds that do not count."""

    began: float
    free: float
    back: float = 0.0

    def answered(self, took: float) -> None:
        """Note an answer that took so many seconds."""
        self.back += min(took, self.free)


_CALL: ContextVar[WholeCall | None] = ContextVar("whole_call", default=None)


@contextmanager
def whole_call(free: float = 0.0, seconds: Callable[[], float] = time.monotonic) -> Iterator[WholeCall]:
    """Bound all requests that this thread makes inside; within another one, that one's bound holds."""
    outer = _CALL.get()
    call = outer or WholeCall(seconds(), free)
    token = _CALL.set(call)
    try:
        yield call
    finally:
        _CALL.reset(token)


def ends_at(now: float, within: float) -> float:
    """Return until when a request that begins now may last; `within`: the most seconds for a whole call."""
    call = _CALL.get()
    return min(now, call.began + call.back) + within if call else now + within


def note_answer(took: float) -> None:
    """Note that a request of this thread's call was answered after so many seconds."""
    if call := _CALL.get():
        call.answered(took)


class BoundedCalls:
    """Bounds each call of a network as a whole; a class of a network inherits it."""

    def __init_subclass__(cls, **given: Any) -> None:  # noqa: ANN401 - as in object
        super().__init_subclass__(**given)
        for name, what in list(vars(cls).items()):
            if name == BATCHES:
                setattr(cls, name, _batch_by_batch(what))
            elif name in ONE | MANY:
                setattr(cls, name, _bounded(what, FREE if name in MANY else 0.0))


def _bounded(what: Callable[..., Any], free: float) -> Callable[..., Any]:
    @wraps(what)
    def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - as what it bounds
        with whole_call(free):
            return what(*args, **named)

    return call


def _batch_by_batch(what: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    @wraps(what)
    def fetch(*args: Any, **named: Any) -> Iterator[Any]:  # noqa: ANN401 - as what it bounds
        told = what(*args, **named)
        while True:
            with whole_call(FREE):
                batch = next(told, None)
            if batch is None:
                return
            yield batch

    return fetch

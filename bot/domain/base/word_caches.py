"""Results that hold words of people, kept in memory for a while, and emptied after words were erased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from bot.domain.base.quick_dataclass import dataclass

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

ERASED = "erased"  # what a desk tells the others
ANYWAY = timedelta(hours=12)  # so that a desk that was told nothing, or missed it, has none of it after a day
ROUNDS = 2  # what was just being worked out while words were erased is stored after the first one

KEPT: list["_lru_cache_wrapper[object]"] = []


@dataclass(slots=True)
class _Emptying:
    """Says in which rounds the caches are emptied."""

    rounds: int = 0
    last: datetime | None = None


_emptying = _Emptying()


def word_cache(maxsize: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """Return `lru_cache` for a function whose arguments or result can hold words of people."""

    def cached(function: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        found = lru_cache(maxsize=maxsize)(function)
        KEPT.append(found)
        return found

    return cached


def words_were_erased() -> None:
    """Have the caches emptied with the next rounds: the transaction that erases words may still be going on."""
    _emptying.rounds = ROUNDS


def empty_word_caches(now: datetime) -> bool:
    """Empty the caches if words were erased since, or half a day has passed; return whether that was done."""
    due = _emptying.last is None or now - _emptying.last >= ANYWAY
    if not (_emptying.rounds or due):
        return False
    _emptying.rounds, _emptying.last = max(_emptying.rounds - 1, 0), now
    for one in KEPT:
        one.cache_clear()
    return True

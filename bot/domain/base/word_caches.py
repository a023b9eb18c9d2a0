"""Results that hold words or names of people, kept in memory for a while, and emptied after words were erased."""

from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

from bot.domain.base.quick_dataclass import dataclass

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

T = TypeVar("T")

ERASED, WORDS_ERASED = "erased", "words erased"  # what a desk tells the others: of people, or of old words alone
ANYWAY = timedelta(hours=12)  # so that a desk that was told nothing, or missed it, has none of it after a day
ROUNDS = 3  # what was just being worked out is stored after the first one, and `NameMemory` keeps that for one more

KEPT: list["_lru_cache_wrapper[object]"] = []
_MEMORIES: list["ref[NameMemory[Any]]"] = []


@dataclass(slots=True)
class _Emptying:
    """Says in which rounds something is emptied."""

    rounds: int = 0
    last: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Return whether it is emptied in this round; count the round."""
        anyway = self.last is None or not timedelta() <= now - self.last < ANYWAY
        if not (self.rounds or anyway):
            return False
        self.rounds, self.last = max(self.rounds - 1, 0), now
        return True


_words, _names = _Emptying(), _Emptying()


def word_cache(maxsize: int) -> "Callable[[Callable[..., T]], _lru_cache_wrapper[T]]":
    """Return `lru_cache` for a function whose arguments or result can hold words of people."""

    def cached(function: Callable[..., T]) -> "_lru_cache_wrapper[T]":
        found = lru_cache(maxsize=maxsize)(function)
        KEPT.append(found)
        return found

    return cached


class NameMemory(MutableMapping[str, T]):
    """A memory of what was learned of people, such as their names, by a key; it goes after words were erased.

    What was learned since the last emptying stays until the next one, so that a reading which goes on still has it.
    """

    def __init__(self, most: int) -> None:
        """Take the number beyond which it is emptied by itself."""
        self._most, self._new, self._old = most, dict[str, T](), dict[str, T]()
        _MEMORIES.append(ref(self, _MEMORIES.remove))

    def cache_clear(self) -> None:
        """Forget what was known at the last emptying."""
        self._new, self._old = {}, self._new

    def __getitem__(self, key: str) -> T:
        """Return what is known by a key."""
        new, old = self._new, self._old
        return new[key] if key in new else old[key]

    def __setitem__(self, key: str, value: T) -> None:
        """Remember it."""
        if len(self._new) >= self._most:
            self.cache_clear()
        self._new[key] = value

    def __delitem__(self, key: str) -> None:
        """Forget it."""
        found = [one.pop(key) for one in (self._new, self._old) if key in one]
        if not found:
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Yield each key once."""
        return iter({**self._old, **self._new})

    def __len__(self) -> int:
        """Return how many are known."""
        return len({**self._old, **self._new})


def words_were_erased() -> None:
    """Have the caches emptied with the next rounds: the transaction that erases words may still be going on."""
    _words.rounds = ROUNDS


def people_were_erased() -> None:
    """Have the memories of names emptied, too; who deletes a post keeps their name."""
    words_were_erased()
    _names.rounds = ROUNDS


def empty_word_caches(now: datetime) -> bool:
    """Empty what is due since words or people were erased, or half a day has passed; return whether any was."""
    words, names = _words.is_due(now), _names.is_due(now)
    for one in KEPT if words else ():
        one.cache_clear()
    for memory in [found for one in _MEMORIES if (found := one()) is not None] if names else ():
        memory.cache_clear()
    return words or names

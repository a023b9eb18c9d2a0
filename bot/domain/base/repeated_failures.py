"""Items that keep failing with an unexpected error: each is skipped for a while, and named to the operator."""

from collections.abc import Hashable, Mapping
from dataclasses import field
from threading import Lock

from bot.domain.base.quick_dataclass import dataclass

FIRST_REST, LONGEST_REST = 5.0, 300.0  # seconds of pace time; each further failure doubles the rest
FORGOTTEN = 3_600.0  # seconds of pace time without a failure after which an item is forgotten
MOST = 10_000


@dataclass(slots=True)
class _Failing:
    times: int
    last: float
    until: float
    counts: bool


@dataclass(slots=True)
class RepeatedFailures:
    """Failing items, by kind of work. Thread-safe; kept in memory only, so a restart tries everything again."""

    _items: dict[tuple[str, Hashable], _Failing] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def failed(self, work: str, item: Hashable, pace: float, *, spared: int = 1) -> None:
        """Record a failure; the first `spared` in a row cause no pause and are not reported."""
        with self._lock:
            known = self._items.pop((work, item), None)
            times = (known.times if known else 0) + 1
            beyond = max(times - spared, 0)
            rest = min(FIRST_REST * 2 ** min(beyond - 1, 10), LONGEST_REST) if beyond else 0.0
            self._items[work, item] = _Failing(times, pace, pace + rest, counts=beyond > 0)
            while len(self._items) > MOST or self._oldest().last <= pace - FORGOTTEN:
                del self._items[next(iter(self._items))]

    def _oldest(self) -> _Failing:
        return next(iter(self._items.values()))

    def went_well(self, work: str, item: Hashable) -> None:
        """Forget earlier failures of the item."""
        if self._items:
            with self._lock:
                self._items.pop((work, item), None)

    def resting(self, work: str, pace: float) -> frozenset[Hashable]:
        """Return the items of this work that are skipped for now."""
        if not self._items:
            return frozenset()
        with self._lock:
            return frozenset(item for (name, item), one in self._items.items() if name == work and one.until > pace)

    def known(self, work: str) -> int:
        """Return how many items of this work have failed, whether skipped now or not."""
        with self._lock:
            return sum(name == work for name, _ in self._items)

    def named(self, pace: float) -> Mapping[str, list[Hashable]]:
        """Return the failing items, by the name of the work."""
        found: dict[str, list[Hashable]] = {}
        with self._lock:
            for (work, item), one in self._items.items():
                if one.counts and pace - one.last < FORGOTTEN:
                    found.setdefault(work, []).append(item)
        return found

"""What the desk needs counted over a period."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.promises.report import Decided, Running, Track


class Counts(Protocol):
    """The part of the store that measures."""

    def tracks(self, since: datetime, until: datetime, every: int = 1) -> Iterator[Track]:
        """Yield every case with a promise that runs, or that was kept or fell due or ended in the period, by number.

        `every`: only each so-manieth of them. Few are in memory at a time.
        """

    def tracked(self, since: datetime, until: datetime) -> int:
        """Count what `tracks` would yield; of very many return about how many they are."""

    def decided(self, since: datetime, until: datetime, now: datetime) -> Sequence[Decided]:
        """Count the promises kept or lapsed in a period by network, segment and whoever held the case then."""

    def kept_and_lapsed(self, since: datetime, until: datetime, now: datetime) -> tuple[int, int]:
        """Count the promises kept in a period, and those that lapsed in it."""

    def lapsed_cases(self, since: datetime, until: datetime, now: datetime, limit: int) -> tuple[int, Sequence[int]]:
        """Return on how many cases a promise lapsed in a period, and the first of them by number."""

    def longest_running(self) -> timedelta:
        """Return the length of the longest promise whose time is running out; zero without any."""

    def running(self, now: datetime, before: datetime) -> Iterator[Running]:
        """Yield the promises whose time is running out, and that are due from `now` until before that moment."""

    def alone_in(self, since: datetime, until: datetime) -> int:
        """Count the replies that went out in a period on one pair of eyes."""

    def languages(self, since: datetime) -> Mapping[str, int]:
        """Count the cases opened since then by their language's code."""

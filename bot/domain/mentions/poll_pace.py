"""When a network is read next: depends on how much came, and on how many readings it still allows."""

from dataclasses import dataclass
from datetime import timedelta

PAGE = 100  # posts in one reading
PAGES = 8  # readings after which a network shows no older posts
SHORTEST = timedelta(seconds=5)
SHOWN_LATE = timedelta(minutes=1)  # by which a reading always goes further back, unless that takes a second page
MARGIN = 20  # posts by which a reading stays below whole pages: what comes a little faster turns no further page


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How many readings a network still allows, and until when it counts them; `window`: how long it counts."""

    limit: int
    left: int
    resets_in: timedelta
    window: timedelta = timedelta(minutes=15)

    @property
    def whole(self) -> bool:
        """Tell whether a reading can begin: one that would have to stop halfway would leave posts unread."""
        return self.left >= PAGES

    @property
    def saved(self) -> bool:
        """Tell whether a whole reading can be spent beyond need, and the rest still lasts at full pace."""
        return (self.left - PAGES) * self.window >= self.limit * self.resets_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What the newest reading met: how many posts were new, and in how long a time they came."""

    new: int
    took: timedelta

    @property
    def gap(self) -> timedelta:
        """Return the time between two posts, a day where none came."""
        return self.took / self.new if self.new else timedelta(days=1)


def pause_before_next(calm: timedelta, load: Load, allowance: Allowance) -> timedelta:
    """Return how long to wait before the next reading: `calm` while little comes and enough is left.

    The next reading is made before so many posts came that it would not show them all, in whole pages as far as it
    goes, since each page is a reading; and no sooner than what is left lasts at that pace. Where no pace does both,
    the readings are spread evenly: then what is not shown any more is a gap.
    """
    if not allowance.whole:
        return max(allowance.resets_in, SHORTEST)
    each = allowance.resets_in / (allowance.left - PAGES + 1)  # the time that one page has to last
    further = int(load.gap * PAGE < SHOWN_LATE)  # the page that is turned for what is shown late
    for pages in range(1, PAGES):
        latest, earliest = load.gap * (pages * PAGE - MARGIN), max(each * (pages + further), SHORTEST)
        if earliest <= latest:
            return min(max(calm, earliest), latest)
    return max(each * PAGES, SHORTEST)

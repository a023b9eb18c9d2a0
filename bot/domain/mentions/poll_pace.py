"""Computes when a network is read next, from the rate of new posts and the readings that the network still allows."""

from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass

PAGE = 100  # posts in one reading
PAGES = 8  # pages after which a network shows no older posts
SHORTEST = timedelta(seconds=5)
SHOWN_LATE = timedelta(minutes=1)  # overlap with the last reading, unless that needs a second page
MARGIN = 20  # posts left free on the last page, so that a slightly higher rate needs no further page


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The readings that a network still allows, and until when it counts them; `window`: the length of its period."""

    limit: int
    left: int
    resets_in: timedelta
    window: timedelta = timedelta(minutes=15)

    @property
    def whole(self) -> bool:
        """Return whether enough readings are left for all pages; a partial reading would leave posts unread."""
        return self.left >= PAGES

    @property
    def saved(self) -> bool:
        """Return whether an extra reading can be made, and the rest still lasts at full pace."""
        return (self.left - PAGES) * self.window >= self.limit * self.resets_in

    def is_scarce(self, calm: timedelta) -> bool:
        """Return whether so few readings are allowed that they would not last even while little comes."""
        return self.limit * calm < self.window


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The result of the newest reading: the number of new posts, and the time in which they came."""

    new: int
    took: timedelta

    @property
    def gap(self) -> timedelta:
        """Return the mean time between two posts; one day without posts."""
        return self.took / self.new if self.new else timedelta(days=1)


def pause_before_next(calm: timedelta, load: Load, allowance: Allowance) -> timedelta:
    """Return the wait before the next reading: `calm` while few posts come and enough readings are left.

    The next reading comes before more posts are there than it can show, if possible with full pages, since each
    page counts as a reading; and so late that the remaining readings last. Where both are impossible the readings
    are spread evenly, and the posts that are no longer shown become a gap.
    """
    if not allowance.whole:
        return max(allowance.resets_in, SHORTEST)
    each = allowance.resets_in / (allowance.left - PAGES + 1)  # the time for each remaining page
    further = int(load.gap * PAGE < SHOWN_LATE)  # one page for posts that appear late
    for pages in range(1, PAGES):
        latest, earliest = load.gap * (pages * PAGE - MARGIN), max(each * (pages + further), SHORTEST)
        if earliest <= latest:
            return min(max(calm, earliest), latest)
    return max(each * PAGES, SHORTEST)

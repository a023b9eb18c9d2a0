"""Turns what a reading of the Graph API found into batches: oldest first, each with the moment that it reaches.

Meta's lists have no mark of what is new, and show the newest first. So the cursor is the moment of the newest post
that was told, in seconds since 1970, and a little before it is read again: Meta shows some posts late.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH, moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import Batch, Unparsed

AT_ONCE = 100  # posts in a batch
OVERLAP = timedelta(minutes=10)
FIRST = timedelta(days=1)  # without a cursor this much is read
CALLS = 12  # of one reading; what is behind them becomes a gap
_AHEAD = timedelta(minutes=1)  # a moment further ahead of Meta's clock is no mark: nothing would be new any more


class StrangeList(Exception):
    """A list of Meta's is none, though it should be one."""


@dataclass(slots=True)
class GraphReading:
    """One reading of a stream: from when on, what was found, and how many calls are left."""

    cursor: str
    since: datetime = EPOCH  # what was posted before it is known
    at: datetime | None = None  # by Meta's clock
    found: list[Mention | Unparsed] = field(default_factory=list)
    hidden: dict[str, bool] = field(default_factory=dict)  # comments, known or new, by id
    left: int = CALLS
    trouble: str = ""  # what is wrong with the account although it can be read
    gap_to: datetime | None = None  # older posts than this may be missing

    def __post_init__(self) -> None:
        if self.reached:
            self.since = self.reached - OVERLAP

    @property
    def reached(self) -> datetime | None:
        """Return the moment of the cursor; None: there is none."""
        fits = self.cursor.isascii() and self.cursor.isdigit() and len(self.cursor) <= 10
        return EPOCH + timedelta(seconds=int(self.cursor)) if fits and int(self.cursor) else None

    def began(self, at: datetime | None) -> None:
        """Note Meta's time of the first answer, which bounds a reading without a cursor."""
        self.at = self.at or at
        if at is not None and self.reached is None:
            self.since = at - FIRST

    def note_hidden(self, page: Sequence[Json], name: str) -> None:
        """Note which comments of a page are hidden, as the field `name` says."""
        told = {text_or_empty(one, "id"): one[name] for one in page if isinstance(one.get(name), bool)}
        self.hidden |= {post_id: hidden for post_id, hidden in told.items() if post_id}

    def goes_on(self, page: Sequence[Json], moment: str) -> bool:
        """Return whether a page that is listed newest first has nothing yet that is known."""
        last = moment_in(text_or_empty(page[-1], moment)) if page else None
        return last is not None and last >= self.since

    def spend(self, page: Sequence[Json], moment: str) -> bool:
        """Return whether there is a call left for what is behind a page; else note that posts are missing there."""
        self.left -= 1
        if self.left > 0:
            return True
        last = moment_in(text_or_empty(page[-1], moment)) if page else None
        self.gap_to = max(filter(None, (self.gap_to, last)), default=None)
        return False

    def batches(self, label: str) -> Iterator[Batch]:
        """Yield what was found, oldest first; a first reading without posts still tells its moment."""
        if self.reached is None and self.at is None:  # Meta did not tell its time: the newest post does
            told = [one.posted_at for one in self.found if isinstance(one, Mention)]
            self.since = max(told, default=EPOCH + FIRST) - FIRST
        posts = sorted(self._new(), key=lambda one: (one.posted_at, one.ref.post_id))
        unparsed = [one for one in self.found if isinstance(one, Unparsed) and self._is_new(one.glimpse.posted_at)]
        gap = f"{label} had more than one reading takes." if self.gap_to else ""
        reached = self.reached
        for some in [posts[start : start + AT_ONCE] for start in range(0, len(posts), AT_ONCE)] or [[]]:
            reached = self._reached(reached, some)
            cursor = str(int((reached - EPOCH).total_seconds())) if reached else ""
            if some or unparsed or gap or cursor != self.cursor or self.hidden:
                yield Batch(
                    posts=some,
                    unparsed=tuple(unparsed),
                    hidden=self.hidden,
                    cursor=cursor,
                    gap=gap,
                    gap_from=self.since if gap else None,
                    gap_to=self.gap_to,
                )
            unparsed, gap, self.hidden = [], "", {}

    def _new(self) -> Iterable[Mention]:
        """Return each post once: a list may show one twice while it grows."""
        return {
            one.ref.post_id: one for one in self.found if isinstance(one, Mention) and self._is_new(one.posted_at)
        }.values()

    def _is_new(self, posted_at: datetime | None) -> bool:
        return posted_at is None or posted_at >= self.since

    def _reached(self, before: datetime | None, some: Sequence[Mention]) -> datetime | None:
        """Return the moment up to which all is told with these posts."""
        newest = some[-1].posted_at if some else None
        if newest is None:
            return before or self.at
        if self.at is not None:
            newest = min(newest, self.at + _AHEAD)
        return max(newest, before) if before else newest


def pages(reading: GraphReading, listing: Json, moment: str, more: Callable[[str], Json]) -> Iterator[list[Json]]:
    """Yield the pages of a list, newest first, back to what is known; `more` reads the page behind a mark.

    `moment`: the field by which the list is ordered. Raises StrangeList.
    """
    while True:
        page = entries(listing)
        yield page
        after = after_in(listing)
        if not after or not reading.goes_on(page, moment) or not reading.spend(page, moment):
            return
        listing = more(after)


def after_in(listing: Json) -> str:
    """Return the mark of the next page of a list; "" where there is none.

    The address of the next page, which Meta tells too, is never called: it holds the token.
    """
    paging = object_in(listing, "paging")
    mark = text_or_empty(object_in(paging, "cursors"), "after")
    return mark if "next" in paging and len(mark) <= 1_000 else ""


def entries(listing: Json) -> list[Json]:
    """Return the entries of a list; one that is no object becomes one, so that it is kept. Raises StrangeList."""
    found = listing.get("data")
    if not isinstance(found, list):
        raise StrangeList
    return [one if isinstance(one, dict) else {"": one} for one in found]

"""How far back X is read, in which batches that is handed on, with which cursor, and where a gap is seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.mentions.mention import Author, Mention, Side
from bot.domain.mentions.poll_pace import PAGE, PAGES, SHOWN_LATE
from bot.gateways.networks.x_posts import Item, Page, Us, read_post, snowflake_at
from bot.ports.network import Batch, Unparsed

BATCH = 100
OVERLAP = timedelta(minutes=10)  # posts that X shows late are younger than this (PROMISES 2.2)
DEEP = PAGE * PAGES // 2  # from so many on, a list that ends may have been cut short
FIRST_LOOK = timedelta(hours=24)

_GAP = "X shows only the newest 800 posts, so some from this time may be missing."

Until = Callable[[Sequence[Page]], bool]  # whether the pages read so far are enough


@dataclass(frozen=True, slots=True)
class Reading:
    """All posts that X showed. `clamped`: it may hold more than it shows."""

    items: Sequence[Item]
    clamped: bool
    at: datetime | None  # X's own time


def overlapping(cursor: int) -> int:
    """Return the id from which to read again, 0 for the beginning."""
    return max(cursor - _ids(OVERLAP), 1) if cursor else 0


def horizon(at: datetime | None) -> int:
    """Return the smallest id that a first poll takes; without X's time it takes all."""
    return _ids(at - FIRST_LOOK - snowflake_at(0)) if at else 0


def distinct(pages: Sequence[Page]) -> list[Item]:
    """Return each post once: posts that come in while we turn pages can push others onto the next."""
    known: dict[object, Item] = {}
    for item in (item for page in pages for item in page.items):
        known.setdefault(item.id or item.raw, item)
    return list(known.values())


def is_enough(pages: Sequence[Page], last: int, *, saved: bool) -> bool:
    """Return whether pages reach back to what is known, and a minute or one page further.

    With readings to spare they never do: then the ten minutes are read to their end.
    """
    if not last:
        return _is_past(pages[-1])
    known = [min(ids) for page in pages if (ids := [item.id for item in page.items if 0 < item.id <= last])]
    return not saved and bool(known) and (len(known) > 1 or known[0] <= last - _ids(SHOWN_LATE))


def _is_past(page: Page) -> bool:
    """Return whether a page reaches back beyond what a first poll reads."""
    return any(item.id and item.id < horizon(page.at) for item in page.items)


def batches(reading: Reading, us: Us, authors: Mapping[str, Author], *, last: int, side: Side) -> Iterator[Batch]:
    """Yield the posts oldest first, each batch with the newest id so far: the cursor once it is stored."""
    items = sorted(reading.items, key=lambda item: item.id)
    gap, cursor = _gap(items, last, clamped=reading.clamped), last
    for start in range(0, len(items), BATCH):
        part = items[start : start + BATCH]
        cursor = max(cursor, *(item.id for item in part))
        wanted = [item for item in part if _is_wanted(item, us, side, 0 if last else horizon(reading.at))]
        read = [read_post(item, us, authors, side=side) for item in wanted]
        posts = tuple(one for one in read if isinstance(one, Mention))
        unparsed = tuple(one for one in read if isinstance(one, Unparsed))
        batch = Batch(posts=posts, unparsed=unparsed, cursor=str(cursor or ""))
        yield replace(batch, gap=gap.gap, gap_from=gap.gap_from, gap_to=gap.gap_to) if start == 0 else batch


def _gap(items: Sequence[Item], last: int, *, clamped: bool) -> Batch:
    """Return an empty batch that tells the gap between the cursor and the oldest post read, if there is one."""
    oldest = next((item.id for item in items if item.id), 0)
    if not (clamped and last and oldest > last):
        return Batch()
    return Batch(gap=_GAP, gap_from=snowflake_at(last), gap_to=snowflake_at(oldest))


def _is_wanted(item: Item, us: Us, side: Side, earliest: int) -> bool:
    """Leave out reposts, our own posts among the mentions, and on a first poll what is old."""
    ours_among_theirs = side is Side.THEIRS and item.author_id == us.account
    return not (ours_among_theirs or item.refers("retweeted") or 0 < item.id < earliest)


def _ids(length: timedelta) -> int:
    return (length // timedelta(milliseconds=1)) << 22

"""Decides how far back X is read, and makes batches with cursors; finds gaps."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author, Mention, Side
from bot.domain.mentions.poll_pace import PAGE, PAGES, SHOWN_LATE
from bot.gateways.networks.x_posts import Item, Page, Us, newest_of, read_post, snowflake_at
from bot.ports.network import Batch, Unparsed

BATCH = 100
OVERLAP = timedelta(minutes=10)  # posts that X shows late are younger than this
DEEP = PAGE * PAGES // 2  # a list with at least so many posts may be incomplete
FIRST_LOOK = timedelta(hours=24)

_GAP = "X shows only the newest 800 posts, so some from this time may be missing."
_MESSAGE_GAP = "So many private messages came at once that some from this time may be missing."

Until = Callable[[Sequence[Page]], bool]  # returns whether the pages read so far are enough


@dataclass(frozen=True, slots=True)
class Reading:
    """All posts that X showed. `clamped`: there may be more."""

    items: Sequence[Item]
    clamped: bool
    at: datetime | None  # X's own time


def overlapping(cursor: int) -> int:
    """Return the id from which to read again; 0 without a cursor."""
    return max(cursor - _ids(OVERLAP), 1) if cursor else 0


def oldest_safe_id(at: datetime | None) -> int:
    """Return the smallest id that a first poll accepts; 0, which accepts all, without X's time."""
    return _ids(at - FIRST_LOOK - snowflake_at(0)) if at else 0


def distinct(pages: Sequence[Page]) -> list[Item]:
    """Return each post once: posts that come in while pages are read move others to the next page."""
    known: dict[object, Item] = {}
    for item in (item for page in pages for item in page.items):
        known.setdefault(item.id or item.raw, item)
    return list(known.values())


def is_enough(pages: Sequence[Page], last: int, *, saved: bool) -> bool:
    """Return whether the pages reach back to known posts, and a minute or one page further.

    When requests were saved, always False: then the ten minutes are read in full.
    """
    if not last:
        return _is_past(pages[-1])
    known = [min(ids) for page in pages if (ids := [item.id for item in page.items if 0 < item.id <= last])]
    return not saved and bool(known) and (len(known) > 1 or known[0] <= last - _ids(SHOWN_LATE))


def _is_past(page: Page) -> bool:
    """Return whether a page reaches further back than a first poll reads."""
    return any(item.id and item.id < oldest_safe_id(page.at) for item in page.items)


def batches(reading: Reading, us: Us, authors: Mapping[str, Author], *, last: int, side: Side) -> Iterator[Batch]:
    """Yield the posts oldest first; a batch has the newest id so far as its cursor."""
    items = sorted(reading.items, key=lambda item: item.id)
    gap, cursor = _gap(items, last, clamped=reading.clamped), last
    for start in range(0, len(items), BATCH):
        part = items[start : start + BATCH]
        cursor = max(cursor, *(item.id for item in part))
        wanted = [item for item in part if is_wanted(item, us, side, 0 if last else oldest_safe_id(reading.at))]
        read = [read_post(item, us, authors, side=side) for item in wanted]
        posts = [one for one in read if isinstance(one, Mention)]
        unparsed = tuple(one for one in read if isinstance(one, Unparsed))
        earlier = _earlier_ids(wanted) if side is Side.OURS else {}
        edited = {*earlier.values()}
        batch = Batch(
            posts=tuple(one for one in posts if one.ref.post_id not in edited),
            edits=tuple(one for one in posts if one.ref.post_id in edited),
            earlier_ids=earlier,
            unparsed=unparsed,
            cursor=str(cursor or ""),
        )
        yield replace(batch, gap=gap.gap, gap_from=gap.gap_from, gap_to=gap.gap_to) if start == 0 else batch


def _earlier_ids(items: Sequence[Item]) -> dict[str, str]:
    """Return the newest ids of edited posts by their earlier ones."""
    return {old: newest_of(item) for item in items for old in item.versions if old != newest_of(item)}


def _gap(items: Sequence[Item], last: int, *, clamped: bool) -> Batch:
    """Return an empty batch with the gap between the cursor and the oldest post read, or None without a gap."""
    oldest = next((item.id for item in items if item.id), 0)
    if not (clamped and last and oldest > last):
        return Batch()
    return Batch(gap=_GAP, gap_from=snowflake_at(last), gap_to=snowflake_at(oldest))


def message_gap(items: Sequence[Item], last: int, *, clamped: bool) -> Batch:
    """Return an empty batch with the gap before the oldest private message read, or without one."""
    found = _gap(items, last, clamped=clamped)
    return replace(found, gap=_MESSAGE_GAP) if found.gap else found


def is_wanted(item: Item, us: Us, side: Side, earliest: int) -> bool:
    """Return False for reposts, our own posts among the mentions, and old posts at a first poll."""
    ours_among_theirs = side is Side.THEIRS and item.author_id == us.account
    return not (ours_among_theirs or item.refers("retweeted") or 0 < item.id < earliest)


def _ids(length: timedelta) -> int:
    return (length // timedelta(milliseconds=1)) << 22

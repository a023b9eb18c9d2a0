"""Reads a list that Bluesky tells newest first, until what was told before.

The network orders a list by what the author's app says of the time, if that is earlier than its own. So from a phone
whose clock is slow a post comes in below others that were told already. Therefore the newest page is always read
whole, and the cursor has, beside the newest moment, digests of what was told; it is stored with the posts.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain.base.moments import EPOCH, moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.replaced import replace
from bot.domain.mentions.mention import Mention
from bot.gateways.networks.bluesky_ids import post_address
from bot.gateways.networks.bluesky_posts import (
    OddPost,
    OurSide,
    as_kept,
    indexed_at,
    not_understood,
    post_of,
    post_page,
    says_to,
)
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import Batch, Sent, Unparsed

AT_ONCE = 100  # entries in one answer, and posts in one batch
MOST_PAGES = 50
OVERLAP = timedelta(minutes=10)  # before the newest moment that is read again, with at most FURTHER pages
FURTHER = 2
FOUND_EARLIEST = timedelta(minutes=5)  # before the attempt's start: clocks differ
OWN_PAGES = 3  # of our own posts that are searched for words of ours
REMEMBERED = 400  # digests in a cursor: more than the entries that are read again


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """The newest moment that was told, and digests of what was told last, oldest first."""

    newest: datetime
    told: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "FeedCursor | None":
        """Return the cursor in a stored text; None before the first reading."""
        moment, _, told = text.partition(" ")
        found = moment_in(moment)
        return cls(found, tuple(told.split())) if found else None

    def __str__(self) -> str:
        return " ".join((self.newest.isoformat(), *self.told))

    def after(self, entries: Sequence["FeedEntry"]) -> "FeedCursor":
        """Return the cursor behind further entries."""
        told = (*self.told, *(one.digest for one in entries))[-REMEMBERED:]
        return FeedCursor(max(self.newest, *(one.at for one in entries)), told)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of the list as it came, its place in time, and what tells it from others."""

    told: object
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One answer: its entries, newest first, the cursor of the next page, and the network's own time."""

    entries: Sequence[object]
    further: str
    at: datetime | None


def new_entries(read: Callable[[str], FeedPage], last: FeedCursor | None) -> tuple[list[FeedEntry], bool]:
    """Return the entries that were not told yet, oldest first, and whether the list was read as far as needed.

    Before the first reading the newest page is enough. What was not told then, though its moment is before the newest
    one that was, came in since: its promise does not begin hours ago because a phone's clock is wrong.
    """
    found, told, place, whole, known = list[FeedEntry](), set(last.told if last else ()), "", False, 0
    for _ in range(MOST_PAGES):
        page = read(place)
        entries = list(_placed(page))
        new = (one for one in entries if one.digest not in told)
        found += [replace(one, at=max(one.at, last.newest)) if last else one for one in new]
        told |= {one.digest for one in entries}
        known += last is not None and bool(entries) and entries[-1].at < last.newest
        behind = last is None or (bool(entries) and entries[-1].at < last.newest - OVERLAP) or known > FURTHER
        whole = behind or not page.further or page.further == place
        if whole:
            break
        place = page.further
    found.reverse()  # of entries of one moment the earlier one comes first
    found.sort(key=lambda one: one.at)
    return found, whole


def feed_batches(
    entries: Sequence[FeedEntry], last: FeedCursor | None, us: OurSide, *, whole: bool
) -> Iterator[Batch]:
    """Yield entries in batches, each with the cursor behind it; at the first reading also an empty one."""
    cursor = last or FeedCursor(EPOCH)
    if last is None and not entries:
        yield Batch(cursor=str(cursor))
    for start in range(0, len(entries), AT_ONCE):
        some = entries[start : start + AT_ONCE]
        before, cursor = cursor, cursor.after(some)
        read = [_read(one, us) for one in some]
        missing = not whole and start == 0
        yield Batch(
            posts=[one for one in read if isinstance(one, Mention)],
            unparsed=[one for one in read if isinstance(one, Unparsed)],
            cursor=str(cursor),
            gap="Bluesky told more than the desk reads at once." if missing else "",
            gap_from=before.newest if missing else None,
            gap_to=some[0].at if missing else None,
        )


def _placed(page: FeedPage) -> Iterator[FeedEntry]:
    """Yield a page's entries with their moments; one without a usable moment stands beside the one before it."""
    at = page.at or EPOCH
    for told in page.entries:
        found = indexed_at(told)
        at = min(found, page.at) if found and page.at else found or at
        yield FeedEntry(told, at, _digest(told))


def _digest(told: object) -> str:
    address = text_or_empty(told, "uri") if isinstance(told, dict) else ""
    whole = hashlib.sha256(address.encode() if address else as_kept(told)).digest()
    return base64.urlsafe_b64encode(whole[:6]).decode()


def _read(entry: FeedEntry, us: OurSide) -> Mention | Unparsed:
    told: Json = entry.told if isinstance(entry.told, dict) else {}
    try:
        post = post_of(told, us)
        return replace(post, posted_at=max(post.posted_at, entry.at))
    except OddPost:
        return not_understood(entry.told, us)


def same_words(feed: Callable[[str], FeedPage], account: str, parent: str, text: str, since: datetime) -> Sent | None:
    """Look among our newest posts for one with the same words, as a person may have posted it.

    `parent`: the post that it answers; "": it answers none.
    """
    place, earliest = "", since - FOUND_EARLIEST
    for _ in range(OWN_PAGES):
        page = feed(place)
        for post in (one for one in page.entries if isinstance(one, dict)):
            at, address = indexed_at(post), post_address(text_or_empty(post, "uri"))
            ours = address is not None and address.owner == account
            if ours and at and at >= earliest and says_to(object_in(post, "record"), parent, text):
                return Sent(str(address), post_page(str(address)), at)
        oldest = indexed_at(page.entries[-1]) if page.entries else None
        place = page.further
        if not place or oldest is None or oldest < earliest:
            return None
    return None

"""Posts that a network hands over by webhook since it cannot be read: stored before its request is acknowledged."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from bot.domain.base.replaced import replace
from bot.ports import Batch, Delivery, Desk, Network, TellsChanges
from bot.services.mentions import intake
from bot.services.mentions.deleted_posts import check_told

STREAM = "webhooks"
ASKED_NOW = 10  # posts; the sender of a webhook waits for its answer
T = TypeVar("T")


def take_delivery(desk: Desk, network: Network, delivery: Delivery, now: datetime) -> int:
    """Store what a request hands over, unless it was stored before; return how many posts were new or changed.

    It is noted last: a copy that comes after a kill in between is stored again, where every post is known by its id.
    A copy that was noted changes nothing, even an old edit of a post that was edited since. Raises OutOfService.
    """
    digest = hashlib.sha256(f"{network.name}:{network.account}:{delivery.key}".encode()).hexdigest()
    if desk.store.was_let_in(digest):
        return 0
    taken, asked = _as_told(desk, network, delivery.batch)
    new = sum(intake.receive(desk, network, STREAM, some, now) for some in _portions(taken))
    _ask_about(desk, network, asked, now)
    desk.store.let_in(digest, delivery.at)
    return new


def _as_told(desk: Desk, network: Network, batch: Batch) -> tuple[Batch, Sequence[str]]:
    """Return what is taken in as it is told, and the posts whose words are read from the network after that.

    A network can deliver an edit late, or again as if it were new. One that shows posts as they are now is asked.
    """
    if not isinstance(network, TellsChanges):
        return batch, ()
    edited = [one.ref.post_id for one in batch.edits]
    new = [one for one in batch.edits if desk.store.mention_of(network.name, one.ref.post_id) is None]
    return replace(batch, edits=new), edited


def _ask_about(desk: Desk, network: Network, post_ids: Sequence[str], now: datetime) -> None:
    """Ask about a few posts now, and have all of them asked about by the next round, where it cannot be done now."""
    if post_ids:
        known = [found[0].id for one in post_ids if (found := desk.store.mention_of(network.name, one))]
        desk.store.put_off_checks(known, now)
        check_told(desk, network, post_ids[:ASKED_NOW], now)


def _portions(batch: Batch) -> Iterator[Batch]:
    """Yield what fits into one transaction each: after a long silence of ours a network may tell a lot at once."""
    if len(batch.posts) + len(batch.edits) + len(batch.deletions) <= intake.BATCH:
        yield batch
        return
    yield Batch(unparsed=batch.unparsed)
    yield from (Batch(posts=some) for some in _some(batch.posts))
    yield from (Batch(edits=some) for some in _some(batch.edits))
    yield from (Batch(deletions=some) for some in _some(batch.deletions))


def _some(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[start : start + intake.BATCH] for start in range(0, len(things), intake.BATCH))

"""Posts that a network hands over by webhook since it cannot be read: stored before its request is acknowledged."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from bot.ports import Batch, Delivery, Desk, Network
from bot.services.mentions import intake

STREAM = "webhooks"
T = TypeVar("T")


def take_delivery(desk: Desk, network: Network, delivery: Delivery, now: datetime) -> int:
    """Store what a request hands over, unless it was stored before; return how many posts were new or changed.

    It is noted last: a copy that comes after a kill in between is stored again, where every post is known by its id.
    A copy that was noted changes nothing, even an old edit of a post that was edited since. Raises OutOfService.
    """
    digest = hashlib.sha256(f"{network.name}:{network.account}:{delivery.key}".encode()).hexdigest()
    if desk.store.was_let_in(digest):
        return 0
    new = sum(intake.receive(desk, network, STREAM, some, now) for some in _portions(delivery.batch))
    desk.store.let_in(digest, delivery.at)
    return new


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

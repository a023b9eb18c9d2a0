"""Posts that a network hands over by webhook since it cannot be read: stored before its request is acknowledged."""

import hashlib
from datetime import datetime

from bot.ports import Delivery, Desk, Network
from bot.services.mentions import intake

STREAM = "webhooks"


def take_delivery(desk: Desk, network: Network, delivery: Delivery, now: datetime) -> int:
    """Store what a request hands over, unless it was stored before; return how many posts were new or changed.

    It is noted last: a copy that comes after a kill in between is stored again, where every post is known by its id.
    A copy that was noted changes nothing, even an old edit of a post that was edited since. Raises OutOfService.
    """
    digest = hashlib.sha256(f"{network.name}:{network.account}:{delivery.key}".encode()).hexdigest()
    if desk.store.was_let_in(digest):
        return 0
    new = intake.receive(desk, network, STREAM, delivery.batch, now)
    desk.store.let_in(digest, delivery.at)
    return new

"""Stores what a network told by itself as if it had been read, and never moves a cursor of reading."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.mentions.mention import Mention, Side
from bot.ports import Batch, Desk, Network
from bot.services.accounts.spending import OPEN_STREAM
from bot.services.mentions.intake import receive

OLDEST = timedelta(hours=24)  # a first reading goes back so far; what is older is left to reading


def take_in_told(desk: Desk, network: Network, posts: Sequence[Mention], now: datetime) -> bool:
    """Store posts, at most 100; return whether the network has to be read for the others.

    A post that is known already changes nothing. An answer of ours to a post that is not stored yet waits until both
    are read, in their order.
    """
    known = [one for one in posts if _fits(desk, one, posts, now)]
    in_order = sorted(known, key=lambda one: (one.posted_at, one.side is Side.OURS))
    if in_order:
        receive(desk, network, OPEN_STREAM, Batch(posts=tuple(in_order)), now)
    return len(known) < len(posts)


def _fits(desk: Desk, post: Mention, beside: Sequence[Mention], now: datetime) -> bool:
    if now - post.posted_at > OLDEST:
        return False
    if post.side is Side.THEIRS or not post.parent_id:
        return True
    here = any(one.ref.post_id == post.parent_id for one in beside)
    return here or desk.store.mention_of(post.ref.network, post.parent_id) is not None

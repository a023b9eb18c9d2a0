"""Asks networks that report no deletions once a day what became of posts that are still shown."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.domain.accounts.holds import Use
from bot.domain.mentions.deletion_checks import AGAIN_AFTER, AT_ONCE, EVERY, TOGETHER, PostCheck
from bot.ports import TELLS_OF_POSTS, Batch, Desk, Network, NetworkTrouble, TellsChanges, TellsWhatIsGone
from bot.services.accounts.holds import hold_on, reading
from bot.services.base.network_traits import can_be_asked_about
from bot.services.mentions.intake import receive

log = logging.getLogger(__name__)


def check_shown_posts(desk: Desk, now: datetime) -> int:
    """Ask about the posts that are due, within the day's budget; return how many were asked about."""
    policy = desk.policy.deletions
    asked = [one for one in desk.networks.values() if isinstance(one, TELLS_OF_POSTS)]
    if not policy.ask or not asked:
        return 0
    desk.store.note_posts_to_check({one.name for one in asked}, now - policy.after_end)
    return sum(_check(desk, one, now) for one in asked)


def check_told(desk: Desk, network: Network, post_ids: Sequence[str], now: datetime) -> Sequence[str]:
    """Ask about posts, at most 100, that are said to be deleted; return those that the network still shows.

    Only known posts of this account are asked about, within the day's budget; a deletion counts once the network
    confirms it.
    """
    stored = {one: found[0] for one in post_ids if (found := desk.store.mention_of(network.name, one))}
    ours = [one for one, post in stored.items() if post.ref.account == network.account and post.deleted_at is None]
    there = ours[: _left_today(desk, network, now)]
    if not there or not isinstance(network, TELLS_OF_POSTS):
        return ()
    if hold_on(desk, network.name, network.account, Use.LOOK, now):
        return there
    _count(desk, network, len(there), now)
    try:
        with reading(desk, network, Use.LOOK, now, posts=len(there)):
            told = what_became_of(desk, network, there)
    except NetworkTrouble as trouble:
        log.info("deletions.unread network=%s why=%s", network.name, trouble)
        return there
    if told.deletions or told.edits:
        receive(desk, network, "asked", told, now)
    return [one for one in there if one not in told.deletions]


def _check(desk: Desk, network: Network, now: datetime) -> int:
    left = _left_today(desk, network, now)
    since = now - desk.policy.deletions.after_end
    due = desk.store.posts_to_check(network.name, network.account, now, along=TOGETHER, since=since, limit=AT_ONCE)
    asked = [one for one in due if one.shown and can_be_asked_about(network, one.post_id)]
    desk.store.drop_checks([one.mention for one in due if one not in asked])
    some = asked[:left]
    return _ask(desk, network, some, now) if some else 0


def _ask(desk: Desk, network: Network, some: Sequence[PostCheck], now: datetime) -> int:
    rows = [one.mention for one in some]
    if hold := hold_on(desk, network.name, network.account, Use.LOOK, now):
        desk.store.put_off_checks(rows, hold.until)
        return 0
    _count(desk, network, len(rows), now)  # before the call, since it may be charged whatever becomes of it
    try:
        with reading(desk, network, Use.LOOK, now, posts=len(some)):
            told = what_became_of(desk, network, [one.post_id for one in some])
    except NetworkTrouble as trouble:
        log.info("deletions.unread network=%s why=%s", network.name, trouble)
        desk.store.put_off_checks(rows, now + max(AGAIN_AFTER, trouble.retry_after or AGAIN_AFTER))
        return 0
    receive(desk, network, "asked", told, now)
    desk.store.put_off_checks(rows, now + EVERY)
    return len(rows)


def what_became_of(desk: Desk, network: Network, post_ids: Sequence[str]) -> Batch:
    """Return the deletions of these posts, and the edits where the network can be asked; raise NetworkTrouble."""
    if isinstance(network, TellsChanges):
        known = [found[0] for one in post_ids if (found := desk.store.mention_of(network.name, one))]
        return network.changes_of(known)
    gone = network.which_are_gone(post_ids) if isinstance(network, TellsWhatIsGone) else ()
    return Batch(deletions=tuple(gone))


def _left_today(desk: Desk, network: Network, now: datetime) -> int:
    """Return how many posts may still be asked about in this UTC day, by which networks charge."""
    day, _, many = desk.store.setting(_key(network)).partition(" ")
    used = int(many) if day == f"{now:%Y-%m-%d}" else 0
    return max(desk.policy.deletions.posts_a_day - used, 0)


def _count(desk: Desk, network: Network, many: int, now: datetime) -> None:
    used = desk.policy.deletions.posts_a_day - _left_today(desk, network, now)
    desk.store.put_setting(_key(network), f"{now:%Y-%m-%d} {used + many}")


def _key(network: Network) -> str:
    return f"asked_about:{network.name}:{network.account}"

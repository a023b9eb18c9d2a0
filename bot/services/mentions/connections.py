"""Fills what is known of each account's connection, from the store, the newest readings and the network itself."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.moments import moment_in
from bot.domain.mentions.connection import Abilities, Connection, DeletionsSeen, LastReading
from bot.ports import (
    TELLS_OF_POSTS,
    CountsReadings,
    Desk,
    KeepsToken,
    Likes,
    Network,
    OutOfService,
    RenewsToken,
    Store,
    TokenEnds,
)
from bot.ports.network_kind import network_kind, network_label
from bot.services.accounts.spending import spent_in_words
from bot.services.base.network_traits import reads_messages
from bot.services.mentions.silence import MENTIONS
from bot.services.team import access

log = logging.getLogger(__name__)

KEPT_EVERY = timedelta(minutes=5)  # so often the moment of the newest reading is stored, for `heard check`


def connections(desk: Desk, now: datetime) -> list[Connection]:
    """Return the connection of every account, in the order of the configuration."""
    return [_connected(desk, one, now) for one in desk.networks.values() if _has_connection(one)]


def _connected(desk: Desk, network: Network, now: datetime) -> Connection:
    key = (network.name, network.account)
    asks = desk.policy.deletions.ask
    try:
        written = desk.policy.token_until(*key)
        found = connection(
            desk.store, network, desk.readings.get(key), asks_about_deletions=asks, token_until=written
        )
        return replace(found, stream_since=desk.streamed.get(key), budget=spent_in_words(desk, network, now))
    except OutOfService:
        raise
    except Exception as odd:  # one network must not hide the others, nor keep a home tab from being drawn
        log.exception("connections.broken network=%s account=%s", *key)
        return Connection(name=_named(network), odd=type(odd).__name__)


def _named(network: Network) -> str:
    return f"@{network.handle.removeprefix('@')} on {network_label(network.name)}"


def seen_by(desk: Desk, user: str, now: datetime) -> list[Connection]:
    """Return the connections that a person sees in whole: a lead all, others none."""
    return connections(desk, now) if access.is_lead(desk, user, now) else []


def connection(
    store: Store,
    network: Network,
    last: LastReading | None = None,
    *,
    asks_about_deletions: bool,
    token_until: datetime | None,
) -> Connection:
    """Return the connection of one account; makes no call. `last`: its newest reading by this process.

    `token_until`: as a person wrote it down; the network knows better.
    """
    told = network.token_ends() if isinstance(network, TokenEnds) else None
    last = last or LastReading()
    heard = store.heard_from(network.name, network.account)
    kind = network_kind(network.name)
    met = network.met.get(MENTIONS) if isinstance(network, CountsReadings) else None
    return Connection(
        name=_named(network),
        pushed=kind is not None and kind.only_webhooks,
        read_at=last.complete_at(network.streams) or moment_in(store.setting(_kept_under(network))),
        unread_since=last.unread_since,
        why=last.why,
        newest_at=heard[1] if heard else None,
        token_fault=network.token_fault() if isinstance(network, KeepsToken) else "",
        renews_token=isinstance(network, RenewsToken) and network.renews_token,
        token_ends=told or token_until,
        allowance=met.allowance if met else None,
        allowance_until=met.until if met else None,
        held_until=_held_until(store, network),
        can=_abilities(network, asks_about_deletions=asks_about_deletions),
    )


def read_at(desk: Desk) -> dict[tuple[str, str], datetime | None]:
    """Return when each account was last read completely, by any process; None: never. Pushed ones are left out."""
    kinds = {name: network_kind(name) for name, _ in desk.networks}
    read = [one for one in desk.networks.values() if (kind := kinds[one.name]) and not kind.only_webhooks]
    return {(one.name, one.account): _last_read(desk, one) for one in read}


def _last_read(desk: Desk, network: Network) -> datetime | None:
    ours = desk.readings.get((network.name, network.account), LastReading()).complete_at(network.streams)
    known = [one for one in (ours, moment_in(desk.store.setting(_kept_under(network)))) if one is not None]
    return max(known, default=None)


def note_reading(desk: Desk, network: Network, stream: str, now: datetime, *, all_well: bool) -> None:
    """Remember that a stream was read; the moment of the newest complete reading is stored every few minutes."""
    if not _has_connection(network):
        return
    key = (network.name, network.account)
    last = desk.readings.get(key, LastReading())
    last = replace(last, by_stream={**last.by_stream, stream: now})
    desk.readings[key] = replace(last, unread_since=None, why="") if all_well else last
    complete = last.complete_at(network.streams)
    kept = moment_in(desk.store.setting(_kept_under(network)))
    if complete is not None and (kept is None or not timedelta() <= complete - kept < KEPT_EVERY):
        desk.store.put_setting(_kept_under(network), complete.isoformat())


def note_unread(desk: Desk, network: Network, why: str, since: datetime) -> None:
    """Remember since when and why an account cannot be read."""
    key = (network.name, network.account)
    desk.readings[key] = replace(desk.readings.get(key, LastReading()), unread_since=since, why=why)


def _held_until(store: Store, network: Network) -> datetime | None:
    """Return until when replies of an account wait, or waited, since its network asked for that."""
    holds = store.account_holds(network.name, network.account)
    return next((one.until for one in holds if one.use == Use.WRITE), None)


def _kept_under(network: Network) -> str:
    return f"read-at:{network.name}:{network.account}"


def _has_connection(network: Network) -> bool:
    """Return whether it belongs to a kind of network; recorded posts do not."""
    return network_kind(network.name) is not None


def _abilities(network: Network, *, asks_about_deletions: bool) -> Abilities:
    kind = network_kind(network.name)
    asks = asks_about_deletions and isinstance(network, TELLS_OF_POSTS)
    seen = DeletionsSeen.AT_ONCE if kind and kind.reports_deletions else DeletionsSeen.DAILY if asks else None
    return Abilities(
        private_answers=kind is not None and reads_messages(network.name, network),
        takes_back=bool(kind and kind.takes_back),
        likes=isinstance(network, Likes) and network.likes,
        deletions=seen or DeletionsSeen.NEVER,
    )

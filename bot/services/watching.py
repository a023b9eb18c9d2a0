"""Says aloud that mentions stopped coming, and that they come again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.notice import Said, plainly
from bot.domain.silence import HISTORY, HOUR, SHORTEST, WEEKS, hour_of, is_silent, usual
from bot.ports import Desk, Network
from bot.services.viewing import label


def listen(desk: Desk, network: Network, watched_since: datetime, now: datetime) -> str:
    """Say once that a network is silent where mentions are usual, or that it is over; return the sentence said.

    `watched_since`: since when the desk has been reading it; silence before that proves nothing.
    """
    heard = desk.store.heard_from(network.name, network.account)
    if heard is None:
        return ""
    first, newest = heard
    known = f"silence:{network.name}:{network.account}"
    told = desk.store.setting(known)
    if told and told != newest.isoformat():
        sentence = f"Mentions of @{network.handle} on {label(network.name)} come again."
        return _say(desk, f"over:{known}:{told}", sentence, now, (known, ""))
    since = max(newest, watched_since)
    if told or now - since < SHORTEST or now - first < HISTORY:
        return ""
    usually = usual(_counts(desk, network, now), first, since, now, desk.policy.hours.zone)
    if not is_silent(usually, first, since, now):
        return ""
    hours = (now - since) // HOUR
    said = (
        f"No mention of @{network.handle} on {label(network.name)} since ",
        since,
        f": in these {hours} h, {usually} are usual. Please look there once by hand.",
    )
    return _say(desk, f"{known}:{newest.isoformat()}", said, now, (known, newest.isoformat()))


def unread(desk: Desk, network: Network, stream: str, minutes: int, now: datetime) -> str:
    """Say that a stream has not been read for so long; return the sentence said."""
    sentence = (
        f"The desk has not read {stream} of @{network.handle} on {label(network.name)} for {minutes} min. "
        "If this goes on, please restart it; nothing is lost by that."
    )
    return _say(desk, f"unread:{network.name}:{network.account}:{stream}:{now.isoformat()}", sentence, now)


def read_again(desk: Desk, network: Network, stream: str, now: datetime) -> str:
    """Say that a stream is read again; return the sentence said."""
    sentence = f"The desk reads {stream} of @{network.handle} on {label(network.name)} again."
    return _say(desk, f"read:{network.name}:{network.account}:{stream}:{now.isoformat()}", sentence, now)


def _counts(desk: Desk, network: Network, now: datetime) -> Mapping[int, int]:
    since = now - timedelta(weeks=WEEKS, days=1)
    return desk.store.arrivals(network.name, network.account, hour_of(since))


def _say(desk: Desk, key: str, said: Said, now: datetime, known: tuple[str, str] | None = None) -> str:
    """Say a sentence once, and keep in the same moment that it is `known`: a kill leaves both or neither."""
    with desk.store.transaction():
        new = desk.store.notice(key, desk.policy.leads_channel, said, now)
        if known:
            desk.store.put_setting(*known)
    if not new:
        return ""
    desk.changed()
    return plainly(said)

"""Reports that mentions, a network, Slack's connection or a worker stopped, and that it works again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.mentions.poll_pace import Allowance
from bot.domain.mentions.silence import HISTORY, HOUR, SHORTEST, WEEKS, hour_of, is_silent, usual_count
from bot.domain.slack.notice import Said, plainly
from bot.domain.slack.readers import OURS, InChannel
from bot.ports import CountsReadings, Desk, Message, Network, NetworkTrouble
from bot.ports.network_kind import network_label
from bot.services.base.told_troubles import Told, left_by_another, open_since, over, told_by, told_of
from bot.services.slack import outgoing

MENTIONS = "mentions"  # the stream that is read most
OWN = "own"  # the stream of what the account itself posts
AUDITOR = "auditor"  # the worker that checks all others
PUBLISHER = "publisher"  # the worker that posts to Slack


def tell_silence(desk: Desk, network: Network, watched_since: datetime, now: datetime) -> str:
    """Report once that usual mentions are missing, or that they came again; return the sentence.

    `watched_since`: since when the desk reads it; silence before that proves nothing.
    """
    heard = desk.store.heard_from(network.name, network.account)
    if heard is None:
        return ""
    first, newest = heard
    known = f"silence:{network.name}:{network.account}"
    before = desk.store.setting(known)
    if before and before != newest.isoformat():
        sentence = f"Mentions of @{network.handle} on {network_label(network.name)} come again."
        return _say(desk, f"over:{known}:{before}", sentence, now, (known, ""))
    since = max(newest, watched_since)
    if before or now - since < SHORTEST or now - first < HISTORY:
        return ""
    usually = usual_count(_counts(desk, network, now), first, since, now, desk.policy.hours.zone)
    if not is_silent(usually, first, since, now):
        return ""
    hours = (now - since) // HOUR
    said = (
        f"No mention of @{network.handle} on {network_label(network.name)} since ",
        since,
        f": in these {hours} h, {usually} are usual. Please look there yourself.",
    )
    return _say(desk, f"{known}:{newest.isoformat()}", said, now, (known, newest.isoformat()))


def cannot_be_read(  # noqa: PLR0917 - who, what, since when, and now
    desk: Desk, network: Network, trouble: NetworkTrouble, since: datetime, streams: Collection[str], now: datetime
) -> str:
    """Report once why these streams of a network cannot be read since then; return the sentence."""
    said = (f"{_which(desk, network)} cannot be read since ", since, f": {trouble.sentence}")
    known = told_of(_unread(network), since, sorted(streams))
    return _say(desk, f"unread:{network.name}:{network.account}:{since.isoformat()}", said, now, known)


def unread_since(desk: Desk, network: Network) -> tuple[datetime | None, set[str]]:
    """Return since when a network cannot be read, as leads were told by any process so far; and which streams."""
    since, streams = open_since(desk, _unread(network))
    return since, set(streams) & set(network.streams)


def some_can_be_read(desk: Desk, network: Network, since: datetime, streams: Collection[str]) -> None:
    """Store that only these streams cannot be read any more."""
    desk.store.put_setting(*told_of(_unread(network), since, sorted(streams)))


def can_be_read_again(desk: Desk, network: Network, since: datetime, now: datetime) -> str:
    """Report that a network can be read again; return the sentence."""
    said = (f"{_which(desk, network)} can be read again; what was posted since ", since, " is being taken in.")
    key = f"read-again:{network.name}:{network.account}:{since.isoformat()}"
    return _say(desk, key, said, now, over(_unread(network)))


def _unread(network: Network) -> str:
    return f"unread:{network.name}:{network.account}"


def say_stream_closed(desk: Desk, networks: Sequence[Network], why: str, since: datetime, now: datetime) -> str:
    """Report once why a network tells nothing of these accounts by itself since then; return the sentence."""
    said = (
        f"{_told_of(networks, 'nothing of')} by itself since ",
        since,
        f": {why} New posts still come in by reading.",
    )
    key = f"stream:{_key_of(networks)}"
    return _say(desk, f"{key}:{since.isoformat()}", said, now, told_by(desk, key, since))


def stream_left_closed(desk: Desk, networks: Sequence[Network]) -> datetime | None:
    """Return since when nothing was told of these accounts, as a process reported that runs no more."""
    return left_by_another(desk, f"stream:{_key_of(networks)}")


def say_stream_open(desk: Desk, networks: Sequence[Network], since: datetime, now: datetime) -> str:
    """Report that a network tells of these accounts by itself again; return the sentence."""
    said = (f"{_told_of(networks, 'of')} by itself again. It did not since ", since, ".")
    key = f"stream-open:{_key_of(networks)}:{since.isoformat()}"
    return _say(desk, key, said, now, over(f"stream:{_key_of(networks)}"))


def say_unread(desk: Desk, network: Network, stream: str, minutes: int, now: datetime) -> str:
    """Report that a stream has not been read for this long; return the sentence."""
    sentence = (
        f"The desk has not read {_posts(network, stream)} for {minutes} min. "
        "If this goes on, please ask whoever runs Heard to restart it; nothing is lost by that."
    )
    key = f"unread:{network.name}:{network.account}:{stream}"
    return _say(desk, f"{key}:{now.isoformat()}", sentence, now, told_by(desk, key, now))


def stream_left_unread(desk: Desk, network: Network, stream: str) -> bool:
    """Return whether a process that runs no more reported that this stream is not read."""
    return left_by_another(desk, f"unread:{network.name}:{network.account}:{stream}") is not None


def say_read_again(desk: Desk, network: Network, stream: str, now: datetime) -> str:
    """Report that a stream is read again; return the sentence."""
    sentence = f"The desk reads {_posts(network, stream)} again."
    known = over(f"unread:{network.name}:{network.account}:{stream}")
    return _say(desk, f"read:{network.name}:{network.account}:{stream}:{now.isoformat()}", sentence, now, known)


def say_deaf(desk: Desk, door: str, what: str, since: datetime, now: datetime) -> str:
    """Report why Slack's connection receives nothing since then, and what to do; return the sentence."""
    return _say(desk, f"deaf:{door}:{since.isoformat()}", what, now, told_by(desk, f"deaf:{door}", since))


def left_deaf(desk: Desk, door: str) -> datetime | None:
    """Return since when this connection received nothing, as a process reported that runs no more."""
    return left_by_another(desk, f"deaf:{door}")


def say_hears(desk: Desk, door: str, again: str, since: datetime, now: datetime) -> str:
    """Report that Slack's connection receives again; return the sentence."""
    said = (f"{again} since ", since, ".")
    return _say(desk, f"hears:{door}:{since.isoformat()}", said, now, over(f"deaf:{door}"))


def readings(desk: Desk) -> list[tuple[str, Allowance, datetime | None]]:
    """Return for each network with a limit how many readings of mentions it still allows, and until when."""
    return [
        (
            f"@{network.handle} on {network_label(network.name)}",
            network.met[MENTIONS].allowance,
            network.met[MENTIONS].until,
        )
        for network in desk.networks.values()
        if isinstance(network, CountsReadings) and MENTIONS in network.met
    ]


def _which(desk: Desk, network: Network) -> str:
    """Return the network's name, with the account where we have several on it."""
    label = network_label(network.name)
    several = sum(name == network.name for name, _ in desk.networks) > 1
    return f"@{network.handle} on {label}" if several else label


def _posts(network: Network, stream: str) -> str:
    """Return the content of a stream in words: "mentions of @northwind on X"."""
    what = {OWN: "the posts of", "chat": "encrypted messages of"}.get(stream, f"{stream} of")
    return f"{what} @{network.handle} on {network_label(network.name)}"


def _told_of(networks: Sequence[Network], what: str) -> str:
    """Return whom a network tells of, in words: "X tells us nothing of @northwind"."""
    labels = " and ".join(dict.fromkeys(network_label(one.name) for one in networks))
    return f"{labels} tells us {what} {', '.join(f'@{one.handle}' for one in networks)}"


def _key_of(networks: Sequence[Network]) -> str:
    return ",".join(f"{one.name}:{one.account}" for one in networks)


def stands_still(part: str) -> str:
    """Return the sentence about a worker that has stopped."""
    return f"The part of the desk called “{part}” has stopped."


def say_stopped(desk: Desk, part: str, now: datetime) -> str:
    """Report that a worker has stopped; return the sentence.

    If it is the publisher, the report is posted without it.
    """
    sentence = f"{stands_still(part)} Please ask whoever runs Heard to restart the desk; nothing is lost by that."
    if part == PUBLISHER:
        leads = InChannel(desk.policy.leads_channel)
        outgoing.post(desk, leads, Message(text=sentence, kept_to=OURS), now)
        desk.store.put_setting(*told_by(desk, f"stopped:{part}", now))
        return sentence
    return _say(desk, f"stopped:{part}:{now.isoformat()}", sentence, now, told_by(desk, f"stopped:{part}", now))


def left_stopped(desk: Desk, part: str) -> datetime | None:
    """Return since when this worker had stopped, as a process reported that runs no more."""
    return left_by_another(desk, f"stopped:{part}")


def say_runs_again(desk: Desk, part: str, since: datetime, now: datetime) -> str:
    """Report that a worker runs again; return the sentence."""
    said = f"The part of the desk called “{part}” runs again."
    return _say(desk, f"runs:{part}:{since.isoformat()}", said, now, over(f"stopped:{part}"))


def _counts(desk: Desk, network: Network, now: datetime) -> Mapping[int, int]:
    since = now - timedelta(weeks=WEEKS, days=1)
    return desk.store.arrivals(network.name, network.account, hour_of(since))


def _say(desk: Desk, key: str, said: Said, now: datetime, known: Told | None = None) -> str:
    """Report a sentence once, and store that it is `known` in the same transaction."""
    with desk.store.transaction():
        new = desk.store.notice(key, desk.policy.leads_channel, said, now)
        if known:
            desk.store.put_setting(*known)
    if not new:
        return ""
    return plainly(said)

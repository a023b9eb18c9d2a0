"""Keeps complaints and drafts out of channels that are shared with another company, unless that is allowed."""

import logging
from datetime import datetime, timedelta

from bot.domain.base.refusals import Refusal
from bot.domain.slack.notice import Room, Said
from bot.domain.slack.shared_channels import Openness, Seen
from bot.ports import ChatTrouble, Desk, Policy
from bot.services.base.sweeping import rotated
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

A_ROUND = 20  # channels per round: Slack allows 50 readings a minute
LOOKS = 40  # readings per minute that new messages may cause
SHORTEST = 2.0  # seconds of pace time that an answer is valid, at least
AGAIN = 10.0  # seconds of pace time until the next reading after no answer
SHARED = "shared"
LONG = timedelta(minutes=10)  # a channel without an answer for this long is reported


def refuse_shared(desk: Desk) -> None:
    """Raise a Refusal if a channel is shared with another company; an unreadable one is checked later."""
    for room in rooms(desk.policy):
        if openness(desk, room, afresh=True) == Openness.SHARED:
            raise Refusal(
                f"The channel {room} is shared with another company, whose people would see complaints and "
                "drafts. Name a channel of your own workspace in heard.toml, or allow it: shared_channels = true "
                "in [slack]."
            )


def rooms(policy: Policy) -> tuple[str, ...]:
    """Return every channel that the configuration names, each once."""
    named = (*(one.channel for one in policy.routes), *(one.channel for one in policy.other_teams))
    return tuple(dict.fromkeys((policy.leads_channel, policy.channel, *named)))


def openness(desk: Desk, channel: str, *, afresh: bool = False) -> Openness:
    """Return whether a channel is not shared; read it from Slack if unknown, or if `afresh`."""
    if desk.policy.shared_channels:
        return Openness.OURS
    pace = desk.clock.pace()
    seen = None if afresh else desk.rooms.seen(channel, pace)
    return seen or _look(desk, channel, pace)


def _look(desk: Desk, channel: str, pace: float) -> Openness:
    mark = desk.rooms.mark()
    try:
        shared = desk.chat.shared(channel)
    except ChatTrouble as trouble:
        log.info("rooms.unread room=%s why=%s", channel, trouble)
        found = Openness.SHARED if channel in desk.rooms.held else Openness.UNKNOWN
        counts = max(AGAIN, trouble.retry_after or 0.0)
    else:
        found = _SAID[shared]
        counts = max(SHORTEST, len(rooms(desk.policy)) * 60.0 / LOOKS)
    desk.rooms.saw(channel, Seen(found, pace, pace + counts), mark)
    return found


_SAID = {True: Openness.SHARED, False: Openness.OURS, None: Openness.UNSEEN}


def check_channels(desk: Desk, now: datetime) -> None:
    """Check all channels in use; for shared ones hold messages, hide the words of old ones, and report it once."""
    every = dict.fromkeys((*rooms(desk.policy), *sorted(desk.rooms.held), *desk.store.rooms_in_use()))
    for room in rotated(desk, "rooms", list(every), A_ROUND):
        show_or_hide(desk, room, openness(desk, room, afresh=True), now)


def show_or_hide(desk: Desk, room: str, found: Openness, now: datetime) -> None:
    """Hide or restore the words of messages by the channel's sharing. Safe to repeat; one desk at a time does it."""
    with desk.store.turn(f"sharing {room}") as turn:
        if turn is not None and found == Openness.SHARED:
            _close(desk, room, now)
        elif turn is not None and found == Openness.OURS:
            _open(desk, room, now)
    if found == Openness.UNKNOWN:
        _say_unknown(desk, room, now)
    else:
        desk.rooms.unknown_since.pop(room, None)


def _close(desk: Desk, room: str, now: datetime) -> None:
    desk.rooms.ours.discard(room)
    standing = desk.store.hide_words_in(room, anew=room not in desk.rooms.held)
    if room in desk.rooms.held:
        return
    if _reported(desk, room) == SHARED:
        desk.rooms.held.add(room)
        return
    them = "1 message" if standing == 1 else f"{standing} messages"
    emptied = f" What stood there, {them}, loses its words at Slack's pace; until then they can read it."
    said = (
        " is shared with another company now, so nothing more is shown there. The cases are safe and their "
        f"promises still count.{emptied if standing else ''} Please stop sharing it, or ask "
        "whoever runs Heard to choose another channel."
    )
    _say(desk, f"shared:{room}:{now.isoformat()}", (Room(room), said), now, shut=room)
    log.warning("rooms.held room=%s standing=%d", room, standing)
    _note_reported(desk, room, SHARED)
    desk.rooms.held.add(room)  # last: after a failure the next round reports it


def _open(desk: Desk, room: str, now: datetime) -> None:
    reported = _reported(desk, room)
    if room not in desk.rooms.ours:  # also after a start: the channel may have been shared at the stop
        desk.store.show_words_in(room, was_hidden=room in desk.rooms.held or reported == SHARED)
        desk.rooms.ours.add(room)
    if reported == "" or (room not in desk.rooms.held and reported != SHARED):
        desk.rooms.held.discard(room)
        return
    said = (Room(room), " is not shared any more; what waited is shown there now.")
    _say(desk, f"shared:{room}:{now.isoformat()}", said, now)
    log.warning("rooms.open_again room=%s", room)
    _note_reported(desk, room, "")
    desk.rooms.held.discard(room)


def _reported(desk: Desk, room: str) -> str | None:
    """Return what was reported last of a channel to all desks on the database; None where this one is alone."""
    return desk.store.setting(f"sharing {room}") if desk.store.running_desks() else None


def _note_reported(desk: Desk, room: str, state: str) -> None:
    if _reported(desk, room) is not None:
        desk.store.put_setting(f"sharing {room}", state)


_UNTIL_IT_SAYS = (
    " is shared with another company, so nothing more is shown there until it does. The cases are safe and their "
    "promises still count. Whoever runs Heard can see with `heard check` what is missing."
)


def _say_unknown(desk: Desk, room: str, now: datetime) -> None:
    since = desk.rooms.unknown_since.setdefault(room, now)
    if now - since < LONG:
        return
    said = (
        "Slack has not said since ",
        since,
        " whether ",
        Room(room),
        _UNTIL_IT_SAYS,
    )
    _say(desk, f"unknown:{room}:{now:%Y-%m-%d}", said, now, shut=room)


def _say(desk: Desk, key: str, said: Said, now: datetime, shut: str = "") -> None:
    """Report it in the leads' channel, or to each lead by direct message if that channel is shared."""
    leads = desk.policy.leads_channel
    closed = leads == shut or leads in desk.rooms.held or openness(desk, leads) != Openness.OURS
    tell_leads(desk, key, said, now, besides=leads if closed else "")

"""Reports backlogs in their channel and to leads, in one message each, kept up to date."""

from datetime import datetime

from bot.domain.slack.backlog import OF_THE_CHANNEL, Backlog, Waits
from bot.domain.slack.notice import Room, Said
from bot.domain.slack.telling import list_of
from bot.ports import Desk
from bot.services.slack.gathered_messages import APART
from bot.services.slack.shared_channels import rooms

_LISTED = " `/care queue` lists the most urgent meanwhile."


def tell_backlogs(desk: Desk, now: datetime) -> None:
    """Report backlogs that began or ended, and update the report on one that continues, in turn.

    Slack allows 50 redraws a minute, and cards need them.
    """
    found = {room: desk.store.backlog(room) for room in _open(desk)}
    busy = sum(one.begins(now) for one in found.values())
    going_on = []
    for room, backlog in found.items():
        began = desk.store.setting(_known(room))
        if not began and backlog.begins(now):
            _begin(desk, room, backlog, busy, now)
        elif began and backlog.is_over:
            _end(desk, room, began, now)
        elif began:
            going_on.append(room)
    if going_on:
        room = going_on[desk.turns.get("backlog", 0) % len(going_on)]
        desk.turns["backlog"] = desk.turns.get("backlog", 0) + 1
        _write(desk, _key(room, desk.store.setting(_known(room))), _here(found[room], busy, now), now)


def waits(desk: Desk, now: datetime) -> Waits:
    """Return the messages that wait for Slack, by reason."""
    shared = {room: count for room in sorted(desk.rooms.held) if (count := _held_up(desk, room))}
    apart = desk.store.waiting_their_minute(now - APART)
    paced = max(desk.store.paced_count() - sum(shared.values()) - apart, 0)
    return Waits(paced=paced, apart=apart, shared=shared, put_off=desk.store.put_off())


def _held_up(desk: Desk, room: str) -> int:
    """Return how many messages wait for a channel, with those that are addressed to it."""
    return sum(desk.store.backlog(one).messages for one in (room, list_of(room)))


def _open(desk: Desk) -> list[str]:
    """Return the channels in use that accept messages; messages for others do not wait for Slack's pace."""
    closed = {room for room, why in desk.store.put_off() if why in OF_THE_CHANNEL} | desk.rooms.held
    every = dict.fromkeys((*rooms(desk.policy), *desk.store.rooms_in_use()))
    return [room for room in every if room not in closed]


def _begin(desk: Desk, room: str, backlog: Backlog, busy: int, now: datetime) -> None:
    began, leads = now.isoformat(), desk.policy.leads_channel
    with desk.store.transaction():
        desk.store.put_setting(_known(room), began)
        desk.store.notice(_key(room, began), room, _here(backlog, busy, now), now)
        if room != leads:
            desk.store.notice(_key(room, began, "leads"), leads, _there(room, backlog, busy, now), now)


def _end(desk: Desk, room: str, began: str, now: datetime) -> None:
    with desk.store.transaction():
        desk.store.put_setting(_known(room), "")
        _write(desk, _key(room, began), ("What waited here has been shown, since ", now, "."), now)
        if room != desk.policy.leads_channel:
            said = ("What waited in ", Room(room), " has been shown, since ", now, ".")
            _write(desk, _key(room, began, "leads"), said, now)


def _write(desk: Desk, key: str, said: Said, now: datetime) -> None:
    desk.store.notice_anew(key, said, now)


def _here(backlog: Backlog, busy: int, now: datetime) -> Said:
    return (*backlog.said(now, busy), _LISTED)


def _there(room: str, backlog: Backlog, busy: int, now: datetime) -> Said:
    return ("In ", Room(room), ", ", *backlog.said(now, busy), " The message there goes on saying how many.")


def _known(room: str) -> str:
    return f"backlog:{room}"


def _key(room: str, began: str, where: str = "here") -> str:
    return f"backlog:{room}:{where}:{began}"

"""Keeps new messages to one recipient apart: a minute, and ten minutes for the list of reminders in a flood."""

from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.slack.backlog import IN_A_FLOOD, QUIET_TIME
from bot.domain.slack.telling import RETRIED_WITHIN, Telling, TellingKind
from bot.ports import Desk
from bot.services.slack import quiet_time

APART = timedelta(minutes=1)
LISTS_APART = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message that is not told before `until`, and why."""

    telling: Telling
    until: datetime
    why: str


def seconds_before_next(desk: Desk, telling: Telling, now: datetime) -> float:
    """Return the seconds until a new message may go to this recipient; a redraw is not a new message."""
    if telling.ts or not telling.recipient:
        return 0.0
    last = desk.store.last_told(telling.recipient)
    return 0.0 if last is None else max(_left(last, APART, now).total_seconds(), 0.0)


def _left(last: datetime, apart: timedelta, now: datetime) -> timedelta:
    """Return how much of a pause is left; a moment ahead was written by a wrong clock."""
    return apart - abs(now - last)


def digest_for(desk: Desk, telling: Telling, now: datetime) -> Telling | PutOff:
    """Return the message to post instead: itself, a digest if several wait for its recipient, or none for now."""
    if telling.ts or not telling.recipient:
        return telling
    if until := quiet_time.waits_until(desk, telling, now):
        return PutOff(telling, min(until, now + RETRIED_WITHIN), QUIET_TIME)
    flood = is_flooded(desk, telling.recipient, now) and not desk.store.tells_urgent_lapse(telling)
    told = desk.store.put_together(telling, now, flood=flood) or telling
    return _apart(desk, told, now) if flood and told.kind == TellingKind.DIGEST else told


def is_flooded(desk: Desk, recipient: str, now: datetime) -> bool:
    """Return whether somebody got more than `digest_above` reminders within ten minutes."""
    many = desk.policy.reminders.digest_above
    return desk.store.reminded_lately(recipient, now - LISTS_APART, now, many + 1) > many


def _apart(desk: Desk, digest: Telling, now: datetime) -> Telling | PutOff:
    """Return the list to send now, or PutOff: the one before is recent, and no urgent case has lapsed."""
    newest = desk.store.list_told_at(digest.recipient)
    left = _left(newest[1], LISTS_APART, now) if newest else timedelta()
    is_next = digest.about == desk.store.next_list(digest.recipient)
    if not is_next or left <= timedelta() or desk.store.tells_urgent_lapse(digest):
        return digest
    return PutOff(digest, now + left, IN_A_FLOOD)

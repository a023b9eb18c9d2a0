"""Who is on: shifts and what people said, judged by the directory; and how somebody goes on or off."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain import shifts, swaps
from bot.domain.coverage import resolved
from bot.domain.errors import NotUsable
from bot.domain.moments import zone_of
from bot.domain.people import AT_THE_DESK, PersonKind, Role, Teammate, has_role
from bot.domain.shifts import Shift, ShiftChange, Turn
from bot.domain.skills import Skill
from bot.domain.swaps import OnShift
from bot.ports import Desk

WORKS = frozenset({PersonKind.MEMBER, PersonKind.GUEST})
_UNTIL = re.compile(r"(?:until\s+)?(\d{1,2})[:.](\d{2})")


def team(desk: Desk, now: datetime) -> frozenset[str]:
    """Return everybody who works at this desk, as far as the directory knows them."""
    return frozenset().union(*(_with(desk, role, now) for role in AT_THE_DESK))


def leading(desk: Desk, now: datetime) -> frozenset[str]:
    """Return everybody who leads, on shift or not."""
    return _with(desk, Role.LEAD, now)


def _with(desk: Desk, role: Role, now: datetime) -> frozenset[str]:
    roster, groups = desk.policy.roster, desk.store.groups()
    people = (one.id for one in desk.store.people() if one.kind in WORKS)
    return frozenset(one for one in people if has_role(one, role, roster, groups, now))


def in_peace(desk: Desk, who: str, now: datetime) -> bool:
    """Tell whether somebody is in their quiet hours, or does not want to be disturbed."""
    return _in_peace(desk, desk.store.person(who), now)


def awake(desk: Desk, people: Collection[str], now: datetime) -> frozenset[str]:
    """Return who of the people is not to be left in peace."""
    known = {one.id: one for one in desk.store.people()}
    return frozenset(one for one in people if not _in_peace(desk, known.get(one), now))


def _in_peace(desk: Desk, person: Teammate | None, now: datetime) -> bool:
    return bool(person and person.undisturbed(now)) or desk.policy.nags.is_quiet(now, _zone(desk, person))


def _zone(desk: Desk, person: Teammate | None) -> ZoneInfo:
    """Return somebody's own zone; the desk's where nobody knows theirs."""
    return zone_of(person.zone if person else "", desk.policy.hours.zone)


def on_now(desk: Desk, now: datetime) -> frozenset[str]:
    """Return who is on now."""
    return frozenset(shifts.on_shift(_resolved(desk), changes(desk, now), team(desk, now), now))


def planned(desk: Desk, at: datetime) -> frozenset[str]:
    """Return who is to be on at that moment by shifts and swaps, whatever they said of themselves."""
    return frozenset(shifts.on_shift(_resolved(desk), given(desk, at), team(desk, at), at))


def changes(desk: Desk, now: datetime) -> list[ShiftChange]:
    """Return what people said of themselves, and what they gave each other of turns that end after `now`."""
    return [*desk.store.shift_changes(), *given(desk, now)]


def given(desk: Desk, now: datetime) -> list[ShiftChange]:
    """Return what people gave each other of turns that end after `now`."""
    return swaps.changes(desk.store.swaps(now))


def turns(desk: Desk, who: str, since: datetime) -> list[Turn]:
    """Return somebody's turns that end after `since`, in order, with what was given to them and without the rest."""
    return shifts.turns(_resolved(desk), who, since, given(desk, since))


def next_turn(desk: Desk, who: str, now: datetime) -> datetime | None:
    """Return when somebody's next turn begins, or None."""
    return shifts.next_turn(_resolved(desk), who, now, given(desk, now))


def _resolved(desk: Desk) -> list[Shift]:
    """Return the shifts with people in the place of their user groups."""
    return resolved(desk.policy.shifts, _members(desk))


def skills(desk: Desk) -> list[Skill]:
    """Return what people read and know, with people in the place of user groups."""
    return resolved(desk.policy.skills, _members(desk))


def _members(desk: Desk) -> dict[str, frozenset[str]]:
    return {one.id: one.members for one in desk.store.groups()}


def go_on(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Put somebody on, and write it down."""
    return _said(desk, shifts.on(_resolved(desk), by, at, given(desk, at)))


def go_off(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Take somebody off until their next turn, and write it down."""
    return _said(desk, shifts.off(_resolved(desk), by, at, given=given(desk, at)))


def go_away(desk: Desk, words: str, *, by: str, at: datetime) -> ShiftChange:
    """Take somebody off until a time of day in their own zone; raise NotUsable for words that name none."""
    found = _UNTIL.fullmatch(words.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise NotUsable("Please say until when, for example `/care away until 14:00`.")
    local = at.astimezone(_zone(desk, desk.store.person(by)))
    until = local.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    if until <= local:
        until += timedelta(days=1)
    return _said(desk, shifts.off(_resolved(desk), by, at, until=until))


def _said(desk: Desk, change: ShiftChange) -> ShiftChange:
    facts = {"on": change.on, "until": change.until.isoformat() if change.until else ""}
    with desk.store.transaction():
        desk.store.put_shift_change(change)
        desk.store.note("shift_changed", change.who, change.since, facts)
    return change


def who(desk: Desk, now: datetime) -> OnShift:
    """Return who is on and who is off at the moment."""
    everybody, present = team(desk, now), on_now(desk, now)
    held = desk.store.load()
    back = {one.who: one.until for one in desk.store.shift_changes() if not one.on and one.holds(now)}
    away = [(one, back.get(one) or next_turn(desk, one, now)) for one in sorted(everybody - present)]
    return OnShift(
        on=[(one, held.get(one, 0)) for one in sorted(present)],
        approvers=present & _with(desk, Role.APPROVER, now),
        leads=present & _with(desk, Role.LEAD, now),
        off=away,
        swaps=desk.store.swaps(now),
    )

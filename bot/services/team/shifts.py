"""Finds who is on, by shifts, own changes and the directory; lets people go on or off."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.base.moments import zone_of
from bot.domain.base.refusals import NotUsable
from bot.domain.base.slack_ids import is_person
from bot.domain.home.inbox import Standing
from bot.domain.team import shifts, swaps
from bot.domain.team.coverage import resolved
from bot.domain.team.people import AT_THE_DESK, PersonKind, Role, Teammate
from bot.domain.team.shifts import Choice, Shift, ShiftChange, Turn
from bot.domain.team.skills import Skill
from bot.domain.team.swaps import OnShift
from bot.ports import Desk, Policy

WORKS = frozenset({PersonKind.MEMBER, PersonKind.GUEST})
ON_DUTY = frozenset({PersonKind.MEMBER})  # guests are never asked or given a case
_STRETCHES = 8  # of quiet time that follow one another: evening, night, do-not-disturb
_UNTIL = re.compile(r"(?:until\s+)?(\d{1,2})[:.](\d{2})")


def team(desk: Desk) -> frozenset[str]:
    """Return everybody who can be on, as last read from Slack: full members, never guests."""
    return _working(desk, ON_DUTY)


def leading(desk: Desk) -> frozenset[str]:
    """Return all leads, on shift or not; never a guest."""
    return _with(desk, Role.LEAD, ON_DUTY)


def _working(desk: Desk, kinds: Collection[PersonKind]) -> frozenset[str]:
    return frozenset().union(*(_with(desk, role, kinds) for role in AT_THE_DESK))


def _with(desk: Desk, role: Role, kinds: Collection[PersonKind]) -> frozenset[str]:
    """Return the people with the role; without a configured team, the members of the case channels."""
    members, people = _members(desk), [one.id for one in desk.store.people() if one.kind in kinds]
    named = desk.policy.roster.named(role)
    if role == Role.TEAM and not named:
        rooms = case_rooms(desk.policy)
        if not all(members.get(one) for one in rooms):  # Slack did not answer, or there are too many
            return frozenset(people)
        named = frozenset(rooms).union(*(one.people for one in desk.policy.shifts))
    carry = frozenset[str]().union(*(members.get(one, {one}) for one in named))
    return frozenset(people) & carry


def _unread(desk: Desk) -> int:
    """Return how many of the team were never read from Slack."""
    roster, members = desk.policy.roster, _members(desk)
    named = roster.approvers | roster.leads | (roster.team or frozenset(case_rooms(desk.policy)))
    every = frozenset[str]().union(*(members.get(one, {one}) for one in named))
    return len({one for one in every if is_person(one)} - {one.id for one in desk.store.people()})


def case_rooms(policy: Policy) -> tuple[str, ...]:
    """Return the channels in which cases are shown, each once."""
    return tuple(dict.fromkeys((policy.channel, *(one.channel for one in policy.routes))))


def in_peace(desk: Desk, who: str, now: datetime) -> bool:
    """Return whether somebody is in their quiet hours, or on do-not-disturb."""
    return _in_peace(desk, desk.store.person(who), now)


def peace_until(desk: Desk, who: str, now: datetime) -> datetime | None:
    """Return when the quiet hours and the do-not-disturb of a person are over; None outside of both."""
    person, until = desk.store.person(who), now
    zone = _zone(desk, person)
    for _ in range(_STRETCHES):
        ends = [desk.policy.reminders.quiet_until(until, zone), person.undisturbed_until(until) if person else None]
        until = max([one for one in ends if one], default=until)
        if not any(ends):
            break
    return until if until > now else None


def awake(desk: Desk, people: Collection[str], now: datetime) -> frozenset[str]:
    """Return the people outside their quiet hours."""
    known = {one.id: one for one in desk.store.people()}
    return frozenset(one for one in people if not _in_peace(desk, known.get(one), now))


def _in_peace(desk: Desk, person: Teammate | None, now: datetime) -> bool:
    return bool(person and person.undisturbed(now)) or desk.policy.reminders.is_quiet(now, _zone(desk, person))


def _zone(desk: Desk, person: Teammate | None) -> ZoneInfo:
    """Return somebody's time zone; the desk's if unknown."""
    return zone_of(person.zone if person else "", desk.policy.hours.zone)


def on_now(desk: Desk, now: datetime) -> frozenset[str]:
    """Return who is on now, and can be asked."""
    return frozenset(shifts.on_shift(_resolved(desk), known_shift_changes(desk, now), team(desk), now))


def at_work(desk: Desk, now: datetime) -> frozenset[str]:
    """Return who is on now, with guests, who are asked about their own cases."""
    return frozenset(shifts.on_shift(_resolved(desk), known_shift_changes(desk, now), _working(desk, WORKS), now))


def planned(desk: Desk, at: datetime) -> frozenset[str]:
    """Return who is scheduled at that moment by shifts and swaps, without their own changes."""
    return frozenset(shifts.on_shift(_resolved(desk), given_turns(desk, at), team(desk), at))


def known_shift_changes(desk: Desk, now: datetime) -> list[ShiftChange]:
    """Return people's own changes, and given turns that end after `now`."""
    return [*desk.store.shift_changes(), *given_turns(desk, now)]


def given_turns(desk: Desk, now: datetime) -> list[ShiftChange]:
    """Return given turns that end after `now`."""
    return swaps.swap_changes(desk.store.swaps(now))


def turns(desk: Desk, who: str, since: datetime) -> list[Turn]:
    """Return somebody's turns that end after `since`, in order, with received turns and without given ones."""
    return shifts.turns(_resolved(desk), who, since, given_turns(desk, since))


def next_turn(desk: Desk, who: str, now: datetime) -> datetime | None:
    """Return when somebody's next turn begins, or None."""
    return shifts.next_turn(_resolved(desk), who, now, given_turns(desk, now))


def _resolved(desk: Desk) -> list[Shift]:
    """Return the shifts with user groups replaced by people."""
    return resolved(desk.policy.shifts, _members(desk))


def assignable(desk: Desk, now: datetime) -> list[Choice]:
    """Return everybody who can be assigned a case: those who are on first, by number of cases."""
    load, on, called = desk.store.cases_held(), on_now(desk, now), {one.id: one.name for one in desk.store.people()}
    found = [
        Choice(who=who, name=called[who], on=who in on, until=_until(desk, who, now) if who in on else None,
               cases=load.get(who, 0))
        for who in _working(desk, WORKS)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.on, one.cases, one.name.casefold(), one.who))


def _until(desk: Desk, who: str, now: datetime) -> datetime | None:
    """Return until when somebody is on: by their own change, else their turn; None: until they change it."""
    mine = [one for one in known_shift_changes(desk, now) if one.who == who and one.on and one.holds(now)]
    if mine:
        return max(mine, key=lambda one: one.heard_at).until
    return next((end for begin, end in turns(desk, who, now) if begin <= now), None)


def standing(desk: Desk, who: str, now: datetime) -> Standing:
    """Return whether somebody is on, since when and until when, and who else is."""
    present, person = on_now(desk, now), desk.store.person(who)
    others = sorted(present - {who})
    if person is not None and person.kind not in ON_DUTY:
        return Standing(on=False, others=others, guest=True)
    if who not in present:
        away = [one.until for one in desk.store.shift_changes() if one.who == who and not one.on and one.holds(now)]
        again = next(iter(away), None) or next_turn(desk, who, now)
        return Standing(on=False, again=again, others=others)
    return Standing(on=True, since=_since(desk, who, now), until=_until(desk, who, now), others=others)


def _since(desk: Desk, who: str, now: datetime) -> datetime | None:
    """Return since when this person is on: by their own change, else by their turn; None: always."""
    mine = [one for one in known_shift_changes(desk, now) if one.who == who and one.on and one.holds(now)]
    if mine:
        return max(mine, key=lambda one: one.heard_at).since
    return next((begin for begin, end in turns(desk, who, now) if begin <= now), None)


def skills(desk: Desk) -> list[Skill]:
    """Return the skills, with user groups replaced by people."""
    return resolved(desk.policy.skills, _members(desk))


def _members(desk: Desk) -> dict[str, frozenset[str]]:
    return {one.id: one.members for one in desk.store.groups()}


def go_on(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Record that somebody is on; raise NotUsable for a guest."""
    if (person := desk.store.person(by)) and person.kind not in ON_DUTY:
        raise NotUsable("Guests are not on duty, and are not asked. You can claim a case and reply to it.")
    return _said(desk, shifts.coming_on(_resolved(desk), by, at, given_turns(desk, at)))


def go_off(desk: Desk, *, by: str, at: datetime) -> ShiftChange:
    """Record that somebody is off until their next turn."""
    return _said(desk, shifts.off(_resolved(desk), by, at, given=given_turns(desk, at)))


def go_away(desk: Desk, words: str, *, by: str, at: datetime) -> ShiftChange:
    """Record that somebody is off until a time of day in their zone; raise NotUsable for words without a time."""
    found = _UNTIL.fullmatch(words.strip())
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise NotUsable("Please say until when, on your own clock, for example `/care away until 14:00`.")
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
    everybody, present = team(desk), on_now(desk, now)
    held = desk.store.cases_held()
    back = {one.who: one.until for one in desk.store.shift_changes() if not one.on and one.holds(now)}
    away = [(one, back.get(one) or next_turn(desk, one, now)) for one in sorted(everybody - present)]
    return OnShift(
        on=[(one, held.get(one, 0)) for one in sorted(present)],
        approvers=present & _with(desk, Role.APPROVER, ON_DUTY),
        leads=present & leading(desk),
        unread=_unread(desk),
        guests=[(one, held[one]) for one in sorted(_working(desk, WORKS) - everybody) if held.get(one)],
        off=away,
        swaps=desk.store.swaps(now),
    )

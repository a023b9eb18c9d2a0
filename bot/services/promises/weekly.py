"""The weekly digest in the leads' channel: last week's promises, and gaps in this week's coverage."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.base.slack_ids import is_group
from bot.domain.team import coverage
from bot.domain.team.people import PersonKind
from bot.domain.team.shifts import ShiftChange
from bot.ports import Desk
from bot.services.promises.report import period_between
from bot.services.replies import solo_unread
from bot.services.team.shifts import given_turns, skills, team

_SAID = "week.said"
_WAITS = "week.waits"  # since when it waits for people to be read from Slack
WAITED = timedelta(hours=1)


def tell_weekly_digest(desk: Desk, now: datetime) -> str:
    """Post the weekly digest at the week's first opening; return it, or an empty string."""
    hours = desk.policy.hours
    monday = now.astimezone(hours.zone).date() - timedelta(days=now.astimezone(hours.zone).weekday())
    if desk.store.setting(_SAID) == monday.isoformat() or not hours.is_open(now) or not _is_read(desk, now):
        return ""
    last = period_between(monday - timedelta(days=7), monday - timedelta(days=1), hours.zone)
    kept, lapsed = desk.store.kept_and_lapsed(last.since, last.until, now)
    solo = solo_unread.last_week(desk, last.since, last.until)
    every = (_kept(kept, lapsed), solo, _too_few(desk, _approvers(desk), now), _unread(desk, last.since, now))
    sentence = " ".join(one for one in every if one)
    with desk.store.transaction():  # both or neither survive a kill
        desk.store.put_setting(_SAID, monday.isoformat())
        if sentence:
            desk.store.notice(f"week:{monday}", desk.policy.leads_channel, sentence, now)
    return sentence


def _kept(kept: int, lapsed: int) -> str:
    decided = kept + lapsed
    if not decided:
        return ""
    return f"Last week {kept} of {decided} promises were kept ({100 * kept // decided} %)."


def _is_read(desk: Desk, now: datetime) -> bool:
    """Return whether people and groups were read from Slack, so that it is known who is on.

    It waits one hour for people, since Slack may not know one of them, and without end for groups.
    """
    policy, groups = desk.policy, _groups(desk)
    named = policy.roster.approvers.union(
        *(one.people for one in policy.shifts), *(one.people for one in policy.skills)
    )
    if any(is_group(one) and one not in groups for one in named):
        return False
    wanted = {member for one in named for member in groups.get(one, {one})}
    if wanted <= {one.id for one in desk.store.people()}:
        return True
    if not desk.store.setting(_WAITS):
        desk.store.put_setting(_WAITS, now.isoformat())
    since = datetime.fromisoformat(desk.store.setting(_WAITS))
    return not since <= now < since + WAITED


def _approvers(desk: Desk) -> set[str]:
    """Return the approvers as last read from Slack, however long ago."""
    groups = _groups(desk)
    members = {one.id for one in desk.store.people() if one.kind == PersonKind.MEMBER}
    return members & {member for one in desk.policy.roster.approvers for member in groups.get(one, {one})}


def _groups(desk: Desk) -> dict[str, Collection[str]]:
    return {one.id: one.members for one in desk.store.groups()}


def _too_few(desk: Desk, approvers: Collection[str], now: datetime) -> str:
    shifts = coverage.resolved(desk.policy.shifts, _groups(desk))
    found = coverage.thin(shifts, approvers, desk.policy.hours, now, given=_swapped(desk, now))
    if not found or not desk.policy.four_eyes:
        return ""
    named = coverage.stretches_in_words(found, desk.policy.hours)
    return f"In the coming 7 days{_in(desk)} fewer than two people who can approve are on: {named}."


def _unread(desk: Desk, since: datetime, now: datetime) -> str:
    """Return a sentence on hours without a reader of a language that routes or recent cases have."""
    policy = desk.policy
    if not policy.skills:
        return ""
    recent = desk.store.languages(since)
    wanted = [*sorted(recent, key=lambda one: (-recent[one], one)), *policy.route_languages]
    people = team(desk)
    shifts = coverage.resolved(policy.shifts, _groups(desk))
    swapped = _swapped(desk, now)
    found = coverage.unread_stretches(
        shifts, skills(desk), people, wanted, hours=policy.hours, since=now, given=swapped
    )
    if not found:
        return ""
    return f"In the coming 7 days{_in(desk)} nobody who is on reads {coverage.unread_said(found, policy.hours)}."


def _in(desk: Desk) -> str:
    return f" (desk time, {desk.policy.hours.zone.key})"


def _swapped(desk: Desk, now: datetime) -> list[ShiftChange]:
    return given_turns(desk, coverage.first_moment(now, desk.policy.hours))

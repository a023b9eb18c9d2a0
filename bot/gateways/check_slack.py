"""Checks in Slack: the desk's token, rights, channels, approvers and clock."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from bot.domain.base.slack_ids import is_group
from bot.domain.team import coverage
from bot.domain.team.people import PersonKind, Teammate
from bot.domain.team.shifts import ShiftChange
from bot.gateways.account_approvers import of_account_approvers
from bot.gateways.findings import Finding, Level, bad, ok, warn
from bot.gateways.manifest import SCOPES, SPARED
from bot.gateways.odd_zones import odd_zones
from bot.gateways.slack import Identity, SlackChat, shared_outside
from bot.gateways.slack_answers import SlackTrouble
from bot.ports import Policy
from bot.settings import Settings
from bot.settings.values import READERS

OFF_BY = timedelta(seconds=30)
LOOKED_AT = 40  # members of a group that are read; two who can approve are enough

_PASSING = {"ratelimited", "no_answer"}  # does not mean that the token is bad; Slack opens few connections a minute
_AGAIN = "Try once more in a minute; if it stays so, look at the way to Slack from here."
_LOOK = "Look at the app's scopes under “OAuth & Permissions”, and install it again if one is missing."
_WHY_NOT = {
    PersonKind.GUEST: "is a guest, and guests never approve",
    PersonKind.STRANGER: "belongs to another workspace",
    PersonKind.BOT: "is an app and not a person",
    PersonKind.GONE: "is deactivated",
}


def slack_findings(
    settings: Settings, chat: SlackChat, now: datetime, given: Sequence[ShiftChange] = ()
) -> Iterator[Finding]:
    """Yield the findings from Slack; only the one about the token when Slack does not accept the token.

    `given`: the swaps between people.
    """
    try:
        who = chat.auth()
    except SlackTrouble as trouble:
        remedy = "Check SLACK_BOT_TOKEN, SLACK_API_URL and the way to Slack from here."
        yield bad(f"Slack does not let the desk in ({trouble.code}). {trouble}", remedy)
        return
    yield ok(f"Slack lets the desk in, as {who.bot_user} in the workspace {who.team}.")
    yield from _connection(settings, chat)
    yield from _scopes(who)
    yield from _clock(who, now)
    for channel in settings.channels:
        yield from _channel(chat, channel, allowed=settings.slack.shared_channels)
    met: dict[str, Teammate] = {}
    yield from _approvers(settings, chat, met)
    yield from of_account_approvers(settings, chat)
    yield from _others(settings, chat, met)
    yield from odd_zones(met.values())
    yield from _coverage(settings, chat, now, given)


def what_keeps_slack_from_working(settings: Settings, chat: SlackChat) -> list[str]:
    """Return a sentence for each thing in Slack that the desk cannot use; for a desk that has just started."""
    findings = [
        finding
        for channel in settings.channels
        for finding in _channel(chat, channel, allowed=settings.slack.shared_channels)
    ]
    findings += _approvers(settings, chat, {})
    return [f"{finding.what} {finding.remedy}" for finding in findings if finding.level == Level.BAD]


def _connection(settings: Settings, chat: SlackChat) -> Iterator[Finding]:
    if settings.slack.mode != "socket":
        return
    try:
        chat.may_connect(settings.secrets.slack_app_token.get_secret_value())
    except SlackTrouble as trouble:
        if trouble.code in _PASSING:
            yield warn(f"Whether Slack opens a connection for clicks could not be looked at. {trouble}", _AGAIN)
            return
        remedy = "SLACK_APP_TOKEN needs the scope connections:write, and Socket Mode has to be on in the app."
        yield bad(f"Slack opens no connection for clicks ({trouble.code}).", remedy)
    else:
        yield ok("Slack opens a connection for clicks (Socket Mode).")


def _remedy(trouble: SlackTrouble) -> str:
    """Return the remedy: trying again helps only with a fault that passes by itself."""
    return _AGAIN if trouble.code in _PASSING else _LOOK


def _scopes(who: Identity) -> Iterator[Finding]:
    if who.scopes is None:
        yield warn("Slack did not say which rights the app has.", _LOOK)
        return
    for scope in sorted(set(SCOPES) - who.scopes):
        remedy = f"Add {scope} under “OAuth & Permissions”, then install the app again."
        found = warn if scope in SPARED else bad
        yield found(f"The Slack app lacks {scope} ({SCOPES[scope]}).", remedy)
    spare = sorted(who.scopes - set(SCOPES))
    if spare:
        remedy = "Take them out under “OAuth & Permissions”, unless you have a reason of your own."
        yield warn(f"The Slack app has rights that the desk does not use: {', '.join(spare)}.", remedy)
    if set(SCOPES) <= who.scopes:
        yield ok("The Slack app has every right it needs.")


def _clock(who: Identity, now: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(who.date).astimezone(UTC)
    except ValueError:
        return
    off = abs(now - theirs)
    if off > OFF_BY:
        what = (
            f"This machine's clock is {off.total_seconds():.0f} seconds away from Slack's, so promises are off too."
        )
        yield warn(what, "Let the machine set its clock from the network (NTP).")
    else:
        yield ok("The clock agrees with Slack's.")


def _channel(chat: SlackChat, channel: str, *, allowed: bool) -> Iterator[Finding]:
    try:
        found = chat.channel(channel)
    except SlackTrouble as trouble:
        yield warn(f"The channel {channel} could not be looked at. {trouble}", _remedy(trouble))
        return
    if found is None:
        remedy = "Check the id; in a private channel, type /invite @Heard first."
        yield bad(f"Slack shows no channel {channel} to the desk.", remedy)
        return
    name = f"#{found.get('name') or channel}"
    faults = list(_channel_faults(found, name, allowed=allowed))
    yield from faults or [ok(f"{name} is ready.")]


def _channel_faults(found: Mapping[str, Any], name: str, *, allowed: bool) -> Iterator[Finding]:
    if found.get("is_archived"):
        yield bad(f"{name} is archived.", "Unarchive it, or name another channel in heard.toml.")
    elif not found.get("is_member"):
        yield bad(f"Heard is not in {name} yet.", f"Type /invite @Heard in {name}.")
    if shared_outside(found):
        what = f"{name} is shared with another company, whose people would see complaints and drafts."
        remedy = "Name a channel of your own workspace in heard.toml, or allow it: shared_channels = true in [slack]."
        yield warn(what, "heard.toml allows it.") if allowed else bad(what, remedy)


def _approvers(settings: Settings, chat: SlackChat, met: dict[str, Teammate]) -> Iterator[Finding]:
    """Yield the findings about approvers, and add the people that were read to `met`."""
    usable: set[str] = set()
    for named in settings.people.approvers:
        try:
            yield from (_group(chat, named, usable, met) if is_group(named) else _person(chat, named, usable, met))
        except SlackTrouble as trouble:
            yield warn(f"The approver {named} could not be looked at. {trouble}", _remedy(trouble))
    if not usable:
        yield bad(
            "Nobody who is named can approve a reply.", "Name full members of the workspace in [people] approvers."
        )
    elif len(usable) == 1 and settings.people.four_eyes:
        what = "Only one person can approve, at any hour, and nobody approves what they wrote themselves."
        yield warn(what, "Name a second approver, or a user group.")
    else:
        yield ok("There are people who can approve replies.")


def _met(chat: SlackChat, user: str, met: dict[str, Teammate]) -> Teammate | None:
    found = met.get(user) or chat.person(user)
    met |= {user: found} if found else {}
    return found


def _person(chat: SlackChat, user: str, usable: set[str], met: dict[str, Teammate]) -> Iterator[Finding]:
    found = _met(chat, user, met)
    if found is None:
        yield warn(f"Slack knows nobody with the id {user}, who is named as an approver.", "Check the id.")
    elif found.kind in _WHY_NOT:
        yield warn(f"{found.name} is named as an approver and {_WHY_NOT[found.kind]}.", "Name a full member.")
    else:
        usable.add(user)


def _group(chat: SlackChat, group: str, usable: set[str], met: dict[str, Teammate]) -> Iterator[Finding]:
    found = chat.group(group)
    if found is None:
        yield warn(f"Slack has no user group {group}, or it is disabled.", "Check the id, or enable the group.")
        return
    members = (_met(chat, user, met) for user in islice(sorted(found.members), LOOKED_AT))
    able = set(islice((one.id for one in members if one and one.kind == PersonKind.MEMBER), 2))
    usable |= able
    if len(able) < 2:
        what = f"The user group {group} has {len(able)} {'member' if len(able) == 1 else 'members'} who can approve."
        yield warn(what, "With two or more, one can approve what another wrote.")


def _others(settings: Settings, chat: SlackChat, met: dict[str, Teammate]) -> Iterator[Finding]:
    people = settings.people
    readers = (one for one in people.reads_private if one not in READERS)
    for named in dict.fromkeys((*people.leads, *people.team, *readers)):
        try:
            known = chat.group(named) if is_group(named) else _met(chat, named, met)
        except SlackTrouble as trouble:
            yield warn(f"{named} in [people] could not be looked at. {trouble}", _remedy(trouble))
            continue
        if known is None:
            yield warn(f"Slack knows no {named}, who is named in [people].", "Check the id.")


def _coverage(settings: Settings, chat: SlackChat, now: datetime, given: Sequence[ShiftChange]) -> Iterator[Finding]:
    """Yield a finding for hours with too few people on. Without shifts everybody is on: `_approvers` counts them."""
    policy = settings.policy()
    if not policy.shifts:
        return
    named = policy.roster.approvers.union(*(one.people for one in policy.shifts))
    named = named.union(*(one.people for one in policy.skills))
    try:
        groups = {one: found.members for one in named if is_group(one) and (found := chat.group(one))}
    except SlackTrouble as trouble:
        yield warn(f"Who is on when could not be looked at. {trouble}", _remedy(trouble))
        return
    if any(is_group(one) and one not in groups for one in named):
        return  # a group unknown to Slack is reported above; without its members every number would be wrong
    if policy.four_eyes:
        yield _approving(policy, groups, now, given)
    if policy.skills and policy.route_languages:
        yield _reading(policy, groups, now, given)


def _approving(
    policy: Policy, groups: Mapping[str, Collection[str]], now: datetime, given: Sequence[ShiftChange]
) -> Finding:
    approvers = {member for one in policy.roster.approvers for member in groups.get(one, {one})}
    shifts = coverage.resolved(policy.shifts, groups)
    if thin := coverage.thin(shifts, approvers, policy.hours, now, given=given):
        what = f"Fewer than two people who can approve are on: {coverage.stretches_in_words(thin, policy.hours)}."
        return warn(what, "Move a shift, or name another approver: nobody approves what they wrote themselves.")
    return ok("At every hour of the week two people who can approve are on.")


def _reading(
    policy: Policy, groups: Mapping[str, Collection[str]], now: datetime, given: Sequence[ShiftChange]
) -> Finding:
    """Return the finding about hours in which nobody on reads a language that a route names."""
    shifts, skills = coverage.resolved(policy.shifts, groups), coverage.resolved(policy.skills, groups)
    people = {who for one in shifts for who in one.people} | {one.who for one in given}
    if found := coverage.unread_stretches(
        shifts, skills, people, policy.route_languages, hours=policy.hours, since=now, given=given
    ):
        what = f"Nobody who is on reads {coverage.unread_said(found, policy.hours)}."
        return warn(what, "Move a shift, or name somebody who reads it in [[skills]].")
    return ok("At every hour of the week somebody who is on reads the languages of the routes.")

"""Permissions, by the stored directory of people and groups, which is renewed from Slack."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.base.moments import is_ahead
from bot.domain.base.refusals import NotUsable, NotYours
from bot.domain.base.slack_ids import is_group
from bot.domain.mentions.mention import PostRef
from bot.domain.reminders.recipients import narrowed
from bot.domain.replies.draft import Draft
from bot.domain.team.people import (
    FORGOTTEN,
    Act,
    Forgettings,
    Group,
    PersonKind,
    Role,
    Teammate,
    has_role,
    is_known,
    refuse_unless_allowed,
)
from bot.domain.team.skills import readers
from bot.ports import ChatTrouble, Conflict, Desk, OutOfService, StrangeAnswer
from bot.services.team.shifts import WORKS, case_rooms, on_now, skills

log = logging.getLogger(__name__)

T = TypeVar("T")
READING = "directory"  # the name of this work in reports of failures
CROWD = 200  # people in case channels who are read one by one
A_ROUND = 40  # people read from Slack in one round: users.info allows 100 a minute, dnd.teamInfo takes 50 at once


def allow(desk: Desk, act: Act, user: str, now: datetime) -> None:
    """Raise NotYours unless this person may do this, by data from Slack that is at most 15 minutes old."""
    refuse_unless_allowed(act, desk.store.person(user), desk.policy.roster, desk.store.groups(), now)


def may(desk: Desk, act: Act, user: str, now: datetime) -> bool:
    """Return whether this person may do this; unknown people may not."""
    try:
        allow(desk, act, user, now)
    except NotYours:
        return False
    return True


def reads_private(desk: Desk, user: str, now: datetime) -> bool:
    """Return whether this person may read private messages outside their case's channel."""
    return may(desk, Act.READ_PRIVATE, user, now)


def works_here(desk: Desk, user: str) -> bool:
    """Return whether somebody belongs to this workspace, by Slack's data."""
    person = desk.store.person(user)
    return person is not None and person.kind in WORKS


def must_work_here(desk: Desk, user: str, now: datetime) -> None:
    """Raise NotUsable unless this person may hold a case."""
    meet(desk, user, now)
    try:
        allow(desk, Act.WORK, user, now)
    except NotYours:
        sentence = "That person cannot work on cases here. Please choose somebody of the team."
        raise NotUsable(sentence, "assignee") from None


def is_lead(desk: Desk, user: str, now: datetime) -> bool:
    """Return whether this person is a lead."""
    return has_role(user, Role.LEAD, desk.policy.roster, desk.store.groups(), now)


def meet(desk: Desk, user: str, now: datetime) -> None:
    """Read somebody from Slack who is not in the directory; after a failure they stay unknown, and are refused."""
    if desk.store.person(user) is not None:
        return
    since = desk.store.forgettings()
    found, _ = _read(desk, user, desk.chat.person)
    if found is not None:
        _is_written(desk, [_seen(found, now)], [], since)


def forget(desk: Desk, ids: Collection[str]) -> None:
    """Treat people and groups as unknown once Slack says that they changed, until they are read again.

    Without ids, all people and groups.
    """
    desk.store.forget(ids or [*(one.id for one in desk.store.people()), *(one.id for one in desk.store.groups())])


def read_forgotten(desk: Desk, now: datetime) -> int:
    """Read changed people and groups from Slack; return how many are still unknown."""
    since = desk.store.forgettings()
    groups, _ = _groups(desk, _forgotten_groups(desk), now)
    people, _ = _people(desk, _forgotten(desk.store.people())[:A_ROUND], now)
    _written(desk, list(_in_peace(desk, people)), groups, since)
    return len(_forgotten_groups(desk)) + len(_forgotten(desk.store.people()))


def _forgotten_groups(desk: Desk) -> list[str]:
    return [one for one in _forgotten(desk.store.groups()) if is_group(one)]


def _forgotten(known: Sequence[Teammate] | Sequence[Group]) -> list[str]:
    return [one.id for one in known if one.fetched_at == FORGOTTEN]


def renew_directory(desk: Desk, now: datetime) -> int:
    """Read the groups, and the people read longest ago, from Slack again; return how many could not be read."""
    roster = desk.policy.roster
    named = roster.everybody.union(
        *(one.people for one in desk.policy.shifts),
        *(one.people for one in desk.policy.skills),
        *(one.approvers for one in desk.policy.accounts.values()),
        *(one.approvers for one in desk.policy.segments),
    )
    since = desk.store.forgettings()
    groups, unread_groups = _groups(desk, sorted(filter(is_group, named)), now)
    groups += _in_channels(desk, now)
    wanted = {one for one in named if not is_group(one)}
    wanted |= {member for group in groups for member in group.members}
    people, unread_people = _people(desk, _longest_ago(desk, wanted, now)[:A_ROUND], now)
    return unread_groups + unread_people + _written(desk, list(_in_peace(desk, people)), groups, since)


def _written(desk: Desk, people: Sequence[Teammate], groups: Sequence[Group], since: Forgettings) -> int:
    """Store what was read; if that fails, store each row by itself, so that one bad row affects no other."""
    try:
        desk.store.put_people(people, groups, since=since)
    except (OutOfService, Conflict):
        raise
    except Exception as trouble:  # noqa: BLE001 - what is to blame is logged below, where it is alone
        log.warning("directory.one_by_one rows=%d kind=%s", len(people) + len(groups), type(trouble).__name__)
        alone = [*(([one], []) for one in people), *(([], [one]) for one in groups)]
        return sum(not _is_written(desk, *one, since) for one in alone)
    return 0


def _is_written(desk: Desk, people: Sequence[Teammate], groups: Sequence[Group], since: Forgettings) -> bool:
    try:
        desk.store.put_people(people, groups, since=since)
    except (OutOfService, Conflict):
        raise
    except Exception:  # one bad row must not stop the others
        who = next(iter([*(one.id for one in people), *(one.id for one in groups)]))
        log.exception("%s.unwritten id=%s", READING, who)
        desk.broken.failed(READING, who, desk.clock.pace(), spared=0)
        return False
    return True


def _read(desk: Desk, who: str, ask: Callable[[str], T | None]) -> tuple[T | None, bool]:
    """Return Slack's data of one person or group, and whether it could be read. A bad answer affects only them."""
    try:
        found = ask(who)
    except StrangeAnswer:
        log.warning("%s.strange id=%s", READING, who)
        desk.broken.failed(READING, who, desk.clock.pace(), spared=0)
    except ChatTrouble:
        pass
    except Exception:  # one bad person or group must not stop the others
        log.exception("%s.broken id=%s", READING, who)
        desk.broken.failed(READING, who, desk.clock.pace(), spared=0)
    else:
        desk.broken.went_well(READING, who)
        return found, True
    return None, False


def _groups(desk: Desk, ids: list[str], now: datetime) -> tuple[list[Group], int]:
    found, unread = [], 0
    for group_id in ids:
        group, read = _read(desk, group_id, desk.chat.group)
        unread += not read
        members = group.members if group else frozenset[str]()
        found += [Group(id=group_id, members=members, fetched_at=now)] if read else []
    return found, unread


def _in_channels(desk: Desk, now: datetime) -> list[Group]:
    """Return the members of the case channels: without a configured team they are the team.

    Empty if there are too many to be read again before their data is too old.
    """
    rooms = () if desk.policy.roster.team else case_rooms(desk.policy)
    read = [_read(desk, room, desk.chat.members) for room in rooms]
    if not all(was_read for _, was_read in read):
        return []
    found = [one for one, _ in read if one]
    crowd = frozenset[str]().union(*(one.members for one in found))
    if len(found) == len(rooms) and len(crowd) <= CROWD:
        return found
    return [Group(id=room, members=frozenset(), fetched_at=now) for room in rooms]


def _longest_ago(desk: Desk, wanted: set[str], now: datetime) -> list[str]:
    """Return everybody to be read, unknown people first; data from the future counts as unknown."""
    read_at = {one.id: FORGOTTEN if is_ahead(one.fetched_at, now) else one.fetched_at for one in desk.store.people()}
    return sorted(wanted | set(read_at), key=lambda one: (read_at.get(one, FORGOTTEN), one))


def _people(desk: Desk, users: Sequence[str], now: datetime) -> tuple[list[Teammate], int]:
    found, unread = [], 0
    for user in users:
        person, read = _read(desk, user, desk.chat.person)
        person = person or (_gone(desk, user) if read else None)
        unread += not read
        found += [_seen(person, now)] if person else []
    return found, unread


def _gone(desk: Desk, user: str) -> Teammate | None:
    """Return somebody unknown to Slack by now as deactivated; None if the desk does not know them either."""
    known = desk.store.person(user)
    return replace(known, kind=PersonKind.GONE) if known else None


def _in_peace(desk: Desk, people: Sequence[Teammate]) -> Iterator[Teammate]:
    """Yield these people with their do-not-disturb; without Slack's answer the known period ends by itself."""
    try:
        found = desk.chat.do_not_disturb([one.id for one in people]) if people else {}
    except Exception as trouble:  # noqa: BLE001 - Slack's trouble or our own: people are read all the same
        log.warning("%s.do_not_disturb_unread kind=%s", READING, type(trouble).__name__)
        known = {one.id: one for one in desk.store.people()}
        found = {who: (one.dnd_from, one.dnd_until) for who, one in known.items() if one.dnd_from and one.dnd_until}
    for person in people:
        begins, ends = found.get(person.id, (None, None))
        yield replace(person, dnd_from=begins, dnd_until=ends)


def _seen(person: Teammate, now: datetime) -> Teammate:
    return Teammate(id=person.id, name=person.name, kind=person.kind, zone=person.zone, fetched_at=now)


def approvers(desk: Desk, now: datetime) -> list[str]:
    """Return the current approvers, in a stable order."""
    groups = desk.store.groups()
    members = sorted(one.id for one in desk.store.people() if one.kind == PersonKind.MEMBER and is_known(one, now))
    return [one for one in members if has_role(one, Role.APPROVER, desk.policy.roster, groups, now)]


def sure(desk: Desk, at: datetime) -> bool:
    """Return whether Slack's data on approvers, leads and team is recent.

    That is: the members of all groups with a role, and the account kinds of approvers.
    """
    roster = desk.policy.roster
    groups = {one.id: one for one in desk.store.groups()}
    of_accounts = [one.approvers for one in desk.policy.accounts.values()]
    of_accounts += [one.approvers for one in desk.policy.segments]
    named = (roster.approvers | roster.leads | roster.team).union(*of_accounts)
    if not all(is_known(groups.get(one), at) for one in named if is_group(one)):
        return False
    able = [one for one in desk.store.people() if has_role(one.id, Role.APPROVER, roster, list(groups.values()), at)]
    return all(is_known(one, at) for one in able)


def barred(desk: Desk, draft: Draft, who: str, now: datetime) -> bool:
    """Return whether the four-eyes rule, the account or the customer's segment bars an approver from a draft."""
    if draft.bars(who, four_eyes=desk.policy.four_eyes) or not lets_out_from(desk, draft.target, who, now):
        return True
    return not lets_out_to(desk, draft.case_id, who, now)


def lets_out_from(desk: Desk, ref: PostRef, who: str, now: datetime) -> bool:
    """Return whether an approver lets out the replies of the account that a post belongs to."""
    own = desk.policy.accounts.get((ref.network, ref.account))
    return own is None or _is_among(desk, own.approvers, who, now)


def lets_out_to(desk: Desk, case_id: int, who: str, now: datetime) -> bool:
    """Return whether an approver lets out the replies to the segment of a case's customer."""
    return _is_among(desk, _of_segment(desk, case_id)[1], who, now)


def _of_segment(desk: Desk, case_id: int) -> tuple[str, Collection[str]]:
    """Return the title of the segment of a case, and its approvers; nobody where every approver is one."""
    chosen = {one.name: (one.title, one.approvers) for one in desk.policy.segments if one.approvers}
    return chosen.get(desk.store.case(case_id).segment, ("", ())) if chosen else ("", ())


def _is_among(desk: Desk, named: Collection[str], who: str, now: datetime) -> bool:
    """Return whether somebody is named, by id or by a group with valid data; nobody named means everybody is."""
    if not named or who in named:
        return True
    groups = (one for one in desk.store.groups() if one.id in named)
    return any(who in one.members and is_known(one, now) for one in groups)


def refuse_other_account(desk: Desk, draft: Draft | None, who: str, now: datetime) -> None:
    """Raise NotYours when other approvers let out the replies of a draft's account, or to its customer's segment."""
    if draft is None:
        return
    others = " or ".join(f"<@{one}>" for one in others_for(desk, draft, now)[:3])
    named = f"{': ' if others else ''}{others}."
    if not lets_out_from(desk, draft.target, who, now):
        name = desk.policy.account_name(draft.target.network, draft.target.account)
        raise NotYours(f"Other approvers let out the replies of “{name}”{named}")
    if not lets_out_to(desk, draft.case_id, who, now):
        raise NotYours(f"Other approvers let out the replies to “{_of_segment(desk, draft.case_id)[0]}”{named}")


def others_for(desk: Desk, draft: Draft, now: datetime) -> list[str]:
    """Return the possible approvers of a draft, those who are on first."""
    on = on_now(desk, now)
    able = [one for one in approvers(desk, now) if not barred(desk, draft, one, now)]
    return sorted(able, key=lambda one: one not in on)


def approver_for(desk: Desk, draft: Draft, now: datetime, *, besides: str = "") -> str:
    """Return the approver to ask: on shift and a reader of the language if possible, never a barred writer; in turn.

    Empty: there is none.
    """
    able = [one for one in approvers(desk, now) if one != besides and not barred(desk, draft, one, now)]
    able = [one for one in able if one not in draft.authors] or able
    able = narrowed(able, on_now(desk, now), _readers(desk, draft, able))
    return able[(draft.case_id - 1) % len(able)] if able else ""


def _readers(desk: Desk, draft: Draft, people: Sequence[str]) -> Collection[str]:
    known = skills(desk)
    return readers(known, people, desk.store.case(draft.case_id).language) if known else people


def name_of(desk: Desk, user: str) -> str:
    """Return a teammate's name, or a plain word for somebody unknown."""
    person = desk.store.person(user)
    return person.name if person else "someone"


def must_lead(desk: Desk, user: str, now: datetime) -> None:
    """Raise NotYours unless this person is a lead."""
    if not is_lead(desk, user, now):
        raise NotYours("Only leads can do this. Ask one of them.")

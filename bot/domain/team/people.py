"""People in Slack, and the role that each act needs."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.moments import EPOCH, is_fresh
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotYours
from bot.domain.base.slack_ids import is_group

_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
KNOWLEDGE_LASTS = timedelta(minutes=15)  # older data does not count
FORGOTTEN = EPOCH  # `fetched_at` of somebody who changed since: nothing is known of them


def is_id(text: str) -> bool:
    """Return whether `text` can be Slack's id of a person, a group or a channel."""
    return _ID.fullmatch(text) is not None


Forgettings = tuple[int, int]  # how often people were forgotten: by this process, and in the database


class PersonKind(StrEnum):
    """The kind of a person, by Slack."""

    MEMBER = "member"
    GUEST = "guest"
    STRANGER = "stranger"  # of another workspace, in a shared channel
    BOT = "bot"
    GONE = "gone"  # deactivated


class Role(StrEnum):
    """The roles at the desk; a person can have several."""

    TEAM = "team"
    APPROVER = "approver"
    LEAD = "lead"
    READER = "reader"  # may read private messages outside the channel of their case


AT_THE_DESK = (Role.TEAM, Role.APPROVER, Role.LEAD)  # people with one of these work at the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Teammate:
    """A person in Slack, as last read."""

    id: str
    name: str
    kind: PersonKind
    fetched_at: datetime
    zone: str = "UTC"
    dnd_from: datetime | None = None  # Slack's do-not-disturb: the current or next period
    dnd_until: datetime | None = None

    def undisturbed_until(self, now: datetime) -> datetime | None:
        """Return when their do-not-disturb ends, if it is on."""
        return self.dnd_until if self.undisturbed(now) else None

    def undisturbed(self, now: datetime) -> bool:
        """Return whether their do-not-disturb is on; a stored period ends by itself."""
        return bool(self.dnd_from and self.dnd_until and self.dnd_from <= now < self.dnd_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A Slack user group, as last read."""

    id: str
    members: frozenset[str]
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The people named by the configuration, as Slack user ids and user group ids; an empty team means every member.

    `readers` may read private messages; None: approvers, leads and the named team.
    """

    approvers: frozenset[str]
    leads: frozenset[str] = frozenset()
    team: frozenset[str] = frozenset()
    readers: frozenset[str] | None = None

    def named(self, role: Role) -> frozenset[str]:
        """Return the ids that carry the role."""
        known = {Role.APPROVER: self.approvers, Role.LEAD: self.leads, Role.TEAM: self.team}
        usual = self.approvers | self.leads | self.team
        return known.get(role, usual if self.readers is None else self.readers)

    @property
    def everybody(self) -> frozenset[str]:
        """Return every id that carries any role."""
        return frozenset().union(*(self.named(role) for role in Role))


class Act(StrEnum):
    """An action that needs permission."""

    WORK = "work"  # claim, assign, release, solve, set aside
    WRITE = "write"  # draft a reply
    APPROVE = "approve"
    LIKE = "like"  # a post, as the brand: it is public, and nobody reads it before
    SEND_PREPARED = "send_prepared"  # let prepared words out unedited, while nobody else can approve
    LOOK = "look"  # the slash commands
    ANSWER = "answer"  # a question from the desk to another team, by whoever reads their channel
    SHARE = "share"  # show an answer to everybody in a channel
    SEE_CUSTOMER = "see_customer"  # what our own systems know of the customer of a case that they work on
    READ_PRIVATE = "read_private"  # private messages, outside the channel that their case belongs to


# Guests may draft and never approve; other people who are no members of this workspace may do nothing.
_NEEDS: dict[Act, tuple[Role | None, frozenset[PersonKind]]] = {
    Act.WORK: (Role.TEAM, frozenset({PersonKind.MEMBER, PersonKind.GUEST})),
    Act.WRITE: (Role.TEAM, frozenset({PersonKind.MEMBER, PersonKind.GUEST})),
    Act.APPROVE: (Role.APPROVER, frozenset({PersonKind.MEMBER})),
    Act.LIKE: (Role.APPROVER, frozenset({PersonKind.MEMBER})),
    Act.SEND_PREPARED: (Role.TEAM, frozenset({PersonKind.MEMBER})),
    Act.LOOK: (Role.TEAM, frozenset({PersonKind.MEMBER, PersonKind.GUEST})),
    Act.ANSWER: (None, frozenset({PersonKind.MEMBER, PersonKind.GUEST})),
    Act.SHARE: (Role.TEAM, frozenset({PersonKind.MEMBER})),
    Act.SEE_CUSTOMER: (Role.TEAM, frozenset({PersonKind.MEMBER})),
    Act.READ_PRIVATE: (Role.READER, frozenset({PersonKind.MEMBER})),
}

_REFUSED = {
    PersonKind.GUEST: "Guests can draft replies here; approving needs a full member of this workspace.",
    PersonKind.STRANGER: "This desk belongs to another workspace. Someone of its own team can do this.",
    PersonKind.BOT: "This is for people; apps cannot use the desk.",
    PersonKind.GONE: "This account is deactivated, so it cannot use the desk.",
}
_NOT_FOR_GUESTS = {
    Act.LIKE: "A like is public, so giving one needs a full member of this workspace.",
    Act.SHARE: "Showing an answer to the whole channel needs a full member of this workspace. Without “share” it "
    "comes to you alone.",
    Act.SEE_CUSTOMER: "What our systems know of a customer is shown to full members of this workspace only.",
    Act.READ_PRIVATE: "Private messages are read in the channel of their case, or by members named for it.",
}


def is_known(one: Teammate | Group | None, now: datetime) -> bool:
    """Return whether the stored data of a person or group is still valid."""
    return one is not None and is_fresh(one.fetched_at, now, KNOWLEDGE_LASTS)


def has_role(who: str, role: Role, roster: Roster, groups: Collection[Group], now: datetime) -> bool:
    """Return whether `who` has the role, by id or by a group with valid data."""
    named = roster.named(role)
    if who in named or (role == Role.TEAM and not named):
        return True
    return any(group.id in named and who in group.members and is_known(group, now) for group in groups)


def refuse_unless_allowed(
    act: Act, who: Teammate | None, roster: Roster, groups: Collection[Group], now: datetime
) -> None:
    """Raise NotYours unless this person may do this; people with unknown or old data are refused."""
    role, kinds = _NEEDS[act]
    if who is None or not is_known(who, now):
        raise NotYours("I could not check with Slack who you are. Please try again in a minute.")
    if who.kind not in kinds:
        raise NotYours((_NOT_FOR_GUESTS if who.kind == PersonKind.GUEST else {}).get(act, _REFUSED[who.kind]))
    if role is None:
        return
    everyone = AT_THE_DESK if role == Role.TEAM else (role,)
    if not any(has_role(who.id, one, roster, groups, now) for one in everyone):
        raise NotYours(_missing(act, role, roster))


_WHAT = {
    Act.APPROVE: "approve replies",
    Act.LIKE: "like posts as the brand",
    Act.READ_PRIVATE: "read private messages outside their own channel",
}


def _missing(act: Act, role: Role, roster: Roster) -> str:
    names = " or ".join(f"<!subteam^{one}>" if is_group(one) else f"<@{one}>" for one in sorted(roster.named(role)))
    what = _WHAT.get(act, "work on cases")
    return (
        f"You cannot {what} here. Please ask one of those who can: {names}."
        if names
        else f"Nobody can {what} here yet. Please tell whoever runs Heard."
    )

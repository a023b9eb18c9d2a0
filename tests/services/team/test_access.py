"""Rights: twelve kinds of people, four actions, and data that are too old."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import NotYours
from bot.domain.team.people import Act, Group, PersonKind, Roster, Teammate
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.ports import ChatTrouble, Desk
from bot.services.team import access
from bot.services.team.shifts import on_now
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, GUS, NOON, POLICY, FakeChat, a_desk, everybody, teammate
from tests.services.journey import draft_of, in_review, slack

OTHER_GROUP = "S0OTHERS"
STALE = NOON - timedelta(minutes=15, seconds=1)
FRESH = NOON - timedelta(minutes=15)
NOTHING: frozenset[Act] = frozenset()
DRAFTS = frozenset({Act.WORK, Act.WRITE, Act.LOOK, Act.ANSWER})
WORKS = DRAFTS | {Act.SEND_PREPARED, Act.SHARE, Act.SEE_CUSTOMER}
LEADS = WORKS | {Act.READ_PRIVATE}
ALL = LEADS | {Act.APPROVE, Act.LIKE}

# user, kind of account in Slack (None: unknown), when it was read, the allowed actions
KINDS: dict[str, tuple[PersonKind | None, object, frozenset[Act]]] = {
    "a member": (PersonKind.MEMBER, NOON, WORKS),
    "an approver by group": (PersonKind.MEMBER, NOON, ALL),
    "an approver by id": (PersonKind.MEMBER, NOON, ALL),
    "a lead who approves nothing": (PersonKind.MEMBER, NOON, LEADS),
    "a member of another group": (PersonKind.MEMBER, NOON, WORKS),
    "a guest": (PersonKind.GUEST, NOON, DRAFTS),
    "a guest in the approvers' group": (PersonKind.GUEST, NOON, DRAFTS),
    "a stranger in a shared channel": (PersonKind.STRANGER, NOON, NOTHING),
    "an app in the approvers' group": (PersonKind.BOT, NOON, NOTHING),
    "somebody deactivated": (PersonKind.GONE, NOON, NOTHING),
    "somebody read too long ago": (PersonKind.MEMBER, STALE, NOTHING),
    "somebody unknown": (None, NOON, NOTHING),
}
IDS = {name: f"U0KIND{n:02d}" for n, name in enumerate(KINDS)}
IN_GROUP = frozenset(
    IDS[name]
    for name in KINDS
    if ("group" in name and "another" not in name)
    or name in {"somebody read too long ago", "somebody unknown", "somebody deactivated"}
)


def peopled(store: SqlStore, *, group_read_at: object = NOON, team: frozenset[str] = frozenset()) -> Desk:
    roster = Roster(
        approvers=frozenset({APPROVERS, IDS["an approver by id"]}),
        leads=frozenset({IDS["a lead who approves nothing"]}),
        team=team,
    )
    desk = a_desk(store, policy=replace(POLICY, roster=roster))
    people = [
        Teammate(id=IDS[name], name=name, kind=kind, fetched_at=at)  # type: ignore[arg-type]
        for name, (kind, at, _) in KINDS.items()
        if kind is not None
    ]
    others = frozenset({IDS["a member of another group"]})
    groups = [
        Group(id=APPROVERS, members=IN_GROUP, fetched_at=group_read_at),
        Group(id=OTHER_GROUP, members=others, fetched_at=NOON),
    ]  # type: ignore[arg-type]
    store.put_people(people, groups)
    return desk


def allowed(desk: Desk, name: str, act: Act) -> bool:
    try:
        access.allow(desk, act, IDS[name], NOON)
    except NotYours:
        return False
    return True


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_of_person_may_do_exactly_this(store: SqlStore, name: str, act: Act) -> None:
    assert allowed(peopled(store), name, act) == (act in KINDS[name][2])


@pytest.mark.parametrize(("read_at", "may"), [(FRESH, True), (STALE, False)])
def test_a_group_read_more_than_a_quarter_of_an_hour_ago_lets_nobody_approve(
    store: SqlStore, read_at: object, *, may: bool
) -> None:
    desk = peopled(store, group_read_at=read_at)
    assert allowed(desk, "an approver by group", Act.APPROVE) == may
    assert allowed(desk, "an approver by id", Act.APPROVE)


def test_a_named_team_shuts_out_everybody_else(store: SqlStore) -> None:
    desk = peopled(store, team=frozenset({OTHER_GROUP}))
    may = {name for name in KINDS if allowed(desk, name, Act.WORK)}
    assert may == {
        "a member of another group",
        "an approver by group",
        "an approver by id",
        "a lead who approves nothing",
        "a guest in the approvers' group",
    }


def test_only_leads_pass_where_leads_are_needed(desk: Desk) -> None:
    access.must_lead(desk, CARO, NOON)
    with pytest.raises(NotYours, match="Only leads"):
        access.must_lead(desk, BEN, NOON)


# --- the directory ---------------------------------------------------------------------------------------------


def test_somebody_met_for_the_first_time_is_read_once_from_slack(desk: Desk) -> None:
    slack(desk).people["U0NEW"] = teammate("U0NEW", "Nia")
    access.meet(desk, "U0NEW", NOON)
    access.allow(desk, Act.WORK, "U0NEW", NOON)
    slack(desk).people["U0NEW"] = teammate("U0NEW", "Nia", PersonKind.GONE)
    access.meet(desk, "U0NEW", NOON)
    access.allow(desk, Act.WORK, "U0NEW", NOON)
    access.renew_directory(desk, NOON)
    with pytest.raises(NotYours, match="deactivated"):
        access.allow(desk, Act.WORK, "U0NEW", NOON)


@dataclass
class DeafChat(FakeChat):
    """A Slack that does not answer about these ids; "*" means all."""

    deaf: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def person(self, user: str) -> Teammate | None:
        self.asked.append(user)
        self._hear(user)
        return super().person(user)

    def group(self, group: str) -> Group | None:
        self._hear(group)
        return super().group(group)

    def _hear(self, one: str) -> None:
        if one in self.deaf or "*" in self.deaf:
            raise ChatTrouble("Slack does not answer.")


def test_while_slack_cannot_be_asked_an_unknown_person_stays_unknown(store: SqlStore) -> None:
    desk = a_desk(store, chat=DeafChat(deaf={"*"}))
    access.meet(desk, "U0NEW", NOON)
    with pytest.raises(NotYours, match="could not check"):
        access.allow(desk, Act.LOOK, "U0NEW", NOON)


def test_an_outage_of_slack_shuts_approving_after_a_quarter_of_an_hour(store: SqlStore) -> None:
    desk = a_desk(store, chat=DeafChat(deaf={"*"}))
    store.put_people(list(everybody().values()), [Group(id=APPROVERS, members=frozenset({BEN}), fetched_at=NOON)])
    assert access.renew_directory(desk, NOON + timedelta(minutes=10)) > 0
    access.allow(desk, Act.APPROVE, BEN, NOON + timedelta(minutes=15))
    with pytest.raises(NotYours):
        access.allow(desk, Act.APPROVE, BEN, NOON + timedelta(minutes=15, seconds=1))


def test_whoever_a_shift_or_a_skill_names_is_known_before_they_ever_press_a_button(store: SqlStore) -> None:
    day = Shift(
        days=frozenset(range(7)), hours=[(0, 1440)], people=frozenset({"U0NEW", "S0DAY"}), zone=ZoneInfo("UTC")
    )
    german = Skill(people=frozenset({"U0ULI"}), languages=frozenset({"de"}))
    desk = a_desk(store, policy=replace(POLICY, shifts=(day,), skills=(german,)))
    for user, name in (("U0NEW", "Nia"), ("U0OMA", "Oma"), ("U0ULI", "Uli")):
        slack(desk).people[user] = teammate(user, name)
    slack(desk).groups["S0DAY"] = Group(id="S0DAY", members=frozenset({"U0OMA"}), fetched_at=NOON)
    assert access.renew_directory(desk, NOON) == 0
    assert on_now(desk, NOON) == {"U0NEW", "U0OMA"}
    assert desk.store.person("U0ULI") is not None


def test_one_group_that_cannot_be_read_does_not_stop_the_people(store: SqlStore) -> None:
    chat = DeafChat(people=everybody(), deaf={APPROVERS})
    desk = a_desk(store, chat=chat)
    assert access.renew_directory(desk, NOON + timedelta(hours=1)) == 1
    access.allow(desk, Act.WORK, ANA, NOON + timedelta(hours=1))


def test_a_group_that_is_gone_has_no_members(desk: Desk) -> None:
    slack(desk).groups.clear()
    access.renew_directory(desk, NOON)
    with pytest.raises(NotYours):
        access.allow(desk, Act.APPROVE, BEN, NOON)


def test_those_read_longest_ago_are_read_first_and_all_in_turn(store: SqlStore) -> None:
    many = {f"U{n:04d}": teammate(f"U{n:04d}", f"Person {n}", at=NOON + timedelta(seconds=n)) for n in range(100)}
    chat = DeafChat(people={**many, **everybody()})
    desk = a_desk(store, chat=chat)
    store.put_people(list(many.values()), [])
    for minute in range(1, 4):
        chat.asked.clear()
        access.renew_directory(desk, NOON + timedelta(minutes=10 * minute))
        assert len(chat.asked) == access.A_ROUND
    assert min(one.fetched_at for one in store.people() if one.id in many) >= NOON + timedelta(minutes=10)


# --- who is asked to approve -------------------------------------------------------------------------------------


def test_the_approver_asked_is_never_the_writer(desk: Desk) -> None:
    for by in (ANA, BEN, CARO, GUS):
        in_review_by = access.approver_for(desk, replace(_a_draft(desk), authors=(by,), barred=(by,)), NOON)
        assert in_review_by in {BEN, CARO} - {by}


def test_who_wrote_a_part_is_asked_only_where_nobody_else_can(desk: Desk) -> None:
    """Four eyes would allow it, but a reader who wrote none of it is better."""
    for n in (1, 2, 3):  # whichever approver is next
        draft = replace(_a_draft(desk), case_id=n, authors=(ANA, BEN), barred=())
        assert access.approver_for(desk, draft, NOON) == CARO
        assert access.approver_for(desk, draft, NOON, besides=CARO) == BEN


def _a_draft(desk: Desk):
    if desk.store.queue() == []:
        in_review(desk)
    return draft_of(desk)


def test_where_nobody_but_the_writer_can_approve_nobody_is_asked(desk: Desk) -> None:
    draft = replace(_a_draft(desk), authors=(BEN,), barred=(BEN,))
    assert access.approver_for(desk, draft, NOON, besides=CARO) == ""


def test_on_a_one_person_shift_the_writer_is_asked(desk: Desk) -> None:
    alone = replace(desk, policy=replace(desk.policy, four_eyes=False, roster=Roster(approvers=frozenset({BEN}))))
    draft = replace(_a_draft(desk), authors=(BEN,), barred=(BEN,))
    assert access.approver_for(alone, draft, NOON) == BEN


# --- do-not-disturb ------------------------------------------------------------------------------------------------

NIGHT = (NOON, NOON + timedelta(hours=8))


def in_peace(desk: Desk, user: str, at: object) -> bool:
    person = desk.store.person(user)
    assert person is not None
    return person.undisturbed(at)  # type: ignore[arg-type]


def test_do_not_disturb_is_read_with_the_directory_and_ends_by_itself(desk: Desk) -> None:
    slack(desk).resting[ANA] = NIGHT
    access.renew_directory(desk, NOON)
    assert [in_peace(desk, ANA, NOON + timedelta(hours=hours)) for hours in (0, 7.99, 8)] == [True, True, False]
    assert not in_peace(desk, BEN, NOON)


def test_who_lifts_their_do_not_disturb_is_reached_again(desk: Desk) -> None:
    slack(desk).resting[ANA] = NIGHT
    access.renew_directory(desk, NOON)
    del slack(desk).resting[ANA]
    access.renew_directory(desk, NOON + timedelta(minutes=1))
    assert not in_peace(desk, ANA, NOON + timedelta(minutes=1))


def test_a_stretch_that_comes_next_counts_once_it_begins(desk: Desk) -> None:
    slack(desk).resting[ANA] = (NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    access.renew_directory(desk, NOON)
    assert [in_peace(desk, ANA, NOON + timedelta(hours=hours)) for hours in (0.99, 1)] == [False, True]


@dataclass
class Mute(FakeChat):
    """A Slack that does not answer about do-not-disturb: the right is missing, or it fails."""

    mute: bool = True

    def do_not_disturb(self, users: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        if self.mute:
            raise ChatTrouble("The Slack app lacks a permission.")
        return super().do_not_disturb(users)


def test_without_the_right_to_know_the_directory_is_renewed_all_the_same(store: SqlStore) -> None:
    desk = a_desk(store, chat=Mute(people=everybody(), groups=the_approvers()))
    later = NOON + timedelta(minutes=30)
    assert access.renew_directory(desk, later) == 0
    access.allow(desk, Act.APPROVE, BEN, later)
    assert not in_peace(desk, ANA, later)


def test_what_slack_said_last_holds_through_an_outage(store: SqlStore) -> None:
    chat = Mute(people=everybody(), groups=the_approvers(), resting={ANA: NIGHT}, mute=False)
    desk = a_desk(store, chat=chat)
    access.renew_directory(desk, NOON)
    chat.mute = True
    access.renew_directory(desk, NOON + timedelta(hours=7))
    assert [in_peace(desk, ANA, NOON + timedelta(hours=hours)) for hours in (7, 8)] == [True, False]


def the_approvers() -> dict[str, Group]:
    return {APPROVERS: Group(id=APPROVERS, members=frozenset({BEN, CARO}), fetched_at=NOON)}

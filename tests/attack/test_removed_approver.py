"""Slack sends an event that somebody changed, and then answers no more requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotYours
from bot.domain.base.tables import DraftState
from bot.domain.team.people import Act, Group, PersonKind, Role, Teammate, has_role
from bot.ports import ChatTrouble, Desk, OutOfService
from bot.services.team import access
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, NOON, FakeChat, a_desk, everybody, teammate
from tests.handlers.pressing import Hands
from tests.services.doubles import always
from tests.services.journey import WORDS, clock, draft_of, in_review

REFUSED = "You cannot approve replies here"
UNKNOWN = "I could not check with Slack who you are"


@dataclass
class Silent(FakeChat):
    """A Slack that can stop answering about people and groups, and that can change during a request."""

    silent: bool = False
    meanwhile: Callable[[], None] = lambda: None
    asked: list[str] = field(default_factory=list)

    def person(self, user: str) -> Teammate | None:
        return self._answer(user, super().person)

    def group(self, group: str) -> Group | None:
        return self._answer(group, super().group)

    def _answer(self, one: str, known: Callable[[str], Any]) -> Any:
        self.asked.append(one)
        if self.silent:
            raise ChatTrouble("Slack does not answer.")
        found = known(one)
        self.meanwhile()
        return found


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    members = frozenset({BEN, CARO})
    groups = {APPROVERS: Group(id=APPROVERS, members=members, fetched_at=NOON)}
    return Hands(a_desk(store, chat=Silent(people=everybody(), groups=groups)))


def chat(hands: Hands) -> Silent:
    assert isinstance(hands.chat, Silent)
    return hands.chat


GROUP_EVENTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "members changed": ("subteam_members_changed", {"subteam_id": APPROVERS, "removed_users": [BEN]}),
    "members changed, nobody named": ("subteam_members_changed", {"subteam_id": APPROVERS}),
    "updated": ("subteam_updated", {"subteam": {"id": APPROVERS, "users": [CARO]}}),
    "updated, as if Ben were still there": ("subteam_updated", {"subteam": {"id": APPROVERS, "users": [BEN, CARO]}}),
    "disabled": ("subteam_updated", {"subteam": {"id": APPROVERS, "date_delete": 1}}),
    "renamed": ("subteam_updated", {"subteam": {"id": APPROVERS, "handle": "care-leads"}}),
    "who did it is named too": ("subteam_members_changed", {"user": GUS, "subteam_id": APPROVERS}),
    "only who did it is named": ("subteam_updated", {"user": {"id": GUS}, "removed_users": [BEN]}),
    "an odd group is named beside one": ("subteam_updated", {"subteam": [APPROVERS], "subteam_id": "S0SALES"}),
    "no group is named": ("subteam_members_changed", {"removed_users": [BEN]}),
    "an odd group is named": ("subteam_updated", {"subteam": [APPROVERS]}),
    "an empty group is named": ("subteam_updated", {"subteam": {"id": ""}}),
}
PERSON_EVENTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "turned guest": ("user_change", {"user": {"id": BEN, "is_restricted": True}}),
    "deactivated": ("user_change", {"user": {"id": BEN, "deleted": True}}),
    "only an id": ("user_change", {"user": BEN}),
    "nobody is named": ("user_change", {}),
    "an odd person is named": ("user_change", {"user": {"name": "ben"}}),
}


@pytest.mark.parametrize("event", GROUP_EVENTS.values(), ids=GROUP_EVENTS)
@pytest.mark.parametrize("minutes", [0, 10, 14])
def test_a_group_that_changed_and_cannot_be_read_lets_nobody_approve(
    hands: Hands, event: tuple[str, dict[str, Any]], minutes: int
) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).silent = True
    assert hands.event(event[0], **event[1]).status == 200
    clock(hands.desk).move(minutes=minutes)
    access.renew_directory(hands.desk, hands.desk.clock.now())
    assert access.read_forgotten(hands.desk, hands.desk.clock.now()) > 0
    for who in (BEN, CARO):
        said = hands.press(ids.DRAFT_APPROVE, button, by=who)
        assert REFUSED in said or UNKNOWN in said
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


@pytest.mark.parametrize("event", PERSON_EVENTS.values(), ids=PERSON_EVENTS)
def test_a_person_who_changed_and_cannot_be_read_may_do_nothing(
    hands: Hands, event: tuple[str, dict[str, Any]]
) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).silent = True
    assert hands.event(event[0], **event[1]).status == 200
    clock(hands.desk).move(minutes=5)
    access.renew_directory(hands.desk, hands.desk.clock.now())
    assert UNKNOWN in hands.press(ids.DRAFT_APPROVE, button, by=BEN)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_an_open_form_is_refused_too(hands: Hands) -> None:
    in_review(hands.desk)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    chat(hands).silent = True
    hands.event("subteam_members_changed", subteam_id=APPROVERS, removed_users=[BEN])
    assert REFUSED in str(hands.submit(BEN, words_input=WORDS.replace("17:00", "16:00")))
    assert draft_of(hands.desk).version == 1


def test_only_what_the_event_names_is_unknown(hands: Hands) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).silent = True
    hands.event("user_change", user={"id": DEE})
    hands.event("subteam_members_changed", subteam_id="S0SALES", removed_users=[CARO])
    assert hands.press(ids.DRAFT_APPROVE, button, by=CARO) == ""


def test_whoever_is_still_there_approves_as_soon_as_slack_was_read_again(hands: Hands) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).groups[APPROVERS] = Group(id=APPROVERS, members=frozenset({CARO}), fetched_at=NOON)
    hands.event("subteam_members_changed", subteam_id=APPROVERS, removed_users=[BEN])
    assert access.read_forgotten(hands.desk, hands.desk.clock.now()) == 0
    assert REFUSED in hands.press(ids.DRAFT_APPROVE, button, by=BEN)
    assert hands.press(ids.DRAFT_APPROVE, button, by=CARO) == ""


def test_a_burst_of_events_is_read_by_what_it_names_and_nothing_else(hands: Hands) -> None:
    for _ in range(50):
        hands.event("user_change", user={"id": BEN})
        hands.event("subteam_updated", subteam={"id": APPROVERS})
    chat(hands).asked.clear()
    assert access.read_forgotten(hands.desk, NOON) == 0
    assert sorted(chat(hands).asked) == sorted([APPROVERS, BEN])
    access.allow(hands.desk, Act.APPROVE, BEN, NOON)
    chat(hands).asked.clear()
    assert access.read_forgotten(hands.desk, NOON) == 0
    assert chat(hands).asked == []


@pytest.mark.parametrize("reads", [access.renew_directory, access.read_forgotten])
def test_a_reading_that_an_event_overtook_is_not_believed(hands: Hands, reads: Callable[[Desk, Any], int]) -> None:
    """The request was sent before the group changed, and its answer arrives after the event."""

    def leave() -> None:
        chat(hands).meanwhile = lambda: None
        hands.event("subteam_members_changed", subteam_id=APPROVERS, removed_users=[BEN])
        hands.event("user_change", user={"id": BEN, "deleted": True})

    hands.event("subteam_updated", subteam={"id": APPROVERS})
    hands.event("user_change", user={"id": BEN})
    chat(hands).meanwhile = leave
    reads(hands.desk, NOON)
    for act in (Act.APPROVE, Act.WORK):
        with pytest.raises(NotYours):
            access.allow(hands.desk, act, BEN, NOON)


def test_a_person_whom_slack_does_not_know_any_more_is_deactivated(hands: Hands) -> None:
    del chat(hands).people[BEN]
    hands.event("user_change", user={"id": BEN})
    assert access.read_forgotten(hands.desk, NOON) == 0
    with pytest.raises(NotYours, match="deactivated"):
        access.allow(hands.desk, Act.APPROVE, BEN, NOON)


def test_what_is_forgotten_is_forgotten_over_a_restart(hands: Hands, tmp_path: Any) -> None:
    chat(hands).silent = True
    hands.event("subteam_members_changed", subteam_id=APPROVERS, removed_users=[BEN])
    groups = SqlStore(hands.desk.store.engine).groups()  # type: ignore[attr-defined]
    assert not has_role(BEN, Role.APPROVER, hands.desk.policy.roster, groups, NOON)


def test_names_are_still_shown_of_those_who_are_unknown(hands: Hands) -> None:
    hands.event("user_change", user={"id": ANA})
    assert access.name_of(hands.desk, ANA) == "Ana"


def test_while_approvers_are_unknown_nobody_lets_anything_out_alone(hands: Hands) -> None:
    """An unknown person may be able to approve, so it is not certain that nobody else can."""
    assert access.sure(hands.desk, NOON)
    chat(hands).silent = True
    hands.event("user_change", user={"id": CARO})
    assert not access.sure(hands.desk, NOON)
    assert access.approvers(hands.desk, NOON) == [BEN]


@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT, PersonKind.GONE])
def test_whoever_became_something_else_stays_refused_while_the_group_still_lists_them(
    hands: Hands, kind: PersonKind
) -> None:
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).people[BEN] = replace(teammate(BEN, "Ben"), kind=kind)
    hands.event("user_change", user={"id": BEN})
    access.read_forgotten(hands.desk, NOON)
    assert hands.press(ids.DRAFT_APPROVE, button, by=BEN) != ""
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_a_guest_at_every_button_of_a_draft_decides_nothing(hands: Hands) -> None:
    in_review(hands.desk)
    shown = hands.buttons()
    decisions = (ids.DRAFT_APPROVE, ids.DRAFT_EDIT_APPROVE, ids.DRAFT_REQUEST_CHANGES, ids.DRAFT_STILL_RIGHT)
    for (action, option), value in shown.items():
        if action in decisions and not option:
            assert "Guests can draft" in hands.press(action, value, by=GUS)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_news_of_people_whom_the_desk_does_not_know_is_not_written_down(hands: Hands) -> None:
    """Slack sends an event for every change of anybody in the workspace; each new status would cost a write."""
    read = hands.desk.store.person(BEN)
    for n in range(20):
        hands.event("user_change", user={"id": f"U0OTHER{n}"})
        hands.event("subteam_updated", subteam={"id": f"S0OTHER{n}"})
    assert hands.desk.store.person(BEN) is read  # no write made the cache invalid


def test_somebody_met_for_the_first_time_while_an_event_came_in_stays_unknown(hands: Hands) -> None:
    def change() -> None:
        chat(hands).meanwhile = lambda: None
        hands.event("user_change", user={"id": "U0NEW", "deleted": True})

    chat(hands).people["U0NEW"] = teammate("U0NEW", "Nia")
    chat(hands).meanwhile = change
    access.meet(hands.desk, "U0NEW", NOON)
    assert hands.desk.store.person("U0NEW") is None


@pytest.mark.parametrize("event", [GROUP_EVENTS["members changed"], PERSON_EVENTS["deactivated"]])
def test_an_event_counts_although_it_could_not_be_written_down(
    hands: Hands, store: SqlStore, monkeypatch: pytest.MonkeyPatch, event: tuple[str, dict[str, Any]]
) -> None:
    """Slack sends the event again after a minute, or never: an approval may come before that."""
    in_review(hands.desk)
    button = hands.button(ids.DRAFT_APPROVE)
    chat(hands).silent = True
    kind, facts = event
    with monkeypatch.context() as full:
        full.setattr(store.engine, "run", always(OutOfService("disk full")))
        assert hands.event(kind, **facts).status == 500
    assert hands.press(ids.DRAFT_APPROVE, button, by=BEN) != ""
    assert draft_of(hands.desk).approval is None
    chat(hands).silent = False
    assert access.read_forgotten(hands.desk, hands.desk.clock.now()) == 0
    assert hands.press(ids.DRAFT_APPROVE, button, by=BEN) == ""

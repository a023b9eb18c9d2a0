"""The buttons of swaps and handovers, pressed through Bolt."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.base import ids
from bot.domain.team.shifts import Shift
from bot.ports import Message
from bot.services.cases import casework
from bot.services.team import access, handover, shifts
from storage import SqlStore
from tests.blocks.walker import judge_message
from tests.fakes import ANA, BEN, DEE, NOON, POLICY, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, clock, only_case, verbs

DAY = Shift(days=frozenset(range(5)), hours=[(9 * 60, 17 * 60)], people=frozenset({ANA}), zone=ZoneInfo("UTC"))


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    return Hands(a_desk(store, policy=replace(POLICY, shifts=(DAY,))))


def test_a_swap_is_asked_for_in_a_word_and_taken_by_a_button(hands: Hands) -> None:
    answer = hands.command("swap @ben")
    judge_message(Message(text=answer["text"], blocks=answer["blocks"]))
    assert "Ben is asked to take your turn" in answer["text"]
    assert "This question is for" in hands.press(ids.SWAP_ACCEPT, hands.button(ids.SWAP_ACCEPT), DEE)
    assert hands.press(ids.SWAP_ACCEPT, hands.button(ids.SWAP_ACCEPT), BEN) == ""
    assert shifts.on_now(hands.desk, hands.desk.clock.now()) == {BEN}
    assert (ids.SWAP_ACCEPT, "") not in hands.buttons()
    assert "Ben takes Ana's turn" in hands.command("who")["text"]


def test_a_swap_that_was_declined_leaves_everything_as_it_was(hands: Hands) -> None:
    hands.command("swap @ben")
    hands.press(ids.SWAP_DECLINE, hands.button(ids.SWAP_DECLINE), BEN)
    assert shifts.on_now(hands.desk, hands.desk.clock.now()) == {ANA}
    assert "swap" not in hands.command("who")["text"]


def ended(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    now = clock(hands.desk).move(hours=5)
    access.renew_directory(hands.desk, now)
    assert handover.hand_over_ended(hands.desk, now) == 1


def test_what_was_left_behind_goes_back_to_the_team_by_a_button(hands: Hands) -> None:
    ended(hands)
    assert hands.press(ids.HANDOVER_BACK, hands.button(ids.HANDOVER_BACK), DEE) == ""
    assert verbs(hands.desk)[-1] == "release"
    assert (ids.HANDOVER_BACK, "") not in hands.buttons()


def test_what_was_left_behind_is_handed_to_somebody(hands: Hands) -> None:
    ended(hands)
    hands.press(ids.HANDOVER_GIVE, hands.button(ids.HANDOVER_GIVE), BEN)
    assert hands.form()["callback_id"] == ids.ASSIGN_MODAL
    hands.submit(by=BEN, **{ids.ASSIGNEE_SELECT: DEE})
    assert only_case(hands.desk).assignee == DEE
    assert (ids.HANDOVER_BACK, "") not in hands.buttons()


def test_going_off_early_leaves_the_list_in_the_teams_channel(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    hands.command("off")
    assert hands.press(ids.HANDOVER_BACK, hands.button(ids.HANDOVER_BACK), BEN) == ""
    assert only_case(hands.desk).assignee == ""


def test_a_button_of_another_kind_is_declined(hands: Hands) -> None:
    value = ids.button_value(ids.CASE, 1, 1, hands.desk.secret)
    for action in (ids.SWAP_ACCEPT, ids.SWAP_DECLINE, ids.HANDOVER_BACK, ids.HANDOVER_GIVE):
        assert "does not belong to this desk" in hands.press(action, value)

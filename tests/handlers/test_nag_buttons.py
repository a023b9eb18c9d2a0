"""The buttons of a reminder, pressed as people press them."""

from dataclasses import replace

from bot.blocks import ids
from bot.domain.nagging import NagRules, Step
from bot.ports import Desk
from bot.services import access, casework, reminding
from tests.fakes import ANA, BEN, DEE, NOON
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, clock, only_case, verbs


def later(desk: Desk, minutes: int) -> None:
    access.renew_directory(desk, clock(desk).move(minutes=minutes))
    reminding.remind(desk, desk.clock.now())


def reminded(desk: Desk, minutes: int = 31) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    later(desk, minutes)


def test_on_it_and_more_time_are_written_down(hands: Hands) -> None:
    reminded(hands.desk)
    assert hands.press(ids.NAG_SNOOZE, hands.button(ids.NAG_SNOOZE)) == ""
    assert hands.press(ids.NAG_ON_IT, hands.button(ids.NAG_ON_IT)) == ""
    assert verbs(hands.desk)[-2:] == ["snoozed", "on_it"]
    assert (ids.NAG_ON_IT, "") not in hands.buttons()


def test_somebody_else_cannot_answer_for_the_person_asked(hands: Hands) -> None:
    reminded(hands.desk)
    assert "This reminder is for" in hands.press(ids.NAG_ON_IT, hands.button(ids.NAG_ON_IT), BEN)
    assert verbs(hands.desk)[-1] == "reminded"


def test_handing_over_asks_to_whom_and_gives_it(hands: Hands) -> None:
    reminded(hands.desk)
    hands.press(ids.NAG_HAND_OVER, hands.button(ids.NAG_HAND_OVER))
    assert hands.form()["callback_id"] == ids.ASSIGN_MODAL
    hands.submit(**{ids.ASSIGNEE_SELECT: DEE})
    assert only_case(hands.desk).assignee == DEE


def test_i_have_it_takes_the_case(hands: Hands) -> None:
    rules = NagRules(ladder=((110, Step.LEAD),))
    hands = Hands(replace(hands.desk, policy=replace(hands.desk.policy, nags=rules)))
    reminded(hands.desk, 61)
    later(hands.desk, 10)
    hands.press(ids.NAG_HAVE_IT, hands.button(ids.NAG_HAVE_IT), BEN)
    assert only_case(hands.desk).assignee == BEN


def test_a_button_of_another_kind_is_declined(hands: Hands) -> None:
    reminded(hands.desk)
    value = ids.button_value(ids.CASE, 1, 1, hands.desk.secret)
    assert "not one of this desk's" in hands.press(ids.NAG_ON_IT, value)

"""The buttons of a reminder, pressed as people press them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.domain.slack.telling import LISTS_SETTLED
from bot.domain.team.shifts import ShiftChange
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.reminders import claim_checks, remind
from bot.services.team import access
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, DEE, NOON, a_post
from tests.handlers.pressing import Hands, elements
from tests.services.journey import a_case, clock, only_case, receive, verbs


def later(desk: Desk, minutes: int) -> None:
    access.renew_directory(desk, clock(desk).move(minutes=minutes))
    remind.remind(desk, desk.clock.now())


def reminded(desk: Desk, minutes: int = 31) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    later(desk, minutes)


def test_on_it_and_more_time_are_written_down(hands: Hands) -> None:
    reminded(hands.desk)
    assert hands.press(ids.REMINDER_SNOOZE, hands.button(ids.REMINDER_SNOOZE)) == ""
    assert hands.press(ids.REMINDER_ON_IT, hands.button(ids.REMINDER_ON_IT)) == ""
    assert verbs(hands.desk)[-2:] == ["snoozed", "on_it"]
    assert (ids.REMINDER_ON_IT, "") not in hands.buttons()


def test_somebody_else_cannot_answer_for_the_person_asked(hands: Hands) -> None:
    reminded(hands.desk)
    assert "This reminder is for" in hands.press(ids.REMINDER_ON_IT, hands.button(ids.REMINDER_ON_IT), BEN)
    assert verbs(hands.desk)[-1] == "reminded"


def test_handing_over_asks_to_whom_and_gives_it(hands: Hands) -> None:
    reminded(hands.desk)
    hands.press(ids.REMINDER_HAND_OVER, hands.button(ids.REMINDER_HAND_OVER))
    assert hands.form()["callback_id"] == ids.ASSIGN_MODAL
    hands.submit(**{ids.ASSIGNEE_SELECT: DEE})
    assert only_case(hands.desk).assignee == DEE


def test_i_have_it_takes_the_case(hands: Hands) -> None:
    rules = ReminderPolicy(ladder=((110, LadderStep.LEAD),))
    hands = Hands(replace(hands.desk, policy=replace(hands.desk.policy, reminders=rules)))
    reminded(hands.desk, 61)
    later(hands.desk, 10)
    hands.press(ids.REMINDER_HAVE_IT, hands.button(ids.REMINDER_HAVE_IT), BEN)
    assert only_case(hands.desk).assignee == BEN


def test_a_button_of_another_kind_is_declined(hands: Hands) -> None:
    reminded(hands.desk)
    value = ids.button_value(ids.CASE, 1, 1, hands.desk.secret)
    assert "does not belong to this desk" in hands.press(ids.REMINDER_ON_IT, value)


# --- an answer is shown at once, in every message of the reminder -------------------------------------------------


def shown(hands: Hands) -> list[str]:
    """Return the reminders and questions in Slack, oldest first, without cards and drafts."""
    hands.publish()
    found = [read(one) for one in hands.chat.messages.values()]
    return [
        one for one in found if any(word in one for word in ("promise", "is waiting", "still on", "wait for you"))
    ]


def close(hands: Hands) -> Hands:
    """Remind Ana in the thread, and shortly before the lapse also by direct message."""
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    hands.publish()
    later(hands.desk, 31)
    hands.publish()
    later(hands.desk, 24)
    hands.publish()
    return hands


def nags(hands: Hands) -> list[int]:
    promise = only_case(hands.desk).promise
    assert promise is not None
    return [one.id for one in hands.desk.store.reminders_of(promise.id)]


ANSWERS = {
    ids.REMINDER_ON_IT: "Ana has been on it since 12:55 UTC; the next reminder comes at 13:00 UTC.",
    ids.REMINDER_SNOOZE: "Ana asked for more time at 12:55 UTC; the next reminder comes at 13:00 UTC.",
}
LEFT = {
    ids.REMINDER_ON_IT: {ids.REMINDER_SNOOZE, ids.REMINDER_HAND_OVER},
    ids.REMINDER_SNOOZE: {ids.REMINDER_ON_IT, ids.REMINDER_HAND_OVER},
}


@pytest.mark.parametrize("action", ANSWERS)
def test_an_answer_shows_in_the_thread_and_in_the_direct_message_at_once(hands: Hands, action: str) -> None:
    hands = close(hands)
    before = len(hands.chat.messages)
    hands.press(action, ids.button_value(ids.REMINDER, nags(hands)[-1], 90, hands.desk.secret))
    twins = [one for one in shown(hands) if ANSWERS[action] in one]
    assert len(twins) == 2, shown(hands)
    assert len(hands.chat.messages) == before


@pytest.mark.parametrize("action", ANSWERS)
def test_what_was_answered_is_offered_no_more_and_the_rest_still_is(hands: Hands, action: str) -> None:
    reminded(hands.desk)
    hands.press(action, hands.button(action))
    offered = {name for name, _ in hands.buttons() if name.startswith("nag_")}
    assert offered == LEFT[action]


@pytest.mark.parametrize("action", ANSWERS)
def test_an_answer_to_an_older_reminder_shows_in_that_one(hands: Hands, action: str) -> None:
    hands = close(hands)
    hands.press(action, ids.button_value(ids.REMINDER, nags(hands)[0], 50, hands.desk.secret))
    hands.publish()
    said = [one for one in map(read, hands.chat.messages.values()) if ANSWERS[action] in one]
    assert len(said) == 1, said


def test_time_asked_for_after_the_last_reminder_ends_when_it_was_asked_for(hands: Hands) -> None:
    hands = Hands(replace(hands.desk, policy=replace(hands.desk.policy, reminders=ReminderPolicy())))
    reminded(hands.desk, 61)
    hands.press(ids.REMINDER_SNOOZE, hands.button(ids.REMINDER_SNOOZE))
    assert any("Ana asked for time until 13:11 UTC." in one for one in shown(hands))


def drawn_in(hands: Hands, step: LadderStep) -> Hands:
    hands = Hands(
        replace(hands.desk, policy=replace(hands.desk.policy, reminders=ReminderPolicy(ladder=((110, step),))))
    )
    hands = close(hands)
    later(hands.desk, 6)
    hands.publish()
    later(hands.desk, 6)
    hands.publish()
    return hands


@pytest.mark.parametrize("step", list(LadderStep))
def test_i_have_it_says_who_has_it(hands: Hands, step: LadderStep) -> None:
    hands = drawn_in(hands, step)
    offered = hands.button(ids.REMINDER_HAVE_IT)
    its = hands.desk.store.reminder(int(offered.split(".")[1]))
    by = its.asked if its.asked.startswith("U") else CARO
    assert hands.press(ids.REMINDER_HAVE_IT, offered, by) == ""
    name = {one.id: one.name for one in hands.desk.store.people()}[by]
    assert any(f"{name} has been on it since 13:07 UTC." in read(one) for one in told(hands)), told(hands)
    assert (ids.REMINDER_HAVE_IT, "") not in hands.buttons()


def told(hands: Hands) -> list[object]:
    hands.publish()
    return list(hands.chat.messages.values())


def gathered(hands: Hands) -> Hands:
    for n in range(5):
        receive(hands.desk, a_post(str(100 + n), "parcel?", by=f"c{n}"))
        casework.claim(hands.desk, n + 1, by=ANA, at=NOON)
    hands.publish()
    later(hands.desk, 31)
    hands.publish()
    return hands


def digest(hands: Hands) -> str:
    hands.publish()
    return next(text for text in map(read, hands.chat.messages.values()) if "for you" in text)


def test_an_answer_shows_in_the_list_of_many_reminders(hands: Hands) -> None:
    hands = gathered(hands)
    assert "5 cases wait for you" in digest(hands)
    hands.press(ids.REMINDER_ON_IT, ids.button_value(ids.REMINDER, nags(hands)[-1], 50, hands.desk.secret))
    assert "Ana has been on it since 12:31 UTC; the next reminder comes at 12:45 UTC" in digest(hands)


TAKES_OFF: dict[str, Callable[[Desk], object]] = {
    "solved": lambda desk: casework.solve(desk, 1, by=ANA, at=desk.clock.now()),
    "handed over": lambda desk: casework.assign(desk, 1, to=DEE, by=ANA, at=desk.clock.now()),
    "released": lambda desk: casework.release(desk, 1, by=ANA, at=desk.clock.now()),
}


@pytest.mark.parametrize("how", TAKES_OFF)
def test_what_is_out_of_somebodys_hands_leaves_their_list_at_once(hands: Hands, how: str) -> None:
    hands = gathered(hands)
    TAKES_OFF[how](hands.desk)
    assert "4 cases wait for you" in digest(hands)


# --- still on it? -----------------------------------------------------------------------------------------------


def test_still_on_it_says_when_it_is_asked_again_and_can_still_be_handed_back(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    hands.publish()
    access.renew_directory(hands.desk, clock(hands.desk).move(minutes=25))
    claim_checks.check_claims(hands.desk, hands.desk.clock.now())
    assert hands.press(ids.CHECK_STILL, hands.button(ids.CHECK_STILL)) == ""
    [said] = [one for one in map(read, told(hands)) if "still on case 1" in one]  # type: ignore[arg-type]
    assert "you said so at 12:25 UTC. While no reply is being written, you are asked again at 12:49 UTC." in said
    assert "[ Hand back ]" in said
    assert "[ Still on it ]" not in said
    again = [claim_checks.check_claims(hands.desk, NOON.replace(minute=minute)) for minute in (48, 50)]
    assert again == [0, 1]


# --- the list of reminders -----------------------------------------------------------------------------------------


@pytest.fixture
def flooded(hands: Hands) -> Hands:
    """A desk on which Ana alone is on, with forty customers whom nobody has taken."""
    for who in (BEN, CARO, DEE):
        hands.desk.store.put_shift_change(ShiftChange(who=who, on=False, since=NOON))
    receive(hands.desk, *(a_post(str(1_000 + n), f"parcel {n}?", by=f"c{n}") for n in range(40)))
    later(hands.desk, 31)
    return hands


def the_list(hands: Hands) -> str:
    hands.publish()
    [said] = [read(one) for (room, _), one in hands.chat.messages.items() if room == f"D{ANA[1:]}"]
    return said


def test_the_first_is_taken_from_the_list_and_leaves_it_at_once(flooded: Hands) -> None:
    assert the_list(flooded).startswith(f"@{ANA}, 40 cases have nobody")
    case = flooded.desk.store.case(1)
    flooded.press(ids.CASE_CLAIM, ids.button_value(ids.CASE, 1, case.version, flooded.desk.secret))
    assert flooded.desk.store.case(1).assignee == ANA
    before = flooded.desk.clock.now()
    assert the_list(flooded).startswith(f"@{ANA}, 39 cases have nobody")
    assert "parcel 0?" not in the_list(flooded)
    assert flooded.desk.clock.now() - before < LISTS_SETTLED


def test_what_somebody_else_took_meanwhile_is_not_taken_from_them(flooded: Hands) -> None:
    value = flooded.button(ids.CASE_CLAIM)
    for number in range(1, 41):
        casework.claim(flooded.desk, number, by=BEN, at=flooded.desk.clock.now())
    assert "claimed this a moment before you" in flooded.press(ids.CASE_CLAIM, value)
    assert {flooded.desk.store.case(number).assignee for number in range(1, 41)} == {BEN}
    assert "Nothing waits for you here" in the_list(flooded)


def test_all_of_a_list_is_shown_page_by_page(flooded: Hands) -> None:
    shown: list[str] = []
    value = flooded.button(ids.REMINDER_LIST)
    for _ in range(3):
        flooded.press(ids.REMINDER_LIST, value)
        shown.append(read(flooded.chat.whispers[-1]))
        values = [one["value"] for one in elements(flooded.chat.whispers[-1].blocks)]
        value = values[0] if values else value
    assert [one.splitlines()[0] for one in shown] == [
        "Cases 1 to 15 of 40, worst first:",
        "Cases 16 to 30 of 40, worst first:",
        "Cases 31 to 40 of 40, worst first:",
    ]
    assert all(f'"parcel {n}?"' in "\n".join(shown) for n in range(40))


def test_a_page_goes_on_where_the_one_before_ended_though_cases_left_the_list(flooded: Hands) -> None:
    flooded.press(ids.REMINDER_LIST, flooded.button(ids.REMINDER_LIST))
    following = next(elements(flooded.chat.whispers[-1].blocks))["value"]
    for number in range(1, 16):
        casework.solve(flooded.desk, number, by=BEN, at=flooded.desk.clock.now())
    flooded.press(ids.REMINDER_LIST, following)
    said = read(flooded.chat.whispers[-1])
    assert '"parcel 15?"' in said
    assert '"parcel 29?"' in said

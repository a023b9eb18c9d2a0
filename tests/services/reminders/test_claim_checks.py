"""A claim without progress leads to one question; without an answer the case goes back to the team."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.reminders.recipients import ReminderPolicy
from bot.domain.slack.telling import TellingKind
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.reminders import claim_checks
from bot.services.team import access
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, NOON
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, clock, only_case, slack, verbs, written


def claimed(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)


def run(desk: Desk, minutes: int) -> list[int]:
    """Run the check every minute; return the minutes after noon at which it did something."""
    done = []
    for _ in range(minutes):
        access.renew_directory(desk, clock(desk).move(minutes=1))
        if claim_checks.check_claims(desk, desk.clock.now()):
            done.append(int((desk.clock.now() - NOON).total_seconds() / 60))
    return done


def said(desk: Desk) -> list[tuple[str, str]]:
    card = desk.store.card(1)
    assert card is not None
    desk.store.mark_told(card.id, card.channel, "1.0", 1)
    found = [one for one in desk.store.to_tell(desk.clock.now(), 100) if one.kind == TellingKind.CLAIM_CHECK]
    drawn = [(one.recipient, draw(desk, one, desk.clock.now())) for one in found]
    return [(who, read(message[0])) for who, message in drawn if message]


def test_a_silent_claim_is_asked_about_once_and_then_released(desk: Desk) -> None:
    claimed(desk)
    assert run(desk, 30) == [24]
    [(who, words)] = said(desk)
    assert who == ANA
    assert "Are you still on case 1, Priya?" in words
    assert "[ Still on it ]  [ Hand back ]" in words
    assert run(desk, 90) == [39]
    assert only_case(desk).assignee == ""
    assert [(line.verb, line.by) for line in desk.store.audit("case:1")][-2:] == [
        ("checked", "desk"),
        ("release", "desk"),
    ]
    told = dict(said(desk))
    assert "Ana was asked at" in told[""]
    assert "went back to the team" in told[ANA]


def test_an_answer_lets_the_time_begin_anew(desk: Desk) -> None:
    claimed(desk)
    run(desk, 30)
    claim_checks.still_on_it(desk, 1, by=ANA, at=desk.clock.now())
    assert run(desk, 40) == [54, 69]
    assert verbs(desk) == ["opened", "claim", "checked", "still_on_it", "checked", "release"]


def test_whoever_writes_is_left_in_peace(desk: Desk) -> None:
    claimed(desk)
    written(desk, 1)
    assert run(desk, 120) == []


def test_nothing_is_asked_where_nothing_is_owed_or_the_rule_is_off(desk: Desk) -> None:
    off = replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(ask_after=0)))
    claimed(off)
    assert run(off, 60) == []
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    assert run(desk, 60) == []


def test_nobody_is_asked_in_their_do_not_disturb(desk: Desk) -> None:
    slack(desk).resting[ANA] = (NOON, NOON + timedelta(minutes=45))
    claimed(desk)
    assert run(desk, 50) == [45]


def test_nobody_is_asked_in_their_quiet_hours(desk: Desk) -> None:
    quiet = replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(quiet=((0, 12 * 60 + 45),))))
    claimed(quiet)
    assert run(quiet, 50) == [45]


def test_a_new_holder_is_asked_in_their_own_time(desk: Desk) -> None:
    claimed(desk)
    run(desk, 25)
    casework.assign(desk, 1, to=BEN, by=ANA, at=desk.clock.now())
    assert run(desk, 30) == [49]
    assert [line.facts["person"] for line in desk.store.audit("case:1") if line.verb == "checked"] == [ANA, BEN]


def test_only_the_holder_answers_and_not_after_it_is_over(desk: Desk) -> None:
    claimed(desk)
    run(desk, 25)
    with pytest.raises(NotYours, match="This question is for"):
        claim_checks.still_on_it(desk, 1, by=BEN, at=desk.clock.now())
    run(desk, 30)
    with pytest.raises(Outdated, match="went back to the team"):
        claim_checks.still_on_it(desk, 1, by=ANA, at=desk.clock.now())
    with pytest.raises(Outdated):
        claim_checks.hand_back(desk, 1, by=ANA, at=desk.clock.now())


def test_the_buttons_answer_the_question(desk: Desk) -> None:
    claimed(desk)
    run(desk, 25)
    hands = Hands(desk)
    offered = hands.buttons()
    assert hands.press(ids.CHECK_STILL, offered[ids.CHECK_STILL, ""]) == ""
    assert hands.press(ids.CHECK_HAND_BACK, offered[ids.CHECK_HAND_BACK, ""]) == ""
    assert verbs(desk)[-2:] == ["still_on_it", "release"]

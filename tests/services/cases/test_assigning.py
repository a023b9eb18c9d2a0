"""A new case is assigned once to the suitable person on with the fewest cases; never when nobody is suitable."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case
from bot.domain.slack.telling import TellingKind
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.cases import assigning, casework
from bot.services.reminders import claim_checks
from bot.services.team import access, shifts
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, DEE, GUS, NOON, POLICY, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive, verbs, waiting

GERMAN = Skill(people=frozenset({BEN}), languages=frozenset({"en", "de"}))
ENGLISH = Skill(people=frozenset({ANA, CARO, DEE, GUS}), languages=frozenset({"en"}))
BILLING = Skill(people=frozenset({CARO}), topics=frozenset({"billing"}))
DAY = Shift(days=frozenset(range(7)), hours=[(9 * 60, 17 * 60)], people=frozenset({ANA, BEN}), zone=ZoneInfo("UTC"))


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, gives_out=True))


def ruled(desk: Desk, **rules: object) -> Desk:
    return replace(desk, policy=replace(desk.policy, **rules))  # type: ignore[arg-type]


def opened(desk: Desk, number: int, text: str = "parcel?", language: str = "en") -> Case:
    receive(desk, a_post(str(number), text, by=f"c{number}", language=language, at=desk.clock.now()))
    found = desk.store.live_case("x", str(number), f"id-c{number}")
    assert found is not None
    return found


def test_without_the_rule_a_new_case_waits_for_the_team(desk: Desk) -> None:
    asleep = ruled(desk, gives_out=False)
    assert opened(asleep, 1).state == CaseState.NEW
    assert assigning.give_out_waiting(asleep, NOON) == 0


def test_cases_go_to_whoever_holds_fewest_and_in_turn(desk: Desk) -> None:
    given = Counter(opened(desk, number).assignee for number in range(8))
    assert given == dict.fromkeys((ANA, BEN, CARO, DEE), 2)  # never to a guest


def test_whoever_holds_much_gets_nothing_until_the_others_hold_as_much(desk: Desk) -> None:
    asleep = ruled(desk, gives_out=False)
    for number in range(3):
        casework.claim(asleep, opened(asleep, number).id, by=ANA, at=NOON)
    given = Counter(opened(desk, number).assignee for number in range(10, 19))
    assert given == dict.fromkeys((BEN, CARO, DEE), 3)


def test_only_people_who_are_on_are_given_cases(desk: Desk) -> None:
    day = ruled(desk, shifts=(DAY,))
    assert {opened(day, number).assignee for number in range(4)} == {ANA, BEN}
    shifts.go_off(day, by=BEN, at=NOON)
    assert {opened(day, number).assignee for number in range(4, 8)} == {ANA}


def test_a_language_and_a_topic_find_their_people(desk: Desk) -> None:
    skilled = ruled(desk, skills=(GERMAN, ENGLISH, BILLING))
    assert opened(skilled, 1, "Paket?", "de").assignee == BEN
    assert opened(skilled, 2, "charged twice").assignee == CARO
    assert opened(skilled, 3, "charged twice", "de").assignee == BEN


def test_where_nobody_suits_the_case_waits_for_the_team_and_is_reminded_of(desk: Desk) -> None:
    english = ruled(desk, skills=(replace(ENGLISH, people=frozenset({ANA, BEN, CARO, DEE, GUS})),))
    case = opened(english, 1, "colis?", "fr")
    assert (case.state, verbs(english, case.id)) == (CaseState.NEW, ["opened"])
    assert english.store.next_reminder_at() == NOON + timedelta(minutes=30)


def test_it_is_written_down_as_the_desks_doing_and_the_card_says_it(desk: Desk) -> None:
    case = opened(ruled(desk, shifts=(replace(DAY, people=frozenset({ANA})),)), 1)
    line = desk.store.audit(f"case:{case.id}")[-1]
    assert (line.verb, line.by, line.facts["person"]) == ("assign", "desk", ANA)
    told = {
        one.kind: read(drawn[0])
        for one in desk.store.to_tell(NOON, 10)
        if (drawn := draw(desk, one, desk.clock.now()))
    }
    assert "Given to Ana, who was on, at 12:00" in told[TellingKind.CARD]
    assert "You are on, so case 1" in told[TellingKind.NEWS]
    assert len(told) == 2


def test_what_came_while_nobody_was_on_is_given_out_when_somebody_is(desk: Desk) -> None:
    day = ruled(desk, shifts=(DAY,))
    clock(day).move(hours=8)
    night = [opened(day, number).id for number in range(4)]
    assert assigning.give_out_waiting(day, day.clock.now()) == 0
    access.renew_directory(day, clock(day).move(hours=13))
    assert assigning.give_out_waiting(day, day.clock.now()) == 4
    assert Counter(day.store.case(one).assignee for one in night) == {ANA: 2, BEN: 2}
    assert assigning.give_out_waiting(day, day.clock.now()) == 0


def test_who_hands_a_case_back_is_not_given_it_again_nor_is_anybody_else(desk: Desk) -> None:
    case = opened(desk, 1)
    casework.release(desk, case.id, by=case.assignee, at=NOON)
    assert assigning.give_out_waiting(desk, NOON + timedelta(hours=1)) == 0
    assert desk.store.case(case.id).state == CaseState.NEW


def test_a_case_that_was_given_out_and_lies_still_goes_back_to_the_team(desk: Desk) -> None:
    case = opened(desk, 1)
    for _ in range(60):
        now = clock(desk).move(minutes=1)
        access.renew_directory(desk, now)
        claim_checks.check_claims(desk, now)
        assigning.give_out_waiting(desk, now)
    assert verbs(desk, case.id) == ["opened", "assign", "checked", "release"]
    assert waiting(desk, TellingKind.CLAIM_CHECK)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_kill_within_the_sweep_gives_out_each_case_once(store: SqlStore, desk: Desk, n: int) -> None:
    asleep = ruled(desk, gives_out=False)
    cases = [opened(asleep, number).id for number in range(4)]
    broken = replace(desk, store=BreakingStore(store, record=at_call(n, Killed())))  # type: ignore[arg-type]
    with suppress(Killed):
        assigning.give_out_waiting(broken, NOON)
    assigning.give_out_waiting(desk, NOON + timedelta(minutes=1))
    assert [verbs(desk, one) for one in cases] == [["opened", "assign"]] * 4


def test_a_kill_within_intake_leaves_neither_case_nor_gift(store: SqlStore, desk: Desk) -> None:
    broken = replace(desk, store=BreakingStore(store, record=at_call(1, Killed())))  # type: ignore[arg-type]
    with suppress(Killed):
        opened(broken, 1)
    assert desk.store.queue() == []
    assert verbs(desk, opened(desk, 1).id) == ["opened", "assign"]

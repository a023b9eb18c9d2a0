"""A case that fails for an unexpected reason is named and skipped: it does not block others."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Outdated
from bot.domain.base.repeated_failures import FIRST_REST, FORGOTTEN, LONGEST_REST, RepeatedFailures
from bot.ports import Desk
from bot.services.base import sweeping as sweeps
from bot.services.reminders import remind
from bot.services.team import handover
from handlers.doctor import findings
from handlers.watch import Watch
from storage import SqlStore
from tests.fakes import ANA, BEN, NOON, POLICY, a_desk, a_post
from tests.services.doubles import BreakingStore
from tests.services.journey import clock, receive
from tests.services.team.test_handover import DAY, FIVE, HOUR, LATE, holding, told

MANY = 205  # more than one sweep reads


def broken_for(desk: Desk, cases: set[int]) -> Desk:
    """Return the desk with a store that fails to record anything about these cases."""

    def of(case, event, *_):
        if case.id in cases:
            raise KeyError("odd")

    def all_of(happened):
        for case, event in happened:
            of(case, event)

    store = BreakingStore(desk.store, record=of, remind_all=all_of)
    return replace(desk, store=store)  # type: ignore[arg-type]


def test_more_broken_cases_than_one_look_finds_leave_the_others_their_reminders(desk: Desk) -> None:
    for number in range(MANY):
        receive(desk, a_post(str(1_000 + number), "Where is it?", by=f"a{number}"))
    receive(desk, a_post("9000", "And mine?", by="last", at=NOON + timedelta(seconds=1)))
    last = desk.store.live_case("x", "9000", "id-last")
    assert last is not None
    odd = broken_for(desk, set(range(1, MANY + 1)))
    for _ in range(4):
        remind.remind(odd, clock(desk).move(minutes=10))
    told = [line.verb for line in desk.store.audit(f"case:{last.id}")]
    assert "reminded" in told


def test_what_fails_is_named_by_the_doctor_until_it_goes_well(desk: Desk) -> None:
    receive(desk, a_post("100", "Where is it?"))
    odd = broken_for(desk, {1})
    for _ in range(2):
        remind.remind(odd, clock(desk).move(minutes=40))
    watch = Watch(desk, list, list)
    assert "“remind” fails for 1; all else goes on." in [one.what for one in findings(desk, watch)]
    remind.remind(desk, clock(desk).move(minutes=10))
    assert desk.broken.named(desk.clock.pace()) == {}
    assert [one.what for one in findings(desk, watch) if "fails for" in one.what] == []


def test_somebody_whose_turn_cannot_be_worked_out_leaves_the_others_their_handover(store: SqlStore) -> None:
    desk = a_desk(store, policy=replace(POLICY, shifts=(DAY, LATE)))
    holding(desk, ANA, 1, FIVE - HOUR)
    holding(desk, BEN, 2, FIVE - HOUR)
    clock(desk).at = FIVE

    def of(person, *_):
        if person == ANA:
            raise ValueError("odd")

    odd = replace(desk, store=BreakingStore(store, handed_over=of))  # type: ignore[arg-type]
    assert handover.hand_over_ended(odd, FIVE) == 1
    assert "Ben" in told(desk)[0]


# --- how it rests -------------------------------------------------------------------------------------------


def test_a_first_failure_costs_no_rest_and_each_further_one_doubles_it() -> None:
    broken = RepeatedFailures()
    broken.failed("remind", 7, 0.0)
    assert (broken.resting("remind", 0.0), broken.named(0.0)) == (frozenset(), {})
    rest = FIRST_REST
    for _ in range(12):
        broken.failed("remind", 7, 0.0)
        assert broken.resting("remind", min(rest, LONGEST_REST) - 0.1) == {7}
        assert broken.resting("remind", min(rest, LONGEST_REST)) == frozenset()
        rest *= 2
    assert broken.resting("check", 0.0) == frozenset()
    assert broken.named(FORGOTTEN - 1) == {"remind": [7]}
    assert broken.named(FORGOTTEN) == {}
    broken.went_well("remind", 7)
    assert broken.named(0.0) == {}


def test_what_somebody_else_changes_again_and_again_is_broken_too(desk: Desk) -> None:
    def overtaken(_: int) -> None:
        raise Outdated("Somebody was faster.")

    for _ in range(sweeps.OVERTAKEN):
        sweeps.sweep(desk, "close", [7], overtaken)
    assert desk.broken.resting("close", desk.clock.pace()) == frozenset()
    sweeps.sweep(desk, "close", [7], overtaken)
    assert desk.broken.resting("close", desk.clock.pace()) == {7}
    assert sweeps.room(desk, "close", 100) > 100


@pytest.mark.parametrize("count", [10_000, 10_001])
def test_what_is_remembered_is_bounded(count: int) -> None:
    broken = RepeatedFailures()
    for item in range(count):
        broken.failed("remind", item, 0.0, spared=0)
    assert len(broken.named(0.0)["remind"]) == 10_000

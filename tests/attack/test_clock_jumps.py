"""The machine's clock is ahead by more than a year, people work, and the clock is set back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.domain.team.shifts import ShiftChange
from bot.ports import Desk
from bot.services.base import clock_set_back
from bot.services.cases import casework
from bot.services.reminders import answers, claim_checks, remind
from bot.services.replies import sending
from bot.services.team import access
from storage import SqlStore
from storage.engine.rows import NEVER
from tests.fakes import ANA, NOON, POLICY, a_desk, a_post
from tests.services.journey import a_case, approve, clock, draft_of, in_review, notices, only_case, receive

YEAR = timedelta(days=400)
AHEAD = [timedelta(minutes=30), timedelta(hours=1), timedelta(days=1), YEAR]


LADDER = ((110, LadderStep.BACKUP), (150, LadderStep.LEAD), (200, LadderStep.CHANNEL))


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, reminders=ReminderPolicy(ladder=LADDER)))


def jump(desk: Desk, by: timedelta) -> datetime:
    """Set the clock without passing time, and run the alarm as it runs every few seconds."""
    clock(desk).at += by
    clock(desk).ahead += by
    clock_set_back.put_right(desk, desk.clock.now())
    access.renew_directory(desk, desk.clock.now())
    return desk.clock.now()


def alarm(desk: Desk) -> int:
    clock_set_back.put_right(desk, desk.clock.now())
    return remind.remind(desk, desk.clock.now())


def reopened(desk: Desk) -> Desk:
    """Return the desk after a restart: it knows only what is in the store."""
    return replace(desk, broken=type(desk.broken)())


def told(desk: Desk) -> list[tuple[int, datetime]]:
    """Return every reminder that was sent, with its moment."""
    promise = only_case(desk).promise
    assert promise is not None
    rows = desk.store.engine.rows(
        "SELECT level, noted_at FROM nags WHERE promise_id = :p AND told = 1 ORDER BY level", {"p": promise.id}
    )
    return [(level, at) for level, at in rows]


def levels_told(desk: Desk) -> list[int]:
    return [level for level, _ in told(desk)]


def pass_time(desk: Desk, span: timedelta, step: timedelta = timedelta(minutes=1)) -> None:
    until = desk.clock.now() + span
    while desk.clock.now() < until:
        clock(desk).at += step
        alarm(desk)


# --- the ladder ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
@pytest.mark.parametrize("restart", [False, True], ids=["running", "over a restart"])
def test_no_ladder_stays_armed_for_the_time_that_never_came(desk: Desk, ahead: timedelta, restart: bool) -> None:
    a_case(desk)
    jump(desk, timedelta())
    jump(desk, ahead)
    while alarm(desk):
        pass
    if restart:
        desk = reopened(desk)
    now = jump(desk, -ahead)
    promise = only_case(desk).promise
    assert promise is not None
    if promise.remind_at is not None:
        assert promise.remind_at <= max(promise.due_at, now) + promise.within * 2
    if promise.due_at > now:
        assert promise.lapsed_at is None


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_every_level_is_told_once_and_none_twice(desk: Desk, ahead: timedelta) -> None:
    a_case(desk)
    promise = only_case(desk).promise
    assert promise is not None
    jump(desk, timedelta())
    jump(desk, ahead)
    alarm(desk)
    early = levels_told(desk)
    jump(desk, -ahead)
    pass_time(desk, promise.within * 3)
    after = levels_told(desk)
    assert after[: len(early)] == early
    assert len(after) == len(set(after))
    assert {100, 110, 150, 200} <= {*after}


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_case_that_came_in_by_the_wrong_clock_is_owed_by_the_right_one(desk: Desk, ahead: timedelta) -> None:
    jump(desk, timedelta())
    now = jump(desk, ahead)
    receive(desk, a_post("100", "The kettle is broken", at=now))
    now = jump(desk, -ahead)
    case = only_case(desk)
    assert case.promise is not None
    assert case.promise.started_at <= now
    assert case.due_at == desk.policy.hours.after(case.promise.started_at, case.promise.within)
    pass_time(desk, case.promise.within * 3)
    assert {50, 75, 90, 100} <= {*levels_told(desk)}
    assert len(levels_told(desk)) == len({*levels_told(desk)})


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
def test_a_snooze_of_that_time_ends(desk: Desk, ahead: timedelta) -> None:
    case = casework.claim(desk, a_case(desk).id, by=ANA, at=desk.clock.now())
    clock(desk).at += timedelta(minutes=70)
    while alarm(desk):
        pass
    nag = desk.store.reminders_of(case.promise.id)[-1]
    now = jump(desk, ahead)
    answers.snooze(desk, nag.id, by=ANA, at=now)
    now = jump(desk, -ahead)
    promise = only_case(desk).promise
    assert promise.remind_at - now <= timedelta(minutes=30)


# --- all other planned moments --------------------------------------------------------------------------------


def moments(store: SqlStore) -> dict[str, list[datetime]]:
    """Return every stored moment of every table except the trail, which records what the clock said."""
    if store.engine.name != "sqlite":
        pytest.skip("the names of the columns are read from SQLite")
    found = {}
    for (table,) in store.engine.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        for column in store.engine.rows(f"PRAGMA table_info({table})"):
            name = column[1]
            if name.endswith("_at") or name in {"since", "until", "quiet_until", "wait_until"}:
                rows = store.engine.rows(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")
                found[f"{table}.{name}"] = [row[0] for row in rows]
    return found


# Why a moment of that time may stay: it is about something that has ended, or its reader handles it.
HARMLESS = {
    "audit.at",  # what the clock said
    "cases.opened_at",  # of cases of that time: it is shown, and nothing waits for it
    "mentions.posted_at",  # the network's own
    "cases.latest_at",
    "versions.written_at",
    "nags.noted_at",
    "nags.due_at",
    "notices.noted_at",
    "people.fetched_at",  # a reading from the future is none: tests/attack/test_people
    "groups.fetched_at",
    "drafts.submitted_at",
    "approvals.approved_at",  # an approval from the future is void
    "approvals.asked_at",
    "approvals.sends_at",
    "approvals.void_at",
    "attempts.started_at",  # tests/services/test_waits and test_settling
    "attempts.ended_at",
    "attempts.look_at",
    "attempts.again_at",
    "attempts.wait_until",
    "tellings.started_at",
    "tellings.retry_at",
    "saved_words.saved_at",
    "promises.kept_at",
    "promises.dropped_at",
    "promises.due_at",  # of promises that have ended
    "promises.started_at",
    "promises.lapsed_at",
}


def busy(desk: Desk) -> None:
    """Do one thing of each kind at the clock's present time."""
    receive(desk, *[a_post(str(n), f"Kettle {n} is broken", by=f"p{n}") for n in range(300, 306)], cursor="306")
    ids = [case.id for case in desk.store.queue(limit=50)]
    now = desk.clock.now()
    for one in ids:
        casework.claim(desk, one, by=ANA, at=now)
    clock(desk).at += timedelta(hours=1)
    now = desk.clock.now()
    claim_checks.check_claims(desk, now)
    while alarm(desk):
        pass
    casework.solve(desk, ids[0], by=ANA, at=now)
    casework.set_aside(desk, ids[1], by=ANA, at=now, reason="a troll", until=now + timedelta(days=30))
    desk.store.put_shift_change(ShiftChange(who=ANA, on=False, since=now, until=now + timedelta(hours=8)))


def test_no_moment_of_that_time_holds_anything_back(desk: Desk) -> None:
    jump(desk, timedelta())
    jump(desk, YEAR)
    busy(desk)
    now = jump(desk, -(desk.clock.now() - NOON))
    far = (now + timedelta(days=60)).timestamp() * 1_000_000
    left = {name for name, found in moments(desk.store).items() if any(far < one < NEVER for one in found)}
    assert left - HARMLESS == set()
    running = desk.store.engine.rows(
        "SELECT started_at, due_at, nag_at FROM promises WHERE kept_at IS NULL AND dropped_at IS NULL"
    )
    assert running
    assert all(one is None or one < far for row in running for one in row)


def test_a_person_who_went_off_by_the_wrong_clock_is_off_for_as_long_as_they_said(desk: Desk) -> None:
    jump(desk, timedelta())
    now = jump(desk, YEAR)
    desk.store.put_shift_change(ShiftChange(who=ANA, on=False, since=now, until=now + timedelta(hours=8)))
    now = jump(desk, -YEAR)
    [change] = desk.store.shift_changes()
    assert (change.since, change.until) == (now, now + timedelta(hours=8))


def test_a_case_solved_or_set_aside_by_the_wrong_clock_goes_its_way_by_the_right_one(desk: Desk) -> None:
    jump(desk, timedelta())
    jump(desk, YEAR)
    busy(desk)
    now = jump(desk, -(desk.clock.now() - NOON))
    clock(desk).at = now + timedelta(days=31)
    casework.tidy(desk, desk.clock.now())
    states = {case.state for case in desk.store.cases(range(1, 7))}
    assert CaseState.CLOSED in states
    assert CaseState.DISMISSED not in states
    assert CaseState.SOLVED not in states


def test_a_claim_that_stays_silent_is_asked_about_by_the_right_clock(desk: Desk) -> None:
    jump(desk, timedelta())
    jump(desk, YEAR)
    casework.claim(desk, a_case(desk).id, by=ANA, at=desk.clock.now())
    jump(desk, -YEAR)
    clock(desk).at += timedelta(hours=1)
    assert claim_checks.check_claims(desk, desk.clock.now()) == 1


def test_an_approval_of_that_time_is_void_and_asked_again(desk: Desk) -> None:
    in_review(desk)
    jump(desk, timedelta())
    jump(desk, YEAR)
    approve(desk)
    now = jump(desk, -YEAR)
    assert sending.void_old_approvals(desk, now) == 1
    assert draft_of(desk).state == DraftState.IN_REVIEW


def test_it_is_told_once_to_the_leads_and_a_small_correction_is_not(desk: Desk) -> None:
    a_case(desk)
    jump(desk, timedelta())
    jump(desk, timedelta(seconds=40))
    jump(desk, -timedelta(seconds=40))
    assert not [one for _, one in notices(desk) if "was set back" in one]
    jump(desk, YEAR)
    jump(desk, -YEAR)
    jump(desk, timedelta())
    assert len([one for _, one in notices(desk) if "was set back by 400 days" in one]) == 1


def test_nothing_is_changed_where_the_clock_only_went_on(desk: Desk) -> None:
    a_case(desk)
    jump(desk, timedelta())
    for _ in range(5):
        jump(desk, timedelta(minutes=7))
    assert [line.verb for line in desk.store.audit("case:1")] == ["opened"]

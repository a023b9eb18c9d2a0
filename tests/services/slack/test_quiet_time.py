"""In somebody's quiet time a message about a case waits, except when only they can act before the promise lapses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.cases.case import Priority
from bot.domain.reminders.recipients import ReminderPolicy
from bot.domain.slack.telling import TellingKind
from bot.domain.team.people import Group
from bot.ports import Desk, NotSent
from bot.services.cases import casework
from bot.services.cases.lists import status
from bot.services.reminders import answers, remind
from bot.services.replies import review, sending
from bot.services.team import shifts
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, NOON, a_post
from tests.services.journey import approve, clock, draft_of, everybody_is_known, receive, street, written
from tests.services.slack.timed import publish, timed, told

HOUR = timedelta(hours=1)
SOON, LATE = (
    30,
    12 * 60,
)  # minutes from noon until the quiet time ends: before the promise of an hour lapses, and after


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk on which Ben alone approves."""
    return timed(store)


def quiet(desk: Desk, minutes: int, **rules: bool) -> Desk:
    """Return the desk with quiet time for everybody, from before noon to so many minutes after it."""
    ends = 12 * 60 + minutes
    windows = ((11 * 60, min(ends, 1440)), *([(0, ends - 1440)] if ends > 1440 else []))
    return replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(quiet=windows, **rules)))


def a_request(desk: Desk) -> str:
    receive(desk, a_post("1", "parcel?"))
    written(desk, 1)
    return BEN


def a_draft_that_came_back(desk: Desk) -> str:
    a_request(desk)
    draft = draft_of(desk)
    review.request_changes(desk, draft.id, version=draft.version, note="Shorter", by=BEN, at=desk.clock.now())
    return ANA


def a_case_handed_over(desk: Desk) -> str:
    receive(desk, a_post("1", "parcel?"))
    casework.assign(desk, 1, to=CARO, by=ANA, at=desk.clock.now())
    return CARO


def the_customer_writing_again(desk: Desk) -> str:
    receive(desk, a_post("1", "parcel?"))
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    receive(desk, a_post("2", "hello?", root="1"))
    return ANA


def a_case_taken_away(desk: Desk) -> str:
    """This one asks nothing of its reader."""
    receive(desk, a_post("1", "parcel?"))
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    casework.assign(desk, 1, to=CARO, by=CARO, at=desk.clock.now())
    return ANA


ASKING = (a_request, a_draft_that_came_back, a_case_handed_over, the_customer_writing_again)


@pytest.mark.parametrize("happens", [*ASKING, a_case_taken_away])
def test_a_message_waits_for_the_end_of_its_readers_quiet_time(desk: Desk, happens: Callable[[Desk], str]) -> None:
    desk = quiet(desk, SOON)
    who = happens(desk)
    publish(desk, 29 * 60)
    assert told(desk).to(who) == []
    held = ["".join(map(str, one)) for one in status(desk, desk.clock.now()).held]
    assert any("waiting: it is somebody's quiet time" in one for one in held)
    publish(desk, 2 * 60)
    assert told(desk).when(who)[0] == NOON + timedelta(minutes=SOON)


@pytest.mark.parametrize("happens", ASKING)
def test_it_comes_at_once_where_the_promise_lapses_before_and_only_the_reader_can_act(
    desk: Desk, happens: Callable[[Desk], str]
) -> None:
    desk = quiet(desk, LATE)
    who = happens(desk)
    publish(desk, 5)
    assert len(told(desk).to(who)) == 1


def test_what_asks_nothing_of_its_reader_waits_however_late_it_gets(desk: Desk) -> None:
    desk = quiet(desk, LATE)
    who = a_case_taken_away(desk)
    publish(desk, 3 * 3600)
    assert told(desk).to(who) == []


def test_a_reply_that_failed_comes_to_whoever_let_it_out_if_the_promise_would_lapse(desk: Desk) -> None:
    desk = quiet(desk, LATE)
    a_request(desk)
    publish(desk, 120)
    street(desk).outcomes.append(NotSent("X says no."))
    approve(desk, 1, by=BEN)
    before = len(told(desk).to(BEN))
    sending.send_due(desk, desk.clock.now())
    publish(desk, 120)
    assert len(told(desk).to(BEN)) == before + 1


def test_where_lapses_wait_too_nothing_comes_before_the_end(desk: Desk) -> None:
    desk = quiet(desk, 90, lapse_waits=True)
    who = a_request(desk)
    publish(desk, 89 * 60)
    assert told(desk).to(who) == []
    publish(desk, 2 * 60)
    assert len(told(desk).to(who)) == 1


def test_a_request_that_somebody_takes_upon_themselves_comes_at_once(desk: Desk) -> None:
    both = Group(id=APPROVERS, members=frozenset({BEN, CARO}), fetched_at=NOON)
    desk.store.put_people([], [both])
    desk = quiet(desk, 45)
    a_request(desk)
    first = draft_of(desk).asked
    [other] = both.members - {first}
    clock(desk).move(minutes=31)
    remind.remind(desk, desk.clock.now())
    everybody_is_known(desk)
    [its] = desk.store.reminders_of(desk.store.case(1).promises[0].id)
    answers.have_it(desk, its.id, by=other, at=desk.clock.now())
    assert draft_of(desk).asked == other
    publish(desk, 5)
    assert (len(told(desk).to(other)), told(desk).to(first)) == (1, [])


def test_what_waits_comes_at_once_when_the_promise_moves_nearer(desk: Desk) -> None:
    desk = quiet(desk, 45)
    who = a_request(desk)
    publish(desk, 60)
    assert told(desk).to(who) == []
    casework.reprioritise(desk, 1, to=Priority.URGENT, by=ANA, at=desk.clock.now())
    publish(desk, 30)
    assert len(told(desk).to(who)) == 1


def test_other_people_and_the_thread_do_not_wait(desk: Desk) -> None:
    desk = quiet(desk, SOON)
    a_request(desk)
    publish(desk, 10)
    shown = {one.kind for one in desk.store.to_tell(desk.clock.now() + HOUR, 100) if not one.ts}
    assert shown == {TellingKind.ASK}


# --- when it ends --------------------------------------------------------------------------------------------

NIGHT = ((0, 7 * 60), (22 * 60, 1440))


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        ("UTC", "2026-03-02 22:00", "2026-03-03 07:00"),
        ("UTC", "2026-03-03 06:59", "2026-03-03 07:00"),
        ("UTC", "2026-03-03 07:00", None),
        ("Europe/London", "2026-03-28 23:00", "2026-03-29 06:00"),  # the night in which the clocks go forward
        ("Europe/London", "2026-10-24 22:30", "2026-10-25 07:00"),  # and back
        ("Asia/Kolkata", "2026-03-02 16:29", None),
        ("Asia/Kolkata", "2026-03-02 16:30", "2026-03-03 01:30"),
    ],
)
def test_a_night_ends_in_the_morning_of_the_readers_zone(desk: Desk, zone: str, now: str, ends: str | None) -> None:
    desk = replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(quiet=NIGHT)))
    person = desk.store.person(ANA)
    assert person is not None
    desk.store.put_people([replace(person, zone=zone)], [])
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    until = shifts.peace_until(desk, ANA, at)
    assert until == (datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else None)
    assert shifts.in_peace(desk, ANA, at) == (until is not None)


def test_do_not_disturb_and_quiet_hours_follow_one_another(desk: Desk) -> None:
    desk = replace(desk, policy=replace(desk.policy, reminders=ReminderPolicy(quiet=((12 * 60, 13 * 60),))))
    person = desk.store.person(ANA)
    assert person is not None
    resting = replace(person, dnd_from=NOON + HOUR, dnd_until=NOON + 3 * HOUR)
    desk.store.put_people([resting], [])
    assert shifts.peace_until(desk, ANA, NOON) == NOON + 3 * HOUR

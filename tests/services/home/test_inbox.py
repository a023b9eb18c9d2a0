"""What stands in somebody's inbox: each case once, in the first section that it belongs to, and what is theirs always."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cases.queue import Place
from bot.domain.home.inbox import MOST, InboxSection, Today
from bot.domain.team.people import PersonKind
from bot.domain.team.shifts import Shift
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.home.inbox import PAGE_OF_REQUESTS, further_requests, inbox
from bot.services.replies import review
from bot.services.team import handover, swaps
from tests.fakes import ANA, BEN, CARO, DEE, GUS, NOON, a_post, teammate
from tests.services.journey import clock, draft_of, everybody_is_known, receive, written


def cases(desk: Desk, count: int, words: str = "late", first: int = 1) -> None:
    now = desk.clock.now()
    receive(desk, *(a_post(str(n), words, by=f"c{n}", at=now) for n in range(first, first + count)))


def shown(desk: Desk, who: str = ANA) -> dict[InboxSection, list[int]]:
    """Return the numbers of the cases in each section that holds some."""
    found = inbox(desk, who, desk.clock.now())
    return {section: [one.id for one in heap.cases] for section, heap in found.heaps.items() if heap.cases}


def count(desk: Desk, section: InboxSection, who: str = ANA) -> int:
    return inbox(desk, who, desk.clock.now()).heaps[section].count


def hold(desk: Desk, *numbers: int, by: str = ANA) -> None:
    for number in numbers:
        casework.claim(desk, number, by=by, at=NOON)


def later(desk: Desk, **by: float) -> None:
    clock(desk).move(**by)
    everybody_is_known(desk)


def test_what_is_late_stands_before_what_is_due_and_what_is_due_before_the_rest(desk: Desk) -> None:
    cases(desk, 1)
    later(desk, minutes=61)
    cases(desk, 1, first=2)
    assert shown(desk) == {InboxSection.LAPSED: [1], InboxSection.SOON: [2]}


def test_what_somebody_else_holds_is_not_theirs(desk: Desk) -> None:
    cases(desk, 1)
    hold(desk, 1, by=BEN)
    assert shown(desk) == {}
    assert shown(desk, BEN) == {InboxSection.SOON: [1]}


def test_what_they_hold_is_shown_however_much_is_more_urgent_and_nobodys(desk: Desk) -> None:
    cases(desk, 20, "smoke")
    cases(desk, 1, first=90)
    hold(desk, 21)
    found = shown(desk)
    assert found[InboxSection.SOON] == [1, 2, 3, 4]
    assert found[InboxSection.HELD] == [21]
    assert count(desk, InboxSection.HELD) == 1


def test_a_draft_that_came_back_is_shown_however_much_is_more_urgent_and_nobodys(desk: Desk) -> None:
    cases(desk, 20, "smoke")
    cases(desk, 1, first=90)
    written(desk, 21)
    draft = draft_of(desk, 21)
    review.request_changes(desk, draft.id, "Name a day", version=1, by=draft.asked, at=NOON)
    assert shown(desk)[InboxSection.BACK] == [21]
    assert InboxSection.HELD not in shown(desk)


def test_a_case_stands_in_one_section_alone(desk: Desk) -> None:
    cases(desk, 12)
    hold(desk, 1, 2, 3, 4, 5, 6)
    for number in (1, 2):
        written(desk, number)
        draft = draft_of(desk, number)
        review.request_changes(desk, draft.id, "Name a day", version=1, by=draft.asked, at=NOON)
    every = [number for numbers in shown(desk).values() for number in numbers]
    assert len(every) == len(set(every))
    assert {1, 2, 3, 4, 5, 6} <= set(every)


def test_so_many_as_fit_are_shown_and_all_are_counted(desk: Desk) -> None:
    cases(desk, 60)
    hold(desk, *range(1, 31))
    for section, numbers in shown(desk).items():
        assert len(numbers) <= MOST[section]
    assert count(desk, InboxSection.SOON) == 60
    assert count(desk, InboxSection.HELD) == 26


def test_who_may_not_approve_is_asked_nothing(desk: Desk) -> None:
    cases(desk, 1)
    written(desk, 1)
    asked = draft_of(desk).asked
    assert shown(desk, asked)[InboxSection.DECIDE] == [1]
    desk.store.put_people([teammate(asked, "Somebody", PersonKind.GUEST)], [])
    assert InboxSection.DECIDE not in shown(desk, asked)


def test_requests_go_on_behind_the_last_one_that_was_shown(desk: Desk) -> None:
    number = 2 * PAGE_OF_REQUESTS + 4
    cases(desk, number)
    desk.store.put_people([teammate(CARO, "Caro", PersonKind.GONE)], [])
    for one in range(1, number + 1):
        written(desk, one)
    first = inbox(desk, BEN, NOON).heaps[InboxSection.DECIDE]
    seen, more = [one.id for one in first.cases], True
    while more:
        heap, more = further_requests(desk, BEN, NOON, place(desk, seen[-1]))
        seen += [one.id for one in heap.cases]
    assert seen == list(range(1, number + 1))
    assert first.count == number


def place(desk: Desk, number: int) -> Place:
    return Place.of(desk.store.case(number))


def test_promises_of_today_begin_at_midnight_of_the_desk(desk: Desk) -> None:
    cases(desk, 2)
    hold(desk, 1, 2)
    assert inbox(desk, ANA, NOON).today == Today(running=2)
    later(desk, hours=2)
    assert inbox(desk, ANA, desk.clock.now()).today == Today(lapsed=2)
    later(desk, days=1)
    assert inbox(desk, ANA, desk.clock.now()).today == Today(lapsed=2), "still owed, it counts each day"


def test_leads_have_a_board_and_nobody_else_does(desk: Desk) -> None:
    cases(desk, 5)
    board = inbox(desk, CARO, NOON).board
    assert board is not None
    assert (board.tally.open, [one.id for one in board.longest]) == (5, [1, 2, 3])
    assert inbox(desk, BEN, NOON).board is None


# --- their shift ----------------------------------------------------------------------------------------------------

MONDAY = Shift(
    days=frozenset(range(7)), hours=[(9 * 60, 17 * 60)], people=frozenset({ANA, BEN}), zone=ZoneInfo("UTC")
)


@pytest.fixture
def shifts(desk: Desk) -> Desk:
    evening = replace(MONDAY, hours=[(17 * 60, 22 * 60)], people=frozenset({DEE}))
    desk.take_over(replace(desk.policy, shifts=(MONDAY, evening)))
    return desk


def test_whoever_is_on_sees_since_when_until_when_and_who_else(shifts: Desk) -> None:
    found = inbox(shifts, ANA, NOON).standing
    assert (found.on, found.since, found.until) == (True, at(9), at(17))
    assert found.others == [BEN]


def test_whoever_is_off_sees_when_they_are_on_again(shifts: Desk) -> None:
    found = inbox(shifts, DEE, NOON).standing
    assert (found.on, found.again, found.others) == (False, at(17), [ANA, BEN])
    handover.go_off(shifts, by=ANA, at=NOON)
    assert inbox(shifts, ANA, NOON).standing.again == at(9, day=3)


def test_what_somebody_said_of_themselves_counts_before_the_shift(shifts: Desk) -> None:
    handover.go_on(shifts, by=DEE, at=NOON)
    found = inbox(shifts, DEE, NOON).standing
    assert (found.on, found.since, found.until) == (True, NOON, at(22))


def test_a_guest_is_neither_on_nor_off(shifts: Desk) -> None:
    found = inbox(shifts, GUS, NOON).standing
    assert (found.on, found.guest) == (False, True)


def test_a_turn_that_somebody_is_asked_to_take_is_there_until_it_is_answered(shifts: Desk) -> None:
    asked = swaps.ask_for_swap(shifts, "@Dee", by=ANA, at=NOON)
    assert [one.id for one in inbox(shifts, DEE, NOON).swaps] == [asked.id]
    assert inbox(shifts, ANA, NOON).swaps == []
    swaps.decline(shifts, asked.id, by=DEE, at=NOON)
    assert inbox(shifts, DEE, NOON).swaps == []


def at(hour: int, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)

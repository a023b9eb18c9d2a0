"""The daily note: once, when its moment has come, with what went wrong and one thing to change."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.promise import DeskHours, always_open
from bot.domain.slack.notice import CaseNamed
from bot.ports import Desk, NotSent, Unparsed
from bot.services.mentions import intake
from bot.services.promises import daily
from storage import SqlStore
from tests.fakes import ANA, LEADS, NOON, POLICY, a_desk, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import approved, clock, delivered, notices, send, street, written
from tests.services.storms.test_noticing import burst

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE_TO_FIVE = DeskHours(ZoneInfo("UTC"), dict.fromkeys(range(5), ((540, 720), (780, 1020))))
FIVE = NOON + 5 * HOUR


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, policy=replace(POLICY, hours=NINE_TO_FIVE))


def with_policy(desk: Desk, **chosen: object) -> Desk:
    return replace(desk, policy=replace(desk.policy, **chosen))  # type: ignore[arg-type]


def came(desk: Desk, n: int, at: object = NOON, text: str = "where is my parcel") -> None:
    intake.take_in(desk, a_post(f"{n}", text, by=f"p{n}", at=at), NOON)  # type: ignore[arg-type]


def test_it_is_told_once_a_day_when_the_desk_closes(desk: Desk) -> None:
    delivered(desk)
    assert daily.tell_daily_note(desk, FIVE - HOUR) == ""
    assert daily.tell_daily_note(desk, FIVE) == "Today 1 kept, 0 lapsed (100 % in time)."
    assert daily.tell_daily_note(desk, FIVE + HOUR) == ""
    assert notices(desk) == [(LEADS, "Today 1 kept, 0 lapsed (100 % in time).")]


def test_a_day_without_anything_to_say_stays_quiet(desk: Desk) -> None:
    assert daily.tell_daily_note(desk, FIVE) == ""
    assert notices(desk) == []


@pytest.mark.parametrize(
    ("hours", "at", "told"),
    [
        (NINE_TO_FIVE, None, 17.0),
        (NINE_TO_FIVE, time(16, 30), 16.5),
        (always_open("UTC"), None, 18.0),
        (always_open("UTC"), time(9), 9.0),
        (always_open("Asia/Tokyo"), None, 9.0),
        (DeskHours(ZoneInfo("UTC"), {0: ((0, 360), (1320, 1440))}), None, 18.0),
        (DeskHours(ZoneInfo("UTC"), {1: ((540, 1020),)}), None, None),
        (replace(NINE_TO_FIVE, closed=frozenset({date(2026, 3, 2)})), None, None),
        (replace(NINE_TO_FIVE, closed=frozenset({date(2026, 3, 2)})), time(9), None),
    ],
)
def test_when_it_is_told(desk: Desk, hours: DeskHours, at: time | None, told: float | None) -> None:
    moment = daily.note_at(with_policy(desk, hours=hours, daily_note_at=at), NOON)
    assert moment == (None if told is None else NOON.replace(hour=0) + told * HOUR)


def test_never_is_never(desk: Desk) -> None:
    delivered(desk)
    assert daily.tell_daily_note(with_policy(desk, daily_note=False), FIVE) == ""


@pytest.mark.parametrize("before", ["put_setting", "notice"])
def test_a_kill_while_it_is_told_loses_no_day(desk: Desk, before: str) -> None:
    delivered(desk)
    store = BreakingStore(desk.store, **{before: at_call(1, Killed())})
    with pytest.raises(Killed):
        daily.tell_daily_note(replace(desk, store=store), FIVE)  # type: ignore[arg-type]
    assert daily.tell_daily_note(desk, FIVE) != ""
    assert len(notices(desk)) == 1


def test_what_lapsed_leads_to_its_cases(desk: Desk) -> None:
    for n in range(7):
        came(desk, n)
    said = daily.tell_daily_note(desk, FIVE)
    assert said.startswith("Today 0 kept, 7 lapsed (0 % in time): case 1, case 2, case 3, case 4, case 5 and 2 more.")
    row = next(one.about for one in desk.store.to_tell(FIVE) if one.kind == "notice")
    assert [one.number for one in desk.store.notice_pieces(row) if isinstance(one, CaseNamed)][:5] == [1, 2, 3, 4, 5]


def test_what_got_stuck_is_named_by_how(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    desk.store.quarantine("x", "42", Unparsed(raw=b"odd", why="no text"), NOON)
    said = daily.tell_daily_note(desk, FIVE)
    assert "Went wrong: a reply could not be sent (case 1); 1 post could not be read (`/care unreadable`)." in said


def test_one_thing_to_change_is_the_wait_in_which_most_time_was_lost(desk: Desk) -> None:
    for n in range(4):
        came(desk, n)
    assert daily.tell_daily_note(desk, FIVE).endswith(
        "One thing to change: let somebody look for new cases between 13 and 15 o'clock. 100 % of the time in 4 late "
        "first answers passed before anybody took the case, most of it between 13 and 15 o'clock: "
        "case 1, case 2, case 3, case 4."
    )


def test_waiting_for_approval_is_told_from_waiting_for_somebody(desk: Desk) -> None:
    clock(desk).move(hours=1)
    for n in range(3):
        came(desk, n)
        written(desk, n + 1, by=ANA)
    assert "One thing to change: have a second person on who can approve" in daily.tell_daily_note(desk, FIVE)


def test_of_few_late_answers_it_says_that_they_are_too_few(desk: Desk) -> None:
    came(desk, 1)
    assert daily.tell_daily_note(desk, FIVE).endswith("Too few first answers lapsed to say what to change.")


def test_what_was_more_than_usual_is_in_it(desk: Desk) -> None:
    burst(desk, 6)
    assert "More than usual: 6 people about “app”, “open”." in daily.tell_daily_note(desk, FIVE)

"""Hours of the week with fewer than two approvers on are named, in the desk's own time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.promise import DeskHours, always_open
from bot.domain.team.coverage import Thin, resolved, stretches_in_words, thin, unread_said, unread_stretches
from bot.domain.team.shifts import Shift, ShiftChange
from bot.domain.team.skills import Skill
from bot.domain.team.swaps import Swap, SwapState, swap_changes

HOUR = timedelta(hours=1)
LONDON = ZoneInfo("Europe/London")
DAY = (540, 1020)
HOURS = DeskHours(LONDON, {0: (DAY,), 1: (DAY,)})
SUNDAY = datetime(2026, 7, 5, 12, 0, tzinfo=UTC)
BOTH = {"UBEN", "UCARO"}


def shift(who: str, *spans: tuple[int, int], days: tuple[int, ...] = (0, 1)) -> Shift:
    return Shift(days=frozenset(days), hours=spans, people=frozenset(who.split()), zone=LONDON)


def found(*shifts: Shift, hours: DeskHours = HOURS, approvers: set[str] = BOTH) -> str:
    return stretches_in_words(thin(shifts, approvers, hours, SUNDAY), hours)


def test_two_approvers_all_day_leave_nothing_to_say():
    assert found(shift("UBEN UCARO UANA", DAY)) == ""


def test_hours_with_one_or_nobody_are_named_with_their_number():
    mornings = shift("UBEN", (540, 780))
    assert (
        found(mornings, shift("UCARO", DAY, days=(0,)))
        == "Mon 13:00-17:00 (1), Tue 09:00-13:00 (1), Tue 13:00-17:00 (nobody)"
    )


def test_those_who_cannot_approve_do_not_count():
    assert found(shift("UBEN UANA UDEE", DAY)) == "Mon and Tue 09:00-17:00 (1)"


def test_hours_when_the_desk_is_closed_need_nobody():
    closed = DeskHours(LONDON, HOURS.periods, frozenset({date(2026, 7, 6)}))
    assert found(hours=closed, approvers={"UBEN"}) == "Tue 09:00-17:00 (1)"
    assert found(shift("UBEN UCARO", DAY, days=(1,)), hours=closed) == ""


def test_without_shifts_everybody_is_on():
    assert found() == ""
    assert found(approvers=set()) == "Mon and Tue 09:00-17:00 (nobody)"


def test_a_desk_that_never_closes_is_covered_through_the_night_or_named():
    day = shift("UBEN UCARO", (480, 1200), days=tuple(range(7)))
    nights = found(day, hours=always_open("Europe/London"))
    assert nights == "Sun 00:00-08:00 (nobody), Sun to Fri 20:00-08:00 (nobody), Sat 20:00-24:00 (nobody)"


def swapped(asker: str, taker: str, begins: datetime, ends: datetime) -> list[ShiftChange]:
    swap = Swap(asker=asker, taker=taker, begins=begins, ends=ends, asked_at=SUNDAY)
    return swap_changes([replace(swap, state=SwapState.ACCEPTED, decided_at=SUNDAY)])


MONDAY_MORNING = (datetime(2026, 7, 6, 8, tzinfo=UTC), datetime(2026, 7, 6, 12, tzinfo=UTC))  # 9 to 13 in London


def test_a_turn_given_away_next_week_counts_for_whoever_took_it():
    days = [shift("UBEN", (540, 780)), shift("UBEN", (780, 1020)), shift("UCARO", DAY)]
    to_ana = thin(days, BOTH, HOURS, SUNDAY, given=swapped("UBEN", "UANA", *MONDAY_MORNING))
    assert stretches_in_words(to_ana, HOURS) == "Mon 09:00-13:00 (1)"
    ana_gives = [*days[:2], shift("UANA", DAY)]
    assert stretches_in_words(thin(ana_gives, BOTH, HOURS, SUNDAY), HOURS) == "Mon and Tue 09:00-17:00 (1)"
    to_caro = thin(ana_gives, BOTH, HOURS, SUNDAY, given=swapped("UANA", "UCARO", *MONDAY_MORNING))
    assert stretches_in_words(to_caro, HOURS) == "Mon 13:00-17:00 (1), Tue 09:00-17:00 (1)"


def test_a_part_of_a_turn_that_was_given_away_is_named_as_that_part():
    given = swapped("UBEN", "UANA", datetime(2026, 7, 6, 9, 30, tzinfo=UTC), MONDAY_MORNING[1])
    assert (
        stretches_in_words(thin([shift("UBEN UCARO", DAY)], BOTH, HOURS, SUNDAY, given=given), HOURS)
        == "Mon 10:30-13:00 (1)"
    )


def test_user_groups_on_a_shift_are_the_people_in_them():
    assert found(*resolved([shift("S0DAY", DAY)], {"S0DAY": BOTH})) == ""


GERMAN = [
    Skill(people=frozenset({"UBEN"}), languages=frozenset({"de", "en"})),
    Skill(people=frozenset({"UCARO"}), languages=frozenset({"en"})),
]


def nobody_reads(*shifts: Shift, languages: str = "en de", skills: list[Skill] = GERMAN) -> str:
    found = unread_stretches(shifts, skills, BOTH, languages.split(), hours=HOURS, since=SUNDAY)
    return unread_said(found, HOURS)


def test_hours_in_which_nobody_reads_a_language_are_named_by_it():
    days = (shift("UBEN", (540, 780)), shift("UCARO", DAY))
    assert nobody_reads(*days) == "German (Mon and Tue 13:00-17:00)"
    assert nobody_reads(*days, languages="de-AT de pt en und") == (
        "German (Mon and Tue 13:00-17:00), Portuguese (Mon and Tue 09:00-17:00)"
    )


def test_a_language_is_read_by_whoever_took_the_turn():
    given = swapped("UBEN", "UCARO", *MONDAY_MORNING)
    days = [shift("UBEN", (540, 780)), shift("UBEN", (780, 1020))]
    found = unread_stretches(days, GERMAN, BOTH, ["de"], hours=HOURS, since=SUNDAY, given=given)
    assert unread_said(found, HOURS) == "German (Mon 09:00-13:00)"


def test_whoever_no_language_is_named_for_covers_every_one():
    assert nobody_reads(shift("UBEN UCARO", DAY), languages="fr ja", skills=GERMAN[1:]) == ""


def test_only_so_many_languages_are_named_at_once():
    said = nobody_reads(shift("UCARO", DAY, days=(0,)), languages="fr it es pl nl da sv")
    assert said.startswith("French (Mon and Tue 09:00-17:00), Italian (")
    assert said.endswith("Dutch (Mon and Tue 09:00-17:00), and 2 more")


MIDNIGHT = datetime(2026, 7, 4, 23, 0, tzinfo=UTC)  # Sunday begins in London


@pytest.mark.parametrize(
    ("stretches", "words"),
    [
        ([(0, 168)], "every day, all day"),
        ([(144, 168)], "Sat, all day"),
        ([(0, 24), (144, 168)], "Sun and Sat, all day"),
        ([(0, 72)], "Sun to Tue, all day"),
        ([(24 * n + 18, 24 * n + 33) for n in range(1, 6)], "Mon to Fri 18:00-09:00"),
        ([(24 * n + 9, 24 * n + 10) for n in (1, 3, 5)], "Mon, Wed and Fri 09:00-10:00"),
        ([(24 * n + 9, 24 * n + 10) for n in range(7)], "every day 09:00-10:00"),
        ([(18, 57)], "Sun 18:00 to Tue 09:00"),
        ([(20, 24)], "Sun 20:00-24:00"),
        ([(0, 33)], "Sun 00:00 to Mon 09:00"),
    ],
)
def test_ranges_are_written_as_people_say_them(stretches, words):
    found = [Thin(MIDNIGHT + since * HOUR, MIDNIGHT + until * HOUR, 1) for since, until in stretches]
    assert stretches_in_words(found, HOURS) == f"{words} (1)"
    assert unread_said([("de", found)], HOURS) == f"German ({words})"


def test_days_that_differ_in_how_many_are_on_are_told_apart():
    found = [Thin(MIDNIGHT + 9 * HOUR, MIDNIGHT + 10 * HOUR, 1), Thin(MIDNIGHT + 33 * HOUR, MIDNIGHT + 34 * HOUR, 0)]
    assert stretches_in_words(found, HOURS) == "Sun 09:00-10:00 (1), Mon 09:00-10:00 (nobody)"

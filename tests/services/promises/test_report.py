"""Promises over a period: the days of a period, the counts, and a table without formulas."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.replies.solo import Lane
from bot.ports import Desk
from bot.services.promises import report
from handlers.promise_report import report_lines
from tests import builders
from tests.fakes import NOON, a_post
from tests.services.doubles import BreakingStore
from tests.services.journey import a_case, clock, delivered, receive

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("", "2026-03-30T23:00", "2026-03-31T23:00"),
        ("Today", "2026-03-30T23:00", "2026-03-31T23:00"),
        ("week", "2026-03-29T23:00", "2026-03-31T23:00"),
        ("month", "2026-03-01T00:00", "2026-03-31T23:00"),
        ("2026-03-29", "2026-03-29T00:00", "2026-03-29T23:00"),
        ("2026-03-28..2026-03-29", "2026-03-28T00:00", "2026-03-29T23:00"),
    ],
)
def test_a_period_is_made_of_the_desks_own_days(words: str, since: str, until: str) -> None:
    tuesday = datetime(2026, 3, 31, 11, 0, tzinfo=UTC)
    found = report.period(words, tuesday, LONDON)
    assert f"{found.since:%Y-%m-%dT%H:%M}" == since
    assert f"{found.until:%Y-%m-%dT%H:%M}" == until


@pytest.mark.parametrize("words", ["soon", "2026-13-01", "..", "2026-03-01..", "1..2..3", "0001-01-01", "9999-12-31"])
def test_what_is_no_period_is_refused_with_an_example(words: str) -> None:
    with pytest.raises(NotUsable, match=r"2026-03-02"):
        report.period(words, NOON, LONDON)


def test_a_kept_promise_is_counted_for_its_writer_and_its_network(desk: Desk) -> None:
    delivered(desk)
    found = report.promises(desk, report.period("today", NOON, LONDON), NOON + timedelta(hours=1))
    assert (found.total.kept, found.by_network["x"].kept, found.by_person["U0ANA"].kept) == (1, 1, 1)


def lines(desk: Desk, **how: bool) -> str:
    day = NOON.date()
    return "".join(report_lines(desk.policy, desk.store, (day, day), clock(desk).now(), **how))


def test_a_table_has_one_promise_a_line_and_quotes_every_cell(desk: Desk) -> None:
    delivered(desk)
    text = lines(desk, as_csv=True)
    heads, row = csv.reader(io.StringIO(text, newline=""))
    told = dict(zip(heads, row, strict=True))
    assert (told["case"], told["person"], told["verdict"], told["within_min"]) == ("1", "Ana", "kept", "60.0")
    assert (told["replied_wall_min"], told["solved_desk_min"]) == ("0.0", "")
    assert all(cell.startswith('"') and cell.endswith('"') for cell in text.splitlines()[1].split(","))


def test_a_solo_reply_is_told_apart_in_lines_table_and_json(desk: Desk) -> None:
    builders.sent_alone(desk.store, Lane.TEMPLATE)
    days = (builders.NOW.date(),) * 2
    at = builders.NOW + timedelta(hours=1)

    def said(**how: bool) -> str:
        return "".join(report_lines(desk.policy, desk.store, days, at, **how))

    assert "\n1 reply went out solo\n" in said()
    [row] = csv.DictReader(io.StringIO(said(as_csv=True), newline=""))
    assert (row["verdict"], row["one_pair_of_eyes"]) == ("kept", "prepared words")
    assert json.loads(said(as_json=True))["alone"] == 1


def test_a_name_like_a_formula_is_inert_in_the_table(desk: Desk) -> None:

    ana = desk.store.person("U0ANA")
    assert ana is not None
    desk.store.put_people([replace(ana, name="=HYPERLINK(1)")], [])
    delivered(desk)
    assert '"\'=HYPERLINK(1)"' in lines(desk, as_csv=True)


def test_lines_and_json_say_the_same(desk: Desk) -> None:
    a_case(desk)
    clock(desk).move(minutes=61)
    assert "0 kept, 0 at risk, 1 lapsed (0 % in time)" in lines(desk)
    assert "past the promised time: case 1" in lines(desk)
    said = json.loads(lines(desk, as_json=True))
    assert (said["period"], said["total"], said["lapsed_cases"]) == (
        "2026-03-02",
        {"kept": 0, "at_risk": 0, "lapsed": 1},
        [1],
    )


def test_a_range_may_be_open_at_one_end(desk: Desk) -> None:
    now = clock(desk).now()
    assert "2026-03-01 to 2026-03-02" in "".join(report_lines(desk.policy, desk.store, (date(2026, 3, 1), None), now))
    assert "2026-03-02" in "".join(report_lines(desk.policy, desk.store, (None, None), now))


class Crowded(BreakingStore):
    """A store that reports very many cases for every period."""

    def tracked(self, *_: object) -> int:
        return 2 * report.IN_A_FILE


def test_of_very_many_cases_the_promises_are_all_counted_and_the_medians_those_of_some(desk: Desk) -> None:
    delivered(desk)
    receive(desk, a_post("200", "late", by="omar"))
    now = clock(desk).move(minutes=61)
    chosen = report.period("today", now, LONDON)
    one_by_one = report.promises(desk, chosen, now)
    crowded = replace(desk, store=Crowded(desk.store))  # type: ignore[arg-type]
    found = report.promises(crowded, chosen, now)
    assert found.every == 2 * report.IN_A_FILE // report.AT_ONCE
    assert replace(found, every=1, medians={}, approval=None) == replace(one_by_one, medians={}, approval=None)
    assert (found.total.kept, found.total.lapsed, list(found.lapsed_cases)) == (1, 1, [2])


def test_a_table_of_very_many_cases_is_written_where_the_desk_runs(desk: Desk) -> None:
    crowded = replace(desk, store=Crowded(desk.store))  # type: ignore[arg-type]
    with pytest.raises(NotUsable, match="more than 50,000 cases"):
        report.ask_for_table(crowded, report.period("month", NOON, LONDON), by="U0CARO", at=NOON)
    assert desk.store.audit("desk") == []

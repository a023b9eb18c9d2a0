"""Stages and promises as they are measured: from the customer's first post, and not reset by a handover."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.promise import DeskHours, PromiseKind, always_open, promise
from bot.domain.promises.report import (
    Counts,
    Milestone,
    Took,
    Track,
    TrackLine,
    Verdict,
    holder_at,
    judged,
    reached,
    report,
    solo_lanes,
    time_between,
    verdict,
)

NINE_TO_FIVE = DeskHours(ZoneInfo("Europe/London"), dict.fromkeys(range(5), ((540, 1020),)))
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(minutes: float) -> datetime:
    return MONDAY + minutes * MINUTE


def step(minutes: float, verb: str, by: str = "UANA", **facts: str) -> TrackLine:
    return TrackLine(verb=verb, by=by, at=at(minutes), **facts)


def owed(start: datetime = MONDAY, hours: DeskHours = NINE_TO_FIVE):
    return promise(PromiseKind.FIRST_RESPONSE, start, HOUR, hours)


WHOLE = (
    step(1, "opened", "author", state="new"),
    step(5, "claim", state="open"),
    step(9, "started", state="open"),
    step(12, "submit", state="open"),
    step(20, "request_changes", "UBEN", state="open"),
    step(25, "submit", state="open"),
    step(32, "approve", "UBEN", state="open"),
    step(33, "delivered", "desk", state="pending"),
    step(90, "solve", state="solved"),
)


def track(*lines: TrackLine, **facts) -> Track:
    return Track(**({"case_id": 7, "network": "x", "began_at": MONDAY, "lines": lines or WHOLE} | facts))


def test_every_stage_is_reached_once_and_changes_count_as_approval():
    found = {stage: (moment - MONDAY) // MINUTE for stage, moment in reached(track(told_at=at(2))).items()}
    assert found == {
        Milestone.TOLD: 2,
        Milestone.CLAIMED: 5,
        Milestone.DRAFTED: 9,
        Milestone.ASKED: 12,
        Milestone.APPROVED: 32,
        Milestone.REPLIED: 33,
        Milestone.SOLVED: 90,
    }


def test_handing_a_case_on_resets_no_clock():
    handed = (*WHOLE[:2], step(6, "release", state="new"), step(8, "assign", "UCARO", person="UBEN", state="open"))
    assert reached(track(*handed))[Milestone.CLAIMED] == at(5)
    assert reached(track(*handed, *WHOLE[2:]))[Milestone.REPLIED] == at(33)


def test_a_case_taken_up_again_is_not_solved_and_keeps_its_reply():
    again = (*WHOLE, step(120, "reopen", state="open"))
    assert Milestone.SOLVED not in reached(track(*again))
    assert reached(track(*again, step(200, "solve", state="solved")))[Milestone.SOLVED] == at(200)
    later = (*again, step(130, "approve", "UBEN", state="open"), step(131, "delivered", "desk", state="pending"))
    assert reached(track(*later))[Milestone.REPLIED] == at(33)
    assert reached(track(*later))[Milestone.APPROVED] == at(32)


ALONE = (
    *WHOLE[:4],
    step(20, "approve", lane="reason", state="open"),
    step(21, "delivered", "desk", state="pending"),
    step(50, "author_wrote", "author", state="open"),
    step(55, "submit", state="open"),
    step(59, "approve", "UBEN", state="open"),
    step(60, "delivered", "desk", state="pending"),
)


def test_what_went_out_solo_was_approved_by_nobody_and_is_counted_apart():
    answered = [replace(owed(), kept_at=at(21)), replace(owed(at(50)), kept_at=at(60))]
    alone = track(*ALONE, promises=answered)
    assert Milestone.APPROVED not in reached(alone)
    found = report(
        [alone, track(promises=[replace(owed(), kept_at=at(33))])], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(99)
    )
    assert (found.total.kept, found.solo) == (3, 1)
    assert found.approval == Took(20 * MINUTE, 20 * MINUTE)
    ways = [one.lane for one in judged([alone], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(99))]
    assert ways == ["reason", ""]
    assert report([alone], MONDAY + DAY, MONDAY + 2 * DAY, NINE_TO_FIVE, at(99)).solo == 0


def test_what_was_let_out_alone_and_stopped_again_waited_for_its_second_reader():
    stopped = (*ALONE[:5], step(21, "stop", "UBEN", state="open"), step(30, "approve", "UBEN", state="open"))
    both = track(*stopped, step(31, "delivered", "desk", state="pending"))
    assert reached(both)[Milestone.APPROVED] == at(30)
    assert solo_lanes(both) == {}


def test_an_answer_from_the_networks_own_app_counts_as_a_reply():
    found = reached(track(WHOLE[0], step(14, "answered_elsewhere", "network", state="pending")))
    assert found == {Milestone.REPLIED: at(14)}


def test_a_thread_cannot_stand_before_the_post_was_written():
    assert reached(track(told_at=at(-3)))[Milestone.TOLD] == MONDAY


def test_what_is_answered_out_of_hours_took_no_desk_time():
    sunday = datetime(2026, 3, 1, 13, 0, tzinfo=UTC)
    assert time_between(sunday, sunday + HOUR, NINE_TO_FIVE) == Took(HOUR, timedelta())
    assert time_between(sunday, MONDAY + 16 * MINUTE, NINE_TO_FIVE).desk == 16 * MINUTE
    assert time_between(MONDAY, sunday, NINE_TO_FIVE) == Took(timedelta(), timedelta())


@pytest.mark.parametrize(
    ("now", "expected"),
    [(44, Verdict.WAITING), (45, Verdict.AT_RISK), (60, Verdict.AT_RISK), (61, Verdict.LAPSED)],
)
def test_a_running_promise_is_at_risk_in_its_last_quarter(now, expected):
    assert verdict(owed(), NINE_TO_FIVE, at(now)) == expected


def test_time_out_of_hours_puts_no_promise_at_risk():
    friday = datetime(2026, 3, 6, 16, 45, tzinfo=UTC)
    late = owed(friday)
    assert verdict(late, NINE_TO_FIVE, friday + 2 * DAY) == Verdict.WAITING


def test_a_late_answer_stays_a_miss_for_ever():
    assert verdict(owed().kept(at(61)), NINE_TO_FIVE, at(5000)) == Verdict.LAPSED
    assert verdict(owed().dropped(at(61)), NINE_TO_FIVE, at(5000)) == Verdict.LAPSED
    assert verdict(owed().kept(at(60)), NINE_TO_FIVE, at(5000)) == Verdict.KEPT
    assert verdict(owed().dropped(at(60)), NINE_TO_FIVE, at(5000)) == Verdict.DROPPED


def test_a_paused_promise_waits_and_does_not_lapse():
    paused = owed().pause(at(50))
    assert verdict(paused, NINE_TO_FIVE, at(5000)) == Verdict.WAITING
    assert verdict(owed().pause(at(61)), NINE_TO_FIVE, at(62)) == Verdict.LAPSED


def test_a_lapse_counts_for_whoever_held_the_case_then():
    handed = track(
        *WHOLE[:2], step(50, "assign", "UCARO", person="UBEN", state="open"), step(70, "release", state="new")
    )
    assert [holder_at(handed, at(n)) for n in (0, 5, 49, 50, 60, 70)] == ["", "UANA", "UANA", "UBEN", "UBEN", ""]


def test_a_report_counts_by_segment_whoever_is_in_none_last():
    tracks = [
        track(case_id=1, promises=(owed().kept(at(30)),)),
        track(case_id=2, segment="press", promises=(owed().kept(at(90)),)),
    ]
    found = report(tracks, MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(120))
    assert list(found.by_segment.items()) == [("press", Counts(lapsed=1)), ("", Counts(kept=1))]


def test_a_report_counts_by_network_and_person_and_shows_what_approval_costs():
    kept = track(promises=(owed().kept(at(33)),))
    missed = track(*WHOLE[:2], case_id=8, network="mastodon", promises=(owed(),))
    nobodys = track(WHOLE[0], case_id=9, promises=(owed(at(30)),))
    found = report([kept, missed, nobodys], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(80))
    assert found.total == Counts(kept=1, at_risk=1, lapsed=1)
    assert found.by_network == {"mastodon": Counts(lapsed=1), "x": Counts(kept=1, at_risk=1)}
    assert list(found.by_person.items()) == [("UANA", Counts(kept=1, lapsed=1)), ("", Counts(at_risk=1))]
    assert found.approval == Took(20 * MINUTE, 20 * MINUTE)
    assert found.medians[Milestone.REPLIED] == Took(33 * MINUTE, 33 * MINUTE)
    assert (found.lapsed_cases, found.at_risk_cases) == ((8,), (9,))


def test_each_promise_is_counted_on_the_day_it_was_decided():
    late = track(promises=(owed(MONDAY - HOUR, always_open()).kept(MONDAY + DAY),))
    running = track(promises=(owed(),))
    yesterday = report([late, running], MONDAY - DAY, MONDAY, always_open(), at(50))
    today = report([late, running], MONDAY, MONDAY + DAY, always_open(), at(50))
    tomorrow = report([late, running], MONDAY + DAY, MONDAY + 2 * DAY, always_open(), at(50))
    assert (yesterday.total, today.total, tomorrow.total) == (
        Counts(),
        Counts(at_risk=1, lapsed=1),
        Counts(),
    )


def test_an_answer_that_is_overdue_counts_in_every_period_until_it_is_given():
    overdue = track(promises=(owed(MONDAY - DAY, always_open()),))
    days = [(MONDAY + n * DAY, MONDAY + (n + 1) * DAY) for n in (-1, 0, 1)]
    found = [report([overdue], *day, always_open(), at(50)).total for day in days]
    assert found == [Counts(lapsed=1), Counts(lapsed=1), Counts()]
    given = track(promises=(owed(MONDAY - DAY, always_open()).kept(at(40)),))
    found = [report([given], *day, always_open(), at(50)).total for day in days]
    assert found == [Counts(lapsed=1), Counts(), Counts()]


def test_what_was_replayed_is_in_no_number_but_its_own():
    kept = owed().kept(MONDAY)
    alone = track(*ALONE, network="recorded", promises=(kept, owed()))
    real = track(promises=(owed().kept(at(33)),))
    found = report([alone, real], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(99))
    assert found == replace(report([real], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(99)), replayed=2)


def test_an_empty_period_has_no_medians():
    assert report([], MONDAY, MONDAY + DAY, NINE_TO_FIVE, at(0)).medians == {}

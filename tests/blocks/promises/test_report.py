"""The messages about promises are short and name people and cases."""

from dataclasses import replace
from datetime import timedelta

from bot.blocks.promises import report
from bot.domain.promises.hours_text import Published
from bot.domain.promises.report import Counts, Milestone, Report, Took
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import NAMES
from tests.blocks.walker import judge_message

MIN = timedelta(minutes=1)
FOUND = Report(
    total=Counts(kept=37, at_risk=1, lapsed=4),
    by_network={"x": Counts(kept=29, lapsed=4), "mastodon": Counts(kept=8, at_risk=1)},
    by_person={"UANA": Counts(kept=37), "": Counts(at_risk=1, lapsed=4)},
    medians={Milestone.TOLD: Took(MIN / 3, MIN / 3), Milestone.REPLIED: Took(95 * MIN, 18 * MIN)},
    approval=Took(6 * MIN, 6 * MIN),
    lapsed_cases=tuple(range(398, 410)),
    lapsed_count=12,
    at_risk_cases=(412,),
    at_risk_count=1,
)

LABELS = report.Labels(people=NAMES, networks={"x": "X", "mastodon": "Mastodon"}, segments={"press": "Press"})


def test_promises_are_counted_then_named_then_timed():
    drawn = report.promises("this week", FOUND, LABELS)
    judge_message(drawn)
    assert read(drawn) == lines(
        """
        # Promises, this week
        · 37 kept, 1 at risk, 4 lapsed (90 % in time)
        · past the promised time: cases 398, 399, 400, 401, 402, 403, 404, 405, 406, 407 and 2 more cases
        · at risk: case 412
        · X 29 kept, 0 at risk, 4 lapsed · Mastodon 8 kept, 1 at risk, 0 lapsed
        · Ana 37 kept, 0 at risk, 0 lapsed · nobody 0 kept, 1 at risk, 4 lapsed
        · median time since the customer wrote, counting the cases that came to each step:
        · in a thread after 20 s
        · answered after 1 h 35 min (18 min of desk time)
        · median wait for approval: 6 min
        Leads get the numbers as a table with `csv` at the end.
        """
    )
    assert plainly(drawn.text).startswith("Promises, this week: 37 kept, 1 at risk, 4 lapsed (90 % in time); past")


def test_segments_are_counted_where_there_are_any():
    found = replace(FOUND, by_segment={"press": Counts(kept=7), "": Counts(kept=30, at_risk=1, lapsed=4)})
    said = report.promise_lines(found, LABELS)
    assert said[4] == "Press 7 kept, 0 at risk, 0 lapsed · everybody else 30 kept, 1 at risk, 4 lapsed"
    nobody = replace(FOUND, by_segment={"": Counts(kept=37, at_risk=1, lapsed=4)})
    assert report.promise_lines(nobody, LABELS) == report.promise_lines(FOUND, LABELS)


def test_large_numbers_are_written_alike_while_counting_and_in_the_answer():
    drawn = report.being_counted("this month", 30_214)
    judge_message(drawn)
    assert plainly(drawn.text).startswith("Promises, this month: counting 30,214 cases. The answer follows here")
    said = report.promise_lines(Report(total=Counts(kept=28_001, at_risk=12, lapsed=2_201)), LABELS)
    assert said == ["28,001 kept, 12 at risk, 2,201 lapsed (92 % in time)"]


def test_solo_replies_are_a_line_of_their_own_where_there_are_any():
    said = [report.promise_lines(replace(FOUND, solo=count), LABELS)[3] for count in (0, 1, 3)]
    assert said[0].startswith("X 29 kept")
    assert said[1:] == ["1 reply went out solo", "3 replies went out solo"]


def test_a_table_that_was_asked_for_is_announced_and_not_promised():
    drawn = report.table_asked("this month")
    judge_message(drawn)
    assert plainly(drawn.text) == (
        "The table of promises, this month, comes to you as a direct message in a moment. If it does not, ask again."
    )


def test_an_empty_period_divides_by_nothing():
    drawn = report.promises("today", Report(), report.Labels(people={}))
    judge_message(drawn)
    assert "0 kept, 0 at risk, 0 lapsed" in drawn.text
    assert "%" not in drawn.text


def test_the_profiles_sentence_can_be_copied_and_stands_beside_what_is_met():
    text = "We answer Mon-Fri 9:00-17:00 (London), usually within 20 min."
    said = "Mon-Fri 8:00-18:00, within 15 minutes"
    found = Published(text=text, said=said, within=15 * MIN, met=31, kept=38, owed=40, same_hours=False)
    judge_message(report.hours(found))
    assert read(report.hours(found)) == lines(
        """
        For the brand's profile:
        ▌ We answer Mon-Fri 9:00-17:00 (London), usually within 20 min.
        · The profile says: Mon-Fri 8:00-18:00, within 15 minutes
        · Its hours are not those that the desk works by.
        · In the last 28 days 31 of 40 customers were answered within 15 min of desk time (77 %).
        """
    )


def test_what_cannot_be_compared_is_said():
    for found, said in (
        (Published(text="x"), "does not know what the profile says"),
        (Published(text="x", said="Soon", owed=3), "names no length of time"),
        (Published(text="x", said="Within 1 h", within=60 * MIN), "nothing to compare it with"),
    ):
        judge_message(report.hours(found))
        assert said in report.hours(found).text


def test_where_nothing_may_be_said_there_is_no_sentence_and_the_reason_is_told():
    few = (
        "There is no sentence for the profile yet. In the last 28 days 5 customers got an answer or should have; "
        "below 30 that says too little."
    )
    late = (
        "There is no sentence for the profile now. In the last 28 days 5 of 36 customers were answered in time "
        "(13 %); from 90 % on it can be said in public."
    )
    for found, why in ((Published(kept=5, owed=5), few), (Published(kept=5, owed=36), late)):
        drawn = report.hours(found)
        judge_message(drawn)
        assert read(drawn).startswith(why)
        assert plainly(drawn.text).startswith(why)
        assert "We answer" not in drawn.text + read(drawn)


def test_what_was_replayed_stands_apart():
    assert report.promise_lines(replace(FOUND, replayed=959), LABELS)[-1] == "and 959 replayed, in no number above"

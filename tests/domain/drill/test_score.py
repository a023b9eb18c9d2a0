"""The score of a drill says how long each step took, which promises were kept, and who was never asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.drill.score import Record, TrailEntry, score

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def line(minutes: float, who: str, verb: str, **facts: object) -> TrailEntry:
    return TrailEntry(who=who, verb=verb, at=NOON + timedelta(minutes=minutes), facts=facts)


TRAIL = (
    line(3, "desk", "spike_noticed"),
    line(4, "desk", "storm_opened"),
    line(6, "U0ANA", "storm_marked", what="role", name="communications"),
    line(7, "U0ANA", "claim"),
    line(8, "U0ANA", "submit", person="U0BEN"),
    line(9, "U0BEN", "approve"),
    line(11, "U0ANA", "assign", person="U0CARO"),
)
RECORD = Record(
    began_at=NOON,
    ended_at=NOON + timedelta(minutes=30),
    posts=4,
    cases=[("amy", "pending", NOON), ("kofi", "new", None), ("joan", "open", None), ("spam", "dismissed", None)],
    promises=["kept", "lapsed", "running", "kept"],
    statements=[NOON + timedelta(minutes=12), NOON + timedelta(minutes=10)],
    trail=TRAIL,
    people={"U0ANA", "U0BEN", "U0CARO", "U0DEE"},
    teams_asked={"legal"},
    teams_to_ask=("Legal", "Engineering"),
)


def test_each_step_counts_from_the_first_post_and_names_who_did_it() -> None:
    steps = {one.name: (one.after, one.who) for one in score(RECORD).milestones}
    assert steps["A storm was opened"] == (timedelta(minutes=4), "")
    assert steps["Communications lead called"] == (timedelta(minutes=6), "U0ANA")
    assert steps["Scribe called"] == (None, "")
    assert steps["First approval"] == (timedelta(minutes=9), "U0BEN")
    assert steps["First statement"][0] == score(RECORD).first_statement == timedelta(minutes=10)


def test_whoever_was_neither_asked_nor_did_anything_is_named() -> None:
    found = score(RECORD)
    assert found.never_asked == ["U0DEE"]
    assert [one.person for one in found.people if one.asked] == ["U0BEN", "U0CARO"]
    assert found.teams_never_asked == ["Engineering"]
    assert found.unanswered == ["kofi", "joan"]
    assert (found.answered, found.customers, found.promises["kept"]) == (1, 4, 2)


def test_a_drill_in_which_nobody_did_anything_has_a_score() -> None:
    found = score(replace(RECORD, trail=(), statements=(), cases=(), promises=()))
    assert found.first_statement is None
    assert {one.after for one in found.milestones} == {None}
    assert found.never_asked == ["U0ANA", "U0BEN", "U0CARO", "U0DEE"]

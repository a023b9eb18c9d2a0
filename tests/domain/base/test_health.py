"""Each finding is a sentence that names the cases; a healthy desk has none."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.base.health import TOLD_WITHIN, LooseEnds, findings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIELDS = [name for name in LooseEnds.__slots__ if not name.startswith("untold")]


def test_a_desk_that_runs_well_has_no_findings():
    assert findings(LooseEnds(untold_since=NOON - TOLD_WITHIN), NOON) == []


@pytest.mark.parametrize("name", FIELDS)
def test_every_loose_end_is_a_sentence_that_names_its_cases(name):
    [sentence] = findings(LooseEnds(**{name: (412,)}), NOON)
    assert sentence.endswith(": case 412.")
    [sentence] = findings(LooseEnds(**{name: range(1, 8)}), NOON)
    assert sentence.endswith(": cases 1, 2, 3, 4, 5 and 2 more.")


def test_a_message_that_waits_too_long_is_said_with_its_age():
    since = NOON - TOLD_WITHIN - timedelta(minutes=4)
    assert findings(LooseEnds(untold_since=since), NOON) == ["A message has waited for Slack for 34 min."]


def test_a_message_with_many_before_it_is_not_forgotten_yet():
    since = NOON - TOLD_WITHIN - timedelta(minutes=4)
    assert findings(LooseEnds(untold_since=since, untold=120), NOON) == []
    assert findings(LooseEnds(untold_since=since, untold=119), NOON) != []

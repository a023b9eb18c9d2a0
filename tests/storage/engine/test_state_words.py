"""The states in SQL are those of the tables; an unknown word would match no row without an error."""

import re
from pathlib import Path

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.light_lane.light_mention import LightState
from bot.domain.light_lane.thank_you import ThankYouState
from bot.domain.mentions.hiding import HidingState
from bot.domain.replies.statement import PostState, StatementState
from bot.domain.replies.template_version import VersionState
from bot.domain.team.swaps import SwapState

STORAGE = Path(__file__).parents[3] / "storage"
ENUMS = (
    CaseState,
    DraftState,
    SwapState,
    LightState,
    HidingState,
    VersionState,
    StatementState,
    PostState,
    ThankYouState,
)
KNOWN = {state.value for states in ENUMS for state in states}
NAMED = re.compile(r"\bstate (?:=|<>|IN|NOT IN|WHEN)\s*(\(?(?:'\w+'(?:,\s*)?)+)", re.IGNORECASE)


def words(sql: str) -> list[str]:
    return [word for named in NAMED.findall(sql) for word in re.findall(r"'(\w+)'", named)]


@pytest.mark.parametrize(
    "file", [one for end in ("*.py", "*.sql") for one in sorted(STORAGE.rglob(end))], ids=lambda one: one.name
)
def test_every_state_that_sql_names_is_one(file: Path) -> None:
    assert set(words(file.read_text())) <= KNOWN


def test_states_are_found_in_every_form_that_sql_gives_them() -> None:
    sql = "state = 'new' OR d.state <> 'gone' OR state IN ('open',\n 'lost') OR state NOT IN ('a', 'b') CASE state WHEN 'c'"
    assert words(sql) == ["new", "gone", "open", "lost", "a", "b", "c"]

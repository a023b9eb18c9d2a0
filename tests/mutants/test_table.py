"""The planted bugs can still be planted: each changes exactly one place, and its tests are there."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutants import __main__ as mutants
from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]


def test_there_are_enough_of_them_and_each_has_its_own_name() -> None:
    assert len({one.name for one in MUTANTS}) == len(MUTANTS) >= 40


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_planted_bug_changes_one_place(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1
    assert mutant.new != mutant.old
    assert all((ROOT / one).exists() for one in mutant.tests.split())


def test_a_test_that_fails_anyhow_hides_none_that_finds_the_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "guard.py"
    file.write_text("guard\n")

    def fails(_: Path, tests: Sequence[str], but: Sequence[str] = ()) -> str:
        failing = ["broken", *(["finds"] if file.read_text() == "none\n" else [])]
        return next((one for one in failing if one not in but and (one in tests or "all" in tests)), "")

    monkeypatch.setattr(mutants, "first_failure", fails)
    assert mutants.found_by(Mutant("taken out", "guard.py", "guard", "none", "all"), tmp_path) == "finds"
    assert mutants.found_by(Mutant("planted elsewhere", "guard.py", "guard", "other", "all"), tmp_path) == ""
    assert file.read_text() == "guard\n"

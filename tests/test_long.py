"""What `make test` leaves out, and what it does not."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import long


class Case:
    def __init__(self, *marks: str) -> None:
        self.marks = marks

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def left_out(cases: Sequence[Case], *args: str) -> Sequence[Case]:
    config = SimpleNamespace(args=args, rootpath=Path("/desk"))
    return long.left_out(config, cases)  # type: ignore[arg-type,return-value]


def test_what_takes_long_is_left_out_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = Case(), Case("long")
    monkeypatch.delenv(long.ASKED, raising=False)
    assert left_out([quick, slow], "tests") == [slow]
    assert left_out([quick, slow], "tests/storage") == [slow]
    assert left_out([quick, slow], "tests/test_a.py::test_slow") == []
    monkeypatch.setenv(long.ASKED, "1")
    assert left_out([quick, slow], "tests") == []


def test_a_whole_run_plays_a_part_on_postgresql_and_a_named_file_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(long.ASKED, raising=False)
    lite, second = Case(), [Case("postgres") for _ in range(long.OF_POSTGRES + 1)]
    assert left_out([lite, *second], "/desk/tests") == second[1:-1]
    assert left_out([lite, *second], "tests/storage") == []


def test_of_many_cases_a_part_is_played_always_and_none_is_lost() -> None:
    named = pytest.param("c", 3, id="third", marks=pytest.mark.postgres)
    made = long.part([("a", 1), ("b", 2), named, "d"], 3)
    assert made[0] == ("a", 1)
    assert [one.values for one in made[1:3]] == [("b", 2), ("c", 3)]  # type: ignore[attr-defined]
    assert made[3] == "d"
    assert {mark.name for mark in made[2].marks} == {"postgres", "long"}  # type: ignore[attr-defined]
    assert made[2].id == "third"  # type: ignore[attr-defined]


@pytest.mark.xdist_group("the source")
def test_what_is_made_once_is_made_by_one_process(request: pytest.FixtureRequest) -> None:
    """pytest-xdist 3.8 groups nothing, and says nothing, with pytest 9.2 (its issue 1386)."""
    apart = os.environ.get("PYTEST_XDIST_WORKER") and request.config.getoption("loadgroup", default=False)
    assert not apart or request.node.nodeid.endswith("@the source")

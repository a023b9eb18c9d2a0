"""What `make test` leaves out, and what it does not."""

import pytest

from tests import long


class Case:
    def __init__(self, *marks: str) -> None:
        self.marks = marks

    def get_closest_marker(self, name: str) -> str | None:
        return name if name in self.marks else None


def test_what_takes_long_is_left_out_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = Case(), Case("long")
    monkeypatch.delenv(long.ASKED, raising=False)
    assert long.left_out([quick, slow]) == [slow]  # type: ignore[list-item]
    monkeypatch.setenv(long.ASKED, "1")
    assert long.left_out([quick, slow]) == []  # type: ignore[list-item]


def test_of_many_cases_a_part_is_played_always_and_none_is_lost() -> None:
    named = pytest.param("c", 3, id="third", marks=pytest.mark.postgres)
    made = long.part([("a", 1), ("b", 2), named, "d"], 3)
    assert made[0] == ("a", 1)
    assert [one.values for one in made[1:3]] == [("b", 2), ("c", 3)]  # type: ignore[attr-defined]
    assert made[3] == "d"
    assert {mark.name for mark in made[2].marks} == {"postgres", "long"}  # type: ignore[attr-defined]
    assert made[2].id == "third"  # type: ignore[attr-defined]

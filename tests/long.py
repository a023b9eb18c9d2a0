"""What takes long: `make test` plays a part of it, `make test-long` the whole."""

import os
from collections.abc import Iterable, Sequence

import pytest
from _pytest.mark import ParameterSet

ASKED = "HEARD_LONG"  # set by `make test-long`
OF_POSTGRES = 6  # of the tests on PostgreSQL a whole run plays each sixth: nearly all are played on SQLite, too


def left_out(config: pytest.Config, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests that only `make test-long` plays; none where it was asked for, or a test by its name."""
    if os.environ.get(ASKED) or any("::" in one for one in config.args):
        return []
    long = [one for one in items if one.get_closest_marker("long")]
    if [(config.rootpath / one).name for one in config.args] != ["tests"]:  # files were named: somebody works on them
        return long
    second = [one for one in items if one.get_closest_marker("postgres") and not one.get_closest_marker("long")]
    return [*long, *(one for place, one in enumerate(second) if place % OF_POSTGRES)]


def part(cases: Iterable[object], every: int) -> list[object]:
    """Return the cases for `parametrize`: each `every`-th is played by `make test`, the others are marked long."""
    return [one if not place % every else _marked(one) for place, one in enumerate(cases)]


def examples(many: int) -> int:
    """Return how many examples Hypothesis tries: a third, but for `make test-long`."""
    return many if os.environ.get(ASKED) else max(5, many // 3)


def _marked(one: object) -> object:
    if isinstance(one, ParameterSet):
        return pytest.param(*one.values, marks=[*one.marks, pytest.mark.long], id=one.id)
    values = one if isinstance(one, tuple) else (one,)
    return pytest.param(*values, marks=pytest.mark.long)

"""Fixtures: a desk of fakes on a real SQLite file, with its real handlers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage import SqlStore
from tests.engines import store_in
from tests.fakes import a_desk
from tests.handlers.pressing import Hands


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    opened: list[SqlStore] = []

    def another() -> SqlStore:
        opened.append(store_in(tmp_path / f"{len(opened)}"))
        return opened[-1]

    yield another
    for one in opened:
        one.close()


@pytest.fixture
def store(fresh: Callable[[], SqlStore]) -> SqlStore:
    return fresh()


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    return Hands(a_desk(store))

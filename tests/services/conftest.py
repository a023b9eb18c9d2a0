"""Fixture: a new desk of fakes on a real SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ports import Desk
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import a_desk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = store_in(tmp_path / "desk")
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store)

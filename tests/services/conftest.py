"""A fresh desk of fakes on a real SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.ports import Desk
from storage import SqlStore, open_store
from tests.fakes import a_desk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/desk/heard.db", synchronous="OFF")
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store)

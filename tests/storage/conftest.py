"""Fixtures that run every test of the store on both engines."""

from collections.abc import Iterator

import pytest

from storage import SqlStore, open_store
from tests.engines import ENGINES, built_file, cluster, fresh_address

__all__ = ["cluster"]


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest, tmp_path) -> str:
    return fresh_address(request.param, tmp_path, request)


@pytest.fixture
def store(address) -> Iterator[SqlStore]:
    opened = open_store(address, synchronous="OFF")
    yield opened
    opened.close()


@pytest.fixture
def sqlite_address(tmp_path) -> str:
    return built_file(tmp_path)


@pytest.fixture
def sqlite_store(sqlite_address) -> Iterator[SqlStore]:
    opened = open_store(sqlite_address, synchronous="OFF")
    yield opened
    opened.close()

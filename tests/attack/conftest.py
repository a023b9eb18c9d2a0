"""Fixtures: a new desk of fakes on a real SQLite file, also with its real handlers."""

from tests.handlers.conftest import fresh, hands
from tests.services.conftest import desk, store

__all__ = ["desk", "fresh", "hands", "store"]

"""A fresh desk of fakes on a real SQLite file, also behind its real doors."""

from tests.handlers.conftest import fresh, hands
from tests.services.conftest import desk, store

__all__ = ["desk", "fresh", "hands", "store"]

"""Shelves: every query once, for two engines."""

from storage.refusals import AlreadyOpen, EditedMigration, NewerDatabase, NotOurs
from storage.store import SqlStore, open_store

__all__ = ["AlreadyOpen", "EditedMigration", "NewerDatabase", "NotOurs", "SqlStore", "open_store"]

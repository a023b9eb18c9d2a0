"""The store: every query is written once, for two engines."""

from storage.engine.refusals import AlreadyOpen, EditedMigration, KeyUnusable, NewerDatabase, NotOurs
from storage.store import SqlStore, open_store

__all__ = ["AlreadyOpen", "EditedMigration", "KeyUnusable", "NewerDatabase", "NotOurs", "SqlStore", "open_store"]

"""Refusals to open a database, each with a sentence for the person who starts the desk."""

from bot.domain.base.refusals import Refusal


class AlreadyOpen(Refusal):
    """Another process works on the same file."""


class NewerDatabase(Refusal):
    """A newer version of Heard has written the database."""


class EditedMigration(Refusal):
    """A migration differs from the one that the database was built with."""


class NotOurs(Refusal):
    """The database, or the address, is not one that Heard can use."""


class KeyUnusable(Refusal):
    """The key of the audit trail is missing, is another one, or does not fit the database."""

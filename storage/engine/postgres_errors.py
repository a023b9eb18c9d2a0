"""The errors of PostgreSQL as those of the store: a race, damage, or a database that cannot be used now."""

from typing import NoReturn

import psycopg
from psycopg import errors

from bot.ports.store_errors import Conflict, Damaged, OutOfService

# The last one follows a race that was caught within its transaction, of which nothing can be kept any more: whoever
# caught it cannot try again before the transaction has ended.
_RACES = (
    errors.UniqueViolation,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.InFailedSqlTransaction,
)
# Errors of a database that cannot store data now; all others are defects of ours.
_TROUBLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,  # the server ended the transaction of a process that slept
    errors.TransactionTimeout,
)
_DAMAGE = (errors.DataCorrupted, errors.IndexCorrupted)


def translate(error: psycopg.Error) -> NoReturn:
    """Raise Conflict or OutOfService for an error of the database; raise an error of ours unchanged."""
    if isinstance(error, _RACES):
        raise Conflict(_said(error)) from error
    if isinstance(error, _DAMAGE):
        raise Damaged(f"A part of the database cannot be read as it was written: {_said(error)}.") from error
    if isinstance(error, _TROUBLE):
        raise OutOfService(f"The database cannot be used: {_said(error)}.") from error
    raise error


def _said(error: psycopg.Error) -> str:
    """Return the error's message without its details, which may quote a row."""
    return (error.diag.message_primary or str(error)).partition("\n")[0].rstrip(".")

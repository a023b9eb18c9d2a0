"""The errors of the store."""


class Conflict(Exception):
    """Somebody else changed the case between reading and writing; read and decide again."""


class OutOfService(Exception):
    """The store cannot write (disk full, locked, damaged); sending stops first."""


class Damaged(OutOfService):
    """A part of the database cannot be read as it was written; nothing is sent until a person has looked."""


class CommitUnknown(OutOfService):
    """The store does not tell whether the last changes were written: the connection was lost with the answer."""


class LeaseLost(OutOfService):
    """Another desk may do this by now, since this one was not heard of for too long."""

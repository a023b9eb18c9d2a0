"""Says why a PostgreSQL server cannot be reached, without a word of its address."""

_FULL = (
    "it has no connection left for us. Each desk takes as many as `database_connections` in heard.toml says; the "
    "server takes `max_connections` in all"
)
# A part of libpq's message -> what people read. Of several hosts each has its own, so what tells most stands first.
_UNREACHED = {
    "session is read-only": "it takes no writes",
    "server is in hot standby": "it is a standby",
    "too many": _FULL,
    "slots are reserved": _FULL,
    "authentication failed": "it does not accept the name or the password",
    "no password supplied": "it wants a password, and the address has none",
    "starting up": "it is starting",
    "shutting down": "it is shutting down",
    "SSL": "no encrypted connection came about",
    "certificate": "no encrypted connection came about",
    "Connection refused": "nobody listens at its address",
    "No such file or directory": "nobody listens at its socket",
    "could not translate host name": "the name of its host is not known here",
    "timeout expired": "it did not answer in time",
    "does not exist": "there is no such database or role",
}


def why_unreached(said: str) -> str:
    """Return why the connection failed, in our own words: the client's may contain parts of the address."""
    return next((why for sign, why in _UNREACHED.items() if sign in said), "PostgreSQL cannot be reached")

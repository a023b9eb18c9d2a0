"""Says why a PostgreSQL server cannot be reached, without a word of its address."""

_UNREACHED = {  # part of libpq's message -> what people read
    "Connection refused": "nobody listens at its address",
    "No such file or directory": "nobody listens at its socket",
    "could not translate host name": "the name of its host is not known here",
    "timeout expired": "it did not answer in time",
    "authentication failed": "it does not accept the name or the password",
    "no password supplied": "it wants a password, and the address has none",
    "does not exist": "there is no such database or role",
    "too many": "it has no connection left for us",
    "starting up": "it is starting",
    "shutting down": "it is shutting down",
    "SSL": "no encrypted connection came about",
    "certificate": "no encrypted connection came about",
}


def why_unreached(said: str) -> str:
    """Return why the connection failed, in our own words: the client's may contain parts of the address."""
    return next((why for sign, why in _UNREACHED.items() if sign in said), "PostgreSQL cannot be reached")

"""Checks database and web addresses of the configuration.

Both may contain a secret, so a fault never quotes any part of one.
"""

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

HOST = r"(?:[\w.%-]*|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
LOGIN = r"[^\s:/?#@]*(?::[^\s/?#@]*)?@"
_SERVER = re.compile(
    rf"postgres(?:ql)?://(?:{LOGIN})?(?:{HOST}(?:,{HOST})*)?(?:/[^\s/?#@]*)?(?:\?[^\s#@]*)?", re.ASCII
)
_ESCAPES = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
_FILE = re.compile(r"sqlite:///.+")
_PATH = re.compile(r"(?:/|\.{1,2}/|~/)[^:@=?#;\\]+|[^:@=?#;\\/][^:@=?#;\\]*\.(?:db|sqlite|sqlite3)")
_PROGRAMS = re.compile(r"(?i)(?:postgres\w*|pgsql|mysql|mariadb|mssql|oracle|sqlite|mongodb|redis|localhost)\b")
_PASSWORDS = {"password", "sslpassword"}
_SECRETS = _PASSWORDS | {"passfile", "sslkey"}
LONG = 8  # characters; a shorter path of an address is not a secret


def names_a_database(value: str) -> bool:
    """Return whether this is a PostgreSQL address, a `sqlite:///` address, or the path of a file."""
    if not value.isprintable() or value != value.strip():
        return False
    if _SERVER.fullmatch(value):
        return bool(_ESCAPES.fullmatch(value)) and _can_be_split(value)
    if _FILE.fullmatch(value):
        return "://" not in value.removeprefix("sqlite://")
    return bool(_PATH.fullmatch(value)) and "//" not in value and not _PROGRAMS.match(value)


def _can_be_split(value: str) -> bool:
    """Return whether the parts of an address can be told apart; those with a bare bracket cannot."""
    try:
        return bool(urlsplit(value).scheme)
    except ValueError:
        return False


def is_a_web_address(value: str) -> bool:
    """Return whether this is an http or https address with a host."""
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def has_password(address: str) -> bool:
    """Return whether a well-formed address has a password in it, and not only the name of a file of it."""
    parts = urlsplit(address)
    login = parts.netloc.rpartition("@")[0]
    return bool(login.partition(":")[2]) or any(name in _PASSWORDS for name, _ in parse_qsl(parts.query))


def _torn(address: str) -> SplitResult:
    """Return the parts of what cannot be read as an address, as far as its secrets go."""
    login, at, behind = address.partition("://")[2].rpartition("@")
    return SplitResult("", login + at, "", behind.partition("?")[2], "")


def secrets_in(*addresses: str) -> tuple[str, ...]:
    """Return the secret parts of addresses: passwords and long paths."""
    found: set[str] = set()
    for address in addresses:
        try:
            parts = urlsplit(address)
        except ValueError:  # such as one with a bracket in its password
            parts = _torn(address)
        login, at, _ = parts.netloc.rpartition("@")
        if at:
            found.add(login.partition(":")[2])
        found |= {value for name, value in parse_qsl(parts.query) if name in _SECRETS}
        if parts.scheme in {"http", "https"}:
            found |= {one for one in (*parts.path.split("/"), parts.query) if len(one) >= LONG}
    return tuple(sorted({form for one in found if one for form in (one, unquote(one))}))

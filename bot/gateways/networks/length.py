"""How long a reply is, as the network counts it, and how much is left."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock
from types import ModuleType
from typing import Protocol, cast

from bot.domain.text import clean

X_LIMIT = 280
X_NEAR = 275  # beyond it our count and X's can differ by a few; X has the last word (NETWORKS 1)

_importing = Lock()


@dataclass(frozen=True, slots=True)
class Length:
    """A length against its limit, in the network's own count; from `near` on, the count may not be exact."""

    count: int
    limit: int
    near: int | None = None

    @property
    def fits(self) -> bool:
        """Tell whether the network should take it."""
        return self.count <= self.limit

    @property
    def left(self) -> int:
        """Return how much may still be written; negative: how much has to go."""
        return self.limit - self.count

    @property
    def note(self) -> str:
        """Return what to know about this length, or nothing."""
        if not self.fits:
            return f"{-self.left} over the limit of {self.limit}. Shorten it."
        if self.near is not None and self.count > self.near:
            return f"Only {self.left} left: the network may count a little differently."
        return ""

    def __str__(self) -> str:
        return f"{self.count} of {self.limit}"


def x_length(text: str) -> int:
    """Return X's weighted count: a link is 23, a picture 2, most scripts beyond Latin 2 a letter.

    Mentions that X itself puts in front of a reply count nothing; those typed here do.
    """
    return _parser()(clean(text)).weightedLength


def x_fit(text: str) -> Length:
    """Return the length of a reply on X."""
    return Length(x_length(text), X_LIMIT, X_NEAR)


class _Parsed(Protocol):
    weightedLength: int  # noqa: N815 - the library's name


class _Parser(Protocol):
    def __call__(self, text: str) -> _Parsed: ...


@cache
def _parser() -> _Parser:
    """Return twitter-text's counter; imported on first use, it compiles its list of pictures for 0.1 s."""
    with _importing, _pkg_resources():
        from twitter_text import parse_tweet  # noqa: PLC0415

    return cast("_Parser", parse_tweet)


@contextmanager
def _pkg_resources() -> Iterator[None]:
    """Lend twitter-text 3.0.0 the one function of pkg_resources that it reads its list with, while it is imported.

    Setuptools no longer ships pkg_resources, and where it still does, importing it warns.
    """
    lent = ModuleType("pkg_resources")
    lent.resource_string = _resource_string  # type: ignore[attr-defined]
    before = sys.modules.get("pkg_resources")
    sys.modules["pkg_resources"] = lent
    try:
        yield
    finally:
        if before is None:
            del sys.modules["pkg_resources"]
        else:
            sys.modules["pkg_resources"] = before


def _resource_string(module: str, name: str) -> bytes:
    return (files(module.rpartition(".")[0]) / name).read_bytes()

"""How long a reply is, as the network counts it."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from types import ModuleType
from typing import Protocol, cast

from bot.domain.base.text import clean

X_LIMIT = 280  # our count and X's can differ by a few near it; X has the last word (NETWORKS 1)

DOTS = 10  # in one word; www.service.region.example.co.uk has five
_ONE_WORD = re.compile(r"[^\s/]+")

_importing = Lock()


@lru_cache(maxsize=1_024)  # every redraw of a card counts its draft again
def x_length(text: str) -> int:
    """Return X's weighted count: a link is 23, a picture 2, most scripts beyond Latin 2 a letter.

    Mentions that X itself puts in front of a reply count nothing; those typed here do.
    """
    return _parser()(_ONE_WORD.sub(_no_host, clean(text))).weightedLength


def _no_host(found: re.Match[str]) -> str:
    """Return a word such that the parser sees no address in one with more dots than any host has.

    It looks for an end of the host behind every dot before every dot: 3,000 signs took half a minute, in which
    every thread of the desk stood still. A comma counts as a dot does.
    """
    word = found[0]
    return word.replace(".", ",") if word.count(".") > DOTS else word


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

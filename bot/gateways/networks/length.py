"""The length of a reply as the network counts it."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from threading import Lock
from types import ModuleType
from typing import Protocol, cast

from bot.domain.base.text import clean
from bot.domain.base.word_caches import word_cache

X_LIMIT = 280  # near it our count and X's can differ by a few; X decides

DOTS = 10  # in one word; www.service.region.example.co.uk has five
_ONE_WORD = re.compile(r"[^\s/]+")

_importing = Lock()


@word_cache(1_024)  # every redraw of a card counts its draft again
def x_length(text: str) -> int:
    """Return X's weighted count: a link is 23, an emoji 2, in most scripts beyond Latin 2 per letter.

    Mentions that X itself puts before a reply do not count; those typed here do.
    """
    return _parser()(_ONE_WORD.sub(_no_host, clean(text))).weightedLength


def x_links(text: str) -> Sequence[str]:
    """Return what X makes links of, also without a scheme and in capitals: "NORTHWIND.COM"."""
    _parser()
    from twitter_text import extract_urls  # noqa: PLC0415 - see _parser

    return tuple(extract_urls(_ONE_WORD.sub(_no_host, clean(text))))


def _no_host(found: re.Match[str]) -> str:
    """Return a word changed so that the parser finds no address in it, if it has more dots than any host.

    The parser's time grows very fast with the number of dots: 3,000 characters took half a minute, in which
    no other thread could run. A comma has the same weight as a dot.
    """
    word = found[0]
    return word.replace(".", ",") if word.count(".") > DOTS else word


class _Parsed(Protocol):
    weightedLength: int  # noqa: N815 - the library's name


class _Parser(Protocol):
    def __call__(self, text: str) -> _Parsed: ...


@cache
def _parser() -> _Parser:
    """Return twitter-text's counter; imported on first use, since compiling its list of emoji takes 0.1 s."""
    with _importing, _pkg_resources():
        from twitter_text import parse_tweet  # noqa: PLC0415

    return cast("_Parser", parse_tweet)


@contextmanager
def _pkg_resources() -> Iterator[None]:
    """Provide the function of pkg_resources that twitter-text 3.0.0 needs while it is imported.

    New versions of setuptools do not contain pkg_resources, and with older ones importing it prints a warning.
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

"""Length and links as X counts them."""

import sys
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def _stand_in() -> ModuleType:
    """Return the part of `pkg_resources` that twitter-text-parser needs; setuptools 81 dropped it."""
    module = ModuleType("pkg_resources")

    def resource_string(package: str, name: str) -> bytes:
        return (files(package.rpartition(".")[0]) / name).read_bytes()

    module.resource_string = resource_string  # type: ignore[attr-defined]
    return module


if "pkg_resources" not in sys.modules and find_spec("pkg_resources") is None:
    sys.modules["pkg_resources"] = _stand_in()
    import twitter_text.regexp.emoji  # noqa: F401 - the import reads its list

    del sys.modules["pkg_resources"]

from twitter_text.extract_urls import extract_urls_with_indices  # noqa: E402 - after the stand-in
from twitter_text.parse_tweet import parse_tweet  # noqa: E402 - after the stand-in

_LOOKED_AT = 5_000  # characters of a text that are searched for links


_measured = lru_cache(maxsize=256)(parse_tweet)


def weighted_length(text: str) -> int:
    """Return a text's length as X counts it; more than 280 is too long."""
    return int(_measured(text).weightedLength)


def can_be_posted(text: str) -> bool:
    """Return whether a text is neither empty, nor too long, nor contains characters that X refuses."""
    return bool(text.strip() and _measured(text).valid)


def links(text: str) -> list[dict[str, Any]]:
    """Return the links in a text as X's `entities` list them."""
    found: list[dict[str, Any]] = extract_urls_with_indices(text[:_LOOKED_AT])
    return found

"""The record of a post or a reply: which post it answers, and its links and names with their places."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.base.text import clean
from bot.gateways.networks.bluesky_ids import POSTS, is_handle
from bot.gateways.networks.bluesky_posts import OddPost, strong_ref
from bot.gateways.outside import Json, object_in

MOST_NAMES = 4  # of one reply that are looked up: each is a call

_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w@./-])@([A-Za-z0-9.-]{3,253})")
_BEHIND_LINK = ".,;:!?'\")]}"


def reply_record(post: Json, text: str, at: datetime, facets: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the record of a reply to a post as the network shows it. Raises OddPost."""
    parent, above = strong_ref(post), object_in(object_in(post, "record"), "reply")
    try:
        root = strong_ref(object_in(above, "root")) if above else parent
    except OddPost:
        root = parent
    return post_record(text, at, facets) | {"reply": {"root": root, "parent": parent}}


def post_record(text: str, at: datetime, facets: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the record of a post that answers nobody."""
    created = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {"$type": POSTS, "text": text, "createdAt": created}
    return record | ({"facets": facets} if facets else {})


def names_in(text: str) -> list[str]:
    """Return the handles that a text names, each once, at most MOST_NAMES."""
    found = dict.fromkeys(name.casefold() for _, _, name in _names(text))
    return list(found)[:MOST_NAMES]


def facets_of(text: str, accounts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the links and names in a text, with their places in bytes of UTF-8; `accounts`: by handle.

    Without a facet an address cannot be clicked, and nobody hears that they were named.
    """
    where = _byte_places(text)
    links = [_facet(where(start), where(end), "link", uri=clean(text[start:end])) for start, end in _links(text)]
    named = [
        _facet(where(start), where(end), "mention", did=accounts[name.casefold()])
        for start, end, name in _names(text)
        if name.casefold() in accounts
    ]
    return [*links, *named]


def _facet(start: int, end: int, kind: str, **of: str) -> dict[str, Any]:
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", **of}
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _byte_places(text: str) -> Callable[[int], int]:
    return lambda place: len(text[:place].encode())


def _links(text: str) -> Iterator[tuple[int, int]]:
    for found in _LINK.finditer(text):
        address = found[0]
        while address and address[-1] in _BEHIND_LINK and not (address[-1] == ")" and "(" in address):
            address = address[:-1]
        if address.partition("://")[2]:
            yield found.start(), found.start() + len(address)


def _names(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the handles in a text with their places, those inside of addresses left out."""
    within = [range(*place) for place in _links(text)]
    for found in _NAME.finditer(text):
        name = found[1].rstrip(".-")
        if is_handle(name) and not any(found.start() in one for one in within):
            yield found.start(), found.start() + 1 + len(name), name

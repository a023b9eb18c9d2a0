"""The length of a post as Mastodon counts it."""

import re

from bot.gateways.networks.graphemes import graphemes

_ADDRESS = re.compile(
    r"https?://[^\s<>]*[^\s<>.,:;!?'\"()\[\]…]", re.IGNORECASE
)  # a sign that ends a sentence is none of it
_ELSEWHERE = re.compile(r"(?<![\w/@])@([\w.-]{1,64})@[\w.-]{1,255}", re.ASCII)
_PER_ADDRESS = "x" * 23


def mastodon_length(text: str) -> int:
    """Return the letters of a text: each address is 23, and a handle of another server counts without that server."""
    return graphemes(_ELSEWHERE.sub(r"@\1", _ADDRESS.sub(_PER_ADDRESS, text)))

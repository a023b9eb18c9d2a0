"""The length of a post as Mastodon counts it."""

import re

_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?<![\w/@])@([\w.-]{1,64})@[\w.-]{1,255}", re.ASCII)
_PER_ADDRESS = "x" * 23


def mastodon_length(text: str) -> int:
    """Return the count of a text: each address is 23, and a handle of another server counts without that server."""
    return len(_ELSEWHERE.sub(r"@\1", _ADDRESS.sub(_PER_ADDRESS, text)))

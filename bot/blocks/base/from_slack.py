"""Turns Slack's message text into what people read there: names instead of ids, characters instead of codes."""

import re
from collections.abc import Mapping

from bot.blocks.base.emoji_codes import with_emoji
from bot.domain.base.text import unescape_slack

_SOMEBODY, _SOMEWHERE = "someone", "channel"
_CODE = re.compile(r"<(?P<kind>[@#!]?)(?P<what>[^<>|\s]*)(?P<rest>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_SCHEME = re.compile(r"\A(?:https?://|mailto:|tel:)", re.IGNORECASE)


def as_read(text: str, names: Mapping[str, str]) -> str:
    """Return a message's text (mrkdwn) as people read it in Slack; `names` are people's names by id."""
    return unescape_slack(with_emoji(without_codes(text, names)))


def without_codes(text: str, names: Mapping[str, str]) -> str:
    """Return the text with the code of each person, channel, group, date and link replaced by its name."""
    return _CODE.sub(lambda found: _told(found, names), text)


def _told(found: re.Match[str], names: Mapping[str, str]) -> str:
    kind, what, label = found["kind"], found["what"], (found["label"] or "").strip()
    if kind == "@":
        return f"@{names.get(what) or label.removeprefix('@') or _SOMEBODY}"
    if kind == "#":
        return f"#{label.removeprefix('#') or _SOMEWHERE}"
    if kind == "!":
        return label or f"@{what.partition('^')[0]}"
    return _link(what, label) if _SCHEME.match(what) else found[0]


def _link(address: str, label: str) -> str:
    bare = _SCHEME.sub("", address)
    if not label or label in {address, bare, bare.rstrip("/")}:
        return address if address.casefold().startswith("http") else bare
    return f"{label} ({address if address.casefold().startswith('http') else bare})"

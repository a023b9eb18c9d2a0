"""Renders messages and forms as plain text: one line per line on the screen, `[ ]` around buttons."""

import re
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Any

from bot.ports.chat import Message

_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_ON_ITS_DAY = re.compile(r"^(?:2 Mar|12 Jun) (?=\d\d:\d\d UTC$)")
_LINK = re.compile(r"<(https?:[^|>]*)\|([^>]*)>")


def read(shown: Message | Mapping[str, Any]) -> str:
    """Return the blocks of a message or form as plain lines; dates as their fallback text."""
    blocks = shown.blocks if isinstance(shown, Message) else shown["blocks"]
    lines = [line for block in blocks for line in _block(block)]
    if not isinstance(shown, Message):
        lines = [f"~ {_text(shown['title'])} ~", *lines]
        lines += [f"({_text(shown['submit'])})"] if "submit" in shown else []
    return "\n".join(line.rstrip() for line in lines)


def plainly(text: str) -> str:
    """Return our mrkdwn as plain text: dates as their fallback text, links as their label."""
    text = _LINK.sub(r"\2", _DATE.sub(lambda found: _by_day(found[1]), text))
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _by_day(fallback: str) -> str:
    """Return a moment without its date when it is on the day of the tests' desks."""
    return _ON_ITS_DAY.sub("", fallback)


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {_text(block['text'])}"
        case "section":
            yield from _columns(block["fields"]) if "fields" in block else _text(block["text"]).split("\n")
        case "context":
            yield f"· {' '.join(_text(one) for one in block['elements'])}"
        case "rich_text":
            yield from _rich(block["elements"])
        case "actions":
            yield "  ".join(_button(one) for one in block["elements"])
        case "input":
            yield from _input(block)


def _columns(fields: list[Mapping[str, Any]]) -> Iterator[str]:
    columns = [_text(field).split("\n") for field in fields]
    width = max(len(line) for line in columns[0]) + 4
    for at in range(max(len(column) for column in columns)):
        yield "".join((column[at] if at < len(column) else "").ljust(width) for column in columns)


def _input(block: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_text(block['label'])}{' (optional)' if block.get('optional') else ''}"
    yield f"  {_field(block['element'])}"
    if "hint" in block:
        yield f"  ({_text(block['hint'])})"


def _text(text: Mapping[str, Any]) -> str:
    return plainly(text["text"]) if text["type"] == "mrkdwn" else text["text"]


def _rich(elements: list[Mapping[str, Any]]) -> Iterator[str]:
    for element in elements:
        words = "".join(_piece(one) for one in element["elements"])
        start = {"rich_text_quote": "┃ ", "rich_text_preformatted": "▌ "}.get(element["type"], "")
        for line in words.removesuffix("\n").split("\n"):
            yield f"{start}{line}"


def _piece(piece: Mapping[str, Any]) -> str:
    match piece["type"]:
        case "date":
            return _by_day(piece["fallback"])
        case "user":
            return f"@{piece['user_id']}"
        case _:
            return piece["text"]


def _button(one: Mapping[str, Any]) -> str:
    if one["type"] == "overflow":
        return "[⋯ " + ", ".join(_text(option["text"]) for option in one["options"]) + "]"
    if one["type"] == "static_select":
        return f"[{_text(one['placeholder'])} ▾ {_field(one)}]"
    return f"[ {_text(one['text'])} ]"


def _field(element: Mapping[str, Any]) -> str:
    options = [_text(option["text"]) for option in element.get("options", ())]
    for group in element.get("option_groups", ()):
        options += [f"{_text(group['label'])}: {_text(option['text'])}" for option in group["options"]]
    chosen = element.get("initial_value") or _text(
        element.get("initial_option", {}).get("text", {"type": "-", "text": ""})
    )
    return " | ".join([*(options or [element["type"]]), *([f"now: {chosen}"] if chosen else [])])


def lines(text: str) -> str:
    """Return an expected text of a test without its indentation and outer line breaks."""
    return dedent(text).strip("\n").rstrip()

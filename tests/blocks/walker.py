"""Checks payloads as Slack would: by its SDK's validation, and by the limits in its reference."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from slack_sdk.models.blocks import Block, BlockElement
from slack_sdk.models.views import View

from bot.blocks.base import ids
from bot.domain.base.moments import DATE_FORM
from bot.ports.chat import Message

_PLAIN = str | int | None
_TEXT = {"button": 75, "header": 150}
_LONGEST = {  # longest string by the name of its field, in any object
    "value": 2000, "url": 3000, "accessibility_label": 75, "action_id": 255, "block_id": 255, "callback_id": 255,
    "private_metadata": 3000, "fallback": 200,
}  # fmt: skip
_AT_MOST = {"actions": 25, "context": 10}
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_MOMENT = re.compile(r"<!date\^\d+\^([^|>]*)\|([^>]*)>")
_IN_FULL = re.compile(r"\d{1,2} [A-Z][a-z]{2}(?: \d{4})? \d\d:\d\d UTC")
_KNOWN_IDS = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}


@cache
def _kinds(base: type[BlockElement]) -> Sequence[type[BlockElement]]:
    """Return all kinds of an element, outer ones first."""
    return [one for kind in base.__subclasses__() for one in (kind, *_kinds(kind)) if hasattr(one, "type")]


# Slack's SDK looks through all its classes for every element that it reads, which is a tenth of judging a drawing.
BlockElement._get_sub_block_elements = classmethod(_kinds)


def judge_message(message: Message) -> Sequence[Mapping[str, Any]]:
    """Fail unless Slack would accept this message for a post and for an update; return every object in its blocks."""
    assert message.text.strip(), "a message needs its fallback line"
    assert len(message.text) <= 4000
    parts = list(nodes(message.blocks))
    _judge_moments(message, parts)
    assert not HIDDEN.search(message.text)
    assert 1 <= len(message.blocks) <= 50
    assert any(block["type"] == "rich_text" for block in message.blocks) or _ours_only(message)
    _judge_blocks(message.blocks)
    assert sum(len(node["text"]) for node in parts if isinstance(node.get("text"), str)) <= 13_000
    return parts


def _judge_moments(message: Message, parts: Sequence[Mapping[str, Any]]) -> None:
    """Fail unless every moment has its day, time and zone, also in the fallback of Slack's date code."""
    texts = [message.text, *(node["text"] for node in parts if node.get("type") == "mrkdwn")]
    forms = [found for text in texts for found in _MOMENT.findall(text)]
    dates = [node for node in parts if node.get("type") == "date"]
    forms += [(one["format"], one["fallback"]) for one in dates]
    for shape, fallback in forms:
        assert shape == DATE_FORM, shape
        assert _IN_FULL.fullmatch(fallback), fallback


def metadata(view: Mapping[str, Any]) -> dict[str, int | str]:
    """Return a form's private metadata; when the form was shown to somebody, without the MAC at its end."""
    return json.loads(re.sub(r"\.[0-9a-f]{16}$", "", view.get("private_metadata", "{}")))


def judge_home(view: Mapping[str, Any]) -> None:
    """Fail unless Slack would show this home tab."""
    assert set(view) == {"type", "callback_id", "private_metadata", "blocks"}
    assert view["type"] == "home"
    assert 1 <= len(view["blocks"]) <= 100
    assert len(json.dumps(view)) < 250_000
    assert view["callback_id"] in _KNOWN_IDS
    assert len(view["private_metadata"]) <= 3_000
    _judge_blocks(view["blocks"])
    View(**{name: value for name, value in view.items() if name != "type"}, type="home").validate_json()


def judge_view(view: Mapping[str, Any]) -> None:
    """Fail unless Slack would open this form."""
    assert view["type"] == "modal"
    for name in ("title", "submit", "close"):
        assert name not in view or 1 <= len(view[name]["text"]) <= 24, view[name]
    assert 1 <= len(view["blocks"]) <= 100
    assert "submit" in view or all(block["type"] != "input" for block in view["blocks"])
    assert len(json.dumps(view)) < 250_000
    assert all(isinstance(one, int | str) for one in metadata(view).values())
    assert view["callback_id"] in _KNOWN_IDS
    _judge_blocks(view["blocks"])
    View(**{name: value for name, value in view.items() if name != "type"}, type="modal").validate_json()


def nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object within a payload, in the order in which they are read."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting += [value for value in reversed(one.values()) if not isinstance(value, str)]
        elif isinstance(one, list | tuple):
            waiting += reversed(one)
        else:
            assert isinstance(one, _PLAIN), type(one)


def parsed(payload: Any) -> Iterator[str]:
    """Yield the texts that Slack parses: in our payloads only mrkdwn."""
    return parsed_in(nodes(payload))


def parsed_in(parts: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the texts that Slack parses among the objects of a payload."""
    return (node["text"] for node in parts if node.get("type") == "mrkdwn")


def _ours_only(message: Message) -> bool:
    return all(block["type"] in {"section", "context", "header", "actions"} for block in message.blocks)


def _judge_blocks(blocks: Any) -> None:
    for block in blocks:
        _judge_block(json.dumps(block, ensure_ascii=False).encode())  # a lone surrogate would raise here
    own = Counter(block["block_id"] for block in blocks if "block_id" in block)
    assert all(count == 1 for count in own.values()), own


@lru_cache(maxsize=4096)  # most blocks of a drawing stand in many others too, and Slack's SDK takes long to judge one
def _judge_block(written: bytes) -> None:
    block = json.loads(written)
    made = Block.parse(dict(block))
    assert made is not None, block["type"]
    made.to_dict()  # which validates it
    _judge_ids(block)
    for node in nodes(block):
        _judge_node(node)


def _judge_ids(block: Mapping[str, Any]) -> None:
    elements = [one for one in block.get("elements", ()) if "action_id" in one]
    if block["type"] == "actions":
        assert elements
    if block["type"] in _AT_MOST:
        assert 1 <= len(block["elements"]) <= _AT_MOST[block["type"]]
    assert len({one["action_id"] for one in elements}) == len(elements)
    for one in [*elements, *([block["element"]] if "element" in block else [])]:
        assert one["action_id"] in _KNOWN_IDS


def _judge_node(node: Mapping[str, Any]) -> None:
    for name, longest in _LONGEST.items():
        assert not isinstance(node.get(name), str) or 0 <= len(node[name]) <= longest, (name, node)
    _judge_text(node)
    _judge_kind(node)


def _judge_text(node: Mapping[str, Any]) -> None:
    kind, text = node.get("type"), node.get("text")
    if isinstance(text, str):
        assert not HIDDEN.search(text), node
        assert text.strip() or kind == "text", node  # a single line break is allowed between lines of rich text
        assert 1 <= len(text) <= 3000


def _judge_kind(node: Mapping[str, Any]) -> None:
    kind = node.get("type")
    if kind in _TEXT:
        assert len(node["text"]["text"]) <= _TEXT[kind]
    if kind == "button":
        assert 1 <= len(node["accessibility_label"]) <= 75
    if kind == "plain_text":
        assert node["emoji"] is False, "a word between colons stays a word"
    if kind == "mrkdwn":
        assert node["verbatim"] is True
    if kind == "overflow":
        assert 1 <= len(node["options"]) <= 5
    _judge_choices(node)
    if kind and kind.startswith("rich_text"):
        assert node["elements"], node


def _judge_choices(node: Mapping[str, Any]) -> None:
    if "options" in node:
        _judge_options(node)
    if "option_groups" in node:
        _judge_groups(node["option_groups"])


def _judge_groups(groups: Any) -> None:
    assert 1 <= len(groups) <= 100
    assert all(1 <= len(group["label"]["text"]) <= 75 for group in groups)
    values = [option["value"] for group in groups for option in group["options"]]
    assert len(set(values)) == len(values)


def _judge_options(node: Mapping[str, Any]) -> None:
    assert 1 <= len(node["options"]) <= 100
    for option in node["options"]:
        assert len(option["text"]["text"]) <= 75
        assert len(option["value"]) <= 150
        assert len(option.get("description", {"text": ""})["text"]) <= 75
    assert "initial_option" not in node or node["initial_option"] in node["options"]
    values = [option["value"] for option in node["options"]]
    assert len(set(values)) == len(values)

"""Checks blocks and views by Slack's rules; problems have JSON pointers, as Slack's have."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.rehearsal.workspace.errors import Json, SlackError, malformed
from bot.rehearsal.workspace.kit_blocks import IN_MESSAGE, IN_VIEW
from bot.rehearsal.workspace.kit_rules import Report, boolean, choice, listing, plain, record, string, typed

MOST_TEXT = 13_200
MOST_CHARTS = 2
MOST_VIEW_BYTES = 250_000

_MESSAGE_BLOCKS = listing(typed(IN_MESSAGE, "messages"), 0, 50)
_VIEW_BLOCKS = listing(typed(IN_VIEW, "views"), 1, 100)
_COMMON = {"private_metadata": string(3000, 0), "callback_id": string(255, 0), "external_id": string(255, 0)}
_MODAL = record(
    {"type": choice("modal"), "title": plain(24), "blocks": _VIEW_BLOCKS},
    {
        **_COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = record({"type": choice("home"), "blocks": _VIEW_BLOCKS}, _COMMON)
_VIEW = typed({"modal": _MODAL, "home": _HOME}, "view")


def message_problems(blocks: object) -> list[str]:
    """List what Slack would refuse in a message's blocks."""
    report = Report()
    _MESSAGE_BLOCKS(blocks, "/blocks", report)
    _unique(blocks, "/blocks", report)
    if sum(_kind(block) == "table" for block in _dicts(blocks)) > 1:
        report.say("only one table is allowed", "/blocks")
    if sum(_kind(block) == "data_visualization" for block in _dicts(blocks)) > MOST_CHARTS:
        report.say("only two data_visualization blocks are allowed", "/blocks")
    return report.problems


def view_problems(view: object) -> list[str]:
    """List what Slack would refuse in a view."""
    report = Report()
    _VIEW(view, "/view", report)
    if isinstance(view, dict):
        _unique(view.get("blocks"), "/view/blocks", report)
        _submittable(view, report)
        _one_focus(view, report)
    return report.problems


def check_message(blocks: object) -> None:
    """Raise SlackError invalid_blocks or msg_blocks_too_long for blocks that Slack would refuse."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := message_problems(blocks):
        raise malformed("invalid_blocks", problems)
    if sum(len(text) for text in _words(blocks)) > MOST_TEXT:
        raise SlackError("msg_blocks_too_long")


def check_view(view: object, kind: str = "") -> None:
    """Raise SlackError invalid_arguments or view_too_large for a view that Slack would refuse."""
    if problems := view_problems(view):
        raise malformed("invalid_arguments", problems)
    if kind and isinstance(view, dict) and view["type"] != kind:
        raise malformed("invalid_arguments", [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"])
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > MOST_VIEW_BYTES:
        raise SlackError("view_too_large")


def elements_of(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield the interactive elements, each with its block."""
    for block in blocks:
        several = block.get("elements")
        for element in (
            *(several if isinstance(several, list) else ()),
            block.get("accessory"),
            block.get("element"),
        ):
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def _words(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif isinstance(node, dict):
        for name, item in node.items():
            if isinstance(item, str):
                if name == "text":
                    yield item
            else:
                yield from _words(item)


def _kind(block: Json) -> object:
    return block.get("type")


def _dicts(blocks: object) -> list[Json]:
    return [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []


def _unique(blocks: object, where: str, report: Report) -> None:
    ids = Counter(str(block["block_id"]) for block in _dicts(blocks) if "block_id" in block)
    for name in (name for name, count in ids.items() if count > 1):
        report.say(f"block_id must be unique: {name}", where)
    for at, block in enumerate(_dicts(blocks)):
        actions = Counter(str(element["action_id"]) for _, element in elements_of([block]))
        for name in (name for name, count in actions.items() if count > 1):
            report.say(f"action_id must be unique: {name}", f"{where}/{at}")


def _submittable(view: Json, report: Report) -> None:
    asks = any(_kind(block) == "input" for block in _dicts(view.get("blocks")))
    if asks and view.get("type") == "modal" and "submit" not in view:
        report.say("missing required field: submit", "/view")


def _one_focus(view: Json, report: Report) -> None:
    if sum(element.get("focus_on_load") is True for _, element in elements_of(_dicts(view.get("blocks")))) > 1:
        report.say("only one element may have focus_on_load", "/view/blocks")

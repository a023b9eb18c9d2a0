"""Marks every message and form of a drill, so that nobody takes it for real."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.blocks.base.limits import BUTTON, FALLBACK, MESSAGE_BLOCKS, SECTION, VIEW_BLOCKS, VIEW_TITLE
from bot.ports.chat import Message

WORD = "DRILL"
COMMAND = "/care-drill"  # as in bot/gateways/manifest.py: of the drill's own app: the desk's /care stays the desk's
_LINE = f"{WORD} · an exercise: nothing here is real, and no reply leaves Slack."
_QUOTED = frozenset({"rich_text_quote", "rich_text_preformatted"})
_OTHER = re.compile(r"(?<![\w/])/care\b(?!-)")


def marked(message: Message) -> Message:
    """Return a message that says in its fallback and in its first block that it is a drill."""
    text = f"{WORD} · {_own_command(message.text)}"[:FALLBACK]
    return replace(message, text=text, blocks=_marked_blocks(message.blocks, MESSAGE_BLOCKS))


def marked_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form or a home tab that says so in its title and in its first block."""
    title = form.get("title")
    named = {"title": {**title, "text": f"{WORD} {title['text']}"[:VIEW_TITLE].rstrip()}} if title else {}
    return {**form, **named, "blocks": _marked_blocks(form.get("blocks", ()), VIEW_BLOCKS)}


def marked_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an acknowledgement with a text or a form of ours, marked; one with neither as it is."""
    found = dict(answer)
    if "view" in found:
        found["view"] = marked_form(found["view"])
    if "errors" in found:
        found["errors"] = {block: _own_command(why) for block, why in found["errors"].items()}
    if found.get("text"):
        said = marked(Message(text=found["text"], blocks=found.get("blocks") or (), kept_to=""))
        found["text"], found["blocks"] = said.text, list(said.blocks) or None
    return found


def _marked_blocks(blocks: Sequence[Mapping[str, Any]], most: int) -> list[dict[str, Any]]:
    if not blocks:
        return []
    line: dict[str, Any] = {"type": "context", "elements": [{"type": "plain_text", "text": _LINE, "emoji": False}]}
    return [line, *_fewer([_own_commands(one) for one in blocks], most - 1)]


def _fewer(blocks: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return at most so many blocks: lines between others go first, buttons never."""
    for kind in ("divider", "context", "section"):
        for place in range(len(blocks) - 1, -1, -1):
            if len(blocks) > most and blocks[place]["type"] == kind:
                del blocks[place]
    return blocks


def _own_commands(tree: Any) -> Any:  # noqa: ANN401 - blocks are JSON
    """Name the drill's own command where a text of ours names the desk's; posts and replies are quoted or boxed."""
    if isinstance(tree, Mapping):
        if tree.get("type") in _QUOTED:
            return dict(tree)
        of_button = tree.get("type") == "plain_text"
        return {
            key: _own_command(part, of_button=of_button)
            if key == "text" and isinstance(part, str)
            else _own_commands(part)
            for key, part in tree.items()
        }
    return [_own_commands(one) for one in tree] if isinstance(tree, list | tuple) else tree


def _own_command(text: str, *, of_button: bool = False) -> str:
    """Name the drill's own command in a text, where that fits; `of_button`: it may be a button's, or an option's."""
    named = _OTHER.sub(COMMAND, text)
    most = BUTTON if of_button and len(text) <= BUTTON else SECTION
    return named if len(named) <= most else text

"""The inputs of our forms."""

from collections.abc import Mapping

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block, plain_text
from bot.domain.base.text import clean

AS_TYPED: Block = {"trigger_actions_on": ["on_character_entered"]}  # so that words are saved while they are typed


def select(action_id: str, choices: Mapping[str, str], chosen: str = "") -> Block:
    """Return a select of these choices, by value; without `chosen` the first one is selected."""
    options = {value: parts.option(words, value) for value, words in choices.items()}
    first = options.get(chosen) or next(iter(options.values()))
    return {"type": "static_select", "action_id": action_id, "options": [*options.values()], "initial_option": first}


def text_input(
    block_id: str,
    action_id: str,
    label: str,
    hint: str = "",
    *,
    optional: bool = False,
    limit: int = limits.INPUT,
    words: str = "",
) -> Block:
    """Return an input for some lines of text; `words` are its initial value."""
    field: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": True, "max_length": limit}
    if words:
        field["initial_value"] = clean(words)[:limit]
    return input_block(block_id, label, field, hint, optional=optional)


def input_block(block_id: str, label: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    """Return an input block: the element with its label and hint."""
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, limits.LABEL),
        "element": element,
        "optional": optional,
    }
    if hint:
        made["hint"] = plain_text(hint, limits.LABEL)
    return made

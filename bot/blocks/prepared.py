"""Prepared words in the form of a reply: the choice, and the facts that go into them."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks import ids, limits, parts
from bot.blocks.inputs import AS_TYPED, input_block
from bot.blocks.parts import Block, plain_text
from bot.domain.text import clean
from bot.ports.words import TemplateLike

BY_WHEN = "by_when"  # the fact that says until when somebody is back


def choice(templates: Sequence[TemplateLike], chosen: TemplateLike | None) -> list[Block]:
    """Return the choice of prepared words; none where there are none."""
    offered = list(templates[: limits.SELECT_OPTIONS])
    if not offered:
        return []
    if chosen is not None and chosen not in offered:
        offered[-1] = chosen
    chosen_from: Block = {
        "type": "static_select",
        "action_id": ids.TEMPLATE_SELECT,
        "placeholder": plain_text("Start from prepared words", limits.PLACEHOLDER),
        "options": [_option(one) for one in offered],
    }
    if chosen is not None:
        chosen_from["initial_option"] = _option(chosen)
    made = input_block(
        ids.TEMPLATE_BLOCK, "Prepared words", chosen_from, chosen.use_when if chosen else "", optional=True
    )
    return [{**made, "dispatch_action": True}]


def _option(template: TemplateLike) -> Block:
    option = parts.option(template.title, template.name)
    when = parts.shortened(template.use_when, limits.OPTION)
    return {**option, "description": plain_text(when, limits.OPTION)} if when else option


def facts(
    template: TemplateLike | None, given: Mapping[str, str], needed: Collection[str], clock: str = ""
) -> list[Block]:
    """Return an input for each fact that the template asks for; it fills the words while it is typed.

    A fact that is not `needed` may stay empty: its place was taken out of the words. `clock` says on whose clock the
    times in them are read.
    """
    if template is None:
        return []
    hints = {BY_WHEN: f"Clock times are read as {clock}, the desk's own." if clock else ""}
    return [
        _fact(name, asked, given.get(name, ""), name in needed, hints.get(name, ""))
        for name, asked in template.asks.items()
    ]


def _fact(name: str, question: str, value: str, needed: bool, hint: str) -> Block:
    field: Block = {
        "type": "plain_text_input",
        "action_id": ids.FACT_INPUT,
        "max_length": limits.REASON,
        "dispatch_action_config": AS_TYPED,
    }
    if value:
        field["initial_value"] = clean(value)[: limits.REASON]
    made = input_block(f"{ids.FACT_BLOCK}{name}"[: limits.ID], question, field, hint, optional=not needed)
    return {**made, "dispatch_action": True}

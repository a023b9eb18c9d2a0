"""Prepared words in the form of a reply: the choice, and the facts that go into them."""

from collections.abc import Mapping, Sequence

from bot.blocks import ids, limits, parts
from bot.blocks.inputs import input_block
from bot.blocks.parts import Block, plain_text
from bot.domain.text import clean
from bot.ports.words import TemplateLike


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


def facts(template: TemplateLike | None, given: Mapping[str, str]) -> list[Block]:
    """Return an input for each fact that the template asks for, and the button that puts them in."""
    if template is None:
        return []
    asked = [_fact(name, question, given.get(name, "")) for name, question in template.asks.items()]
    value = template.name[: limits.BUTTON_VALUE] or "-"
    fill = parts.button("Fill in", ids.FILL_IN, value, "Fill the prepared words in with these facts")
    return [*asked, *parts.actions([fill])]


def _fact(name: str, question: str, value: str) -> Block:
    field: Block = {"type": "plain_text_input", "action_id": ids.FACT_INPUT, "max_length": limits.REASON}
    if value:
        field["initial_value"] = clean(value)[: limits.REASON]
    # optional for Slack: what is missing is asked for when the reply is submitted, with words of our own
    return input_block(f"{ids.FACT_BLOCK}{name}"[: limits.ID], question, field, optional=True)

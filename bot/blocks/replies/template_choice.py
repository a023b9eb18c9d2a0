"""Templates in the reply form: the choice, and the inputs for their facts."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import AS_TYPED, input_block
from bot.blocks.base.parts import Block, plain_text
from bot.domain.base.text import clean
from bot.ports.words import TemplateLike

BY_WHEN = "by_when"  # the fact for the time by which the customer hears from us again


def choice(templates: Sequence[TemplateLike], chosen: TemplateLike | None) -> list[Block]:
    """Return the choice of templates, with a note when not all fit; empty without templates."""
    offered = list(templates[: limits.TEMPLATES])
    if not offered:
        return []
    if chosen is not None and chosen not in offered:
        offered[-1] = chosen
    many = len(offered) > limits.SELECT_OPTIONS
    draw = _bare_option if many else _option
    chosen_from: Block = {
        "type": "static_select",
        "action_id": ids.TEMPLATE_SELECT,
        "placeholder": plain_text(_FIND if many else "Start from prepared words", limits.PLACEHOLDER),
        **(_grouped(offered) if many else {"options": [draw(one) for one in offered]}),
    }
    if chosen is not None:
        chosen_from["initial_option"] = draw(chosen)
    hint = " ".join(filter(None, (chosen.use_when if chosen else "", _how_many(len(offered), len(templates)))))
    made = input_block(ids.TEMPLATE_BLOCK, "Prepared words", chosen_from, hint, optional=True)
    return [{**made, "dispatch_action": True}]


_FIND = "Type to find prepared words"


def _how_many(offered: int, all_of_them: int) -> str:
    if all_of_them <= limits.SELECT_OPTIONS:
        return ""
    left_out = f" {all_of_them - offered} more fit less well and are not listed." if all_of_them > offered else ""
    return f"{offered} texts, those that fit best first: type a part of a title to find one.{left_out}"


def _grouped(offered: Sequence[TemplateLike]) -> Block:
    """Return the options in groups as large as Slack allows."""
    size = limits.SELECT_OPTIONS
    groups = [
        {
            "label": plain_text(f"{first + 1} to {min(first + size, len(offered))}", limits.OPTION),
            "options": [_bare_option(one) for one in offered[first : first + size]],
        }
        for first in range(0, len(offered), size)
    ]
    return {"option_groups": groups}


def _bare_option(template: TemplateLike) -> Block:
    return parts.option(template.title, template.name)


def _option(template: TemplateLike) -> Block:
    option = parts.option(template.title, template.name)
    when = parts.shortened(template.use_when, limits.OPTION)
    return {**option, "description": plain_text(when, limits.OPTION)} if when else option


def template_fact_inputs(
    template: TemplateLike | None, given: Mapping[str, str], needed: Collection[str], clock: str = ""
) -> list[Block]:
    """Return an input for each fact that the template asks for; the words are updated while it is typed.

    A fact that is not `needed` may stay empty: it was removed from the words. `clock`: note on the time zone
    of the times in the words.
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

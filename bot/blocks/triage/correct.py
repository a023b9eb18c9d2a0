"""Draws the menu and the form by which people correct the triage of a mention."""

from collections.abc import Mapping

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select
from bot.blocks.base.parts import Block
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.base.refusals import Unknown
from bot.domain.cases.view import CaseView
from bot.domain.triage.triage import Kind, Triage, Urgent

NOT_URGENT = "Not urgent"


def choices(triage: Triage) -> Mapping[str, str]:
    """Return the other kinds that a mention can be called, in words, by the value of the choice."""
    kinds = {f"{ids.KIND}{one.value}": one.value.capitalize() for one in Kind if one != triage.kind}
    urgent = {f"{ids.URGENT}{one.value}": f"Urgent: {one}" if one else NOT_URGENT for one in Urgent}
    return kinds | {value: words for value, words in urgent.items() if value != f"{ids.URGENT}{triage.urgent.value}"}


def correction_menu(view: CaseView, signed: str) -> Block | None:
    """Draw the menu that corrects triage at once, on cards that show it."""
    if view.triage is None:
        return None
    options = [parts.option(words, ids.menu_value(one, signed)) for one, words in choices(view.triage).items()]
    return {
        "type": "static_select",
        "action_id": ids.TRIAGE_CHOOSE,
        "placeholder": parts.plain_text("This is …", limits.PLACEHOLDER),
        "options": options,
    }


def form(view: CaseView, metadata: Metadata) -> View:
    """Draw the form behind the card's menu, for a mention that was taken for something usual."""
    label = f"What case {view.case.id} of {full_name(view.case)} is"
    hint = "It is kept, and counted for the words that told it wrongly. What is urgent goes first from now on."
    field = select(ids.TRIAGE_SELECT, choices(view.triage or Triage()))
    blocks = [input_block(ids.TRIAGE_BLOCK, label, field, hint)]
    return case_form(view, ids.TRIAGE_MODAL, "It is something else", "Correct", blocks, metadata=metadata)


def called(choice: str) -> tuple[Kind | None, Urgent | None]:
    """Return the meaning of a choice: a kind, or a reason for urgency. Raises Unknown if it was never offered."""
    kinds = {f"{ids.KIND}{one.value}": one for one in Kind}
    urgent = {f"{ids.URGENT}{one.value}": one for one in Urgent}
    if choice not in kinds.keys() | urgent.keys():
        raise Unknown("This menu belongs to an older card. The newest card of the case has one that works.")
    return kinds.get(choice), urgent.get(choice)

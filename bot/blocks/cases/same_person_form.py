"""The form that joins the author of a case with one on another network."""

from collections.abc import Mapping

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.cases.same_person import HowKnown
from bot.domain.cases.view import CaseView

_HOW: Mapping[HowKnown, str] = {
    HowKnown.OWN_WORD: "They said so themselves",
    HowKnown.COLLEAGUE: "A colleague knows it",
}


def same_person_form(view: CaseView, metadata: Metadata) -> View:
    """Draw the form that joins the author with one on another network."""
    field = {"type": "plain_text_input", "action_id": ids.SAME_PERSON_INPUT, "max_length": limits.INPUT}
    hint = "The number of one of their cases, or their handle: 412 or @priya"
    choices = {one.value: words for one, words in _HOW.items()}
    after = (
        "The cards of both say so, and each shows the history of both. Nothing is sent because of it, and no list "
        "follows from one to the other. “Not the same person”, in the menu of the card, undoes it."
    )
    blocks = [
        input_block(ids.SAME_PERSON_BLOCK, f"Who is {full_name(view.case)} on another network?", field, hint),
        input_block(ids.REASON_BLOCK, "How do we know?", select(ids.REASON_SELECT, choices)),
        text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, "The link to their post, or who knows it", limit=limits.INPUT),
        parts.small(after),
    ]
    return case_form(view, ids.SAME_PERSON_MODAL, "Same person as…", "Join them", blocks, metadata=metadata)

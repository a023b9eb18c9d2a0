"""The forms for a question to another team, and for its answer."""

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select, text_input
from bot.blocks.base.phrases import Phrase
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name, teammate
from bot.blocks.cases.buttons import in_menu
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.view import CaseView


def ask(view: CaseView, metadata: Metadata) -> View:
    """Draw the form that asks another team."""
    private = (
        " These are private messages: write nothing that only this customer and we may know."
        if (view.case.private)
        else ""
    )
    hint = f"They read your words in their channel, and answer into this thread.{private}"
    teams = {name: parts.shortened(name, limits.OPTION) for name in view.other_teams[: limits.SELECT_OPTIONS]}
    blocks = [
        input_block(ids.OTHER_TEAM_BLOCK, "Which team?", select(ids.OTHER_TEAM_SELECT, teams)),
        text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, "What do you want to know?", hint, limit=limits.WORDS),
        parts.small("Our promise to the customer runs on meanwhile. The card says whom it waits for."),
    ]
    return case_form(view, ids.INQUIRY_MODAL, "Ask another team", "Ask them", blocks, metadata=metadata)


def answer_form(view: CaseView, its: Inquiry, metadata: Metadata) -> View:
    """Draw the form in which another team answers."""
    asks: Phrase = [f"{teammate(view, its.asked_by)} asks about case {view.case.id}, {full_name(view.case)}:"]
    hint = "It goes into the thread of the case. The customer does not see it."
    blocks = [
        parts.rich(parts.line(asks, view.now), parts.quote(its.text)),
        text_input(ids.NOTE_BLOCK, ids.NOTE_INPUT, "Your answer", hint, limit=limits.WORDS),
    ]
    return case_form(view, ids.INQUIRY_ANSWER_MODAL, "Answer", "Answer", blocks, metadata=metadata)


def rest(view: CaseView, metadata: Metadata) -> View:
    """Draw the form with the actions that do not fit into the card's menu."""
    options = [parts.option(words, option) for option, words in in_menu(view)[1]]
    radio: parts.Block = {
        "type": "radio_buttons",
        "action_id": ids.REST_CHOICE,
        "options": options,
        "initial_option": options[0],
    }
    label = f"Case {view.case.id}, {full_name(view.case)}"
    blocks = [input_block(ids.REST_BLOCK, label, radio)]
    return case_form(view, ids.REST_MODAL, "More", "Go on", blocks, metadata=metadata)

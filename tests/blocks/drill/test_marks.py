"""Every message, form and answer of a drill says that it is one, within Slack's limits."""

from typing import Any

import pytest

from bot.blocks.base import parts
from bot.blocks.cases import lists
from bot.blocks.drill.marks import COMMAND, WORD, marked, marked_answer, marked_form
from bot.gateways.manifest import DRILL_COMMAND
from bot.ports.chat import Message
from bot.rehearsal.workspace.blockkit import message_problems, view_problems

LINE = {"type": "section", "text": {"type": "mrkdwn", "text": "Say `/care queue`, not /cares."}}
BUTTONS = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}}]}
QUOTE: dict[str, Any] = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "I typed /care and nothing"}]}],
}
FORM = {"type": "modal", "title": {"type": "plain_text", "text": "A title that is long"}, "blocks": [LINE]}


def test_a_message_is_marked_in_its_fallback_and_above_its_blocks_and_names_the_drills_own_command() -> None:
    found = marked(Message(text="Say /care help.", blocks=[LINE, QUOTE], kept_to="ours"))
    assert found.text == "DRILL · Say /care-drill help."
    assert found.kept_to == "ours"
    first, line, quote = found.blocks
    assert WORD in str(first)
    assert line["text"] == {"type": "mrkdwn", "text": "Say `/care-drill queue`, not /cares."}
    assert quote == QUOTE, "other people's words stay as they are"
    assert message_problems(list(found.blocks)) == []
    assert DRILL_COMMAND == COMMAND


def test_the_list_of_commands_and_a_sentence_name_no_command_of_the_real_desk() -> None:
    commands = lists.help([lists.Command("pause", "pause <why>", "stop what goes out")])
    sentence = (
        "Nobody is on now, and nobody was asked at noon. “/care on” puts you on."  # longer than any button then
    )
    for message in (commands, Message(text="Nobody", blocks=[parts.section(sentence)], kept_to="ours")):
        drawn = str(marked(message).blocks)
        assert COMMAND in drawn
        assert "/care " not in drawn


@pytest.mark.parametrize("filled", [[LINE] * 49, [{"type": "divider"}] * 49])
def test_a_full_message_is_marked_and_keeps_its_buttons(filled: list[dict[str, Any]]) -> None:
    found = marked(Message(text="Full", blocks=[*filled, BUTTONS], kept_to="ours"))
    assert len(found.blocks) == 50
    assert WORD in str(found.blocks[0])
    assert found.blocks[-1] == BUTTONS


def test_forms_are_marked_in_their_title_also_in_an_acknowledgement() -> None:
    form = marked_answer({"response_action": "update", "view": FORM})["view"]
    assert form == marked_form(FORM)
    assert form["title"]["text"] == "DRILL A title that is lo"
    assert WORD in str(form["blocks"][0])
    assert view_problems({**form, "callback_id": "c"}) == []


def test_the_answer_to_a_command_is_marked_and_an_answer_without_words_stays() -> None:
    said = marked_answer({"text": "Nothing waits.", "response_type": "ephemeral", "blocks": None})
    assert said == {"text": "DRILL · Nothing waits.", "response_type": "ephemeral", "blocks": None}
    errors = {"response_action": "errors", "errors": {"words": "Write something."}}
    assert marked_answer(errors) == errors
    assert marked_answer({"errors": {"words": "See /care who."}}) == {"errors": {"words": f"See {COMMAND} who."}}
    assert marked_answer({}) == {}

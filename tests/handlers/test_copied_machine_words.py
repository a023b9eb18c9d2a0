"""A machine's words that somebody copies into a template or a statement are shown as a machine's to who approves."""

from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.blocks.replies.origin_lines import machines_line
from bot.domain.replies.origins import OriginKind, StartingText, TextOrigin
from bot.domain.replies.statement import PostState
from bot.domain.replies.template_version import VersionState
from bot.gateways.living_templates import living_templates
from bot.ports import Message
from bot.services.replies import review, statement_correcting, statement_deciding, statement_writing, template_writing
from bot.services.replies.starting_texts import remember_machine
from storage import SqlStore
from tests.blocks.walker import judge_message
from tests.fakes import ANA, BEN, CARO, CorrectableNetwork, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, clock

SAID = "We checked every kettle of that batch again, and we replace yours at once."
MACHINE = StartingText(SAID, TextOrigin(OriginKind.MACHINE, "tiny-7b"))
TEMPLATE = (
    """---
title: Kettles
use_when: A kettle of that batch leaks.
---
{{ first_name or "Hello" }}, I am sorry. """
    + SAID
)
MARKED = "With words of a machine: tiny-7b"


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    """Return a desk on which Caro was shown a machine's words in the reply form of a case."""
    networks = {("x", "42"): CorrectableNetwork()}
    hands = Hands(a_desk(store, templates=living_templates(store), networks=networks))
    a_case(hands.desk)
    remember_machine(hands.desk, 1, MACHINE, by=CARO, at=hands.desk.clock.now())
    return hands


def shown(hands: Hands, verb: str) -> Message:
    answer = hands.command(verb, BEN)
    message = Message(text=answer["text"], blocks=answer["blocks"])
    judge_message(message)
    return message


def noted(hands: Hands, verb: str) -> list[object]:
    return [one.facts.get("machines") for one in hands.desk.store.audit("desk") if one.verb == verb]


def test_a_template_with_them_says_so_and_so_does_the_next_version(hands: Hands) -> None:
    desk, now = hands.desk, hands.desk.clock.now()
    first = template_writing.propose(desk, "kettles", TEMPLATE, by=CARO, at=now)
    message = shown(hands, "templates")
    assert MARKED in str(message.blocks)
    assert MARKED in message.text
    assert {"type": "text", "text": SAID, "style": {"italic": True}} in elements(message)
    template_writing.decide(desk, first, approves=True, by=BEN, at=now)
    desk.store.drop_words(1, CARO)  # she submits her reply, without them
    template_writing.propose(desk, "kettles", TEMPLATE.replace("I am sorry", "I am very sorry"), by=CARO, at=now)
    assert MARKED in shown(hands, "templates").text
    template_writing.propose(desk, "lamps", "---\ntitle: Lamps\nuse_when: Now.\n---\nHello.", by=CARO, at=now)
    assert noted(hands, "template_proposed") == [["tiny-7b"], ["tiny-7b"], None]


def elements(message: Message) -> list[object]:
    rich = [one for block in message.blocks for one in block.get("elements", ())]  # type: ignore[attr-defined]
    return [one for block in rich if isinstance(block, dict) for one in block.get("elements", ())]


def test_words_that_another_person_s_draft_took_from_a_machine_are_known_again(hands: Hands) -> None:
    desk, now = hands.desk, hands.desk.clock.now()
    desk.store.drop_words(1, CARO)
    review.submit(desk, 1, review.Words(text=f"Priya, {SAID} ^AN", starts=(MACHINE,)), by=ANA, at=now)
    template_writing.propose(desk, "kettles", TEMPLATE, by=CARO, at=now)
    [waits] = desk.store.template_versions(VersionState.PROPOSED)
    assert machines_line(waits.content, waits.origins).startswith(MARKED)


def test_a_statement_with_them_says_so_and_so_does_its_correction(hands: Hands) -> None:
    desk, now = hands.desk, clock(hands.desk).now()
    number = statement_writing.propose_statement(desk, f"A few kettles leak. {SAID}", "", [0], by=CARO, at=now)
    message = shown(hands, "statements")
    assert f"{MARKED} 79 % (in italics)" in message.text
    assert {"type": "text", "text": SAID, "style": {"italic": True}} in elements(message)
    mark = desk.store.statement(number).mark
    statement_deciding.decide_on_statement(desk, number, mark=mark, approves=True, by=BEN, at=now)
    [post] = desk.store.statement(number).posts
    public = replace(post, state=PostState.SENT, post_id="7", url="https://x.example/7", ended_at=now)
    desk.store.move_statement_post(public, was=PostState.WAITING)
    desk.store.drop_words(1, CARO)
    words = f"Some kettles leak. {SAID} Please do not use them."
    statement_correcting.propose_correction(desk, number, words, "", by=CARO, at=now)
    assert MARKED in shown(hands, "statements").text.partition("correct statement")[2]
    assert noted(hands, "statement_correction_proposed") == [["tiny-7b"]]


def test_a_person_s_own_words_carry_no_mark(hands: Hands) -> None:
    desk, now = hands.desk, hands.desk.clock.now()
    statement_writing.propose_statement(desk, "Our shop is down. More here at noon.", "", [0], by=CARO, at=now)
    assert "machine" not in shown(hands, "statements").text
    assert noted(hands, "statement_proposed") == [None]
    assert ids.STATEMENT_APPROVE in str(shown(hands, "statements").blocks)

"""A public conversation is taken into private messages by a public line, and what becomes of it is followed."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState, FactVerb
from bot.domain.mentions.moved_to_private import LOOKED_FOR_AFTER, asks_in_private
from bot.domain.replies.draft_checks import checks
from bot.gateways.templates import ReplyTemplates
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.mentions.private_silence import look_for_messages
from storage import SqlStore
from tests.blocks.reading import read
from tests.every_way import every_text
from tests.fakes import ANA, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, approve, clock, only_case, receive, send, street, verbs, written

ASKS = "Priya, I'm sorry. Please send us a private message, and I'll answer you there. ^AN"
TEMPLATES = ReplyTemplates.load(Path("templates/replies"))
KNOWN = {"first_name": "Priya", "brand": "Northwind", "initials": "AN", "network": "X", "private_way_in": ""}
NAMES = [one.name for one in TEMPLATES.all()]


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, templates=TEMPLATES)


@pytest.fixture
def hands(desk: Desk) -> Hands:
    return Hands(desk)


def asked(desk: Desk, text: str = ASKS) -> None:
    """Ask Priya, in public, to write privately."""
    written(desk, a_case(desk).id, text=text)
    approve(desk)
    send(desk)


def in_private(desk: Desk, post_id: str = "300") -> None:
    post = a_post(post_id, "My order is 48213", root="dm-1", at=desk.clock.now())
    receive(desk, replace(post, private=True))


@pytest.mark.parametrize("name", [one for one in NAMES if one.startswith("write_privately")])
def test_each_language_asks_for_a_private_message_in_words_that_the_desk_knows(name: str) -> None:
    for text in every_text(TEMPLATES, name, KNOWN):
        assert asks_in_private(text)
        assert "http" not in text
        assert not [one for one in checks(text, author_handle="@priya_n", first_name="Priya") if one.blocking]
    address = "https://messages.example/northwind"
    assert all(address in text for text in every_text(TEMPLATES, name, KNOWN | {"private_way_in": address}))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_take_it_private_opens_the_form_with_the_line_in_the_customers_language(hands: Hands, language: str) -> None:
    receive(hands.desk, replace(a_post("100", "Charged twice @northwind"), language=language))
    casework.claim(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    assert hands.press(ids.CASE_TAKE_PRIVATE, hands.button(ids.CASE_TAKE_PRIVATE)) == ""
    name = "write_privately" + ("" if language == "en" else f"_{language}")
    drawn = str(hands.form()["blocks"])
    assert any(text in drawn for text in every_text(TEMPLATES, name, KNOWN | {"initials": "A"}))


def test_only_a_held_case_that_is_all_public_offers_it(hands: Hands) -> None:
    a_case(hands.desk)
    assert (ids.CASE_TAKE_PRIVATE, "") not in hands.buttons()
    casework.claim(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    value = hands.button(ids.CASE_TAKE_PRIVATE)
    asked(hands.desk)
    in_private(hands.desk)
    assert (ids.CASE_TAKE_PRIVATE, "") not in hands.buttons()
    assert "goes on in private already" in hands.press(ids.CASE_TAKE_PRIVATE, value)


def test_while_the_message_is_awaited_the_card_says_so_and_where_it_comes(hands: Hands) -> None:
    asked(hands.desk)
    case = only_case(hands.desk)
    assert (case.state, case.asked_privately_at) == (CaseState.PENDING, hands.desk.clock.now())
    assert verbs(hands.desk)[-1] == FactVerb.ASKED_PRIVATELY
    hands.publish()
    assert "asked to write privately at" in shown(hands)
    assert "the message comes on X itself, not here" in shown(hands)


def test_an_account_that_reads_private_messages_says_no_such_thing(hands: Hands) -> None:
    network = street(hands.desk)
    network.streams = ("mentions", "own", "messages")
    asked(hands.desk)
    hands.publish()
    assert "asked to write privately at" in shown(hands)
    assert "not here" not in shown(hands)


def shown(hands: Hands) -> str:
    """Return the card as people read it now."""
    card = hands.desk.store.card(1)
    assert card is not None
    return read(hands.chat.messages[card.channel, card.ts])


def test_their_message_ends_the_wait_and_starts_a_promise(desk: Desk) -> None:
    asked(desk)
    in_private(desk)
    case = only_case(desk)
    assert (case.state, case.asked_privately_at, case.due_at is not None) == (CaseState.OPEN, None, True)
    clock(desk).move(seconds=LOOKED_FOR_AFTER.total_seconds() * 2)
    assert look_for_messages(desk, desk.clock.now()) == 0


@pytest.mark.parametrize(
    "text", ["Priya, the refund goes back today. ^AN", "Priya, we never ask by private message. ^AN"]
)
def test_a_reply_that_asks_for_nothing_waits_for_nothing(desk: Desk, text: str) -> None:
    asked(desk, text)
    assert only_case(desk).asked_privately_at is None


def test_a_private_answer_asks_nobody_to_write_privately(desk: Desk) -> None:
    asked(desk)
    in_private(desk)
    written(desk, 1, text="Thanks. This private message is all I needed, it is solved. ^AN")
    approve(desk)
    send(desk)
    assert only_case(desk).asked_privately_at is None


def test_when_they_never_write_whoever_holds_the_case_is_told_once(hands: Hands) -> None:
    asked(hands.desk)
    clock(hands.desk).move(seconds=LOOKED_FOR_AFTER.total_seconds() - 60)
    assert look_for_messages(hands.desk, hands.desk.clock.now()) == 0
    clock(hands.desk).move(minutes=2)
    assert look_for_messages(hands.desk, hands.desk.clock.now()) == 1
    assert look_for_messages(hands.desk, hands.desk.clock.now()) == 0
    assert verbs(hands.desk)[-1] == FactVerb.PRIVATE_SILENCE
    hands.publish()
    assert "nothing came by" in shown(hands)
    [told] = [
        one
        for one in hands.chat.messages.values()
        if "no private message had come from Priya" in one.text and "write once more" in one.text
    ]
    assert "Case 1" in told.text or "case 1" in told.text


def test_a_case_that_is_solved_waits_no_longer(desk: Desk) -> None:
    asked(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    clock(desk).move(seconds=LOOKED_FOR_AFTER.total_seconds() * 2)
    assert look_for_messages(desk, desk.clock.now()) == 0

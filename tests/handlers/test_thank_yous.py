"""`/care thanks`: one person offers a customer's good words, another one lets marketing quote them, by buttons."""

import pytest

from bot.blocks.base import ids
from bot.domain.light_lane.light_mention import words_mark
from bot.domain.light_lane.thank_you import LikeState
from bot.ports import Message
from bot.services.cases import casework
from tests.blocks.reading import read
from tests.blocks.walker import judge_message
from tests.fakes import ANA, BEN, CARO, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import delivered
from tests.services.light_lane.scenes import LikingNetwork
from tests.services.light_lane.test_thank_yous import told, wrote

WORDS = "@northwind thank you <!channel> *so* much @ben, you are great"


@pytest.fixture
def network() -> LikingNetwork:
    return LikingNetwork()


@pytest.fixture
def hands(store, network: LikingNetwork) -> Hands:  # type: ignore[no-untyped-def]
    desk = a_desk(store, networks={("x", "42"): network})
    delivered(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    wrote(desk)
    desk.store.engine.run("UPDATE mentions SET text = :words WHERE external_id = '101'", {"words": WORDS})
    return Hands(desk)


def press(hands: Hands, action: str, by: str) -> str:
    known = hands.desk.store.mention_of("x", "101")
    assert known is not None
    value = ids.button_value(ids.THANK_YOU, known[0].id, f"0-{words_mark(WORDS)}", hands.desk.secret)
    return hands.press(action, value, by)


def answer(hands: Hands, words: str = "thanks", by: str = BEN) -> Message:
    said = hands.command(words, by)
    message = Message(text=said["text"], blocks=said["blocks"])
    judge_message(message)
    return message


def test_good_words_are_liked_offered_approved_and_shown_to_marketing_as_plain_text(
    hands: Hands, network: LikingNetwork
) -> None:
    shown = answer(hands)
    for label in ("Like", "Offer for marketing", "Not this one", "Open to repost"):
        assert label in read(shown)
    assert "Ben liked it" in press(hands, ids.THANK_YOU_LIKE, BEN)
    assert network.liked == ["101"]
    assert "Caro offers this for marketing" in press(hands, ids.THANK_YOU_OFFER, CARO)
    assert "You offered this one" in press(hands, ids.THANK_YOU_APPROVE, CARO)
    assert "Nobody has thanked" in press(hands, ids.THANK_YOU_APPROVE, BEN)
    message = told(hands.desk)
    judge_message(message)
    assert "<!channel>" not in message.text
    assert "offered by Caro, approved by Ben" in read(message)
    assert "that was" not in press(hands, ids.THANK_YOU_WITHDRAW, ANA)
    assert "Nothing may be quoted yet" in answer(hands, "thanks quotes").text


def test_the_list_is_for_the_asker_alone_and_an_unknown_word_says_what_there_is(hands: Hands) -> None:
    assert "comes to you alone" in hands.command("thanks share", BEN)["text"]
    assert "`/care thanks quotes`" in hands.command("thanks all", BEN)["text"]
    found = hands.desk.store.thank_you(1)
    assert found is None or found.liked == LikeState.NONE

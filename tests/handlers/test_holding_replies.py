"""A storm's holding reply through the real doors: written, approved, paused, resumed, ended."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.blocks.base import ids
from bot.blocks.storms.holding_reply import fixed_button, holding_button
from bot.domain.mentions.mention import Author
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm
from bot.services.replies import sending
from storage import SqlStore, open_store
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.engines import ENGINES, cluster, fresh_address
from tests.fakes import ANA, BEN, CARE, CARO, DEE, NOON, STAN, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import draft_of, published, receive

__all__ = ["cluster"]
WORDS = "[first name], the app is down for everybody <!channel> & we are on it. ^AN"
GERMAN = "[first name], die App geht gerade nicht. ^AN"


@pytest.fixture(params=ENGINES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """Yield a store on each of the two engines: what is told to whom is decided by queries."""
    opened = open_store(fresh_address(request.param, tmp_path, request), synchronous="OFF")
    yield opened
    opened.close()


@pytest.fixture
def hands(either: SqlStore) -> Hands:
    hands = Hands(a_desk(either))
    at, app = hands.desk.clock.now(), Trait(FeatureKind.WORD, "app")
    storm = Storm(channel=CARE, traits=(app,), words=("app",), since=at, opened_at=at, opened_by=ANA)
    hands.desk.store.open_storm(storm)
    for n, (name, code) in enumerate([("Priya N", "en"), ("Uwe B", "de"), ("Cleo F", "en")], 1):
        author = Author(id=f"id{n}", handle=f"who{n}", name=name)
        receive(hands.desk, a_post(f"{n}", "my app will not open", author=author, language=code))
    return hands


def storm_button(hands: Hands) -> str:
    return str(holding_button(1, hands.desk.secret, first=True)["value"])


def write(hands: Hands, by: str = ANA, **more: str) -> dict[str, object]:
    assert hands.press(ids.HOLDING_WRITE, storm_button(hands), by) == ""
    return hands.submit(by, **{ids.VARIANT_BLOCK: WORDS, f"{ids.VARIANT_BLOCK}de": GERMAN, **more})


def message(hands: Hands) -> str:
    hands.publish()
    return next(one.text for one in hands.chat.messages.values() if one.text.startswith("Holding reply, storm 1"))


def test_the_form_has_words_for_the_languages_of_the_storm(hands: Hands) -> None:
    hands.press(ids.HOLDING_WRITE, storm_button(hands), ANA)
    blocks = [one["block_id"] for one in hands.form()["blocks"] if one["type"] == "input"]
    assert blocks == ["audience", "words_in.", "words_in.en", "words_in.de"]


def test_the_form_offers_the_link_of_what_we_have_said_to_everybody_since_the_storm_began(hands: Hands) -> None:
    hands.press(ids.HOLDING_WRITE, storm_button(hands), ANA)
    assert "statement" not in str(hands.form()["blocks"])
    post = StatementPost(
        network="x", account="42", text="Down.", state=PostState.SENT, post_id="7", url="https://x/7"
    )
    store, at = hands.desk.store, hands.desk.clock.now()
    made = store.statement(store.add_statement(Statement(by=ANA, at=NOON, posts=[post])))
    store.decide_statement(made, StatementState.APPROVED, by=BEN, at=at)
    there = made.posts[0]
    store.move_statement_post(replace(there, ended_at=at), was=PostState.SENT)
    hands.press(ids.HOLDING_WRITE, storm_button(hands), ANA)
    judge_view(hands.form())
    assert "[statement link] becomes the link of our statement on the customer's network: X @northwind." in read(
        hands.form()
    )


def test_the_button_for_all_who_complained_opens_the_same_form(hands: Hands) -> None:
    fixed = fixed_button(1, hands.desk.secret)
    assert hands.press(ids.HOLDING_FIXED, str(fixed["value"]), ANA) == ""
    [to_whom] = [one for one in hands.form()["blocks"] if one.get("block_id") == "audience"]
    assert to_whom["element"]["initial_option"]["value"] == "everybody"


def test_it_is_written_once_and_each_gets_a_text_in_their_language(hands: Hands) -> None:
    assert write(hands) == {}
    assert [draft_of(hands.desk, one).text.partition(" ")[0] for one in (1, 2, 3)] == ["Priya,", "Uwe,", "Cleo,"]
    assert "geht gerade nicht" in draft_of(hands.desk, 2).text
    assert "told 0 of 3" in message(hands)
    assert "3 wait for approval" in message(hands)
    assert all("<!channel>" not in one.text for one in hands.chat.messages.values())


def test_it_is_approved_paused_resumed_and_sent(hands: Hands) -> None:
    write(hands)
    assert hands.press(ids.JOINT_APPROVE, hands.button(ids.JOINT_APPROVE), BEN) == ""
    assert hands.press(ids.HOLDING_PAUSE, hands.button(ids.HOLDING_PAUSE), DEE) == ""
    sending.send_due(hands.desk, hands.desk.clock.now())
    assert published(hands.desk) == []
    assert "Paused by Dee" in message(hands)
    resume = hands.button(ids.HOLDING_RESUME)
    assert hands.press(ids.HOLDING_RESUME, resume, CARO) == ""
    assert "goes on already" in hands.press(ids.HOLDING_RESUME, resume, BEN)
    sending.send_due(hands.desk, hands.desk.clock.now())
    assert len(published(hands.desk)) == 3
    assert "told 3 of 3" in message(hands)


def test_strangers_write_and_pause_nothing_and_only_approvers_resume(hands: Hands) -> None:
    assert hands.press(ids.HOLDING_WRITE, storm_button(hands), STAN) != ""
    write(hands)
    pause = hands.button(ids.HOLDING_PAUSE)
    assert hands.press(ids.HOLDING_PAUSE, pause, STAN) != ""
    assert hands.desk.store.holding_reply(1).paused_at is None
    hands.press(ids.HOLDING_PAUSE, pause, DEE)
    assert hands.press(ids.HOLDING_RESUME, hands.button(ids.HOLDING_RESUME), DEE) != ""
    assert hands.desk.store.holding_reply(1).paused_by == DEE


def test_the_next_customers_are_offered_after_the_approval(hands: Hands) -> None:
    write(hands)
    late = Author(id="id9", handle="late", name="Lena O")
    receive(hands.desk, a_post("9", "my app will not open", author=late))
    assert hands.press(ids.JOINT_APPROVE, hands.button(ids.JOINT_APPROVE), BEN) == ""
    assert draft_of(hands.desk, 4).state == "in_review"
    assert "1 wait for approval" in message(hands)


def test_ending_it_withdraws_what_waits(hands: Hands) -> None:
    write(hands)
    assert hands.press(ids.HOLDING_END, hands.button(ids.HOLDING_END), DEE) == ""
    assert {draft_of(hands.desk, one).state for one in (1, 2, 3)} == {"withdrawn"}
    assert "Ended by Dee" in message(hands)


def test_a_form_without_words_for_everybody_keeps_what_was_typed(hands: Hands) -> None:
    hands.press(ids.HOLDING_WRITE, storm_button(hands), ANA)
    answer = hands.submit(ANA, **{ids.VARIANT_BLOCK: "  ", f"{ids.VARIANT_BLOCK}de": GERMAN})
    assert answer["response_action"] == "errors"


def test_a_foreign_audience_is_taken_for_those_who_wait(hands: Hands) -> None:
    assert write(hands, **{ids.AUDIENCE_SELECT: "the whole world"}) == {}
    assert hands.desk.store.holding_reply(1).audience == "waiting"

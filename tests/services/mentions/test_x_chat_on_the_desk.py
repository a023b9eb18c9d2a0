"""Encrypted messages of X Chat on a desk: a private case, an answer that goes out once, and one nobody could read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Author, PostRef
from bot.ports import Batch, Desk
from bot.rehearsal.door import served
from bot.rehearsal.x_chat import ChatServer, key_file
from bot.rehearsal.x_people import refused
from bot.services.mentions import intake
from bot.services.replies import sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import FakeClock, a_desk, a_post, our_post
from tests.gateways.test_x_chat import CONVO, connect
from tests.services.journey import WORDS, approve, case_card, clock, draft_of, only_case, send, written


@pytest.fixture
def server() -> ChatServer:
    return ChatServer()


@pytest.fixture
def desk(store: SqlStore, server: ChatServer, tmp_path: Path) -> Iterator[Desk]:
    with served(server.answer) as url:
        network = connect(url, key_file(tmp_path, server.us))
        yield a_desk(store, networks={("x", "900"): network}, clock=FakeClock(at=server.began + timedelta(hours=1)))


def poll(desk: Desk) -> None:
    intake.poll(desk, desk.networks["x", "900"], "chat", desk.clock.now())


def test_a_message_becomes_a_private_case_and_is_answered_there(desk: Desk, server: ChatServer) -> None:
    server.say("Where is my order 48213?")
    poll(desk)
    case = only_case(desk)
    assert (case.state, case.private, case.author.handle) == (CaseState.NEW, True, "priya_k")
    written(desk, 1)
    approve(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.SENT
    assert [text for _, text in server.read_by_them()] == [WORDS]
    poll(desk)
    assert only_case(desk).state == CaseState.PENDING
    server.say("Thanks, and the bill?")
    poll(desk)
    assert only_case(desk).state == CaseState.OPEN


def test_a_customer_cannot_change_what_we_wrote(desk: Desk, server: ChatServer) -> None:
    """The target of an edit is encrypted, so X cannot check whose message it is."""
    server.say("Where is my order 48213?")
    poll(desk)
    written(desk, 1)
    approve(desk)
    send(desk)
    poll(desk)
    [ours] = [number for number, _ in server.read_by_them()]
    forged = {"conversation_id": CONVO, "target_message_sequence_id": ours}
    server.take(server.them, server.them.client.encrypt_edit(None, "You get it all back.", **forged))
    poll(desk)
    assert [one.text for one in desk.store.mentions(1)] == ["Where is my order 48213?", WORDS]


def test_who_was_asked_in_public_and_writes_on_x_chat_stays_on_the_case(desk: Desk, server: ChatServer) -> None:
    network, now, priya = desk.networks["x", "900"], desk.clock.now(), Author(id="901", handle="priya_k")
    public = a_post("100", "Charged twice @northwind", ref=PostRef("x", "900", "100"), author=priya, at=now)
    said = our_post("150", "Please send us a private message.", to="100", root="100", at=now)
    asks = replace(said, ref=PostRef("x", "900", "150"), author=Author(id="900", handle="northwind"))
    intake.receive(desk, network, "mentions", Batch(posts=(public,)), now)
    intake.receive(desk, network, "own", Batch(posts=(asks,)), now)
    server.began = clock(desk).move(minutes=10)
    server.say("My order is 48213")
    poll(desk)
    assert [one.private for one in desk.store.mentions(only_case(desk).id)] == [False, False, True]


def test_a_lost_answer_goes_out_again_by_itself_as_the_same_message(desk: Desk, server: ChatServer) -> None:
    server.say("Where is my order 48213?")
    poll(desk)
    written(desk, 1)
    approve(desk)
    server.refuses = lambda call: refused(500, "Odd") if call.method == "POST" else None
    send(desk)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    server.refuses = lambda _: None
    for _ in range(30):
        sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
        sending.send_due(desk, desk.clock.now())
    assert draft_of(desk).state == DraftState.SENT
    posted = [one.raw for one in server.calls if one.method == "POST"]
    assert (len(posted), len(set(posted))) == (2, 1)
    assert [text for _, text in server.read_by_them()] == [WORDS]


def test_a_lost_answer_that_arrived_is_found_and_not_sent_again(desk: Desk, server: ChatServer) -> None:
    server.say("Where is my order 48213?")
    poll(desk)
    written(desk, 1)
    approve(desk)
    whole = server._posted
    server._posted = lambda convo, call: whole(convo, call) and refused(500, "Odd")  # type: ignore[method-assign]
    send(desk)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    sending.check_due_outcomes(desk, clock(desk).move(minutes=1))
    assert draft_of(desk).state == DraftState.SENT
    assert len([one for one in server.calls if one.method == "POST"]) == 1


def test_one_nobody_could_read_is_on_a_card_with_the_way_to_x(desk: Desk, server: ChatServer) -> None:
    server.spoil(server.say("a secret"))
    poll(desk)
    case = only_case(desk)
    assert (case.state, case.private, case.due_at is not None) == (CaseState.NEW, True, True)
    shown = read(case_card(desk))
    assert "This message is encrypted, and Heard could not read it. Please read it on X." in shown
    assert "https://x.com/i/chat/900-901" in str(case_card(desk).blocks)

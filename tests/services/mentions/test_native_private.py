"""A private message that a colleague wrote in the network's own app ends the wait; one of our own does not."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Author, Mention, PostRef, Side, private_root
from bot.domain.replies.draft import DraftKind
from bot.ports import Desk, OutcomeLost, SendOutcome
from bot.services.mentions.native_private import _as_draft, answered_in_private
from storage import SqlStore
from tests.fakes import NOON, FakeNetwork, a_desk, a_post
from tests.services.journey import (
    WORDS,
    approve,
    draft_of,
    only_case,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
    written,
)

ROOT = private_root("id-priya")


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store)


def theirs(number: str = "dm-1", minutes: int = 0, **facts: object) -> Mention:
    at = NOON + timedelta(minutes=minutes)
    usual = {"root_id": ROOT, "parent_id": None, "private": True}
    return a_post(number, "My order is 48213", at=at, **{**usual, **facts})


def ours(number: str = "dm-90", text: str = "It is on its way.", minutes: int = 5, **facts: object) -> Mention:
    return replace(
        theirs(number, minutes), text=text, side=Side.OURS, author=Author(id="42", handle="northwind"), **facts
    )


def private_case(desk: Desk) -> None:
    receive(desk, theirs(), stream="messages")


def test_a_native_private_answer_ends_the_wait(desk: Desk) -> None:
    private_case(desk)
    receive(desk, ours(), stream="messages")
    assert (only_case(desk).state, verbs(desk)[-1]) == (CaseState.PENDING, "answered_elsewhere")
    told = desk.store.mentions(1)[-1]
    assert (told.side, told.parent_id) == (Side.OURS, "dm-1")


def test_it_ends_the_wait_once_and_not_for_what_was_written_since(desk: Desk) -> None:
    private_case(desk)
    receive(desk, ours(), theirs("dm-2", 10), ours(), stream="messages")
    assert (only_case(desk).state, verbs(desk).count("answered_elsewhere")) == (CaseState.NEW, 1)
    receive(desk, ours("dm-91", minutes=7), stream="messages")  # it was listed late
    assert only_case(desk).state == CaseState.NEW


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"root_id": private_root("id-omar")},
        {"root_id": "in-conversation-without-people"},
        {"ref": PostRef("x", "43", "dm-90")},
        {"posted_at": NOON - timedelta(minutes=1)},
    ],
    ids=["another customer", "an unknown customer", "another account of ours", "before they wrote"],
)
def test_a_message_somewhere_else_ends_nothing(desk: Desk, elsewhere: dict[str, object]) -> None:
    private_case(desk)
    receive(desk, ours(**elsewhere), stream="messages")
    assert (only_case(desk).state, len(desk.store.mentions(1))) == (CaseState.NEW, 1)


def test_a_message_of_a_deleted_conversation_or_a_closed_case_is_kept_and_changes_nothing(desk: Desk) -> None:
    receive(desk, ours(), stream="messages")
    assert desk.store.mention_of("x", "dm-90") is not None
    assert desk.store.cases([1]) == []


def approved_privately(desk: Desk) -> None:
    private_case(desk)
    written(desk, 1)
    approve(desk)


def test_what_the_desk_sent_itself_is_no_native_answer(desk: Desk) -> None:
    approved_privately(desk)
    send(desk)
    before = verbs(desk)
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.PENDING)
    receive(desk, ours(street(desk).published[-1][0], WORDS), stream="messages")
    assert verbs(desk) == before


@dataclass
class ToldWhileItIsSent(FakeNetwork):
    """A network that tells of a message before the call that made it is answered."""

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        receive(self.desk, theirs("dm-2", 1), ours("9000", text, minutes=2), stream="messages")
        assert draft_of(self.desk).state == DraftState.SENDING
        return super().reply(target, text, key)


def test_what_the_desk_is_sending_is_no_native_answer_also_when_the_customer_wrote_meanwhile(store: SqlStore) -> None:
    network = ToldWhileItIsSent()
    network.desk = desk = a_desk(store, networks={("x", "42"): network})
    approved_privately(desk)
    send(desk)
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.SENT, CaseState.OPEN)
    assert "answered_elsewhere" not in verbs(desk)
    assert {one.ref.post_id for one in desk.store.mentions(1)} == {"dm-1", "dm-2", "9000"}


def test_a_reply_of_unknown_outcome_is_found_by_the_message_that_is_read(desk: Desk) -> None:
    approved_privately(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    receive(desk, theirs("dm-2", 1), ours("9000", WORDS, minutes=2), stream="messages")
    assert (draft_of(desk).state, "answered_elsewhere" in verbs(desk)) == (DraftState.SENT, False)


def test_other_words_than_those_of_unknown_outcome_are_a_native_answer(desk: Desk) -> None:
    approved_privately(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    receive(desk, ours("dm-91", "I called you just now.", minutes=2), stream="messages")
    assert (draft_of(desk).state, only_case(desk).state) == (DraftState.UNCONFIRMED, CaseState.PENDING)


def test_a_private_answer_to_a_public_post_is_known_before_the_network_answered(store: SqlStore) -> None:
    network = FakeNetwork()
    desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk)
    case = only_case(desk)
    draft = replace(draft_of(desk), kind=DraftKind.PRIVATE)
    found, reply = answered_in_private(desk, ours(text=WORDS))
    assert (found, reply.parent_id) == (None, None)  # a public reply is no private message
    assert _as_draft(desk, case, draft, ours(text=WORDS)) == replace(ours(text=WORDS), parent_id="100")

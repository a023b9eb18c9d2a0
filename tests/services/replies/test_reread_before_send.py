"""An approval that waited is compared with the network's present state before its reply goes out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.base.tables import DraftState, FactVerb
from bot.domain.mentions.mention import Mention, PostRef
from bot.ports import Batch, Desk, NetworkTrouble, SendOutcome
from bot.services.replies import sending
from storage import SqlStore
from tests.fakes import FakeNetwork, a_desk, a_post, our_post
from tests.services.journey import (
    WORDS,
    approve,
    approved,
    clock,
    draft_of,
    only_case,
    receive,
    street,
    verbs,
    written,
)

LATE = 61  # seconds


@dataclass
class ToldNetwork(FakeNetwork):
    """A network that knows which posts are deleted, and counts its calls."""

    gone: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)  # "fetch", "gone"
    asked: list[str] = field(default_factory=list)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        self.asked.append(stream)
        if {"fetch", stream} & self.unreadable:
            raise NetworkTrouble("X could not be reached.")
        yield from super().fetch(stream, cursor)

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        self.asked.extend(f"gone {one}" for one in post_ids)
        if "gone" in self.unreadable:
            raise NetworkTrouble("X could not be reached.")
        return [one for one in post_ids if one in self.gone]


@pytest.fixture
def network() -> ToldNetwork:
    return ToldNetwork()


@pytest.fixture
def desk(store: SqlStore, network: ToldNetwork) -> Desk:
    return a_desk(store, networks={("x", "42"): network})


def sent_after(desk: Desk, seconds: float) -> list[str]:
    """Run the sender so many seconds after the approval; return the public replies."""
    sending.send_due(desk, clock(desk).move(seconds=seconds))
    return [text for _, _, text in street(desk).published]


def test_a_fresh_approval_goes_out_without_a_question(desk: Desk, network: ToldNetwork) -> None:
    approved(desk)
    assert (sent_after(desk, 59), network.asked) == ([WORDS], [])


def test_an_approval_that_waited_goes_out_where_nothing_happened_meanwhile(desk: Desk, network: ToldNetwork) -> None:
    approved(desk)
    assert sent_after(desk, LATE) == [WORDS]
    assert network.asked == ["mentions", "own", "gone 100"]


def test_an_approval_from_before_the_clock_was_set_back_is_held_against_what_is_there(
    desk: Desk, network: ToldNetwork
) -> None:
    approved(desk)
    network.gone.add("100")
    assert sent_after(desk, -3_600) == []
    assert draft_of(desk).stale == "post_deleted"


def test_nothing_answers_a_post_that_was_deleted_meanwhile(desk: Desk, network: ToldNetwork) -> None:
    approved(desk)
    network.gone.add("100")
    assert sent_after(desk, LATE) == []
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, "post_deleted")
    assert only_case(desk).deleted_at is not None
    assert verbs(desk)[-1] == FactVerb.POST_DELETED


@pytest.mark.parametrize(
    ("post", "stream", "stale"),
    [
        (a_post("101", "never mind, it is here", root="100"), "mentions", "author_wrote"),
        (our_post("150", "Sorry, it is on its way", to="100", root="100"), "own", "answered_elsewhere"),
    ],
)
def test_what_was_said_meanwhile_comes_first(
    desk: Desk, network: ToldNetwork, post: Mention, stream: str, stale: str
) -> None:
    approved(desk)
    at = clock(desk).move(seconds=LATE)
    network.waiting[stream] = [Batch(posts=(replace(post, posted_at=at),))]
    assert sent_after(desk, 0) == []
    assert (draft_of(desk).state, draft_of(desk).stale) == (DraftState.IN_REVIEW, stale)


@pytest.mark.parametrize("unreadable", ["fetch", "gone"])
def test_a_network_that_cannot_be_read_stops_no_reply(desk: Desk, network: ToldNetwork, unreadable: str) -> None:
    approved(desk)
    network.unreadable.add(unreadable)
    assert sent_after(desk, LATE) == [WORDS]


def test_private_messages_that_are_refused_hide_no_deleted_post(desk: Desk, network: ToldNetwork) -> None:
    network.streams = ("mentions", "own", "messages")
    network.unreadable = {"messages"}
    approved(desk)
    network.gone.add("100")
    assert sent_after(desk, LATE) == []
    assert network.asked == ["mentions", "own", "messages", "gone 100"]


def two_approved(desk: Desk) -> None:
    receive(desk, a_post("100", "charged twice"), a_post("200", "charged twice", by="omar"))
    for case_id in (1, 2):
        written(desk, case_id)
        approve(desk, case_id)


def test_several_replies_that_waited_read_their_network_once(desk: Desk, network: ToldNetwork) -> None:
    two_approved(desk)
    assert len(sent_after(desk, LATE)) == 2
    assert network.asked == ["mentions", "own", "gone 100", "gone 200"]


def test_a_network_in_trouble_is_waited_for_once_and_not_per_reply(desk: Desk, network: ToldNetwork) -> None:
    two_approved(desk)
    network.unreadable.add("fetch")
    assert len(sent_after(desk, LATE)) == 2
    assert network.asked == ["mentions"]


@dataclass
class SlowNetwork(ToldNetwork):
    """A network on which every reply takes ten minutes."""

    desk: Desk | None = None

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        assert self.desk is not None
        clock(self.desk).move(minutes=10)
        return super().reply(target, text, key)


def test_a_fresh_approval_that_waited_behind_a_slow_reply_is_held_against_what_is_there_then(store: SqlStore) -> None:
    network = SlowNetwork(gone={"200"})
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    two_approved(desk)
    assert len(sent_after(desk, 0)) == 1
    assert draft_of(desk, 2).stale == "post_deleted"


def test_a_network_is_read_again_where_the_replies_before_took_minutes(store: SqlStore) -> None:
    network = SlowNetwork()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    two_approved(desk)
    assert len(sent_after(desk, LATE)) == 2
    assert network.asked == ["mentions", "own", "gone 100", "mentions", "own", "gone 200"]


def test_while_sending_is_held_nothing_is_asked(desk: Desk, network: ToldNetwork) -> None:
    approved(desk)
    held = replace(desk, policy=replace(desk.policy, sends=False))
    assert (sent_after(held, LATE), network.asked) == ([], [])

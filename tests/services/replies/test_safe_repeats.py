"""Where the network's key makes a repeat safe, a reply that it does not show is sent again by the desk."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.base.tables import DraftState, DraftVerb
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, NEVER_SAFE, SafeRepeat, VisibilityDelay
from bot.domain.replies.retries import TRIES
from bot.gateways.networks.bluesky import BlueskyNetwork
from bot.gateways.networks.certify.interference import SPOILED_CALLS, Interference
from bot.gateways.networks.own_account_only import ourselves
from bot.ports import Desk, OutcomeLost, ProvenAbsent, SendOutcome, Sent
from bot.rehearsal.bluesky import OUR_DID, PASSWORD, bluesky
from bot.services.mentions import intake
from bot.services.replies import sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import FakeNetwork, a_desk, a_post
from tests.services.journey import (
    ONCE,
    WORDS,
    approve,
    approved,
    case_card,
    clock,
    draft_of,
    published,
    receive,
    send,
    verbs,
    written,
)

QUICK = VisibilityDelay(
    shows_within=timedelta(minutes=1), apart=timedelta(), looks=(timedelta(), timedelta(minutes=1))
)


@dataclass
class Keyed(FakeNetwork):
    """A network that makes one post for one key, however often it is asked."""

    safe_repeat: SafeRepeat = ALWAYS_SAFE
    visibility_delay: VisibilityDelay = QUICK
    proves: bool = False  # whether it proves absence
    keys: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    once: bool = False  # whether the key does not help for these answers

    def sends_once(self, target: PostRef, key: str) -> bool:
        return self.once

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.asked.append(key)
        if key in self.keys and not self.outcomes:
            return Sent(self.keys[key], self.post_url(self.keys[key]))
        made = super().reply(target, text, key)
        if self.published:
            self.keys[key] = self.published[-1][0]
        return made

    def find_reply(self, *of: object) -> Sent | ProvenAbsent | None:  # type: ignore[override]
        return super().find_reply(*of) or (ProvenAbsent() if self.proves else None)  # type: ignore[arg-type]


def a_lost_reply(store: SqlStore, times: int = 1, **of: object) -> tuple[Desk, Keyed]:
    network = Keyed(outcomes=[OutcomeLost("The line was cut.")] * times, **of)  # type: ignore[arg-type]
    desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    return desk, network


def go_on(desk: Desk, minutes: int = 30) -> None:
    """Run the desk's own work for a while."""
    for _ in range(minutes * 2):
        sending.check_due_outcomes(desk, clock(desk).move(seconds=30))
        sending.send_due(desk, desk.clock.now())


def test_it_is_read_at_once_and_found(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, commits_first=True)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert (draft_of(desk).state, published(desk), len(network.asked)) == (DraftState.SENT, ONCE, 1)


@pytest.mark.parametrize("proves", [False, True])
def test_what_is_absent_is_sent_again_under_the_same_key(store: SqlStore, proves: bool) -> None:
    desk, network = a_lost_reply(store, proves=proves)
    go_on(desk)
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)
    assert len(network.asked) == 2
    assert len(set(network.asked)) == 1
    assert [one for one in verbs(desk) if one in {DraftVerb.SEND, DraftVerb.LOST, DraftVerb.ABSENT}] == [
        DraftVerb.SEND, DraftVerb.LOST, DraftVerb.ABSENT, DraftVerb.SEND,
    ]  # fmt: skip


def test_without_proof_it_is_not_sent_again_before_the_network_would_show_it(store: SqlStore) -> None:
    desk, network = a_lost_reply(store)
    sending.check_due_outcomes(desk, clock(desk).move(seconds=59))
    sending.send_due(desk, desk.clock.now())
    assert (draft_of(desk).state, len(network.asked)) == (DraftState.UNCONFIRMED, 1)


def test_a_repeat_is_left_to_a_person_where_what_makes_it_the_same_message_is_elsewhere(store: SqlStore) -> None:
    """One process decided that it may repeat; another one, without the kept message, is the first to send."""
    desk, network = a_lost_reply(store, proves=True)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert draft_of(desk).again_at is not None
    network.once = True
    go_on(desk)
    assert (draft_of(desk).state, draft_of(desk).again_at, len(network.asked)) == (DraftState.FAILED, None, 1)
    assert "could make a second message" in draft_of(desk).why


def test_an_answer_for_which_the_key_does_not_help_is_never_sent_again_by_the_desk(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, once=True)
    go_on(desk)
    assert (draft_of(desk).state, len(network.asked)) == (DraftState.UNCONFIRMED, 1)


def test_the_card_says_that_it_goes_out_once_more(store: SqlStore) -> None:
    desk, _ = a_lost_reply(store, proves=True)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert draft_of(desk).state == DraftState.FAILED
    assert "goes out once more by itself" in read(case_card(desk))


def test_a_reply_that_shows_late_is_one_post(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, commits_first=True, visible=False)
    go_on(desk, minutes=3)
    assert (draft_of(desk).state, published(desk), len(network.asked)) == (DraftState.SENT, ONCE, 2)


def test_after_some_tries_a_person_decides(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, times=20, proves=True)
    go_on(desk)
    assert (draft_of(desk).state, draft_of(desk).again_at) == (DraftState.FAILED, None)
    assert (len(network.asked), published(desk)) == (TRIES + 1, [])


@pytest.mark.parametrize("proves", [False, True])
@pytest.mark.parametrize("safe", [NEVER_SAFE, SafeRepeat(within=timedelta(seconds=30))])
def test_where_or_when_a_repeat_is_not_safe_a_person_decides(store: SqlStore, safe: SafeRepeat, proves: bool) -> None:
    desk, network = a_lost_reply(store, proves=proves, safe_repeat=safe)
    clock(desk).move(seconds=31)
    go_on(desk)
    assert draft_of(desk).state == (DraftState.FAILED if proves else DraftState.UNCONFIRMED)
    assert (len(network.asked), published(desk)) == (1, [])


def test_what_the_customer_wrote_since_keeps_it_from_going_out_again(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, proves=True)
    receive(desk, a_post("101", "never mind", root="100"))
    go_on(desk)
    assert (len(network.asked), published(desk)) == (1, [])


def test_a_clock_set_back_makes_no_repeat(store: SqlStore) -> None:
    desk, network = a_lost_reply(store, proves=True)
    clock(desk).move(hours=-2)
    go_on(desk, minutes=5)
    assert len(network.asked) == 1


@pytest.mark.parametrize("done", [False, True])
def test_on_bluesky_a_cut_answer_ends_in_one_post_by_itself(store: SqlStore, done: bool) -> None:
    cut = next(one for one in SPOILED_CALLS if one.name.startswith("hangs up") and one.done == done)
    with bluesky() as server, Interference(server.api_url) as between:
        network = ourselves(
            BlueskyNetwork(account=OUR_DID, handle=server.handle, password=PASSWORD, api_url=between.url)
        )
        desk = a_desk(store, networks={("bluesky", OUR_DID): network})
        server.say("Charged twice and nobody answers")
        intake.poll(desk, network, "mentions", desk.clock.now())
        written(desk, 1)
        approve(desk)
        between.spoil(lambda _, path: cut.play if path.endswith("createRecord") else None)
        send(desk)
        assert draft_of(desk).state == DraftState.UNCONFIRMED
        between.spoil(lambda *_: None)
        go_on(desk, minutes=2)
        assert draft_of(desk).state == DraftState.SENT
        assert [one.text for one in server.public()] == [WORDS]

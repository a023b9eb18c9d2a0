"""A customer's post that is hidden or shown again: with a reason, once, told as it is, and without ending a promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.policy import OwnAccount
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import DraftState
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.mentions.hiding import ON_THE_NETWORK, HidingState, is_hidden_now
from bot.ports import Batch, Desk, NotSent, OutcomeLost
from bot.services.mentions import intake
from bot.services.mentions.hiding import ask_to_hide, hideable, look_for_hidings
from tests.fakes import BEN, CARO, NOON, FakeNetwork, HidingNetwork, a_post
from tests.services.journey import a_case, approve, clock, draft_of, only_case, receive, send, street, verbs, written

WHY = "It names a neighbour."


@pytest.fixture
def hiding(desk: Desk) -> Desk:
    """A desk with a case whose post can be hidden."""
    there = replace(desk, networks={("x", "42"): HidingNetwork()})
    a_case(there)
    return there


def network(desk: Desk) -> HidingNetwork:
    there = street(desk)
    assert isinstance(there, HidingNetwork)
    return there


def ask(desk: Desk, *, hide: bool = True, reason: str = WHY) -> None:
    """Want the post hidden, and ask the network."""
    at = desk.clock.now()
    ask_to_hide(desk, 1, only_case(desk).latest, reason, hide=hide, by=BEN, at=at)(at)


def state(desk: Desk) -> tuple[HidingState, bool, bool]:
    """Return what came of the newest wish, whether the post is hidden here, and whether it is there."""
    hidings = desk.store.hidings(1)
    return hidings[-1].state, is_hidden_now(hidings, only_case(desk).latest), "100" in network(desk).hidden


def test_a_post_is_hidden_and_shown_again_and_our_promise_runs_on(hiding: Desk) -> None:
    owed = only_case(hiding).promise
    ask(hiding)
    assert state(hiding) == (HidingState.DONE, True, True)
    assert verbs(hiding)[-2:] == ["hide_asked", "hidden"]
    assert (only_case(hiding).promise, only_case(hiding).due_at) == (owed, owed.due_at if owed else None)
    with pytest.raises(Outdated, match="hidden on X already"):
        ask(hiding)
    ask(hiding, hide=False, reason="It does not.")
    assert state(hiding) == (HidingState.DONE, False, False)
    assert verbs(hiding)[-2:] == ["show_asked", "shown_again"]
    assert [(one.by, one.reason) for one in hiding.store.hidings(1)] == [(BEN, WHY), (BEN, "It does not.")]
    assert network(hiding).hide_calls == 2


def test_no_words_of_the_reason_are_in_the_trail(hiding: Desk) -> None:
    ask(hiding)
    assert "neighbour" not in str([line.facts for line in hiding.store.audit("case:1")])


def test_nothing_is_hidden_without_a_reason_or_twice_at_once(hiding: Desk) -> None:
    with pytest.raises(NotUsable, match="write why"):
        ask(hiding, reason=" \u200b")
    at = hiding.clock.now()
    ask_to_hide(hiding, 1, only_case(hiding).latest, WHY, hide=True, by=BEN, at=at)
    with pytest.raises(Outdated, match="being asked"):
        ask(hiding)
    assert network(hiding).hide_calls == 0


def test_only_those_who_answer_for_the_account_hide_its_posts(hiding: Desk) -> None:
    own = {("x", "42"): OwnAccount(name="support", approvers=frozenset({CARO}))}
    theirs = replace(hiding, policy=replace(hiding.policy, accounts=own))
    with pytest.raises(NotYours, match="Other approvers answer for this account"):
        ask(theirs)
    assert (verbs(theirs)[-1] != "hide_asked", network(theirs).hide_calls) == (True, 0)


def test_a_halt_and_a_network_that_hides_nothing_say_why(hiding: Desk) -> None:
    hiding.store.halt(Halt(kind=HaltKind.PAUSE, by=BEN, at=hiding.clock.now(), why="Ben paused all sending."))
    with pytest.raises(Outdated, match="Ben paused"):
        ask(hiding)
    network(hiding).hides = False
    with pytest.raises(Outdated, match="does not let us hide"):
        ask(hiding)
    assert verbs(hiding)[-1] != "hide_asked"
    plain = replace(hiding, networks={("x", "42"): FakeNetwork()})
    assert hideable(plain, only_case(plain), plain.store.mentions(1)) == []


def test_a_pause_between_the_press_and_the_call_keeps_the_post_as_it_is(hiding: Desk) -> None:
    at = hiding.clock.now()
    carry_out = ask_to_hide(hiding, 1, only_case(hiding).latest, WHY, hide=True, by=BEN, at=at)
    hiding.store.halt(Halt(kind=HaltKind.PAUSE, by=BEN, at=at, why="Ben paused all sending."))
    with pytest.raises(Outdated, match="Ben paused"):
        carry_out(at)
    assert network(hiding).hide_calls == 0


def test_a_refusal_is_told_to_whoever_asked_and_on_the_case(hiding: Desk) -> None:
    network(hiding).outcomes.append(NotSent("X says no."))
    with pytest.raises(Outdated, match="X says no"):
        ask(hiding)
    assert state(hiding) == (HidingState.REFUSED, False, False)
    ask(hiding)  # somebody may try again
    assert state(hiding) == (HidingState.DONE, True, True)


@pytest.mark.parametrize("done", [True, False])
def test_an_unknown_outcome_is_read_and_never_repeated_by_the_desk(hiding: Desk, done: bool) -> None:
    network(hiding).outcomes.append(OutcomeLost("No answer came."))
    network(hiding).commits_first = done
    if done:
        ask(hiding)
    else:
        with pytest.raises(Outdated, match="Nobody knows whether"):
            ask(hiding)
    for minutes in (2, 6, 20):
        look_for_hidings(hiding, clock(hiding).move(minutes=minutes))
    assert state(hiding) == ((HidingState.DONE, True, True) if done else (HidingState.REFUSED, False, False))
    assert network(hiding).hide_calls == 1


def test_a_network_that_does_not_tell_leaves_it_to_a_person(hiding: Desk) -> None:
    network(hiding).tells = False
    network(hiding).outcomes.append(OutcomeLost("No answer came."))
    with pytest.raises(Outdated, match="Please look on X"):
        ask(hiding)
    for _ in range(4):
        look_for_hidings(hiding, clock(hiding).move(minutes=10))
    assert hiding.store.hidings_to_look(clock(hiding).move(hours=9)) == []
    assert state(hiding)[0] == HidingState.UNKNOWN
    ask(hiding)
    assert state(hiding) == (HidingState.DONE, True, True)


@pytest.mark.parametrize("done", [True, False])
def test_a_wish_left_by_a_kill_is_read_back(hiding: Desk, done: bool) -> None:
    at = hiding.clock.now()
    ask_to_hide(hiding, 1, only_case(hiding).latest, WHY, hide=True, by=BEN, at=at)
    network(hiding).hidden |= {"100"} if done else set()
    for _ in range(4):
        look_for_hidings(hiding, clock(hiding).move(minutes=6))
    assert state(hiding) == ((HidingState.DONE, True, True) if done else (HidingState.REFUSED, False, False))
    assert network(hiding).hide_calls == 0


def told(desk: Desk, *, hidden: bool) -> None:
    batch = Batch(hidden={"100": hidden, "77": True}, cursor="9")
    intake.receive(desk, network(desk), "mentions", batch, desk.clock.now())


def test_what_somebody_hides_or_shows_on_the_network_is_followed_once(hiding: Desk) -> None:
    for _ in range(2):
        told(hiding, hidden=True)
        clock(hiding).move(minutes=5)
    assert (len(hiding.store.hidings(1)), hiding.store.hidings(1)[0].by) == (1, ON_THE_NETWORK)
    told(hiding, hidden=False)
    assert not is_hidden_now(hiding.store.hidings(1), only_case(hiding).latest)
    assert verbs(hiding)[-2:] == ["hidden", "shown_again"]


def test_a_list_that_was_read_before_a_change_does_not_undo_it(hiding: Desk) -> None:
    ask(hiding)
    told(hiding, hidden=False)
    assert state(hiding)[1]


def test_only_public_posts_of_the_customer_that_are_there_can_be_hidden(hiding: Desk) -> None:
    receive(hiding, a_post("101", "and now?", root="100", at=NOON + timedelta(minutes=1)))
    case = only_case(hiding)
    mentions = hiding.store.mentions(1)
    assert [one.ref.post_id for one in hideable(hiding, case, mentions)] == ["101", "100"]
    private, gone = replace(mentions[0], private=True), replace(mentions[1], deleted_at=NOON)
    assert hideable(hiding, case, [private, gone]) == []


@pytest.mark.parametrize("taken", [True, False])
def test_a_reply_under_a_hidden_post_goes_out_where_the_network_takes_it(hiding: Desk, taken: bool) -> None:
    network(hiding).answers_hidden = taken
    ask(hiding)
    written(hiding, 1)
    approve(hiding)
    send(hiding)
    assert draft_of(hiding).state == (DraftState.SENT if taken else DraftState.FAILED)
    if not taken:
        assert "takes no reply to a comment that is hidden" in draft_of(hiding).why
        assert network(hiding).published == []

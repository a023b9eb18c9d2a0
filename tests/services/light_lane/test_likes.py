"""Likes: written down before the network is called, repeated without harm, and never said to be there on a guess."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts.holds import Limit
from bot.domain.base.policy import OwnAccount
from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.light_lane.light_mention import LIKE_TRIES, LightMention, LightState, LightVerb, words_mark
from bot.domain.mentions.mention import PostRef
from bot.ports import Batch, Desk, NotSent, OutcomeLost
from bot.services.erasure import erasing
from bot.services.light_lane import deciding, likes
from bot.services.mentions import intake
from storage import SqlStore
from tests.fakes import BEN, CARO, a_desk, a_post
from tests.services.journey import clock
from tests.services.light_lane.scenes import THANKS, LikingNetwork, light, shown, state_of


@pytest.fixture
def network() -> LikingNetwork:
    return LikingNetwork()


@pytest.fixture
def desk(store: SqlStore, network: LikingNetwork) -> Desk:
    return a_desk(store, networks={("x", "42"): network})


def now(desk: Desk) -> LightMention:
    found = state_of(desk)
    assert found is not None
    return found


def liked(desk: Desk, by: str = BEN) -> LightMention:
    found = light(desk)
    likes.like(desk, found.mention, by=by, at=desk.clock.now())
    return found


def test_a_like_is_written_down_before_the_network_is_called(desk: Desk, network: LikingNetwork) -> None:
    found = liked(desk)
    assert (now(desk).state, now(desk).by, network.liked) == (LightState.LIKING, BEN, [])
    assert "Ben likes 1, not confirmed yet" in shown(desk).text
    assert likes.carry_out_like(desk, found.mention, desk.clock.now())
    assert (now(desk).state, network.liked) == (LightState.LIKED, ["700"])
    assert "Ben liked 1" in shown(desk).text


def test_a_like_that_a_kill_left_is_carried_out_by_the_next_look(desk: Desk, network: LikingNetwork) -> None:
    liked(desk)
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert (now(desk).state, network.liked) == (LightState.LIKED, ["700"])
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert network.liked == ["700"]


def test_a_lost_answer_is_no_like_until_the_network_says_so(desk: Desk, network: LikingNetwork) -> None:
    network.like_outcomes = [OutcomeLost("X was called, but no complete answer came back.")]
    found = liked(desk)
    likes.carry_out_like(desk, found.mention, desk.clock.now())
    assert now(desk).state == LightState.LIKING
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert (now(desk).state, network.liked) == (LightState.LIKED, ["700", "700"])


def test_a_network_that_never_answers_is_left_to_a_person_who_is_told_so(desk: Desk, network: LikingNetwork) -> None:
    network.like_outcomes = [OutcomeLost("X was called, but no complete answer came back.")] * (LIKE_TRIES + 1)
    liked(desk)
    for _ in range(LIKE_TRIES + 2):
        deciding.tend(desk, clock(desk).move(minutes=1))
    assert (now(desk).state, len(network.liked)) == (LightState.WAITING, LIKE_TRIES)
    assert "Nobody knows whether the like is there" in str(shown(desk).blocks)


def test_a_refused_like_waits_again_and_says_why(desk: Desk, network: LikingNetwork) -> None:
    network.like_outcomes = [NotSent("X says that the post is gone.")]
    found = liked(desk)
    likes.carry_out_like(desk, found.mention, desk.clock.now())
    assert now(desk).state == LightState.WAITING
    assert "X says that the post is gone." in str(shown(desk).blocks)


def test_nothing_is_liked_while_nothing_may_go_out(desk: Desk, network: LikingNetwork) -> None:
    found = liked(desk)
    desk.take_over(replace(desk.policy, sends=False))
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert (now(desk).state, network.liked) == (LightState.LIKING, [])
    with pytest.raises(NotUsable, match="Nothing goes out at the moment"):
        likes.like(desk, found.mention, by=CARO, at=desk.clock.now())


def test_a_like_that_waits_is_not_given_to_words_that_were_changed_since(desk: Desk, network: LikingNetwork) -> None:
    found = light(desk, text=THANKS)
    likes.like(desk, found.mention, by=BEN, at=desk.clock.now(), mark=words_mark(THANKS))
    edit = a_post("700", "@northwind thank you all", by="tom", at=desk.clock.now())
    intake.take_in_edit(desk, edit, desk.clock.now())
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert (now(desk).state, network.liked) == (LightState.WAITING, [])
    assert "Its author changed the words" in now(desk).why
    with pytest.raises(Outdated, match="changed the post since you were shown it"):
        likes.like(desk, found.mention, by=BEN, at=desk.clock.now(), mark=words_mark(THANKS))


@pytest.mark.parametrize(("erased", "said"), [(False, "1 deleted by its author"), (True, "The desk set aside 1")])
def test_a_like_that_waits_is_not_called_for_once_its_post_is_gone(
    desk: Desk, network: LikingNetwork, *, erased: bool, said: str
) -> None:
    at = desk.clock.now()
    liked(desk)
    if erased:
        erasing.erase_author(desk, "x", desk.store.mention(1).author.id, at)
    else:
        intake.receive(desk, network, "mentions", Batch(deletions=("700",)), at)
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert network.liked == []
    assert desk.store.light(1).state == LightState.SET_ASIDE  # type: ignore[union-attr]
    assert said in shown(desk).text
    with pytest.raises(Outdated, match="This post is gone"):
        likes.like(desk, 1, by=BEN, at=desk.clock.now())


@pytest.mark.parametrize("by_age", [False, True])
def test_one_that_waits_leaves_the_list_when_its_author_is_erased_or_it_is_too_old(
    desk: Desk, *, by_age: bool
) -> None:
    light(desk)
    at = clock(desk).move(days=2)
    if by_age:
        desk.store.erase_without_case(at, at, 9)
    else:
        erasing.erase_author(desk, "x", desk.store.mention(1).author.id, at)
    assert desk.store.light(1).state == LightState.SET_ASIDE  # type: ignore[union-attr]
    assert ("(erased)" in shown(desk).text, "The desk set aside 1" in shown(desk).text) == (False, True)
    lines = [(one.verb, one.by) for one in desk.store.audit("desk") if one.verb == LightVerb.SET_ASIDE]
    assert lines == [("light_set_aside", "desk")]


def test_a_network_without_likes_is_a_link(store: SqlStore) -> None:
    desk = a_desk(store)
    found = light(desk)
    assert "Like on X" in str(shown(desk).blocks)
    with pytest.raises(NotUsable, match="X does not let apps like this"):
        likes.like(desk, found.mention, by=BEN, at=desk.clock.now())


def test_of_two_who_like_at_once_one_wins_and_the_other_is_told_who(desk: Desk) -> None:
    found = liked(desk)
    with pytest.raises(Outdated, match=f"<@{BEN}> likes this one already"):
        likes.like(desk, found.mention, by=CARO, at=desk.clock.now())


def test_what_somebody_opens_while_the_like_is_on_its_way_stays_open(desk: Desk, network: LikingNetwork) -> None:
    found = liked(desk)
    deciding.open_as_case(desk, found.mention, by=CARO, at=desk.clock.now())
    assert not likes.carry_out_like(desk, found.mention, desk.clock.now())
    assert (now(desk).state, network.liked) == (LightState.OPENED, [])
    assert not desk.store.cases([1])[0].draft


def test_only_the_approvers_of_an_account_like_in_its_name(desk: Desk) -> None:
    own = {key: OwnAccount(name="support", approvers=frozenset({CARO})) for key in desk.networks}
    desk.take_over(replace(desk.policy, accounts=own))
    with pytest.raises(NotYours, match="Other approvers answer for this account"):
        liked(desk, BEN)
    liked(desk, CARO)
    assert now(desk).state == LightState.LIKING


def test_likes_that_wait_with_a_held_account_do_not_delay_those_of_another(
    store: SqlStore, network: LikingNetwork
) -> None:
    other = LikingNetwork(account="43")
    desk = a_desk(store, networks={("x", "42"): network, ("x", "43"): other})
    network.like_outcomes = [NotSent("X asks us to slow down.", retry_after=timedelta(hours=1), limit=Limit.PACE)]
    for number in range(likes.AT_ONCE):
        found = light(desk, str(700 + number), by=f"person{number}")
        likes.like(desk, found.mention, by=BEN, at=desk.clock.now())
    found = light(desk, "900", ref=PostRef("x", "43", "900"))
    likes.like(desk, found.mention, by=BEN, at=desk.clock.now())
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert len(network.liked) == 1
    deciding.tend(desk, clock(desk).move(minutes=1))
    assert (len(network.liked), other.liked) == (1, ["900"])
    deciding.tend(desk, clock(desk).move(hours=1))
    assert len(network.liked) == 1 + likes.AT_ONCE

"""What was read, told and sent is counted once, with what it stores; leads hear once before the credit ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.accounts.spending import Charge, Credit, SpendingPolicy
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import PostRef
from bot.ports import Batch, Desk, NotSent, OutOfService
from bot.services.accounts import spending
from bot.services.mentions import intake, streamed
from bot.services.mentions.connections import connections
from bot.services.replies import by_hand, correcting, review, sending
from storage import SqlStore
from tests.blocks.reading import plainly
from tests.fakes import ANA, BEN, LEADS, NOON, POLICY, FakeNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import (
    approve,
    approved,
    attempt_of,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    notices,
    receive,
    send,
    street,
    unconfirmed,
    written,
)

TODAY = NOON.date()


def charged(desk: Desk, network: str = "x") -> dict[str, int]:
    return {one.charge.value: one.count for one in desk.store.charges(network, "", TODAY)}


def with_credit(store: SqlStore, dollars: float) -> Desk:
    policy = SpendingPolicy(credits={"x": Credit(dollars, TODAY)})
    return a_desk(store, policy=replace(POLICY, spending=policy))


def test_posts_and_authors_are_counted_once_however_often_they_are_read(desk: Desk) -> None:
    posts = [a_post("1", "Late"), a_post("2", "Lost"), a_post("3", "Broken", by="omar")]
    for _ in range(3):
        receive(desk, *posts)
    receive(desk, our_post("4", "We look.", to="1", root="1"), stream="own")
    assert charged(desk) == {"post": 4, "author": 2}


def test_a_post_that_is_told_costs_the_poll_that_reads_it_once_more_too(desk: Desk) -> None:
    """Its event is counted where it comes in: see tests/handlers/test_streaming.py."""
    streamed.take_in_told(desk, street(desk), [a_post("1", "Late")], NOON)
    assert charged(desk) == {"post": 1, "author": 1}


def test_replies_are_counted_with_their_price_also_where_nobody_knows_the_outcome(desk: Desk) -> None:
    unconfirmed(desk)
    receive(desk, a_post("200", "Still late", by="omar"))
    written(desk, 2, text="Please see northwind.example/help, and tell us there. ^AN")
    review.approve(desk, 2, version=1, seen=draft_of(desk, 2).seen, by=BEN, at=desk.clock.now(), sure=True)
    send(desk)
    assert {name: count for name, count in charged(desk).items() if "reply" in name} == {"reply": 1, "link_reply": 1}


def test_a_reply_is_counted_once_whose_answer_comes_after_it_was_given_up(desk: Desk) -> None:
    approved(desk)

    class Slow(FakeNetwork):
        def reply(self, *of: object) -> object:  # type: ignore[override]
            answer = super().reply(*of)  # type: ignore[arg-type]
            sending.recover_late(desk, clock(desk).move(minutes=3))
            return answer

    sending.send_due(replace(desk, networks={("x", "42"): Slow()}), desk.clock.now())
    assert (draft_of(desk).state, charged(desk)["reply"]) == (DraftState.SENT, 1)


def test_a_reply_that_is_found_before_it_is_sent_again_is_not_counted_once_more(desk: Desk) -> None:
    unconfirmed(desk, public=True)
    street(desk).readable = False
    clock(desk).move(hours=1)
    everybody_is_known(desk)
    sending.check_due_outcomes(desk, desk.clock.now())
    by_hand.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now(), on_word=True)
    street(desk).readable = True
    again = draft_of(desk)
    by_hand.send_again(desk, again.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert (draft_of(desk).state, len(street(desk).published)) == (DraftState.SENT, 1)
    assert charged(desk)["reply"] == 1


def test_private_messages_have_their_own_prices_also_with_a_link(desk: Desk) -> None:
    street(desk).streams = ("mentions", "own", "messages")
    receive(desk, a_post("100", "My parcel is late", private=True), stream="messages")
    written(desk, 1, text="Please see northwind.example/help, and tell us. ^AN")
    assert approve(desk).draft is not None  # nobody is asked whether the link has to stay
    send(desk)
    kinds = ("message", "author", "message_reply", "post", "event", "reply", "link_reply")
    assert [charged(desk).get(one, 0) for one in kinds] == [1, 1, 1, 0, 0, 0, 0]


def test_what_was_certainly_not_sent_costs_nothing(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    assert "reply" not in charged(desk)


def test_a_reply_that_is_taken_back_is_charged_once(desk: Desk) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)
    send(desk)
    assert street(desk).taken_back == ["9000"]
    assert charged(desk)["reply"] == 1


def test_a_network_that_costs_nothing_is_not_counted(store: SqlStore) -> None:
    network = FakeNetwork(name="mastodon")
    desk = a_desk(store, networks={("mastodon", "42"): network})
    post = a_post("1", "Late", ref=PostRef("mastodon", "42", "1"))
    intake.receive(desk, network, "mentions", Batch(posts=(post,)), NOON)
    assert charged(desk, "mastodon") == {}
    assert connections(desk, NOON)[0].budget == ""


def test_a_batch_that_is_not_stored_is_not_counted(store: SqlStore) -> None:
    desk = a_desk(BreakingStore(store, move_cursor=always(OutOfService("disk full"))))  # type: ignore[arg-type]
    with pytest.raises(OutOfService):
        receive(desk, a_post("1", "Late"), cursor="1")
    assert charged(a_desk(store)) == {}


def test_prices_of_the_configuration_count_in_place_of_the_usual_ones(store: SqlStore) -> None:
    prices = {"x": {Charge.POST: 1.0}}
    desk = a_desk(store, policy=replace(POLICY, spending=SpendingPolicy(prices=prices)))
    receive(desk, a_post("1", "Late"))
    assert connections(desk, NOON)[0].budget == "$1.01 this month"


def test_an_account_says_what_it_cost_and_when_the_shared_credit_ends(store: SqlStore) -> None:
    desk = with_credit(store, 10.0)
    desk.store.add_charges("x", "42", TODAY, {Charge.LINK_REPLY: 10})
    desk.store.add_charges("x", "43", TODAY, {Charge.LINK_REPLY: 10})
    assert connections(desk, NOON)[0].budget == "$2.00 this month; at this pace the credit ends on Wednesday"


def test_leads_are_told_once_some_days_before_a_credit_ends(store: SqlStore) -> None:
    desk = with_credit(store, 10.0)
    desk.store.add_charges("x", "42", TODAY, {Charge.LINK_REPLY: 5})
    assert (spending.foretell(desk, NOON), notices(desk)) == (0, [])
    for day in range(1, 9):
        desk.store.add_charges("x", "42", TODAY + timedelta(days=day), {Charge.LINK_REPLY: 5})
        spending.foretell(desk, clock(desk).move(hours=24))
    [(room, said)] = notices(desk)
    assert room == LEADS
    assert plainly(said).startswith("X: $7.00 of the credit of $10.00 are used, and at this pace it ends on")


def test_without_a_credit_nothing_is_foretold(desk: Desk) -> None:
    desk.store.add_charges("x", "42", TODAY, {Charge.LINK_REPLY: 5_000})
    assert (spending.foretell(desk, NOON), notices(desk)) == (0, [])

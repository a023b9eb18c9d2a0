"""Once a month leads are offered a sample of what was set aside, and what they say of it is counted."""

from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.do_not_feed.sample import picked
from bot.domain.light_lane.light_mention import LightState
from bot.services.do_not_feed import sampling
from bot.services.light_lane import deciding
from storage import SqlStore
from tests.fakes import ANA, CARO, a_desk, a_post
from tests.handlers.pressing import Hands, elements
from tests.handlers.test_do_not_feed import ONLY_MINE
from tests.services.do_not_feed.test_set_aside import BAIT, later, set_aside
from tests.services.journey import clock, everybody_is_known, receive
from tests.services.light_lane.scenes import light, state_of


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    """Return a desk in the month after a troll, a further post of theirs, and light praise were set aside."""
    found = Hands(a_desk(store))
    desk = found.desk
    receive(desk, a_post("100", BAIT))
    set_aside(desk, until=desk.clock.now() + timedelta(days=300))
    later(desk, "200", "clowns again @northwind")
    post = light(desk, "700")
    deciding.set_light_aside(desk, post.mention, by=ANA, at=desk.clock.now())
    clock(desk).move(days=31)
    everybody_is_known(desk)
    return found


def offered(hands: Hands) -> int:
    many = sampling.tell_sample(hands.desk, hands.desk.clock.now(), "seed")
    hands.publish()
    return many


def in_leads(hands: Hands) -> list[str]:
    return [one.text for (room, _), one in hands.chat.messages.items() if room == "C0LEADS"]


def open_page(hands: Hands) -> None:
    hands.press(ids.SAMPLE_SHOW, hands.button(ids.SAMPLE_SHOW), CARO, container=ONLY_MINE)


def said(hands: Hands, action_id: str, by: str = CARO) -> str:
    """Press the first such button of the page that was shown last; return what is shown then."""
    value = next(one["value"] for one in elements(hands.chat.whispers[-1].blocks) if one["action_id"] == action_id)
    return hands.press(action_id, value, by, container=ONLY_MINE)


def test_it_is_offered_once_a_month_to_the_leads(hands: Hands) -> None:
    assert [offered(hands), offered(hands)] == [3, 0]
    (text,) = in_leads(hands)
    assert "March 2026: 3 were set aside" in text
    clock(hands.desk).move(days=31)
    assert offered(hands) == 0
    newest = hands.desk.store.newest_sample()
    assert newest is not None
    assert (newest.month, newest.count()) == ("2026-04", 0)


def test_it_can_be_made_again_from_its_seed(hands: Hands) -> None:
    offered(hands)
    sample = hands.desk.store.newest_sample()
    assert sample is not None
    now = hands.desk.clock.now()
    found = hands.desk.store.set_aside_within(now - timedelta(days=40), now)
    items = hands.desk.store.open_sample_items(sample.id, 10)
    assert [(one.reason, one.case, one.mention) for one in items] == [
        (one.reason, one.case, one.mention) for one in picked(found, sample.seed)
    ]
    line = next(one for one in hands.desk.store.audit("desk") if one.verb == "aside_sampled")
    assert line.facts == {"sample": 1, "seed": "seed", "many": 3, "of": 3}


def test_what_should_have_been_answered_comes_back_whatever_it_was(hands: Hands) -> None:
    offered(hands)
    open_page(hands)
    for _ in range(3):
        said(hands, ids.SAMPLE_MISSED)
    desk = hands.desk
    assert desk.store.case(1).state == CaseState.NEW
    known = desk.store.mention_of("x", "200")
    assert known is not None
    assert desk.store.case(known[1]).state == CaseState.NEW
    light_one = state_of(desk)
    assert light_one is not None
    assert light_one.state == LightState.OPENED
    hands.publish()
    assert "3 should have been answered and came back (chatter 1, troll 2)" in " ".join(in_leads(hands))


def test_what_was_right_stays_and_the_result_is_said_at_the_end(hands: Hands) -> None:
    offered(hands)
    open_page(hands)
    assert "1 of 3 looked at, 1 right" in said(hands, ids.SAMPLE_RIGHT)
    said(hands, ids.SAMPLE_RIGHT)
    assert "3 of 3 looked at, 3 right, 0 should" in said(hands, ids.SAMPLE_RIGHT)
    hands.publish()
    assert "3 of 3 set aside were looked at again; all were right" in " ".join(in_leads(hands))
    assert hands.desk.store.case(1).state == CaseState.DISMISSED
    verbs = [(one.verb, one.by) for one in hands.desk.store.audit("desk")]
    assert verbs.count(("aside_audited", CARO)) == 3


def test_only_leads_look_and_of_two_one_decides(hands: Hands) -> None:
    offered(hands)
    button = hands.button(ids.SAMPLE_SHOW)
    assert "Only leads" in hands.press(ids.SAMPLE_SHOW, button, ANA)
    open_page(hands)
    page = hands.chat.whispers[-1]
    value = next(one["value"] for one in elements(page.blocks) if one["action_id"] == ids.SAMPLE_RIGHT)
    assert "Only leads" in hands.press(ids.SAMPLE_MISSED, value, ANA)
    hands.press(ids.SAMPLE_RIGHT, value, CARO)
    assert "looked at this one already" in hands.press(ids.SAMPLE_MISSED, value, CARO)
    assert hands.desk.store.case(1).state == CaseState.DISMISSED


def test_one_that_came_back_meanwhile_stays_as_it_is(hands: Hands) -> None:
    offered(hands)
    open_page(hands)
    receive(hands.desk, a_post("101", "smoke @northwind", root="100", at=hands.desk.clock.now()))
    for _ in range(3):
        said(hands, ids.SAMPLE_MISSED)
    assert hands.desk.store.case(1).state == CaseState.NEW


def test_a_deleted_post_is_shown_without_words(hands: Hands) -> None:
    offered(hands)
    known = hands.desk.store.mention_of("x", "200")
    assert known is not None
    hands.desk.store.mark_deleted(known[0].id, hands.desk.clock.now())
    open_page(hands)
    assert "clowns again" not in hands.chat.whispers[-1].text


def test_every_reason_of_a_case_can_be_in_it(store: SqlStore) -> None:
    desk = a_desk(store)
    for number, kind in enumerate(AsideKind):
        receive(desk, a_post(str(500 + number), BAIT, by=f"author{number}"))
        set_aside(desk, number + 1, kind=kind)
    clock(desk).move(days=31)
    assert sampling.tell_sample(desk, desk.clock.now()) == len(AsideKind)
    sample = desk.store.newest_sample()
    assert sample is not None
    assert {reason for reason, _ in sample.counts} == {str(one) for one in AsideKind}

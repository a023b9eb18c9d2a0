"""Where the topic asks for two people, a case goes on until a second person agrees that it is set aside."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotYours
from bot.domain.base.tables import CaseState
from bot.domain.do_not_feed.aside import AsideKind, FeedPolicy
from bot.services.cases import casework
from bot.services.do_not_feed import two_people
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, NOON, a_desk
from tests.handlers.pressing import Hands
from tests.handlers.test_do_not_feed import ONLY_MINE, value_in
from tests.services.do_not_feed.test_set_aside import later
from tests.services.journey import a_case, clock, everybody_is_known

TEXT = "You charged me, clowns @northwind"  # topic: billing


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    found = Hands(a_desk(store))
    rules = FeedPolicy(two_people=frozenset({"billing"}))
    found.desk.take_over(replace(found.desk.policy, do_not_feed=rules))
    a_case(found.desk, TEXT)
    return found


def asked_for(hands: Hands, by: str = ANA, term: str = "168") -> None:
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE), by)
    assert hands.submit(by, **{ids.REASON_SELECT: "bait", ids.TERM_SELECT: term}) == {}


def state(hands: Hands) -> CaseState:
    return hands.desk.store.case(1).state


def desk_lines(hands: Hands) -> list[tuple[str, str]]:
    return [(one.verb, one.by) for one in hands.desk.store.audit("desk") if one.verb.startswith("aside")]


def told(hands: Hands, who: str) -> str:
    hands.publish()
    return " ".join(one.text for (room, _), one in hands.chat.messages.items() if room == f"D{who[1:]}")


def test_until_a_second_person_agrees_the_case_and_its_promise_go_on(hands: Hands) -> None:
    due = hands.desk.store.case(1).due_at
    asked_for(hands)
    assert "A second person is asked" in str(hands.chat.views[-1])
    case = hands.desk.store.case(1)
    assert (case.state, case.due_at) == (CaseState.NEW, due)
    assert hands.desk.store.aside_count() == 0
    later(hands.desk, "200", TEXT)
    assert hands.desk.store.case(2).state == CaseState.NEW, "what its author writes is looked at as before"
    assert desk_lines(hands) == [("aside_asked", ANA)]


def test_one_approver_is_told_and_decides_from_there(hands: Hands) -> None:
    asked_for(hands)
    assert "asks to set case 1 aside" in told(hands, BEN) + told(hands, CARO)
    assert hands.press(ids.ASIDE_POSTS, hands.button(ids.ASIDE_POSTS), BEN, container=ONLY_MINE) != ""
    shown = hands.chat.whispers[-1]
    assert "To be set aside: Case 1" in shown.text
    assert "Ana asks, a second person decides" in shown.text
    hands.press(ids.ASIDE_AGREE, value_in({"blocks": shown.blocks}, ids.ASIDE_AGREE), BEN, container=ONLY_MINE)
    assert state(hands) == CaseState.DISMISSED
    (aside,) = hands.desk.store.asides()
    assert (aside.asked_by, aside.by, aside.kind, aside.until) == (
        ANA,
        BEN,
        AsideKind.TROLL,
        NOON + timedelta(days=7),
    )
    assert hands.desk.store.audit("case:1")[-1].by == BEN
    assert "Ben set case 1 aside" in told(hands, BEN) + told(hands, CARO)


def test_whoever_asked_does_not_decide_it(hands: Hands) -> None:
    asked_for(hands, BEN)
    value = value_in(hands.command("set-aside", BEN), ids.ASIDE_AGREE)
    assert "a second person decides" in hands.press(ids.ASIDE_AGREE, value, BEN)
    assert state(hands) == CaseState.NEW
    hands.press(ids.ASIDE_AGREE, value, CARO)
    assert state(hands) == CaseState.DISMISSED


def test_only_who_may_approve_agrees(hands: Hands) -> None:
    asked_for(hands)
    value = value_in(hands.command("set-aside"), ids.ASIDE_AGREE)
    assert "approve" in hands.press(ids.ASIDE_AGREE, value, DEE)
    assert state(hands) == CaseState.NEW


def test_anybody_on_the_team_lets_it_go_on_and_it_can_be_asked_again(hands: Hands) -> None:
    asked_for(hands)
    answer = hands.command("set-aside", DEE)
    agree = value_in(answer, ids.ASIDE_AGREE)
    assert "Nobody is set aside" in hands.press(
        ids.ASIDE_DECLINE, value_in(answer, ids.ASIDE_DECLINE), DEE, container=ONLY_MINE
    )
    assert "decided already" in hands.press(ids.ASIDE_AGREE, agree, BEN)
    assert desk_lines(hands) == [("aside_asked", ANA), ("aside_declined", DEE)]
    asked_for(hands)
    assert len(hands.desk.store.asides_asked()) == 1


def test_it_is_asked_once_and_two_who_agree_set_it_aside_once(hands: Hands) -> None:
    asked_for(hands)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE), DEE)
    answer = hands.submit(DEE, **{ids.REASON_SELECT: "bait", ids.TERM_SELECT: "24"})
    assert "asked already" in str(answer)
    value = value_in(hands.command("set-aside"), ids.ASIDE_AGREE)
    hands.press(ids.ASIDE_AGREE, value, BEN)
    assert "decided already" in hands.press(ids.ASIDE_AGREE, value, CARO)


def test_a_case_that_ends_in_another_way_asks_nobody_any_more(hands: Hands) -> None:
    asked_for(hands)
    casework.solve(hands.desk, 1, by=DEE, at=hands.desk.clock.now())
    assert hands.desk.store.asides_asked() == []
    assert state(hands) == CaseState.SOLVED


def test_a_term_that_is_over_is_not_agreed_to(hands: Hands) -> None:
    asked_for(hands, term="24")
    clock(hands.desk).move(days=2)
    everybody_is_known(hands.desk)
    assert "is over" in hands.press(ids.ASIDE_AGREE, value_in(hands.command("set-aside"), ids.ASIDE_AGREE), BEN)
    assert state(hands) == CaseState.NEW


def test_no_other_way_sets_such_a_case_aside_alone(hands: Hands) -> None:
    for asked_by in ("", BEN):
        with pytest.raises(NotYours, match="second person"):
            casework.set_aside(
                hands.desk, 1, by=BEN, at=NOON, reason="", until=NOON + timedelta(days=1), asked_by=asked_by
            )


def test_another_topic_needs_one_person(hands: Hands) -> None:
    later(hands.desk, "300", "clowns @northwind", by="tom")
    facts = {"reason": "", "until": NOON + timedelta(days=1), "kind": AsideKind.TROLL}
    assert two_people.put_aside(hands.desk, 2, by=ANA, at=NOON, **facts)  # type: ignore[arg-type]
    assert hands.desk.store.case(2).state == CaseState.DISMISSED


def test_where_nobody_else_may_decide_the_leads_are_told(hands: Hands) -> None:
    hands.desk.take_over(
        replace(hands.desk.policy, roster=replace(hands.desk.policy.roster, approvers=frozenset({BEN})))
    )
    asked_for(hands, BEN)
    hands.publish()
    assert [room for (room, _), one in hands.chat.messages.items() if "asks to set" in one.text] == ["C0LEADS"]

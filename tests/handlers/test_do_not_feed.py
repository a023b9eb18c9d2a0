"""Setting aside from the form, the list of `/care set-aside`, and its buttons."""

from typing import Any

import pytest

from bot.blocks.base import ids
from bot.blocks.base.aside_choices import REASONS
from bot.domain.base.tables import CaseState
from bot.domain.do_not_feed.aside import AsideKind
from storage import SqlStore
from tests.fakes import ANA, BEN, STAN, a_desk
from tests.handlers.pressing import Hands, elements
from tests.services.do_not_feed.test_set_aside import BAIT, later, set_aside
from tests.services.journey import a_case, everybody_is_known

ONLY_MINE = {"type": "message", "channel_id": "C0CARE", "message_ts": "9.000100", "is_ephemeral": True}


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    found = Hands(a_desk(store))
    a_case(found.desk, BAIT)
    return found


def value_in(answer: dict[str, Any], action_id: str) -> str:
    return next(one["value"] for one in elements(answer["blocks"]) if one["action_id"] == action_id)


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        ("bait", AsideKind.TROLL),
        ("spam", AsideKind.SPAM),
        ("impostor", AsideKind.IMPOSTOR),
        ("not_us", AsideKind.OTHER),
        ("nothing_to_solve", AsideKind.OTHER),
        ("other", AsideKind.OTHER),
    ],
)
def test_the_reason_of_the_form_says_what_kind_it_is(hands: Hands, chosen: str, kind: AsideKind) -> None:
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE))
    assert hands.submit(**{ids.REASON_SELECT: chosen, ids.REASON_INPUT: "again", ids.TERM_SELECT: "24"}) == {}
    (found,) = hands.desk.store.asides()
    assert found.kind == kind
    assert found.why == f"{REASONS[chosen]}: again"


def test_the_form_says_so_where_a_reason_needs_a_term(hands: Hands) -> None:
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE))
    answer = hands.submit(**{ids.REASON_SELECT: "bait", ids.TERM_SELECT: "0"})
    assert "for a time only" in answer["errors"][ids.TERM_BLOCK]
    assert hands.desk.store.case(1).state == CaseState.NEW


def test_the_list_says_who_why_by_whom_and_until_when(hands: Hands) -> None:
    set_aside(hands.desk)
    later(hands.desk, "200")
    text = hands.command("set-aside")["text"]
    for said in (
        "1 case set aside",
        "Case 1",
        "Priya N",
        "troll",
        "reason: Bait",
        "1 further post",
        "by Ana",
        "until",
    ):
        assert said in text


def test_take_back_brings_the_case_back_and_redraws_the_list(hands: Hands) -> None:
    set_aside(hands.desk)
    value = value_in(hands.command("set-aside"), ids.ASIDE_BACK)
    assert "Nobody is set aside" in hands.press(ids.ASIDE_BACK, value, container=ONLY_MINE)
    assert hands.chat.replaced[-1]
    assert hands.desk.store.case(1).state == CaseState.NEW
    assert "back already" in hands.press(ids.ASIDE_BACK, value, BEN)


def test_the_posts_are_shown_and_opened_one_by_one(hands: Hands) -> None:
    set_aside(hands.desk)
    later(hands.desk, "200", "clowns! @northwind")
    shown = hands.press(ids.ASIDE_POSTS, value_in(hands.command("set-aside"), ids.ASIDE_POSTS), container=ONLY_MINE)
    assert "clowns!" in shown
    value = value_in({"blocks": hands.chat.whispers[-1].blocks}, ids.ASIDE_OPEN)
    assert "Nothing else of theirs" in hands.press(ids.ASIDE_OPEN, value, container=ONLY_MINE)
    assert hands.desk.store.case(2).state == CaseState.NEW
    assert "on case 2 already" in hands.press(ids.ASIDE_OPEN, value, BEN)


def test_pages_follow_each_other(hands: Hands) -> None:
    set_aside(hands.desk)
    for number in range(12):
        later(hands.desk, str(200 + number), f"clowns {number} @northwind")
    everybody_is_known(hands.desk)
    hands.press(ids.ASIDE_POSTS, value_in(hands.command("set-aside"), ids.ASIDE_POSTS), container=ONLY_MINE)
    assert "clowns 9" in hands.chat.whispers[-1].text
    value = value_in({"blocks": hands.chat.whispers[-1].blocks}, ids.ASIDE_MORE)
    assert "clowns 11" in hands.press(ids.ASIDE_MORE, value, container=ONLY_MINE)


def test_whoever_may_not_work_on_cases_takes_nobody_back(hands: Hands) -> None:
    set_aside(hands.desk)
    value = value_in(hands.command("set-aside"), ids.ASIDE_BACK)
    assert hands.press(ids.ASIDE_BACK, value, STAN) != ""
    assert hands.desk.store.case(1).state == CaseState.DISMISSED


def test_a_shared_list_has_no_buttons(hands: Hands) -> None:
    set_aside(hands.desk)
    hands.command("set-aside share", BEN)
    hands.publish()
    shared = [one for one in hands.chat.messages.values() if "1 case set aside" in one.text]
    assert [list(elements(one.blocks)) for one in shared] == [[]]


def test_a_press_by_ana_on_a_forged_button_does_nothing(hands: Hands) -> None:
    set_aside(hands.desk)
    assert "does not belong to this desk" in hands.press(ids.ASIDE_BACK, "aside_case.1.0.beef", ANA)
    assert hands.desk.store.case(1).state == CaseState.DISMISSED

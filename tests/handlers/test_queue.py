"""`/care queue` and `mine` are worked from where they stand: claimed, paged and narrowed, each in its own place."""

from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.cases.queue import PAGE
from bot.ports import Message
from tests.blocks.walker import judge_message, nodes
from tests.fakes import ANA, BEN, DEE, STAN, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import receive

ONLY_YOU = {"container": {"type": "message", "channel_id": "C0CARE", "message_ts": "9.000100", "is_ephemeral": True}}


@pytest.fixture
def desk(hands: Hands) -> Hands:
    receive(hands.desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(1, PAGE + 3)))
    receive(hands.desk, a_post("90", "refund", by="r", language="de"))
    return hands


def values(blocks: Any, action_id: str) -> list[str]:
    return [one["value"] for one in nodes(blocks) if one.get("action_id") == action_id]


def options(blocks: Any) -> dict[str, str]:
    """Return what the menu offers, by its words without their counts."""
    found = [one for node in nodes(blocks) for one in node.get("option_groups", ())]
    return {one["text"]["text"].partition(" (")[0]: one["value"] for group in found for one in group["options"]}


def press(hands: Hands, action_id: str, value: str, by: str = ANA) -> list[Message]:
    """Press a button of a list that only this person sees; return what they see for it, the list first."""
    before = len(hands.chat.whispers)
    if action_id == ids.LIST_FILTER:
        option = {"text": {"type": "plain_text", "text": "x"}, "value": value}
        hands.act({"type": "static_select", "action_id": action_id, "selected_option": option}, by, **ONLY_YOU)
    else:
        hands.press(action_id, value, by, **ONLY_YOU)
    seen = hands.chat.whispers[before:]
    for one in seen:
        judge_message(one)
    return seen


def test_a_claim_takes_the_case_and_redraws_the_list_where_it_stands(desk: Hands) -> None:
    blocks = desk.command("queue unclaimed")["blocks"]
    [shown] = press(desk, ids.LIST_CLAIM, values(blocks, ids.LIST_CLAIM)[0])
    assert desk.desk.store.case(18).assignee == ANA
    assert desk.chat.replaced == [True]
    assert "Case 18" not in shown.text
    assert "1 to 15 of 17 cases · unclaimed" in shown.text


def test_who_comes_second_is_told_and_sees_the_list_as_it_is(desk: Hands) -> None:
    blocks = desk.command("queue")["blocks"]
    value = values(blocks, ids.LIST_CLAIM)[0]
    press(desk, ids.LIST_CLAIM, value, BEN)
    shown, refused = press(desk, ids.LIST_CLAIM, value)
    assert desk.desk.store.case(18).assignee == BEN
    assert "held by Ben" in shown.text
    assert f"<@{BEN}> claimed this" in refused.text
    assert desk.chat.replaced == [True, True, False]


def test_the_next_page_and_the_first_take_each_others_place(desk: Hands) -> None:
    first = desk.command("queue")
    [second] = press(desk, ids.LIST_NEXT, values(first["blocks"], ids.LIST_NEXT)[0])
    assert "16 to 18 of 18 cases" in second.text
    [again] = press(desk, ids.LIST_FIRST, values(second.blocks, ids.LIST_FIRST)[0])
    assert again.text == first["text"]


def test_the_menu_narrows_the_list_and_frees_it_again(desk: Hands) -> None:
    blocks = desk.command("queue")["blocks"]
    [german] = press(desk, ids.LIST_FILTER, options(blocks)["German"])
    assert "1 case · German: Case 18" in german.text
    [unclaimed] = press(desk, ids.LIST_FILTER, options(german.blocks)["Unclaimed"])
    assert "1 case · unclaimed · German: Case 18" in unclaimed.text
    [freed] = press(desk, ids.LIST_FILTER, options(unclaimed.blocks)["All languages"])
    assert "1 to 15 of 18 cases · unclaimed: Case 18" in freed.text


def test_mine_is_the_list_of_whoever_presses(desk: Hands) -> None:
    desk.command("next")
    blocks = desk.command("mine")["blocks"]
    assert "Your cases, 1 case · German: Case 18" in desk.command("mine german")["text"]
    value = ids.button_value(ids.LIST, 0, "mine~~~~", desk.desk.secret)
    [hers] = press(desk, ids.LIST_FIRST, value, DEE)
    assert hers.text == "Your cases, 0 cases: nothing here right now."
    assert values(blocks, ids.LIST_CLAIM) == []


def test_an_unknown_filter_is_answered_with_what_there_is(desk: Hands) -> None:
    said = desk.command("queue parcels")
    assert said["response_type"] == "ephemeral"
    assert "“parcels” is nothing that the list can be narrowed to. There is: unclaimed, here, billing" in said["text"]


def test_a_shared_list_has_no_buttons_that_act(desk: Hands) -> None:
    before = dict(desk.chat.messages)
    desk.command("queue billing share")
    [shared] = [message for place, message in desk.chat.messages.items() if place not in before]
    assert "1 case · billing: Case 18" in shared.text
    acts = {one["action_id"] for one in nodes(shared.blocks) if "action_id" in one}
    assert acts <= {ids.OPEN_THREAD}


@pytest.mark.parametrize("action_id", [ids.LIST_CLAIM, ids.LIST_NEXT, ids.LIST_FIRST, ids.LIST_FILTER])
def test_nobody_else_gets_a_list_or_a_case_by_its_buttons(desk: Hands, action_id: str) -> None:
    value = values(desk.command("queue")["blocks"], ids.LIST_CLAIM)[0]
    [refused] = press(desk, action_id, value, STAN)
    assert "another workspace" in refused.text
    assert desk.desk.store.case(18).assignee == ""


@pytest.mark.parametrize("kind", [ids.CASE, ids.LIST])
def test_what_names_no_list_is_refused(desk: Hands, kind: str) -> None:
    [refused] = press(desk, ids.LIST_NEXT, ids.button_value(kind, 0, "sideways~~~~", desk.desk.secret))
    assert "earlier version" in refused.text or "does not belong to this desk" in refused.text

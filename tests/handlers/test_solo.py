"""A one-person shift through Bolt: the choice in the form, Stop it, the list for leads."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.domain.replies.solo import Lane, LaneRule
from bot.services.replies import sending, solo_unread
from bot.services.team import shifts
from storage import SqlStore
from tests.blocks.walker import judge_message, judge_view
from tests.fakes import ANA, BEN, CARO, DEE, GUS, NOON, POLICY, STAN, a_desk, a_post
from tests.handlers.pressing import Hands, elements
from tests.services.journey import WORDS, a_case, clock, draft_of, only_case, receive, street

BOTH = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
WHY = "Her train leaves at ten"
PLAIN = "Priya, your refund left us this morning. ^BE"  # promises no moment
PREPARED = "I'm sorry, Priya. ^AN"


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    return Hands(a_desk(store, policy=replace(POLICY, solo=(BOTH,))))


def off(hands: Hands, *people: str) -> None:
    for who in people:
        shifts.go_off(hands.desk, by=who, at=hands.desk.clock.now())


def writing(hands: Hands, by: str) -> None:
    """Open the reply form while all approvers except `by` are off."""
    a_case(hands.desk)
    off(hands, *({BEN, CARO} - {by}))
    assert hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY), by) == ""


def choices(form: dict[str, Any]) -> list[str]:
    found = [one["element"] for one in form["blocks"] if one.get("block_id") == ids.LANE_BLOCK]
    return [option["value"] for option in found[0]["options"]] if found else []


def published(hands: Hands) -> list[str]:
    sending.send_due(hands.desk, hands.desk.clock.now())
    return [text for _, _, text in street(hands.desk).published]


def alone(hands: Hands, *, by: str = BEN) -> None:
    """Send a reply solo with a reason."""
    writing(hands, by)
    assert hands.submit(by, words_input=WORDS, lane_choice="reason", why_input=WHY) == {}
    assert published(hands) == [WORDS]


# --- the form -----------------------------------------------------------------------------------------------


def test_reply_offers_whoever_may_approve_both_ways_and_others_prepared_words(hands: Hands) -> None:
    writing(hands, BEN)
    judge_view(hands.form())
    assert choices(hands.form()) == ["leave", "template", "reason"]


def test_reply_offers_those_who_approve_nothing_prepared_words(hands: Hands) -> None:
    writing(hands, ANA)
    assert choices(hands.form()) == ["leave", "template"]


def test_reply_offers_guests_nothing(hands: Hands) -> None:
    writing(hands, GUS)
    assert choices(hands.form()) == []


def test_left_for_approval_it_goes_to_approval(hands: Hands) -> None:
    writing(hands, BEN)
    assert hands.submit(BEN, words_input=WORDS) == {}
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert published(hands) == []


def test_a_reason_lets_it_out_at_once(hands: Hands) -> None:
    alone(hands)
    yes = draft_of(hands.desk).approval
    assert yes is not None
    assert (yes.lane, yes.reason) == (Lane.REASON, WHY)
    assert hands.desk.store.saved_words(1, BEN) == {}


def test_without_a_reason_the_form_asks_for_one_where_it_belongs(hands: Hands) -> None:
    writing(hands, BEN)
    answer = hands.submit(BEN, words_input=WORDS, lane_choice="reason")
    assert list(answer["errors"]) == [ids.WHY_BLOCK]
    assert published(hands) == []
    assert only_case(hands.desk).draft is None


def test_prepared_words_chosen_and_left_as_they_are_go_out_after_two_minutes(hands: Hands) -> None:
    writing(hands, ANA)
    hands.change(ids.TEMPLATE_SELECT, template_select="sorry")
    assert hands.submit(lane_choice="template", template_select="sorry") == {}
    assert published(hands) == []
    clock(hands.desk).move(seconds=120)
    assert published(hands) == [PREPARED]


def test_prepared_words_that_were_edited_are_refused_beside_the_words(hands: Hands) -> None:
    writing(hands, ANA)
    hands.change(ids.TEMPLATE_SELECT, template_select="sorry")
    answer = hands.submit(lane_choice="template", template_select="sorry", words_input=f"{PREPARED} x")
    [(block, sentence)] = answer["errors"].items()
    assert block.startswith(ids.WORDS_BLOCK)
    assert sentence.startswith("These are not the prepared words as they stand.")
    assert hands.desk.store.saved_words(1, ANA)["words"] == f"{PREPARED} x"


def test_somebody_who_came_on_meanwhile_is_named_beside_the_choice(hands: Hands) -> None:
    writing(hands, BEN)
    shifts.go_on(hands.desk, by=CARO, at=NOON)
    answer = hands.submit(BEN, words_input=PLAIN, lane_choice="reason", why_input=WHY)
    assert answer["errors"] == {
        ids.LANE_BLOCK: "Caro can approve now. Choose “Leave it for approval”, and they are asked."
    }


def test_a_post_that_came_while_the_form_was_open_has_to_be_read_first(hands: Hands) -> None:
    writing(hands, BEN)
    receive(hands.desk, a_post("101", "Forget it", root="100"))
    answer = hands.submit(BEN, words_input=PLAIN, lane_choice="reason", why_input=WHY)
    assert "Please open it again and read it first" in str(answer["errors"])
    assert published(hands) == []
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY), BEN)
    assert "Forget it" in str(hands.form())
    assert hands.submit(BEN, lane_choice="reason", why_input=WHY) == {}
    assert published(hands) == [PLAIN]


def test_the_choice_and_the_reason_are_kept_as_they_are_typed(hands: Hands) -> None:
    writing(hands, BEN)
    hands.change(ids.WHY_INPUT, BEN, words_input=WORDS, lane_choice="reason", why_input="Her tra")
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY), BEN)
    [why] = [one["element"] for one in hands.form()["blocks"] if one.get("block_id") == ids.WHY_BLOCK]
    [way] = [one["element"] for one in hands.form()["blocks"] if one.get("block_id") == ids.LANE_BLOCK]
    assert (why["initial_value"], way["initial_option"]["value"]) == ("Her tra", "reason")
    hands.change(ids.LANE_CHOICE, BEN, words_input=WORDS, lane_choice="template")
    assert hands.desk.store.saved_words(1, BEN)["lane"] == "template"


def test_choosing_prepared_words_keeps_the_choice(hands: Hands) -> None:
    writing(hands, BEN)
    hands.change(ids.TEMPLATE_SELECT, BEN, template_select="sorry", lane_choice="reason", why_input="Her tra")
    [way] = [one["element"] for one in hands.form()["blocks"] if one.get("block_id") == ids.LANE_BLOCK]
    assert way["initial_option"]["value"] == "reason"


def test_a_way_that_the_form_never_offered_is_left_for_approval(hands: Hands) -> None:
    writing(hands, BEN)
    assert hands.submit(BEN, words_input=WORDS, lane_choice="at once") == {}
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_a_way_that_is_not_open_to_this_person_is_refused_whatever_the_form_says(hands: Hands) -> None:
    writing(hands, ANA)
    answer = hands.submit(ANA, words_input=WORDS, lane_choice="reason", why_input=WHY)
    assert "not open here" in str(answer["errors"])
    assert published(hands) == []


def test_a_promise_in_the_words_is_asked_about_here_too(hands: Hands) -> None:
    writing(hands, BEN)
    form = hands.filled(hands.form(), {"words_input": WORDS, "lane_choice": "reason", "why_input": WHY})
    answer = hands.send_view(form, BEN)
    assert answer["response_action"] == "update"
    assert published(hands) == []
    again = {"words_input": WORDS, "lane_choice": "reason", "why_input": WHY}
    assert hands.send_view(hands.filled(answer["view"], again), BEN) == {}
    assert published(hands) == [WORDS]


# --- Stop it ------------------------------------------------------------------------------------------------


def test_where_somebody_comes_on_before_the_question_about_a_promise_the_choice_is_gone(hands: Hands) -> None:
    writing(hands, BEN)
    given = {"words_input": WORDS, "lane_choice": "reason", "why_input": WHY}
    filled = hands.filled(hands.form(), given)
    shifts.go_on(hands.desk, by=CARO, at=NOON)
    answer = hands.send_view(filled, BEN)
    assert choices(answer["view"]) == []
    assert hands.send_view(hands.filled(answer["view"], given), BEN) == {}
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


@pytest.fixture
def waits(hands: Hands) -> Hands:
    """Send Ana's prepared words solo; they wait to go out."""
    writing(hands, ANA)
    hands.change(ids.TEMPLATE_SELECT, template_select="sorry")
    assert hands.submit(lane_choice="template", template_select="sorry") == {}
    return hands


@pytest.mark.parametrize("by", [ANA, DEE, GUS, BEN])
def test_anybody_on_the_team_can_stop_it_from_the_card(waits: Hands, by: str) -> None:
    assert waits.press(ids.DRAFT_STOP, waits.button(ids.DRAFT_STOP), by) == ""
    assert draft_of(waits.desk).state == DraftState.IN_REVIEW
    clock(waits.desk).move(seconds=300)
    assert published(waits) == []
    assert (ids.DRAFT_STOP, "") not in waits.buttons()


def test_somebody_from_outside_cannot(waits: Hands) -> None:
    assert "another workspace" in waits.press(ids.DRAFT_STOP, waits.button(ids.DRAFT_STOP), STAN)
    assert draft_of(waits.desk).state == DraftState.APPROVED


def test_whoever_is_too_late_is_told(waits: Hands) -> None:
    button = waits.button(ids.DRAFT_STOP)
    clock(waits.desk).move(seconds=300)
    assert published(waits) == [PREPARED]
    assert "too late to stop" in waits.press(ids.DRAFT_STOP, button, BEN)


# --- the list -----------------------------------------------------------------------------------------------


def read_buttons(answer: dict[str, Any]) -> list[str]:
    return [one["value"] for one in elements(answer["blocks"]) if one["action_id"] == ids.SOLO_READ]


def test_a_lead_lists_what_went_out_and_reads_it(hands: Hands) -> None:
    alone(hands)
    answer = hands.command("unpaired", CARO)
    assert answer["text"].startswith("1 reply went out solo and waits for a lead to read it.")
    assert WHY in answer["text"]
    [button] = read_buttons(answer)
    assert hands.press(ids.SOLO_READ, button, CARO) == "Nothing waits to be read: every reply had a second reader."
    yes = draft_of(hands.desk).approval
    assert yes is not None
    assert yes.read_by == CARO
    assert hands.command("unpaired", CARO)["text"].startswith("Nothing waits")


def test_others_see_their_own_and_get_no_button(hands: Hands) -> None:
    alone(hands)
    answer = hands.command("unpaired", BEN)
    assert answer["text"].startswith("1 reply of yours went out solo")
    assert read_buttons(answer) == []
    assert hands.command("unpaired", ANA)["text"] == "No reply of yours waits to be read."


def test_a_button_that_got_around_works_for_leads_only(hands: Hands) -> None:
    alone(hands)
    [button] = read_buttons(hands.command("unpaired", CARO))
    assert "Only leads" in hands.press(ids.SOLO_READ, button, ANA)
    assert "Only leads" in hands.press(ids.SOLO_READ, button, BEN)
    yes = draft_of(hands.desk).approval
    assert yes is not None
    assert yes.read_by == ""


def test_the_mornings_message_leads_to_the_list(hands: Hands) -> None:
    alone(hands)
    assert solo_unread.morning(hands.desk, NOON) != ""
    hands.publish()
    [message] = [one for (room, _), one in hands.chat.messages.items() if room == "C0LEADS"]
    judge_message(message)
    assert message.text == "Caro, 1 reply went out solo tonight."
    assert message.blocks[0]["text"]["text"] == f"<@{CARO}>, 1 reply went out solo tonight."
    [button] = elements(message.blocks)
    said = hands.press(ids.SOLO_LIST, button["value"], CARO)
    assert said.startswith("1 reply went out solo and waits for a lead to read it.")

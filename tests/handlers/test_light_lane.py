"""Every button of the light lane does what it says, once, for those who may; pages and the end of the day."""

from pathlib import Path

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState
from bot.domain.light_lane.light_mention import LightState
from bot.ports import NotPosted
from bot.services.light_lane import deciding
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, STAN, a_desk, a_post
from tests.handlers.pressing import Hands, elements
from tests.services.journey import a_case, clock, everybody_is_known, receive
from tests.services.light_lane.scenes import THANKS, LikingNetwork, light, state_of, waiting

ONLY_MINE = {"type": "message", "channel_id": "C0CARE", "message_ts": "9.000100", "is_ephemeral": True}


@pytest.fixture
def network() -> LikingNetwork:
    return LikingNetwork()


@pytest.fixture
def hands(store: SqlStore, network: LikingNetwork) -> Hands:
    return Hands(a_desk(store, networks={("x", "42"): network}))


def test_open_opens_a_case_and_takes_it_off_the_list(hands: Hands) -> None:
    light(hands.desk)
    value = hands.button(ids.LIGHT_OPEN)
    assert hands.press(ids.LIGHT_OPEN, value) == ""
    assert hands.desk.store.case(1).state == CaseState.NEW
    assert waiting(hands.desk) == 0
    assert f"<@{ANA}> opened this one as case 1 already" in hands.press(ids.LIGHT_OPEN, value, BEN)


def test_thank_opens_the_form_on_words_of_thanks_and_nothing_goes_out_by_it(hands: Hands) -> None:
    light(hands.desk)
    assert hands.press(ids.LIGHT_THANK, hands.button(ids.LIGHT_THANK)) == ""
    assert hands.form()["callback_id"] == ids.REPLY_MODAL
    assert hands.desk.store.case(1).assignee == ANA
    hands.submit(**{ids.WORDS_INPUT: "That is kind, thank you. ^AN"})
    case = hands.desk.store.case(1)
    assert case.draft is not None
    assert case.draft.state == "in_review"


def test_like_likes_on_the_network_for_those_who_may_let_things_out(hands: Hands, network: LikingNetwork) -> None:
    light(hands.desk)
    value = hands.button(ids.LIGHT_LIKE)
    assert "You cannot like posts as the brand here. Please ask" in hands.press(ids.LIGHT_LIKE, value, DEE)
    assert network.liked == []
    assert hands.press(ids.LIGHT_LIKE, value, BEN) == ""
    assert network.liked == ["700"]
    found = state_of(hands.desk)
    assert found is not None
    assert (found.state, found.by) == (LightState.LIKED, BEN)
    assert f"<@{BEN}> liked this one already" in hands.press(ids.LIGHT_LIKE, value, CARO)
    assert network.liked == ["700"]


def test_set_aside_and_the_rest(hands: Hands) -> None:
    for number in range(4):
        light(hands.desk, str(700 + number), by=f"fan{number}")
    assert hands.press(ids.LIGHT_ASIDE, hands.button(ids.LIGHT_ASIDE)) == ""
    assert waiting(hands.desk) == 3
    rest = hands.button(ids.LIGHT_ASIDE_REST)
    assert hands.press(ids.LIGHT_ASIDE_REST, rest, BEN) == ""
    assert waiting(hands.desk) == 0
    assert "already" in hands.press(ids.LIGHT_ASIDE_REST, rest, CARO)


def test_the_list_in_slack_is_redrawn_once_all_is_decided(hands: Hands) -> None:
    light(hands.desk)
    hands.press(ids.LIGHT_ASIDE, hands.button(ids.LIGHT_ASIDE))
    clock(hands.desk).move(seconds=2)
    hands.publish()
    (message,) = [one for one in hands.chat.messages.values() if "friendly" in one.text]
    assert "Ana set aside 1" in message.text
    assert not list(elements(message.blocks))


@pytest.mark.parametrize(
    "action", [ids.LIGHT_OPEN, ids.LIGHT_THANK, ids.LIGHT_LIKE, ids.LIGHT_ASIDE, ids.LIGHT_ASIDE_REST, ids.LIGHT_MORE]
)
def test_nobody_from_outside_and_no_value_of_another_kind_does_anything(hands: Hands, action: str) -> None:
    for number in range(12):
        light(hands.desk, str(700 + number), by=f"fan{number}")
    value = hands.button(action)
    assert "another workspace" in hands.press(action, value, STAN)
    assert "does not belong to this desk" in hands.press(
        action, ids.button_value(ids.CASE, 1, 1, hands.desk.secret), BEN
    )
    assert "does not belong to this desk" in hands.press(action, value[:-1] + "x", BEN)
    assert waiting(hands.desk) == 12


def test_pages_show_the_next_ten_to_whoever_asks_and_are_redrawn_as_they_decide(hands: Hands) -> None:
    for number in range(25):
        light(hands.desk, str(700 + number), by=f"fan{number}")
    assert "@fan10" in hands.press(ids.LIGHT_MORE, hands.button(ids.LIGHT_MORE))
    page = hands.chat.whispers[-1]
    assert "@fan9:" not in page.text
    assert "and 5 more" in page.text
    value = next(one["value"] for one in elements(page.blocks) if one["action_id"] == ids.LIGHT_ASIDE)
    said = hands.press(ids.LIGHT_ASIDE, value, container=ONLY_MINE)
    assert "@fan10:" not in said
    assert "@fan20:" in said
    more = next(one["value"] for one in elements(page.blocks) if one["action_id"] == ids.LIGHT_MORE)
    assert "@fan24" in hands.press(ids.LIGHT_MORE, more, container=ONLY_MINE)


# --- the end of the day -------------------------------------------------------------------------------------


def close_day(hands: Hands) -> str:
    return str(hands.command("close-day")["text"])


def test_close_day_says_that_nothing_is_left_or_what_is(hands: Hands) -> None:
    assert "0 mentions today. Nothing is left" in close_day(hands)
    a_case(hands.desk)
    row = light(hands.desk).mention
    said = close_day(hands)
    assert "2 mentions today: 2 still wait" in said
    assert "Left: 1 case, 1 light mention." in said
    assert "Case 1 · Priya N on X" in said
    assert "@tom" in said
    deciding.set_light_aside(hands.desk, row, by=ANA, at=hands.desk.clock.now())
    said = close_day(hands)
    assert "1 set aside · 1 still wait" in said
    assert "Set aside for good in the light lane: Ana 1" in said


def test_close_day_offers_what_can_be_done_about_what_waits(hands: Hands) -> None:
    light(hands.desk, text=THANKS)
    blocks = hands.command("close-day")["blocks"]
    value = next(one["value"] for one in elements(blocks) if one["action_id"] == ids.LIGHT_ASIDE)
    hands.press(ids.LIGHT_ASIDE, value, container=ONLY_MINE)
    assert "Nothing is left" in close_day(hands)


def test_close_day_names_older_ones_that_still_wait(hands: Hands) -> None:
    light(hands.desk)
    clock(hands.desk).move(days=2)
    everybody_is_known(hands.desk)
    said = close_day(hands)
    assert "0 mentions today." in said
    assert "Left: 1 light mention." in said


def test_private_words_are_shown_in_their_own_channel_alone(hands: Hands) -> None:
    receive(hands.desk, a_post("700", THANKS, by="tom", private=True))
    hands.publish()
    assert any("@tom" in one.text for one in hands.chat.messages.values())
    there = hands.command("close-day")
    assert "@tom" in there["text"]
    elsewhere = hands.command("close-day", by="U0GUS", channel="C0ELSEWHERE")
    assert "@tom" not in elsewhere["text"]
    assert "1 was written in private" in elsewhere["text"]


def test_find_names_light_mentions_too_and_offers_to_open_them(hands: Hands) -> None:
    row = light(hands.desk, text=THANKS).mention
    deciding.set_light_aside(hands.desk, row, by=ANA, at=hands.desk.clock.now())
    for _ in range(2):  # before the index has it, and after
        answer = hands.command("find thank")
        assert 'In the light lane, without a case: @tom: "@northwind thank you", set aside.' in answer["text"]
        hands.desk.store.index_words()
    value = next(one["value"] for one in elements(answer["blocks"]) if one["action_id"] == ids.LIGHT_OPEN)
    hands.press(ids.LIGHT_OPEN, value, container=ONLY_MINE)
    assert "light lane" not in hands.command("find thank")["text"]
    assert "Case 1" in hands.command("find thank")["text"]


def test_status_counts_those_that_wait(hands: Hands) -> None:
    assert "light" not in hands.command("status")["text"]
    light(hands.desk)
    assert "1 light mention waits: /care close-day" in hands.command("status")["text"].replace("`", "")


def test_a_list_that_somebody_deleted_is_posted_again_while_one_of_it_waits(hands: Hands) -> None:
    light(hands.desk)
    hands.publish()
    light(hands.desk, "701", by="lee")
    deciding.tend(hands.desk, clock(hands.desk).move(minutes=1))
    hands.chat.outcomes.append(NotPosted("message_not_found"))
    for _ in range(3):
        clock(hands.desk).move(seconds=40)
        hands.publish()
    assert len([one for one in hands.chat.messages.values() if "friendly" in one.text]) == 2


def test_templates_for_thanks_ask_for_nothing() -> None:
    folder = Path(__file__).parents[2] / "templates/replies"
    for name in ("thanks.txt", "thanks_de.txt"):
        head, _, words = (folder / name).read_text().removeprefix("---\n").partition("\n---\n")
        assert "asks." not in head
        assert words.strip()

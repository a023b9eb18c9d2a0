"""An impostor's card and those of the customers, and the warning through the real doors."""

from typing import Any, cast

import pytest

from bot.blocks.base import ids
from bot.services.replies import sending
from storage import SqlStore
from tests.fakes import ANA, BEN, STAN, FakeTemplates, Words, a_desk, a_post
from tests.handlers.pressing import Hands, elements
from tests.handlers.test_joint_drafts import on_case
from tests.services.do_not_feed.test_impostors import SCAM, WARNING
from tests.services.journey import draft_of, published, receive


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    hands = Hands(a_desk(store))
    known = (*FakeTemplates.known, Words("not_ours", WARNING, topics=("impostor",)))
    cast("FakeTemplates", hands.desk.templates).known = known
    receive(hands.desk, a_post("100", "Charged twice @northwind", by="priya"))
    receive(hands.desk, a_post("101", "Me too @northwind", by="cleo", root="100"))
    receive(hands.desk, a_post("102", f"{SCAM} <!channel>", by="northwlnd", root="100", parent_id="100"))
    hands.publish()
    return hands


def called(hands: Hands) -> None:
    hands.choose(ids.CASE_MORE, on_menu(hands, 3))
    assert hands.submit(**{ids.REASON_SELECT: "impostor", ids.TERM_SELECT: "0"}) == {}


def on_menu(hands: Hands, case_id: int) -> str:
    every = [one for message in hands.chat.messages.values() for one in elements(message.blocks)]
    menus = [one["options"] for one in every if one.get("action_id") == ids.CASE_MORE]
    values = [one["value"] for some in menus for one in some if ids.read_menu(one["value"])[0] == ids.MORE_SET_ASIDE]
    return next(one for one in values if ids.read_value(ids.read_menu(one)[1], hands.desk.secret).row == case_id)


def card(hands: Hands, case_id: int) -> Any:
    hands.publish()
    told = hands.desk.store.card(case_id)
    assert told is not None
    return hands.chat.messages[told.channel, told.ts]


def press_warn(hands: Hands, by: str = ANA) -> str:
    return hands.press(ids.IMPOSTOR_WARN, on_case(hands, ids.IMPOSTOR_WARN, ids.CASE, 3), by)


def test_both_cards_say_who_wrote_to_whom(hands: Hands) -> None:
    called(hands)
    assert "Wrote to @priya; others in the conversation: @cleo" in card(hands, 3).text
    for one in (1, 2):
        assert "pretends to be our support wrote in this conversation" in card(hands, one).text
        assert "case 3" in card(hands, one).text
    assert "<!channel>" not in str(card(hands, 3).blocks)


def test_the_impostors_card_leads_to_the_network_to_report_the_account(hands: Hands) -> None:
    called(hands)
    (way,) = [one for one in elements(card(hands, 3).blocks) if one.get("text", {}).get("text") == "Report it on X"]
    assert way["url"] == "https://x.example/northwlnd/status/102"


def test_a_press_asks_for_approval_and_the_card_follows_until_they_are_warned(hands: Hands) -> None:
    called(hands)
    assert press_warn(hands) == ""
    assert "@priya (the warning waits for approval)" in card(hands, 3).text
    assert "Warn them" not in str(card(hands, 3).blocks)
    assert published(hands.desk) == []
    assert any("Ana's warnings of an impostor to 2 customers" in one.text for one in hands.chat.messages.values())
    value = hands.button(ids.JOINT_APPROVE)
    assert hands.press(ids.JOINT_APPROVE, value, BEN) == ""
    for _ in range(3):
        sending.send_due(hands.desk, hands.desk.clock.now())
    assert [post for post, _ in published(hands.desk)] == ["100", "101"]
    assert "@priya (warned); others in the conversation: @cleo (warned)" in card(hands, 3).text
    assert "case 3; we warned them" in card(hands, 1).text


def test_a_withdrawn_warning_can_be_written_again(hands: Hands) -> None:
    called(hands)
    press_warn(hands)
    for one in (1, 2):
        value = on_case(hands, ids.DRAFT_WITHDRAW, ids.DRAFT, draft_of(hands.desk, one).id)
        assert hands.press(ids.DRAFT_WITHDRAW, value, ANA) == ""
    assert "Warn them" in str(card(hands, 3).blocks)
    assert press_warn(hands, BEN) == ""


def test_whoever_may_not_write_cannot_begin_a_warning(hands: Hands) -> None:
    called(hands)
    said = hands.press(ids.IMPOSTOR_WARN, on_case(hands, ids.IMPOSTOR_WARN, ids.CASE, 3), STAN)
    assert said
    assert hands.desk.store.case(1).draft is None

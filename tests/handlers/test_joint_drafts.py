"""A draft for several customers through the real doors: offered, sent, approved, sent back, taken out."""

from typing import Any

import pytest

from bot.blocks.base import ids
from bot.services.cases import casework
from bot.services.replies import review, sending
from storage import SqlStore
from tests.fakes import ANA, BEN, CARE, CARO, DEE, a_desk, a_post
from tests.handlers.pressing import Hands, elements
from tests.services.journey import draft_of, published, receive

WORDS = "Priya, the app is down for everybody. We are on it. ^AN"


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    hands = Hands(a_desk(store))
    receive(hands.desk, a_post("100", "The app is down @northwind", by="priya", root="90"))
    receive(hands.desk, a_post("101", "Same here @northwind", by="ben", root="90"))
    receive(hands.desk, a_post("102", "Me too <!channel> *bold* @northwind", by="cleo", root="90"))
    return hands


def reply_on(hands: Hands, case_id: int = 1, by: str = ANA) -> dict[str, Any]:
    assert hands.press(ids.CASE_REPLY, on_case(hands, ids.CASE_REPLY, ids.CASE, case_id), by) == ""
    return hands.form()


def on_case(hands: Hands, action_id: str, kind: str, row: int) -> str:
    """Return the value of a button that Slack shows about this row."""
    hands.publish()
    every = [one for message in hands.chat.messages.values() for one in elements(message.blocks)]
    found = [one["value"] for one in every if one.get("action_id") == action_id]
    read = [(ids.read_value(one, hands.desk.secret), one) for one in found]
    return next(value for its, value in read if (its.kind, its.row) == (kind, row))


def also(form: dict[str, Any]) -> list[str]:
    found = [one for one in form["blocks"] if one.get("block_id") == ids.ALSO_BLOCK]
    return [option["text"]["text"] for one in found for option in one["element"]["options"]]


def put_up(hands: Hands, chosen: str = "2 3", by: str = ANA) -> dict[str, Any]:
    reply_on(hands, by=by)
    return hands.submit(by, **{ids.WORDS_INPUT: WORDS, ids.ALSO_CHOICE: chosen})


def joint_message(hands: Hands, room: str = CARE) -> Any:
    hands.publish()
    found = [
        one for (channel, _), one in hands.chat.messages.items() if channel == room and "'s words for" in one.text
    ]
    return found[-1]


def test_the_form_offers_the_others_under_the_post_and_names_who_is_held(hands: Hands) -> None:
    casework.claim(hands.desk, 3, by=DEE, at=hands.desk.clock.now())
    form = reply_on(hands)
    assert also(form) == ["2: Ben N, writes English"]
    assert "case 3, Dee holds it" in str(form["blocks"])


def test_ticked_customers_get_a_draft_each_and_one_message_shows_all_texts(hands: Hands) -> None:
    assert put_up(hands) == {}
    shown = joint_message(hands)
    for name in ("Priya", "Ben", "Cleo"):
        assert f"{name}, the app is down for everybody" in str(shown.blocks)
        assert f"{name}, the app is down for everybody" in shown.text
    assert "<!channel>" not in shown.text
    approver = draft_of(hands.desk).asked
    assert joint_message(hands, f"D{approver[1:]}").text == shown.text


def test_one_press_approves_all_and_everything_goes_out_once(hands: Hands) -> None:
    put_up(hands)
    value = hands.button(ids.JOINT_APPROVE)
    assert hands.press(ids.JOINT_APPROVE, value, BEN) == ""
    assert "approved this already" in hands.press(ids.JOINT_APPROVE, value, CARO)
    sending.send_due(hands.desk, hands.desk.clock.now())
    sending.send_due(hands.desk, hands.desk.clock.now())
    assert sorted(post for post, _ in published(hands.desk)) == ["100", "101", "102"]
    assert (ids.JOINT_APPROVE, "") not in hands.buttons()
    assert "Nothing waits for approval here" in joint_message(hands).text


def test_who_wrote_meanwhile_is_left_out_and_named(hands: Hands) -> None:
    put_up(hands)
    value = hands.button(ids.JOINT_APPROVE)
    receive(hands.desk, a_post("103", "It eats my photos @northwind", by="ben", root="90"))
    said = hands.press(ids.JOINT_APPROVE, value, BEN)
    assert "2 of 3 approved. Case 2 was left out." in said
    assert draft_of(hands.desk, 2).state == "in_review"


def test_who_decides_at_the_same_time_reads_names_and_you(hands: Hands) -> None:
    put_up(hands)
    value, first = hands.button(ids.JOINT_APPROVE), draft_of(hands.desk)
    review.approve(hands.desk, first.id, version=1, seen=first.seen, by=CARO, at=hands.desk.clock.now())
    said = hands.press(ids.JOINT_APPROVE, value, BEN)
    assert "2 of 3 approved. Case 1 was left out. Caro approved this already." in said
    assert CARO not in said


def test_the_writer_and_people_without_the_right_approve_nothing(hands: Hands) -> None:
    put_up(hands)
    value = hands.button(ids.JOINT_APPROVE)
    assert "approve" in hands.press(ids.JOINT_APPROVE, value, DEE)
    assert "approve" in hands.press(ids.JOINT_APPROVE, value, ANA)
    assert {draft_of(hands.desk, one).state for one in (1, 2, 3)} == {"in_review"}


def test_a_changed_button_does_nothing(hands: Hands) -> None:
    put_up(hands)
    value = hands.button(ids.JOINT_APPROVE)
    signed, _, mac = value.rpartition(".")
    assert "does not belong" in hands.press(ids.JOINT_APPROVE, f"{signed}_9-1-1-aa.{mac}", BEN)
    assert "does not belong" in hands.press(ids.JOINT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), BEN)
    assert {draft_of(hands.desk, one).state for one in (1, 2, 3)} == {"in_review"}


def test_changes_are_asked_for_all_and_the_form_opens_on_all_of_them_again(hands: Hands) -> None:
    put_up(hands)
    old = hands.button(ids.JOINT_APPROVE)
    assert hands.press(ids.JOINT_CHANGES, hands.button(ids.JOINT_CHANGES), BEN) == ""
    assert hands.submit(BEN, **{ids.NOTE_INPUT: "warmer, please"}) == {}
    assert {draft_of(hands.desk, one).state for one in (1, 2, 3)} == {"writing"}
    assert hands.press(ids.DRAFT_OPEN, on_case(hands, ids.DRAFT_OPEN, ids.DRAFT, draft_of(hands.desk).id), ANA) == ""
    form = hands.form()
    ticked = next(one for one in form["blocks"] if one.get("block_id") == ids.ALSO_BLOCK)["element"][
        "initial_options"
    ]
    assert [one["value"] for one in ticked] == ["2", "3"]
    assert hands.submit(**{ids.WORDS_INPUT: WORDS.replace("We are", "Sorry, we are")}) == {}
    assert all("Sorry, we are" in draft_of(hands.desk, one).text for one in (1, 2, 3))
    hands.publish()
    assert any("were written again" in one.text for one in hands.chat.messages.values())
    assert hands.press(ids.JOINT_APPROVE, old, BEN) != ""
    assert {draft_of(hands.desk, one).state for one in (1, 2, 3)} == {"in_review"}


def test_one_is_edited_and_one_is_taken_out_from_the_same_message(hands: Hands) -> None:
    put_up(hands)
    edits = buttons_of(hands, ids.DRAFT_EDIT_APPROVE)
    assert len(edits) == 3
    assert hands.press(ids.DRAFT_EDIT_APPROVE, edits[1], BEN) == ""
    assert hands.submit(BEN, **{ids.WORDS_INPUT: "Ben, the app is down for everybody, and back by six. ^AN"}) == {}
    assert hands.press(ids.DRAFT_WITHDRAW, buttons_of(hands, ids.DRAFT_WITHDRAW)[-1], CARO) == ""
    assert [draft_of(hands.desk, one).state for one in (1, 2, 3)] == ["in_review", "approved", "withdrawn"]
    assert hands.press(ids.JOINT_APPROVE, hands.button(ids.JOINT_APPROVE), CARO) == ""
    assert [draft_of(hands.desk, one).state for one in (1, 2, 3)] == ["approved", "approved", "withdrawn"]


def buttons_of(hands: Hands, action_id: str) -> list[str]:
    return [one["value"] for one in elements(joint_message(hands).blocks) if one["action_id"] == action_id]


def test_a_refusal_keeps_the_form_and_its_words(hands: Hands) -> None:
    reply_on(hands)
    casework.claim(hands.desk, 2, by=DEE, at=hands.desk.clock.now())
    said = hands.submit(**{ids.WORDS_INPUT: WORDS, ids.ALSO_CHOICE: "2 3"})
    assert said["errors"][ids.ALSO_BLOCK].startswith("Case 2 cannot be answered along: Dee holds it")
    assert hands.desk.store.case(1).draft is None
    assert [one["value"] for one in chosen(reply_on(hands))] == ["3"]


def chosen(form: dict[str, Any]) -> list[Any]:
    found = [one for one in form["blocks"] if one.get("block_id") == ids.ALSO_BLOCK]
    return list(found[0]["element"].get("initial_options", []))


@pytest.mark.parametrize("odd", ["2 999999999999999999999", "2 x", "-2", "2.5", "² 2", "77"])
def test_odd_choices_take_nobody_along_who_was_not_offered(hands: Hands, odd: str) -> None:
    put_up(hands, odd)
    drafted = [one for one in (1, 2, 3) if hands.desk.store.case(one).draft]
    assert set(drafted) <= {1, 2}


def test_cards_name_the_others_under_the_post(hands: Hands) -> None:
    hands.publish()
    receive(hands.desk, a_post("104", "Same @northwind", by="dora", root="90"))
    hands.publish()
    cards = [one for (room, _), one in hands.chat.messages.items() if room == CARE]
    assert "3 others wrote under the same post" in str(cards[-1].blocks)
    assert "(Priya)" in str(cards[-1].blocks)
    assert all("3 others wrote under the same post" in str(one.blocks) for one in cards)

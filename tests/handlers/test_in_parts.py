"""A reply in parts as people see it: in the form, in the message that asks for approval, on the card, in the thread."""

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState, DraftState
from bot.ports import NotSent
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.fakes import ANA, BEN, DEE
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, case_card, draft_of, only_case, published, send, street
from tests.services.long_reply import BOTH, FIRST, LONG, SECOND


def writing(hands: Hands) -> Hands:
    a_case(hands.desk)
    assert hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY)) == ""
    return hands


def put_up(hands: Hands) -> Hands:
    writing(hands).change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: LONG})
    assert hands.submit(**{ids.WORDS_INPUT: LONG, ids.PARTS_CHOICE: "1"}) == {}
    return hands


def partly_out(hands: Hands) -> Hands:
    """Let the first part go out, and the network refuse the second one."""
    assert put_up(hands).press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), BEN) == ""
    street(hands.desk).outcomes += [None, NotSent("X says no.")]  # type: ignore[list-item]
    send(hands.desk)
    return hands


def test_words_that_are_too_long_show_where_they_would_be_cut(hands: Hands) -> None:
    writing(hands).change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: LONG})
    form = hands.form()
    over, lengths = len(LONG) - 280, (len(FIRST), len(SECOND))
    said = read(form)
    assert f"{over} too many for one post on X" in said
    assert "Send it in 2 parts" in said
    assert f"Part 1 of 2  {lengths[0]} of 280" in said
    assert f"Part 2 of 2  {lengths[1]} of 280" in said
    assert FIRST in said
    assert SECOND in said
    judge_view(form)


def test_words_that_fit_offer_no_parts(hands: Hands) -> None:
    writing(hands).change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: LONG})
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: SECOND})
    assert "parts" not in read(hands.form())


def test_words_sent_before_the_form_could_show_the_cut_show_it_first(hands: Hands) -> None:
    answer = writing(hands).submit(**{ids.WORDS_INPUT: LONG})
    assert answer["response_action"] == "update"
    assert "Send it in 2 parts" in read(answer["view"])
    assert only_case(hands.desk).draft is None


def test_parts_that_nobody_chose_are_refused_with_the_offer(hands: Hands) -> None:
    writing(hands).change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: LONG})
    said = hands.submit(**{ids.WORDS_INPUT: LONG})["errors"]
    assert "tick below that it goes out in 2 parts" in " ".join(said.values())
    assert only_case(hands.desk).draft is None


def test_the_approver_sees_each_part_with_its_length_and_approves_once(hands: Hands) -> None:
    put_up(hands).publish()
    asks = [one for one in hands.chat.messages.values() if "Part 1 of 2" in read(one)]
    assert asks
    for message in asks:
        said = read(message)
        assert f"Part 1 of 2  {len(FIRST)} of 280" in said
        assert f"Part 2 of 2  {len(SECOND)} of 280" in said
        assert "Part 1, " in message.text
        assert "Part 2, " in message.text
    assert hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), BEN) == ""
    send(hands.desk)
    assert published(hands.desk) == BOTH


def test_words_that_an_approver_edits_are_shown_cut_before_anybody_approves_them(hands: Hands) -> None:
    put_up(hands)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), BEN)
    assert "comes back for approval" in read(hands.form())
    assert hands.submit(BEN, **{ids.WORDS_INPUT: LONG.replace("Tuesday", "Wednesday morning")}) == {}
    assert (draft_of(hands.desk).state, draft_of(hands.desk).version) == (DraftState.IN_REVIEW, 2)
    assert hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), BEN) == ""
    send(hands.desk)
    assert len(published(hands.desk)) == 2


def test_the_card_and_the_thread_say_what_is_public_and_what_can_be_done(hands: Hands) -> None:
    partly_out(hands).publish()
    card = read(case_card(hands.desk))
    assert "X did not take Ana's reply (part 2 of 2). X says no. Part 1 of 2 is public, the rest is not" in card
    for words in ("Send the rest again", "Edit the rest", "Leave it at that"):
        assert words in card
    thread = [read(one) for one in hands.chat.messages.values()]
    assert any("Part 1 of 2  is public" in one and "Withdraw the rest" in one for one in thread)


def test_the_form_of_the_rest_has_the_rest_only(hands: Hands) -> None:
    partly_out(hands)
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN))
    inputs = [one["element"] for one in hands.form()["blocks"] if "element" in one]
    assert [one["initial_value"] for one in inputs if one["action_id"] == ids.WORDS_INPUT] == [SECOND]


def test_an_approver_leaves_it_at_that_and_nobody_else(hands: Hands) -> None:
    button = partly_out(hands).button(ids.DRAFT_LEAVE)
    assert hands.press(ids.DRAFT_LEAVE, button, DEE) != ""
    assert only_case(hands.desk).state == CaseState.OPEN
    assert hands.press(ids.DRAFT_LEAVE, button, BEN) == ""
    assert only_case(hands.desk).state == CaseState.PENDING
    assert "Part 1 of 2 is public, the rest is not" in read(case_card(hands.desk))
    assert hands.press(ids.DRAFT_LEAVE, button, BEN) != ""


def test_a_withdrawn_rest_is_said_on_the_card_and_what_is_public_can_be_taken_back(hands: Hands) -> None:
    assert partly_out(hands).press(ids.DRAFT_WITHDRAW, hands.button(ids.DRAFT_WITHDRAW), ANA) == ""
    card = read(case_card(hands.desk))
    assert "Part 1 of 2 is public, the rest is not" in card
    assert hands.button(ids.CORRECT_REPLY)

"""Forms: typed text is kept, a refusal is shown at its input, and rights are checked again when the form is sent."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.blocks.base.aside_choices import REASONS
from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.replies.draft import DraftKind
from bot.domain.team.people import Group, PersonKind
from bot.ports import OutOfService
from bot.services.cases import casework
from bot.services.replies import correcting, review
from bot.services.replies import reply_form as making
from bot.services.team import handover
from storage import SqlStore
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, NOON, STAN, EditingNetwork, a_desk, a_post, teammate
from tests.handlers.pressing import Hands
from tests.services.doubles import BreakingStore, always
from tests.services.journey import (
    ONCE,
    WORDS,
    a_case,
    approve,
    by_hand,
    delivered,
    draft_of,
    in_review,
    only_case,
    published,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
    written,
)


def writing(hands: Hands, by: str = ANA) -> Hands:
    """Open the form for a reply."""
    a_case(hands.desk)
    assert hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY), by) == ""
    return hands


def words_in(form: dict[str, object]) -> str:
    blocks = form["blocks"]
    assert isinstance(blocks, list)
    [element] = [one["element"] for one in blocks if one.get("element", {}).get("action_id") == ids.WORDS_INPUT]
    return str(element.get("initial_value", ""))


def test_reply_claims_the_case_and_opens_an_empty_form(hands: Hands) -> None:
    writing(hands)
    assert only_case(hands.desk).assignee == ANA
    assert words_in(hands.form()) == ""
    judge_view(hands.form())


def test_words_sent_to_approval_are_put_up_once(hands: Hands) -> None:
    writing(hands)
    form = hands.form()
    assert hands.submit(form=form, **{ids.WORDS_INPUT: WORDS}) == {}
    draft = draft_of(hands.desk)
    assert (draft.state, draft.text, draft.authors) == (DraftState.IN_REVIEW, WORDS, (ANA,))
    again = hands.submit(form=form, **{ids.WORDS_INPUT: WORDS})
    assert again["response_action"] == "errors"
    assert (draft_of(hands.desk).version, verbs(hands.desk).count("submit")) == (1, 1)


def test_the_chosen_template_is_filled_in(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "sorry"})
    assert words_in(hands.form()) == "I'm sorry, Priya. ^AN"
    judge_view(hands.form())
    assert hands.submit() == {}
    draft = draft_of(hands.desk)
    assert (draft.template, draft.template_text) == ("sorry", "I'm sorry, Priya. ^AN")


def test_words_are_kept_while_they_are_typed_and_wait_in_the_next_form(hands: Hands) -> None:
    writing(hands)
    assert hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'm on"}) == ""
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY))
    assert words_in(hands.form()) == "Priya, I'm on"


def test_closing_the_form_loses_nothing(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'm on"})
    view = hands.filled(hands.form(), {})
    who = {"id": ANA, "team_id": "T0HOME"}
    assert hands.dispatch({"type": "view_closed", "user": who, "view": view, "is_cleared": False}).status == 200
    assert hands.desk.store.saved_words(1, ANA)["words"] == "Priya, I'm on"


@pytest.mark.parametrize(
    ("words", "why"),
    [("", "write the reply first"), ("Hi [by when] friend", "by when"), ("x" * 300, "20 over the 280")],
)
def test_words_that_cannot_go_out_are_refused_beside_the_words_and_kept(hands: Hands, words: str, why: str) -> None:
    writing(hands)
    answer = hands.submit(**{ids.WORDS_INPUT: words})
    [(block, said)] = answer["errors"].items()
    assert (answer["response_action"], block.startswith(ids.WORDS_BLOCK)) == ("errors", True)
    assert why in said
    assert hands.desk.store.saved_words(1, ANA)["words"] == words
    assert only_case(hands.desk).draft is None


def test_a_form_overtaken_by_somebody_elses_draft_keeps_its_words_and_names_them(hands: Hands) -> None:
    writing(hands)
    casework.assign(hands.desk, 1, to=DEE, by=DEE, at=NOON)
    answer = hands.submit(**{ids.WORDS_INPUT: WORDS})
    [said] = answer["errors"].values()
    assert "Dee" in said
    assert "<@" not in said
    assert hands.desk.store.saved_words(1, ANA)["words"] == WORDS


def test_a_form_on_a_case_solved_meanwhile_is_refused_and_keeps_its_words(hands: Hands) -> None:
    writing(hands)
    casework.solve(hands.desk, 1, by=DEE, at=NOON)
    [said] = hands.submit(**{ids.WORDS_INPUT: WORDS})["errors"].values()
    assert "solved" in said
    assert hands.desk.store.saved_words(1, ANA)["words"] == WORDS


def test_where_nothing_can_be_written_the_form_stays_with_its_words(store: SqlStore) -> None:
    whole = writing(Hands(a_desk(store)))
    form = whole.form()
    for method in ("save_words", "record"):
        broken = BreakingStore(store, **{method: always(OutOfService("disk full"))})
        hands = Hands(replace(a_desk(store), store=broken))  # type: ignore[arg-type]
        answer = hands.submit(form=form, **{ids.WORDS_INPUT: WORDS})
        assert "cannot write anything down" in next(iter(answer["errors"].values()))
    assert only_case(a_desk(store)).draft is None


def test_words_put_up_are_no_longer_kept_as_unfinished(hands: Hands) -> None:
    writing(hands)
    hands.submit(**{ids.WORDS_INPUT: WORDS})
    assert hands.desk.store.saved_words(1, ANA) == {}


LITERAL = "Priya, cards & refunds <3: write &amp; or &lt;b&gt;, never &amp;lt; or 5 < 6 > 4. &quot; stays. ^AN"


def went_out(hands: Hands) -> list[str]:
    send(hands.desk)
    return [text for _, _, text in street(hands.desk).published]


def test_a_reply_goes_out_byte_for_byte_as_it_was_typed(hands: Hands) -> None:
    writing(hands)
    hands.submit(**{ids.WORDS_INPUT: LITERAL})
    approve(hands.desk)
    assert went_out(hands) == [LITERAL]


def test_what_was_typed_stays_the_same_each_time_the_form_is_opened(hands: Hands) -> None:
    writing(hands).change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: LITERAL})
    for _ in range(3):
        hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY))
        assert words_in(hands.form()) == LITERAL
        hands.change(ids.WORDS_INPUT)
    hands.submit()
    assert draft_of(hands.desk).text == LITERAL


def test_an_edit_goes_out_byte_for_byte_as_it_was_typed(hands: Hands) -> None:
    in_review(hands.desk, text=LITERAL.replace("never", "not"))
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), BEN)
    assert hands.submit(BEN, **{ids.WORDS_INPUT: LITERAL}) == {}
    assert went_out(hands) == [LITERAL]


def test_a_correction_goes_out_byte_for_byte_as_it_was_typed(hands: Hands) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    assert hands.submit(**{ids.CORRECTION_CHOICE: ids.CORRECT, ids.WORDS_INPUT: LITERAL}) == {}
    approve(hands.desk)
    assert went_out(hands) == [WORDS, LITERAL]


def test_a_note_is_kept_as_it_was_typed(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_REQUEST_CHANGES)
    assert hands.submit(BEN, **{ids.NOTE_INPUT: LITERAL}) == {}
    assert draft_of(hands.desk).note == LITERAL


# --- deciding --------------------------------------------------------------------------------------------------


def deciding(hands: Hands, action_id: str, by: str = BEN) -> Hands:
    in_review(hands.desk)
    assert hands.press(action_id, hands.button(action_id), by) == ""
    judge_view(hands.form())
    return hands


def test_edit_and_approve_lets_the_changed_words_out(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_EDIT_APPROVE)
    assert words_in(hands.form()) == WORDS
    new = WORDS.replace("17:00", "16:00")
    assert hands.submit(BEN, **{ids.WORDS_INPUT: new}) == {}
    send(hands.desk)
    assert [text for _, _, text in street(hands.desk).published] == [new]
    assert draft_of(hands.desk).authors == (ANA, BEN)


def test_request_changes_hands_the_draft_back_with_the_note(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_REQUEST_CHANGES)
    assert hands.submit(BEN, **{ids.NOTE_INPUT: "  "})["errors"].keys() == {ids.NOTE_BLOCK}
    assert hands.submit(BEN, **{ids.NOTE_INPUT: "name the day"}) == {}
    assert (draft_of(hands.desk).state, draft_of(hands.desk).note) == (DraftState.WRITING, "name the day")


@pytest.mark.parametrize("action_id", [ids.DRAFT_EDIT_APPROVE, ids.DRAFT_REQUEST_CHANGES])
def test_an_approver_removed_between_opening_and_sending_a_form_is_refused(hands: Hands, action_id: str) -> None:
    deciding(hands, action_id)
    hands.desk.store.put_people([], [Group(id=APPROVERS, members=frozenset({CARO}), fetched_at=NOON)])
    answer = hands.submit(BEN, **{ids.WORDS_INPUT: WORDS.replace("17", "16"), ids.NOTE_INPUT: "name the day"})
    assert "You cannot approve replies here" in json.dumps(answer)
    assert (draft_of(hands.desk).state, draft_of(hands.desk).version) == (DraftState.IN_REVIEW, 1)


def test_somebody_deactivated_between_opening_and_sending_a_form_is_refused(hands: Hands) -> None:
    writing(hands)
    hands.desk.store.put_people([teammate(ANA, "Ana", PersonKind.GONE)], [])
    assert "deactivated" in json.dumps(hands.submit(**{ids.WORDS_INPUT: WORDS}))
    assert only_case(hands.desk).draft is None


def test_an_edit_of_words_that_moved_on_is_refused_with_its_words(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_EDIT_APPROVE)
    receive(hands.desk, a_post("101", "hello?", root="100"))
    answer = hands.submit(BEN, **{ids.WORDS_INPUT: WORDS.replace("17", "16")})
    assert answer["response_action"] == "errors"
    assert "wrote again" in json.dumps(answer)


def test_metadata_changed_on_the_way_has_no_effect(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_EDIT_APPROVE)
    form = hands.form()
    before = verbs(hands.desk)
    plain, _, mac = str(form["private_metadata"]).rpartition(".")
    odd = ["", "{}", "[]", "null", '{"draft":99,"version":1,"seen":1}', '{"draft":1,"version":1,"seen":9}', plain,
           plain.replace('"seen":1', '"seen":9') + "." + mac, f"{plain}.", f".{mac}", "x" * 3_000]  # fmt: skip
    for metadata in odd:
        answer = hands.submit(BEN, form={**form, "private_metadata": metadata}, **{ids.WORDS_INPUT: "Sorry, Priya."})
        [(block, said)] = answer["errors"].items()
        assert (block.startswith(ids.WORDS_BLOCK), "open the form once more" in said) == (True, True), metadata
    assert verbs(hands.desk) == before
    assert hands.submit(BEN, form=form, **{ids.WORDS_INPUT: WORDS}) == {}


def test_what_one_kind_of_form_was_opened_for_is_nothing_to_another(hands: Hands) -> None:
    deciding(hands, ids.DRAFT_REQUEST_CHANGES)
    other = hands.form()["private_metadata"]
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    answer = hands.submit(BEN, form={**hands.form(), "private_metadata": other}, **{ids.WORDS_INPUT: WORDS})
    assert "open the form once more" in json.dumps(answer)


def test_a_reply_in_a_form_of_another_time_stays_in_the_form(hands: Hands) -> None:
    writing(hands)
    old = {**hands.form(), "private_metadata": ids.pack({"case": 1, "replaces": 0, "template": ""})}
    [(block, said)] = hands.submit(form=old, **{ids.WORDS_INPUT: WORDS})["errors"].items()
    assert (block.startswith(ids.WORDS_BLOCK), "copy what you wrote" in said) == (True, True)
    assert only_case(hands.desk).draft is None
    assert [(one.verb, one.by) for one in hands.desk.store.audit("desk")] == [("not_made_here", ANA)]
    hands.chat.views.append(old)
    assert "open the form once more" in hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: WORDS})
    assert len(hands.desk.store.audit("desk")) == 1, "what is typed on in it is refused, and not written down again"


@pytest.mark.parametrize(
    ("button", "block", "typed"),
    [
        (ids.DRAFT_REQUEST_CHANGES, ids.NOTE_BLOCK, {ids.NOTE_INPUT: "Name the day."}),
        (ids.DRAFT_EDIT_APPROVE, ids.WORDS_BLOCK, {ids.WORDS_INPUT: "Sorry, Priya."}),
    ],
)
def test_a_refusal_takes_nothing_away_that_was_typed(hands: Hands, button, block, typed) -> None:
    deciding(hands, button)
    hands.desk.store.put_people([teammate(BEN, "Ben", PersonKind.GONE)], [])
    [shown] = hands.submit(BEN, **typed)["errors"]
    assert shown.startswith(block)


def test_a_form_that_nobody_knows_any_more_says_so_and_does_not_just_close(hands: Hands) -> None:
    answer = hands.send_view(
        {"callback_id": "form_of_last_year", "id": "V1", "type": "modal", "state": {"values": {}}}
    )
    assert answer["response_action"] == "update"
    assert "out of date" in json.dumps(answer)


# --- the small forms of a case -----------------------------------------------------------------------------------


def test_a_case_is_given_to_whoever_was_chosen(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    judge_view(hands.form())
    assert hands.submit(**{ids.ASSIGNEE_SELECT: GUS}) == {}
    assert only_case(hands.desk).assignee == GUS


def test_a_note_goes_along_and_is_kept_by_a_form_that_was_closed_or_refused(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    note = {ids.NOTE_INPUT: "she waits for a call"}
    hands.close(**note)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    assert "she waits for a call" in json.dumps(hands.form())
    assert "cannot work on cases here" in json.dumps(hands.submit(**{ids.ASSIGNEE_SELECT: STAN}, **note))
    with pytest.raises(NotUsable, match="Please choose who takes the case"):
        handover.give(hands.desk, 1, to="", note="she waits", priority="", by=ANA, at=NOON)
    assert hands.submit(**{ids.ASSIGNEE_SELECT: GUS}, **note) == {}
    assert (only_case(hands.desk).assignee, only_case(hands.desk).assigned_note) == (GUS, "she waits for a call")
    assert verbs(hands.desk)[-1] == "assign"
    assert "she waits" not in str(hands.desk.store.audit("case:1"))
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    assert "she waits" not in json.dumps([one for one in hands.form()["blocks"] if one["type"] == "input"])
    casework.release(hands.desk, 1, by=GUS, at=NOON)
    assert only_case(hands.desk).assigned_note == ""


def test_a_note_to_whoever_holds_the_case_already_reaches_them(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=GUS, at=NOON)
    casework.assign(hands.desk, 1, to=GUS, by=CARO, at=NOON + timedelta(minutes=5), note="she waits")
    case = only_case(hands.desk)
    assert (case.assignee, case.assigned_at, case.assigned_note) == (GUS, NOON, "she waits")


def test_a_note_stands_on_the_card_and_in_the_message_to_whoever_gets_the_case(hands: Hands) -> None:
    a_case(hands.desk)
    hands.publish()
    casework.assign(hands.desk, 1, to=DEE, by=CARO, at=NOON, note="she waits for a call")
    hands.publish()
    shown = [one.text for one in hands.chat.messages.values() if "Note from Caro: she waits for a call." in one.text]
    assert {("handed" in one, "mention" in one) for one in shown} == {(True, False), (False, True)}


def test_the_words_of_a_reply_and_a_note_are_kept_side_by_side(hands: Hands) -> None:
    desk, form = hands.desk, making.ReplyForm(words="Priya, sorry.")
    a_case(desk)
    making.keep_note(desk, 1, "she waits", by=ANA, at=NOON)
    making.keep(desk, 1, form, by=ANA, at=NOON)
    assert making.kept_note(desk, 1, by=ANA) == "she waits"
    making.keep_note(desk, 1, "", by=ANA, at=NOON)
    assert making.kept_note(desk, 1, by=ANA) == ""
    assert making.first_form(desk, desk.store.case(1), by=ANA, at=NOON).words == "Priya, sorry."


def test_the_priority_is_set_with_the_assignee_or_neither_is(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    answer = hands.submit(**{ids.ASSIGNEE_SELECT: GUS, ids.PRIORITY_SELECT: "urgent"})
    assert "whoever claims it or a lead" in json.dumps(answer)
    assert only_case(hands.desk).assignee == ""
    assert hands.submit(CARO, **{ids.ASSIGNEE_SELECT: GUS, ids.PRIORITY_SELECT: "urgent"}) == {}
    assert (only_case(hands.desk).assignee, only_case(hands.desk).priority) == (GUS, "urgent")


def test_a_case_is_set_aside_for_a_reason_and_a_term(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE))
    judge_view(hands.form())
    given = {ids.REASON_SELECT: "bait", ids.REASON_INPUT: "he wants a fight", ids.TERM_SELECT: "168"}
    assert hands.submit(**given) == {}
    case = only_case(hands.desk)
    assert (case.state, case.reason) == (CaseState.DISMISSED, f"{REASONS['bait']}: he wants a fight")
    assert case.resurfaces_at is not None
    assert round((case.resurfaces_at - hands.desk.clock.now()).total_seconds() / 3600) == 168


def test_a_case_whose_reply_may_be_on_its_way_is_not_set_aside(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SET_ASIDE))
    form = hands.form()
    unconfirmed(hands.desk)
    answer = hands.submit(form=form, **{ids.REASON_SELECT: "bait", ids.TERM_SELECT: "24"})
    assert "on its way" in json.dumps(answer)


# --- the outcome of a reply ----------------------------------------------------------------------------------------


def test_the_link_of_a_reply_settles_it_and_a_bad_one_is_asked_for_again(hands: Hands) -> None:
    unconfirmed(hands.desk)
    hands.press(ids.UNKNOWN_SEEN, hands.button(ids.UNKNOWN_SEEN))
    judge_view(hands.form())
    assert hands.submit(**{ids.LINK_INPUT: "https://"})["errors"].keys() == {ids.LINK_BLOCK}
    assert hands.submit(**{ids.LINK_INPUT: "https://x.example/northwind/status/77"}) == {}
    assert draft_of(hands.desk).state == DraftState.SENT


def test_a_reply_posted_by_hand_is_settled_by_its_link(hands: Hands) -> None:
    by_hand(hands.desk)
    hands.press(ids.HAND_POSTED, hands.button(ids.HAND_POSTED))
    assert hands.submit(**{ids.LINK_INPUT: "https://x.example/northwind/status/77"}) == {}
    assert only_case(hands.desk).answer_url.endswith("/77")


def test_where_replies_have_no_address_the_link_may_be_left_out(hands: Hands) -> None:
    street(hands.desk).addresses = False
    by_hand(hands.desk)
    hands.press(ids.HAND_POSTED, hands.button(ids.HAND_POSTED))
    judge_view(hands.form())
    assert "then your word counts" in read(hands.form())
    assert hands.submit(**{ids.LINK_INPUT: ""}) == {}
    assert draft_of(hands.desk).state == DraftState.SENT


@pytest.mark.parametrize("choice", [ids.CORRECT, ids.TAKE_BACK])
def test_a_sent_reply_is_corrected_or_taken_back_only_after_approval(hands: Hands, choice: str) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    judge_view(hands.form())
    assert hands.submit(**{ids.CORRECTION_CHOICE: choice, ids.WORDS_INPUT: "I meant 18:00. ^AN"}) == {}
    assert (len(street(hands.desk).published), street(hands.desk).taken_back) == (1, [])
    approve(hands.desk)
    send(hands.desk)
    done = (len(street(hands.desk).published), street(hands.desk).taken_back)
    assert done == ((2, []) if choice == ids.CORRECT else (1, ["9000"]))


def test_the_words_of_a_reply_are_changed_where_they_stand_only_after_approval(store: SqlStore) -> None:
    hands = Hands(replace(a_desk(store), networks={("x", "42"): EditingNetwork()}))
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    words = "Priya, I'll tell you here by 20:00, not 21:00. ^AN"
    asked_first = hands.send_view(
        hands.filled(hands.form(), {ids.CORRECTION_CHOICE: ids.CHANGE_THERE, ids.WORDS_INPUT: words})
    )
    again = asked_first["view"]
    judge_view(again)
    assert hands.send_view(hands.filled(again, {ids.PROMISE_SELECT: ids.KEEP})) == {}
    assert (published(hands.desk), draft_of(hands.desk).kind) == (ONCE, DraftKind.IN_PLACE)
    approve(hands.desk)
    send(hands.desk)
    assert published(hands.desk) == [("100", words)]
    assert only_case(hands.desk).due_at == NOON + timedelta(hours=8)


def test_a_correction_without_words_is_refused_beside_them(hands: Hands) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    answer = hands.submit(**{ids.CORRECTION_CHOICE: ids.CORRECT, ids.WORDS_INPUT: ""})
    assert [block.startswith(ids.WORDS_BLOCK) for block in answer["errors"]] == [True]


def test_a_reply_is_corrected_also_after_a_correction_was_withdrawn_or_another_reply_sent(hands: Hands) -> None:
    delivered(hands.desk)
    hands.publish()
    first = hands.button(ids.CORRECT_REPLY)
    correcting.correct(hands.desk, 1, "Tomorrow. ^AN", take_back=False, by=ANA, at=NOON)
    review.withdraw(hands.desk, draft_of(hands.desk).id, by=ANA, at=NOON)
    written(hands.desk, 1, text="Priya, one more thing. ^AN")
    approve(hands.desk)
    send(hands.desk)
    assert hands.press(ids.CORRECT_REPLY, first) == ""
    assert WORDS in read(hands.form())
    assert hands.submit(**{ids.CORRECTION_CHOICE: ids.TAKE_BACK}) == {}
    assert (draft_of(hands.desk).corrects, draft_of(hands.desk).text) == ("9000", WORDS)
    approve(hands.desk)
    send(hands.desk)
    assert street(hands.desk).taken_back == ["9000"]
    hands.press(ids.CORRECT_REPLY, first)
    answer = hands.submit(**{ids.CORRECTION_CHOICE: ids.CORRECT, ids.WORDS_INPUT: "Tomorrow. ^AN"})
    assert "taken back already" in json.dumps(answer)


def test_a_reply_that_was_taken_back_is_not_corrected_once_another_was_sent_either(hands: Hands) -> None:
    delivered(hands.desk)
    hands.publish()
    first = hands.button(ids.CORRECT_REPLY)
    correcting.correct(hands.desk, 1, "", take_back=True, by=ANA, at=NOON)
    approve(hands.desk)
    send(hands.desk)
    written(hands.desk, 1, text="Priya, one more thing. ^AN")
    approve(hands.desk)
    send(hands.desk)
    hands.press(ids.CORRECT_REPLY, first)
    answer = hands.submit(**{ids.CORRECTION_CHOICE: ids.CORRECT, ids.WORDS_INPUT: "Tomorrow. ^AN"})
    assert "taken back already" in json.dumps(answer)


def test_a_correction_is_asked_about_beside_what_it_corrects(hands: Hands) -> None:
    delivered(hands.desk)
    correcting.correct(hands.desk, 1, "Tomorrow. ^AN", take_back=False, by=ANA, at=NOON)
    hands.publish()
    asked = [
        read(message)
        for message in hands.chat.messages.values()
        if "asks you to approve a correction" in read(message)
    ]
    assert f"It corrects what was sent at 12:00 UTC:\n┃ {WORDS}" in asked[-1]


def test_a_new_wording_is_asked_about_beside_the_words_that_it_replaces(store: SqlStore) -> None:
    hands = Hands(replace(a_desk(store), networks={("x", "42"): EditingNetwork()}))
    delivered(hands.desk)
    correcting.correct(hands.desk, 1, "Tomorrow. ^AN", take_back=False, in_place=True, by=ANA, at=NOON)
    hands.publish()
    asked = [
        read(message)
        for message in hands.chat.messages.values()
        if "asks you to approve a new wording" in read(message)
    ]
    assert f"It takes the place of these words, sent at 12:00 UTC:\n┃ {WORDS}" in asked[-1]
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN))
    assert "~ New wording, case 1 ~" in read(hands.form())


def test_a_correction_that_is_opened_again_is_called_one(hands: Hands) -> None:
    delivered(hands.desk)
    correcting.correct(hands.desk, 1, "Tomorrow. ^AN", take_back=False, by=ANA, at=NOON)
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN))
    form = read(hands.form())
    assert "~ Correction, case 1 ~" in form
    assert "The correction to Priya" in form


# --- a promise in the words --------------------------------------------------------------------------------------


def asked(hands: Hands, words: str) -> dict[str, Any]:
    a_case(hands.desk)
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY))
    return hands.send_view(hands.filled(hands.form(), {ids.WORDS_INPUT: words}))


def test_a_promise_in_the_words_is_asked_about_before_anything_is_put_up(hands: Hands) -> None:
    answer = asked(hands, "Priya, I'll tell you here by 17:00. ^AN")
    assert answer["response_action"] == "update"
    judge_view(answer["view"])
    assert "Remind me before 17:00 today" in json.dumps(answer)
    assert only_case(hands.desk).draft is None
    assert hands.send_view(hands.filled(answer["view"], {})) == {}
    draft = only_case(hands.desk).draft
    assert draft is not None
    assert draft.spoken is not None
    assert (draft.spoken.phrase, draft.spoken.due_at) == ("by 17:00", NOON + timedelta(hours=5))


def test_no_promise_is_an_answer_too(hands: Hands) -> None:
    answer = asked(hands, "Priya, I'll tell you here by 17:00. ^AN")
    assert hands.send_view(hands.filled(answer["view"], {ids.PROMISE_SELECT: ids.NO_PROMISE})) == {}
    draft = only_case(hands.desk).draft
    assert draft is not None
    assert draft.spoken is None


def test_another_moment_is_asked_about_anew(hands: Hands) -> None:
    answer = asked(hands, "Priya, I'll tell you here by 17:00. ^AN")
    again = hands.send_view(hands.filled(answer["view"], {ids.WORDS_INPUT: "Priya, I'll tell you by 18:00. ^AN"}))
    assert "Remind me before 18:00 today" in json.dumps(again)


@pytest.mark.parametrize(("answer", "held"), [(ids.KEEP, True), (ids.NO_PROMISE, False)])
def test_a_promise_in_a_correction_is_asked_about_like_in_a_reply(hands: Hands, answer: str, held: bool) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    words = "Priya, I'll tell you here by 20:00, not 21:00. ^AN"
    typed = {ids.CORRECTION_CHOICE: ids.CORRECT, ids.WORDS_INPUT: words}
    asked_first = hands.send_view(hands.filled(hands.form(), typed))
    judge_view(asked_first["view"])
    assert "Remind me before 20:00 today" in json.dumps(asked_first)
    assert draft_of(hands.desk).state == DraftState.SENT
    assert hands.send_view(hands.filled(asked_first["view"], {ids.PROMISE_SELECT: answer})) == {}
    draft = draft_of(hands.desk)
    assert (draft.text, draft.spoken is not None) == (words, held)
    approve(hands.desk)
    send(hands.desk)
    assert only_case(hands.desk).due_at == (NOON + timedelta(hours=8) if held else None)


def test_taking_back_asks_about_no_promise(hands: Hands) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    typed = {ids.CORRECTION_CHOICE: ids.TAKE_BACK, ids.WORDS_INPUT: "I'll tell you here by 20:00"}
    assert hands.send_view(hands.filled(hands.form(), typed)) == {}


def test_words_without_a_moment_are_put_up_at_once(hands: Hands) -> None:
    assert asked(hands, "Priya, that is our mistake, and I'm sorry. ^AN") == {}


def test_the_form_says_while_it_is_typed_what_everybody_would_read(hands: Hands) -> None:
    hands.desk.take_over(replace(hands.desk.policy, phone_countries=("GB",)))
    writing(hands)
    drawn = len(hands.chat.views)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'll ring you on 020 7946 0958. ^AN"})
    assert len(hands.chat.views) == drawn + 1
    assert "shows everybody a phone number ending in 58" in read(hands.form())
    assert "0958" not in hands.form()["private_metadata"]
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'll ring you on 020 7946 0958, Priya. ^AN"})
    assert len(hands.chat.views) == drawn + 1  # nothing new to say


def test_a_card_number_is_let_out_by_the_button_that_asks_first(hands: Hands) -> None:
    in_review(hands.desk, text="Priya, it went back to 4111 1111 1111 1111. ^AN")
    yes = hands.button(ids.DRAFT_APPROVE_SURE)
    assert "payment card number ending in 11" in hands.press(ids.DRAFT_APPROVE, yes, BEN)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert hands.press(ids.DRAFT_APPROVE_SURE, yes, BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_a_tone_that_does_harm_is_remarked_while_it_is_typed(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, please calm down"})
    assert "tells them how to feel" in str(hands.form()["blocks"])
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I am on it and"})
    assert "tells them how to feel" not in str(hands.form()["blocks"])

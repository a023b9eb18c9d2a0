"""Facts fill a template while they are typed; the form asks for the missing ones at once and keeps all inputs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.services.replies import review
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.fakes import ANA, BEN, GUS, NOON, FakeTemplates, FilledWords, Words
from tests.handlers.pressing import TEAM, Hands
from tests.handlers.test_forms import words_in, writing
from tests.services.journey import a_case, delivered, draft_of, in_review, only_case

BACK = Words(
    "back",
    "{first_name}, {what} is on its way, and I'll write here by {by_when}. ^{initials}",
    asks={"what": "What is on its way?", "by_when": "By when?"},
)
WHAT, WHEN = f"{ids.FACT_BLOCK}what", f"{ids.FACT_BLOCK}by_when"


class AskingTemplates(FakeTemplates):
    """Templates; one of them asks for two facts."""

    def fill(self, name: str, facts: Mapping[str, str]) -> FilledWords:
        return super().fill(name, {"by_when": "[by when]", "what": "[what]", **facts})


@pytest.fixture
def chosen(hands: Hands) -> Hands:
    """Return a desk with the form open and the asking template chosen."""
    hands = writing(Hands(replace(hands.desk, templates=AskingTemplates((*FakeTemplates().known, BACK)))))
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "back"})
    return hands


def inputs(form: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block for block in form["blocks"] if block["type"] == "input"}


def asks_about_promise(form: Mapping[str, Any]) -> bool:
    return any(block.startswith(ids.PROMISE_BLOCK) for block in inputs(form))


def words_block(form: Mapping[str, Any]) -> str:
    return next(block for block in inputs(form) if block.startswith(ids.WORDS_BLOCK))


def test_facts_fill_the_words_as_they_are_typed_and_nothing_else_is_pressed(chosen: Hands) -> None:
    chosen.change(ids.FACT_INPUT, **{WHAT: "Your kettle"})
    chosen.change(ids.FACT_INPUT, **{WHEN: "17:00"})
    assert words_in(chosen.form()) == "Priya, Your kettle is on its way, and I'll write here by 17:00. ^AN"
    judge_view(chosen.form())
    assert "Fill in" not in read(chosen.form())
    assert chosen.send_view(chosen.filled(chosen.form(), {})) == {}
    assert draft_of(chosen.desk).facts == {"what": "Your kettle", "by_when": "17:00"}


def test_a_fact_that_changes_while_it_is_typed_leaves_nothing_of_its_first_letters(chosen: Hands) -> None:
    for typed in ("1", "17", "17:", "17:0", "17:00", "18:00"):
        chosen.change(ids.FACT_INPUT, **{WHAT: "The kettle", WHEN: typed})
    assert words_in(chosen.form()) == "Priya, The kettle is on its way, and I'll write here by 18:00. ^AN"


def test_facts_that_were_not_reported_yet_fill_the_words_when_they_are_sent(chosen: Hands) -> None:
    assert chosen.submit(**{WHAT: "The kettle", WHEN: "17:00"}) == {}
    assert draft_of(chosen.desk).text == "Priya, The kettle is on its way, and I'll write here by 17:00. ^AN"


def test_facts_fill_the_gaps_of_words_that_somebody_changed_and_leave_the_rest(chosen: Hands) -> None:
    mine = "Hello Priya, [what] left today. I'll write by [by when]. ^AN"
    given = {ids.WORDS_INPUT: mine, WHAT: "the kettle", WHEN: "17:00"}
    chosen.change(ids.FACT_INPUT, **given)
    assert chosen.submit(**given) == {}
    assert draft_of(chosen.desk).text == "Hello Priya, the kettle left today. I'll write by 17:00. ^AN"


@pytest.mark.parametrize(("given", "at"), [({WHEN: "17:00"}, WHAT), ({WHAT: "The kettle"}, WHEN), ({}, WHAT)])
def test_a_fact_that_is_missing_is_asked_for_at_its_own_field(chosen: Hands, given: dict[str, str], at: str) -> None:
    answer = chosen.submit(**given)
    assert list(answer["errors"]) == [at]
    assert "Please fill this in" in answer["errors"][at]


def test_facts_that_are_needed_are_not_called_optional_until_their_place_is_taken_out(chosen: Hands) -> None:
    assert [inputs(chosen.form())[one]["optional"] for one in (WHAT, WHEN)] == [False, False]
    chosen.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, [what] is on its way. ^AN"})
    assert [inputs(chosen.form())[one]["optional"] for one in (WHAT, WHEN)] == [False, True]


def test_the_promise_is_asked_about_while_the_words_are_typed(hands: Hands) -> None:
    writing(hands)
    before = words_block(hands.form())
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'll tell you here by 17:00. ^AN"})
    assert asks_about_promise(hands.form())
    assert words_block(hands.form()) == before, "what is being typed stays under the cursor"
    judge_view(hands.form())
    assert hands.send_view(hands.filled(hands.form(), {})) == {}
    assert draft_of(hands.desk).spoken is not None


def test_the_promise_of_a_template_is_asked_about_with_its_fact(chosen: Hands) -> None:
    assert not asks_about_promise(chosen.form())
    chosen.change(ids.FACT_INPUT, **{WHAT: "The kettle", WHEN: "17:00"})
    assert asks_about_promise(chosen.form())


def test_a_promise_that_is_typed_over_is_no_longer_asked_about(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'll tell you here by 17:00. ^AN"})
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'm sorry. ^AN"})
    assert not asks_about_promise(hands.form())


def test_a_form_is_not_redrawn_for_letters_that_change_nothing_it_asks(hands: Hands) -> None:
    writing(hands)
    drawn = len(hands.chat.views)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'm so"})
    assert len(hands.chat.views) == drawn


def test_a_closed_form_keeps_what_stood_in_it(chosen: Hands) -> None:
    given = {ids.WORDS_INPUT: "Priya, [what] is on its way. ^AN", WHAT: "the kettle"}
    who = {"id": ANA, "team_id": TEAM}
    chosen.dispatch(
        {"type": "view_closed", "user": who, "view": chosen.filled(chosen.form(), given), "is_cleared": False}
    )
    kept = chosen.desk.store.saved_words(1, ANA)
    assert (kept["words"], kept["fact.what"]) == (given[ids.WORDS_INPUT], "the kettle")


def test_a_closed_form_that_reports_nothing_takes_nothing_away(chosen: Hands) -> None:
    who = {"id": ANA, "team_id": TEAM}
    empty = {**chosen.form(), "id": "V1", "state": {"values": {}}}
    before = chosen.desk.store.saved_words(1, ANA)
    chosen.dispatch({"type": "view_closed", "user": who, "view": empty, "is_cleared": False})
    assert chosen.desk.store.saved_words(1, ANA) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Priya, I'm\u200b sorry\u2060. ^AN", "2 signs that nobody sees are taken out"),
        ("Priya, I'm sorry\u00ad. ^AN", "1 sign that nobody sees is taken out"),
        ("Priya, I'm sorry\x07. ^AN", "1 sign that nobody sees is taken out"),
    ],
)
def test_signs_that_are_taken_out_are_said_while_the_words_are_typed(hands: Hands, words: str, said: str) -> None:
    writing(hands)
    before = words_block(hands.form())
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: words})
    assert said in read(hands.form())
    assert words_block(hands.form()) == before
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: "Priya, I'm sorry. ^AN"})
    assert "taken out" not in read(hands.form())


@pytest.mark.parametrize(
    "words", ["نمی\u200cدانم. ^AN", "Priya 👩\u200d💻. ^AN", "Priya,\r\n\r\nI'm sorry. ^AN", "Priya ❤️ ^AN"]
)
def test_signs_that_a_script_needs_stay_and_nothing_is_said(hands: Hands, words: str) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **{ids.WORDS_INPUT: words})
    assert "taken out" not in read(hands.form())


# --- the other forms ---------------------------------------------------------------------------------------------


def test_a_correction_begins_with_the_words_that_were_sent_and_wants_others(hands: Hands) -> None:
    delivered(hands.desk)
    hands.press(ids.CORRECT_REPLY, hands.button(ids.CORRECT_REPLY))
    assert words_in(hands.form()) == draft_of(hands.desk).text
    answer = hands.submit(**{ids.CORRECTION_CHOICE: ids.CORRECT})
    assert "public already" in json.dumps(answer)
    assert hands.submit(**{ids.CORRECTION_CHOICE: ids.TAKE_BACK}) == {}


def test_a_returned_draft_opens_with_what_was_asked(hands: Hands) -> None:
    in_review(hands.desk)
    draft = draft_of(hands.desk)
    review.request_changes(hands.desk, draft.id, "Name the refund day.", version=1, by=BEN, at=NOON)
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN))
    assert "Ben asks: Name the refund day." in read(hands.form())


def test_a_refused_priority_stands_at_its_field_and_leaves_the_chosen_person(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    answer = hands.submit(**{ids.ASSIGNEE_SELECT: GUS, ids.PRIORITY_SELECT: "urgent"})
    assert (answer["response_action"], list(answer["errors"])) == ("errors", [ids.PRIORITY_BLOCK])


def test_a_writers_own_edit_says_that_it_does_not_go_out(hands: Hands) -> None:
    in_review(hands.desk, by=BEN)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), BEN)
    said = read(hands.form())
    assert "It does not go out yet: somebody else approves it." in said
    assert "(Send for approval)" in said
    assert "Approve & send" not in said
    assert hands.submit(BEN, **{ids.WORDS_INPUT: "Priya, I'm sorry. ^BE"}) == {}
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert only_case(hands.desk).draft is not None


def test_a_long_complaint_leaves_the_words_in_sight_and_stands_whole_below_them(hands: Hands) -> None:
    a_case(hands.desk, text="It broke. " * 60)
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY))
    above, below = read(hands.form()).split("The reply to Priya")
    assert len(above) < 400
    assert below.count("It broke.") == 60

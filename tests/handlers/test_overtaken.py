"""A form that is older than somebody else's draft: a draft that its writer has not seen is never replaced."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.services.cases import casework
from bot.services.replies import review
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.fakes import ANA, BEN, DEE, NOON, FakeTemplates, FilledWords, Words
from tests.handlers.pressing import Hands
from tests.handlers.test_forms import words_in, writing
from tests.services.journey import WORDS, a_case, approve, draft_of, in_review, send, street, written

DEES = "Priya, the second charge goes back today. ^DE"
ANAS = "Priya, I'm looking into both charges now. ^AN"
MINE = {ids.WORDS_INPUT: ANAS}


def dee_writes(hands: Hands, text: str = DEES, *, replaces: int = 0) -> None:
    """Let Dee take the case, submit a draft, and give the case back to Ana."""
    desk = hands.desk
    casework.assign(desk, 1, to=DEE, by=DEE, at=NOON)
    review.submit(desk, 1, review.Words(text=text, replaces=replaces), by=DEE, at=NOON)
    casework.assign(desk, 1, to=ANA, by=DEE, at=NOON)


def reopened(hands: Hands) -> dict[str, Any]:
    """Open the form with the card's present button: Reply, or See draft."""
    shown = hands.buttons()
    [action_id] = {ids.CASE_REPLY, ids.DRAFT_OPEN} & {action_id for action_id, _ in shown}
    assert hands.press(action_id, shown[action_id, ""]) == ""
    judge_view(hands.form())
    return hands.form()


def shown(form: dict[str, Any]) -> str:
    return read(form)


def refused(answer: dict[str, Any]) -> str:
    assert answer["response_action"] == "errors"
    [said] = answer["errors"].values()
    return str(said)


def test_choosing_a_template_does_not_take_the_place_of_a_draft_put_up_meanwhile(hands: Hands) -> None:
    writing(hands)
    dee_writes(hands)
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "sorry"})
    assert "Dee has put up a draft since you opened the form. Your words are kept" in refused(hands.submit())
    assert draft_of(hands.desk).text == DEES


def test_choosing_a_template_does_not_take_the_place_of_a_newer_version(hands: Hands) -> None:
    in_review(hands.desk)
    reopened(hands)
    dee_writes(hands, replaces=1)
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "sorry"})
    assert "Dee has rewritten this draft since you opened it" in refused(hands.submit())
    assert draft_of(hands.desk).text == DEES


def test_another_draft_of_the_same_version_is_another_draft(hands: Hands) -> None:
    in_review(hands.desk)
    form = reopened(hands)
    review.withdraw(hands.desk, draft_of(hands.desk).id, by=ANA, at=NOON)
    dee_writes(hands)
    assert draft_of(hands.desk).version == 1
    assert "Dee has put up a draft since" in refused(hands.submit(form=form, **MINE))
    assert draft_of(hands.desk).text == DEES


def test_a_reply_that_went_out_meanwhile_is_not_followed_by_a_second_one_unseen(hands: Hands) -> None:
    writing(hands)
    form = hands.form()
    dee_writes(hands)
    approve(hands.desk)
    send(hands.desk)
    assert "Dee's reply went out since you opened the form" in refused(hands.submit(form=form, **MINE))
    assert draft_of(hands.desk).state == DraftState.SENT
    again = reopened(hands)
    assert "Dee's reply went out at 12:00 UTC, after you began to write." in shown(again)
    assert DEES in shown(again)
    assert hands.submit(form=again) == {}
    assert draft_of(hands.desk).text == ANAS


def test_words_kept_from_before_a_newer_draft_are_reopened_beside_it(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    dee_writes(hands)
    form = reopened(hands)
    assert words_in(form) == ANAS
    assert "Dee's draft, version 1, came after you began to write." in shown(form)
    assert DEES in shown(form)
    assert hands.submit(form=form) == {}
    assert (draft_of(hands.desk).text, draft_of(hands.desk).version) == (ANAS, 2)


def test_words_kept_against_an_older_version_say_so_until_they_are_put_up(hands: Hands) -> None:
    in_review(hands.desk)
    reopened(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    dee_writes(hands, replaces=1)
    reopened(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    form = reopened(hands)
    assert "Dee's draft, version 2, came after you began to write." in shown(form)
    hands.submit(form=form)
    assert "came after you began" not in shown(reopened(hands))


def test_the_note_stays_while_a_template_is_chosen(hands: Hands) -> None:
    writing(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    dee_writes(hands)
    reopened(hands)
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "sorry"})
    assert DEES in shown(hands.form())


def test_a_long_draft_is_shown_shortened_in_the_form(hands: Hands) -> None:
    hands.desk.networks["x", "42"].limit = 3_000
    writing(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    dee_writes(hands, "Priya, " + "word " * 500)
    assert shown(reopened(hands)).count("word") < 200


def test_nothing_is_said_where_nothing_moved(hands: Hands) -> None:
    in_review(hands.desk)
    reopened(hands)
    hands.change(ids.WORDS_INPUT, **MINE)
    assert "came after you began" not in shown(reopened(hands))


@pytest.mark.parametrize("kept", [{}, {"draft": "1", "version": "1"}], ids=["an older desk's", "today's"])
def test_words_that_an_older_desk_kept_replace_nothing_unseen(hands: Hands, kept: dict[str, str]) -> None:
    in_review(hands.desk, by=ANA)
    hands.desk.store.save_words(1, ANA, {"words": ANAS, **kept}, NOON)
    assert ("came after you began" in shown(reopened(hands))) is (kept == {})


# --- what was filled into a template ------------------------------------------------------------------------------


class AskingTemplates(FakeTemplates):
    """Templates; one of them asks for a time."""

    def fill(self, name: str, facts: Mapping[str, str]) -> FilledWords:
        return super().fill(name, {"by_when": "[by when]", **facts})


BACK = Words("back", "{first_name}, I'll be back {by_when}. ^{initials}", asks={"by_when": "Until when?"})


def with_facts(hands: Hands) -> Hands:
    hands = Hands(replace(hands.desk, templates=AskingTemplates((*FakeTemplates().known, BACK))))
    a_case(hands.desk)
    reopened(hands)
    given = {ids.TEMPLATE_SELECT: "back", f"{ids.FACT_BLOCK}by_when": "17:00"}
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "back", ids.WORDS_INPUT: ""})
    hands.change(ids.FACT_INPUT, **given)
    assert hands.submit() == {}
    return hands


def test_a_draft_that_is_opened_again_knows_what_was_filled_in(hands: Hands) -> None:
    hands = with_facts(hands)
    assert draft_of(hands.desk).facts == {"by_when": "17:00"}
    assert "17:00" in json.dumps([one for one in reopened(hands)["blocks"] if ids.FACT_BLOCK in str(one)])
    hands.change(ids.FACT_INPUT)
    assert words_in(hands.form()) == "Priya, I'll be back 17:00. ^AN"


def test_a_promise_that_was_filled_in_holds_when_the_draft_is_written_again(hands: Hands) -> None:
    hands = with_facts(hands)
    before = draft_of(hands.desk).spoken
    assert before is not None
    reopened(hands)
    assert hands.submit(**{ids.WORDS_INPUT: "Priya, sorry. I'll be back 17:00. ^AN"}) == {}
    assert draft_of(hands.desk).spoken == before


def test_a_promise_that_was_filled_in_holds_while_an_approver_keeps_the_phrase(hands: Hands) -> None:
    hands = with_facts(hands)
    draft = draft_of(hands.desk)

    def edited(text: str, version: int) -> None:
        review.edit_and_approve(hands.desk, draft.id, text, version=version, seen=draft.seen, by=BEN, at=NOON)

    edited("Priya, sorry: I'll be back 17:00. ^AN", 1)
    assert draft_of(hands.desk).spoken == draft.spoken
    assert draft_of(hands.desk).facts == draft.facts


def test_another_draft_on_the_case_begins_without_the_facts_of_the_last(hands: Hands) -> None:
    hands = with_facts(hands)
    approve(hands.desk)
    send(hands.desk)
    assert len(street(hands.desk).published) == 1
    written(hands.desk, 1, text=WORDS)
    assert draft_of(hands.desk).facts == {}

"""Presses in one form that come within a moment, late, or in another order: the newest one counts and is shown."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.base import ids
from bot.domain.base.moments import micros
from bot.ports import Overtaken
from bot.services.replies import reply_form
from handlers.door import Door
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, FakeTemplates
from tests.handlers.pressing import TEAM, Hands
from tests.handlers.test_filling_in import BACK, WHAT, WHEN, AskingTemplates
from tests.handlers.test_forms import words_in, writing
from tests.handlers.test_suggestions import SAYS, Machine, hands_with, later
from tests.services.journey import clock, draft_of, in_review

FILLED = "Priya, The kettle is on its way, and I'll write here by 17:00. ^AN"


@pytest.fixture
def chosen(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Return a desk whose Slack refuses an old hash, with the form open and the asking template chosen."""
    hands = writing(Hands(replace(hands.desk, templates=AskingTemplates((*FakeTemplates().known, BACK)))))
    hands.change(ids.TEMPLATE_SELECT, **{ids.TEMPLATE_SELECT: "back"})
    refuse_old_hashes(hands, monkeypatch)
    return hands


def refuse_old_hashes(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a desk's Slack refuse to redraw a form from an old view of it."""
    redraw = hands.chat.update_view

    def update_view(view_id: str, view: Mapping[str, object], *, hash_: str = "") -> str:
        if hash_ and hash_ != stands(hands):
            raise Overtaken("This window has changed meanwhile. Please look again.")
        return redraw(view_id, view, hash_=hash_)

    monkeypatch.setattr(hands.chat, "update_view", update_view)


def stands(hands: Hands) -> str:
    """Return the hash of the view that Slack shows now."""
    return f"2.{len(hands.chat.views)}"


def reported(hands: Hands, form: Mapping[str, Any], second: int, **given: str) -> dict[str, Any]:
    """Return Slack's report of these inputs of a form that it showed, pressed in that second."""
    view = {**hands.filled(form, given), "hash": stands(hands)}
    action = {"type": "plain_text_input", "action_id": next(iter(given)), "block_id": "b"}
    action |= {"action_id": ids.WORDS_INPUT if ids.WORDS_INPUT in given else ids.FACT_INPUT}
    body = hands.click(action, ANA, view=view, container={"type": "view", "view_id": "V1"})
    del body["response_url"], body["channel"]
    return {**body, "actions": [{**action, "action_ts": f"{second}.000100"}]}


def test_two_facts_typed_within_a_moment_both_fill_the_words(chosen: Hands) -> None:
    form = chosen.form()
    both = [
        reported(chosen, form, 100, **{WHAT: "The kettle"}),
        reported(chosen, form, 101, **{WHAT: "The kettle", WHEN: "17:00"}),
    ]
    for body in both:
        chosen.dispatch(body)
    assert words_in(chosen.form()) == FILLED
    assert chosen.form()["callback_id"] == ids.REPLY_MODAL, "nothing is said over the form"


def test_an_older_press_that_comes_late_neither_takes_words_back_nor_draws(chosen: Hands) -> None:
    form = chosen.form()
    older = reported(chosen, form, 100, **{WHAT: "The kettle"})
    chosen.dispatch(reported(chosen, form, 101, **{WHAT: "The kettle", WHEN: "17:00"}))
    drawn, kept = len(chosen.chat.views), chosen.desk.store.saved_words(1, ANA)
    chosen.dispatch(older)
    assert (len(chosen.chat.views), chosen.desk.store.saved_words(1, ANA)) == (drawn, kept)


def test_a_press_that_was_overtaken_before_its_redraw_leaves_drawing_to_the_newer_one(chosen: Hands) -> None:
    form, waits = chosen.form(), Waiting()
    door = Door(chosen.desk, waits)  # type: ignore[arg-type]
    chosen.door.pool = door.pool
    for second, given in ((100, {WHAT: "The kettle"}), (101, {WHAT: "The kettle", WHEN: "17:00"})):
        chosen.dispatch(reported(chosen, form, second, **given))
    waits.run(1)
    drawn = len(chosen.chat.views)
    waits.run(0)
    assert len(chosen.chat.views) == drawn
    assert words_in(chosen.form()) == FILLED


class Waiting:
    """An executor whose work waits until a test runs it."""

    def __init__(self) -> None:
        self.work: list[tuple[Any, ...]] = []

    def submit(self, *work: Any) -> None:
        self.work.append(work)

    def run(self, which: int) -> None:
        work, *of = self.work[which]
        work(*of)


def test_a_press_that_comes_after_the_end_of_its_form_brings_nothing_back(chosen: Hands) -> None:
    form = chosen.form()
    late = reported(chosen, form, 100, **{WHAT: "The ket", WHEN: "17:00"})
    who, view = {"id": ANA, "team_id": TEAM}, chosen.filled(form, {WHAT: "The kettle", WHEN: "17:00"})
    chosen.dispatch({"type": "view_closed", "user": who, "view": view, "is_cleared": False})
    chosen.dispatch(late)
    assert chosen.desk.store.saved_words(1, ANA)["fact.what"] == "The kettle"
    clock(chosen.desk).move(seconds=1)
    assert chosen.submit(form=form, **{WHAT: "The kettle", WHEN: "17:00"}) == {}
    chosen.dispatch(late)
    assert draft_of(chosen.desk).text == FILLED
    assert chosen.desk.store.saved_words(1, ANA) == {}


def test_a_form_closed_late_does_not_take_back_what_was_typed_in_the_next_one(chosen: Hands) -> None:
    first = chosen.form()
    clock(chosen.desk).move(seconds=1)
    chosen.press(ids.CASE_REPLY, chosen.button(ids.CASE_REPLY))
    chosen.dispatch(reported(chosen, chosen.form(), 101, **{ids.WORDS_INPUT: "Priya, I'm sorry. ^AN"}))
    who, view = {"id": ANA, "team_id": TEAM}, chosen.filled(first, {ids.WORDS_INPUT: "Priya, I"})
    chosen.dispatch({"type": "view_closed", "user": who, "view": view, "is_cleared": False})
    assert chosen.desk.store.saved_words(1, ANA)["words"] == "Priya, I'm sorry. ^AN"


def test_what_is_typed_after_changes_were_asked_for_is_kept_in_the_form_that_is_open(hands: Hands) -> None:
    in_review(hands.desk)
    clock(hands.desk).move(seconds=1)
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN))
    hands.dispatch(reported(hands, hands.form(), 101, **{ids.WORDS_INPUT: "Priya, one moment. ^AN"}))
    assert hands.desk.store.saved_words(1, ANA)["words"] == "Priya, one moment. ^AN"


def test_what_is_typed_is_kept_where_the_clock_was_set_back_since_the_words_were_submitted(hands: Hands) -> None:
    in_review(hands.desk)
    now = clock(hands.desk).move(hours=-1)
    form = reply_form.ReplyForm(words="Priya, one moment. ^AN", press=reply_form.Press(101, micros(now)))
    assert reply_form.keep(hands.desk, 1, form, by=ANA, at=now)


def test_a_machine_s_answer_is_shown_also_where_a_press_redrew_the_form_meanwhile(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = a_machine_is_asked(store)
    refuse_old_hashes(asking, monkeypatch)
    promise = "Priya, I'll tell you here by 17:00. ^AN"
    asking.dispatch(reported(asking, asking.form(), 101, **{ids.WORDS_INPUT: promise}))
    drawn = len(asking.chat.views)
    later(asking).run()
    assert len(asking.chat.views) == drawn + 1
    assert SAYS.partition(",")[2] in read(asking.form())
    assert words_in(asking.form()) == promise
    assert any(
        block["block_id"].startswith(ids.PROMISE_BLOCK) for block in asking.form()["blocks"] if "element" in block
    )


def a_machine_is_asked(store: SqlStore) -> Hands:
    """Return a desk with the form open, while a machine is asked for words."""
    asking = writing(hands_with(store, Machine()))
    asking.change(ids.SUGGEST)
    return asking

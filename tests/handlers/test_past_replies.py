"""The reply form offers what was said last time, and one press puts its words in."""

import pytest

from bot.blocks.base import ids
from bot.domain.replies.origins import OriginKind
from tests.blocks.reading import read
from tests.blocks.walker import judge_view
from tests.handlers.pressing import Hands
from tests.handlers.test_forms import words_in
from tests.services.journey import draft_of
from tests.services.replies.test_past_replies import answered, asked_now


def past_buttons(form: dict[str, object]) -> list[str]:
    blocks = form["blocks"]
    assert isinstance(blocks, list)
    made = [one for block in blocks for one in block.get("elements", []) if isinstance(one, dict)]
    return [str(one["value"]) for one in made if one.get("action_id") == ids.PAST_START]


@pytest.fixture
def form(hands: Hands) -> dict[str, object]:
    answered(hands.desk)
    asked_now(hands.desk)
    value = ids.button_value(ids.CASE, 2, hands.desk.store.case(2).version, hands.desk.secret)
    assert hands.press(ids.CASE_REPLY, value) == ""
    return hands.form()


def test_one_press_puts_the_words_of_a_past_reply_in(hands: Hands, form: dict[str, object]) -> None:
    judge_view(form)
    assert "What we said last time" in read(form)
    [value] = past_buttons(form)
    hands.change(ids.PAST_START, past_start=value)
    assert words_in(hands.form()).startswith("Caro, a kettle that leaks is no good.")
    assert past_buttons(hands.form()) == [value]


def test_its_words_are_those_of_a_past_reply_in_the_draft(hands: Hands, form: dict[str, object]) -> None:
    hands.change(ids.PAST_START, past_start=past_buttons(form)[0])
    assert hands.submit(words_input="Caro, a kettle that leaks is no good. It goes back as I write. ^AN") == {}
    kinds = {one.origin.kind for one in draft_of(hands.desk, 2).origins}
    assert kinds == {OriginKind.PAST_REPLY, OriginKind.PERSON}


def test_a_search_that_fails_leaves_the_form_without_past_replies(
    hands: Hands, form: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the index is broken")

    monkeypatch.setattr(hands.desk.store, "answered_like", broken)
    before = len(hands.chat.views)
    value = ids.button_value(ids.CASE, 2, hands.desk.store.case(2).version, hands.desk.secret)
    assert hands.press(ids.CASE_REPLY, value) == ""
    assert len(hands.chat.views) == before + 1
    assert past_buttons(form)
    assert past_buttons(hands.form()) == []
    assert hands.form()["callback_id"] == ids.REPLY_MODAL

""" "See draft" opens, depending on the person, the form, the draft with its decision, or the draft to read."""

from collections.abc import Callable

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.replies import review
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, GUS, NOON, a_desk
from tests.handlers.pressing import Hands, elements
from tests.services.journey import WORDS, approved, draft_of, failed, in_review


def sent_back(desk: Desk) -> None:
    in_review(desk)
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=NOON)


def held_by_another(desk: Desk) -> None:
    in_review(desk)
    casework.assign(desk, 1, to=DEE, by=CARO, at=NOON)


def of_an_approver(desk: Desk) -> None:
    in_review(desk, by=BEN)


DECIDES = {ids.DRAFT_APPROVE, ids.DRAFT_EDIT_APPROVE, ids.DRAFT_REQUEST_CHANGES}
UNDECIDED: set[str] = set()
EDITS = {"the form"}


def what_they_get(hands: Hands, by: str) -> set[str]:
    """Press See draft as somebody; return the buttons of the answer, or that the form opened."""
    value = ids.button_value(ids.DRAFT, draft_of(hands.desk).id, 1, hands.desk.secret)
    forms, before = len(hands.chat.views), len(hands.chat.whispers)
    said = hands.press(ids.DRAFT_OPEN, value, by)
    if len(hands.chat.views) > forms:
        assert hands.form()["callback_id"] == ids.REPLY_MODAL
        return EDITS
    [shown] = hands.chat.whispers[before:]
    assert WORDS in said or draft_of(hands.desk).state != DraftState.IN_REVIEW
    return {element["action_id"] for element in elements(shown.blocks)}


@pytest.mark.parametrize(
    ("scene", "gets"),
    [
        (in_review, {ANA: EDITS, BEN: DECIDES, CARO: DECIDES, DEE: UNDECIDED, GUS: UNDECIDED}),
        (sent_back, {ANA: EDITS, BEN: UNDECIDED, CARO: UNDECIDED, DEE: UNDECIDED}),
        (approved, {ANA: EDITS, BEN: UNDECIDED, CARO: UNDECIDED, DEE: UNDECIDED}),
        (failed, {ANA: EDITS, BEN: {ids.SEND_AGAIN, ids.HAND_OVER}, DEE: UNDECIDED}),
        (held_by_another, {ANA: UNDECIDED, BEN: DECIDES, DEE: EDITS}),
        (of_an_approver, {BEN: EDITS, CARO: DECIDES, ANA: UNDECIDED}),
    ],
)
def test_see_draft_shows_each_person_what_they_can_do_about_it(
    fresh: Callable[[], SqlStore], scene: Callable[[Desk], object], gets: dict[str, set[str]]
) -> None:
    for by, expected in gets.items():
        hands = Hands(a_desk(fresh()))
        scene(hands.desk)
        assert what_they_get(hands, by) == expected, by


def test_what_is_decided_under_the_answer_takes_its_buttons_away(hands: Hands) -> None:
    in_review(hands.desk)
    what_they_get(hands, BEN)
    shown = hands.chat.whispers[-1]
    [yes] = [one["value"] for one in elements(shown.blocks) if one["action_id"] == ids.DRAFT_APPROVE]
    only_for_ben = {"type": "message", "channel_id": "C0CARE", "message_ts": "9.000100", "is_ephemeral": True}
    assert "Approved by" in hands.press(ids.DRAFT_APPROVE, yes, BEN, container=only_for_ben)
    assert list(elements(hands.chat.whispers[-1].blocks)) == []
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_a_form_that_opens_to_its_writer_takes_nothing_from_whoever_holds_the_case(hands: Hands) -> None:
    in_review(hands.desk)
    what_they_get(hands, DEE)
    assert hands.desk.store.case(1).assignee == ANA

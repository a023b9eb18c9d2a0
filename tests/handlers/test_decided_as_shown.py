"""An approval applies to what its button showed: changes on the network since are shown first."""

from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import Mention
from bot.domain.slack.telling import Telling, TellingKind
from bot.gateways.drawing import draw
from bot.ports import Batch
from bot.services.mentions import intake
from bot.services.replies import correcting, review, solo
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, a_post, our_post
from tests.handlers.pressing import Hands
from tests.services.journey import (
    WORDS,
    approve,
    clock,
    draft_of,
    failed,
    in_review,
    only_case,
    receive,
    send,
    street,
)

FIRST, SECOND = "Charged three times @northwind", "Never mind, it was my bank @northwind"
LATE = "That was two hours ago @northwind"


def changed(hands: Hands, *posts: Mention, gone: tuple[str, ...] = ()) -> None:
    batch = Batch(edits=posts, deletions=gone)
    intake.receive(hands.desk, street(hands.desk), "mentions", batch, clock(hands.desk).move(minutes=1))


def stale(hands: Hands) -> str:
    """Make a draft stale by editing its post; return the button that says it is still right."""
    in_review(hands.desk)
    changed(hands, a_post("100", FIRST))
    return hands.button(ids.DRAFT_STILL_RIGHT)


def refused(hands: Hands, value: str) -> None:
    said = hands.press(ids.DRAFT_STILL_RIGHT, value, BEN)
    assert "look once more" in said
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


# --- what is shown --------------------------------------------------------------------------------------------------


def shown(hands: Hands, kind: TellingKind) -> str:
    """Return the text of the newest message of one kind about the draft."""
    hands.publish()
    told = hands.desk.store.to_tell(hands.desk.clock.now(), 1_000)
    assert told == []
    [found] = [read(draw(hands.desk, one, hands.desk.clock.now())[0]) for one in tellings(hands, kind)]  # type: ignore[index]
    return found


def tellings(hands: Hands, kind: TellingKind) -> list[Telling]:
    chat = hands.chat
    found = [hands.desk.store.telling(number) for number in chat.tellings if number]
    return sorted((one for one in found if one.kind == kind), key=lambda one: one.about)[-1:]


@pytest.mark.parametrize("kind", [TellingKind.DRAFT, TellingKind.ASK])
def test_what_was_added_is_shown_also_where_something_else_happened_after_it(hands: Hands, kind: TellingKind) -> None:
    in_review(hands.desk)
    receive(hands.desk, a_post("101", SECOND, root="100", at=clock(hands.desk).move(minutes=1)))
    assert f"Priya added at 12:01 UTC:\n┃ {SECOND}" in shown(hands, kind)
    changed(hands, a_post("100", FIRST))
    assert f"It now says:\n┃ {FIRST}\nPriya also wrote:\n┃ {SECOND}" in shown(hands, kind)
    changed(hands, gone=("100",))
    assert f"Priya also wrote:\n┃ {SECOND}" in shown(hands, kind)


@pytest.mark.parametrize("kind", [TellingKind.DRAFT, TellingKind.ASK])
def test_a_correction_is_decided_on_with_what_was_said_after_the_reply(hands: Hands, kind: TellingKind) -> None:
    in_review(hands.desk)
    hands.publish()  # else the request would be in one message with the next one
    approve(hands.desk)
    send(hands.desk)
    receive(hands.desk, a_post("101", SECOND, root="100", at=clock(hands.desk).move(minutes=1)))
    correcting.correct(hands.desk, 1, "Tomorrow. ^AN", take_back=False, by=ANA, at=hands.desk.clock.now())
    assert f"Priya also wrote:\n┃ {SECOND}" in shown(hands, kind)


# --- what was shown -------------------------------------------------------------------------------------------------


def test_still_right_is_said_of_the_words_that_were_shown(hands: Hands) -> None:
    value = stale(hands)
    changed(hands, a_post("100", SECOND))
    refused(hands, value)
    assert hands.press(ids.DRAFT_STILL_RIGHT, hands.button(ids.DRAFT_STILL_RIGHT), BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_still_right_is_not_said_of_another_photo(hands: Hands) -> None:
    value = stale(hands)
    changed(hands, replace(a_post("100", FIRST), media=1))
    refused(hands, value)


def test_still_right_is_not_said_of_a_post_that_is_gone_since(hands: Hands) -> None:
    value = stale(hands)
    changed(hands, gone=("100",))
    refused(hands, value)


def test_still_right_is_not_said_of_an_answer_from_the_app(hands: Hands) -> None:
    value = stale(hands)
    at = clock(hands.desk).move(minutes=1)
    receive(hands.desk, our_post("555", "sorted", to="100", root="100", at=at), stream="own")
    refused(hands, value)


def test_still_right_is_not_said_of_an_older_post_that_came_late(hands: Hands) -> None:
    value = stale(hands)
    earlier = only_case(hands.desk).opened_at.replace(hour=10)
    receive(hands.desk, a_post("99", LATE, root="100", at=earlier))
    assert only_case(hands.desk).latest == draft_of(hands.desk).seen
    refused(hands, value)


def test_still_right_is_not_said_of_a_reply_that_somebody_stopped(hands: Hands) -> None:
    value = stale(hands)
    approve(hands.desk, by=CARO)
    solo.stop(hands.desk, draft_of(hands.desk).id, by=ANA, at=hands.desk.clock.now())
    refused(hands, value)


def test_a_form_left_open_approves_nothing_that_was_changed_twice(hands: Hands) -> None:
    stale(hands)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), BEN)
    form = hands.form()
    changed(hands, a_post("100", SECOND))
    for words in (WORDS, WORDS.replace("17:00", "16:00")):
        answer = hands.submit(BEN, form=form, **{ids.WORDS_INPUT: words})
        assert "since you opened this" in str(answer)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_an_old_post_by_hand_does_not_hold_back_newer_words(hands: Hands) -> None:
    failed(hands.desk)
    value = hands.button(ids.HAND_OVER)
    newer = review.Words(text=WORDS.replace("17:00", "16:00"), replaces=1)
    review.submit(hands.desk, 1, newer, by=ANA, at=hands.desk.clock.now())
    approve(hands.desk)
    assert "an earlier attempt" in hands.press(ids.HAND_OVER, value, BEN)
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_what_nothing_happened_to_is_approved_by_any_of_its_messages(hands: Hands) -> None:
    in_review(hands.desk)
    value = hands.button(ids.DRAFT_APPROVE)
    assert hands.press(ids.DRAFT_APPROVE, value, BEN) == ""
    send(hands.desk)
    assert len(street(hands.desk).published) == 1


def test_a_button_of_an_older_desk_still_works(hands: Hands) -> None:
    in_review(hands.desk)
    draft = draft_of(hands.desk)
    value = ids.button_value(ids.DRAFT, draft.id, f"{draft.version}-{draft.seen}", hands.desk.secret)
    assert hands.press(ids.DRAFT_APPROVE, value, BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED

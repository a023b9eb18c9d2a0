"""Whoever wrote the words does not let them out alone: two accounts, every door, and the one-person shift."""

from dataclasses import replace

import pytest

from bot.blocks import ids
from bot.domain.tables import DraftState
from bot.services import access, casework, correcting, replying
from storage import SqlStore
from tests.domain.test_writers import INSULT, TRIVIAL
from tests.fakes import ANA, BEN, CARO, GUS, POLICY, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import WORDS, a_case, approve, clock, draft_of, in_review, only_case, published, send

TOO_MUCH = "Too much of this draft is yours; someone else has to approve it"


def write(hands: Hands, by: str, text: str) -> None:
    """Put words up as the person who holds the case, in the place of what is there."""
    draft = only_case(hands.desk).draft
    version, newest = (draft.version if draft.live else 0, draft.id) if draft else (0, 0)
    words = replying.Words(text=text, replaces=version, newest=newest)
    replying.submit(hands.desk, 1, words, by=by, at=clock(hands.desk).move(seconds=1))


def refused(hands: Hands, by: str = BEN) -> str:
    """Press Approve; nothing may come of it."""
    said = hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), by=by)
    assert draft_of(hands.desk).approval is None
    assert published(hands.desk) == []
    return said


@pytest.fixture
def loose(store: SqlStore) -> Hands:
    """A desk on which case 1 is held by nobody in particular: anybody may write."""
    hands = Hands(a_desk(store))
    a_case(hands.desk)
    return hands


def hold(hands: Hands, by: str) -> None:
    """Hand the case over to somebody."""
    give = casework.assign if only_case(hands.desk).assignee else casework.claim
    facts = {"to": by} if give is casework.assign else {}
    give(hands.desk, 1, by=by, at=hands.desk.clock.now(), **facts)  # type: ignore[operator]


def put_up(hands: Hands, *versions: tuple[str, str]) -> None:
    for by, text in versions:
        hold(hands, by)
        write(hands, by, text)


@pytest.mark.parametrize("text", TRIVIAL.values(), ids=TRIVIAL)
def test_an_approver_who_wrote_it_does_not_approve_it_after_a_guests_touch(loose: Hands, text: str) -> None:
    put_up(loose, (BEN, INSULT), (GUS, text[:280]))
    assert "someone else has to approve it: " in refused(loose)
    assert loose.press(ids.DRAFT_APPROVE, loose.button(ids.DRAFT_APPROVE), by=CARO) == ""


def test_pictures_do_not_become_an_insult_on_the_approvers_word_alone(hands: Hands) -> None:
    in_review(hands.desk, text="🙂🙏")
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    assert hands.submit(BEN, words_input="You idiot") == {}
    after = draft_of(hands.desk)
    assert (after.state, after.text, after.authors, after.asked) == (DraftState.IN_REVIEW, "You idiot", (BEN,), CARO)
    assert "You wrote this draft; someone else has to approve it" in refused(hands)


def test_a_small_edit_of_the_approver_goes_out_at_once(hands: Hands) -> None:
    in_review(hands.desk)
    hands.press(ids.DRAFT_EDIT_APPROVE, hands.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    new = WORDS.replace("by 17:00", "by 16:00")
    assert hands.submit(BEN, words_input=new) == {}
    send(hands.desk)
    assert published(hands.desk) == [("100", new)]


def test_many_small_edits_that_add_up_go_back_to_review(hands: Hands) -> None:
    """Each keeps most of what stands; together they leave little of the writer's."""
    in_review(hands.desk, text="alpha bravo delta gamma omega sigma")
    text = draft_of(hands.desk).text
    for word in text.split()[:4]:
        hands.press(ids.DRAFT_REQUEST_CHANGES, hands.button(ids.DRAFT_REQUEST_CHANGES), by=BEN)
        hands.submit(BEN, note_input="Let me")
        text = text.replace(word, f"u{word[::-1]}k")
        put_up(hands, (BEN, text))
    assert "someone else has to approve it" in refused(hands)


def test_what_an_approver_dictated_in_a_note_is_theirs(hands: Hands) -> None:
    in_review(hands.desk)
    replying.request_changes(hands.desk, 1, f"Please write: {INSULT}", version=1, by=BEN, at=hands.desk.clock.now())
    put_up(hands, (ANA, WORDS), (ANA, INSULT))
    assert TOO_MUCH in refused(hands)


def test_a_note_on_a_draft_that_was_withdrawn_counts_too(hands: Hands) -> None:
    in_review(hands.desk)
    replying.request_changes(hands.desk, 1, f"Please write: {INSULT}", version=1, by=BEN, at=hands.desk.clock.now())
    replying.withdraw(hands.desk, 1, by=ANA, at=hands.desk.clock.now())
    put_up(hands, (ANA, INSULT))
    assert TOO_MUCH in refused(hands)


def test_words_of_a_withdrawn_draft_stay_those_of_their_writer(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT))
    replying.withdraw(loose.desk, 1, by=BEN, at=loose.desk.clock.now())
    put_up(loose, (GUS, f"{INSULT} !"))
    assert TOO_MUCH in refused(loose)


def test_words_that_a_second_person_let_out_are_nobodys_secret(loose: Hands) -> None:
    """What was sent was read by two; who uses it again has written it."""
    put_up(loose, (BEN, WORDS))
    approve(loose.desk, by=CARO)
    send(loose.desk)
    correcting.correct(loose.desk, 1, f"{WORDS} Sorry", take_back=False, by=ANA, at=loose.desk.clock.now())
    assert draft_of(loose.desk).barred == (ANA,)


def test_whoever_corrects_or_takes_back_does_not_approve_it_themselves(loose: Hands) -> None:
    put_up(loose, (ANA, WORDS))
    approve(loose.desk, by=CARO)
    send(loose.desk)
    correcting.correct(loose.desk, 1, "", take_back=True, by=BEN, at=loose.desk.clock.now())
    said = loose.press(ids.DRAFT_APPROVE, loose.button(ids.DRAFT_APPROVE), by=BEN)
    assert "You wrote this draft; someone else has to approve it" in said


def test_an_untouched_edit_of_ones_own_words_is_refused_as_approve_is(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT), (GUS, INSULT))
    loose.press(ids.DRAFT_EDIT_APPROVE, loose.button(ids.DRAFT_EDIT_APPROVE), by=BEN)
    assert TOO_MUCH in str(loose.submit(BEN))
    assert published(loose.desk) == []


def test_nobody_is_asked_to_approve_what_is_theirs(loose: Hands) -> None:
    put_up(loose, (BEN, INSULT), (GUS, f"{INSULT}."))
    draft = draft_of(loose.desk)
    assert draft.asked == CARO
    assert access.approver_for(loose.desk, draft, loose.desk.clock.now(), besides=CARO) == ""


def test_where_four_eyes_are_not_asked_for_the_writer_may(store: SqlStore) -> None:
    hands = Hands(a_desk(store, policy=replace(POLICY, four_eyes=False)))
    in_review(hands.desk, by=BEN)
    assert hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), by=BEN) == ""

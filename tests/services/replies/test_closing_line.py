"""After a solution in private the public post can get a closing line: offered, approved, never by itself."""

from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.draft_checks import checks
from bot.ports import Batch, Desk, NotSent
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import attempts, review, sending
from bot.services.replies.closing_line import closing_words, put_up_closing
from storage import SqlStore
from tests.blocks.reading import read
from tests.every_way import every_text
from tests.fakes import ANA, BEN, BILLING, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, approve, draft_of, only_case, send, street, written
from tests.services.replies.test_asking_privately import KNOWN, NAMES, TEMPLATES, asked, in_private

LINE = "Priya, thank you for writing to us. This is sorted out between us now. ^AN"


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    return a_desk(store, templates=TEMPLATES)


@pytest.fixture
def hands(desk: Desk) -> Hands:
    return Hands(desk)


def answered_in_private(desk: Desk) -> None:
    asked(desk)
    in_private(desk)
    written(desk, 1, text="Thanks, the second charge goes back today. ^AN")
    approve(desk)
    send(desk)


def solved(desk: Desk) -> None:
    answered_in_private(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())


def put_up(desk: Desk, text: str = LINE) -> None:
    put_up_closing(desk, 1, text, by=ANA, at=desk.clock.now())


@pytest.mark.parametrize("name", [one for one in NAMES if one.startswith("solved_in_private")])
def test_the_prepared_words_ask_nothing_and_hold_nothing_up(name: str) -> None:
    for text in every_text(TEMPLATES, name, KNOWN):
        assert not checks(text, author_handle="@priya_n", first_name="Priya")


def test_whoever_calls_it_solved_is_offered_the_line_and_opens_it_filled_in(hands: Hands) -> None:
    answered_in_private(hands.desk)
    there = {"channel": {"id": BILLING}, "container": {"type": "message", "channel_id": BILLING, "message_ts": "1.1"}}
    said = hands.press(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SOLVED), **there)
    assert "It began in public" in said
    offered = [
        one for message in hands.chat.whispers for block in message.blocks for one in block.get("elements", [])
    ]
    [value] = [one["value"] for one in offered if one.get("action_id") == ids.CASE_CLOSING]
    assert hands.press(ids.CASE_CLOSING, value, **there) == ""
    form = read(hands.form())
    drawn = str(hands.form()["blocks"])
    assert any(text in drawn for text in every_text(TEMPLATES, "solved_in_private", KNOWN | {"initials": "A"}))
    assert "Charged twice and nobody answers" in form
    assert "48213" not in form
    assert hands.submit(words_input=LINE) == {}
    draft = draft_of(hands.desk)
    assert (draft.kind, draft.state, draft.text) == (DraftKind.CLOSING, DraftState.IN_REVIEW, LINE)


def test_it_goes_out_under_the_public_post_once_approved_and_the_case_stays_solved(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    sending.send_due(desk, desk.clock.now())
    assert LINE not in [text for _, _, text in street(desk).published]
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    _, target, text = street(desk).published[-1]
    assert (target.post_id, text) == ("100", LINE)
    case = only_case(desk)
    assert (case.state, case.due_at, draft_of(desk).state) == (CaseState.SOLVED, None, DraftState.SENT)
    with pytest.raises(Outdated):
        review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())


def test_its_writer_changes_it_when_asked_and_it_stays_under_the_public_post(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    draft = draft_of(desk)
    review.request_changes(desk, draft.id, "Shorter", version=1, by=BEN, at=desk.clock.now())
    review.begin_writing(desk, 1, by=ANA, at=desk.clock.now())
    words = review.Words(text="Priya, this is sorted out now. ^AN", replaces=1, newest=draft.id)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    assert (draft_of(desk).kind, draft_of(desk).target.post_id) == (DraftKind.CLOSING, "100")


def test_it_is_checked_as_words_that_everybody_reads(desk: Desk) -> None:
    solved(desk)
    with pytest.raises(NotUsable, match="where everybody reads"):
        put_up(desk, "Priya, please tell us your order number once more. ^AN")


def test_when_the_customer_writes_again_the_line_is_not_sent(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    approve(desk)
    in_private(desk, "301")
    sending.send_due(desk, desk.clock.now())
    assert LINE not in [text for _, _, text in street(desk).published]


def test_a_case_that_is_open_again_gets_no_closing_line(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    approve(desk)
    casework.reopen(desk, 1, by=ANA, at=desk.clock.now())
    sending.send_due(desk, desk.clock.now())
    assert LINE not in [text for _, _, text in street(desk).published]
    assert draft_of(desk).state == DraftState.WITHDRAWN


def test_what_answers_a_customer_who_writes_again_in_private_never_goes_out_as_the_line(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    in_private(desk, "301")
    assert draft_of(desk).state == DraftState.WITHDRAWN
    written(desk, 1, text="Priya, your card ends in 12, and the money is back. ^AN")
    assert (draft_of(desk).kind, draft_of(desk).target.post_id) == (DraftKind.REPLY, "301")


def test_a_line_that_was_on_its_way_when_the_case_came_back_is_not_sent_again(desk: Desk) -> None:
    solved(desk)
    put_up(desk)
    approve(desk)
    begun = attempts.begin_attempt(desk, only_case(desk), by="desk", at=desk.clock.now())
    casework.reopen(desk, 1, by=ANA, at=desk.clock.now())
    street(desk).outcomes = [NotSent("Busy.", retry_after=timedelta(minutes=1))]
    sending.carry_out(desk, street(desk), begun, desk.clock.now())
    assert (draft_of(desk).state, draft_of(desk).again_at) == (DraftState.FAILED, None)
    words = review.Words(text="Priya, your card ends in 12. ^AN", replaces=1, newest=draft_of(desk).id)
    with pytest.raises(Outdated, match="solved no more"):
        review.submit(desk, 1, words, by=ANA, at=desk.clock.now())


@pytest.mark.parametrize("how", ["public", "open", "deleted", "twice"])
def test_where_nothing_was_solved_in_private_or_nothing_is_left_to_say_it_is_not_offered(
    hands: Hands, how: str
) -> None:
    desk = hands.desk
    if how == "public":
        written(desk, a_case(desk).id, text="Priya, it is on its way back. ^AN")
        approve(desk)
        send(desk)
        casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    elif how == "open":
        answered_in_private(desk)
    else:
        solved(desk)
    if how == "twice":
        put_up(desk)
    if how == "deleted":
        intake.receive(desk, street(desk), "mentions", Batch(deletions=["100"]), desk.clock.now())
    assert (ids.CASE_MORE, ids.MORE_CLOSING) not in hands.buttons()
    with pytest.raises(Outdated):
        closing_words(desk, 1, by=ANA)


def test_solved_from_a_place_where_private_words_are_not_read_is_solved_without_an_offer(hands: Hands) -> None:
    answered_in_private(hands.desk)
    assert hands.press(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_SOLVED)) == ""
    assert only_case(hands.desk).state == CaseState.SOLVED

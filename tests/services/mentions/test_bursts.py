"""An author's posts that follow one another within 90 s are one case, one card, and told once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import permutations

import pytest

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.case import Priority
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.triage.triage import Kind, Urgent
from bot.ports import Desk
from bot.services.cases import casework
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARE, CARO, NOON, a_post, our_post
from tests.services.journey import approve, case_card, clock, draft_of, receive, seen, written
from tests.services.slack.timed import publish, slack_text, timed, told
from tests.services.triage.test_triage import with_safety


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk on which Ben alone approves."""
    return timed(store)


def post(number: int, second: float, text: str = "", **facts: object) -> Mention:
    """Return a mention of Priya's that answers nothing."""
    return a_post(str(number), text or f"My parcel {number} is lost", at=NOON + timedelta(seconds=second), **facts)  # type: ignore[arg-type]


THREE = (post(1, 0), post(2, 60), post(3, 120))


def conversations(desk: Desk) -> list[list[str]]:
    """Return the posts of each case that goes on, in the order they were written."""
    cases = [
        desk.store.case(number) for number in range(1, desk.store.tally(NOON, NOON).open + 9) if _is(desk, number)
    ]
    live = [case for case in cases if case.state != CaseState.CLOSED]
    return [[one.ref.post_id for one in desk.store.mentions(case.id)] for case in live]


def _is(desk: Desk, number: int) -> bool:
    return bool(desk.store.cases([number]))


def in_one_batch(desk: Desk, posts: Sequence[Mention]) -> None:
    clock(desk).move(minutes=5)
    receive(desk, *posts)


def one_by_one(desk: Desk, posts: Sequence[Mention]) -> None:
    clock(desk).move(minutes=5)
    for one in posts:
        receive(desk, one)


@pytest.mark.parametrize("comes", [in_one_batch, one_by_one])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_mentions_in_a_row_are_one_case_in_any_order(
    desk: Desk, comes: Callable[[Desk, Sequence[Mention]], None], order: Sequence[int]
) -> None:
    comes(desk, [THREE[n] for n in order])
    assert conversations(desk) == [["1", "2", "3"]]
    [live] = [case for case in desk.store.live_cases("x", "id-priya") if case.state == CaseState.NEW]
    assert live.promise is not None
    assert live.promise.started_at == NOON


@pytest.mark.parametrize(
    "other",
    [
        post(2, 91),
        post(2, 30, by="tom"),
        post(2, 30, private=True),
        post(2, 30, ref=PostRef("x", "43", "2")),
    ],
    ids=["later", "somebody else", "private", "to another account"],
)
def test_what_is_not_of_the_burst_is_a_case_of_its_own(desk: Desk, other: Mention) -> None:
    receive(desk, post(1, 0), other)
    assert conversations(desk) == [["1"], ["2"]]


def test_a_private_burst_is_one_case(desk: Desk) -> None:
    receive(desk, post(1, 0, private=True), post(2, 30, private=True))
    assert conversations(desk) == [["1", "2"]]


def test_an_endless_burst_begins_a_new_case_after_ten_minutes(desk: Desk) -> None:
    receive(desk, *(post(n, 60 * n) for n in range(13)))
    assert [len(one) for one in conversations(desk)] == [11, 2]


def test_a_burst_of_many_people_is_as_many_cases(desk: Desk) -> None:
    receive(desk, *(post(n, n, by=f"c{n % 3}") for n in range(9)))
    assert conversations(desk) == [["0", "3", "6"], ["1", "4", "7"], ["2", "5", "8"]]


def test_what_is_said_later_under_any_post_of_the_burst_belongs_to_its_case(desk: Desk) -> None:
    receive(desk, *THREE)
    clock(desk).move(hours=2)
    receive(desk, post(4, 7200, root="3"))
    assert conversations(desk) == [["1", "2", "3", "4"]]


def test_a_case_that_was_set_aside_gets_no_burst(desk: Desk) -> None:
    receive(desk, post(1, 0))
    casework.set_aside(desk, 1, reason="spam", until=None, by=ANA, at=NOON)
    receive(desk, post(2, 30))
    assert desk.store.case(2).state == CaseState.NEW


def test_a_post_of_ours_is_not_of_a_burst(desk: Desk) -> None:
    receive(desk, post(1, 0), our_post("9", "We are on it", to="", root="9"))
    assert conversations(desk) == [["1"]]


# --- what is told ------------------------------------------------------------------------------------------


def test_the_card_quotes_a_burst_together(desk: Desk) -> None:
    receive(desk, *THREE)
    card = case_card(desk)
    assert all(f"My parcel {n} is lost" in read(card) and f"My parcel {n} is lost" in card.text for n in (1, 2, 3))
    assert "3 posts in a row" in read(card)
    assert "It began with" not in read(card)
    publish(desk, 300)
    assert len(told(desk).to(CARE)) == 1


def test_a_later_burst_is_one_message_in_the_thread_and_one_to_the_holder(desk: Desk) -> None:
    receive(desk, post(1, -3600))
    casework.claim(desk, 1, by=ANA, at=NOON)
    publish(desk, 60)
    for n in range(2, 7):
        receive(desk, a_post(str(n), f"and {n}", root="1", at=clock(desk).now()))
        publish(desk, 70)
    assert len(told(desk).to(CARE)) == 2
    assert len(told(desk).to(ANA)) == 1
    assert all(f"and {n}" in slack_text(desk, who) for who in (ANA, CARE) for n in range(2, 7))


def test_one_batch_is_one_message_to_the_holder(desk: Desk) -> None:
    receive(desk, post(1, -3600))
    casework.claim(desk, 1, by=ANA, at=NOON)
    receive(desk, *(a_post(str(n), f"and {n}", root="1", at=NOON + timedelta(seconds=n)) for n in range(2, 7)))
    publish(desk, 300)
    assert len(told(desk).to(ANA)) == 1
    assert all(f"and {n}" in slack_text(desk, ANA) for n in range(2, 7))


def test_whoever_takes_a_case_in_the_middle_of_a_burst_hears_of_the_rest_once(desk: Desk) -> None:
    receive(desk, post(1, 0))
    casework.claim(desk, 1, by=ANA, at=NOON)
    receive(desk, post(2, 60), post(3, 120))
    publish(desk, 300)
    assert len(told(desk).to(ANA)) == 1
    casework.assign(desk, 1, to=CARO, by=ANA, at=clock(desk).now())
    receive(desk, post(4, 180))
    publish(desk, 300)
    assert len(told(desk).to(CARO)) == 1
    assert "My parcel 4 is lost" in slack_text(desk, CARO)
    assert len(told(desk).to(ANA)) == 1


def test_an_answer_ends_a_burst_so_that_its_reader_hears_of_the_next_post(desk: Desk) -> None:
    receive(desk, post(1, 0), post(2, 20))
    casework.claim(desk, 1, by=ANA, at=NOON)
    receive(desk, our_post("9", "We are on it", to="2", root="2", at=NOON + timedelta(seconds=30)))
    publish(desk, 120)
    receive(desk, post(3, 60))
    publish(desk, 120)
    assert "My parcel 3 is lost" in told(desk).to(ANA)[-1]
    assert "My parcel 3 is lost" in told(desk).to(CARE)[-1]


def test_each_post_of_a_burst_voids_an_approval_and_the_approver_is_asked_once(desk: Desk) -> None:
    receive(desk, post(1, 0))
    written(desk, 1)
    approve(desk)
    publish(desk, 70)
    before = len(told(desk).to(BEN))
    receive(desk, post(2, 60))
    assert draft_of(desk).state == DraftState.IN_REVIEW
    publish(desk, 70)
    receive(desk, post(3, 120))
    publish(desk, 70)
    assert len(told(desk).to(BEN)) == before + 1
    approve(desk)
    receive(desk, post(4, 180))
    assert draft_of(desk).state == DraftState.IN_REVIEW
    publish(desk, 70)
    assert len(told(desk).to(BEN)) == before + 2


# --- what it is taken for ----------------------------------------------------------------------------------


def test_a_burst_is_taken_for_the_most_serious_of_its_posts(desk: Desk) -> None:
    desk = with_safety(desk)
    receive(desk, post(1, 0, "@northwind your kettle caught fire"), post(2, 30, "lol thanks"))
    triage = seen(desk, desk.store.case(1)).triage
    assert triage is not None
    assert (triage.kind in {Kind.COMPLAINT, Kind.QUESTION}, triage.urgent) == (True, Urgent.SAFETY)
    assert desk.store.case(1).priority == Priority.URGENT


def test_a_light_post_and_a_complaint_in_a_row_are_one_case(desk: Desk) -> None:
    clock(desk).move(minutes=5)
    receive(desk, post(1, 0, "Thanks @northwind 🙏"))
    assert desk.store.light_count() == 1
    receive(desk, post(2, 45, "My parcel never came and nobody answers"))
    assert conversations(desk) == [["1", "2"]]
    assert desk.store.light_count() == 0
    case = desk.store.case(1)
    assert case.promise is not None
    assert case.promise.started_at == NOON


def test_a_light_mention_that_waits_goes_to_a_later_case_of_the_conversation(desk: Desk) -> None:
    receive(desk, post(1, 0, "Thanks @northwind 🙏"))
    clock(desk).move(hours=1)
    receive(desk, post(2, 3000, "My parcel never came and nobody answers", root="1"))
    assert conversations(desk) == [["1", "2"]]
    case = desk.store.case(1)
    assert case.promise is not None
    assert case.promise.started_at == NOON + timedelta(seconds=3000)


def test_a_light_mention_of_somebody_else_or_of_another_day_keeps_waiting(desk: Desk) -> None:
    receive(desk, post(1, 0, "Thanks @northwind 🙏", by="tom"), post(2, -3600, "Thanks @northwind 🙏"))
    receive(desk, post(3, 30, "My parcel never came and nobody answers"))
    assert conversations(desk) == [["3"]]
    assert desk.store.light_count() == 2


def test_a_light_post_after_the_complaint_is_of_its_case(desk: Desk) -> None:
    receive(desk, post(1, 0, "My parcel never came and nobody answers"), post(2, 40, "thanks"))
    assert conversations(desk) == [["1", "2"]]
    assert desk.store.light_count() == 0

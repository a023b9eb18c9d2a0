"""Two cases of one customer become one on a person's request, and come apart again with what happened since."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.draft import WhyWithdrawn
from bot.ports import Desk, OutcomeLost
from bot.services.cases import casework, lists, merging
from bot.services.reminders import remind
from bot.services.replies import sending
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, CARO, NOON, a_post, our_post
from tests.services.journey import approve, clock, draft_of, receive, seen, slack, street, verbs, written
from tests.services.slack.timed import publish, slack_text, timed

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk with two cases of Priya's, the second one ten minutes younger; Ben alone approves."""
    desk = timed(store)
    receive(desk, a_post("1", "My parcel never came"))
    clock(desk).move(minutes=10)
    receive(desk, a_post("2", "And I was charged twice", at=clock(desk).now()))
    return desk


def merge(desk: Desk, case: int = 2, into: int = 1) -> None:
    merging.merge_cases(desk, case, into, by=CARO, at=clock(desk).now())


def apart(desk: Desk, case: int = 2) -> None:
    merging.take_apart(desk, case, by=CARO, at=clock(desk).now())


def posts(desk: Desk, case: int) -> list[str]:
    return [one.ref.post_id for one in desk.store.mentions(case)]


def start_of(desk: Desk, case: int) -> object:
    owed = desk.store.case(case).promise
    assert owed is not None
    return owed.started_at if owed.unsettled else None


# --- merged ------------------------------------------------------------------------------------------------


def test_the_posts_go_on_in_the_other_case_and_each_trail_says_so(desk: Desk) -> None:
    merge(desk)
    assert (posts(desk, 1), posts(desk, 2)) == (["1", "2"], [])
    ended = desk.store.case(2)
    assert (ended.state, ended.joined_into) == (CaseState.CLOSED, 1)
    took, joined = desk.store.audit("case:1")[1], desk.store.audit("case:2")[-1]
    assert (took.verb, took.by, took.facts["other"]) == ("took_in", CARO, 2)
    assert (joined.verb, joined.by, joined.facts["into"]) == ("join", CARO, 1)


@pytest.mark.parametrize(("case", "into"), [(2, 1), (1, 2)])
def test_the_earliest_promise_stands(desk: Desk, case: int, into: int) -> None:
    due = desk.store.case(1).due_at
    merge(desk, case, into)
    assert desk.store.case(into).due_at == due
    assert desk.store.case(case).due_at is None


def test_reminders_go_on_from_where_they_were(desk: Desk) -> None:
    clock(desk).move(minutes=45)
    remind.remind(desk, clock(desk).now())
    merge(desk, 1, 2)
    promise = desk.store.case(2).promise
    assert promise is not None
    assert (promise.started_at, promise.next_level) == (NOON, 100)


def test_an_answered_case_waits_again_for_what_comes_in_from_another_case(desk: Desk) -> None:
    receive(desk, our_post("9", "On it", to="1", root="1", at=clock(desk).now()))
    assert desk.store.case(1).state == CaseState.PENDING
    merge(desk)
    assert (desk.store.case(1).state, start_of(desk, 1)) == (CaseState.NEW, NOON + timedelta(minutes=10))


def test_an_answered_case_changes_nothing_of_where_the_other_stands(desk: Desk) -> None:
    casework.claim(desk, 1, by=ANA, at=clock(desk).now())
    receive(desk, our_post("9", "On it", to="2", root="2", at=clock(desk).now()))
    merge(desk)
    assert (desk.store.case(1).state, start_of(desk, 1)) == (CaseState.OPEN, NOON)


def test_whoever_holds_it_keeps_it_and_hears_of_it(desk: Desk) -> None:
    casework.claim(desk, 1, by=ANA, at=clock(desk).now())
    casework.claim(desk, 2, by=BEN, at=clock(desk).now())
    merge(desk)
    publish(desk, 120)
    assert desk.store.case(1).assignee == ANA
    assert "merged case 2 into case 1" in slack_text(desk, ANA)
    assert "goes on in case 1" in slack_text(desk, BEN)


def test_a_case_that_nobody_holds_gets_the_holder_of_the_other(desk: Desk) -> None:
    casework.claim(desk, 2, by=BEN, at=clock(desk).now())
    merge(desk)
    assert desk.store.case(1).assignee == BEN


def test_a_draft_on_the_ended_case_is_withdrawn_and_its_writer_is_told(desk: Desk) -> None:
    written(desk, 2)
    merge(desk)
    draft = draft_of(desk, 2)
    assert (draft.state, draft.why_withdrawn) == (DraftState.WITHDRAWN, WhyWithdrawn.JOINED)
    publish(desk, 120)
    assert "goes on in case 1" in slack_text(desk, ANA)


@pytest.mark.parametrize("decided", [False, True])
def test_a_draft_on_the_case_that_goes_on_is_looked_at_again(desk: Desk, decided: bool) -> None:
    written(desk, 1)
    if decided:
        approve(desk, 1)
    merge(desk)
    draft = draft_of(desk)
    assert (draft.state, draft.approval, bool(draft.stale)) == (DraftState.IN_REVIEW, None, True)


@pytest.mark.parametrize("case", [1, 2])
def test_nothing_is_merged_while_a_reply_may_be_on_its_way(desk: Desk, case: int) -> None:
    written(desk, case)
    approve(desk, case)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    sending.send_due(desk, clock(desk).now())
    with pytest.raises(Refusal, match="on its way, or may be"):
        merge(desk)
    assert posts(desk, 2) == ["2"]


def test_further_posts_under_either_go_to_the_case_that_goes_on(desk: Desk) -> None:
    merge(desk)
    clock(desk).move(hours=1)
    receive(desk, a_post("3", "hello?", root="2", at=clock(desk).now()))
    receive(desk, a_post("4", "hello?", root="1", at=clock(desk).now()))
    assert posts(desk, 1) == ["1", "2", "3", "4"]


def test_the_cards_say_where_it_goes_on_and_what_came_in(desk: Desk) -> None:
    publish(desk, 60)
    merge(desk)
    publish(desk, 60)
    text = "\n".join(read(message) for message in slack(desk).messages.values())
    assert "it goes on in case 1" in text
    assert "With case 2 of the same customer" in text


def test_lists_and_the_end_of_the_day_count_it_once(desk: Desk) -> None:
    merge(desk)
    tally = lists.status(desk, clock(desk).now())
    assert tally.open == 1
    assert [case.id for case in desk.store.queue()] == [1]


def test_several_are_merged_one_after_the_other(desk: Desk) -> None:
    clock(desk).move(minutes=10)
    receive(desk, a_post("3", "And no answer", at=clock(desk).now()))
    merge(desk, 3, 2)
    merge(desk, 2, 1)
    assert posts(desk, 1) == ["1", "2", "3"]
    apart(desk, 3)
    assert (posts(desk, 1), posts(desk, 3)) == (["1", "2"], ["3"])
    apart(desk, 2)
    assert (posts(desk, 1), posts(desk, 2)) == (["1"], ["2"])


# --- what does not fit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        a_post("9", "Hello", by="tom"),
        a_post("9", "Hello", private=True, at=NOON + HOUR),
        a_post("9", "Hello", ref=PostRef("x", "43", "9"), at=NOON + HOUR),
    ],
    ids=["somebody else", "private", "to another account"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_what_does_not_fit_stays_apart(desk: Desk, other: object, turned: bool) -> None:
    receive(desk, other)  # type: ignore[arg-type]
    pair = (1, 3) if turned else (3, 1)
    with pytest.raises(NotUsable, match="stay apart"):
        merge(desk, *pair)
    assert 3 not in seen(desk, desk.store.case(1)).mergeable


@pytest.mark.parametrize("words", ["", "2", "2 1", "2 into", "two into one", "2 into 1 and 3"])
def test_a_command_that_names_no_two_cases_says_how(desk: Desk, words: str) -> None:
    with pytest.raises(NotUsable, match="/care merge 12 into 9"):
        merging.merge_as_said(desk, words, by=CARO, at=NOON)


@pytest.mark.parametrize("words", ["2 into 1", "#2 into #1", " 2 INTO 1 ", "2 in 1"])
def test_a_command_merges(desk: Desk, words: str) -> None:
    assert merging.merge_as_said(desk, words, by=CARO, at=clock(desk).now()).id == 1


def _solved(desk: Desk) -> None:
    casework.solve(desk, 2, by=ANA, at=clock(desk).now())


def _merged(desk: Desk) -> None:
    merge(desk)


@pytest.mark.parametrize("happened", [_solved, _merged])
def test_what_has_ended_is_not_merged(desk: Desk, happened: Callable[[Desk], None]) -> None:
    happened(desk)
    with pytest.raises(Outdated, match="has ended"):
        merge(desk)


def test_a_case_is_not_merged_with_itself(desk: Desk) -> None:
    with pytest.raises(NotUsable, match="both case 1"):
        merge(desk, 1, 1)


def test_a_solved_case_takes_another_one_in_and_is_open_again(desk: Desk) -> None:
    casework.solve(desk, 1, by=ANA, at=clock(desk).now())
    merge(desk)
    case = desk.store.case(1)
    assert (case.state in {CaseState.NEW, CaseState.OPEN}, case.due_at is not None) == (True, True)


# --- apart ---------------------------------------------------------------------------------------------------


def test_a_case_comes_apart_with_its_own_promise(desk: Desk) -> None:
    before = desk.store.case(2)
    merge(desk)
    apart(desk)
    after = desk.store.case(2)
    assert (posts(desk, 1), posts(desk, 2)) == (["1"], ["2"])
    assert (after.state, after.joined_into, after.due_at) == (CaseState.NEW, 0, before.due_at)
    assert start_of(desk, 1) == NOON
    assert verbs(desk, 2)[-1] == "unjoin"
    assert verbs(desk, 1)[-1] in {"part", "parted"}


def test_what_was_written_under_it_since_comes_along(desk: Desk) -> None:
    merge(desk)
    clock(desk).move(hours=1)
    receive(desk, a_post("3", "hello?", root="2", at=clock(desk).now()))
    receive(desk, a_post("4", "hello?", root="1", at=clock(desk).now()))
    apart(desk)
    assert (posts(desk, 1), posts(desk, 2)) == (["1", "4"], ["2", "3"])
    clock(desk).move(hours=1)
    receive(desk, a_post("5", "anybody?", root="2", at=clock(desk).now()))
    assert posts(desk, 2) == ["2", "3", "5"]


def test_an_answer_that_both_got_counts_for_both(desk: Desk) -> None:
    merge(desk)
    written(desk, 1)
    approve(desk, 1)
    sending.send_due(desk, clock(desk).now())
    clock(desk).move(minutes=5)
    apart(desk)
    assert (desk.store.case(2).state, desk.store.case(2).due_at) == (CaseState.PENDING, None)
    assert desk.store.case(1).state == CaseState.PENDING


def test_a_draft_in_answer_to_a_post_that_leaves_answers_what_stays(desk: Desk) -> None:
    merge(desk)
    written(desk, 1)
    apart(desk)
    draft = draft_of(desk)
    assert desk.store.mention(draft.target_mention).ref.post_id == "1"
    assert (draft.state, bool(draft.stale)) == (DraftState.IN_REVIEW, True)


def test_a_case_that_was_never_merged_is_not_taken_apart(desk: Desk) -> None:
    with pytest.raises(Outdated, match="not merged"):
        apart(desk, 1)


def test_it_does_not_come_apart_while_a_reply_may_be_on_its_way(desk: Desk) -> None:
    merge(desk)
    written(desk, 1)
    approve(desk, 1)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    sending.send_due(desk, clock(desk).now())
    with pytest.raises(Refusal, match="on its way, or may be"):
        apart(desk)


def test_it_can_be_merged_again(desk: Desk) -> None:
    merge(desk)
    apart(desk)
    merge(desk)
    assert posts(desk, 1) == ["1", "2"]

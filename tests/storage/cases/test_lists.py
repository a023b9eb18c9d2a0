"""Queries over all cases: the queue, the numbers of the day, an author's history."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.base.tables import CaseVerb, DraftVerb
from bot.domain.cases.case import Priority
from bot.domain.cases.view import History, Tally
from bot.domain.mentions.mention import Author, Mention, PostRef
from tests import builders
from tests.builders import ANA, BEN, NOW, a_post, do, owed
from tests.storage.scenes import another

MINUTE = timedelta(minutes=1)


def test_the_queue_holds_what_waits_for_us_most_urgent_first(store):
    late = builders.opened(store, at=NOW + 5 * MINUTE)
    early = builders.claimed(store, post=another("2"))
    urgent = builders.opened(store, post=another("3"), at=NOW + 9 * MINUTE, priority=Priority.URGENT)
    builders.replied(store, post=another("4"))
    builders.solved(store, post=another("5"))
    assert [case.id for case in store.queue()] == [urgent.id, early.id, late.id]
    assert [case.id for case in store.queue(limit=2)] == [urgent.id, early.id]
    assert [case.id for case in store.queue(assignee="")] == [urgent.id, late.id]
    assert store.queue()[1] == early


def test_somebodys_queue_holds_all_their_live_cases_those_that_wait_for_the_author_last(store):
    pending = builders.replied(store, post=another("4"), priority=Priority.URGENT)
    mine = builders.claimed(store)
    builders.claimed(store, post=another("2"), by=BEN)
    builders.solved(store, post=another("5"))
    assert [case.id for case in store.queue(assignee=ANA)] == [mine.id, pending.id]
    assert store.queue(assignee="U0NOBODY") == []


def test_an_empty_desk_counts_nothing(store):
    assert store.tally(NOW, NOW) == Tally()


def test_the_numbers_of_the_day_are_right(store):
    today = NOW + timedelta(days=1)
    yesterdays = builders.replied(store, post=another("1"))
    unclaimed = builders.opened(store, at=today)
    mine = builders.claimed(store, post=another("2"), at=today - 30 * MINUTE)
    lapsed = builders.opened(store, post=another("3"), at=today - 90 * MINUTE)
    review = builders.in_review(store, post=another("4"), at=today)
    stuck = builders.failed(store, post=another("5"), at=today)
    quick = builders.replied(store, post=another("6"), at=today)
    slow = builders.in_review(store, post=another("7"), at=today)
    slow = do(store, slow, DraftVerb.APPROVE, by=BEN, at=today + 11 * MINUTE, seen=slow.latest)
    slow = do(store, slow, DraftVerb.SEND, by="desk", at=today + 11 * MINUTE, key="k")
    slow = do(store, slow, DraftVerb.DELIVERED, by="desk", at=today + 61 * MINUTE, post_id="1")
    tally = store.tally(today, today)
    assert (tally.open, tally.unclaimed) == (5, 2)
    assert (tally.in_review, tally.review_since) == (1, today + MINUTE)
    assert (tally.due_soon, list(tally.lapsed), tally.lapsed_count) == (4, [lapsed.id], 1)
    assert (tally.answered, tally.in_time, tally.by_network) == (2, 1, {"x": 2})
    assert tally.median_first == 31 * MINUTE
    assert tally.median_approval == timedelta()  # three at once, one after ten minutes
    assert tally.by_assignee == {"": 2, ANA: 3}
    assert list(tally.needs_a_person) == [stuck.id]
    assert tally.untold == len(store.engine.rows("SELECT 1 FROM tellings"))
    assert yesterdays.id not in (unclaimed.id, mine.id, review.id, quick.id, slow.id)


def recorded(post_id: str) -> Mention:
    return a_post(post_id, root_id=post_id, ref=PostRef("recorded", "recorded", post_id))


def test_what_was_replayed_is_counted_apart_from_what_people_wait_for(store):
    builders.opened(store)
    builders.replied(store, post=another("2"))
    real = store.tally(NOW + timedelta(days=1), NOW)
    builders.opened(store, post=recorded("3"))
    builders.in_review(store, post=recorded("4"))
    builders.replied(store, post=recorded("5"))
    tally = store.tally(NOW + timedelta(days=1), NOW)
    assert (tally.replayed, tally.replayed_answered) == (2, 1)
    assert replace(tally, replayed=0, replayed_answered=0, untold=real.untold) == real


def test_an_answer_that_is_owed_is_counted_as_long_as_it_does_not_come(store):
    builders.opened(store, at=NOW - timedelta(days=9))
    builders.replied(store, post=another("2"))
    late, today = NOW + timedelta(hours=5), NOW - timedelta(hours=1)
    assert (store.tally(late, today).unanswered, store.tally(late, today).decided) == (1, 2)
    given_up = builders.opened(store, post=another("3"))
    assert store.tally(NOW, today).unanswered == 1
    assert store.tally(late, today).unanswered == 2
    do(store, given_up, CaseVerb.SOLVE, by=ANA, at=late)
    assert (store.tally(late, today).unanswered, store.tally(late, late).unanswered) == (2, 1)


def test_an_author_is_known_by_their_earlier_cases(store):
    assert store.history(builders.opened(store, post=another("9"))) == History()
    first = builders.closed(store, at=NOW - timedelta(days=9))
    second = builders.replied(store, post=a_post("50", root_id="50"), at=NOW - timedelta(days=2))
    third = builders.opened(store, post=a_post("60", root_id="60"))
    assert store.history(third) == History(
        cases=2,
        first_at=first.opened_at,
        last_at=second.opened_at,
        last_case=second.id,
        last_took=MINUTE,
        siblings=0,
    )
    assert store.history(first) == History()


def test_an_earlier_case_without_an_answer_took_no_time(store):
    builders.solved(store)
    history = store.history(builders.opened(store, post=a_post("60", root_id="60")))
    assert (history.cases, history.last_took) == (1, None)


def test_siblings_are_other_authors_in_the_same_conversation(store):
    case = builders.opened(store)
    for n in (1, 2):
        builders.opened(store, post=a_post(f"20{n}", author=Author(id=f"s{n}", handle=f"s{n}")))
    builders.opened(store, post=another("9"))
    assert store.history(case).siblings == 2


def test_a_case_that_was_released_is_nobodys_in_every_count(store):
    do(store, builders.claimed(store), CaseVerb.RELEASE)
    tally = store.tally(NOW, NOW)
    assert (tally.unclaimed, tally.by_assignee) == (1, {"": 1})
    assert store.queue(assignee=ANA) == []
    assert owed().due_at == store.queue()[0].due_at

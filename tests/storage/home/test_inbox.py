"""Questions about what waits for one person, on both engines."""

from datetime import timedelta

from bot.domain.base.tables import DraftVerb
from bot.domain.cases.case import Priority
from bot.domain.cases.queue import Place
from bot.domain.home.inbox import Today
from tests import builders
from tests.builders import ANA, BEN, CARO, NOW, do
from tests.storage.scenes import another

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def numbers(cases) -> list[int]:
    return [case.id for case in cases]


def test_a_person_is_asked_about_the_drafts_put_to_them_and_to_nobody(store):
    late = builders.in_review(store, asked=BEN, post=another("1"), at=NOW + MINUTE)
    urgent = builders.in_review(store, asked=BEN, post=another("2"), priority=Priority.URGENT)
    builders.in_review(store, asked=CARO, post=another("3"))
    nobodys = builders.in_review(store, asked="", post=another("4"))
    builders.approved(store, post=another("5"))
    found = store.asked_of(BEN, limit=10)
    assert (numbers(found.cases), found.count) == ([urgent.id, nobodys.id, late.id], 3)
    assert numbers(store.asked_of(BEN, limit=2).cases) == [urgent.id, nobodys.id]
    rest = store.asked_of(BEN, limit=10, after=Place.of(nobodys))
    assert (numbers(rest.cases), rest.count) == ([late.id], 3)
    assert numbers(store.asked_of(ANA, limit=10).cases) == [nobodys.id]


def test_what_is_due_is_theirs_or_nobodys_most_urgent_first(store):
    free = builders.opened(store, post=another("1"))
    mine = builders.claimed(store, post=another("2"), priority=Priority.HIGH)
    builders.claimed(store, by=BEN, post=another("3"))
    later = builders.opened(store, post=another("4"), at=NOW + HOUR)
    builders.replied(store, post=another("5"))
    due = NOW + HOUR
    found = store.due_for(ANA, None, due, limit=10)
    assert (numbers(found.cases), found.count) == ([mine.id, free.id], 2)
    assert store.due_for(ANA, None, due, limit=1).count == 2
    assert numbers(store.due_for(ANA, due, None, limit=10).cases) == [later.id]
    assert numbers(store.due_for("", None, None, limit=10).cases) == [free.id, later.id]
    assert store.due_for(ANA, None, NOW, limit=10).count == 0


def test_a_draft_came_back_to_whoever_wrote_it_last(store):
    back = do(
        store, builders.in_review(store, post=another("1")), DraftVerb.REQUEST_CHANGES, by=BEN, note="Name a day"
    )
    builders.drafted(store, post=another("2"))
    builders.in_review(store, post=another("3"))
    answered = do(store, builders.in_review(store, post=another("4")), DraftVerb.REQUEST_CHANGES, by=BEN, note="Why")
    do(store, answered, DraftVerb.WITHDRAW)
    assert numbers(store.came_back_to(ANA)) == [back.id]
    assert store.came_back_to(BEN) == []
    assert store.came_back_to("%") == []
    assert store.came_back_to("U0AN_") == []


def test_promises_of_today_are_kept_running_or_lapsed(store):
    today, now = NOW, NOW + 5 * HOUR
    builders.claimed(store, post=another("1"), at=now - HOUR / 2)  # runs
    builders.claimed(store, post=another("2"), at=NOW)  # lapsed today
    builders.claimed(store, post=another("3"), at=NOW - 30 * HOUR)  # overdue since yesterday
    builders.replied(store, post=another("4"), at=NOW)  # kept
    builders.claimed(store, by=BEN, post=another("5"), at=NOW)
    builders.opened(store, post=another("6"), at=NOW)
    assert store.promises_of(ANA, today, now) == Today(kept=1, running=1, lapsed=2)


def test_a_promise_that_was_dropped_before_it_lapsed_counts_as_nothing(store):
    builders.solved(store, post=another("1"))
    assert store.promises_of(ANA, NOW, NOW + 5 * HOUR) == Today()


def test_those_wait_longest_whose_promise_began_first(store):
    young = builders.opened(store, post=another("1"), at=NOW + 2 * HOUR, priority=Priority.URGENT)
    old = builders.claimed(store, post=another("2"), at=NOW)
    between = builders.in_review(store, post=another("3"), at=NOW + HOUR)
    builders.replied(store, post=another("4"), at=NOW - HOUR)
    assert numbers(store.longest_waiting(10)) == [old.id, between.id, young.id]
    assert numbers(store.longest_waiting(1)) == [old.id]

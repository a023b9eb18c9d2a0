"""Promises and timers: each reminder exists once, and each lapse is reported once."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.promises.promise import PromiseKind, always_open, promise, reminders_due
from tests import builders
from tests.builders import NOW, do, owed
from tests.storage.scenes import another

LATER = NOW + timedelta(hours=5)


def reminded(store, case, now):
    levels, promise = reminders_due(case.promise, always_open(), now)
    return do(store, case, FactVerb.REMINDED, by="desk", at=now, promise=promise, level=levels[-1], levels=levels)


def test_a_case_is_named_when_its_reminder_is_due(store):
    case = builders.opened(store)
    due = NOW + timedelta(minutes=30)
    assert store.next_reminder_at() == due
    assert store.reminders_due(due - timedelta(microseconds=1)) == []
    assert store.reminders_due(due) == [case.id]
    case = reminded(store, case, due)
    assert store.reminders_due(due) == []
    assert store.next_reminder_at() == NOW + timedelta(minutes=45)
    assert store.case(case.id) == case


def test_reminders_come_longest_due_first_and_not_for_what_is_over(store):
    late = builders.opened(store, at=LATER)
    early = builders.opened(store, post=another("7"))
    builders.solved(store, post=another("8"))
    far = LATER + timedelta(days=1)
    assert store.reminders_due(far) == [early.id, late.id]
    assert store.reminders_due(far, limit=1) == [early.id]


def test_levels_passed_while_the_desk_was_away_are_written_down_and_the_highest_is_told(store):
    case = reminded(store, builders.opened(store), LATER)
    rows = store.engine.rows("SELECT level, told FROM nags ORDER BY level")
    assert rows == [(50, 0), (75, 0), (90, 0), (100, 1)]
    assert case.promise.lapsed_at == case.promise.due_at
    nags = [one for one in tellings(store) if one.kind == "nag"]
    nag = store.reminder(nags[0].about)
    assert (nag.level, nag.due_at, nag.noted_at, nag.about) == (100, case.promise.due_at, LATER, case.promise)
    assert len(nags) == 1


def test_each_level_of_a_promise_is_written_down_once(store):
    case = builders.opened(store)
    for minutes in (30, 45, 54, 60):
        case = reminded(store, case, NOW + timedelta(minutes=minutes))
    rows = store.engine.rows("SELECT level, told FROM nags ORDER BY id")
    assert rows == [(50, 1), (75, 1), (90, 1), (100, 1)]
    nags = store.reminders_of(case.promise.id)
    assert [(nag.level, nag.due_at - NOW) for nag in nags] == [
        (level, timedelta(minutes=minutes)) for level, minutes in ((50, 30), (75, 45), (90, 54), (100, 60))
    ]
    with pytest.raises(Unknown):
        store.reminder(99)


def tellings(store):
    for (number,) in store.engine.rows("SELECT id FROM tellings WHERE kind = 'card'"):
        store.mark_told(number, builders.CHANNEL, "1.0", shown=0)
    return store.to_tell(NOW + timedelta(days=400), limit=1000)


def test_the_promise_of_the_next_answer_is_a_row_of_its_own(store):
    case = builders.replied(store)
    first = case.promise
    at = NOW + timedelta(hours=2)
    case = do(store, case, CaseVerb.AUTHOR_WROTE, by="author", at=at, mention=2, posted_at=at, promise=owed(case, at))
    assert case.promise.id != first.id
    assert store.case(case.id).promise.kind == PromiseKind.NEXT_RESPONSE
    kinds = store.engine.rows("SELECT kind, kept_at IS NULL FROM promises ORDER BY id")
    assert [(kind, bool(open_)) for kind, open_ in kinds] == [("first_response", False), ("next_response", True)]


def test_a_case_set_aside_resurfaces_when_its_term_is_over(store):
    case = builders.dismissed(store)
    over = NOW + timedelta(days=1)
    assert store.resurfacing(over - timedelta(seconds=1)) == []
    assert store.resurfacing(over) == [case.id]
    do(store, case, CaseVerb.RESURFACE, by="desk", promise=owed(at=over))
    assert store.resurfacing(over) == []


def test_a_solved_case_is_named_after_its_silence(store):
    case = builders.solved(store)
    assert store.solved_before(NOW) == []
    assert store.solved_before(LATER) == [case.id]
    do(store, case, CaseVerb.CLOSE, by="desk")
    assert store.solved_before(LATER) == []


def to_solve(at=NOW):
    return promise(PromiseKind.RESOLUTION, at, timedelta(hours=8), always_open())


def test_each_promise_of_a_case_is_a_row_of_its_own_and_comes_back_with_its_pauses(store):
    case = builders.answered_elsewhere(store, resolution=to_solve())
    again = store.case(case.id)
    assert again == case
    assert again.resolution.pauses == ((NOW + timedelta(minutes=1), None),)
    assert again.promise.kept_at is not None


def test_each_promise_reminds_by_itself(store):
    case = builders.opened(store, resolution=to_solve())
    far = NOW + timedelta(hours=4)
    assert store.reminders_due(far) == [case.id, case.id]
    levels, armed = reminders_due(case.resolution, always_open(), far)
    case = do(store, case, FactVerb.REMINDED, by="desk", at=far, promise=armed, level=levels[-1], levels=levels)
    assert (store.case(case.id).resolution, store.case(case.id).promise) == (armed, case.promise)
    nag = next(store.reminder(one.about) for one in tellings(store) if one.kind == "nag")
    assert (nag.about, nag.level) == (armed, 50)


def test_a_paused_promise_wakes_nobody(store):
    builders.answered_elsewhere(store, resolution=to_solve())
    assert (store.next_reminder_at(), store.reminders_due(NOW + timedelta(days=9))) == (None, [])


def test_a_promise_that_does_not_run_to_its_level_is_refused_by_the_schema(store):
    builders.opened(store)
    with pytest.raises(Exception, match=r"(?i)check"), store.transaction():
        store.engine.run("UPDATE promises SET nag_level = 0")
    with pytest.raises(Exception, match=r"(?i)check"), store.transaction():
        store.engine.run("UPDATE promises SET kind = 'wish'")

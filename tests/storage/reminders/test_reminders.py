"""Recipients of reminders, answers, and digests: equal on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import CaseVerb, FactVerb
from bot.domain.reminders.reminder_events import Reminded
from bot.domain.slack.telling import NEWEST, OF_A_LIST, TellingKind, Urgency
from bot.ports.store_errors import Conflict
from storage import open_store
from tests import builders
from tests.builders import ANA, BEN, NOW, do
from tests.storage.scenes import another, everything

LATER = NOW + timedelta(minutes=31)


def reminded(store, case, **facts):
    moved = replace(case.promise, next_level=75, remind_at=NOW + timedelta(minutes=45))
    usual = {"level": 50, "levels": (50,), "promise": moved, "to": ANA}
    return do(store, case, FactVerb.REMINDED, by="desk", at=LATER, **(usual | facts))


def kinds(store):
    return sorted((one.kind, one.recipient) for one in store.to_tell(LATER, 100) if one.kind != TellingKind.CARD)


def stand(store, case):
    card = store.card(case.id)
    store.mark_told(card.id, card.channel, "1.0", case.version)


def test_a_reminder_knows_whom_it_asked_and_who_held_the_case(store):
    case = reminded(store, builders.claimed(store, by=BEN))
    [its] = store.reminders_of(case.promise.id)
    assert (its.case_id, its.level, its.asked, its.holder, its.taken_by) == (case.id, 50, ANA, BEN, "")
    assert store.reminders_told(case.id) == 1


def test_an_answer_is_kept_with_its_reminder(store):
    case = reminded(store, builders.claimed(store))
    [its] = store.reminders_of(case.promise.id)
    until = LATER + timedelta(minutes=10)
    case = do(store, case, FactVerb.SNOOZED, at=LATER, reminder=its.id, until=until, promise=case.promise)
    assert (store.reminder(its.id).taken_by, store.reminder(its.id).quiet_until, store.reminder(its.id).widens) == (
        ANA,
        until,
        True,
    )
    do(store, case, FactVerb.ON_IT, at=LATER, reminder=its.id)
    assert (store.reminder(its.id).taken_at, store.reminder(its.id).quiet_until, store.reminder(its.id).widens) == (
        LATER,
        None,
        False,
    )


def test_a_direct_reminder_stands_beside_the_one_in_the_thread(store):
    case = reminded(store, builders.claimed(store), direct=True)
    stand(store, case)
    assert kinds(store) == [(TellingKind.REMINDER, ""), (TellingKind.DIRECT_REMINDER, ANA)]


def test_what_is_told_elsewhere_posts_nothing_by_itself(store):
    case = reminded(store, builders.claimed(store), told=False)
    stand(store, case)
    assert kinds(store) == []
    assert store.reminders_told(case.id) == 0


def test_the_list_that_is_told_next_holds_its_reminders_and_takes_in_those_that_follow(store):
    row = store.gather(ANA, LATER)
    case = reminded(store, builders.claimed(store), told=False, gathered=row)
    assert [one.case_id for one in store.reminders_in(row)] == [case.id]
    telling = listing(store, row)
    assert (telling.recipient, telling.wanted) == (ANA, 1)
    assert store.gather(ANA, LATER) == row
    assert listing(store, row).wanted == 2
    assert store.gather(BEN, LATER) != row


def listing(store, row):
    """Return the message of a list that has to be posted or drawn anew."""
    return next(one for one in store.to_tell(LATER, 100) if one.kind == TellingKind.DIGEST and one.about == row)


def tell(store, row, at=LATER):
    """Let a list be told; return its message."""
    telling = listing(store, row)
    store.telling_started(telling.id, at)
    store.mark_told(telling.id, "D1", f"{row}.0", telling.wanted, at)
    return telling.id


def two_lists(store):
    """Let a list stand before Ana and another wait, with a case each."""
    first = store.gather(ANA, LATER)
    one = reminded(store, builders.claimed(store), told=False, gathered=first)
    standing = tell(store, first)
    second = store.gather(ANA, LATER)
    other = reminded(store, builders.claimed(store, post=another("2")), told=False, gathered=second)
    return standing, first, second, one, other


def test_the_list_that_stands_shows_what_the_next_one_will_tell(store):
    standing, first, second, one, other = two_lists(store)
    assert listing(store, first).id == standing
    assert store.list_told_at(ANA) == (first, LATER)
    for row in (first, second):
        assert [its.case_id for its in store.reminders_in(row)] == [one.id, other.id]
    assert [its.case_id for its in store.reminders_in(second, alone=True)] == [other.id]


def test_a_list_that_is_told_takes_over_what_is_open_and_the_older_is_drawn_anew(store):
    standing, first, second, one, other = two_lists(store)
    do(store, one, CaseVerb.SOLVE, by=ANA)
    store.mark_told(standing, "D1", f"{first}.0", 9)
    third = reminded(store, builders.claimed(store, post=another("3")), told=False, gathered=second)
    tell(store, second, LATER + timedelta(minutes=10))
    assert store.list_told_at(ANA) == (second, LATER + timedelta(minutes=10))
    assert [its.case_id for its in store.reminders_in(second)] == [other.id, third.id]
    assert store.reminders_in(first) == []
    assert store.gather(ANA, LATER) not in {first, second}
    tell(store, store.gather(ANA, LATER), LATER + timedelta(minutes=20))
    assert [its.case_id for its in store.reminders_in(store.gather(ANA, LATER))] == [other.id, third.id]
    assert listing(store, second).ts == f"{second}.0"


def test_a_list_whose_post_slack_refused_was_not_told(store):
    row = store.gather(ANA, LATER)
    telling = listing(store, row)
    store.telling_started(telling.id, LATER)
    assert store.list_told_at(ANA) == (row, LATER)
    store.mark_not_told(telling.id, None)
    assert store.list_told_at(ANA) is None
    assert store.gather(ANA, LATER) == row


def test_every_case_that_moves_redraws_the_list_that_stands_and_whoever_pressed_sees_theirs_first(store):
    standing, first, _, one, other = two_lists(store)
    for case, by, urgency in ((other, BEN, OF_A_LIST), (one, ANA, Urgency.CLICK)):
        store.mark_told(standing, "D1", f"{first}.0", NEWEST)
        do(store, case, CaseVerb.ASSIGN, by=by, to=by)
        anew = listing(store, first)
        assert (anew.id, anew.urgency) == (standing, urgency)


def test_reminders_of_the_last_minutes_are_counted_for_whom_they_go_to(store):
    for n, level in enumerate((50, 90, 90, 100)):
        case = builders.claimed(store, post=another(str(2 + n)))
        reminded(store, case, level=level, levels=(level,))
    ago = LATER - timedelta(minutes=10)
    assert store.reminded_lately(ANA, ago, LATER, 4) == 3
    assert store.reminded_lately(ANA, ago, LATER, 2) == 2
    assert store.reminded_lately(ANA, LATER, LATER, 4) == 0
    assert store.reminded_lately(ANA, ago, NOW, 4) == 0
    assert store.reminded_lately(BEN, NOW, LATER, 4) == 0


def test_what_is_open_in_a_list_of_the_last_minutes_counts_too(store):
    row = store.gather(ANA, LATER)
    case = reminded(store, builders.claimed(store), told=False, gathered=row)
    tell(store, row, LATER + timedelta(minutes=10))
    since, now = LATER + timedelta(minutes=5), LATER + timedelta(minutes=15)
    assert store.reminded_lately(ANA, since, now, 4) == 1
    do(store, case, CaseVerb.SOLVE, by=ANA)
    assert store.reminded_lately(ANA, since, now, 4) == 0


def many_due(store, count=120):
    cases = [builders.claimed(store, post=another(str(2_000 + n)), by=ANA) for n in range(count - 1)]
    cases.append(builders.in_review(store))
    row = store.gather(ANA, LATER)
    moved = {"next_level": 75, "remind_at": NOW + timedelta(minutes=45)}
    common = {"by": "desk", "at": LATER, "to": ANA, "told": False, "gathered": row}
    levels = {"level": 50, "levels": (50,)}
    return [(one, Reminded(**common, **levels, promise=replace(one.promise, **moved))) for one in cases]


def but_for_numbers(found):
    """Return all rows without the numbers of messages, which the engines assign differently."""
    return found | {"tellings": sorted(row[1:] for row in found["tellings"])}


def test_many_reminders_together_leave_the_very_rows_of_one_after_the_other(store, tmp_path):
    other = open_store(f"sqlite:///{tmp_path}/other.db", synchronous="OFF")
    for case, event in many_due(other):
        other.record(case, event)
    store.remind_all(many_due(store))
    assert but_for_numbers(everything(store)) == but_for_numbers(everything(other))
    assert store.broken_chains() == []
    other.close()


def test_of_many_reminders_together_none_is_kept_where_one_case_has_moved_on(store):
    happened = many_due(store, count=5)
    do(store, happened[2][0], CaseVerb.RELEASE)
    before = everything(store)
    with pytest.raises(Conflict):
        store.remind_all(happened)
    assert everything(store) == before


def test_several_cases_are_read_in_the_order_asked_and_what_is_not_there_is_left_out(store):
    numbers = [builders.opened(store, post=another(str(2_000 + n))).id for n in range(230)][::-1]
    found = store.cases([*numbers, 999])
    assert [one.id for one in found] == numbers
    assert found[7] == store.case(numbers[7])
    assert store.cases([]) == []


def test_a_question_about_a_claim_is_asked_answered_and_ended(store):
    case = builders.claimed(store)
    assert store.silent_claims() == [case.id]
    assert store.last_check(case.id) is None
    case = do(store, case, FactVerb.CLAIM_CHECKED, by="desk", at=LATER, to=ANA, since=NOW)
    its = store.last_check(case.id)
    assert its is not None
    assert (its.who, its.since, its.asked_at, its.answered_at, its.released_at) == (ANA, NOW, LATER, None, None)
    case = do(store, case, FactVerb.STILL_ON_IT, at=LATER, check=its.id)
    assert store.claim_check(its.id).answered_at == LATER
    case = do(store, case, CaseVerb.RELEASE, by="desk", at=LATER, check=its.id)
    assert store.claim_check(its.id).released_at == LATER
    stand(store, case)
    assert sorted(kinds(store)) == [
        (TellingKind.CLAIM_CHECK, ""),
        (TellingKind.CLAIM_CHECK, ANA),
        (TellingKind.NEWS, ANA),
    ]


def test_whoever_writes_is_not_silent(store):
    builders.drafted(store)
    assert store.silent_claims() == []


@pytest.mark.parametrize("missing", ["reminder", "claim_check"])
def test_what_is_not_there_is_unknown(store, missing):
    with pytest.raises(Unknown):
        getattr(store, missing)(99)

"""Moments stored while the clock was ahead are found, and nothing besides the cases waits for them."""

from datetime import timedelta

from bot.domain.base.tables import FactVerb
from bot.domain.team.shifts import ShiftChange
from tests import builders
from tests.builders import ANA, NOW

YEAR = timedelta(days=400)


def test_moments_ahead_are_brought_back_and_the_others_stay(store):
    case = builders.claimed(store)
    store.put_shift_change(ShiftChange(who=ANA, on=False, since=NOW + YEAR, until=NOW + YEAR + timedelta(hours=8)))
    store.put_shift_change(ShiftChange(who="U0OTHER", on=False, since=NOW - YEAR, until=NOW + YEAR))
    row = store.gather(ANA, NOW + YEAR)
    [the_list] = [one for one in store.to_tell(NOW + YEAR) if one.about == row and one.recipient == ANA]
    store.telling_started(the_list.id, NOW + YEAR)
    store.leave_no_moment_ahead(NOW)
    assert store.shift_changes() == [
        ShiftChange(who=ANA, on=False, since=NOW, until=NOW + timedelta(hours=8)),
        ShiftChange(who="U0OTHER", on=False, since=NOW - YEAR, until=NOW + YEAR),
    ]
    told = store.list_told_at(ANA)
    assert told is not None
    assert told[1] < NOW - timedelta(minutes=10)
    assert store.cases_ahead(NOW) == []
    assert store.cases_ahead(NOW - YEAR) == [case.id]


def test_what_is_done_again_or_read_again_or_asked_again_does_not_wait_for_the_wrong_clock(store):
    """Deleted posts, wishes to hide a post whose outcome is unknown, and questions to other teams."""
    wrong = NOW + YEAR
    case = builders.claimed(store, at=wrong)
    store.note_posts_to_check([case.network], NOW - YEAR)
    question = {"team": "tech", "channel": "C0TECH", "text": "Is it down?", "mention": case.latest}
    builders.do(store, case, FactVerb.INQUIRED, at=wrong, due_at=wrong + timedelta(hours=2), **question)
    case = store.case(case.id)
    case = builders.do(store, case, FactVerb.HIDE_ASKED, at=wrong, mention=case.latest, reason="spam")
    [asked] = store.hidings(case.id)
    store.note_hiding_look(asked.id, wrong)
    store.leave_no_moment_ahead(NOW)
    where = {"along": timedelta(), "since": NOW - YEAR, "limit": 9}
    assert len(store.posts_to_check(case.network, case.account, NOW + timedelta(hours=23), **where)) == 1
    assert store.hidings_to_look(NOW) == [asked.id]
    assert store.overdue_inquiries(NOW + timedelta(hours=2)) != []
    assert store.overdue_inquiries(NOW + timedelta(hours=1)) == []

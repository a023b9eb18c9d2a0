"""Moments stored while the clock was ahead are found, and nothing besides the cases waits for them."""

from datetime import timedelta

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

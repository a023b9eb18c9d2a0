"""The counts of what our accounts are charged for, and their holds, in both databases."""

from datetime import timedelta

from bot.domain.accounts.holds import AccountHold, Limit, Use
from bot.domain.accounts.spending import Charge, ChargeCount
from tests.builders import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)


def test_counts_are_added_up_by_day_and_read_for_one_account_or_for_all(store):
    for account, day, counts in (
        ("42", TODAY - DAY, {Charge.REPLY: 1}),
        ("42", TODAY, {Charge.POST: 3, Charge.AUTHOR: 2}),
        ("42", TODAY, {Charge.POST: 4}),
        ("43", TODAY, {Charge.POST: 10}),
    ):
        store.add_charges("x", account, day, counts)
    store.add_charges("bluesky", "42", TODAY, {Charge.POST: 99})
    assert store.charges("x", "42", TODAY) == [
        ChargeCount(TODAY, Charge.AUTHOR, 2),
        ChargeCount(TODAY, Charge.POST, 7),
    ]
    everybody = store.charges("x", "", TODAY - DAY)
    assert everybody[0] == ChargeCount(TODAY - DAY, Charge.REPLY, 1)
    assert everybody[-1] == ChargeCount(TODAY, Charge.POST, 17)


def a_hold(use=Use.WRITE, limit=Limit.SHUT, minutes=15, *, firm=False, at=NOW):
    until = at + timedelta(minutes=minutes)
    facts = {"network": "x", "account": "42", "why": "No credit.", "met": Use.POLL}
    return AccountHold(use=use, held_at=at, until=until, limit=limit, firm=firm, **facts)


def test_a_hold_is_read_as_it_was_stored_and_the_longer_one_stays(store):
    long, short = a_hold(limit=Limit.PACE, minutes=60), a_hold(limit=Limit.PACE, minutes=5)
    for one in (long, short):
        store.hold_account(one)
    assert store.account_holds("x", "42") == [long]
    assert store.account_holds("x", "43") == []
    store.hold_account(a_hold(limit=Limit.PACE, minutes=5, at=NOW - DAY))  # the clock was set back by a day
    assert store.account_holds("x", "42")[0].held_at == NOW - DAY


def test_only_what_shut_an_account_out_is_ended_by_a_poll_that_works(store):
    slow, firm = a_hold(Use.DELETE, Limit.PACE), a_hold(Use.LOOK, firm=True)
    for one in (slow, firm, a_hold()):
        store.hold_account(one)
    store.release_account("x", "42", NOW + timedelta(minutes=1))
    ended = {one.use: one.until for one in store.account_holds("x", "42")}
    assert ended == {
        Use.DELETE: slow.until,
        Use.LOOK: firm.until,
        Use.WRITE: NOW + timedelta(minutes=1),
    }

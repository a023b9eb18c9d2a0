"""Replies in the store that a network refused for now: when they are sent again, and which accounts wait too."""

from datetime import timedelta

import pytest

from bot.domain.accounts.holds import AccountHold, Use
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.retries import SET_BACK
from tests import builders
from tests.builders import CARO, NOW, do, start
from tests.storage.scenes import another

REFUSED = NOW + timedelta(minutes=2)
UNTIL = REFUSED + timedelta(minutes=7)
SOON = timedelta(microseconds=1)


def refused(store, *, again=True, until=UNTIL, **facts):
    """Return a case whose reply the network refused with a wait."""
    case = builders.sending(store, **facts)
    case = do(store, case, DraftVerb.REFUSED, by="network", why="Slow down", at=REFUSED, until=until, again=again)
    store.hold_account(hold(until))
    return case


def hold(until=UNTIL, **facts):
    facts = {"network": "x", "account": builders.OUR_ACCOUNT, "use": Use.WRITE, "met": Use.WRITE} | facts
    return AccountHold(held_at=REFUSED, until=until, why="Slow down", **facts)


def test_what_begins_again_by_itself_is_due_when_its_wait_is_over(store):
    case = refused(store)
    assert store.case(case.id) == case
    assert (case.draft.again_at, store.next_send_at()) == (UNTIL, UNTIL)
    assert store.to_send(UNTIL - SOON) == []
    assert store.to_send(UNTIL) == [case.id]


def test_what_a_person_decides_is_never_due_and_the_account_waits_all_the_same(store):
    case = refused(store, again=False)
    assert (store.to_send(UNTIL + timedelta(hours=1)), store.next_send_at()) == ([], None)
    usual = builders.approved(store, post=another("7"))
    assert (store.to_send(UNTIL - SOON), store.to_send(UNTIL)) == ([], [usual.id])
    assert store.case(case.id) == case


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        (DraftVerb.SEND, {"by": "desk", "key": "attempt-1"}),
        (DraftVerb.STOP, {}),
        (DraftVerb.HAND_OVER, {}),
        (DraftVerb.WITHDRAW, {}),
        (DraftVerb.EDIT, {"words": builders.wording(builders.failed(), "Other")}),
        (FactVerb.RETRY_GIVEN_UP, {"by": "desk", "why": "Switched off"}),
        (FactVerb.POST_EDITED, {"by": "author", "mention": 1}),
        (CaseVerb.ANSWERED_ELSEWHERE, {"by": "network"}),
    ],
)
def test_whatever_happens_to_it_nothing_waits_any_more(store, verb, facts):
    case = do(store, refused(store), verb, **facts)
    assert case.draft.again_at is None
    assert (store.to_send(UNTIL + timedelta(hours=1)), store.next_send_at()) == ([], None)
    assert store.case(case.id) == case


def test_why_it_was_left_to_a_person_is_kept(store):
    case = do(store, refused(store), FactVerb.RETRY_GIVEN_UP, by="desk", why="Switched off")
    assert (case.draft.state, case.draft.why, store.case(case.id)) == ("failed", "Switched off", case)


def test_a_clock_that_was_set_back_holds_up_neither_the_reply_nor_its_account(store):
    case = refused(store)
    usual = builders.approved(store, post=another("7"))
    assert store.to_send(REFUSED - SET_BACK) == []
    assert store.to_send(REFUSED - SET_BACK - SOON) == [usual.id, case.id]  # first attempts first


def test_what_else_is_approved_on_that_account_waits_and_no_other(store):
    refused(store)
    builders.approved(store, post=another("7"))
    elsewhere = builders.approved(store, post=another("8", ref=PostRef("mastodon", builders.OUR_ACCOUNT, "8")))
    account = builders.approved(store, post=another("9", ref=PostRef("x", "43", "9")))
    assert store.to_send(UNTIL - SOON) == [elsewhere.id, account.id]
    assert len(store.to_send(UNTIL)) == 4


def test_what_waits_does_not_hold_up_others_by_their_number(store):
    refused(store)
    for number in range(3):
        builders.approved(store, post=another(f"7{number}"))
    elsewhere = builders.approved(store, post=another("8", ref=PostRef("mastodon", builders.OUR_ACCOUNT, "8")))
    assert store.to_send(UNTIL - SOON)[0] == elsewhere.id


def test_the_longest_wait_that_was_asked_for_counts(store):
    refused(store, until=UNTIL + timedelta(minutes=5))
    refused(store, post=another("7"))
    assert store.to_send(UNTIL) == []
    assert len(store.to_send(UNTIL + timedelta(minutes=5))) == 2


def test_the_wait_for_replies_holds_up_no_deletion(store):
    sent = builders.delivered(store)
    taken_back = start(store, sent, "", kind="take_back", corrects="2001")
    taken_back = do(store, taken_back, DraftVerb.SUBMIT, to=CARO)
    taken_back = do(store, taken_back, DraftVerb.APPROVE, by=CARO, seen=taken_back.latest)
    refused(store, post=another("7"))
    assert store.to_send(UNTIL - SOON) == [taken_back.id]
    store.hold_account(hold(use=Use.DELETE, met=Use.DELETE))
    assert store.to_send(UNTIL - SOON) == []


def test_an_approval_is_among_those_whose_reply_waits_until_a_person_decides(store):
    case = refused(store)
    decided = refused(store, again=False, post=another("7"))
    yes = case.draft.approval
    assert store.waiting_approvals() == [(case.id, yes.id, yes.at)]
    assert store.tally(REFUSED, NOW).needs_a_person == (decided.id,)

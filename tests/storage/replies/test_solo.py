"""Solo replies in the store: when they may go out, which a lead still has to read, and refusals."""

from datetime import timedelta

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import DraftVerb, FactVerb
from bot.domain.replies.solo import STOP_WITHIN, Lane, SoloReply
from tests import builders
from tests.builders import BEN, CARO, DEE, NOW, REPLY_URL, WHY, WORDS, do, start
from tests.storage.scenes import another

LET_OUT = NOW + timedelta(minutes=1)
SENDS_AT = LET_OUT + STOP_WITHIN
SOON = timedelta(microseconds=1)


def test_what_may_still_be_stopped_is_not_sent_before_its_moment(store):
    waits = builders.let_out_solo(store)
    usual = builders.approved(store, post=another("7"))
    assert store.to_send(SENDS_AT - SOON) == [usual.id]
    assert store.to_send(SENDS_AT) == [waits.id, usual.id]
    assert store.next_send_at() == SENDS_AT
    assert store.case(waits.id) == waits


def test_what_waits_first_does_not_hold_up_the_others(store):
    builders.let_out_solo(store)
    usual = builders.approved(store, post=another("7"))
    assert store.to_send(LET_OUT)[0] == usual.id


def test_once_it_was_stopped_nothing_is_sent_and_nothing_waited_for(store):
    case = do(store, builders.let_out_solo(store), DraftVerb.STOP, by=DEE)
    assert (store.to_send(SENDS_AT), store.next_send_at()) == ([], None)
    assert store.case(case.id) == case


def test_a_reply_that_went_out_is_listed_as_it_was(store):
    case = builders.sent_alone(store)
    yes = case.draft.approval
    assert store.solo_unread() == [
        SoloReply(
            id=yes.id,
            case_id=case.id,
            draft_id=case.draft.id,
            lane=Lane.REASON,
            reason=WHY,
            by=BEN,
            at=LET_OUT,
            text=WORDS,
            url=REPLY_URL,
        )
    ]
    assert store.solo_reply(yes.id) == store.solo_unread()[0]
    assert store.case(case.id) == case


def test_the_list_is_oldest_first_and_may_be_one_persons(store):
    late = builders.sent_alone(store, at=NOW + timedelta(hours=1))
    early = builders.sent_alone(store, lane=Lane.TEMPLATE, post=another("7"))
    assert [one.case_id for one in store.solo_unread()] == [early.id, late.id]
    assert [one.case_id for one in store.solo_unread(limit=1)] == [early.id]
    assert [one.case_id for one in store.solo_unread(by=BEN)] == [early.id, late.id]
    assert store.solo_unread(by=CARO) == []


def test_only_what_is_public_is_listed(store):
    waits = builders.let_out_solo(store)
    builders.delivered(store, post=another("7"))
    failed = do(store, waits, DraftVerb.SEND, by="desk", key="k", at=SENDS_AT)
    failed = do(store, failed, DraftVerb.REFUSED, by="network", why="No", at=SENDS_AT)
    assert store.solo_unread() == []
    with pytest.raises(Unknown):
        store.solo_reply(failed.draft.approval.id)


def test_a_reply_that_was_corrected_since_is_listed_all_the_same(store):
    case = builders.sent_alone(store)
    start(store, case, "We meant Tuesday", by=CARO)
    assert [one.text for one in store.solo_unread()] == [WORDS]


def test_read_by_a_lead_it_leaves_the_list_and_the_first_who_read_it_counts(store):
    case = builders.sent_alone(store)
    approval = case.draft.approval.id
    case = do(store, case, FactVerb.SOLO_READ, by=CARO, approval=approval, at=NOW + timedelta(hours=9))
    assert store.solo_unread() == []
    assert store.case(case.id) == case
    do(store, case, FactVerb.SOLO_READ, by=DEE, approval=approval, at=NOW + timedelta(hours=10))
    read = store.solo_reply(approval)
    assert (read.read_by, read.read_at) == (CARO, NOW + timedelta(hours=9))
    lines = store.audit(f"case:{case.id}")
    assert [(one.by, one.facts["approval"]) for one in lines if one.verb == "read"] == [
        (CARO, approval),
        (DEE, approval),
    ]
    assert store.broken_chains() == []


def test_they_are_counted_by_when_they_were_let_out(store):
    first = builders.sent_alone(store)
    builders.sent_alone(store, lane=Lane.TEMPLATE, post=another("7"))
    do(store, first, FactVerb.SOLO_READ, by=CARO, approval=first.draft.approval.id)
    assert store.solo_count(LET_OUT, LET_OUT + SOON) == (2, 1)
    assert store.solo_count(LET_OUT + SOON, SENDS_AT) == (0, 0)


def test_the_reason_can_be_erased_and_the_audit_trail_never_held_it(store):
    case = builders.sent_alone(store)
    facts = [line.facts for line in store.audit(f"case:{case.id}")]
    assert WHY not in str(facts)
    assert [one["lane"] for one in facts if "lane" in one] == ["reason"]
    with store.transaction():
        store.engine.run("UPDATE approvals SET reason = ''")
    assert store.case(case.id).draft.approval.reason == ""
    assert store.broken_chains() == []


@pytest.mark.parametrize(
    "wrong",
    [
        "lane = 'nobody'",
        "sends_at = NULL",
        "lane = '', reason = ''",
        "reason = 'x'",
        "read_by = approved_by, read_at = 1",
        "read_by = 'U0CARO'",
        "read_at = 1",
    ],
)
def test_the_store_refuses_an_approval_that_contradicts_itself(store, wrong):
    case = builders.let_out_solo(store)
    with pytest.raises(Exception, match=r"(?i)check constraint"), store.transaction():
        store.engine.run(f"UPDATE approvals SET {wrong}")
    assert store.case(case.id) == case


def test_a_notice_remembers_its_button(store):
    store.notice("a", "C0LEADS", "So.", NOW)
    store.notice("b", "C0LEADS", "Read.", NOW, "unpaired")
    told = [one.about for one in store.to_tell(NOW)]
    assert [(store.notice_sentence(one), store.notice_offers(one)) for one in told] == [
        ("So.", ""),
        ("Read.", "unpaired"),
    ]
    with pytest.raises(Unknown):
        store.notice_offers(99)

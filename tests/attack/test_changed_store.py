"""The database is changed by hand after an approval: only the approved reply goes out, or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.base.refusals import Outdated, Refusal
from bot.domain.base.tables import DraftState, DraftVerb
from bot.domain.base.text import sha256_of
from bot.domain.replies.approval_terms import terms_digest
from bot.ports import Desk, NotSent, OutcomeLost
from bot.services.replies import by_hand, correcting, review, sending
from storage import SqlStore, open_store
from storage.audit import seal
from storage.engine import rows
from tests.engines import ENGINES, cluster, fresh_address
from tests.fakes import ANA, BEN, LEADS, FakeNetwork, a_desk, a_post
from tests.long import part
from tests.services.journey import (
    WORDS,
    approve,
    approved,
    attempt_of,
    clock,
    delivered,
    draft_of,
    in_review,
    notices,
    only_case,
    published,
    receive,
    send,
    street,
    verbs,
)

__all__ = ["cluster"]

FOREIGN = "Go away, all of you."


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    opened = open_store(fresh_address(request.param, tmp_path, request), synchronous="OFF")
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    another = FakeNetwork(account="43")
    return a_desk(store, networks={("x", "42"): FakeNetwork(), ("x", "43"): another})


def change(desk: Desk, sql: str, **params: object) -> None:
    """Run `sql` on the database, as somebody with its file or password could."""
    engine = desk.store.engine  # type: ignore[attr-defined]
    with engine.transaction():
        assert engine.run(sql, params), "nothing was changed"


def let_the_trail_be_changed(desk: Desk) -> None:
    engine = desk.store.engine  # type: ignore[attr-defined]
    with engine.transaction():
        if engine.name == "sqlite":
            for trigger in ("audit_keeps_lines", "audit_keeps_all"):
                engine.run(f"DROP TRIGGER IF EXISTS {trigger}")
        else:
            engine.run("ALTER TABLE audit DISABLE TRIGGER ALL")


BOTH = "UPDATE drafts SET target_post = '666'; UPDATE approvals SET target_post = '666'"
CHANGES = {
    "the words": "UPDATE draft_versions SET text = :foreign",
    "the words and their digest": "UPDATE draft_versions SET text = :foreign, digest = :digest",
    "a full stop more": "UPDATE draft_versions SET text = text || '.'",
    "words, digest and the approval's digest": (
        "UPDATE draft_versions SET text = :foreign, digest = :digest; UPDATE approvals SET digest = :digest"
    ),
    "the post it answers": "UPDATE drafts SET target_post = '666'",
    "the post it answers, in both places": BOTH,
    "the account": "UPDATE drafts SET target_account = '43'",
    "the account, in both places": (
        "UPDATE drafts SET target_account = '43'; UPDATE approvals SET target_account = '43'"
    ),
    "the network": "UPDATE drafts SET target_network = 'recorded'",
    "the version": "UPDATE drafts SET version = version + 1",
    "what it does": "UPDATE drafts SET kind = 'take_back', corrects = '100'",
    "what it corrects": "UPDATE drafts SET kind = 'correction', corrects = '666'",
    "who approved": "UPDATE approvals SET approved_by = 'U0CARO'",
    "when it was approved": "UPDATE approvals SET approved_at = approved_at + 60000000",
    "by which way": "UPDATE approvals SET lane = 'reason'",
    "what the approver had seen": "UPDATE approvals SET seen = seen + 1",
    "who may not approve it": "UPDATE draft_versions SET barred = '[]'",
    "who wrote it": "UPDATE draft_versions SET authors = '[\"U0CARO\"]'",
    "the post that was shown": "UPDATE drafts SET target_mention = target_mention + 1",
}


POSTGRES = pytest.mark.postgres
EACH_CHANGE = pytest.mark.parametrize(
    ("store", "sql"),
    [
        *(pytest.param("sqlite", sql, id=f"sqlite-{name}") for name, sql in CHANGES.items()),
        *part(
            (pytest.param("postgres", sql, id=f"postgres-{name}", marks=POSTGRES) for name, sql in CHANGES.items()), 4
        ),
    ],
    indirect=["store"],
)


def apply(desk: Desk, sql: str) -> None:
    for one in sql.split("; "):
        known = {"foreign": FOREIGN, "digest": sha256_of(FOREIGN)}
        change(desk, one, **{name: value for name, value in known.items() if f":{name}" in one})


def nothing_went_out(desk: Desk) -> None:
    everywhere = [one for network in desk.networks.values() for one in network.published]  # type: ignore[attr-defined]
    assert everywhere == []
    assert street(desk).taken_back == []
    assert only_case(desk).draft.state == DraftState.WITHDRAWN  # type: ignore[union-attr]
    assert verbs(desk).count(DraftVerb.MISMATCH) == 1
    [(room, said)] = notices(desk)
    assert room == LEADS
    assert "case 1 was not sent" in said
    assert FOREIGN not in said


@EACH_CHANGE
def test_what_was_changed_between_approval_and_sending_does_not_go_out(desk: Desk, sql: str) -> None:
    approved(desk)
    apply(desk, sql)
    for _ in range(3):
        sending.send_due(desk, clock(desk).move(seconds=5))
    nothing_went_out(desk)
    assert only_case(desk).due_at is not None


class ChangedWhileBegun:
    """A store in which somebody changes something right after the attempt was written."""

    def __init__(self, desk: Desk, sql: str) -> None:
        self.desk, self.sql = desk, sql

    def __getattr__(self, name: str) -> Any:
        return getattr(self.desk.store, name)

    def record(self, *of: Any, **facts: Any) -> Any:
        after = self.desk.store.record(*of, **facts)
        if after.draft.state == DraftState.SENDING:
            apply(self.desk, self.sql)
        return after


@EACH_CHANGE
def test_what_was_changed_while_its_attempt_was_written_down_does_not_go_out(desk: Desk, sql: str) -> None:
    approved(desk)
    watched = replace(desk, store=ChangedWhileBegun(desk, sql))  # type: ignore[arg-type]
    assert sending.send_due(watched, desk.clock.now()) == 1
    nothing_went_out(desk)


@EACH_CHANGE
def test_what_was_changed_before_it_was_sent_again_does_not_go_out(desk: Desk, sql: str) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    draft = draft_of(desk)
    call = by_hand.begin_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    apply(desk, sql)
    call(desk.clock.now())
    nothing_went_out(desk)


@EACH_CHANGE
def test_what_was_changed_is_not_handed_to_a_person_to_post(desk: Desk, sql: str) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    apply(desk, sql)
    version = draft_of(desk).version
    with pytest.raises(Refusal):
        by_hand.hand_over(
            desk, draft_of(desk).id, version=version, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET who = 'U0CARO' WHERE verb = 'approve'",
        "UPDATE audit SET at = at + 1 WHERE verb = 'approve'",
        "UPDATE audit SET facts = replace(facts, '\"version\":1', '\"version\":2') WHERE verb = 'approve'",
        "DELETE FROM audit WHERE verb = 'approve'",
        "UPDATE audit SET who = 'U0CARO' WHERE verb = 'submit'",
        "DELETE FROM audit WHERE verb = 'submit'",
    ],
)
def test_an_approval_whose_line_in_the_trail_was_changed_is_none(desk: Desk, sql: str) -> None:
    approved(desk)
    let_the_trail_be_changed(desk)
    change(desk, sql)
    sending.send_due(desk, desk.clock.now())
    nothing_went_out(desk)


def test_an_approval_that_nobody_gave_is_none(desk: Desk) -> None:
    in_review(desk)
    draft = draft_of(desk)
    change(
        desk,
        """INSERT INTO approvals (draft_id, version, digest, approved_by, approved_at, asked_at, target_network,
        target_account, target_post, seen, void_by, lane, reason) VALUES (:draft, 1, :digest, 'U0BEN', :at, :at, 'x',
        '42', '100', :seen, '', '', '')""",
        draft=draft.id,
        digest=draft.digest,
        at=rows.stored(desk.clock.now()),
        seen=draft.seen,
    )
    change(desk, "UPDATE drafts SET state = 'approved', approval_id = (SELECT max(id) FROM approvals)")
    sending.send_due(desk, desk.clock.now())
    nothing_went_out(desk)


def rehashed(desk: Desk, key: bytes | None = None) -> None:
    """Compute all hashes of the case's chain again, as somebody could who knows how."""
    engine = desk.store.engine  # type: ignore[attr-defined]
    prev = seal.BEGINNING
    for row in engine.rows(
        "SELECT chain, position, at, who, verb, facts FROM audit WHERE chain = 1 ORDER BY position"
    ):
        found = seal.hashed(engine.key if key is None else key, prev, row)
        change(
            desk,
            "UPDATE audit SET prev = :prev, hash = :hash WHERE chain = 1 AND position = :position",
            prev=prev,
            hash=found,
            position=row[1],
        )
        prev = found


def test_an_approval_of_before_the_update_is_asked_for_again(desk: Desk) -> None:
    approved(desk)
    before_the_update(desk)
    sending.send_due(desk, desk.clock.now())
    draft = draft_of(desk)
    assert (published(desk), draft.state, draft.stale) == ([], DraftState.IN_REVIEW, "update")
    approve(desk)
    assert sending.send_due(desk, desk.clock.now()) == 1
    assert published(desk) == [("100", WORDS)]


def test_a_failed_reply_of_before_the_update_is_approved_anew_before_it_is_sent_again(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    before_the_update(desk)
    draft = draft_of(desk)
    with pytest.raises(Outdated, match="before the desk was updated"):
        by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert published(desk) == []


def before_the_update(desk: Desk) -> None:
    """Remove from the trail what an earlier version did not write."""
    let_the_trail_be_changed(desk)
    line = next(one for one in desk.store.audit("case:1") if one.verb == DraftVerb.APPROVE)
    facts = {name: fact for name, fact in line.facts.items() if name not in {"terms", "approval"}}
    change(
        desk,
        "UPDATE audit SET facts = :facts WHERE chain = 1 AND position = :position",
        facts=rows.compact(facts),
        position=line.position,
    )
    rehashed(desk)


def test_a_reply_that_is_public_is_not_sent_once_more_after_it_was_put_back(desk: Desk) -> None:
    delivered(desk)
    change(desk, "UPDATE drafts SET state = 'approved', attempt_id = NULL")
    sending.send_due(desk, desk.clock.now())
    assert published(desk) == [("100", WORDS)]
    assert verbs(desk)[-1] == DraftVerb.MISMATCH


def test_a_reply_of_unknown_outcome_is_not_sent_once_more_after_it_was_put_back(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    change(desk, "UPDATE drafts SET state = 'failed'")
    draft = draft_of(desk)
    by_hand.send_again(desk, draft.id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    nothing_went_out(desk)


def test_an_approval_that_was_voided_does_not_come_back(desk: Desk) -> None:
    approved(desk)
    old = draft_of(desk).approval.id  # type: ignore[union-attr]
    receive(desk, a_post("101", "never mind", root="100", at=clock(desk).move(minutes=1)))
    change(desk, "UPDATE approvals SET void_at = NULL, void_by = ''")
    change(desk, "UPDATE drafts SET state = 'approved', stale = '', approval_id = :old", old=old)
    sending.send_due(desk, desk.clock.now())
    nothing_went_out(desk)


@pytest.mark.parametrize("take_back", [True, False])
def test_a_correction_of_another_post_does_not_go_out(desk: Desk, *, take_back: bool) -> None:
    delivered(desk)
    correcting.correct(desk, 1, "It comes on Friday.", take_back=take_back, by=ANA, at=desk.clock.now())
    approve(desk)
    change(desk, "UPDATE drafts SET corrects = '666' WHERE corrects <> ''")
    sending.send_due(desk, desk.clock.now())
    assert (published(desk), street(desk).taken_back) == ([("100", WORDS)], [])
    assert verbs(desk)[-1] == DraftVerb.MISMATCH


def test_a_draft_that_was_changed_before_it_was_approved_is_not_approved(desk: Desk) -> None:
    in_review(desk)
    for sql in ("UPDATE drafts SET target_post = '666'", "UPDATE draft_versions SET text = :foreign"):
        apply(desk, sql)
        with pytest.raises(Outdated, match="outside the desk"):
            approve(desk)


def test_the_desk_goes_on_after_it_stopped_a_reply(desk: Desk) -> None:
    approved(desk)
    apply(desk, CHANGES["the words"])
    sending.send_due(desk, desk.clock.now())
    review.submit(desk, 1, review.Words(text=WORDS), by=ANA, at=desk.clock.now())
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert published(desk) == [("100", WORDS)]


def test_the_line_of_an_approval_holds_no_word_of_the_reply(desk: Desk) -> None:
    approved(desk)
    line = desk.store.since_approved(only_case(desk))[0]
    assert (line.verb, line.by, len(str(line.facts["terms"]))) == (DraftVerb.APPROVE, BEN, 64)
    assert "Priya" not in str(line.facts)


def test_a_line_that_was_written_anew_without_the_desks_key_is_none(desk: Desk) -> None:
    approved(desk)
    let_the_trail_be_changed(desk)
    change(
        desk,
        "UPDATE draft_versions SET text = :foreign, digest = :digest",
        foreign=FOREIGN,
        digest=sha256_of(FOREIGN),
    )
    change(desk, "UPDATE approvals SET digest = :digest", digest=sha256_of(FOREIGN))
    line = next(one for one in desk.store.audit("case:1") if one.verb == DraftVerb.APPROVE)
    facts = rows.compact({**line.facts, "digest": sha256_of(FOREIGN), "terms": terms_digest(draft_of(desk))})
    change(desk, "UPDATE audit SET facts = :facts WHERE chain = 1 AND verb = 'approve'", facts=facts)
    rehashed(desk, key=b"not the desk's")
    sending.send_due(desk, desk.clock.now())
    nothing_went_out(desk)


def test_a_line_that_is_said_to_be_from_before_the_key_is_asked_for_again(desk: Desk) -> None:
    approved(desk)
    change(
        desk,
        """INSERT INTO trail_before (chain, position, digest, whole, seal)
        SELECT chain, position, hash, 1, hash FROM audit WHERE chain = 1 AND verb = 'approve'""",
    )
    sending.send_due(desk, desk.clock.now())
    assert (published(desk), draft_of(desk).state) == ([], DraftState.IN_REVIEW)

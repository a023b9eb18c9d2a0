"""Replies in parts in any order and with kills: each part is public at most once, behind the one before it."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.replies.draft import DraftKind
from bot.services.cases import casework
from bot.services.replies import in_parts, review, sending
from tests.fakes import ANA, BEN, CARO, a_post
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive
from tests.services.long_reply import FIRST, LONG, SECOND, TAMPERED
from tests.simulation.test_replies import APPROVERS, PEOPLE, PLANS, Replies

SAID = st.sampled_from([LONG, LONG, LONG.replace("Tuesday", "Thursday"), f"{LONG} {FIRST}", SECOND, "Sorry"])
ANSWERS = st.sampled_from(["sent", "sent", "sent", *PLANS])
FIRSTS = ("", "sent", "sent", "refuse", "commit, then die", "commit, then lose", "lose")  # "": it waits


class InParts(Replies):
    """One case whose replies are cut; starts with the first part out, or of unknown outcome."""

    @initialize(first=st.sampled_from(FIRSTS), dies_at=st.sampled_from([0, 0, 3]), second=ANSWERS)
    def begin(self, first: str, dies_at: int, second: str) -> None:
        receive(self.desk, a_post("100", "Charged twice"))
        self.write(LONG, ANA)
        self.approve_newest(BEN)
        if first:
            self.send(first, dies_at, [second])

    @rule(text=SAID, by=PEOPLE)
    def write(self, text: str, by: str) -> None:
        live = self.draft if self.case_is_there and self.draft and self.draft.live else None
        words = review.Words(text=text, replaces=live.version if live else 0, in_parts=True)
        at = self.now()
        self.tried(
            lambda: casework.assign(self.desk, 1, to=by, by=by, at=at),
            lambda: review.begin_writing(self.desk, 1, by=by, at=at),
            lambda: review.submit(self.desk, 1, words, by=by, at=at),
        )

    @property
    def case_is_there(self) -> bool:
        return bool(self.store.engine.rows("SELECT 1 FROM cases"))

    @precondition(lambda self: self.draft and self.draft.state == DraftState.IN_REVIEW)
    @rule(by=APPROVERS, text=SAID)
    def edit_and_approve(self, by: str, text: str) -> None:
        super().edit_and_approve(by, text)

    @precondition(lambda self: self.draft and self.draft.state == DraftState.APPROVED)
    @rule(plan=ANSWERS, dies_at=st.sampled_from([0, 0, 0, 1, 2, 3, 4]), then=st.lists(ANSWERS, max_size=2))
    def send(self, plan: str, dies_at: int, then: list[str] | None = None) -> None:
        """Send part after part; the network answers as planned, and the desk may be killed at the n-th write."""
        self.street.plan, self.street.following = plan, then or []
        store = BreakingStore(self.store, record=at_call(dies_at, Killed()))
        self.publishing(lambda: sending.send_due(replace(self.desk, store=store), self.now()))  # type: ignore[arg-type]
        self.street.following = []

    @precondition(lambda self: self.draft and self.draft.state == DraftState.APPROVED)
    @rule(which=st.sampled_from(TAMPERED))
    def somebody_changes_the_database(self, which: str) -> None:
        super().somebody_changes_the_database(which)

    @precondition(lambda self: self.draft and self.draft.live and self.draft.posts)
    @rule(by=st.sampled_from([BEN, CARO]))
    def leave_it(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        self.tried(lambda: in_parts.leave(self.desk, draft.id, version=draft.version, by=by, at=self.now()))

    @precondition(lambda self: self.draft and self.draft.state == DraftState.UNCONFIRMED)
    @rule(how=st.integers(0, 2))
    def it_is_found_after_the_customer_acted(self, how: int) -> None:
        """Let the conversation change while a part is looked for, and send what is due once it is found."""
        draft = self.draft
        assert draft is not None
        assert draft.attempt is not None
        [self.customer_writes, self.customer_deletes_the_post, lambda: None][how]()
        self.street.show()
        if draft.attempt.look_at is not None:
            clock(self.desk).at = max(self.now(), draft.attempt.look_at)
        sending.check_due_outcomes(self.desk, self.now())
        if self.draft and self.draft.state == DraftState.APPROVED:
            self.send("sent", 0)

    @invariant()
    def what_is_done_of_a_version_was_delivered_under_its_approval(self) -> None:
        draft = self.draft
        if draft is not None and draft.in_parts and draft.kind == DraftKind.REPLY:
            sql = """SELECT count(*) FROM attempts t JOIN approvals y ON y.id = t.approval_id
                WHERE t.outcome = 'delivered' AND y.draft_id = :draft AND y.version = :version"""
            rows = self.store.engine.rows(sql, {"draft": draft.id, "version": draft.version})
            assert draft.done == rows[0][0]

    @invariant()
    def what_the_draft_calls_public_is_on_the_network(self) -> None:
        draft = self.draft
        if draft is None or draft.kind != DraftKind.REPLY:
            return
        public = {one.post_id for one in self.street.record}
        assert all(one in public or one.startswith("7") for one in draft.posts)
        assert len(set(draft.posts)) == len(draft.posts)
        assert draft.done <= draft.part_count

    @invariant()
    def a_case_is_not_answered_by_a_part_unless_somebody_decided_so(self) -> None:
        draft = self.draft
        verbs = [one.verb for one in self.store.audit("case:1")]
        if draft is not None and draft.live and draft.posts and draft.kind == DraftKind.REPLY:
            decided = {"answered_elsewhere", "delivered", "leave"} & set(verbs)
            assert self.case.state != CaseState.PENDING or decided


TestInParts = InParts.TestCase
TestInParts.settings = settings(
    max_examples=6,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,  # results depend only on the change
)

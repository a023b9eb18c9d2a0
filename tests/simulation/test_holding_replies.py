"""A storm's holding reply in any order and with kills: the network's record is checked after each step."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import DraftState
from bot.domain.base.text import sha256_of
from bot.domain.mentions.mention import Author
from bot.domain.replies.joint_draft import ShownText
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.storms.holding_reply import FIRST_NAME, Audience
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm
from bot.services.cases import casework
from bot.services.replies import joint_drafts, review, sending
from bot.services.storms import holding_replies
from tests.engines import store_in
from tests.fakes import ANA, BEN, CARE, CARO, DEE, a_desk, a_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive
from tests.simulation.worlds import PLANS, Street

PEOPLE = st.sampled_from([ANA, BEN, CARO, DEE])
APPROVERS = st.sampled_from([BEN, CARO])
SAID = st.sampled_from(
    [f"{FIRST_NAME}, it is down for everybody. ^AN", "It works again. ^BE", f"Sorry, {FIRST_NAME}."]
)
AUDIENCES = st.sampled_from([Audience.WAITING, *Audience])
NAMES = ("Ann", "Ann", "Bob", "", "Cy")
STARTS = ("in review", "approved", "approved", "paused", "paused")  # the risky ones more often
WRITES = ("record", "add_joint_draft", "put_holding_case", "add_holding_reply", "end_holding")


class Holding(RuleBasedStateMachine):
    """A storm with some customers whose holding reply is written, approved, paused, sent and written anew."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="holding-"))
        self.store = store_in(self.home)
        self.street = Street()
        self.desk = a_desk(self.store, networks={("x", "42"): self.street})
        self.street.now = self.desk.clock.now
        self.posts = 100
        self.shown: list[list[ShownText]] = []

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.home)

    def now(self):
        return self.desk.clock.now()

    def tried(self, work) -> None:
        """Do something that the desk may refuse, or during which it may be killed."""
        try:
            work()
        except Refusal:
            pass
        except Killed:
            sending.recover(self.desk, self.now())
        self.look()

    def look(self) -> None:
        """Remember what the review messages show now; their buttons may be pressed much later."""
        for holding in self.store.holding_replies():
            drafts = self.store.live_holding_drafts(holding.id)
            texts = [self.text(one) for one in drafts]
            self.shown = [*self.shown, [one for one in texts if one]][-4:]

    def text(self, draft_id: int) -> ShownText | None:
        case = self.store.case_at_draft(draft_id)
        draft = case.draft
        if draft is None or draft.state != DraftState.IN_REVIEW:
            return None
        return ShownText(draft_id, draft.version, draft.seen, shown_mark(case, self.store.mentions(case.id)))

    @initialize(many=st.integers(1, 4), by=PEOPLE, words=SAID, start=st.sampled_from(STARTS))
    def begin(self, many: int, by: str, words: str, start: str) -> None:
        """Start with texts in review, approved, or approved and paused."""
        at = self.now()
        app = Trait(FeatureKind.WORD, "app")
        storm = Storm(channel=CARE, traits=(app,), words=("app",), since=at, opened_at=at, opened_by=ANA)
        self.storm = self.store.open_storm(storm).id
        for n in range(many):
            self.somebody_writes(n)
        self.write(by, words, Audience.WAITING, "", 0)
        if start != "in review":
            self.approve_what_is_shown(CARO if by == BEN else BEN)
        if start == "paused":
            self.pause(DEE)

    @rule(n=st.integers(0, 4))
    def somebody_writes(self, n: int) -> None:
        """Let a customer write, also again: in the same conversation or in another one."""
        self.posts += 1
        root = "" if self.posts % 3 else f"{100 + self.posts // 2}"
        author = Author(id=f"id{n}", handle=f"who{n}", name=NAMES[n])
        receive(
            self.desk, a_post(f"{self.posts}", f"my app will not open {n}", root=root, author=author, at=self.now())
        )
        self.look()

    @rule(by=PEOPLE, words=SAID, audience=AUDIENCES, breaks=st.sampled_from(["", "", *WRITES]), n=st.integers(1, 4))
    def write(self, by: str, words: str, audience: Audience, breaks: str, n: int) -> None:
        kill = {breaks: at_call(n, Killed())} if breaks else {}
        desk = a_desk(BreakingStore(self.store, **kill), clock=self.desk.clock, networks=self.desk.networks)  # type: ignore[arg-type]
        at = self.now()
        self.tried(lambda: holding_replies.write_holding_reply(desk, self.storm, {"": words}, audience, by=by, at=at))

    @rule()
    def offer(self) -> None:
        self.tried(lambda: holding_replies.offer_all(self.desk, self.now()))

    @rule(by=APPROVERS)
    def approve_what_is_shown(self, by: str) -> None:
        self.look()
        if self.shown:
            self.tried(lambda: joint_drafts.approve_together(self.desk, self.shown[-1], by=by, at=self.now()))

    @rule(by=APPROVERS, data=st.data())
    def press_an_old_button(self, by: str, data: st.DataObject) -> None:
        if self.shown:
            old = data.draw(st.sampled_from(self.shown))
            self.tried(lambda: joint_drafts.approve_together(self.desk, old, by=by, at=self.now()))

    @rule(by=APPROVERS)
    def send_back(self, by: str) -> None:
        if self.shown:
            self.tried(
                lambda: joint_drafts.send_back_together(self.desk, self.shown[-1], "warmer", by=by, at=self.now())
            )

    @rule(data=st.data(), by=PEOPLE)
    def take_one_out(self, data: st.DataObject, by: str) -> None:
        drafts = [one.draft for some in self.shown for one in some]
        if drafts:
            one = data.draw(st.sampled_from(drafts))
            self.tried(lambda: review.withdraw(self.desk, one, by=by, at=self.now()))

    @rule(by=PEOPLE)
    def pause(self, by: str) -> None:
        for one in self.store.holding_replies():
            self.tried(lambda one=one: holding_replies.pause_holding_reply(self.desk, one.id, by=by, at=self.now()))

    @rule(by=PEOPLE)
    def resume(self, by: str) -> None:
        for one in self.store.holding_replies():
            self.tried(lambda one=one: holding_replies.resume_holding_reply(self.desk, one.id, by=by, at=self.now()))

    @rule(by=PEOPLE, n=st.integers(1, 6))
    def claim(self, by: str, n: int) -> None:
        if self.store.storm_cases(self.storm, limit=n):
            self.tried(lambda: casework.claim(self.desk, min(n, len(self.cases())), by=by, at=self.now()))

    @rule(plan=st.sampled_from(["sent", "sent", *PLANS]))
    def send(self, plan: str) -> None:
        """Send what is due; nothing of a paused reply goes out."""
        paused = {
            self.store.case_at_draft(one).draft.target.post_id  # type: ignore[union-attr]
            for holding in self.store.holding_replies()
            if holding.paused_at
            for one in self.store.live_holding_drafts(holding.id)
        }
        before, self.street.plan = len(self.street.record), plan
        self.tried(lambda: sending.send_due(self.desk, self.now()))
        assert not paused & {one.target.post_id for one in self.street.record[before:]}

    @rule(seconds=st.sampled_from([1, 40, 400, 2_000, 15_000]), shows=st.booleans())
    def pass_time(self, seconds: int, shows: bool) -> None:
        clock(self.desk).move(seconds=seconds)
        if shows:
            self.street.show()
        self.tried(lambda: sending.check_due_outcomes(self.desk, self.now()))
        self.tried(lambda: sending.void_old_approvals(self.desk, self.now()))
        people = [one.__class__(**{**_fields(one), "fetched_at": self.now()}) for one in self.store.people()]
        groups = [one.__class__(**{**_fields(one), "fetched_at": self.now()}) for one in self.store.groups()]
        self.store.put_people(people, groups)

    def cases(self) -> list[int]:
        return [row[0] for row in self.store.engine.rows("SELECT id FROM cases ORDER BY id")]

    # --- what always holds

    @invariant()
    def every_public_reply_was_approved_in_these_words_for_this_post_and_once(self) -> None:
        rows = self.store.engine.rows(
            """SELECT t.key, y.digest, y.target_post, y.id FROM attempts t JOIN approvals y ON y.id = t.approval_id"""
        )
        known = {key: (digest, target, approval) for key, digest, target, approval in rows}
        for one in self.street.record:
            digest, target, _ = known[one.key]
            assert (sha256_of(one.text), one.target.post_id) == (digest, target)
        approvals = Counter(known[one.key][2] for one in self.street.record)
        assert all(many == 1 for many in approvals.values())

    @invariant()
    def nobody_gets_the_same_holding_reply_twice(self) -> None:
        rows = self.store.engine.rows(
            """SELECT c.holding_id, c.network, c.author_id, t.key FROM holding_cases c
            JOIN attempts t ON t.draft_id = c.draft_id"""
        )
        public = Counter(one.key for one in self.street.record)
        told: Counter[tuple[object, ...]] = Counter()
        for holding, network, author, key in set(map(tuple, rows)):
            told[holding, network, author] += public[key]
        assert all(many <= 1 for many in told.values())

    @invariant()
    def nobody_let_out_what_they_wrote(self) -> None:
        rows = self.store.engine.rows(
            """SELECT y.approved_by, v.barred FROM approvals y
            JOIN draft_versions v ON v.draft_id = y.draft_id AND v.version = y.version"""
        )
        assert all(by not in barred for by, barred in rows)

    @invariant()
    def the_audit_trail_is_whole(self) -> None:
        assert self.store.broken_chains() == []


def _fields(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}  # type: ignore[attr-defined]


TestHolding = Holding.TestCase
TestHolding.settings = settings(
    max_examples=examples(40),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,  # results depend only on the change
)

"""Draft, approve, send, reconcile, in any order and with kills: the network's record is checked after each step."""

import json
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import OURS, DraftState
from bot.domain.base.text import sha256_of
from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft
from bot.domain.replies.outcome_checks import LONGEST
from bot.domain.replies.parts import Split
from bot.domain.replies.retries import SET_BACK
from bot.domain.replies.seen_mark import conversation_mark, shown_mark
from bot.domain.replies.solo import Lane, LaneRule
from bot.ports import Batch
from bot.services.accounts.holds import hold_on_draft
from bot.services.cases import casework
from bot.services.mentions import intake
from bot.services.replies import by_hand, correcting, review, sending, solo
from bot.services.team import shifts
from tests.engines import store_in
from tests.fakes import ANA, BEN, CARO, DEE, NOON, POLICY, FakeTemplates, a_desk, a_post, our_post
from tests.fakes import Words as TemplateWords
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import WORDS, clock, receive
from tests.simulation.worlds import PLANS, WAIT, Street

PEOPLE = st.sampled_from([ANA, BEN, CARO, DEE])
APPROVERS = st.sampled_from([BEN, CARO])
SAID = (WORDS, WORDS.replace("17:00", "18:00"), "Priya, your refund left us this morning. ^BE", "Sorry")
TEXTS = st.sampled_from(SAID)
STARTS = (
    *["approved"] * 6,
    *["commit, then die"] * 3,
    *["not now"] * 3,
    "in review",
    *["alone"] * 4,
    *PLANS,
)  # the risky ones more often
MOVES = st.sampled_from([1, 20, 40, 130, 400, 700, 2_000, 15_000])  # seconds; the last exceeds an approval's validity
DECIDABLE = {DraftState.IN_REVIEW}


class Approved(NamedTuple):
    """What was approved for an attempt: which part of which approval, in which words and place."""

    id: int
    part: int  # 0: the whole reply
    digest: str
    text: str
    cuts: str
    numbered: int
    done: int
    target: str

    @property
    def words(self) -> str:
        cut = Split(tuple(json.loads(self.cuts)), bool(self.numbered))
        return cut.parts_of(self.text)[max(self.part - 1, 0)]


class Replies(RuleBasedStateMachine):
    """One case with its drafts, on a real store; starts shortly before a reply is decided or sent."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="replies-"))
        self.store = store_in(self.home)
        self.street = Street()
        policy = replace(POLICY, solo=(LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON})),))
        templates = FakeTemplates(tuple(TemplateWords(f"t{n}", text) for n, text in enumerate(SAID)))
        self.desk = a_desk(self.store, networks={("x", "42"): self.street}, policy=policy, templates=templates)
        self.street.now = self.desk.clock.now
        self.posts = 100
        self.read = (-1, None)  # how much had been written to the store, and the case as it was then
        self.set_back = False
        self.shown: list[tuple[int, int, int, str]] = []  # shown buttons: draft, version, newest post, mark
        self.known: dict[str, Approved] = {}  # by attempt
        self.said: dict[int, str] = {}  # by approval: the mark of the conversation when it was given

    def teardown(self) -> None:
        try:
            self.everything_public_is_found_in_the_end()
        finally:
            self.store.close()
            shutil.rmtree(self.home)

    def everything_public_is_found_in_the_end(self) -> None:
        """Once the network shows all it has, a reply that is still looked for is found, and sent no second time."""
        self.street.show()
        draft = self.draft
        if draft is None or draft.state != DraftState.UNCONFIRMED or draft.attempt is None:
            return
        public = [one.key for one in self.street.record if one.key == draft.attempt.key]
        if not public or draft.attempt.look_at is None:
            return
        clock(self.desk).at = max(self.now(), draft.attempt.look_at)
        sending.check_due_outcomes(self.desk, self.now())
        assert self.draft is not None
        assert self.draft.state == DraftState.SENT or (self.draft.posts and self.draft.done < self.draft.part_count)

    @property
    def case(self) -> Case:
        """The case as the store has it, read again only after something was written: every rule asks for it first."""
        written = self.store.engine._session().conn.total_changes
        if self.read[0] != written:
            self.read = written, self.store.case(1)
        return self.read[1]

    @property
    def draft(self) -> Draft | None:
        return self.case.draft

    def now(self):
        return self.desk.clock.now()

    def tried(self, *work) -> None:
        """Do something that the desk may refuse, or during which it may be killed."""
        for one in work:
            try:
                one()
            except Refusal:
                pass
            except Killed:
                sending.recover(self.desk, self.now())
        self.look_at_buttons()

    def publishing(self, work) -> None:
        """Do something that may publish; check that a published reply was approved with the conversation as it is."""
        published, before, said = len(self.street.record), self.case, self.mark()
        self.tried(work)
        if len(self.street.record) > published:
            yes = before.draft.approval if before.draft else None
            assert yes is not None
            assert yes.seen == before.latest
            assert self.said[yes.id] == said
            assert yes.sends_at is None or yes.sends_at <= self.now()
            assert self.set_back or before.answered_at is None or before.answered_at <= yes.at

    def look_at_buttons(self) -> None:
        draft = self.draft
        if draft is None:
            return
        self.shown = [*self.shown, (draft.id, draft.version, draft.seen, self.mark())][-6:]
        if draft.approval is not None:
            self.said.setdefault(draft.approval.id, self.mark())

    def mark(self) -> str:
        return shown_mark(self.case, self.store.mentions(1))

    def known_people(self) -> None:
        people = [replace(one, fetched_at=self.now()) for one in self.store.people()]
        self.store.put_people(people, [replace(one, fetched_at=self.now()) for one in self.store.groups()])

    @initialize(start=st.sampled_from(STARTS), by=PEOPLE)
    def begin(self, start: str, by: str) -> None:
        """Start with a draft in review, approved, or as one of the network's answers left it."""
        receive(self.desk, a_post("100", "Charged twice"))
        review.begin_writing(self.desk, 1, by=by, at=self.now())
        if start == "alone":
            for who in (BEN, CARO):
                self.go_on_or_off(who, on=False)
            self.let_out_alone(by, Lane.TEMPLATE, WORDS, WORDS, seen=True)
            assert self.draft is not None
            assert self.draft.state == DraftState.APPROVED
            return
        review.submit(self.desk, 1, review.Words(text=WORDS), by=by, at=self.now())
        self.look_at_buttons()
        if start != "in review":
            self.approve_newest(CARO if by == BEN else BEN)
        if start in PLANS:
            self.send(start, 0)

    # --- people

    def approve_newest(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        at, version, seen = self.now(), draft.version, draft.seen
        self.tried(lambda: review.approve(self.desk, draft.id, version=version, seen=seen, by=by, at=at))

    @precondition(lambda self: self.draft and self.draft.state in DECIDABLE)
    @rule(by=APPROVERS, plan=st.sampled_from(["", *PLANS]))
    def approve(self, by: str, plan: str) -> None:
        self.approve_newest(by)
        if plan:
            self.send(plan, 0)

    @rule(by=APPROVERS, data=st.data())
    def press_an_old_button(self, by: str, data: st.DataObject) -> None:
        draft, version, seen, shown = data.draw(st.sampled_from(self.shown))
        now = (self.draft.id, self.draft.version, self.draft.seen, self.mark()) if self.draft else None
        newest = (draft, version, seen, shown) == now
        facts = {"version": version, "seen": seen, "shown": shown, "by": by, "at": self.now()}
        before = self.approvals_given()
        self.tried(lambda: review.approve(self.desk, draft, **facts))
        assert newest or self.approvals_given() == before

    @precondition(lambda self: self.draft and self.draft.state in DECIDABLE)
    @rule(by=APPROVERS, text=TEXTS)
    def edit_and_approve(self, by: str, text: str) -> None:
        draft = self.draft
        assert draft is not None
        about = {"version": draft.version, "seen": draft.seen}
        self.tried(lambda: review.edit_and_approve(self.desk, draft.id, text, **about, by=by, at=self.now()))

    @precondition(lambda self: self.draft and self.draft.state in DECIDABLE)
    @rule(by=APPROVERS)
    def request_changes(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        work = {"version": draft.version, "by": by, "at": self.now()}
        self.tried(lambda: review.request_changes(self.desk, draft.id, "warmer", **work))

    @rule(text=TEXTS, by=PEOPLE)
    def write(self, text: str, by: str) -> None:
        live = self.draft if self.draft and self.draft.live else None
        words = review.Words(text=text, replaces=live.version if live else 0)
        at = self.now()
        self.tried(
            lambda: casework.assign(self.desk, 1, to=by, by=by, at=at),
            lambda: review.begin_writing(self.desk, 1, by=by, at=at),
            lambda: review.submit(self.desk, 1, words, by=by, at=at),
        )

    @rule(who=APPROVERS, on=st.booleans())
    def go_on_or_off(self, who: str, on: bool) -> None:
        (shifts.go_on if on else shifts.go_off)(self.desk, by=who, at=self.now())

    @rule(
        by=PEOPLE, lane=st.sampled_from([Lane.TEMPLATE, Lane.REASON]), text=TEXTS, prepared=TEXTS, seen=st.booleans()
    )
    def let_out_alone(self, by: str, lane: Lane, text: str, prepared: str, seen: bool) -> None:
        """Use a lane, allowed or not; check that a reply goes out only within the lane's limits."""
        live = self.draft if self.draft and self.draft.live else None
        words = review.Words(
            text=text,
            template=f"t{SAID.index(prepared)}",
            template_text=prepared,
            replaces=live.version if live else 0,
        )
        mark = conversation_mark(self.case, self.store.mentions(1)) if seen else "another"
        at, before = self.now(), self.approvals_given()
        facts = {"why": "x" if text != "Sorry" else "", "seen": mark, "by": by, "at": at}
        self.tried(
            lambda: casework.assign(self.desk, 1, to=by, by=by, at=at),
            lambda: review.begin_writing(self.desk, 1, by=by, at=at),
            lambda: solo.let_out(self.desk, 1, words, lane, **facts),
        )
        if self.approvals_given() > before:
            assert not ({BEN, CARO} - {by}) & shifts.on_now(self.desk, at)
            assert text == prepared if lane == Lane.TEMPLATE else by in {BEN, CARO} and text != "Sorry"
            assert seen

    @precondition(lambda self: self.draft and (self.draft.state == DraftState.APPROVED or self.draft.again_at))
    @rule(by=PEOPLE)
    def stop(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        self.tried(lambda: solo.stop(self.desk, draft.id, by=by, at=self.now()))

    @precondition(lambda self: self.draft and self.draft.state == DraftState.SENT)
    @rule(by=PEOPLE, take_back=st.booleans())
    def correct(self, by: str, take_back: bool) -> None:
        text = "I meant tomorrow."
        self.tried(lambda: correcting.correct(self.desk, 1, text, take_back=take_back, by=by, at=self.now()))

    @precondition(lambda self: self.draft and self.draft.live)
    @rule(by=PEOPLE)
    def withdraw(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        self.tried(lambda: review.withdraw(self.desk, draft.id, by=by, at=self.now()))

    @precondition(lambda self: self.draft and self.draft.state == DraftState.FAILED)
    @rule(by=PEOPLE, plan=st.sampled_from(PLANS))
    def send_again(self, by: str, plan: str) -> None:
        draft, published = self.draft, len(self.street.record)
        assert draft is not None
        self.street.plan = plan
        facts = {"version": draft.version, "attempt": self.attempt(), "by": by, "at": self.now()}
        self.publishing(lambda: by_hand.send_again(self.desk, draft.id, **facts))
        assert by in {BEN, CARO} or len(self.street.record) == published

    def attempt(self) -> int:
        return self.draft.attempt.id if self.draft and self.draft.attempt else 0

    @precondition(lambda self: self.draft and self.draft.state == DraftState.UNCONFIRMED)
    @rule(by=PEOPLE)
    def say_what_is_there(self, by: str) -> None:
        """Let a person look and say the truth: the link, or that it is missing."""
        draft = self.draft
        assert draft is not None
        assert draft.attempt is not None
        mine = [one for one in self.street.record if one.key == draft.attempt.key]
        if mine:
            link = self.street.post_url(mine[0].post_id)
            self.tried(lambda: by_hand.seen_by_hand(self.desk, draft.id, link, by=by, at=self.now()))
        else:
            facts = {"attempt": self.attempt(), "by": by, "at": self.now()}
            self.tried(lambda: by_hand.missing(self.desk, draft.id, **facts, on_word=True))

    @precondition(lambda self: self.draft and self.draft.state == DraftState.UNCONFIRMED)
    @rule(by=PEOPLE, again_by=PEOPLE, readable=st.booleans(), minutes=st.sampled_from([0, 0, 10, 21, 26, 40]))
    def call_it_missing_and_try_again(self, by: str, again_by: str, readable: bool, minutes: int) -> None:
        """Press both buttons at once, whether true or not; only the network and the clock may decide."""
        begun = self.draft.attempt.started_at if self.draft and self.draft.attempt else self.now()
        self.street.readable = readable
        for _ in range(minutes):
            clock(self.desk).move(minutes=1)
            sending.check_due_outcomes(self.desk, self.now())
        self.known_people()
        draft, was = self.draft, self.attempt()
        if draft and draft.state == DraftState.UNCONFIRMED:
            facts = {"attempt": was, "by": by, "at": self.now()}
            self.tried(lambda: by_hand.missing(self.desk, draft.id, **facts))
            if self.draft and self.draft.state == DraftState.FAILED:
                assert by in {BEN, CARO}
                assert readable
                assert self.now() - begun >= self.street.visibility_delay.shows_within
                self.send_again(again_by, "sent")
        self.street.readable = True

    @precondition(lambda self: self.draft and self.draft.state == DraftState.APPROVED)
    @rule(
        which=st.sampled_from(
            [
                "draft_versions SET text = 'Go away'",
                "drafts SET target_post = '666'",
                "approvals SET approved_by = 'U0EVE'",
                "drafts SET kind = 'take_back', corrects = '100'",
            ]
        )
    )
    def somebody_changes_the_database(self, which: str) -> None:
        draft, published = self.draft, len(self.street.record)
        assert draft is not None
        column = "id" if which.startswith("drafts") else "draft_id"
        with self.store.transaction():
            self.store.engine.run(f"UPDATE {which} WHERE {column} = :draft", {"draft": draft.id})
        self.send("sent", 0)
        assert len(self.street.record) == published

    @precondition(lambda self: self.draft and self.draft.state in {DraftState.FAILED, DraftState.APPROVED})
    @rule(by=PEOPLE)
    def hand_over(self, by: str) -> None:
        draft = self.draft
        assert draft is not None
        facts = {"version": draft.version, "attempt": self.attempt(), "by": by, "at": self.now()}
        self.tried(lambda: by_hand.hand_over(self.desk, draft.id, **facts))

    @rule(by=PEOPLE, which=st.sampled_from(["solve", "aside", "reopen", "release"]))
    def move_the_case(self, by: str, which: str) -> None:
        at = self.now()
        moves = {
            "solve": lambda: casework.solve(self.desk, 1, by=by, at=at),
            "aside": lambda: casework.set_aside(
                self.desk, 1, by=by, at=at, reason="x", until=at + timedelta(hours=1)
            ),
            "reopen": lambda: casework.reopen(self.desk, 1, by=by, at=at),
            "release": lambda: casework.release(self.desk, 1, by=by, at=at),
        }
        self.tried(moves[which])

    # --- the public

    @rule()
    def customer_writes(self) -> None:
        self.posts += 1
        receive(self.desk, a_post(str(self.posts), "still waiting", root="100", at=self.now()))
        self.look_at_buttons()

    @rule(words=st.sampled_from(["Charged twice", "Charged twice!", "Never mind", "There is smoke"]))
    def customer_changes_the_post(self, words: str) -> None:
        self.happens(Batch(edits=(a_post("100", words),)))

    @rule()
    def customer_deletes_the_post(self) -> None:
        self.happens(Batch(deletions=("100",)))

    @rule()
    def an_older_post_comes_late(self) -> None:
        self.posts += 1
        earlier = NOON - timedelta(hours=1)
        self.happens(Batch(posts=(a_post(str(self.posts), "hello?", root="100", at=earlier),)))

    def happens(self, batch: Batch) -> None:
        intake.receive(self.desk, self.street, "mentions", batch, self.now())
        self.look_at_buttons()

    @precondition(lambda self: self.draft and self.draft.state in {DraftState.APPROVED, DraftState.FAILED})
    @rule(plan=st.sampled_from(PLANS), how=st.integers(0, 4), by=PEOPLE)
    def overtaken(self, plan: str, how: int, by: str) -> None:
        """Let the conversation change right before a reply is sent, or sent again."""
        clock(self.desk).move(seconds=1)
        (
            lambda: self.teammate_answers_natively("Please call us"),
            self.customer_writes,
            lambda: self.customer_changes_the_post("Never mind"),
            self.customer_deletes_the_post,
            self.an_older_post_comes_late,
        )[how]()
        self.send(plan, 0)
        if self.draft and self.draft.state == DraftState.FAILED:
            assert self.draft.again_at is None or plan == "not now"  # after the change a person has to decide
            self.send_again(by, plan)

    @rule(words=st.sampled_from(["Please call us", WORDS]))
    def teammate_answers_natively(self, words: str) -> None:
        self.posts += 1
        receive(self.desk, our_post(f"7{self.posts}", words, to="100", root="100", at=self.now()), stream="own")

    @rule()
    def our_timeline_is_read(self) -> None:
        for one in self.street.record:
            if self.street.shows(one):
                seen = our_post(one.post_id, one.text, to=one.target.post_id, root="100", at=self.now())
                intake.take_in(self.desk, seen, self.now())

    # --- the desk's own clockwork, with kills

    @precondition(lambda self: self.draft and self.draft.state == DraftState.APPROVED)
    @rule(plan=st.sampled_from(PLANS), dies_at=st.sampled_from([0, 0, 0, 1, 2, 3]))
    def send(self, plan: str, dies_at: int) -> None:
        """Send, and perhaps kill the desk at the n-th write."""
        self.street.plan = plan
        store = BreakingStore(self.store, record=at_call(dies_at, Killed()))
        mortal = replace(self.desk, store=store)  # type: ignore[arg-type]
        self.publishing(lambda: sending.send_due(mortal, self.now()))

    @precondition(lambda self: self.draft and self.draft.again_at)
    @rule(plan=st.sampled_from(PLANS), dies_at=st.sampled_from([0, 0, 0, 1, 2, 3]))
    def the_wait_is_over(self, plan: str, dies_at: int) -> None:
        """Let a reply that was refused for now go out by itself, perhaps with a kill."""
        draft = self.draft
        assert draft is not None
        assert draft.again_at is not None
        clock(self.desk).at = max(self.now(), draft.again_at)
        self.known_people()
        self.send(plan, dies_at)
        assert self.draft is not None
        assert self.draft.attempt != draft.attempt  # it was tried, or left to a person

    @rule(seconds=MOVES)
    def time_passes(self, seconds: int) -> None:
        clock(self.desk).move(seconds=seconds)
        self.known_people()
        sending.void_old_approvals(self.desk, self.now())

    @precondition(
        lambda self: (
            self.draft and (self.draft.state in {DraftState.APPROVED, DraftState.UNCONFIRMED} or self.draft.again_at)
        )
    )
    @rule(plan=st.sampled_from(PLANS))
    def the_clock_is_set_back(self, plan: str) -> None:
        """Set the server's clock back by an hour between two steps."""
        self.set_back = True
        clock(self.desk).set(hours=-1)
        self.known_people()
        if self.draft and (self.draft.state == DraftState.APPROVED or self.draft.again_at):
            self.send(plan, 0)

    @precondition(lambda self: self.draft and self.draft.state == DraftState.UNCONFIRMED)
    @rule(readable=st.booleans())
    def look(self, readable: bool) -> None:
        self.street.readable = readable
        self.tried(lambda: sending.check_due_outcomes(self.desk, self.now()))
        self.street.readable = True

    @rule()
    def the_network_shows_what_it_has(self) -> None:
        self.street.show()

    @precondition(lambda self: self.draft and self.draft.live)
    @rule()
    def restart(self) -> None:
        self.tried(lambda: sending.recover(self.desk, self.now()))

    # --- invariants

    def approvals(self) -> dict[str, Approved]:
        """Return, by the key of each attempt, what was approved for it, as it stood when the attempt was new."""
        rows = self.store.engine.rows(
            """SELECT t.key, y.id, t.part, y.digest, v.text, v.cuts, v.numbered, y.done, y.target_post
            FROM attempts t JOIN approvals y ON y.id = t.approval_id
            JOIN draft_versions v ON v.draft_id = y.draft_id AND v.version = y.version"""
        )
        for key, *facts in rows:
            self.known.setdefault(key, Approved(*facts))
        return self.known

    def approvals_given(self) -> int:
        return int(self.store.engine.rows("SELECT count(*) FROM approvals")[0][0])

    @invariant()
    def each_approval_is_public_at_most_once_in_its_words_and_place(self) -> None:
        """Check each part of each approval, which goes under the part before it."""
        known, public = self.approvals(), {}
        for one in self.street.record:
            yes = known[one.key]
            assert sha256_of(yes.text) == yes.digest
            assert one.text == yes.words
            before = yes.part > yes.done + 1  # the approval is of a part before it, too
            assert one.target.post_id == (public[yes.id, yes.part - 1] if before else yes.target)
            assert (yes.id, yes.part) not in public
            public[yes.id, yes.part] = one.post_id

    @invariant()
    def nobody_let_out_what_is_theirs_but_where_the_approval_says_so(self) -> None:
        rows = self.store.engine.rows(
            """SELECT y.approved_by, v.authors, v.barred FROM approvals y
            JOIN draft_versions v ON v.draft_id = y.draft_id AND v.version = y.version WHERE y.lane = ''"""
        )
        assert all(authors != f'["{by}"]' and by not in barred for by, authors, barred in rows)

    @invariant()
    def no_reply_is_stuck(self) -> None:
        draft = self.draft
        if draft is None:
            return
        assert draft.state != DraftState.SENDING  # the sender is back, or was recovered
        if draft.state == DraftState.UNCONFIRMED:
            assert draft.attempt is not None
            looked_enough = draft.attempt.look_at is None and draft.attempt.looks >= 2
            assert draft.attempt.look_at is not None or looked_enough
            assert looked_enough or list(self.store.to_look_for(self.now() + LONGEST)) == [1]
            assert 1 in self.store.tally(self.now(), self.now()).needs_a_person
        if draft.state == DraftState.APPROVED:
            yes = draft.approval
            waits = yes is not None and yes.sends_at is not None and yes.sends_at > self.now()
            held = hold_on_draft(self.desk, draft, self.now())
            assert held is None or held.until <= self.now() + WAIT + SET_BACK
            assert list(self.store.to_send(self.now())) == ([] if waits or held else [1])
            assert not waits or self.store.next_send_at() is not None
        if draft.again_at:
            assert draft.again_at <= self.now() + WAIT or list(self.store.to_send(self.now())) == [1]
            assert list(self.store.to_send(max(draft.again_at, self.now()))) == [1]
            assert self.store.next_send_at() == draft.again_at
            assert 1 not in self.store.tally(self.now(), self.now()).needs_a_person

    @invariant()
    def an_ended_case_has_nothing_on_its_way_but_corrections(self) -> None:
        case = self.case
        if case.draft and case.state in {"solved", "dismissed", "closed"} and case.draft.kind == "reply":
            assert not case.draft.live

    @invariant()
    def a_promise_runs_exactly_while_the_ball_is_ours(self) -> None:
        case = self.case
        assert bool(case.promise and case.promise.clock_runs) == (
            case.state in OURS
        )  # a spoken promise may be open too
        assert (case.state == "new") <= (case.assignee == "")
        assert (case.state == "open") <= (case.assignee != "")

    @invariant()
    def what_was_put_up_is_owed_to_somebody(self) -> None:
        draft = self.draft
        waits = draft is not None and draft.live and draft.state != DraftState.WRITING
        assert not waits or self.case.due_first is not None

    @invariant()
    def the_audit_trail_is_whole(self) -> None:
        assert self.store.broken_chains() == []
        assert len(self.store.audit("case:1")) == self.case.version


TestReplies = Replies.TestCase
TestReplies.settings = settings(
    max_examples=examples(60),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,  # results depend only on the change; `make soak` plays new random days
)

"""Deliveries in any order, repeated, overlapping and with kills in between: nothing is lost, nothing is double."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.base.tables import OURS, CaseState
from bot.domain.mentions import bursts
from bot.domain.mentions.mention import Mention, Side
from bot.ports import Batch, Desk
from bot.services.cases import casework
from bot.services.mentions import intake
from tests.engines import store_in
from tests.fakes import ANA, FakeNetwork, a_desk, a_post, our_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock

AUTHORS = ("priya", "omar", "pia")
METHODS = ("add_mention", "open_case", "record", "move_cursor", "live_case")
KILLS = st.tuples(st.sampled_from(METHODS), st.integers(1, 5)) | st.none()


class Intake(RuleBasedStateMachine):
    """A network with new posts, and a desk that gets them in disorder."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="intake-"))
        self.store = store_in(self.home)
        self.network = FakeNetwork()
        self.desk = a_desk(self.store, networks={("x", "42"): self.network})
        self.posts: list[Mention] = []  # the network's own record, oldest first
        self.delivered: set[str] = set()  # in a batch that the desk stored

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.home)

    @initialize(count=st.integers(2, 8), data=st.data())
    def a_street_with_some_posts(self, count: int, data: st.DataObject) -> None:
        for _ in range(count):
            self.publish(data.draw(st.sampled_from(AUTHORS)), data.draw(st.booleans()), data.draw(st.integers(0, 9)))

    def publish(self, by: str, answers: bool, which: int) -> None:
        number = str(100 + len(self.posts))
        at = clock(self.desk).move(seconds=30)
        root = self.posts[which % len(self.posts)].root_id if answers and self.posts else ""
        self.posts.append(a_post(number, f"words {number}", by=by, root=root, at=at))

    @rule(by=st.sampled_from(AUTHORS), answers=st.booleans(), which=st.integers(0, 9))
    def somebody_posts(self, by: str, answers: bool, which: int) -> None:
        self.publish(by, answers, which)

    @precondition(lambda self: self.posts)
    @rule(which=st.integers(0, 30))
    def we_answer_natively(self, which: int) -> None:
        to = self.posts[which % len(self.posts)]
        number = str(100 + len(self.posts))
        at = clock(self.desk).move(seconds=30)
        self.posts.append(our_post(number, "on it", to=to.ref.post_id, root=to.root_id, at=at))

    def take(self, batch: Batch, kill: tuple[str, int] | None) -> None:
        desk: Desk = self.desk
        if kill:
            method, n = kill
            desk = replace(desk, store=BreakingStore(self.store, **{method: at_call(n, Killed())}))  # type: ignore[arg-type]
        try:
            intake.receive(desk, self.network, "mentions", batch, self.desk.clock.now())
        except Killed:
            return
        self.delivered |= {one.ref.post_id for one in batch.posts}

    @rule(overlap=st.integers(0, 6), size=st.integers(1, 7), order=st.randoms(use_true_random=False), kill=KILLS)
    def poll(self, overlap: int, size: int, order, kill: tuple[str, int] | None) -> None:
        """Read from the cursor with some overlap, each page in its own order."""
        cursor = self.store.cursor("x", "42", "mentions")[0]
        known = [one for one in self.posts if int(one.ref.post_id) <= int(cursor or 0)]
        page = list(self.posts[max(len(known) - overlap, 0) :][: size + overlap])
        newest = max((one.ref.post_id for one in page), default=cursor, key=int)
        order.shuffle(page)
        self.take(Batch(posts=page, cursor=str(max(int(newest or 0), int(cursor or 0)))), kill)

    @rule(picks=st.lists(st.integers(0, 40), max_size=8), kill=KILLS)
    def webhook(self, picks: Sequence[int], kill: tuple[str, int] | None) -> None:
        """Deliver any posts, any number of times, without moving the cursor."""
        self.take(Batch(posts=[self.posts[n % len(self.posts)] for n in picks] if self.posts else []), kill)

    @rule(which=st.integers(0, 9), days=st.sampled_from([0, 8]))
    def a_case_is_solved_and_perhaps_closed(self, which: int, days: int) -> None:
        open_ = [case for case in self.cases() if case.state in OURS | {CaseState.PENDING}]
        if open_:
            casework.solve(self.desk, open_[which % len(open_)].id, by=ANA, at=self.desk.clock.now())
        casework.tidy(self.desk, clock(self.desk).move(days=days))

    def cases(self):
        return [self.store.case(row[0]) for row in self.store.engine.rows("SELECT id FROM cases")]

    def stored(self) -> dict[str, int]:
        """Return the case of every stored post, 0 for none."""
        return dict(self.store.engine.rows("SELECT external_id, coalesce(case_id, 0) FROM mentions"))

    @invariant()
    def what_was_delivered_is_stored_and_nothing_else(self) -> None:
        assert set(self.stored()) == self.delivered

    @invariant()
    def the_cursor_is_past_nothing_that_is_not_stored(self) -> None:
        cursor = int(self.store.cursor("x", "42", "mentions")[0] or 0)
        assert {one.ref.post_id for one in self.posts if int(one.ref.post_id) <= cursor} <= set(self.stored())

    @invariant()
    def every_conversation_of_a_customer_has_its_case(self) -> None:
        stored, cases = self.stored(), {case.id: case for case in self.cases()}
        theirs = [one for one in self.posts if one.side == Side.THEIRS and one.ref.post_id in stored]
        for one in theirs:
            assert cases[stored[one.ref.post_id]].author.id == one.author.id
            assert not cases[stored[one.ref.post_id]].joined_into
        talks = {(one.root_id, one.author.id) for one in theirs}
        assert {(case.root_id, case.author.id) for case in cases.values()} <= talks
        live = {case.id for case in cases.values() if case.state != CaseState.CLOSED}
        for root, author in talks:
            of_talk = {stored[one.ref.post_id] for one in theirs if (one.root_id, one.author.id) == (root, author)}
            assert len(of_talk & live) <= 1, "further posts of a conversation go to one case"

    @invariant()
    def a_burst_is_no_more_cases_than_it_has_to_be(self) -> None:
        if any(case.state != CaseState.NEW and not case.joined_into for case in self.cases()):
            return  # what was answered, solved or closed is not joined
        stored = self.stored()
        theirs = [one for one in self.posts if one.side == Side.THEIRS and one.ref.post_id in stored]
        for one, other in pairwise(sorted(theirs, key=lambda post: (post.author.id, post.posted_at))):
            alone = one.root_id == one.ref.post_id and other.root_id == other.ref.post_id
            near = one.author == other.author and other.posted_at - one.posted_at <= bursts.APART
            if alone and near and not self.is_long(theirs, one):
                assert stored[one.ref.post_id] == stored[other.ref.post_id]

    def is_long(self, posts: list[Mention], one: Mention) -> bool:
        """Tell whether the author wrote so long without a stop that another burst began."""
        moments = [post.posted_at for post in posts if post.author == one.author]
        return max(moments) - min(moments) > bursts.LONGEST

    @invariant()
    def every_post_is_written_down_once_on_its_case(self) -> None:
        on_case = Counter(case for case in self.stored().values() if case)
        for case in self.cases():
            if case.joined_into:
                assert on_case[case.id] == 0
                continue
            trails = [self.store.audit(f"case:{number}") for number in self.with_merged(case.id)]
            lines = Counter(line.verb for trail in trails for line in trail)
            ours = sum(1 for one in self.store.mentions(case.id) if one.side == Side.OURS)
            assert lines["opened"] + lines["author_wrote"] == on_case[case.id] - ours

    def with_merged(self, case: int) -> list[int]:
        return [case, *(one for merged in self.store.merged_into(case) for one in self.with_merged(merged))]

    @invariant()
    def our_own_posts_are_nobodys_case(self) -> None:
        ours = {one.author.id for one in self.posts if one.side == Side.OURS}
        assert not any(case.author.id in ours for case in self.cases())

    @invariant()
    def a_case_that_follows_another_follows_a_closed_one_of_the_same_author(self) -> None:
        cases = {case.id: case for case in self.cases()}
        for case in cases.values():
            if case.follows:
                old = cases[case.follows]
                assert (old.state, old.author.id, old.root_id) == (CaseState.CLOSED, case.author.id, case.root_id)

    @invariant()
    def every_case_has_its_card_and_its_audit_trail(self) -> None:
        for case in self.cases():
            assert self.store.card(case.id) is not None
            assert len(self.store.audit(f"case:{case.id}")) == case.version
            assert (case.due_at is not None) == (case.state in OURS)
        assert self.store.broken_chains() == []


TestIntake = Intake.TestCase
TestIntake.settings = settings(
    max_examples=examples(30), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)

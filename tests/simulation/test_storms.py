"""Storms and their holding replies by two processes, in any order and with kills; what always holds is checked.

Each seed is a day of its own: posts come late, twice and out of order; storms are opened, merged and ended; cases are
taken out and claimed; holding replies are written, approved, paused, corrected, refused and lost.
"""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import Author, Mention
from bot.domain.replies.joint_draft import ShownText
from bot.domain.replies.seen_mark import shown_mark
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.folding import WordsOfStorms
from bot.domain.storms.holding_reply import FIRST_NAME, Audience
from bot.domain.storms.noticing import Noticing
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm, StormPolicy
from bot.ports import Conflict, Desk
from bot.services.cases import casework
from bot.services.reminders import remind
from bot.services.replies import joint_drafts, review, sending
from bot.services.storms import acting, by_hand, holding_replies, noticing
from tests.engines import store_in
from tests.fakes import ANA, BEN, CARE, CARO, DEE, a_desk, a_post
from tests.long import part
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive
from tests.simulation.worlds import PLANS, Street

SEEDS, STEPS, BATCHES = 60, 24, 6
STARTS = ("", "folded", "in review", "approved", "paused", "told")
PEOPLE = (ANA, BEN, CARO, DEE)
TEXTS = (
    *["my app will not open"] * 4,
    *["app and television are dark"] * 2,
    "television is dark since noon",
    "the app took my money, my lawyer will sue you",
    "the parcel came broken",
)
WORDS = (f"{FIRST_NAME}, it is down for everybody. ^AN", f"Sorry, {FIRST_NAME}, we are on it. ^BE")
BREAKS = (
    "record", "record", "add_mention", "open_case", "stand_out", "open_storm", "end_storm", "add_spike", "add_joint_draft",
    "put_holding_case", "add_holding_reply", "end_holding", "storm_reminded", "want_storm", "widen_storm",
)  # fmt: skip


class Day:
    """Two processes of a desk on one store, customers in an outage, and people who work on it."""

    def __init__(self, seed: int, home: Path) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - the same day for the same seed
        self.store = store_in(home)
        self.street = Street()
        desk = a_desk(self.store, networks={("x", "42"): self.street})
        desk.take_over(replace(desk.policy, storms=StormPolicy(opens_at=4, followers=0, spreads_at=3)))
        self.street.now = desk.clock.now
        self.desks = [desk, self.started(desk)]
        self.posts: list[Mention] = []
        self.shown: list[list[ShownText]] = []
        self.out: set[int] = set()  # drafts of cases that were taken out before anybody approved them

    def started(self, desk: Desk) -> Desk:
        """Return a process that knows only what the store knows."""
        return replace(desk, storming=WordsOfStorms(), noticing=Noticing())

    @property
    def desk(self) -> Desk:
        return self.desks[0]

    def now(self):
        return self.desk.clock.now()

    def step(self) -> None:
        """Let one of the two do something; sometimes it is killed on the way, and started again."""
        which = self.dice.randrange(2)
        desk, dies = self.desks[which], self.dice.random() < 0.2
        if dies:
            kill = {self.dice.choice(BREAKS): at_call(self.dice.randint(1, 3), Killed())}
            desk = replace(desk, store=BreakingStore(self.store, **kill))  # type: ignore[arg-type]
        try:
            self.dice.choice(STEPS_OF_A_DAY)(self, desk)
        except (Refusal, Conflict):
            pass
        except Killed:
            dies = True
        if dies:
            self.desks[which] = self.started(self.desks[which])
            sending.recover(self.desks[which], self.now())
        self.look()

    def look(self) -> None:
        """Remember the review messages as they are now; their buttons may be pressed much later."""
        for holding in self.store.holding_replies():
            texts = [self.text(one) for one in self.store.live_holding_drafts(holding.id)]
            self.shown = [*self.shown, [one for one in texts if one]][-3:]

    def text(self, draft_id: int) -> ShownText | None:
        case = self.store.case_at_draft(draft_id)
        draft = case.draft
        if draft is None or draft.state != DraftState.IN_REVIEW:
            return None
        return ShownText(draft_id, draft.version, draft.seen, shown_mark(case, self.store.mentions(case.id)))

    def begin(self, start: str) -> None:
        """Begin with a storm and folded customers; its reply may be written, approved, paused or sent."""
        now, app = self.now(), Trait(FeatureKind.WORD, "app")
        facts = {"since": now, "opened_at": now, "opened_by": ANA}
        storm = self.store.open_storm(Storm(channel=CARE, traits=(app,), words=("app",), **facts))  # type: ignore[arg-type]
        for n in range(5):
            self.post(self.desk, n, TEXTS[0])
        if start == "folded":
            return
        words, who = {"": WORDS[0]}, {"by": ANA, "at": now}
        number = holding_replies.write_holding_reply(self.desk, storm.id, words, Audience.WAITING, **who)  # type: ignore[arg-type]
        self.look()
        if start != "in review":
            joint_drafts.approve_together(self.desk, self.shown[-1], by=BEN, at=now)
        if start == "paused":
            holding_replies.pause_holding_reply(self.desk, number, by=DEE, at=now)
        if start == "told":
            sending.send_due(self.desk, now)
            newer = {"": WORDS[1]}
            with suppress(Refusal):  # newer words for those who wait: nobody does, unless somebody was not reached
                holding_replies.write_holding_reply(self.desk, storm.id, newer, Audience.WAITING, **who)  # type: ignore[arg-type]
                self.look()

    # --- steps

    def write(self, desk: Desk) -> None:
        self.post(desk, self.dice.randrange(9), self.dice.choice(TEXTS))

    def post(self, desk: Desk, n: int, text: str) -> None:
        """Let a customer write, late or at once, by itself or in a conversation that there is."""
        late = timedelta(seconds=self.dice.choice((0, 0, 30, 600)))
        author = Author(id=f"id{n}", handle=f"who{n}", name=("Ann", "Ann", "Bob", "", "Cy")[n % 5])
        root = self.dice.choice(self.posts).root_id if self.posts and self.dice.random() < 0.3 else ""
        facts = {"author": author, "at": self.now() - late, "root": root, "language": self.dice.choice(("en", "de"))}
        post = a_post(f"{500 + len(self.posts)}", text, **facts)  # type: ignore[arg-type]
        self.posts.append(post)
        receive(desk, post)

    def many_write(self, desk: Desk) -> None:
        for _ in range(3):
            self.write(desk)
            clock(self.desk).move(seconds=5)

    def redeliver(self, desk: Desk) -> None:
        """Deliver some posts again, in any order; those lost in a kill come with them."""
        some = self.dice.sample(self.posts, min(len(self.posts), 6))
        receive(desk, *some)

    def notice(self, desk: Desk) -> None:
        noticing.check_new_posts(desk, self.now())

    def open(self, desk: Desk) -> None:
        """Open a storm by hand: also a second one about what the first is about, by another spike."""
        by_hand.start_storm(desk, self.dice.choice(("app", "television", "dark")), by=CARO, at=self.now())

    def merge(self, desk: Desk) -> None:
        storms = [one.id for one in self.store.open_storms()]
        if len(storms) > 1:
            acting.merge(desk, storms[-1], storms[0], by=CARO, at=self.now())

    def end(self, desk: Desk) -> None:
        storms = [one.id for one in self.store.open_storms()]
        if storms and self.dice.random() < 0.5:
            acting.end(desk, self.dice.choice(storms), by=CARO, at=self.now())

    def folded(self) -> list[tuple[int, int]]:
        return list(self.store.engine.rows("SELECT id, storm FROM cases WHERE storm <> 0 ORDER BY id"))

    def take_out(self, desk: Desk) -> None:
        found = self.folded()
        asked = [one for one in found if self.waits_for_approval(one[0])]
        if found:
            case, storm = self.dice.choice(asked or found)
            draft = self.store.case(case).draft
            acting.take_out(desk, storm, case, by=ANA, at=self.now())
            if draft and draft.state == DraftState.IN_REVIEW:
                self.out.add(draft.id)

    def waits_for_approval(self, case: int) -> bool:
        draft = self.store.case(case).draft
        return draft is not None and draft.state == DraftState.IN_REVIEW

    def claim(self, desk: Desk) -> None:
        found = self.folded()
        if found:
            casework.claim(desk, self.dice.choice(found)[0], by=self.dice.choice(PEOPLE), at=self.now())

    def write_reply(self, desk: Desk) -> None:
        storms = [row[0] for row in self.store.engine.rows("SELECT id FROM storms ORDER BY id")]
        if storms:
            audience = self.dice.choice((Audience.WAITING, Audience.WAITING, *Audience))
            words = {"": self.dice.choice(WORDS)} | ({"de": WORDS[1]} if self.dice.random() < 0.3 else {})
            who = {"by": self.dice.choice((ANA, ANA, BEN)), "at": self.now()}
            holding_replies.write_holding_reply(desk, self.dice.choice(storms), words, audience, **who)  # type: ignore[arg-type]

    def offer(self, desk: Desk) -> None:
        holding_replies.offer_all(desk, self.now())

    def approve(self, desk: Desk) -> None:
        if self.shown:
            some = self.dice.choice((*[self.shown[-1]] * 4, *self.shown))
            joint_drafts.approve_together(desk, some, by=self.dice.choice((BEN, CARO)), at=self.now())

    def take_text_out(self, desk: Desk) -> None:
        drafts = [one.draft for some in self.shown for one in some]
        if drafts:
            review.withdraw(desk, self.dice.choice(drafts), by=CARO, at=self.now())

    def pause_or_resume(self, desk: Desk) -> None:
        for one in self.store.holding_replies():
            turn = holding_replies.resume_holding_reply if one.paused_at else holding_replies.pause_holding_reply
            turn(desk, one.id, by=BEN, at=self.now())

    def end_reply(self, desk: Desk) -> None:
        running = self.store.holding_replies()
        if running and self.dice.random() < 0.3:
            holding_replies.end_holding_reply(desk, running[0].id, by=DEE, at=self.now())

    def send(self, desk: Desk) -> None:
        """Send what is due; nothing of a paused reply goes out."""
        paused = {
            one for holding in self.store.holding_replies() if holding.paused_at
            for one in self.store.live_holding_drafts(holding.id)
        }  # fmt: skip
        before, self.street.plan = len(self.street.record), self.dice.choice(("sent", "sent", "sent", *PLANS))
        sending.send_due(desk, self.now())
        keys = {one.key for one in self.street.record[before:]}
        assert not paused & {draft for draft, key in self.attempts() if key in keys}

    def attempts(self) -> list[tuple[int, str]]:
        return list(self.store.engine.rows("SELECT draft_id, key FROM attempts"))

    def pass_time(self, desk: Desk) -> None:
        clock(self.desk).move(seconds=self.dice.choice((20, 120, 1_900, 7_000)))
        self.street.show()
        people = [replace(one, fetched_at=self.now()) for one in self.store.people()]
        self.store.put_people(people, [replace(one, fetched_at=self.now()) for one in self.store.groups()])
        sending.check_due_outcomes(desk, self.now())
        sending.void_old_approvals(desk, self.now())
        remind.remind(desk, self.now())

    def change_rules(self, _: Desk) -> None:
        """Let somebody change the rules while storms go on; both processes read them."""
        rules = StormPolicy(
            opens_at=self.dice.choice((0, 3, 5)),
            followers=self.dice.choice((0, 10_000)),
            influencers=frozenset(self.dice.sample(["who1", "who2", "who3"], 1)),
            spreads_at=self.dice.choice((0, 2, 4)),
        )
        for one in self.desks:
            one.take_over(replace(one.policy, storms=rules))

    # --- what always holds

    def check(self) -> None:
        self.each_case_is_in_one_storm_and_the_counts_add_up()
        self.promises_of_folded_cases_remind_nobody_by_themselves()
        self.nobody_gets_one_holding_reply_twice_and_nothing_that_nobody_approved()
        self.nobody_taken_out_gets_it()
        self.progress_adds_up()

    def each_case_is_in_one_storm_and_the_counts_add_up(self) -> None:
        by_case = dict(self.folded())
        rows = self.store.engine.rows("SELECT case_id, storm_id FROM storm_cases WHERE place = 'folded'")
        assert sorted(rows) == sorted(by_case.items()), "each folded case is folded once, where it says"
        for storm in self.store.open_storms():
            counts = self.store.storm_counts(storm.id)
            figures = self.store.storm_figures(storm.id, self.now())
            assert sum(counts.values()) == figures.count == len(set(self.of_storm(storm.id)))
            assert figures.waiting <= figures.folded
        shares = {one.storm: one for one in self.store.day_end(self.now() - timedelta(days=1)).storms}
        due = self.store.engine.rows("SELECT count(*) FROM cases WHERE storm <> 0 AND due_at IS NOT NULL")[0][0]
        assert sum(one.waiting for one in shares.values()) == due

    def of_storm(self, storm: int) -> list[int]:
        sql = """SELECT case_id FROM storm_cases WHERE storm_id = :id
        OR storm_id IN (SELECT id FROM storms WHERE merged_into = :id)"""
        return [row[0] for row in self.store.engine.rows(sql, {"id": storm})]

    def promises_of_folded_cases_remind_nobody_by_themselves(self) -> None:
        wrong = self.store.engine.rows(
            """SELECT c.id, c.storm, p.folded FROM cases c JOIN promises p ON p.case_id = c.id
            WHERE p.kept_at IS NULL AND p.dropped_at IS NULL AND (c.storm <> 0) <> (p.folded <> 0)"""
        )
        assert wrong == []

    def nobody_gets_one_holding_reply_twice_and_nothing_that_nobody_approved(self) -> None:
        rows = self.store.engine.rows(
            """SELECT DISTINCT c.holding_id, c.network, c.author_id, h.audience, c.case_id, t.key, t.approval_id
            FROM holding_cases c JOIN holding_replies h ON h.id = c.holding_id JOIN attempts t ON t.draft_id = c.draft_id"""
        )
        public = Counter(one.key for one in self.street.record)
        got, waited, approvals = Counter[object](), Counter[object](), Counter[object]()
        for holding, network, author, audience, case, key, approval in rows:
            got[holding, network, author] += public[key]
            waited[case] += public[key] if audience == Audience.WAITING else 0
            approvals[approval] += public[key]
        for many in (got, waited, approvals):
            assert all(one <= 1 for one in many.values()), many
        assert set(public) <= {key for *_, key, _ in rows}, "nothing else goes out here"
        alone = (
            "SELECT id FROM drafts WHERE id NOT IN (SELECT draft_id FROM holding_cases WHERE draft_id IS NOT NULL)"
        )
        assert self.store.engine.rows(alone) == [], "each draft belongs to a holding reply, after a kill, too"

    def nobody_taken_out_gets_it(self) -> None:
        keys = {key for draft, key in self.attempts() if draft in self.out}
        assert not keys & {one.key for one in self.street.record}

    def progress_adds_up(self) -> None:
        for holding in self.store.holding_replies():
            progress = self.store.holding_progress(holding)
            rows = self.store.engine.rows(
                "SELECT count(*) FROM holding_cases WHERE holding_id = :id", {"id": holding.id}
            )
            assert progress.told + progress.waiting + progress.going_out + progress.not_told_count == rows[0][0]

    # --- the end of the day

    def close(self) -> None:
        """Deliver everything once more, end every storm, and let the desk come to rest: nothing is lost."""
        desk = self.started(self.desk)
        desk.take_over(replace(desk.policy, storms=StormPolicy(opens_at=0)))
        receive(desk, *self.posts)
        self.check()
        for one in self.store.open_storms():
            acting.end(desk, one.id, by=CARO, at=self.now())
        for _ in range(6):
            noticing.check_new_posts(desk, clock(desk).move(seconds=20))
        self.check()
        for post in self.posts:
            found = self.store.mention_of("x", post.ref.post_id)
            assert found is not None
            assert found[1] > 0
        left = "SELECT id FROM cases WHERE storm <> 0 AND due_at IS NOT NULL"
        assert self.store.engine.rows(left) == [], "whoever waits comes out"
        ends = self.store.loose_ends(self.now())
        assert not any((ends.without_card, ends.without_step, ends.without_line))
        assert self.store.broken_chains() == []
        self.each_storm_is_told_of_once()

    def each_storm_is_told_of_once(self) -> None:
        """The roles of each storm were reminded in one series, never twice within half an hour of its lapse."""
        late = self.store.engine.rows(
            "SELECT key, noted_at FROM notices WHERE key LIKE :due ORDER BY id", {"due": "storm:%:due:%"}
        )
        by_storm: dict[str, list[int]] = {}
        for key, at in late:
            _, storm, _, _due, level = key.split(":")
            if int(level) > 100:
                by_storm.setdefault(storm, []).append(at)
        gaps = [later - earlier for times in by_storm.values() for earlier, later in pairwise(sorted(times))]
        assert all(gap >= timedelta(minutes=29) // timedelta(microseconds=1) for gap in gaps)
        heads = self.store.engine.rows("SELECT about FROM tellings WHERE kind = :kind", {"kind": TellingKind.STORM})
        assert len(heads) == len(set(heads))


STEPS_OF_A_DAY: tuple[Callable[[Day, Desk], None], ...] = (
    *[Day.write] * 3, *[Day.many_write] * 3, Day.redeliver, *[Day.notice] * 3, *[Day.open] * 2, *[Day.merge] * 2, Day.end,
    *[Day.take_out] * 2, Day.claim, *[Day.write_reply] * 3, *[Day.offer] * 2, *[Day.approve] * 7, Day.take_text_out,
    *[Day.pause_or_resume] * 2, Day.end_reply, *[Day.send] * 6, *[Day.pass_time] * 3, Day.change_rules,
)  # fmt: skip


@contextmanager
def a_day(seed: int) -> Iterator[Day]:
    home = Path(tempfile.mkdtemp(prefix="storms-"))
    day = Day(seed, home)
    try:
        yield day
    finally:
        day.store.close()
        shutil.rmtree(home)


def lived(seed: int) -> None:
    """Live through a day that begins in the middle of a storm; one in six begins with nothing."""
    with a_day(seed) as day:
        if seed % 6:
            day.begin(STARTS[seed % 6])
        for _ in range(STEPS):
            day.step()
            day.check()
        day.close()


@pytest.mark.parametrize("batch", part(range(BATCHES), 6))
def test_storms_keep_every_case_and_send_nothing_twice(batch: int) -> None:
    for seed in range(batch, SEEDS, BATCHES):
        try:
            lived(seed)
        except BaseException as trouble:
            trouble.add_note(f"seed {seed}")
            raise

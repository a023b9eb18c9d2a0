"""Light mentions and thank-yous under kills, repeated presses, changed posts and lost answers.

Each is decided once, no like is said on a guess, none is given to other words than somebody saw, and nothing is quoted
that one person alone let out.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.domain.base.refusals import Refusal
from bot.domain.light_lane.light_mention import LightState, LightVerb, words_mark
from bot.domain.light_lane.thank_you import LikeState
from bot.domain.mentions.bursts import APART
from bot.domain.mentions.mention import PostRef
from bot.ports import Desk, NotSent, OutcomeLost, SendOutcome
from bot.services.light_lane import deciding, likes, thank_yous
from bot.services.mentions import intake
from tests.engines import store_in
from tests.fakes import ANA, BEN, a_desk, a_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive
from tests.services.light_lane.scenes import THANKS, LikingNetwork

METHODS = (
    "decide_light",
    "open_case",
    "record",
    "move_mentions",
    "gather_light",
    "like_tried",
    "add_mention",
    "begin_thank_you_like",
    "decide_thank_you",
    "thank_you_like_tried",
    "end_thank_you_like",
)
GOOD = "@northwind you are the best, love your shop"
VERBS = ("like", "like in the lane", "change", "tend", "offer", "approve", "decline", "skip")
QUOTING = {"thank_you_offer", "thank_you_approve", "thank_you_decline", "thank_you_withdraw", "thank_you_skip"}
KILLS = st.tuples(st.sampled_from(METHODS), st.integers(1, 3)) | st.none()
OUTCOMES = st.sampled_from([None, NotSent("Not now."), OutcomeLost("No answer.")])
PICK, WHO = st.integers(0, 20), st.sampled_from([ANA, BEN])
DEEDS = st.lists(st.tuples(st.sampled_from(VERBS), WHO), min_size=2, max_size=5)


@dataclass
class Looking(LikingNetwork):
    """A network that looks, when it is called, for which words somebody began a like."""

    is_for_these_words: Callable[[str], bool] = bool
    for_other_words: list[str] = field(default_factory=list)

    def like(self, target: PostRef) -> SendOutcome:
        if not self.is_for_these_words(target.post_id):
            self.for_other_words.append(target.post_id)
        return super().like(target)


class LightLane(RuleBasedStateMachine):
    """People who thank, some of whom complain after all, and a team that decides while the desk is killed."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="light-"))
        self.store = store_in(self.home)
        self.network = Looking()
        self.desk = a_desk(self.store, networks={("x", "42"): self.network})
        self.posts = 0
        self.network.is_for_these_words = self.is_for_these_words

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.home)

    def killed_at(self, kill: tuple[str, int] | None) -> Desk:
        if kill is None:
            return self.desk
        method, n = kill
        return replace(self.desk, store=BreakingStore(self.store, **{method: at_call(n, Killed())}))  # type: ignore[arg-type]

    @rule(kill=KILLS, who=st.integers(0, 3), after=st.sampled_from([5, 60, 600]))
    def somebody_thanks(self, kill: tuple[str, int] | None, who: int, after: int) -> None:
        self.writes(kill, THANKS, who, after)

    @rule(kill=KILLS, who=st.integers(0, 3), after=st.sampled_from([5, 60, 600]))
    def somebody_complains(self, kill: tuple[str, int] | None, who: int, after: int) -> None:
        self.writes(kill, "my parcel never came and nobody answers", who, after)

    @rule(kill=KILLS, who=st.integers(0, 3))
    def somebody_praises(self, kill: tuple[str, int] | None, who: int) -> None:
        self.writes(kill, GOOD, who, 600)

    @rule(kill=KILLS, which=PICK, deeds=DEEDS)
    def people_decide_on_good_words(
        self, kill: tuple[str, int] | None, which: int, deeds: list[tuple[str, str]]
    ) -> None:
        """Let people press one after another about one post, which its author may change in between."""
        if not (rows := self.lights()):
            return
        desk, row = self.killed_at(kill), rows[which % len(rows)]
        for verb, by in deeds:
            at = clock(self.desk).move(seconds=1)
            with suppress(Refusal, Killed):
                self.good_words(desk, row, verb, by, at)

    @rule(which=PICK, by=WHO, verb=st.sampled_from(["like", "like in the lane"]))
    def a_post_changes_while_its_like_waits(self, which: int, by: str, verb: str) -> None:
        self.people_decide_on_good_words(None, which, [(verb, by), ("change", by), ("tend", by)])

    def good_words(self, desk: Desk, row: int, verb: str, by: str, at: datetime) -> None:
        post = self.store.mention(row)
        mark = words_mark(post.text)
        match verb:
            case "like":
                thank_yous.like_thank_you(desk, row, by=by, at=at, mark=mark)
            case "like in the lane":
                likes.like(desk, row, by=by, at=at, mark=mark)
            case "offer":
                thank_yous.offer_to_marketing(desk, row, by=by, at=at, mark=mark)
            case "approve":
                thank_yous.let_marketing_quote(desk, row, by=by, at=at, mark=mark)
            case "decline":
                thank_yous.decline_offer(desk, row, by=by, at=at)
            case "skip":
                thank_yous.skip(desk, row, by=by, at=at)
            case "tend":
                deciding.tend(desk, at)
            case _:
                changed = replace(post, text=f"{post.text}!", edited_at=at)
                intake.take_in_edit(self.desk, changed, at)

    def writes(self, kill: tuple[str, int] | None, text: str, who: int, after: int) -> None:
        self.posts += 1
        post = a_post(str(700 + self.posts), text, by=f"c{who}", at=clock(self.desk).move(seconds=after))
        desk = self.killed_at(kill)
        try:
            receive(desk, post)
        except Killed:
            receive(self.desk, post)  # the network delivers it again

    @rule(kill=KILLS, which=PICK, by=WHO, verb=st.sampled_from(["open", "aside", "like", "thank"]))
    def somebody_decides(self, kill: tuple[str, int] | None, which: int, by: str, verb: str) -> None:
        rows = self.lights()
        if not rows:
            return
        desk, row, at = self.killed_at(kill), rows[which % len(rows)], clock(self.desk).move(seconds=1)
        decide = {
            "open": deciding.open_as_case,
            "aside": deciding.set_light_aside,
            "like": likes.like,
            "thank": deciding.thank,
        }[verb]
        try:
            decide(desk, row, by=by, at=at)
        except (Refusal, Killed):
            return

    @rule(kill=KILLS, outcome=OUTCOMES, minutes=st.sampled_from([1, 200]))
    def time_passes(self, kill: tuple[str, int] | None, outcome: NotSent | OutcomeLost | None, minutes: int) -> None:
        self.network.like_outcomes = [outcome] if outcome else []
        try:
            deciding.tend(self.killed_at(kill), clock(self.desk).move(minutes=minutes))
        except Killed:
            return

    def is_for_these_words(self, post_id: str) -> bool:
        """Return whether somebody began a like of a post in the words that it has now."""
        found = self.store.mention_of("x", post_id)
        assert found is not None
        light, about = self.store.light(found[0].id), self.store.thank_you(found[0].id)
        begun = {light.like_words} if light and light.state == LightState.LIKING else set()
        begun |= {about.like_words} if about and about.liked == LikeState.LIKING else set()
        return begun == {words_mark(found[0].text)}

    def lights(self) -> list[int]:
        return [row[0] for row in self.store.engine.rows("SELECT mention_id FROM light_mentions ORDER BY mention_id")]

    @invariant()
    def each_is_where_its_state_says(self) -> None:
        for row in self.lights():
            light = self.store.light(row)
            post = self.store.mention(row)
            found = self.store.mention_of("x", post.ref.post_id)
            assert light is not None
            assert found is not None
            assert (found[1] > 0) == (light.state == LightState.OPENED)

    @invariant()
    def each_step_is_written_down_once(self) -> None:
        lines = Counter((line.facts.get("mention"), line.verb) for line in self.store.audit("desk"))
        for (_, verb), many in lines.items():
            if verb in {LightVerb.OPEN, LightVerb.SET_ASIDE, LightVerb.LIKED}:
                assert many == 1

    @invariant()
    def a_like_is_called_only_where_somebody_wrote_it_down(self) -> None:
        pressed = {
            self.store.mention(int(str(line.facts["mention"]))).ref.post_id
            for line in self.store.audit("desk")
            if line.verb in {LightVerb.LIKE, "thank_you_like"}
        }
        assert set(self.network.liked) <= pressed

    @invariant()
    def no_post_is_liked_from_both_lists(self) -> None:
        for row in self.lights():
            light, about = self.store.light(row), self.store.thank_you(row)
            assert light is not None
            in_the_lane = light.state in {LightState.LIKING, LightState.LIKED}
            assert not (in_the_lane and about is not None and not about.likeable)

    @invariant()
    def a_like_that_is_begun_is_for_the_words_that_are_there_or_is_not_called_for(self) -> None:
        assert self.network.for_other_words == []

    @invariant()
    def what_marketing_may_quote_was_offered_and_approved_by_two_in_these_words(self) -> None:
        lines = [line for line in self.store.audit("desk") if line.verb in QUOTING]
        for one in self.store.approved_thank_yous(limit=100):
            by = {line.verb: line.by for line in lines if line.facts["mention"] == one.mention}
            assert len({by["thank_you_offer"], by["thank_you_approve"]}) == 2
        for seen in thank_yous.quotes_page(self.desk, 0).shown:
            assert seen.about.words == words_mark(seen.post.text)

    @invariant()
    def nobody_can_thank_a_customer_who_complains(self) -> None:
        """Of a burst with a complaint nothing waits in the light lane."""
        waiting = [self.store.mention(row) for row in self.lights() if self.is_waiting(row)]
        for one in waiting:
            assert not self.store.cases_with_posts(one, one.posted_at - APART, one.posted_at + APART)

    def is_waiting(self, row: int) -> bool:
        light = self.store.light(row)
        return light is not None and light.state == LightState.WAITING

    @invariant()
    def the_trail_holds(self) -> None:
        assert self.store.broken_chains() == []


TestLightLane = LightLane.TestCase
TestLightLane.settings = settings(
    max_examples=examples(40), stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

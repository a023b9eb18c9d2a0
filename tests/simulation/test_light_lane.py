"""Light mentions under kills, repeated presses and lost answers: each is decided once, and no like is said on a guess."""

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.domain.base.refusals import Refusal
from bot.domain.light_lane.light_mention import LightState, LightVerb
from bot.domain.mentions.bursts import APART
from bot.ports import Desk, NotSent, OutcomeLost
from bot.services.light_lane import deciding, likes
from tests.engines import store_in
from tests.fakes import ANA, BEN, a_desk, a_post
from tests.long import examples
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import clock, receive
from tests.services.light_lane.scenes import THANKS, LikingNetwork

METHODS = ("decide_light", "open_case", "record", "move_mentions", "gather_light", "like_tried", "add_mention")
KILLS = st.tuples(st.sampled_from(METHODS), st.integers(1, 3)) | st.none()
OUTCOMES = st.sampled_from([None, NotSent("Not now."), OutcomeLost("No answer.")])
PICK, WHO = st.integers(0, 20), st.sampled_from([ANA, BEN])


class LightLane(RuleBasedStateMachine):
    """People who thank, some of whom complain after all, and a team that decides while the desk is killed."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="light-"))
        self.store = store_in(self.home)
        self.network = LikingNetwork()
        self.desk = a_desk(self.store, networks={("x", "42"): self.network})
        self.posts = 0

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
            if line.verb == LightVerb.LIKE
        }
        assert set(self.network.liked) <= pressed

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

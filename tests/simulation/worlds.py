"""The outside of the simulations: a network with its own record, which may kill the desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.mentions.mention import PostRef
from bot.ports import NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent
from tests.fakes import NOON, FakeNetwork
from tests.services.doubles import Killed


@dataclass(frozen=True)
class Public:
    """A post in the network's own record; `key` is the attempt that made it."""

    post_id: str
    target: PostRef
    text: str
    key: str
    at: datetime


@dataclass
class Street(FakeNetwork):
    """A network with a planned next answer; everything it published is in its own record, visible or not.

    It shows everything within its visibility_delay, by the desk's clock.
    """

    plan: str = "sent"
    following: list[str] = field(default_factory=list)  # plans for the answers after the next one; then "sent"
    record: list[Public] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)  # published, but not visible yet
    now: Callable[[], datetime] = lambda: NOON

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        plan, self.plan = self.plan, self.following.pop(0) if self.following else "sent"
        commits = plan in {
            "sent",
            "commit, then lose",
            "commit, then die",
            "commit, then break",
            "commit, then misname",
        }
        made = self._publish(target, text, key) if commits else None
        if plan.endswith("die"):
            raise Killed
        if plan.endswith("break"):
            raise RuntimeError("an answer that nobody foresaw")
        if plan == "refuse":
            return NotSent("X says no.")
        if plan == "not now":
            return NotSent("X asks us to slow down.", retry_after=WAIT)
        if plan == "by hand":
            return NotSent("X lets no app answer this.", by_hand=True)
        if plan.endswith("misname"):
            return Sent(target.post_id, self.post_url(target.post_id))
        if plan.endswith("lose") or made is None:
            return OutcomeLost("No answer came.")
        return Sent(made.post_id, self.post_url(made.post_id))

    def _publish(self, target: PostRef, text: str, key: str) -> Public:
        made = Public(str(9_000 + len(self.record)), target, text, key, self.now())
        self.record.append(made)
        self.hidden.add(made.post_id)
        return made

    def show(self) -> None:
        """Make everything that was published visible."""
        self.hidden.clear()

    def shows(self, one: Public) -> bool:
        return one.post_id not in self.hidden or self.now() - one.at >= self.visibility_delay.shows_within

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        if not self.readable:
            raise NetworkTrouble("X does not answer.")
        for one in self.record:
            if self.shows(one) and one.target == target and one.text == text:
                return Sent(one.post_id, self.post_url(one.post_id))
        return None


WAIT = timedelta(minutes=5)  # the wait that the network asks for
PLANS = (
    "sent", "refuse", "not now", "by hand", "lose", "commit, then lose", "die", "commit, then die", "break", "commit, then break",
    "commit, then misname",
)  # fmt: skip

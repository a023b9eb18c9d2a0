"""The outside of a simulated day: networks of each retry class and a Slack, each with a ledger of its own.

All faults come from one source of random numbers, so that a seed always gives the same day.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, NEVER_SAFE, SafeRepeat, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.ports import (
    Batch,
    ChatOutcome,
    ChatTrouble,
    EditTerms,
    Message,
    NetworkTrouble,
    NotPosted,
    NotSent,
    OutcomeLost,
    Paced,
    ReplyNow,
    SendOutcome,
    Sent,
    Unsure,
)
from bot.ports.leases import seconds_left
from tests.fakes import NOON, FakeChat, FakeNetwork, a_post
from tests.services.doubles import Killed

AT_ONCE = VisibilityDelay(shows_within=timedelta(), apart=timedelta(), looks=(timedelta(seconds=5),))
WITHIN_A_MINUTE = VisibilityDelay(
    shows_within=timedelta(minutes=1),
    apart=timedelta(seconds=30),
    looks=tuple(timedelta(seconds=s) for s in (10, 60)),
)
# How a network treats a reply that is sent again: never safe (X), always (Bluesky), within a time (Mastodon).
RETRIES: Mapping[str, tuple[SafeRepeat, VisibilityDelay]] = {
    "x": (NEVER_SAFE, VisibilityDelay()),
    "bluesky": (ALWAYS_SAFE, AT_ONCE),
    "mastodon": (SafeRepeat(within=timedelta(minutes=50)), WITHIN_A_MINUTE),
}
# Our accounts: two on X, of which the second has approvers of its own; replies can be changed on Mastodon, customers'
# posts hidden on X, and private messages come on Bluesky.
ACCOUNTS = (("x", "42"), ("x", OTHERS := "43"), ("bluesky", "42"), ("mastodon", "42"))
NO_WAIT = (0.0, datetime.min.replace(tzinfo=UTC))
WAIT = timedelta(minutes=4)  # that a network asks for
ANSWERS = (
    "lose",
    "apply, then lose",
    "die",
    "apply, then die",
    "refuse",
    "not now",
    "by hand",
    "break",
    "apply, then break",
)


@dataclass
class Faults:
    """What goes wrong outside: how often, and whether at all; `meanwhile` is what another process does during a call."""

    dice: random.Random
    often: float = 0.12
    meanwhile: Callable[[], None] = lambda: None
    broken: list[str] = field(default_factory=list)  # what must not be, found in a call: an error there is swallowed

    def strike(self, share: float = 1.0) -> bool:
        """Return whether something goes wrong now."""
        return self.dice.random() < self.often * share


@dataclass(frozen=True)
class PublicReply:
    """A post of ours in a network's ledger."""

    post_id: str
    target: PostRef
    text: str
    key: str
    at: datetime
    changes: str = ""  # the post of ours that got these words


@dataclass
class Town(FakeNetwork):
    """A network with a ledger; what customers post is delivered late, twice and out of order."""

    may_call: Callable[[PostRef], str] = lambda _: ""  # why the desk may not call now; "" when it may
    pace: Callable[[], float] = lambda: 0.0
    edits_replies: bool = False
    hides: bool = False
    answers_hidden: bool = True
    letters: list[Mention] = field(default_factory=list)  # private messages
    changed: list[PublicReply] = field(default_factory=list)  # the ledger of changed words
    wishes: list[tuple[str, bool]] = field(default_factory=list)  # the ledger of hidden posts, and posts shown again
    until: tuple[float, datetime] = NO_WAIT  # the wait asked for, by both clocks
    faults: Faults = field(default_factory=lambda: Faults(random.Random(0)))  # noqa: S311 - the same day for a seed
    now: Callable[[], datetime] = lambda: NOON
    safe_repeat: SafeRepeat = NEVER_SAFE
    posts: list[Mention] = field(default_factory=list)
    edits: list[Mention] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    ledger: list[PublicReply] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)  # posts of ours that we took back
    posts_statements: bool = True
    said: list[PublicReply] = field(default_factory=list)  # the ledger of statements

    # --- customers

    def post(self, text: str, by: str, parent: Mention | None = None, *, private: bool = False) -> Mention:
        """Let a customer write, by itself or in a conversation, or to us alone."""
        into = self.letters if private else self.posts
        number = f"{10_000 + 50_000 * (self.account == OTHERS) + 20_000 * private + len(into)}"
        author = Author(id=f"id-{by}", handle=by, name=by.title(), followers=12)
        about: dict[str, Any] = {"ref": PostRef(self.name, self.account, number), "author": author, "at": self.now()}
        if parent is not None:
            about |= {"root": parent.root_id, "parent_id": parent.ref.post_id}
        if private:
            about |= {"private": True, "root": f"talk-{by}"}
        into.append(a_post(number, text, **about))
        return into[-1]

    def written(self) -> list[Mention]:
        """Return all that customers wrote."""
        return [*self.posts, *self.letters]

    def edit(self, post: Mention, text: str) -> None:
        """Let a customer change a post."""
        self.edits.append(replace(post, text=text))

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what is new since the cursor, with an overlap; a reading may break off."""
        if stream not in {"mentions", "messages"}:
            return
        written = self.posts if stream == "mentions" else self.letters
        begin = max(int(cursor or 0) - self.faults.dice.choice((0, 0, 3, 10)), 0)
        while begin < len(written) or self.edits:
            if self.faults.strike():
                raise NetworkTrouble(f"{self.name} does not answer.")
            some = written[begin : begin + 5]
            edits, self.edits = tuple(self.edits[:20]), self.edits[20:]
            begin += len(some)
            mixed = self.faults.dice.sample(some, len(some))
            yield Batch(posts=tuple(mixed), edits=edits, deletions=tuple(sorted(self.deleted)), cursor=f"{begin}")
            if edits and self.faults.strike():
                self.edits = [*edits, *self.edits]  # told once more

    # --- our replies

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish, or not, and answer, or not; meanwhile another process works."""
        return self._called(target, lambda: self._apply(target, text, key))

    # --- our statements

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish words to everybody, or not, and answer, or not; here no key makes a repeat safe."""
        return self._called(self._nobody, lambda: self._stated(text, key))

    @property
    def _nobody(self) -> PostRef:
        return PostRef(self.name, self.account, "")

    def _stated(self, text: str, key: str) -> PublicReply:
        number = f"{800_000 + 50_000 * (self.account == OTHERS) + len(self.said)}"
        self.said.append(PublicReply(number, self._nobody, text, key, self.now()))
        return self.said[-1]

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:
        """Read back as late as this network shows a post."""
        if self.faults.strike():
            raise NetworkTrouble(f"{self.name} does not answer.")
        within = self.visibility_delay.shows_within
        shown = [one for one in self.said if one.post_id not in self.gone and self.now() - one.at >= within]
        return next((self._sent(one) for one in shown if self.says(one) == text), None)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        return self.lengths(text)

    # --- changed words

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:
        """Give a post of ours other words."""
        ours = PostRef(self.name, self.account, post_id)
        return self._called(ours, lambda: self._reworded(ours, text, key))

    def _reworded(self, ours: PostRef, text: str, key: str) -> PublicReply:
        self.changed.append(PublicReply(ours.post_id, ours, text, key, self.now(), changes=ours.post_id))
        return self.changed[-1]

    def _called(self, target: PostRef, deed: Callable[[], PublicReply]) -> SendOutcome:
        self._judge(target, "write")
        self.faults.meanwhile()
        plan = self.faults.dice.choice(ANSWERS) if self.faults.strike(2.0) else "apply"
        if seconds_left() <= 0:  # the desk hung before its bytes were written, and they never are
            plan = "lose"
        made = deed() if plan.startswith("apply") else None
        self.faults.meanwhile()
        if plan.endswith("die"):
            raise Killed
        if plan.endswith("break"):
            raise RuntimeError("an answer that nobody foresaw")
        if plan == "not now":
            self.until = (self.pace() + WAIT.total_seconds(), self.now() + WAIT)
        told: dict[str, SendOutcome] = {
            "refuse": NotSent(f"{self.name} says no."),
            "not now": NotSent(f"{self.name} asks us to slow down.", retry_after=WAIT),
            "by hand": NotSent(f"{self.name} lets no app answer this.", by_hand=True),
        }
        return told.get(plan) or (
            OutcomeLost("No answer came.") if plan != "apply" or made is None else self._sent(made)
        )

    def _judge(self, target: PostRef, what: str) -> None:
        """Note it when the desk calls while it is halted, or while this account was asked to wait."""
        if why := self.may_call(target):
            self.faults.broken.append(f"{what} on {target}: {why}")
        if what == "write" and self.pace() < self.until[0] and self.now() < self.until[1]:
            self.faults.broken.append(f"{what} on {target} before {self.until[1]}")

    def _apply(self, target: PostRef, text: str, key: str) -> PublicReply:
        """Publish; where a repeat is safe, the same key makes no second post."""
        known = [one for one in self.ledger if one.key == key]
        if known and self.safe_repeat.within and self.now() - known[0].at < self.safe_repeat.within:
            return known[0]
        number = f"{9_000 + 50_000 * (self.account == OTHERS) + len(self.ledger)}"  # no number twice on a network
        self.ledger.append(PublicReply(number, target, text, key, self.now()))
        return self.ledger[-1]

    def _sent(self, made: PublicReply) -> Sent:
        return Sent(made.post_id, self.post_url(made.post_id))

    def take_back(self, post_id: str) -> SendOutcome:
        self._judge(PostRef(self.name, self.account, post_id), "take back")
        self.gone.add(post_id)
        return super().take_back(post_id)

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        """Read back as late as this network shows a post."""
        if self.faults.strike():
            raise NetworkTrouble(f"{self.name} does not answer.")
        within = self.visibility_delay.shows_within
        same = [one for one in self.ledger if (one.target, self.says(one)) == (target, text)]
        shown = [one for one in same if self.now() - one.at >= within]
        return self._sent(shown[-1]) if shown else None

    def says(self, reply: PublicReply) -> str:
        """Return the words that a reply of ours has now."""
        return next((one.text for one in reversed(self.changed) if one.changes == reply.post_id), reply.text)

    # --- hidden posts

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:
        return EditTerms() if self.edits_replies else None

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        if self.faults.strike():
            raise NetworkTrouble(f"{self.name} does not answer.")
        there = next((self.says(one) for one in (*self.ledger, *self.said) if one.post_id == post_id), None)
        if there is None or post_id in self.gone:
            return None
        return ReplyNow(post_id, [one for one in texts if one == there])

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        return self.hides

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        self._judge(PostRef(self.name, self.account, post_id), "hide")
        self.faults.meanwhile()
        plan = (
            self.faults.dice.choice(("lose", "apply, then lose", "die", "refuse"))
            if self.faults.strike()
            else "apply"
        )
        if seconds_left() <= 0:
            plan = "lose"
        if plan.startswith("apply"):
            self.wishes.append((post_id, hidden))
        self.faults.meanwhile()
        if plan == "die":
            raise Killed
        if plan == "refuse":
            return NotSent(f"{self.name} says no.")
        return Sent(post_id, "") if plan == "apply" else OutcomeLost("No answer came.")

    def is_hidden(self, post_id: str) -> bool | None:
        if self.faults.strike():
            raise NetworkTrouble(f"{self.name} does not answer.")
        return next((hidden for one, hidden in reversed(self.wishes) if one == post_id), False)


@dataclass
class Workspace(FakeChat):
    """A Slack with a ledger of how often each message was posted; it refuses, waits, loses answers and goes away."""

    faults: Faults = field(default_factory=lambda: Faults(random.Random(0)))  # noqa: S311 - the same day for a seed
    posted: Counter[int] = field(default_factory=Counter)  # by telling
    pressed: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)  # buttons ever shown
    away: bool = False

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        if self.away:
            return NotPosted("unreachable")
        self.faults.meanwhile()
        if seconds_left() <= 0:
            return Unsure("no answer")
        plan = self.faults.dice.randrange(6) if self.faults.strike() else 6
        if plan == 0:
            return NotPosted("unreachable")
        if plan == 1:
            return Paced(2.0)
        if plan == 2:
            raise Killed
        if plan == 3:
            return Unsure("no answer")
        made = self.keep(channel, message, thread_ts, telling)
        self.posted[telling] += 1
        if plan == 4:
            raise Killed
        return Unsure("no answer") if plan == 5 else made

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        if self.away:
            return NotPosted("unreachable")
        self.faults.meanwhile()
        if self.faults.strike(0.5):
            return self.faults.dice.choice((NotPosted("unreachable"), Unsure("no answer"), Paced(2.0)))
        return super().update(channel, ts, message)

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Any:
        if self.away or self.faults.strike():
            raise ChatTrouble("Slack does not answer.")
        return super().find(channel, telling, since, thread_ts)

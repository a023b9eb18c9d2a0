"""Keeps one network's stream open, and takes in what it tells; polling goes on beside it.

The reader is a thread that never touches the store: it may hang in a call, and is left behind at the end. What it
heard waits in a queue for the intake, a worker like the others.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.accounts.holds import Use
from bot.domain.accounts.spending import Charge
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.stream_pace import LASTED, StreamEnd, wait_before_opening
from bot.ports import Desk, Network, NetworkTrouble
from bot.ports.pushes import Pushed, Pushes, StreamEnded
from bot.services.accounts.holds import reading
from bot.services.accounts.spending import note_charges
from bot.services.base.button_key import lasting_key
from bot.services.mentions import silence
from bot.services.mentions.deleted_posts import check_told
from bot.services.mentions.streamed import take_in_told

log = logging.getLogger(__name__)

MOST_A_SECOND = 500  # things told that are taken from the network; it may close a stream that is read too slowly
MOST_WAITING = 5_000  # things told that wait for the intake; what comes after is left to reading
AT_ONCE = 100
ASK_AFTER = 0.5  # seconds of pace time in which a post that was told in part may still be told in full
ASK_EVERY = 2.0  # seconds of pace time between two calls for posts that were not told in full
MOST_FOLLOWED = 500  # people whose deletions are told; X allows an app 1,500 subscriptions
LOOKS, LOOK_AGAIN = 3, 60.0  # at a post that is said to be deleted, and seconds of pace time between them
SAID_AFTER = timedelta(minutes=2)  # without a stream, or with one again; short breaks are usual

_UNFORESEEN = "Something unexpected came in between ({})."


def stream_name(pushes: Pushes) -> str:
    """Return the name of a stream's reader; a network has one for each app."""
    return f"stream-{pushes.name}-{next(iter(pushes.accounts), '')}"


def stream_mark(desk: Desk) -> str:
    """Return what tells this desk's subscriptions from those of others; it is the same in each epoch."""
    return f"heard-{sha256(lasting_key(desk.store)).hexdigest()[:12]}"


@dataclass(slots=True)
class StreamState:
    """The state of a stream, for people; written by its reader."""

    open_since: datetime | None = None
    closed_since: datetime | None = None
    told_at: datetime | None = None  # the newest push
    told: int = 0
    passed_over: int = 0  # what was told and found the queue full
    trouble: str = ""  # the newest reason why it was closed
    trouble_at: datetime | None = None
    for_good: bool = False  # a person has to do something about it
    lacking: Sequence[str] = ()  # what the network does not tell by itself, as sentences


@dataclass(slots=True)
class StreamReader:
    """The thread that holds the connection; `heard` is called with everything that is told."""

    desk: Desk
    pushes: Pushes
    mark: str
    heard: Callable[[Pushed], None]
    state: StreamState = field(default_factory=StreamState)
    chance: Callable[[], float] = random.random
    rest: Callable[[float], object] = time.sleep  # real seconds, at most one
    ends_within: float = 1.0  # real seconds that `stop` waits
    _tries: int = 0  # since the last connection that lasted
    _again: bool = False  # closed on purpose, to be opened anew
    _ours: threading.Event = field(default_factory=threading.Event)  # set while it is this desk's turn
    _stopping: threading.Event = field(default_factory=threading.Event)
    _woken: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._ours.set()

    def start(self) -> None:
        """Start the thread."""
        self.state.closed_since = self.desk.clock.now()
        self._thread = threading.Thread(target=self._run, name=stream_name(self.pushes), daemon=True)
        self._thread.start()

    def renew(self) -> None:
        """Check the subscriptions again, and open the stream anew, without a wait."""
        self._again = True
        self.pushes.hang_up()
        self._woken.set()

    def hold(self, *, ours: bool) -> None:
        """Hold the stream, or close it because it is not this desk's turn."""
        if ours and not self._ours.is_set():
            self.state.closed_since = self.desk.clock.now()
            self._ours.set()
        elif not ours and self._ours.is_set():
            self._ours.clear()
            self.pushes.hang_up()

    def halt(self) -> None:
        """End the stream; return at once."""
        self._stopping.set()
        self.pushes.hang_up()
        self._woken.set()
        self._ours.set()

    def stop(self) -> None:
        """End the stream; a call that does not end soon is left behind."""
        self.halt()
        if self._thread is not None:
            self._thread.join(self.ends_within)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._ours.wait()
            self._woken.clear()
            wait = self.one_connection()
            if not self._stopping.is_set():
                self._woken.wait(self.desk.clock.real_seconds(wait.total_seconds()))

    def one_connection(self) -> timedelta:
        """Hold the stream until it ends; return how long to wait before the next one."""
        trouble = StreamEnded("", StreamEnd.DROPPED)
        try:
            self.state.lacking = self.pushes.arrange(self.mark)
            self._listen()
        except StreamEnded as ended:
            trouble = ended
        except Exception as odd:  # the thread goes on
            log.exception("stream.broken network=%s", self.pushes.name)
            trouble = StreamEnded(_UNFORESEEN.format(type(odd).__name__), StreamEnd.REFUSED)
        return self._ended(trouble)

    def _listen(self) -> None:
        since, many = self.desk.clock.pace(), 0
        for pushed in self.pushes.listen(self._opened):
            if self._stopping.is_set():
                return
            since, many = self._paced(since, many + 1)
            if pushed is not None:
                self.state.told, self.state.told_at = self.state.told + 1, self.desk.clock.now()
                self.heard(pushed)

    def _paced(self, since: float, many: int) -> tuple[float, int]:
        """Rest for the remainder of a second in which too much was told; return the second's begin and number."""
        left = since + 1.0 - self.desk.clock.pace()
        if left > 0 and many < MOST_A_SECOND:
            return since, many
        if left > 0:
            self.rest(min(self.desk.clock.real_seconds(left), 1.0))
        return self.desk.clock.pace(), 0

    def _opened(self) -> None:
        if self._stopping.is_set() or not self._ours.is_set():
            self.pushes.hang_up()
            return
        self.state.open_since, self.state.closed_since = self.desk.clock.now(), None
        self.state.for_good = False
        for account in self.pushes.accounts:
            self.desk.streamed[self.pushes.name, account] = self.state.open_since
        log.debug("stream.open network=%s", self.pushes.name)
        self.heard(Pushed())  # something may have come in while nothing was open

    def _ended(self, trouble: StreamEnded) -> timedelta:
        now, state = self.desk.clock.now(), self.state
        lasted = state.open_since is not None and now - state.open_since >= LASTED
        self._tries = 0 if lasted or self._again else self._tries + 1
        self._again = False
        state.open_since, state.closed_since = None, state.closed_since or now
        for account in self.pushes.accounts:
            self.desk.streamed.pop((self.pushes.name, account), None)
        if trouble.sentence:
            state.trouble, state.trouble_at, state.for_good = trouble.sentence, now, trouble.for_good
            log.warning("stream.closed network=%s how=%s tries=%d", self.pushes.name, trouble.end, self._tries)
        wait = wait_before_opening(trouble.end, self._tries, self.chance())
        return max(wait, trouble.retry_after or timedelta())


@dataclass(slots=True)
class StreamFollower:
    """The job that has a network tell of the posts that people delete while their cases wait for us."""

    desk: Desk
    pushes: Pushes
    mark: str
    state: StreamState
    _followed: bool = False

    def one_round(self) -> None:
        """Follow those who wait longest, and nobody else; while the stream is closed nothing changes."""
        if self.state.open_since is None or not self.desk.policy.deletions.ask:
            return
        waiting = [one for one in self.desk.store.longest_waiting(MOST_FOLLOWED) if one.network == self.pushes.name]
        authors = list(dict.fromkeys(one.author.id for one in waiting))
        if not authors and not self._followed:
            return
        try:
            self.state.lacking = self.pushes.follow(self.mark, authors)
            self._followed = True
        except StreamEnded as trouble:
            log.info("stream.not_followed network=%s why=%s", self.pushes.name, trouble)


@dataclass(slots=True)
class StreamIntake:
    """The worker that stores what the reader heard; `read_soon` has an account read as soon as it may be."""

    desk: Desk
    pushes: Pushes
    read_soon: Callable[[str], None]
    state: StreamState
    wake: Callable[[], None] = lambda: None  # this worker
    _told: deque[Pushed] = field(default_factory=deque)
    _partial: dict[tuple[str, str], float] = field(default_factory=dict)  # account and post: since when, in pace time
    _gone: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)  # looks so far, and the next one
    _to_read: set[str] = field(default_factory=set)  # accounts
    _asked_at: float = float("-inf")
    _said: datetime | None = None  # since when it was closed, as reported

    def heard(self, pushed: Pushed) -> None:
        """Keep what was told for the intake; called by the reader. With a full queue the network is read instead."""
        if len(self._told) < MOST_WAITING:
            self._told.append(pushed)
        else:
            self.state.passed_over += 1
            self._to_read.update(self._ours(pushed.account))
        self.wake()

    def one_round(self) -> float | None:
        """Take in what waits; return the seconds until the next round, None when nothing is planned."""
        try:
            return self._take(self.desk.clock.now())
        except Exception:
            self._to_read.update(self.pushes.accounts)  # reading brings what was in hand
            raise

    def _take(self, now: datetime) -> float | None:
        self._report(now)
        some = [self._told.popleft() for _ in range(min(len(self._told), AT_ONCE))]
        for one in some:
            self._sort(one)
        for account in self.pushes.accounts:
            of_it = [one for one in some if one.account == account]
            charges = {
                Charge.EVENT: sum(bool(one.post or one.partial) for one in of_it),
                Charge.MESSAGE: sum(one.message for one in of_it),
            }
            note_charges(self.desk, self.pushes.name, account, charges, now)
            self._store(account, [one.post for one in some if one.post and one.account == account], now)
        waits = [self._ask(now), self._look(now)]
        while self._to_read:
            self.read_soon(self._to_read.pop())
        return 0.0 if self._told else min((one for one in waits if one is not None), default=None)

    def _ours(self, account: str) -> Sequence[str]:
        return [one for one in self.pushes.accounts if account in {"", one}]

    def _sort(self, pushed: Pushed) -> None:
        if pushed.partial and len(self._partial) < MOST_WAITING:
            self._partial.setdefault((pushed.account, pushed.partial), self.desk.clock.pace())
        elif pushed.gone:
            for account in self._ours(pushed.account):
                self._gone.setdefault((account, pushed.gone), (0, 0.0))
        elif pushed.post is None:  # also with more posts in part than can be asked for
            self._to_read.update(self._ours(pushed.account))

    def _network(self, account: str) -> Network | None:
        return self.desk.networks.get((self.pushes.name, account))

    def _networks(self) -> list[Network]:
        return [found for one in self.pushes.accounts if (found := self._network(one))]

    def _store(self, account: str, posts: Sequence[Mention], now: datetime) -> None:
        network = self._network(account)
        if not posts or network is None:
            return
        if take_in_told(self.desk, network, posts, now):
            self._to_read.add(account)

    def _ask(self, now: datetime) -> float | None:
        """Read posts that were told only in part, at most a hundred of one account; not those told in full, too."""
        pace = self.desk.clock.pace()
        if not self._partial:
            return None
        if (left := max(min(self._partial.values()) + ASK_AFTER, self._asked_at + ASK_EVERY) - pace) > 0:
            return left
        self._asked_at = pace
        account, _ = min(self._partial, key=lambda one: self._partial[one])
        some = [post for one, post in self._partial if one == account][:AT_ONCE]
        for post in some:
            del self._partial[account, post]
        unknown = [one for one in some if self.desk.store.mention_of(self.pushes.name, one) is None]
        if unknown and (network := self._network(account)):
            self._read_in_full(network, unknown, now)
        return ASK_EVERY if self._partial else None

    def _read_in_full(self, network: Network, post_ids: Sequence[str], now: datetime) -> None:
        posts: Sequence[Mention] = ()
        try:
            with reading(self.desk, network, Use.LOOK, now, posts=len(post_ids)):
                posts = self.pushes.read_posts(network.account, post_ids)
        except NetworkTrouble as trouble:
            log.info("stream.unread network=%s why=%s", network.name, trouble)
        if len(posts) < len(post_ids):
            self._to_read.add(network.account)
        self._store(network.account, posts, now)

    def _look(self, now: datetime) -> float | None:
        """Ask whether posts are deleted that are said to be; the network may need a while to show it."""
        pace = self.desk.clock.pace()
        due = [key for key, (_, at) in self._gone.items() if at <= pace]
        for account in dict.fromkeys(account for account, _ in due):
            some = [post for one, post in due if one == account][:AT_ONCE]
            network = self._network(account)
            there = check_told(self.desk, network, some, now) if network else ()
            for post in some:
                looks = self._gone.pop((account, post))[0] + 1
                if post in there and looks < LOOKS:
                    self._gone[account, post] = (looks, pace + LOOK_AGAIN)
        return min((max(at - pace, 0.001) for _, at in self._gone.values()), default=None)

    def _report(self, now: datetime) -> None:
        """Tell the leads once that the stream is closed for long or for good, and that it stays open again."""
        since, opened = self.state.closed_since, self.state.open_since
        if opened is not None and now - opened >= SAID_AFTER:
            told_since = self._said or silence.stream_left_closed(self.desk, self._networks())
            if told_since is not None:
                silence.say_stream_open(self.desk, self._networks(), told_since, now)
            self._said = None
        elif since is not None and self._said is None and (self.state.for_good or now - since >= SAID_AFTER):
            why = self.state.trouble or "It has not been opened yet."
            silence.say_stream_closed(self.desk, self._networks(), why, since, now)
            self._said = since

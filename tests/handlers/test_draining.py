"""The end of a desk: nothing new is begun, what is in hand ends within one bound, and the log says what was left."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.domain.base.tables import DraftState
from bot.domain.mentions.mention import PostRef
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Desk, OutOfService, SendOutcome
from bot.services.replies import attempts, sending
from bot.services.slack.publishing import Publisher
from cli.opening import until_stopped
from handlers import draining
from handlers.draining import DRAINS_WITHIN, Drained, close_in_time, drain
from handlers.hearing import InHand
from handlers.workers import Clockwork
from storage import SqlStore
from tests.fakes import FakeNetwork, a_desk, a_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import approve, approved, draft_of, receive, slack, verbs, written

UNKNOWN = (
    "Replies of which it is not known whether they went out: 1. After the next start the desk looks for them on the "
    "network before anything else."
)
BOUND = 30  # real seconds after which a test gives up waiting


@dataclass
class Slow(FakeNetwork):
    """A network whose call lasts until the test lets it return."""

    called: threading.Event = field(default_factory=threading.Event)
    returns: threading.Event = field(default_factory=threading.Event)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.called.set()
        assert self.returns.wait(BOUND)
        return super().reply(target, text, key)


@dataclass
class Part:
    """A part that needs a while to end."""

    names: list[str]
    needs: float
    clock: list[float]
    given: float | None = None
    halted_at: float | None = None

    def in_hand(self) -> Sequence[str]:
        return self.names

    def halt(self) -> None:
        self.halted_at = self.clock[0]

    def stop(self, within: float) -> None:
        self.given = within
        self.clock[0] += min(self.needs, within)
        if self.needs <= within:
            self.names = []


def test_all_parts_are_told_first_and_share_one_bound(store: SqlStore) -> None:
    clock = [100.0]
    parts = [Part(["click"], 20, clock), Part(["poll-x-42"], 10, clock), Part(["sender"], 1, clock)]
    drained = drain(a_desk(store), parts, monotonic=lambda: clock[0])
    assert [one.halted_at for one in parts] == [100.0] * 3
    assert [one.given for one in parts] == [DRAINS_WITHIN, 5.0, 0.0]
    assert drained == Drained(("click", "poll-x-42", "sender"), ("poll-x-42", "sender"), 0)


def test_a_part_that_breaks_keeps_no_other_from_ending(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Part):
        def halt(self) -> None:
            raise KeyError("a shape that nobody foresaw")

        def stop(self, within: float) -> None:
            raise OSError("gone")

    other = Part(["sender"], 1, clock := [0.0])
    drained = drain(a_desk(store), [Broken(["click"], 0, clock), other], monotonic=lambda: clock[0])
    assert (other.given, drained.left) == (DRAINS_WITHIN, ("click",))
    assert caplog.text.count("drain.broken") == 2


def test_of_two_clicks_in_work_the_one_that_was_done_is_not_called_left(store: SqlStore) -> None:
    class Half(Part):
        def stop(self, within: float) -> None:
            self.names = self.names[1:]

    drained = drain(a_desk(store), [Half(["click", "click"], 0, [0.0])])
    assert (drained.left, "1 of 2 pieces" in drained.sentence()) == (("click",), True)


def clockwork_of(desk: Desk) -> Clockwork:
    return Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))


def test_a_reply_on_its_way_is_finished_and_no_other_begins(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    network = Slow()
    desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    receive(desk, a_post("200", "Mine as well", by="tomas"))
    written(desk, 2)
    approve(desk, 2)
    clockwork = clockwork_of(desk)
    clockwork.start()
    assert network.called.wait(BOUND)
    threading.Thread(target=lambda: (desk.draining.wait(BOUND), network.returns.set())).start()
    drained = drain(desk, [clockwork], BOUND)
    assert "sender" in drained.begun
    assert (drained.left, drained.unknown, len(network.published)) == ((), 0, 1)
    states = sorted([draft_of(desk, 1).state, draft_of(desk, 2).state])
    assert states == [DraftState.APPROVED, DraftState.SENT]
    said = [one.getMessage() for one in caplog.records if one.name == "handlers.draining"]
    assert said[0].startswith("desk.draining in_hand=")
    assert said[1].startswith(f"desk.drained finished={len(drained.begun)} left= unknown=0 seconds=")


def test_a_reply_that_does_not_come_back_in_time_is_unknown_at_once_and_sent_if_it_does(store: SqlStore) -> None:
    network = Slow()
    desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    clockwork = clockwork_of(desk)
    clockwork.start()
    assert network.called.wait(BOUND)
    drained = drain(desk, [clockwork], 0.0)
    assert ("sender" in drained.left, drained.unknown) == (True, 1)
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    assert "not known whether they went out: 1." in drained.sentence()
    network.returns.set()
    clockwork.stop(BOUND)
    assert (draft_of(desk).state, len(network.published)) == (DraftState.SENT, 1)
    assert [one for one in verbs(desk) if one in {"send", "lost", "delivered"}] == ["send", "lost", "delivered"]


def test_a_reply_that_a_person_let_out_by_a_click_counts_as_on_its_way(store: SqlStore) -> None:
    desk = a_desk(store)
    case = approved(desk)
    attempts.begin_attempt(desk, case, by="U0BEN00001", at=desk.clock.now())  # its call waits for the acknowledgement
    assert drain(desk, [], 0.0).unknown == 1
    assert draft_of(desk).state == DraftState.UNCONFIRMED
    assert drain(desk, [], 0.0).unknown == 0


def test_a_database_that_is_away_at_the_end_is_said_and_ends_nothing(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    desk = a_desk(store)
    attempts.begin_attempt(desk, approved(desk), by="desk", at=desk.clock.now())
    broken = a_desk(BreakingStore(store, case=always(OutOfService("disk full"))), in_flight=desk.in_flight)  # type: ignore[arg-type]
    assert drain(broken, [], 0.0).unknown == 1
    assert "drain.not_recorded why=OutOfService" in caplog.text


def test_a_database_that_hangs_at_the_end_keeps_no_desk_from_ending(
    store: SqlStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, thawed, done = a_desk(store), threading.Event(), []
    attempts.begin_attempt(desk, approved(desk), by="desk", at=desk.clock.now())
    monkeypatch.setattr(draining, "RECORDS_WITHIN", 0.0)
    monkeypatch.setattr(draining, "record_unfinished", lambda *_: thawed.wait())
    try:
        assert drain(desk, [], 0.0).unknown == 1
        assert "drain.not_recorded" in caplog.text
        close_in_time([lambda: thawed.wait() and None, lambda: done.append("late")], 0.0)
        assert done == []
        assert "desk.left_open" in caplog.text
    finally:
        thawed.set()
    caplog.clear()
    gone = always(OutOfService("away"))
    closed: list[str] = []
    close_in_time([gone, lambda: closed.append("store")], 60.0)
    assert (closed, caplog.text) == (["store"], "")


def test_while_the_desk_stops_nothing_is_claimed_read_or_sent(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    desk.draining.set()
    assert (desk.sends, sending.send_due(desk, desk.clock.now())) == (False, 0)
    assert draft_of(desk).state == DraftState.APPROVED
    assert slack(desk).shut_out == ""


def test_requests_in_work_are_waited_for_and_no_longer_than_allowed() -> None:
    in_hand = InHand()
    key = in_hand.begin()
    assert (len(in_hand), in_hand.settle(0.0)) == (1, False)
    threading.Thread(target=in_hand.end, args=(key,)).start()
    assert in_hand.settle(BOUND)
    assert len(in_hand) == 0


@pytest.mark.parametrize(
    ("drained", "said"),
    [
        (Drained((), (), 0), "The desk is closed."),
        (Drained(("click", "sender"), (), 0), "The desk is closed. 2 of 2 pieces of work in hand were finished."),
        (
            Drained(("sender",), ("sender",), 1),
            f"The desk is closed. Not finished in time: sender. The next start goes on with that. {UNKNOWN}",
        ),
    ],
)
def test_what_became_of_the_work_is_said_in_words(drained: Drained, said: str) -> None:
    assert drained.sentence() == said


@pytest.fixture
def as_before() -> Iterator[None]:
    """Restore what `until_stopped` changes in this process."""
    handlers = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    mask, turn = os.umask(0o077), sys.getswitchinterval()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # these tests may run under nohup
    yield
    for one, handler in handlers.items():
        signal.signal(one, handler)
    os.umask(mask)
    sys.setswitchinterval(turn)


@dataclass
class Signalled:
    """A desk that gets one signal when it opens, and another while it stops."""

    first: signal.Signals
    second: signal.Signals | None = None
    closed: bool = False

    def start(self) -> None:
        signal.raise_signal(self.first)

    def stop(self) -> Drained:
        if self.second is not None:
            signal.raise_signal(self.second)
        self.closed = True
        return Drained(("click",), (), 0)


@pytest.mark.parametrize("first", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_drains_and_says_so_and_a_second_one_ends_at_once(
    as_before: None, capsys: pytest.CaptureFixture[str], first: signal.Signals, second: signal.Signals
) -> None:
    told: list[bool] = []
    running = Signalled(first)
    until_stopped(running, before=lambda: told.append(running.closed))  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert (running.closed, told) == (True, [False])
    assert "within 25 seconds" in said
    assert "1 of 1 pieces of work in hand were finished." in said
    impatient = Signalled(first, second)
    with pytest.raises(SystemExit) as ended:
        until_stopped(impatient)  # type: ignore[arg-type]
    assert (ended.value.code, impatient.closed) == (128 + second, False)


def test_a_closed_terminal_drains_however_often_it_is_said_and_nohup_keeps_the_desk_open(as_before: None) -> None:
    running = Signalled(signal.SIGHUP, signal.SIGHUP)
    until_stopped(running)  # type: ignore[arg-type]
    assert running.closed
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asked: list[int] = []
    kept = Signalled(signal.SIGHUP)
    until_stopped(kept, over=lambda: not asked.append(1))  # type: ignore[arg-type, func-returns-value]
    assert asked


def test_whoever_closed_our_output_keeps_no_desk_from_draining(
    as_before: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("click.echo", closed)  # the library's
    running = Signalled(signal.SIGTERM)
    until_stopped(running)  # type: ignore[arg-type]
    assert running.closed


def test_a_rehearsal_that_breaks_at_its_end_is_closed_all_the_same(as_before: None) -> None:
    def breaks() -> None:
        raise RuntimeError("the stage is gone")

    running = Signalled(signal.SIGTERM)
    with pytest.raises(RuntimeError):
        until_stopped(running, before=breaks)  # type: ignore[arg-type]
    assert running.closed

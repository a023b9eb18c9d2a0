"""The clockwork: it goes on after errors, reports what it cannot read, and repairs the state after a kill."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.base.idle_rounds import STALLED
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.poll_pace import Allowance, Load
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import Batch, Met, NetworkTrouble, OutOfService
from bot.services.cases import casework
from bot.services.replies import statement_writing
from bot.services.replies.statement_deciding import decide_on_statement
from bot.services.slack.publishing import Publisher
from handlers.doctor import findings
from handlers.loops import NET, Loop
from handlers.polling import Poller
from handlers.watch import Watch
from handlers.workers import Clockwork
from storage import SqlStore
from tests import builders
from tests.fakes import ANA, BEN, CARO, LEADS, FakeChat, FakeNetwork, PostingNetwork, a_desk, a_post, our_post
from tests.services.doubles import BreakingStore, always
from tests.services.journey import a_case, approved, clock, delivered, draft_of, notices, only_case, slack, street

BOUND = 30  # real seconds after which a test gives up waiting


class Deaf(FakeNetwork):
    trouble = True

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        if self.trouble:
            raise NetworkTrouble("It answers 503.", timedelta(minutes=7))
        yield Batch(posts=(a_post("100", "late"),), cursor="100")


class HalfDeaf(FakeNetwork):
    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        if stream == "mentions":
            raise NetworkTrouble("It answers 503.")
        yield from ()


def test_one_stream_that_cannot_be_read_is_said_once_while_the_other_can(store: SqlStore) -> None:
    network = HalfDeaf()
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=60))
    for _ in range(5):
        poller.one_round()
        clock(desk).move(minutes=1)
    assert notices(desk) == [(LEADS, "X cannot be read since 2 Mar 12:00 UTC: It answers 503.")]


class Slow(FakeNetwork):
    shortest_pause = timedelta(minutes=2)


@pytest.mark.parametrize(("every", "waits"), [(20, 120), (120, 120), (300, 300)])
def test_a_network_is_read_no_more_often_than_it_may_be(store: SqlStore, every: int, waits: int) -> None:
    network = Slow()
    desk = a_desk(store, networks={("x", "42"): network})
    assert Poller(desk, network, timedelta(seconds=every)).one_round() == waits


class HalfOdd(FakeNetwork):
    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        if stream == "mentions":
            raise KeyError("a shape that nobody foresaw")
        yield Batch(posts=(our_post("150", "We called you.", to="100", root="100"),), cursor="150")


def test_what_nobody_foresaw_in_one_stream_is_said_and_holds_up_no_other(store: SqlStore) -> None:
    network = HalfOdd()
    desk = a_desk(store, networks={("x", "42"): network})
    a_case(desk)
    poller = Poller(desk, network, timedelta(seconds=60))
    assert poller.one_round() == 60.0
    assert only_case(desk).answered_at is not None
    [(room, said)] = notices(desk)
    assert (room, "X cannot be read since 2 Mar 12:00 UTC: Something unexpected" in said) == (LEADS, True)


def test_a_network_is_said_to_be_back_even_where_the_store_was_out_of_service(store: SqlStore) -> None:
    network = Deaf()
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=60))
    poller.one_round()
    network.trouble = False
    clock(desk).move(minutes=7)
    poller.desk = replace(desk, store=BreakingStore(store, notice=always(OutOfService("disk full"))))  # type: ignore[arg-type]
    with pytest.raises(OutOfService):
        poller.one_round()
    poller.desk = desk
    poller.one_round()
    assert ["can be read again" in said for _, said in notices(desk)] == [False, True]


def test_a_network_that_cannot_be_read_is_said_once_and_left_alone_as_long_as_it_asks(store: SqlStore) -> None:
    network = Deaf()
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=60))
    assert [poller.one_round() for _ in range(3)] == [420.0] * 3
    assert notices(desk) == [(LEADS, "X cannot be read since 2 Mar 12:00 UTC: It answers 503.")]
    network.trouble = False
    clock(desk).move(minutes=7)
    assert poller.one_round() == 60.0
    network.trouble = True
    clock(desk).move(hours=1)
    poller.one_round()
    silences = [sentence for _, sentence in notices(desk) if "cannot be read" in sentence]
    assert [sentence[:41] for sentence in silences] == [
        "X cannot be read since 2 Mar 12:00 UTC: I",
        "X cannot be read since 2 Mar 13:07 UTC: I",
    ]


def test_a_loop_goes_on_after_trouble_and_works_again_when_woken() -> None:
    rounds = threading.Semaphore(0)
    troubles: Iterator[Exception | None] = iter([RuntimeError("?"), OutOfService("disk full")])

    def work() -> None:
        rounds.release()
        trouble = next(troubles, None)
        if trouble:
            raise trouble

    loop = Loop("a loop", work, lambda _: BOUND)
    loop.start()
    for _ in range(4):
        assert rounds.acquire(timeout=BOUND)
        loop.wake()
    loop.stop()


def test_leads_hear_once_that_nothing_can_be_written_down_and_no_details_of_it(store: SqlStore) -> None:
    said = threading.Semaphore(0)
    desk = a_desk(store)

    def out_of_service() -> None:
        said.release()
        raise OutOfService("No space <!channel>\nDETAIL:  Failing row contains (Charged twice AGAIN).")

    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), audit=out_of_service)
    clockwork.start()
    for _ in range(3):
        assert said.acquire(timeout=BOUND)
        clockwork._wake("auditor")
    clockwork.stop()
    [message] = slack(desk).messages.values()
    assert "(No space &lt;!channel&gt;)" in message.text
    assert "Charged" not in message.text


def test_a_loop_whose_trouble_cannot_even_be_said_goes_on() -> None:
    rounds = threading.Semaphore(0)

    def work() -> None:
        rounds.release()
        raise OutOfService("disk full")

    def say(trouble: OutOfService) -> None:
        raise RuntimeError("Slack's answer is odd")

    loop = Loop("a loop", work, lambda _: BOUND, out_of_service=say)
    loop.start()
    for _ in range(3):
        assert rounds.acquire(timeout=BOUND)
        loop.wake()
    loop.stop()


class OddRooms(FakeChat):
    def shared(self, channel: str) -> bool:
        raise KeyError("a shape that nobody foresaw")


def test_a_part_of_the_house_that_is_broken_stops_no_other_and_is_not_called_done(store: SqlStore) -> None:
    desk = a_desk(store, chat=OddRooms())
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    clock(desk).move(days=8)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    for _ in range(BOUND * 20):
        if only_case(desk).state == CaseState.CLOSED:
            break
        threading.Event().wait(0.05)
    clockwork.stop()
    rounds = {part.name: part.rounds for part in clockwork.workers()}
    assert (only_case(desk).state, rounds["rooms"]) == (CaseState.CLOSED, 0)


def test_a_digest_that_cannot_be_counted_up_stops_no_heartbeat_and_no_other_digest(store: SqlStore) -> None:
    odd = BreakingStore(store, kept_and_lapsed=always(RuntimeError("odd")))
    desk, audited = replace(a_desk(store), store=odd), threading.Event()  # type: ignore[arg-type]
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), audit=audited.set)
    clockwork.start()
    for _ in range(BOUND * 20):
        if {part.name: part.rounds for part in clockwork.workers()}["head of the trail"]:
            break
        threading.Event().wait(0.05)
    clockwork.stop()
    rounds = {part.name: part.rounds for part in clockwork.workers()}
    assert (rounds["morning list"], rounds["weekly digest"], rounds["head of the trail"]) == (1, 0, 1)
    assert audited.is_set()
    [digest] = [one.finding() for one in clockwork.runs() if one.name == "weekly digest"]
    assert "“weekly digest” met trouble at 12:00:00 UTC (RuntimeError)" in digest.what


def test_the_doctor_says_of_every_job_when_it_ran_and_when_it_is_next(store: SqlStore) -> None:
    desk = a_desk(store)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), audit=lambda: None)
    clockwork.start()
    watch = Watch(desk, clockwork.workers, clockwork.pollers)
    for _ in range(BOUND * 20):
        if all(one.rounds for one in clockwork.workers()):
            break
        threading.Event().wait(0.05)
    said = [one.what for one in findings(desk, watch, clockwork.runs())]
    clockwork.stop()
    for job in ("alarm", "poll-x-42", "people and groups", "reader", "indexer", "auditor", "weekly digest"):
        assert [one for one in said if one.startswith(f"“{job}” ran at 12:00:00 UTC for 0.00 s, next at 12:0")]


class Mute:
    """A publisher that sends nothing, so that the waiting messages can be read in the store."""

    def reconcile(self, now: datetime) -> None:
        pass

    def one_round(self) -> None:
        pass


def test_a_scheduler_that_stands_still_is_said_from_outside_it(store: SqlStore) -> None:
    desk = a_desk(store)
    clockwork = Clockwork(desk, Mute())  # type: ignore[arg-type]
    watch = Watch(desk, clockwork.workers, clockwork.pollers)
    clockwork.audit, clockwork.oversee = watch.round, watch.overseen
    clockwork.start()
    for _ in range(BOUND * 20):
        if watch.rounds:
            break
        threading.Event().wait(0.05)
    assert clockwork._schedule is not None
    clockwork._schedule.scheduler.pause()
    for _ in range(STALLED + 3):
        clock(desk).move(seconds=60)
        clockwork._oversee()
    clockwork.stop()
    assert [said for _, said in notices(desk) if "“auditor” has stopped" in said]
    assert "“auditor” has stopped" in findings(desk, watch)[0].what


def test_the_clockwork_puts_posts_into_the_index_of_words(store: SqlStore) -> None:
    desk = a_desk(store)
    a_case(desk)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    for _ in range(BOUND * 20):
        if not store.engine.rows("SELECT 1 FROM mentions WHERE words IS NULL"):
            break
        threading.Event().wait(0.05)
    clockwork.stop()
    assert store.index_words() == 0


def test_the_clockwork_carries_an_approved_reply_out_and_finds_what_a_kill_left(store: SqlStore) -> None:
    desk = a_desk(store)
    approved(desk)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    done = threading.Event()
    for _ in range(BOUND * 20):
        if draft_of(desk).state == DraftState.SENT:
            done.set()
            break
        threading.Event().wait(0.05)
    clockwork.stop()
    assert done.is_set()
    assert len(street(desk).published) == 1


def test_a_draft_that_an_earlier_version_put_up_without_a_time_has_one_after_the_start(store: SqlStore) -> None:
    desk = a_desk(store)
    delivered(desk)
    builders.put_up_long_ago(store, only_case(desk))
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    clockwork.stop()
    owed = only_case(desk).own_accord
    assert owed is not None
    assert owed.unsettled


def test_the_sender_rests_until_what_may_be_stopped_goes_out(store: SqlStore) -> None:
    desk = a_desk(store)
    case = builders.let_out_solo(store, at=desk.clock.now())
    assert case.draft is not None
    assert case.draft.approval is not None
    sends_at = case.draft.approval.sends_at
    assert sends_at is not None
    clock(desk).at = sends_at - timedelta(seconds=2)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    clockwork.start()
    [sender] = [part for part in clockwork.workers() if part.name == "sender"]
    for _ in range(BOUND * 20):
        if sender.resting == 2.0:
            break
        threading.Event().wait(0.05)
    clockwork.stop()
    assert sender.resting == 2.0
    assert street(desk).published == []


def test_after_a_change_the_alarm_rests_until_the_earliest_moment_in_the_store(store: SqlStore) -> None:
    desk = a_desk(store)
    a_case(desk)
    first = store.next_reminder_at()
    assert first is not None
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw))
    store.when_kept(clockwork.wake)
    clockwork.start()
    [alarm] = [part for part in clockwork.workers() if part.name == "alarm"]
    for rest, left in ((NET, 3_600), (2.0, 2)):
        clock(desk).at = first - timedelta(seconds=left)
        store.notice(f"left:{left}", desk.policy.leads_channel, ("News",), clock(desk).now())
        for _ in range(BOUND * 20):
            if alarm.resting == rest:
                break
            threading.Event().wait(0.05)
        assert alarm.resting == rest
    clockwork.stop()


# --- the pace of reading ------------------------------------------------------------------------------------------


@dataclass
class Counted(FakeNetwork):
    """A network that reports its remaining requests."""

    met: dict[str, Met] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        self.asked.append(stream)
        return super().fetch(stream, cursor)

    def left(self, stream: str, left: int, new: int = 0) -> None:
        load = Load(new=new, took=timedelta(seconds=20))
        self.met[stream] = Met(load, Allowance(limit=300, left=left, resets_in=timedelta(minutes=10)))


def test_the_poller_reads_sooner_while_much_comes(store: SqlStore) -> None:
    network = Counted()
    poller = Poller(a_desk(store, networks={("x", "42"): network}), network, timedelta(seconds=20))
    assert poller.one_round() == 20.0
    network.left("mentions", 300, new=2)
    assert poller.one_round() == 20.0
    network.left("mentions", 300, new=320)
    network.left("own", 300)
    assert poller.one_round() < 20.0


def test_a_stream_whose_readings_are_used_up_waits_and_the_other_is_read(store: SqlStore) -> None:
    network = Counted()
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=20))
    network.left("mentions", 3)
    network.left("own", 800)
    poller.one_round()
    network.asked.clear()
    for _ in range(10):
        clock(desk).move(seconds=20)
        assert poller.one_round() == 20.0
    assert set(network.asked) == {"own"}
    assert (poller.rests("mentions"), poller.rests("own")) == (600.0, 20.0)
    clock(desk).move(minutes=10)
    poller.one_round()
    assert "mentions" in network.asked


def test_a_stream_with_few_requests_is_read_seldom_and_the_others_as_often_as_before(store: SqlStore) -> None:
    """X allows 15 readings of private messages in 15 minutes, and 300 of mentions."""
    network = Counted(streams=("mentions", "messages"))
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=20))
    load, quarter = Load(new=0, took=timedelta()), timedelta(minutes=15)
    network.met["mentions"] = Met(load, Allowance(limit=300, left=299, resets_in=quarter))
    network.met["messages"] = Met(load, Allowance(limit=15, left=14, resets_in=quarter))
    for _ in range(12):
        assert poller.one_round() <= 20.0
        assert poller.soonest() < 20.0  # a hint has the mentions read soon, whatever the messages wait for
        clock(desk).move(seconds=20)
    assert Counter(network.asked) == {"mentions": 12, "messages": 2}


def test_where_all_streams_are_used_up_the_poller_waits_for_the_first_window(store: SqlStore) -> None:
    network = Counted()
    desk = a_desk(store, networks={("x", "42"): network})
    poller = Poller(desk, network, timedelta(seconds=20))
    network.left("mentions", 0)
    network.left("own", 0)
    assert poller.one_round() == 600.0
    clock(desk).move(minutes=4)
    assert poller.one_round() == 360.0


@pytest.mark.parametrize("speed", [1e-12, 1e12])
def test_a_loop_works_on_however_fast_or_slowly_time_runs(speed: float) -> None:
    rounds = threading.Semaphore(0)
    loop = Loop("a loop", rounds.release, lambda seconds: seconds / speed)
    loop.start()
    for _ in range(3):
        assert rounds.acquire(timeout=BOUND)
        loop.wake()
    loop.stop()
    assert loop.rounds >= 3


def test_every_thread_of_the_schedule_is_in_the_architecture(store: SqlStore) -> None:
    desk = a_desk(store)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(desk.clock.pace), draw), audit=lambda: None)
    threads = {task.thread.name for task in clockwork._scheduled().tasks.values()}
    page = (Path(__file__).parents[2] / "docs/architecture.md").read_text()
    table = page[page.index("| thread |") :]
    assert "| poller, one per account |" in table
    assert [name for name in sorted(threads) if f"| {name} |" not in table] == []


def test_a_database_that_went_back_is_noticed_before_the_next_reply_and_one_that_sent_right_after(
    store: SqlStore,
) -> None:
    desk = a_desk(store)
    approved(desk)
    seen: list[int] = []
    clockwork = Clockwork(
        desk,
        Publisher(desk, Limiter(desk.clock.pace), draw),
        testify=lambda _: seen.append(len(street(desk).published)),
    )
    for _ in range(2):
        clockwork._send()
    assert seen == [0, 1]


def test_a_database_that_went_back_is_noticed_before_the_next_statement_too(store: SqlStore) -> None:
    desk = a_desk(store, networks={("x", "42"): (network := PostingNetwork())})
    number = statement_writing.propose_statement(desk, "We are down.", "", [0], by=CARO, at=desk.clock.now())
    found = store.statement(number)
    decide_on_statement(desk, number, mark=found.mark, approves=True, by=BEN, at=desk.clock.now())
    seen: list[int] = []
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    Clockwork(desk, publisher, testify=lambda _: seen.append(len(network.published)))._send()
    assert seen == [0, 1]

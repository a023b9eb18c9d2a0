"""The auditor's rounds: the heartbeat is sent only while everything runs without a fault."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.audit.trail import AT_A_GLANCE, TrailProof, TrailSeal
from bot.domain.base.idle_rounds import STALLED
from bot.domain.mentions.poll_pace import Allowance, Load
from bot.gateways.findings import Finding, Level, bad
from bot.ports import Desk, Met, NetworkTrouble
from bot.services.mentions.readings import UNREAD
from handlers.control import Control
from handlers.doctor import answers, examined, findings
from handlers.loops import Loop
from handlers.polling import Poller
from handlers.watch import Watch
from storage import SqlStore
from tests.fakes import ANA, CARE, LEADS, NOON, FakeNetwork, a_desk, a_post, teammate
from tests.services.doubles import BreakingStore
from tests.services.journey import a_case, clock, notices, receive, slack, street


@dataclass
class Scene:
    """A watch over one loop and one poller that work when a test calls them."""

    desk: Desk
    loop: Loop = field(default_factory=lambda: Loop("alarm", lambda: None, lambda seconds: seconds))
    pings: int = 0

    def __post_init__(self) -> None:
        self.poller = Poller(self.desk, street(self.desk), every=clock(self.desk).at - clock(self.desk).at)
        self.watch = Watch(self.desk, lambda: [self.loop], lambda: [self.poller], self.beat)

    def beat(self) -> None:
        self.pings += 1

    def rounds(self, count: int, *, loop: bool = True, poller: bool = True) -> int:
        """Run so many rounds, with or without work in between; return the number of heartbeats."""
        before = self.pings
        for _ in range(count):
            clock(self.desk).move(seconds=60)
            self.loop.rounds += loop
            if poller:
                self.poller.one_round()
            self.watch.round()
        return self.pings - before


@pytest.fixture
def scene(store: SqlStore) -> Scene:
    return Scene(a_desk(store))


def test_the_heartbeat_beats_every_round_while_all_is_well(scene: Scene) -> None:
    assert scene.rounds(20) == 20


def test_it_stops_at_once_when_slack_shuts_the_desk_out(scene: Scene) -> None:
    assert scene.rounds(1) == 1
    slack(scene.desk).shut_out = "token_revoked"
    assert scene.rounds(3) == 0
    says = "Slack does not accept the desk's token any more (token_revoked), so nothing is sent."
    remedy = "Put a token that Slack accepts into SLACK_BOT_TOKEN, and start the desk again."
    assert bad(says, remedy) in findings(scene.desk, scene.watch)
    slack(scene.desk).shut_out = ""
    assert scene.rounds(1) == 1


def test_it_stops_when_a_loop_stops_and_beats_again_with_it(scene: Scene) -> None:
    scene.rounds(1)
    assert scene.rounds(STALLED, loop=False) == STALLED
    assert scene.rounds(3, loop=False) == 0
    assert "alarm" in scene.watch.stopped[0]
    assert scene.rounds(2) == 2


def test_a_part_and_a_connection_that_were_told_of_before_a_restart_are_told_of_again_once(scene: Scene) -> None:
    door = FakeDoor()
    scene.watch.doors = lambda: [door]
    scene.rounds(1)
    scene.rounds(STALLED + 3, loop=False)
    after = Scene(scene.desk)
    after.watch.doors = lambda: [door]
    after.rounds(1, loop=False)
    assert [said.partition(".")[0] for _, said in notices(scene.desk)] == ["It is deaf", THE_ALARM_STOPPED]
    door.why = ""
    after.rounds(3)
    assert [said for _, said in notices(scene.desk)][2:] == [
        "The part of the desk called “alarm” runs again.",
        "It hears again. It did not since 2 Mar 12:01 UTC.",
    ]


def test_a_loop_that_rests_by_its_own_choice_has_not_stopped(scene: Scene) -> None:
    scene.rounds(1)
    scene.loop.resting = 600
    assert scene.rounds(STALLED + 10, loop=False) == STALLED + 10
    assert scene.rounds(1, loop=False) == 0


THE_ALARM_STOPPED = "The part of the desk called “alarm” has stopped"


@dataclass
class FakeDoor:
    """A connection that receives nothing, until `why` is empty."""

    name: str = "slack"
    again: str = "It hears again. It did not"
    why: str = "It is deaf."

    def deaf(self) -> Finding | None:
        return bad(self.why, "Restart it.") if self.why else None


@dataclass
class Sharing:
    """A part that runs on a thread with others."""

    name: str
    rounds: int = 0
    resting: float = 0.0
    behind: str = ""


def test_of_parts_that_share_a_thread_only_the_one_that_keeps_the_others_waiting_is_said(scene: Scene) -> None:
    house = [Sharing("rooms"), Sharing("swaps"), Sharing("tidying")]
    scene.watch.workers = lambda: [scene.loop, *house]
    scene.rounds(1)
    house[0].behind = house[2].behind = "swaps"
    assert scene.rounds(STALLED + 3) == STALLED
    assert scene.watch.stopped == ["The part of the desk called “swaps” has stopped."]
    for one in house:
        one.rounds, one.behind = 1, ""
    assert scene.rounds(1) == 1
    said = [sentence for channel, sentence in notices(scene.desk) if channel == LEADS]
    assert ["“swaps” has stopped" in said[0], "“swaps” runs again" in said[1], len(said)] == [True, True, 2]


def test_a_part_behind_one_that_works_on_is_said_all_the_same(scene: Scene) -> None:
    scene.watch.workers = lambda: [scene.loop, Sharing("swaps", behind="alarm")]
    scene.rounds(1)
    assert scene.rounds(STALLED + 3) == STALLED
    assert "“swaps” has stopped" in scene.watch.stopped[0]


def test_a_part_that_was_said_and_now_waits_behind_another_does_not_run_again(scene: Scene) -> None:
    house = [Sharing("rooms"), Sharing("swaps")]
    scene.watch.workers = lambda: [scene.loop, *house]
    scene.rounds(STALLED + 3)
    house[0].behind = "swaps"
    scene.rounds(1)
    said = [sentence for channel, sentence in notices(scene.desk) if channel == LEADS]
    assert [one for one in said if "runs again" in one] == []


def test_it_stops_when_something_is_forgotten(scene: Scene) -> None:
    a_case(scene.desk)
    assert scene.rounds(29) == 29
    assert scene.rounds(10) < 10  # half of the hour has passed, and no reminder was written
    assert "A reminder was due" in scene.watch.findings(clock(scene.desk).now())[0]


def test_an_unread_stream_stops_it_and_is_said_once_with_its_return(scene: Scene) -> None:
    scene.rounds(1)
    assert scene.rounds(UNREAD + 9, poller=False) == STALLED
    scene.rounds(2)
    said = [sentence for channel, sentence in notices(scene.desk) if channel == LEADS]
    assert [one for one in said if "11 min" in one and "mentions" in one]
    assert len(said) == 4  # two streams, each stopped and read again


def test_what_the_poller_said_itself_is_not_said_again(store: SqlStore) -> None:
    @dataclass
    class Unreadable(FakeNetwork):
        def fetch(self, stream: str, cursor: str) -> Iterator[None]:
            raise NetworkTrouble("X does not answer.")

    scene = Scene(a_desk(store, networks={("x", "42"): Unreadable()}))
    assert scene.rounds(30) < 10
    assert len(notices(scene.desk)) == 1


def test_a_broken_round_does_not_count_as_having_run() -> None:
    rounds = iter([1.0, ValueError("broken"), None])

    def work() -> float | None:
        found = next(rounds)
        if isinstance(found, ValueError):
            raise found
        return found

    loop = Loop("keeper", work, lambda seconds: seconds)
    assert [(loop._once(), loop.rounds) for _ in range(3)] == [(1.0, 1), (10.0, 1), (None, 2)]


# --- heard doctor -------------------------------------------------------------------------------------------------


def test_the_doctor_finds_nothing_at_a_desk_that_runs_well(scene: Scene) -> None:
    a_case(scene.desk)
    scene.rounds(1)
    assert [(one.level.value, one.what) for one in findings(scene.desk, scene.watch)] == [
        ("ok", "1 case is open, and it is not forgotten."),
        ("ok", "Every part of the desk has run within the last 5 minutes."),
        ("ok", "The desk hears Slack."),
        ("ok", f"The audit trail is whole: {scene.desk.store.prove().sealed}."),
        (
            "ok",
            (
                "@northwind on X: read 2 Mar 12:01 UTC · newest mention 2 Mar 12:00 UTC · no end of its token is known · "
                "$0.011 this month. Answers in private: no; takes back: yes; likes: no; "
                "deletions are noticed: no."
            ),
        ),
    ]


class LongTrail(BreakingStore):
    """A store whose trail is too long for a full verification."""

    def trail_seal(self) -> TrailSeal:
        seal: TrailSeal = self.store.trail_seal()
        return replace(seal, sealed=replace(seal.sealed, lines=AT_A_GLANCE + 1))

    def prove(self, *_: object) -> TrailProof:
        raise AssertionError("the desk reads a long trail line by line")


def test_of_a_long_trail_the_doctor_looks_at_the_seal_alone(scene: Scene) -> None:
    a_case(scene.desk)
    long = replace(scene.desk, store=LongTrail(scene.desk.store))  # type: ignore[arg-type]
    [said] = [one for one in findings(long, scene.watch) if "audit trail" in one.what]
    assert said.level == Level.OK
    assert said.what.startswith("The audit trail is sealed by this desk: 10,001 lines in 1 chain, head ")
    assert said.what.endswith("`heard doctor --trail` reads every line.")


def test_of_a_long_trail_a_foreign_seal_is_seen_at_once(scene: Scene) -> None:
    a_case(scene.desk)
    with scene.desk.store.transaction():
        scene.desk.store.engine.run("UPDATE trail SET lines = lines + 1")  # type: ignore[attr-defined]
    long = replace(scene.desk, store=LongTrail(scene.desk.store))  # type: ignore[arg-type]
    [said] = [one for one in findings(long, scene.watch) if "audit trail" in one.what]
    assert (said.level, "without the desk's key" in said.what) == (Level.BAD, True)


def test_the_doctor_says_the_worst_first_through_the_control_socket(scene: Scene, tmp_path: Path) -> None:
    a_case(scene.desk)
    with scene.desk.store.transaction():
        scene.desk.store.engine.run("UPDATE cases SET version = 9")  # type: ignore[attr-defined]
    socket = tmp_path / "control.sock"
    control = Control(socket, answers(scene.desk, scene.watch))
    control.start()
    try:
        said, well = examined(socket, as_json=False)
        document = json.loads(examined(socket, as_json=True)[0])
    finally:
        control.stop()
    assert not well
    assert said.splitlines()[0] == "bad   Changed without a line in the audit trail: case 1."
    assert said.endswith("Something needs your attention.")
    assert (document["well"], document["facts"][1]["what"]) == (False, "The audit trail of case:1 does not add up.")


def test_the_doctor_tells_slacks_pace_from_a_channel_that_takes_nothing(scene: Scene) -> None:
    receive(scene.desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(20)))
    for number in (1, 2):
        card = scene.desk.store.card(number)
        assert card is not None
        scene.desk.store.mark_not_told(card.id, NOON + timedelta(minutes=10), why="not_in_channel")
    said = {one.what: one.level for one in findings(scene.desk, scene.watch)}
    assert said["18 messages wait to be shown in Slack, the most urgent first."] == Level.OK
    assert said[f"2 messages are held: {CARE} takes none, the app is not in it (not_in_channel)."] == Level.WARN


def test_the_doctor_calls_nothing_well_while_somebody_waits_past_the_promised_time(
    scene: Scene, tmp_path: Path
) -> None:
    a_case(scene.desk)
    clock(scene.desk).move(minutes=61)
    control = Control(tmp_path / "control.sock", answers(scene.desk, scene.watch))
    control.start()
    try:
        said, well = examined(tmp_path / "control.sock", as_json=False)
        document = json.loads(examined(tmp_path / "control.sock", as_json=True)[0])
    finally:
        control.stop()
    assert (well, document["well"]) == (False, False)
    assert "bad   1 case is past the promised time: 1." in said.splitlines()
    assert "1 case is past the promised time: 1." in [one["what"] for one in document["facts"]]
    assert said.endswith("Something needs your attention.")


@pytest.mark.parametrize(("count", "named"), [(2, "1, 2"), (44, "1, 2, 3")])
def test_the_doctor_counts_what_is_overdue_and_names_the_first(scene: Scene, count: int, named: str) -> None:
    receive(scene.desk, *(a_post(str(n), "late", by=f"author{n}") for n in range(100, 100 + count)))
    clock(scene.desk).move(minutes=61)
    [late] = [
        one for one in findings(scene.desk, scene.watch) if one.level == Level.BAD and "promised time" in one.what
    ]
    assert late.what.startswith(f"{count} cases are past the promised time: {named}")


def test_where_no_desk_runs_the_doctor_says_so(tmp_path: Path) -> None:
    said, well = examined(tmp_path / "control.sock", as_json=False)
    assert not well
    assert f"No desk is running at {tmp_path}." in said


def test_the_doctor_names_a_time_zone_that_is_not_known_here_and_finds_the_desk_well(scene: Scene) -> None:
    scene.desk.store.put_people([replace(teammate(ANA, "Ana"), zone="America/Newtown")], [])
    [odd] = [one for one in findings(scene.desk, scene.watch) if one.level == Level.WARN]
    assert "“America/Newtown”" in odd.what
    assert scene.rounds(1) == 1


@pytest.mark.parametrize(("left", "level"), [(212, "ok"), (3, "warn")])
def test_the_doctor_says_how_many_readings_are_left(store: SqlStore, left: int, level: str) -> None:
    network = FakeNetwork()
    allowance = Allowance(limit=300, left=left, resets_in=timedelta(minutes=10))
    network.met = {"mentions": Met(Load(new=0, took=timedelta()), allowance, NOON)}  # type: ignore[attr-defined]
    scene = Scene(a_desk(store, networks={("x", "42"): network}))
    [found] = [one for one in findings(scene.desk, scene.watch) if one.what.startswith("@northwind on X: ")]
    assert f" · {left} of 300 readings left until 2 Mar 12:00 UTC." in found.what
    assert found.level.value == level

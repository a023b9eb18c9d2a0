"""A desk that receives nothing is not called healthy: stopped doors and parts are reported and stop the heartbeat."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.domain.base.idle_rounds import STALLED
from bot.domain.base.refusals import NotUsable
from bot.gateways.findings import Finding, Level, bad
from bot.ports import Desk
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.serve import ServedWorkspace
from handlers.bolt import bolt_app
from handlers.control import Control
from handlers.doctor import findings
from handlers.door import Door
from handlers.hearing import STUCK, InHand
from handlers.http_door import HttpDoor
from handlers.loops import Loop
from handlers.polling import Poller
from handlers.socket_door import CALM, FIRST_WAIT, LONGEST_WAIT, PING_EVERY, SILENT, Patient, SocketDoor
from handlers.watch import DEAF, Watch
from handlers.workers import Clockwork
from storage import SqlStore
from tests.attack.live import SECRET, signed_headers, wait_until
from tests.fakes import LEADS, a_desk
from tests.services.journey import clock, notices, slack, street

TOKEN_REMEDY = "SLACK_APP_TOKEN"


@dataclass
class Later:
    """Real monotonic time, plus the seconds that a test adds."""

    more: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.more


# --- Socket Mode, the SDK's own client against a make-believe Slack -----------------------------------------------


@pytest.fixture
def workspace() -> Iterator[ServedWorkspace]:
    with ServedWorkspace() as served:
        served.workspace.limiter.on = False
        yield served


def an_app(base_url: str) -> App:
    app = bolt_app(WebClient(base_url=base_url, timeout=5), team=cast.TEAM, bot_user=cast.BOT_USER, bot_id=cast.BOT)
    app.command("/care")(lambda ack: ack("here"))
    return app


@contextmanager
def opened(
    workspace: ServedWorkspace, token: str = cast.APP_TOKEN, *, waits: bool = True, ping_every: float = 0.1
) -> Iterator[tuple[SocketDoor, Later]]:
    later = Later()
    door = SocketDoor(an_app(workspace.api_url), token, later, ping_every)
    door.start()
    if waits:
        wait_until(lambda: door.client.is_connected() and workspace.workspace.sockets.count() == 1)
    try:
        yield door, later
    finally:
        door.client.auto_reconnect_enabled = False
        workspace.workspace.sockets.cut()
        door.stop()


def hears(workspace: ServedWorkspace) -> bool:
    command = {"command": "/care", "text": "", "user_id": cast.ANA, "team_id": cast.TEAM, "channel_id": cast.CARE}
    acked = workspace.workspace.sockets.send("slash_commands", command)
    return acked is not None and acked.result(timeout=3) == {"text": "here"}


def refuse_to_reopen(workspace: ServedWorkspace, word: str) -> None:
    workspace.workspace.add_fault("apps.connections.open", "refuse", 10_000, word)


def test_a_connected_door_hears(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, _):
        assert hears(workspace)
        assert door.deaf() is None


@pytest.mark.parametrize("word", ["invalid_auth", "token_revoked", "access_denied"])
def test_cut_sockets_that_slack_does_not_reopen_are_deaf_with_slacks_word_until_they_are(
    workspace: ServedWorkspace, word: str
) -> None:
    with opened(workspace) as (door, later):
        refuse_to_reopen(workspace, word)
        workspace.workspace.sockets.cut()
        found = wait_until(door.deaf)
        assert f"({word})" in found.what
        assert TOKEN_REMEDY in found.remedy
        workspace.workspace.clear_faults()
        later.more += LONGEST_WAIT
        wait_until(lambda: door.deaf() is None)
        assert hears(workspace)


def test_a_refusal_that_nobody_knows_is_deaf_once_slack_has_been_silent(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, later):
        refuse_to_reopen(workspace, "fatal_error")
        workspace.workspace.sockets.cut()
        wait_until(lambda: door.client.refused)
        assert door.deaf() is None
        later.more += SILENT + 1
        assert "fatal_error" in door.deaf().what


@pytest.mark.parametrize("token", ["xapp-nonsense", cast.BOT_TOKEN])
def test_a_wrong_app_token_at_start_is_deaf_at_once_and_named(workspace: ServedWorkspace, token: str) -> None:
    with opened(workspace, token, waits=False) as (door, _):
        found = wait_until(door.deaf)
        assert TOKEN_REMEDY in found.remedy
        assert token not in found.what + found.remedy


def test_socket_mode_that_was_switched_off_says_where_to_switch_it_on(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, _):
        refuse_to_reopen(workspace, "internal_error")
        workspace.workspace.disconnect("link_disabled")
        wait_until(lambda: door._sent_away[0] == "link_disabled")
        workspace.workspace.sockets.cut()
        found = wait_until(door.deaf)
        assert "link_disabled" in found.what
        assert "Switch Socket Mode on" in found.remedy


def test_a_connection_too_many_is_deaf_although_it_is_open(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, later):
        workspace.workspace.disconnect("too_many_websockets")
        assert "too_many_websockets" in wait_until(door.deaf).what
        later.more += CALM + 1
        wait_until(lambda: "too_many_websockets" not in str(door.deaf()))


def test_a_connection_that_gives_no_sign_is_deaf_although_it_is_open(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, later):
        wait_until(lambda: door.client.current_session.last_ping_pong_time)
        assert door.deaf() is None
        door.client.current_session.last_ping_pong_time = None  # as if no ping had been answered since
        later.more += SILENT + 1
        assert "no sign" in door.deaf().what


def test_nobody_there_at_start_is_deaf_once_slack_had_time(workspace: ServedWorkspace) -> None:
    later = Later()
    door = SocketDoor(an_app("http://127.0.0.1:9/"), cast.APP_TOKEN, later, ping_every=0.1)
    door.start()
    try:
        assert door.deaf() is None
        later.more += SILENT + 1
        assert "no sign" in door.deaf().what
    finally:
        door.stop()


def test_a_thread_of_the_connection_that_has_ended_is_deaf(workspace: ServedWorkspace) -> None:
    with opened(workspace) as (door, _):
        door.client.message_processor.event.set()
        door.client.closed = True
        door.client.enqueue_message("{}")
        assert "messages" in wait_until(door.deaf).what


def test_clicks_that_are_taken_in_and_never_done_are_deaf() -> None:
    later = Later()
    door = SocketDoor(an_app("http://127.0.0.1:9/"), cast.APP_TOKEN, later, ping_every=0.1)
    door._in_hand.begin()
    later.more += STUCK + 1
    door._heard("{}")
    assert "has not been done" in door.deaf().what
    door.stop()


def test_the_first_command_after_a_refresh_is_heard(workspace: ServedWorkspace) -> None:
    with opened(workspace, ping_every=PING_EVERY) as (_, later):
        for number in range(3):
            later.more += CALM + 1  # Slack refreshes every few hours
            workspace.workspace.disconnect("refresh_requested")
            wait_until(lambda opened=number + 1: workspace.workspace.sockets.ever > opened)
            assert hears(workspace)


def test_addresses_are_asked_for_less_and_less_often_while_connections_do_not_last() -> None:
    now = [0.0]
    app = an_app("http://127.0.0.1:9/")
    app.client.retry_handlers.clear()
    client = Patient(app, cast.APP_TOKEN, lambda: now[0], 0.1)
    asked = []
    for _ in range(20):
        with pytest.raises(OSError, match="refused"):
            client.issue_new_wss_url()
        asked.append(client.rests_for())
        now[0] += client.rests_for()
    assert asked[0] == FIRST_WAIT
    assert asked == sorted(asked)
    assert asked[-1] == LONGEST_WAIT
    now[0] += CALM + 1
    with pytest.raises(OSError, match="refused"):
        client.issue_new_wss_url()
    assert client.rests_for() == FIRST_WAIT
    client.close()


# --- HTTP -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def http(store: SqlStore) -> Iterator[HttpDoor]:
    door = HttpDoor(an_app("http://127.0.0.1:9/"), "127.0.0.1", 0, secret=SECRET, store=store)
    door.start()
    yield door
    door.stop()


def post(door: HttpDoor, body: bytes, headers: dict[str, str]) -> int:
    import requests

    return requests.post(f"http://127.0.0.1:{door.port}/", data=body, headers=headers, timeout=5).status_code


def test_an_http_door_hears_until_its_thread_ends(http: HttpDoor) -> None:
    assert http.deaf() is None
    http.server.task_dispatcher.shutdown()
    http.server._map.clear()
    http.server.pull_trigger()
    wait_until(lambda: not http._thread.is_alive())
    assert "has stopped" in http.deaf().what


def test_an_http_door_whose_workers_are_all_stuck_is_deaf(http: HttpDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.http_listener.ANSWERS_WITHIN", 0.2)
    over = threading.Event()
    http._signed._app = lambda _environ, _start: over.wait(20) and []
    lines = [socket.create_connection(("127.0.0.1", http.port)) for _ in range(20)]
    for number, line in enumerate(lines):
        body = f"command=%2Fcare&n={number}".encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(body).items())
        line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert "nobody answers" in wait_until(http.deaf).what
    over.set()
    for line in lines:
        line.close()


def test_an_http_door_with_another_signing_secret_is_deaf_until_one_request_is_signed_right(http: HttpDoor) -> None:
    for number in range(3):
        assert http.deaf() is None
        body = f"n={number}".encode()
        assert post(http, body, signed_headers(body, secret="of another app")) == 401
    assert "SLACK_SIGNING_SECRET" in http.deaf().remedy
    assert post(http, b"x", signed_headers(b"x")) != 401
    assert http.deaf() is None
    for number in range(9):  # anybody who knows the address could send these
        body = f"m={number}".encode()
        post(http, body, signed_headers(body, secret="of another app"))
    assert http.deaf() is None


def test_strangers_without_a_signature_make_no_door_look_deaf(http: HttpDoor) -> None:
    for _ in range(5):
        assert post(http, b"x", {}) == 401
    assert http.deaf() is None


# --- the command line, and work after a click --------------------------------------------------------------------


def test_a_command_line_that_reaches_nobody_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.control.KNOCKS_FOR", 0.2)
    control = Control(tmp_path / "control.sock", {})
    assert "nobody answers" in control.deaf().what
    control.start()
    assert control.deaf() is None
    (tmp_path / "control.sock").unlink()
    assert "is gone" in control.deaf().what
    control.stop()


def test_forms_that_never_open_are_said(store: SqlStore) -> None:
    now = [0.0]
    door = Door(a_desk(store), _in_hand=InHand(lambda: now[0]))
    over = threading.Event()
    door._after(over.wait, _click())
    assert door.deaf() is None
    now[0] += STUCK + 1
    assert "What people press" in door.deaf().what
    over.set()
    door.pool.shutdown()
    assert door.deaf() is None


def _click() -> Any:
    from handlers.payloads import Click

    return Click(user="U", team="T")


# --- what the auditor reports --------------------------------------------------------------------------------------


@dataclass
class Ear:
    """A door that receives, or not, as the test sets it."""

    name: str = "slack"
    again: str = "The desk hears Slack again. Please press once more what did nothing"
    found: Finding | None = None

    def deaf(self) -> Finding | None:
        return self.found


@dataclass
class Scene:
    desk: Desk
    ear: Ear = field(default_factory=Ear)
    pings: int = 0
    names: tuple[str, ...] = ("keeper", "publisher", "sender", "alarm")

    def __post_init__(self) -> None:
        self.loops = {one: Loop(one, lambda: None, lambda seconds: seconds) for one in self.names}
        self.poller = Poller(self.desk, street(self.desk), every=timedelta(0))
        self.watch = Watch(
            self.desk, lambda: list(self.loops.values()), lambda: [self.poller], self.beat, doors=lambda: [self.ear]
        )

    def beat(self) -> None:
        self.pings += 1

    def rounds(self, count: int, *, without: str = "") -> int:
        before = self.pings
        for _ in range(count):
            clock(self.desk).move(seconds=60)
            self.poller.one_round()
            for name, loop in self.loops.items():
                loop.rounds += name != without
            self.watch.round()
        return self.pings - before

    def said(self) -> list[str]:
        return [sentence for channel, sentence in notices(self.desk) if channel == LEADS]


@pytest.fixture
def scene(store: SqlStore) -> Scene:
    return Scene(a_desk(store))


DEAF_NOW = bad("The desk does not hear what is pressed and typed in Slack: x (invalid_auth).", "Put the token right.")


def test_a_deaf_door_stops_the_heartbeat_at_once_and_is_said_after_two_minutes(scene: Scene) -> None:
    assert scene.rounds(3) == 3
    scene.ear.found = DEAF_NOW
    assert scene.rounds(DEAF) == 0
    assert scene.said() == []
    assert scene.rounds(9) == 0
    assert scene.said() == [f"{DEAF_NOW.what} For whoever runs Heard: {DEAF_NOW.remedy}"]
    scene.ear.found = None
    assert scene.rounds(2) == 2
    assert scene.said()[1].startswith("The desk hears Slack again. Please press once more what did nothing since ")


def test_a_door_that_is_deaf_for_a_moment_says_nothing(scene: Scene) -> None:
    for _ in range(5):
        scene.ear.found = DEAF_NOW
        scene.rounds(1)
        scene.ear.found = None
        scene.rounds(1)
    assert scene.said() == []


def test_the_doctor_is_not_green_at_a_deaf_desk(scene: Scene) -> None:
    scene.rounds(1)
    assert all(one.level == Level.OK for one in findings(scene.desk, scene.watch))
    scene.ear.found = DEAF_NOW  # asked afresh: no round has passed since
    assert findings(scene.desk, scene.watch)[0] == DEAF_NOW


def test_a_door_that_breaks_when_it_is_asked_counts_as_deaf(scene: Scene) -> None:
    scene.ear.deaf = lambda: 1 / 0  # type: ignore[method-assign,assignment]
    assert scene.rounds(1) == 0
    assert "cannot tell whether it hears" in findings(scene.desk, scene.watch)[0].what


@pytest.mark.parametrize("part", ["keeper", "sender", "alarm"])
def test_a_part_that_stops_for_five_minutes_is_said_and_stops_the_heartbeat(scene: Scene, part: str) -> None:
    scene.rounds(1)
    assert scene.rounds(STALLED, without=part) == STALLED
    assert scene.rounds(20, without=part) == 0
    assert scene.said() == [
        f"The part of the desk called “{part}” has stopped. Please ask whoever runs Heard to restart the desk; nothing is lost by that."
    ]
    assert scene.rounds(1) == 1
    assert scene.said()[1] == f"The part of the desk called “{part}” runs again."


def test_a_publisher_that_stops_is_said_without_it(scene: Scene) -> None:
    scene.rounds(1)
    scene.rounds(STALLED + 5, without="publisher")
    (posted,) = slack(scene.desk).messages.values()
    assert "“publisher” has stopped" in posted.text


def test_an_auditor_that_stops_is_said_by_the_overseer_and_the_doctor(scene: Scene) -> None:
    scene.rounds(1)
    for _ in range(STALLED + 5):  # the overseer runs, the auditor does not
        scene.watch.overseen(clock(scene.desk).move(seconds=60))
    assert "“auditor” has stopped" in scene.said()[0]
    assert len(scene.said()) == 1
    assert "“auditor” has stopped" in findings(scene.desk, scene.watch)[0].what
    scene.rounds(1)
    scene.watch.overseen(clock(scene.desk).move(seconds=60))
    assert "“auditor” runs again" in scene.said()[1]
    assert all(one.level == Level.OK for one in findings(scene.desk, scene.watch))


def test_the_overseer_looks_after_the_auditor_once_a_minute(store: SqlStore) -> None:
    desk, seen = a_desk(store), []
    clockwork = Clockwork(desk, publisher=None, oversee=seen.append)  # type: ignore[arg-type]
    began = desk.clock.now()
    for _ in range(25):
        assert clockwork._oversee() == 5.0
        clock(desk).move(seconds=5)
    assert seen == [began, began + timedelta(seconds=60), began + timedelta(seconds=120)]


def test_the_sentence_a_person_reads_at_a_deaf_desk_is_valid_json_for_the_doctor(
    scene: Scene, tmp_path: Path
) -> None:
    from handlers.doctor import answers, examined

    scene.ear.found = DEAF_NOW
    control = Control(tmp_path / "control.sock", answers(scene.desk, scene.watch))
    control.start()
    try:
        document = json.loads(examined(tmp_path / "control.sock", as_json=True)[0])
    finally:
        control.stop()
    assert (document["well"], document["facts"][0]["what"]) == (False, DEAF_NOW.what)


@pytest.mark.parametrize("host", ["127.0.0.1", "nowhere.invalid"])
def test_a_port_that_cannot_be_had_is_a_sentence(store: SqlStore, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NotUsable, match=f"The desk cannot listen on port {port} of {host}"):
            HttpDoor(an_app("http://127.0.0.1:9/"), host, port, secret=SECRET, store=store)

"""Monitoring: what the desk says of itself, what makes it unwell, and that a scrape is cheap and tells no secret."""

import http.client
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.accounts.holds import Limit, Use
from bot.domain.base.idle_rounds import STALLED
from bot.domain.base.refusals import NotYours
from bot.gateways.drawing import draw
from bot.gateways.findings import Finding, bad
from bot.gateways.metrics import CONTENT_TYPE, Metrics
from bot.gateways.pacing import Limiter
from bot.gateways.slack import SlackChat
from bot.ports import Message, NetworkTrouble, OutOfService
from bot.ports.meter import Duration, Occurrence
from bot.services.accounts.holds import note_trouble
from bot.services.slack.publishing import Publisher
from handlers.door import Door
from handlers.health import Health, HealthDoor
from handlers.measuring import KEPT_FOR, Measuring
from handlers.schedule import LATE, Schedule
from handlers.watch import EVERY, Watch
from handlers.workers import Clockwork
from storage import SqlStore
from tests.fakes import NOON, a_desk, a_post
from tests.gateways.scripted import Scripted, no
from tests.services.doubles import BreakingStore, always
from tests.services.journey import a_case, approved, clock, receive, slack, street, unconfirmed

CANARY = "kanari"


@dataclass
class Ear:
    """Slack's door, which a test makes deaf."""

    name: str = "slack"
    again: str = ""
    why: Finding | None = None

    def deaf(self) -> Finding | None:
        return self.why


@dataclass
class Scene:
    """A desk under monitoring; nothing runs but what a test calls."""

    store: SqlStore
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.metrics = Metrics()
        self.desk = a_desk(self.store, meter=self.metrics)
        self.clockwork = Clockwork(self.desk, Publisher(self.desk, Limiter(self.desk.clock.pace), draw))
        self.watch = Watch(self.desk, lambda: (), lambda: ())
        self.ear = Ear()
        self.measuring = Measuring(
            self.desk, self.store, self.clockwork, self.watch, self.ear, lambda: self.seconds[0]
        )
        self.metrics.gauges = self.measuring.gauges
        self.health = Health(self.measuring.live, self.measuring.ready, self.metrics.text, CONTENT_TYPE)

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        said: list[str] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": None}
        body: Iterable[bytes] = self.health(environ, lambda status, _headers: said.append(status))
        return int(said[0].split()[0]), b"".join(body).decode()

    def checks(self, path: str) -> tuple[int, dict[str, bool]]:
        status, body = self.get(path)
        return status, json.loads(body)["checks"]

    def number(self, name: str) -> float:
        """Return the metric with this name and these labels."""
        lines = self.get("/metrics")[1].splitlines()
        return float(next(one for one in lines if one.rpartition(" ")[0] == name).rpartition(" ")[2])


@pytest.fixture
def scene(store: SqlStore) -> Scene:
    return Scene(store)


def test_a_well_desk_is_live_and_ready(scene: Scene) -> None:
    assert scene.checks("/live") == (200, {"workers": True, "auditor": True})
    well = {"database": True, "schema": True, "slack": True, "not_draining": True}
    assert scene.checks("/ready") == (200, well)


def unwell(check: str) -> Callable[[Scene], object]:
    def another_version(scene: Scene) -> None:
        scene.store.engine.run("INSERT INTO migrations (number, name, digest) VALUES (9999, '9999_later', 'x')")

    away = OutOfService(f"postgresql://desk:{CANARY}@db.example")
    return {
        "database": lambda scene: setattr(
            scene.measuring, "store", BreakingStore(scene.store, is_of_this_version=always(away))
        ),
        "schema": another_version,
        "slack": lambda scene: setattr(scene.ear, "why", bad("It hears nothing.", "Look.")),
        "not_draining": lambda scene: scene.desk.draining.set(),
    }[check]


@pytest.mark.parametrize("check", ["database", "schema", "slack", "not_draining"])
def test_each_failing_check_alone_makes_the_desk_not_ready_and_it_stays_live(scene: Scene, check: str) -> None:
    unwell(check)(scene)
    status, body = scene.get("/ready")
    found = json.loads(body)
    assert (status, found["ok"], found["checks"][check]) == (503, False, False)
    assert CANARY not in body
    assert scene.checks("/live")[0] == 200


def test_a_token_that_slack_refuses_makes_the_desk_not_ready(scene: Scene) -> None:
    slack(scene.desk).shut_out = "invalid_auth"
    assert scene.checks("/ready")[1]["slack"] is False


def test_a_worker_that_stops_and_an_auditor_that_does_not_come_round_make_the_desk_not_live(scene: Scene) -> None:
    scene.watch.still = ("alarm",)
    assert scene.checks("/live") == (503, {"workers": False, "auditor": True})
    assert scene.number("heard_workers_stopped") == 1
    scene.watch.still = ()
    scene.watch.asleep = True
    assert scene.checks("/live") == (503, {"workers": True, "auditor": False})
    scene.watch.asleep = False
    clock(scene.desk).move(seconds=(STALLED + 1) * EVERY + 1)
    assert scene.checks("/live")[0] == 503  # nothing has come round since the start
    scene.watch.round()
    assert scene.checks("/live")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics/x", 404),
        ("POST", "/metrics", 405),
        ("PUT", "/live", 405),
        ("HEAD", "/ready", 200),
    ],
)
def test_it_answers_only_what_it_is_for(scene: Scene, method: str, path: str, status: int) -> None:
    assert scene.get(path, method) == (status, "")


def test_a_check_that_breaks_is_a_failed_one_without_its_text(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    def odd() -> Any:
        raise RuntimeError(CANARY)

    scene.health = Health(odd, odd, odd, CONTENT_TYPE)
    assert [scene.get(one) for one in ("/live", "/ready", "/metrics")] == [(500, "")] * 3
    assert "health.broken path=/live kind=RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_the_numbers_say_what_waits_and_since_when(scene: Scene) -> None:
    approved(scene.desk)
    receive(scene.desk, a_post("200", "Mine as well", by="tomas"))
    clock(scene.desk).move(days=2)
    found = {name: scene.number(f"heard_{name}") for name in ("cases_waiting", "cases_overdue", "cases_unclaimed")}
    assert found == {"cases_waiting": 2, "cases_overdue": 2, "cases_unclaimed": 1}
    two_days = timedelta(days=2).total_seconds()
    assert scene.number("heard_case_unclaimed_oldest_seconds") == two_days
    assert scene.number("heard_reply_unsent_oldest_seconds") == two_days
    assert scene.number("heard_message_untold_oldest_seconds") == two_days
    assert scene.number("heard_messages_untold") > 0
    assert scene.number('heard_drafts{state="approved"}') == 1
    assert scene.number('heard_drafts{state="unconfirmed"}') == 0
    assert scene.number('heard_poll_lag_seconds{account="42",network="x"}') == two_days
    assert scene.number("heard_posts_unreadable") == 0
    assert (scene.number("heard_slack_connected"), scene.number("heard_database_up")) == (1, 1)


def test_a_reply_of_unknown_outcome_is_a_number(scene: Scene) -> None:
    unconfirmed(scene.desk)
    assert scene.number('heard_drafts{state="unconfirmed"}') == 1


def test_many_scrapes_read_the_store_once_in_a_while(scene: Scene) -> None:
    scrapes = [scene.number("heard_cases_waiting"), a_case(scene.desk) and scene.number("heard_cases_waiting")]
    scene.seconds[0] += KEPT_FOR
    assert [*scrapes, scene.number("heard_cases_waiting")] == [0, 0, 1]


def test_without_a_database_the_other_numbers_are_still_told(scene: Scene) -> None:
    broken = BreakingStore(scene.store, measures=always(OutOfService(CANARY)))
    scene.measuring.desk = replace(scene.desk, store=broken)  # type: ignore[arg-type]
    text = scene.get("/metrics")[1]
    assert "heard_database_up 0.0" in text
    assert "heard_jobs_late 0.0" in text
    assert ("heard_cases_waiting" in text, CANARY in text) == (False, False)


def test_a_database_that_hangs_is_said_to_be_away_and_keeps_no_other_question_waiting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two probes that wait for it keep /live unanswered, and whoever watches restarts the desk for nothing."""
    thawed, asked = threading.Event(), []

    def frozen(*_: object) -> None:
        asked.append(1)
        thawed.wait()
        raise OutOfService("It was away.")

    monkeypatch.setattr(type(scene.store), "is_of_this_version", frozen)
    monkeypatch.setattr(type(scene.store), "measures", frozen)
    for one in (scene.measuring._checked, scene.measuring._counted):
        one._within = 0.0
    try:
        for _ in range(3):
            assert scene.checks("/ready")[1] | {"database": False, "schema": False} == scene.checks("/ready")[1]
            scene.seconds[0] += KEPT_FOR
            assert "heard_database_up 0.0" in scene.get("/metrics")[1]
        assert len(asked) == 2, "one question at a time waits, however often it is asked"
    finally:
        thawed.set()


def test_limits_refusals_waits_and_lateness_are_counted_where_they_happen(scene: Scene) -> None:
    desk = scene.desk
    trouble = NetworkTrouble("Too many.", timedelta(minutes=1), Limit.PACE)
    note_trouble(desk, street(desk), Use.POLL, trouble, NOON)
    assert scene.number('heard_limited_total{account="42",network="x"}') == 1
    door = Door(desk)
    door._note(NotYours("Only leads may."), None)  # type: ignore[arg-type]
    assert scene.number('heard_refused_clicks_total{kind="NotYours"}') == 1
    scene.store.when_waited(iter([1.0, 1.25]).__next__, lambda took: scene.metrics.took(Duration.DATABASE_WAIT, took))
    with scene.store.transaction(), scene.store.transaction():  # the inner one joins, and waits for nothing
        pass
    scene.store.engine.timed = None
    assert scene.number("heard_database_wait_seconds_sum") == 0.25
    a_case(desk)
    due = scene.store.next_reminder_at()
    assert due is not None
    clock(desk).move(seconds=(due - desk.clock.now()).total_seconds() + 3)
    scene.clockwork._remind()
    assert scene.number("heard_reminder_late_seconds_sum") == 3


def test_calls_that_slack_refuses_for_their_number_are_counted(scene: Scene) -> None:
    with Scripted() as served:
        limited = lambda: scene.metrics.count(Occurrence.LIMITED, network="slack", account="")  # noqa: E731
        chat = SlackChat("xoxb-1", now=lambda: NOON, base_url=served.url, limited=limited)
        served.will(no("ratelimited", 429))
        chat.post("C1", Message(text="hello"))
    assert scene.number('heard_limited_total{account="",network="slack"}') == 1


def test_a_job_that_is_due_and_does_not_run_is_late(scene: Scene) -> None:
    schedule = Schedule(scene.desk.clock)
    schedule.add("alarm", lambda: None)
    schedule.tasks["alarm"].due = scene.desk.clock.pace()
    scene.clockwork._schedule = schedule
    assert scene.number("heard_jobs_late") == 0
    clock(scene.desk).move(seconds=LATE + 1)
    assert scene.number("heard_jobs_late") == 1


def test_no_label_names_a_person_a_text_or_a_secret(scene: Scene) -> None:
    receive(scene.desk, a_post("100", f"{CANARY} text", by=f"{CANARY}_handle"))
    text = scene.get("/metrics")[1]
    named = {
        label: value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        for label, value in sample.labels.items()
    }
    assert CANARY not in text
    assert named.keys() == {"network", "account", "state", "le"}


def test_the_door_listens_on_its_own_and_answers_until_the_end(scene: Scene) -> None:
    door = HealthDoor(scene.health, "127.0.0.1", 0)
    door.start()
    try:
        door.halt()
        line = http.client.HTTPConnection("127.0.0.1", door.port, timeout=10)
        line.request("GET", "/ready")
        answer = line.getresponse()
        assert (answer.status, json.loads(answer.read())["ok"]) == (200, True)
        line.close()
        assert door.deaf() is None
    finally:
        door.stop()

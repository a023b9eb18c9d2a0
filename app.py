"""Composition root: builds settings, store, gateways, desk and entry points; `cli` is the command line."""

import os
import socket
import threading
from datetime import timedelta
from functools import partial
from math import inf
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from slack_bolt import App

    from bot.gateways.clock import WallClock
    from bot.gateways.erased_file import ErasedFile
    from bot.gateways.metrics import Metrics
    from bot.gateways.networks.recorded import Sink
    from bot.gateways.pacing import Limiter
    from bot.gateways.witness_file import WitnessFile
    from bot.ports import Backups, Desk
    from bot.ports.meter import Meter
    from bot.ports.suggests import Suggests
    from bot.settings import Settings
    from handlers.control import Answers, Control
    from handlers.door import Door
    from handlers.draining import Drained
    from handlers.drill_door import Walled
    from handlers.health import HealthDoor
    from handlers.hearing import Listens
    from handlers.http_door import HttpDoor
    from handlers.lease import LeaseRenewal
    from handlers.other_desks import OtherDesks
    from handlers.socket_door import SocketDoor
    from handlers.watch import Watch
    from handlers.webhooks import WebhookDoor
    from handlers.workers import Clockwork
    from storage import SqlStore


@dataclass(slots=True)
class Running:
    """A desk with its threads and entry points."""

    desk: "Desk"
    store: "SqlStore"
    clockwork: "Clockwork"
    door: "HttpDoor | SocketDoor"
    control: "Control"
    listeners: "Door"
    lease: "LeaseRenewal"
    connects_within: float = 1.0  # real seconds that catching up waits for Slack, so as not to slow the door down
    hooks: "WebhookDoor | None" = None  # None: it listens for no webhooks
    others: "OtherDesks | None" = None  # None: it hears of no other desks
    health: "HealthDoor | None" = None  # None: it listens for no monitoring

    @property
    def doors(self) -> "list[Listens]":
        """Return every connection that can fail to receive."""
        more = [one for one in (self.hooks, self.health) if one is not None]
        return [self.door, self.listeners, self.control, *more]

    def start(self) -> None:
        """Open the door first, so that a click is answered at once; then catch up, also where Slack is away."""
        if self.health is not None:
            self.health.start()
        connected = threading.Event()
        self.door.start(connected.set)
        connected.wait(self.connects_within)
        self.clockwork.start()
        if self.others is not None:
            self.others.hears = self.clockwork.heard_from_others()
            self.others.start()
        self.control.start()
        if self.hooks is not None:
            self.hooks.start()
        self.store.rest()  # from here on this thread only waits for the end

    def stop(self) -> "Drained":
        """Take nothing new, finish what is in hand within a bound, close the store; return what became of it."""
        from handlers.draining import ENDS_WITHIN, TimeLeft, close_in_time, drain

        left = TimeLeft(ENDS_WITHIN)
        hooks, health = [one for one in [self.hooks] if one], [one for one in [self.health] if one]
        parts = [self.door, *hooks, self.clockwork, self.listeners, self.control, *health]
        drained = drain(self.desk, parts)
        others = [self.others.stop] if self.others is not None else []
        close_in_time([self.clockwork.write_testimony, *others, self.lease.stop, self.store.close], left())
        return drained

    def close_unstarted(self) -> None:
        """Close a desk that was opened and did not start."""
        self.control.stop()
        self.lease.stop()
        self.store.close()


def compose(
    settings: "Settings",
    clock: "WallClock",
    *,
    poll_every: timedelta | None = None,
    synchronous: str = "FULL",
    sink: "Sink | None" = None,
    seal_anew: bool = False,
    lease: float = 30.0,
    walled: "Walled | None" = None,
) -> Running:
    """Build a desk. Raises a Refusal with a sentence if that is impossible.

    `poll_every` and `lease` (real seconds) are for a rehearsal, `walled` for a drill, which builds no network.
    """
    from bot.gateways.clock import seconds_since_boot
    from bot.gateways.drawing import draw
    from bot.gateways.living_templates import living_templates
    from bot.gateways.networks.configured import networks, streams
    from bot.gateways.networks.x_chat_sent import forget_sealed
    from bot.gateways.own_directory import made
    from bot.gateways.slack import SlackChat
    from bot.gateways.slack_identity import pinned
    from bot.gateways.slack_wire import BoundedWebClient
    from bot.ports import Desk
    from bot.ports.meter import NoMeter
    from bot.services.base.button_key import signing_key
    from bot.services.slack.publishing import Publisher
    from handlers import register
    from handlers.bolt import bolt_app
    from handlers.control import refuse_second
    from handlers.door import Door
    from handlers.lease import LeaseRenewal
    from handlers.watch import Watch
    from handlers.workers import Clockwork
    from storage import open_store

    refuse_second(made(settings.state_dir))
    store = open_store(
        settings.database_address,
        synchronous=synchronous,
        key_file=settings.state_dir / "trail.key",
        seal_anew=seal_anew,
        name=own_name(),
        seconds=seconds_since_boot,
        lease=lease,
        most=settings.desk.database_connections,
    )
    renewal = LeaseRenewal(store)
    renewal.start()
    held, where = witness(settings, store, clock)
    token = settings.secrets.slack_bot_token.get_secret_value()
    metrics = metrics_of(settings, store)
    slack = walled.chat if walled else SlackChat
    chat = slack(token, now=clock.now, base_url=settings.slack_api_url, limited=limited_by_slack(metrics))
    who = pinned(chat, store)
    desk = Desk(
        store=store,
        chat=chat,
        networks=walled.networks if walled else networks(settings, sink),
        templates=living_templates(store),
        clock=clock,
        policy=settings.policy(),
        secret=signing_key(store),
        workspace_url=who.url,
        epochs=store.epochs(),
        backups=backups(settings, store),
        suggests=suggests(settings),
        meter=metrics or NoMeter(),
        customers=settings.customers(),
        forget_sealed=partial(forget_sealed, settings.state_dir),
    )
    lists = lists_of_erasures(settings)
    look_first(desk, clock, lists, held=held)
    calm = poll_every or timedelta(seconds=settings.desk.poll_every)
    clockwork = Clockwork(
        desk,
        Publisher(desk, slack_limits(desk), draw),
        calm,
        testify=partial(testify, desk, where, lists),
        pushes=[] if walled else streams(settings),
    )
    store.when_kept(clockwork.wake)
    watch = Watch(
        desk,
        clockwork.workers,
        clockwork.pollers,
        heartbeat(settings),
        doors=lambda: running.doors,
    )
    clockwork.audit, clockwork.oversee = watch.round, watch.overseen
    if seal_anew:
        store.note("sealed_anew", "command line", clock.now(), {})
    app = bolt_app(  # which takes only the address; the desk calls Slack through its own gateway
        BoundedWebClient("", settings.slack_api_url),
        team=who.team,
        bot_user=who.bot_user,
        bot_id=who.bot_id,
    )
    listeners = (walled.door if walled else Door)(desk)
    register(
        app,
        listeners,
        directory_changed=clockwork.renew_directory_soon,
        people_changed=clockwork.read_people_soon,
    )
    door = slack_door(app, settings, store, desk.meter)
    hooks = webhook_door(settings, desk, clockwork)
    asked = control(desk, clockwork, watch, settings, hooks)
    running = Running(
        desk, store, clockwork, door, asked, listeners, renewal, hooks=hooks,
        others=other_desks(desk, settings, clockwork),
    )  # fmt: skip
    running.health = health_door(settings, running, watch, metrics)
    return running


def other_desks(desk: "Desk", settings: "Settings", clockwork: "Clockwork") -> "OtherDesks":
    """Return what listens to the other running desks; what it does at each topic is set when it starts."""
    from handlers.other_desks import RELOAD, OtherDesks

    def again(question: str) -> None:
        from handlers.reloading import reload_as_asked

        reload_as_asked(desk, settings, clockwork.renew_directory_soon, clockwork.renew_streams, question)

    return OtherDesks(desk, {}, {RELOAD: again})


def slack_limits(desk: "Desk") -> "Limiter":
    """Return what counts the calls to Slack: of this process, or together with the other desks."""
    from bot.gateways.pacing import Limiter
    from bot.gateways.shared_pacing import SharedLimiter

    return SharedLimiter(desk) if desk.store.lease_left() < inf else Limiter(desk.clock.pace)


def own_name() -> str:
    """Return the name of this process among the running desks, for people: its machine and number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def metrics_of(settings: "Settings", store: "SqlStore") -> "Metrics | None":
    """Return the metrics, if monitoring is configured; they then learn how long transactions wait."""
    if settings.config.health is None:
        return None
    from time import perf_counter

    from bot.gateways.metrics import Metrics
    from bot.ports.meter import Duration

    metrics = Metrics()
    store.when_waited(perf_counter, lambda seconds: metrics.took(Duration.DATABASE_WAIT, seconds))
    return metrics


def limited_by_slack(metrics: "Metrics | None") -> "Callable[[], object]":
    """Return the function that counts a call which Slack refused because of a limit."""
    if metrics is None:
        return lambda: None
    from bot.ports.meter import Occurrence

    return lambda: metrics.count(Occurrence.LIMITED, network="slack", account="")


def health_door(
    settings: "Settings", running: Running, watch: "Watch", metrics: "Metrics | None"
) -> "HealthDoor | None":
    """Return the door for monitoring, if one is configured."""
    section = settings.config.health
    if section is None or metrics is None:
        return None
    from bot.gateways.metrics import CONTENT_TYPE
    from handlers.health import Health, HealthDoor
    from handlers.measuring import Measuring

    measuring = Measuring(running.desk, running.store, running.clockwork, watch, running.door)
    metrics.gauges = measuring.gauges
    health = Health(measuring.live, measuring.ready, metrics.text, CONTENT_TYPE)
    return HealthDoor(health, section.host, section.port)


def slack_door(app: "App", settings: "Settings", store: "SqlStore", meter: "Meter") -> "HttpDoor | SocketDoor":
    """Return Slack's connection as configured: Socket Mode or HTTP."""
    from bot.ports.meter import Duration

    acked = partial(meter.took, Duration.ACKNOWLEDGEMENT)
    if settings.slack.mode == "http":
        from handlers.http_door import HttpDoor

        secret = settings.secrets.slack_signing_secret.get_secret_value()
        return HttpDoor(app, settings.slack.host, settings.slack.port, secret=secret, store=store, acked=acked)
    from handlers.socket_door import SocketDoor

    return SocketDoor(app, settings.secrets.slack_app_token.get_secret_value(), acked=acked)


def webhook_door(settings: "Settings", desk: "Desk", clockwork: "Clockwork") -> "WebhookDoor | None":
    """Return the door for webhooks of networks, if one is configured."""
    section = settings.config.webhooks
    if section is None:
        return None
    from bot.gateways.networks.configured import webhooks
    from handlers.webhooks import WebhookDoor, Webhooks

    return WebhookDoor(Webhooks(desk, webhooks(settings), clockwork.read_soon), section.host, section.port)


def look_first(desk: "Desk", clock: "WallClock", lists: "Sequence[ErasedFile]", *, held: bool) -> None:
    """Look at the database's pages, at who was erased, and at Slack's channels before the desk works."""
    from bot.services.backups.damage import look_at_start
    from bot.services.erasure.erased_list import erase_again, known_to
    from bot.services.slack.shared_channels import refuse_shared

    look_at_start(desk, clock.now(), held=held)
    erase_again(desk, known_to(lists), clock.now())
    refuse_shared(desk)


def witness(settings: "Settings", store: "SqlStore", clock: "WallClock") -> "tuple[bool, WitnessFile]":
    """Hold the desk if its database is an older copy; return whether, and where the witness is kept."""
    from bot.gateways.witness_file import NAME, WitnessFile
    from bot.services.backups.returning import notice_return

    where = WitnessFile(settings.state_dir / NAME)
    why = notice_return(store, where, clock.now(), alone=settings.database_address.startswith("sqlite"))
    return bool(why), where


def lists_of_erasures(settings: "Settings") -> "Sequence[ErasedFile]":
    """Return the places of the list of erasures outside the database: beside it, and beside its backups."""
    from bot.gateways.erased_file import ErasedFile

    return [ErasedFile(one) for one in dict.fromkeys((settings.state_dir, settings.backup_folder))]


def testify(desk: "Desk", where: "WitnessFile", lists: "Sequence[ErasedFile]", now: "datetime") -> None:
    """Write down, outside the database, how far it has come, and who was erased; again, where it went back."""
    from bot.services.backups.returning import keep_watch
    from bot.services.erasure.erased_list import watch_list

    keep_watch(desk, where, now)
    watch_list(desk, lists, now)


def backups(settings: "Settings", store: "SqlStore") -> "Backups | None":
    """Return the folder of backups, if they are configured."""
    if settings.config.backup is None:
        return None
    from storage.backups.folder import BackupFolder

    return BackupFolder(store.engine, settings.backup_folder, settings.backup_policy)


def suggests(settings: "Settings") -> "Suggests | None":
    """Return the client of the program that is asked for words, if one is configured."""
    if settings.config.suggestions is None:
        return None
    from bot.settings.suggestions import asked_for_words

    return asked_for_words(settings)


def heartbeat(settings: "Settings") -> "Callable[[], object]":
    """Return the function that pings the configured heartbeat address."""
    from bot.gateways.heartbeat import ping

    url = settings.desk.heartbeat_url
    return (lambda: ping(url)) if url else (lambda: None)


def control(
    desk: "Desk", clockwork: "Clockwork", watch: "Watch", settings: "Settings", hooks: "WebhookDoor | None" = None
) -> "Control":
    """Return the control socket for the command line; what answers is imported when it is first asked."""
    from handlers.control import SOCKET, AtFirstRequest, Control

    def every() -> "Answers":
        from handlers import erasing, pausing, releasing, template_files
        from handlers.doctor import answers as of_doctor
        from handlers.feeding import answers
        from handlers.reloading import answers as of_reload

        return {
            **answers(desk, clockwork.read_now),
            **of_doctor(desk, watch, clockwork.runs, clockwork.streams, hooks.findings if hooks else lambda: ()),
            **pausing.answers(desk),
            **releasing.answers(desk),
            **template_files.answers(desk),
            **erasing.answers(desk),
            **of_reload(desk, settings, clockwork.renew_directory_soon, clockwork.renew_streams),
        }

    return Control(settings.state_dir / SOCKET, AtFirstRequest(every))

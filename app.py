"""Composition root: settings, store, gateways, desk, doors; and the command line."""

import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.command_line import (
    CANNOT_START,
    COMMANDS,
    CONFIG,
    REHEARSAL,
    STATE,
    Careful,
    config_of,
    door_of,
    forwards,
    hide,
    leave,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from slack_bolt import App

    from bot.domain.swaps import Swap
    from bot.gateways.clock import WallClock
    from bot.gateways.facts import Fact
    from bot.gateways.networks.recorded import Sink
    from bot.ports import Desk
    from bot.ports.schema import SchemaFault
    from bot.rehearsal.launch import Launched
    from bot.settings import Settings
    from bot.settings.model import Account
    from handlers.control import Control
    from handlers.door import Door
    from handlers.http_door import HttpDoor
    from handlers.socket_door import SocketDoor
    from handlers.watch import Watch
    from handlers.workers import Clockwork
    from storage import SqlStore

REHEARSAL_POLLS_EVERY = timedelta(seconds=4)  # of desk time, while little comes: somebody waits for the card
TURN = 0.0005  # seconds until a thread that computes lets others on: with Python's 5 ms a click waits for a report
LOOKS_EVERY = 0.2  # real seconds between two looks whether somebody stopped the desk
BUSY = 75  # sysexits' "temporary failure": a second desk on the same state directory


@dataclass(slots=True)
class Running:
    """A desk with everything that runs around it."""

    desk: "Desk"
    store: "SqlStore"
    clockwork: "Clockwork"
    door: "HttpDoor | SocketDoor"
    control: "Control"
    listeners: "Door"

    def start(self) -> None:
        """Open the door first, so that a click is answered at once; then catch up."""
        self.door.start()
        self.clockwork.start()
        self.control.start()

    def stop(self) -> None:
        """Stop taking clicks, finish the call in hand, close the store."""
        self.door.stop()
        self.control.stop()
        self.clockwork.stop()
        self.store.close()


def compose(
    settings: "Settings",
    clock: "WallClock",
    *,
    poll_every: timedelta | None = None,
    synchronous: str = "FULL",
    sink: "Sink | None" = None,
    seal_anew: bool = False,
) -> Running:
    """Put a desk together. Raises a Refusal with a sentence where it cannot be.

    `poll_every` is a rehearsal's own; without it the configuration says it.
    """
    from bot.gateways.drawing import draw
    from bot.gateways.networks.configured import networks
    from bot.gateways.own_directory import made
    from bot.gateways.pacing import Limiter
    from bot.gateways.slack import SlackChat
    from bot.gateways.slack_identity import pinned
    from bot.gateways.slack_wire import Wire
    from bot.gateways.templates import shipped_templates
    from bot.ports import Desk
    from bot.services.publishing import Publisher
    from bot.services.rooms import refuse_shared
    from bot.services.signing import signing_key
    from handlers import register
    from handlers.bolt import bolt_app
    from handlers.control import refuse_second
    from handlers.door import Door
    from handlers.watch import Watch
    from handlers.workers import Clockwork
    from storage import open_store

    refuse_second(made(settings.state_dir))
    store = open_store(
        settings.database_address,
        synchronous=synchronous,
        key_file=settings.state_dir / "trail.key",
        seal_anew=seal_anew,
    )
    token = settings.secrets.slack_bot_token.get_secret_value()
    chat = SlackChat(token, now=clock.now, base_url=settings.slack_api_url)
    who = pinned(chat, store)
    desk = Desk(
        store=store,
        chat=chat,
        networks=networks(settings, sink),
        templates=shipped_templates(),
        clock=clock,
        policy=settings.policy(),
        secret=signing_key(store),
        workspace_url=who.url,
        changed=lambda: clockwork.wake(),  # noqa: PLW0108 - it is made in the next line
    )
    refuse_shared(desk)
    calm = poll_every or timedelta(seconds=settings.desk.poll_every)
    clockwork = Clockwork(desk, Publisher(desk, Limiter(clock.pace), draw), calm)
    watch = Watch(
        desk,
        clockwork.parts,
        clockwork.pollers,
        heartbeat(settings),
        doors=lambda: (running.door, running.listeners, running.control),
    )
    clockwork.audit, clockwork.oversee = watch.round, watch.overseen
    if seal_anew:
        store.note("sealed_anew", "command line", clock.now(), {})
    app = bolt_app(
        Wire("", settings.slack_api_url),  # it only lends its address; the desk speaks through its own gateway
        team=who.team,
        bot_user=who.bot_user,
        bot_id=who.bot_id,
    )
    listeners = Door(desk)
    register(
        app,
        listeners,
        directory_changed=clockwork.renew_directory_soon,
        people_changed=clockwork.read_people_soon,
    )
    door = slack_door(app, settings, store)
    running = Running(desk, store, clockwork, door, control(desk, clockwork, watch, settings), listeners)
    return running


def slack_door(app: "App", settings: "Settings", store: "SqlStore") -> "HttpDoor | SocketDoor":
    """Return the door that the configuration chose."""
    if settings.slack.mode == "http":
        from handlers.http_door import HttpDoor

        secret = settings.secrets.slack_signing_secret.get_secret_value()
        return HttpDoor(app, settings.slack.host, settings.slack.port, secret=secret, store=store)
    from handlers.socket_door import SocketDoor

    return SocketDoor(app, settings.secrets.slack_app_token.get_secret_value())


def heartbeat(settings: "Settings") -> "Callable[[], object]":
    """Return what tells the outside that all is well."""
    from bot.gateways.heartbeat import ping

    url = settings.desk.heartbeat_url
    return (lambda: ping(url)) if url else (lambda: None)


def control(desk: "Desk", clockwork: "Clockwork", watch: "Watch", settings: "Settings") -> "Control":
    """Return the door for the command line."""
    from handlers.control import SOCKET, Control
    from handlers.doctor import answers as of_doctor
    from handlers.feeding import answers
    from handlers.reloading import answers as of_reload

    every = {
        **answers(desk, clockwork.read_now),
        **of_doctor(desk, watch, clockwork.runs),
        **of_reload(desk, settings, clockwork.renew_directory_soon),
    }
    return Control(settings.state_dir / SOCKET, every)


# --- the command line -------------------------------------------------------------------------------------


@click.group(cls=Careful, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="heard")
def main() -> None:
    """Bring social complaints into Slack and answer each one: approved, human, on time."""


for one in COMMANDS:
    main.add_command(one)


def read(config: Path, env: dict[str, str] | None = None, *, speaks: bool = True) -> "Settings":
    """Read the configuration; print every fault at once and leave where there are any. See settings.load."""
    from bot.settings import SettingsFaults, load

    try:
        settings = load(config, {**os.environ, **(env or {})}, speaks=speaks)
    except SettingsFaults as faults:
        leave("\n".join(str(fault) for fault in faults.faults))
    hide(settings.hidden)
    return settings


def open_desk(
    settings: "Settings",
    clock: "WallClock",
    poll_every: timedelta | None = None,
    sink: "Sink | None" = None,
    *,
    seal_anew: bool = False,
) -> Running:
    """Compose a desk; print a refusal as a sentence and leave."""
    from bot.domain.errors import Refusal
    from bot.gateways.quiet_logs import set_up
    from bot.ports import OutOfService
    from handlers.control import DeskRunning
    from storage import AlreadyOpen

    set_up(settings.hidden)
    try:
        return compose(settings, clock, poll_every=poll_every, sink=sink, seal_anew=seal_anew)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")


def until_stopped(running: Running, opened: str = "", before: "Callable[[], None]" = lambda: None) -> None:
    """Say that it is `opened`, run until SIGTERM or Ctrl-C; `before` has to end while the store is still open."""
    os.umask(0o077)  # whatever is written from here on is for this user only
    sys.setswitchinterval(TURN)
    stopping: list[int] = []  # no lock that a second signal could find taken by the first
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda signum, _: stopping.append(signum))
    if opened:
        say(opened)
    running.start()
    while not stopping:
        time.sleep(LOOKS_EVERY)
    before()
    running.stop()


@main.command()
@CONFIG
@click.option(
    "--new-trail-key", is_flag=True, help="The key of the audit trail is lost: seal the trail anew, as it stands."
)
def run(config: Path, new_trail_key: bool) -> None:
    """Open the desk and keep it open."""
    from bot.gateways.clock import WallClock

    settings = read(config)
    running = open_desk(settings, WallClock(), seal_anew=new_trail_key)
    threading.Thread(target=look_around, args=(settings,), name="look-around", daemon=True).start()
    until_stopped(running, "The desk is open. Stop it with Ctrl-C; nothing is lost by stopping.")


def look_around(settings: "Settings") -> None:
    """Say at once which channels and approvers will not do; the desk goes on, and nothing is lost meanwhile."""
    from datetime import UTC, datetime

    from bot.gateways.check_slack import what_keeps_slack_from_working
    from bot.gateways.slack import SlackChat
    from bot.ports import ChatTrouble

    token = settings.secrets.slack_bot_token.get_secret_value()
    chat = SlackChat(token, now=lambda: datetime.now(UTC), base_url=settings.slack_api_url)
    try:
        for sentence in what_keeps_slack_from_working(settings, chat):
            say(sentence, err=True)
    except ChatTrouble as trouble:
        say(f"Slack could not be looked at: {trouble}", err=True)


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8030,
    show_default=True,
    help="Where the page opens, on 127.0.0.1.",
)
@click.option("--speed", callback=forwards, default=1.0, show_default=True, help="How fast time runs.")
@click.option("--crowd", type=click.Choice(["none", "calm", "busy", "storm"]), default="calm", show_default=True)
@click.option(
    "--crowd-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    default=None,
    help="Recorded posts (CSV or JSON Lines) that the crowd says again, as if to this brand.",
)
@click.option("--state", type=click.Path(path_type=Path), default=REHEARSAL, show_default=True)
@click.option("--keep", is_flag=True, help="Go on with the last rehearsal's cases instead of starting afresh.")
def rehearse(  # noqa: PLR0917 - click hands them over by name
    port: int, speed: float, crowd: str, crowd_file: Path | None, state: Path, keep: bool
) -> None:
    """Open the desk with a make-believe Slack and network, in the browser. No account is needed."""
    from bot.gateways.clock import WallClock
    from bot.gateways.manifest import manifest as slack_app
    from bot.rehearsal.launch import furnish, launch
    from bot.rehearsal.place import NotOurPlace, emptied, suits
    from handlers.outbox import outbox

    said = complaints_of(crowd_file) if crowd_file else []
    try:
        suits(state)
        stage = launch(port=port, speed=speed, crowd="" if said or crowd == "none" else crowd)
    except (NotOurPlace, RuntimeError) as trouble:
        leave(str(trouble))
    try:
        stage.install(slack_app())
        path, env = furnish(state if keep else emptied(state), stage.url, stage.account())
        pace, start = stage.clock()
        settings = read(path, env)
        clock = WallClock(pace, start)
        running = open_desk(settings, clock, REHEARSAL_POLLS_EVERY, on_the_street(stage))
        stage.follow(lambda now, speed: _jumped(clock.follow(now, speed), running))
        unreported = stage.report(lambda: outbox(running.desk))
        if said:
            stage.retell(said)
        opened = f"\n  REHEARSAL: open {stage.url} in a browser. Stop with Ctrl-C.\n"
        until_stopped(running, opened, unreported)
    finally:
        stage.stop()


def complaints_of(file: Path) -> "list[Mapping[str, str]]":
    """Read what the crowd tells again; print each row that was left out, and leave where nothing can be used."""
    from bot.gateways.networks.recordings import read_recording
    from bot.gateways.networks.retold import retold

    try:
        recording = read_recording(file)
    except (OSError, ValueError) as trouble:
        leave(f"{file} cannot be read: {trouble}")
    for fault in recording.faults:
        say(fault, err=True)
    said = list(retold(recording, "northwind"))
    if not said:
        leave(f"{file} holds no posts that the crowd could tell again.")
    return said


def on_the_street(stage: "Launched") -> "Sink":
    """Return where answers to recorded posts go in a rehearsal: onto the make-believe street, nowhere else."""
    from bot.ports import Sent

    return lambda _target, text, _key: Sent(stage.publish(text), stage.url)


def _jumped(moved: timedelta, running: Running) -> None:
    if moved > timedelta(seconds=1):
        running.clockwork.jumped()
        running.clockwork.wake()
        running.clockwork.read_now()
        running.clockwork.renew_directory_soon()  # what was read of people may be too old by now


@main.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def check(config: Path, as_json: bool) -> None:
    """Say whether the desk can run, and what to do where it cannot."""
    from datetime import UTC, datetime

    from bot.gateways.check import Probes, as_text, exit_code, run_checks
    from bot.gateways.check import as_json as json_of
    from bot.gateways.templates import shipped_templates

    probes = Probes(
        templates=shipped_templates, database=can_open, schema=differing, account=speaks_for, swaps=agreed
    )
    facts = run_checks(config, os.environ, now=datetime.now(UTC), probes=probes)
    say((json_of if as_json else as_text)(facts))
    sys.exit(exit_code(facts))


@main.command()
@CONFIG
@STATE
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), default=None, help="First day; left out: today.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Last day; left out: today.")
@click.option("--csv", "as_csv", is_flag=True, help="A table with one promise a line.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
def promises(  # noqa: PLR0917 - click hands them over by name
    config: Path,
    state: Path | None,
    first: "datetime | None",
    last: "datetime | None",
    as_csv: bool,
    as_json: bool,
) -> None:
    """Say which promises were kept, stand at risk and lapsed, and how long each stage took."""
    from bot.domain.errors import Refusal
    from bot.gateways.clock import WallClock
    from handlers.measured import written

    settings = read(config_of(config, state), speaks=False)
    days = (first.date() if first else None, last.date() if last else None)
    store = reader(settings)
    try:
        for piece in written(settings.policy(), store, days, WallClock().now(), as_csv=as_csv, as_json=as_json):
            say(piece, nl=False)
    except Refusal as refusal:
        leave(refusal.sentence)
    finally:
        store.close()


@main.command()
@click.argument("table", type=click.Choice(["cases", "mentions", "replies", "promises", "audit"]), required=False)
@click.option("--csv", "form", flag_value="csv", default="csv", help="A table for spreadsheets (usual).")
@click.option("--json", "form", flag_value="json", help="One JSON document.")
@click.option("--nl", "form", flag_value="nl", help="One JSON object a line.")
@click.option(
    "--datasette",
    "copy",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write all tables to a new SQLite file, as Datasette shows them.",
)
@CONFIG
@STATE
def export(table: str | None, form: str, copy: Path | None, config: Path, state: Path | None) -> None:
    """Hand out a whole table, private messages included: it is for whoever has this machine."""
    from bot.domain.errors import Refusal
    from bot.gateways.clock import WallClock
    from bot.ports import OutOfService
    from bot.ports.exports import Table
    from handlers.exporting import Form, written

    if (table is None) == (copy is None):
        raise click.UsageError("Name one table, or a new file with --datasette.")
    store = reader(read(config_of(config, state), speaks=False))
    try:
        if copy:
            copied(store, copy, WallClock().now())
        elif table:
            for piece in written(store.exported(Table(table), WallClock().now()), Form(form)):
                # As it is in the store, in UTF-8 wherever it goes: what `say` hides may stand in a post.
                click.echo(piece.encode(), nl=False)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")
    finally:
        store.close()


def copied(store: "SqlStore", target: Path, now: "datetime") -> None:
    """Write the copy for Datasette; say on a terminal how far it is."""
    from storage import datasette

    def told(rows: int) -> None:
        if sys.stderr.isatty():
            say(f"\r{rows:,} rows written ", err=True, nl=False)

    try:
        titles = datasette.written(store, target, now, told)
    except FileExistsError:
        leave(f"{target} is there already. Move it away first, or name another file.")
    say(f"Wrote {target} and {titles}. To look around: datasette {target} --metadata {titles}")


@main.command()
@CONFIG
@STATE
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.option("--trail", is_flag=True, help="Read the whole audit trail beside its seal, however long it is.")
def doctor(config: Path, state: Path | None, as_json: bool, trail: bool) -> None:
    """Look whether all is well at the running desk: nothing forgotten, nothing stopped, the audit trail sealed."""
    from handlers.doctor import examined

    door, doubt = door_of(config, state)
    beside = proven(config, state) if trail else []
    said, well = examined(door, as_json=as_json, doubt=doubt, beside=beside)
    say(said)
    sys.exit(0 if well else CANNOT_START)


def proven(config: Path, state: Path | None) -> "Sequence[Fact]":
    """Read the trail here, so that the desk does its own work meanwhile; say on a terminal how far it is."""
    from bot.gateways.trail_facts import of_trail

    settings = read(config_of(config, state), speaks=False)
    store = reader(settings, key_file=settings.state_dir / "trail.key")

    def progress(lines: int, sealed: int) -> None:
        if sys.stderr.isatty():
            say(f"\r{lines:,} of {sealed:,} lines read ", err=True, nl=False)

    try:
        return of_trail(store.prove(progress))
    finally:
        store.close()


def reader(settings: "Settings", key_file: Path | None = None) -> "SqlStore":
    """Open the store beside a running desk, changing nothing; leave with a sentence where there is none."""
    from bot.domain.errors import Refusal
    from bot.ports import OutOfService
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        leave("There is no database yet: the desk has not run here.")
    try:
        return open_store(settings.database_address, read_only=True, key_file=key_file)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")


def can_open(settings: "Settings") -> None:
    """Open the database as it is, without changing it; one that is not there yet will be made at start."""
    from storage import open_store

    if "://" in settings.database or Path(settings.database).exists():
        open_store(settings.database_address, read_only=True).close()


def differing(settings: "Settings") -> "Sequence[SchemaFault] | None":
    """Return what differs from the schema that this Heard makes; None where no desk has run here yet."""
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        return None
    store = open_store(settings.database_address, read_only=True)
    try:
        return store.schema_faults()
    finally:
        store.close()


def agreed(settings: "Settings", since: "datetime") -> "Sequence[Swap]":
    """Return the swaps of turns that end after `since`; none where no desk has run here yet."""
    from storage import open_store

    if "://" not in settings.database and not Path(settings.database).exists():
        return ()
    store = open_store(settings.database_address, read_only=True)
    try:
        return store.swaps(since)
    finally:
        store.close()


def speaks_for(settings: "Settings", account: "Account") -> None:
    """Ask the network whose keys these are; raises NetworkTrouble where they are not the account's."""
    from bot.gateways.networks.configured import on_network

    on_network(settings, account).verify()


if __name__ == "__main__":  # `python -m app`, for those who look on while it starts
    main(prog_name="heard")

"""`heard rehearse`: the desk on a make-believe Slack and network, in the browser."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import open_desk, read, until_stopped
from cli.options import REHEARSAL, forwards
from cli.output import leave, say
from cli.rehearsed import chosen_networks, for_the_stage, on_stage, port_for_webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app import Running
    from bot.gateways.networks.recorded import Sink
    from bot.rehearsal.launch import Launched

REHEARSAL_POLLS_EVERY = timedelta(seconds=4)  # by the desk's clock: somebody waits for the card


@click.command()
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
@click.option(
    "--network",
    "--networks",
    "networks",
    multiple=True,
    callback=chosen_networks,
    help="A network to rehearse, or several, such as bluesky or x,mastodon. Without it: X and the street.",
)
@click.option("--state", type=click.Path(path_type=Path), default=REHEARSAL, show_default=True)
@click.option("--keep", is_flag=True, help="Go on with the last rehearsal's cases instead of starting afresh.")
def rehearse(  # noqa: PLR0917 - click hands them over by name
    port: int, speed: float, crowd: str, crowd_file: Path | None, networks: list[str], state: Path, keep: bool
) -> None:
    """Open the desk with a make-believe Slack and network, in the browser. No account is needed."""
    from bot.gateways.clock import WallClock
    from bot.gateways.manifest import manifest as slack_app
    from bot.rehearsal.launch import OWN, furnish, launch
    from bot.rehearsal.place import NotOurPlace, emptied, suits
    from bot.settings.secrets import without_secrets
    from handlers.outbox import outbox

    said = complaints_of(crowd_file) if crowd_file else []
    try:
        suits(state)
        spared = without_secrets(os.environ)
        webhooks = port_for_webhooks(networks)
        silent = said or crowd == "none" or (networks and not set(networks) & set(OWN))
        more = for_the_stage(networks, webhooks)
        stage = launch(port=port, speed=speed, crowd="" if silent else crowd, env=spared, more=more)
    except (NotOurPlace, RuntimeError) as trouble:
        leave(str(trouble))
    try:
        stage.install(slack_app())
        place, chosen = state if keep else emptied(state), on_stage(stage, networks)
        path, env = furnish(place, stage.url, stage.account(), chosen, webhooks)
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
    """Return the recorded complaints for the crowd; print each row left out, and exit when no row can be used."""
    from bot.gateways.networks.crowd_posts import retold
    from bot.gateways.networks.recordings import read_recording

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
    """Return the sink of replies to recorded posts in a rehearsal: only the make-believe street."""
    from bot.ports import Sent

    return lambda _target, text, _key: Sent(stage.publish(text), stage.url)


def _jumped(moved: timedelta, running: "Running") -> None:
    if moved > timedelta(seconds=1):
        running.clockwork.jumped()
        running.clockwork.wake()
        running.clockwork.read_now()
        running.clockwork.renew_directory_soon()  # the directory of people may be too old after a jump of the clock

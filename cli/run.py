"""`heard run`: open the desk and keep it open."""

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import open_desk, read, until_stopped
from cli.options import CONFIG
from cli.output import say

if TYPE_CHECKING:
    from app import Running
    from bot.settings import Settings


@click.command()
@CONFIG
@click.option(
    "--new-trail-key", is_flag=True, help="The key of the audit trail is lost: seal the trail anew, as it stands."
)
@click.option("--paused", is_flag=True, help="Send nothing until a lead says `/care resume`, or you `heard resume`.")
@click.option("--log-json", is_flag=True, help="Write the log as one JSON object per line.")
def run(config: Path, new_trail_key: bool, paused: bool, log_json: bool) -> None:
    """Open the desk and keep it open."""
    from bot.gateways.clock import WallClock

    settings = read(config)
    running = open_desk(settings, WallClock(), seal_anew=new_trail_key, as_json=log_json)
    if paused:
        start_paused(running)
    threading.Thread(target=look_around, args=(settings,), name="look-around", daemon=True).start()
    until_stopped(running, "The desk is open. Stop it with Ctrl-C; nothing is lost by stopping.")


def start_paused(running: "Running") -> None:
    """Pause before anything is sent; a pause that stands already stays."""
    from bot.domain.base.refusals import Outdated
    from bot.services.halts.pausing import COMMAND_LINE, pause

    with contextlib.suppress(Outdated):
        now = running.desk.clock.now()
        pause(running.desk, "because it was started so", by=COMMAND_LINE, at=now)


def look_around(settings: "Settings") -> None:
    """Report at the start which channels and approvers cannot be used; the desk runs all the same."""
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

"""`heard reload`: a running desk takes over its configuration anew."""

import sys
from pathlib import Path

import click

from cli.options import CONFIG, STATE, door_of
from cli.output import CANNOT_START, say


@click.command()
@CONFIG
@STATE
def reload(config: Path, state: Path | None) -> None:
    """Let the running desk take over heard.toml without a restart: whole, or not at all."""
    from handlers.reloading import ask_to_reload

    said, done = ask_to_reload(*door_of(config, state))
    say(said, err=not done)
    sys.exit(0 if done else CANNOT_START)

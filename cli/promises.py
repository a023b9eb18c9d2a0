"""`heard promises`: which promises were kept, and how long each milestone took."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import read, reader
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

if TYPE_CHECKING:
    from datetime import datetime


@click.command()
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
    """Say which promises were kept, stand at risk and lapsed, and how long each milestone took."""
    from bot.domain.base.refusals import Refusal
    from bot.gateways.clock import WallClock
    from handlers.promise_report import report_lines

    settings = read(config_of(config, state), speaks=False)
    days = (first.date() if first else None, last.date() if last else None)
    store = reader(settings)
    try:
        for piece in report_lines(settings.policy(), store, days, WallClock().now(), as_csv=as_csv, as_json=as_json):
            say(piece, nl=False)
    except Refusal as refusal:
        leave(refusal.sentence)
    finally:
        store.close()

"""`heard export`: tables for people with access to the machine."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import read, reader
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

if TYPE_CHECKING:
    from datetime import datetime

    from storage import SqlStore


@click.command()
@click.argument(
    "table",
    type=click.Choice(["cases", "mentions", "replies", "promises", "same_people", "statements", "audit"]),
    required=False,
)
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
    from bot.domain.base.refusals import Refusal
    from bot.gateways.clock import WallClock
    from bot.ports import OutOfService
    from bot.ports.exports import Table
    from handlers.exporting import TableFormat, table_lines

    if (table is None) == (copy is None):
        raise click.UsageError("Name one table, or a new file with --datasette.")
    store = reader(read(config_of(config, state), speaks=False))
    try:
        if copy:
            copied(store, copy, WallClock().now())
        elif table:
            for piece in table_lines(store.exported(Table(table), WallClock().now()), TableFormat(form)):
                # The stored text in UTF-8, not through `say`: a post may contain text that `say` hides.
                click.echo(piece.encode(), nl=False)
    except Refusal as refusal:
        leave(refusal.sentence)
    except OutOfService as trouble:
        leave(f"{trouble} See desk.database in heard.toml.")
    finally:
        store.close()


def copied(store: "SqlStore", target: Path, now: "datetime") -> None:
    """Write the copy for Datasette; show progress on a terminal."""
    from storage.exports import datasette

    def told(rows: int) -> None:
        if sys.stderr.isatty():
            say(f"\r{rows:,} rows written ", err=True, nl=False)

    try:
        titles = datasette.write_copy(store, target, now, told)
    except FileExistsError:
        leave(f"{target} is there already. Move it away first, or name another file.")
    say(f"Wrote {target} and {titles}. To look around: datasette {target} --metadata {titles}")

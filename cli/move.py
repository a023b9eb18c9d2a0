"""`heard move`: a stopped desk goes on in another database, in hold."""

import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.domain.base.quick_dataclass import dataclass
from cli.opening import BUSY, read
from cli.options import CONFIG, STATE, config_of
from cli.output import hide, leave, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from storage.backups.moving import Watches

_FILE = "sqlite:///"


@click.command()
@click.argument("source")
@click.argument("target", required=False)
@CONFIG
@STATE
def move(source: str, target: str | None, config: Path, state: Path | None) -> None:
    """Carry a stopped desk over to another database: sqlite:///FILE or postgresql://HOST/NAME, in both directions.

    TARGET is the database of heard.toml when it is left out. A password belongs into heard.toml or PGPASSFILE.
    """
    from bot.domain.base.refusals import Refusal
    from bot.gateways.own_directory import made
    from bot.gateways.witness_file import NAME, WitnessFile
    from bot.ports import BackupFailed, OutOfService
    from bot.services.backups.returning import begin_moved
    from bot.settings.addresses import secrets_in
    from handlers.control import DeskRunning, refuse_second
    from storage import AlreadyOpen, SqlStore
    from storage.audit.key import KeyFile
    from storage.backups.moving import move as carried_over

    settings, now = read(config_of(config, state), speaks=False), datetime.now(UTC)
    hide(secrets_in(source, target or ""))
    witness = WitnessFile(settings.state_dir / NAME).kept()

    def held(store: SqlStore) -> None:
        begin_moved(store, now, witness)

    key = KeyFile(settings.state_dir / "trail.key")
    try:
        refuse_second(made(settings.state_dir))
        with progress_of_move() as watch:
            done = carried_over(source, target or settings.database_address, key, held, now=now, watch=watch)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except (BackupFailed, OutOfService) as trouble:
        leave(f"{trouble} The old database is as it was.")
    say("Rows, the same in both databases:")
    for table, rows in done.tables.items():
        if rows:
            say(f"  {table} {rows:,}")
    say(f"Moved {done.content}. Every hash was verified there, too: head {done.content.trail[:16]}.")
    say(
        f"{_to_be_written(target)} Start the desk with `heard run`: it is held until `heard release`. The old "
        "database is held, too, in case somebody starts it."
    )


@contextmanager
def progress_of_move() -> "Iterator[Watches]":
    """Show how far a move is: as a bar on a terminal, else as a line for each step and table."""
    if not sys.stderr.isatty():
        yield PrintedProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield ProgressBar(progress)


@dataclass(slots=True)
class PrintedProgress:
    """A line for each step."""

    def begins(self, sentence: str, rows: int) -> None:
        """Print what begins now."""
        say(f"{sentence[:-1]}: {rows:,} rows." if rows else sentence)

    def counted(self, table: str, rows: int) -> None:
        """Do nothing: the rows of each table are printed at the end."""


@dataclass(slots=True)
class ProgressBar:
    """A bar for each step, with the rows so far and the table that is copied now."""

    progress: "Progress"
    _bar: "TaskID | None" = None

    def begins(self, sentence: str, rows: int) -> None:
        """Begin a bar; without a number of rows it only moves."""
        self._end()
        self._bar = self.progress.add_task(sentence, total=rows or None)

    def counted(self, table: str, rows: int) -> None:
        """Move the bar on."""
        if self._bar is not None:
            self.progress.update(self._bar, advance=rows, description=f"Copying {table}")

    def _end(self) -> None:
        if self._bar is not None and self.progress.tasks[self._bar].total is None:
            self.progress.update(self._bar, total=1, completed=1)


def _to_be_written(target: str | None) -> str:
    """Return what to write into heard.toml: of a file the whole path, since a desk may start in another folder."""
    if target is None:
        return "heard.toml names the new database already."
    if target.startswith(_FILE):
        return f'Put database = "{Path(target.removeprefix(_FILE)).absolute()}" into [desk] of heard.toml.'
    return "Put the new address as database into [desk] of heard.toml."

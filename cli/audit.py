"""`heard audit` and `heard prove`: files about the audit trail that others can check without Heard."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import read, reader
from cli.options import CONFIG, STATE, config_of
from cli.output import CANNOT_START, leave, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from storage import SqlStore

_CHECK_IT = "Anybody can check it with docs/check_proof.py and the head in the leads' channel: see docs/proof.md."

_WITH_BACKUPS = "who has it and a backup can write a trail that looks genuine. Please name another folder."
_WITH_DESK = "it would be lost together with the desk. Please name another folder, best on another machine."
_LATER = "On a new machine put it into the state directory as trail.key (chmod 600) before `heard restore`."


@click.group()
def audit() -> None:
    """Verify the audit trail, or hand it out as a file that others can check."""


@audit.command()
@CONFIG
@STATE
def verify(config: Path, state: Path | None) -> None:
    """Read every line of the audit trail and compare it with the seal and with what was told."""
    from bot.gateways.findings import Level
    from cli.doctor import proven

    findings = proven(config, state)
    for one in findings:
        say(f"{one.what} {one.remedy}".rstrip())
    sys.exit(0 if all(one.level == Level.OK for one in findings) else CANNOT_START)


@audit.command("key")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="New file, in a safe place."
)
@CONFIG
@STATE
def copy_key(file: Path, config: Path, state: Path | None) -> None:
    """Copy the key of the audit trail, which is in no backup, to a new FILE; keep it apart from the backups."""
    from bot.gateways.key_copy import KEY, note_copied

    settings = read(config_of(config, state), speaks=False)
    target = file.absolute()
    for folder, why in ((settings.backup_folder, _WITH_BACKUPS), (settings.state_dir, _WITH_DESK)):
        if target.resolve().is_relative_to(folder.resolve()):
            leave(f"{folder} is no place for it: {why}")
    reader(settings, key_file=settings.state_dir / KEY).close()  # it has to be the key of this database
    with _new(target) as written:
        written.write((settings.state_dir / KEY).read_bytes())
    note_copied(settings.state_dir)
    say(f"Wrote {file}. {_LATER}")


@audit.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@CONFIG
@STATE
def export_trail(file: Path, config: Path, state: Path | None) -> None:
    """Write the whole audit trail to a new FILE, one JSON object a line."""
    from bot.gateways.clock import WallClock
    from handlers.proving import write_trail

    store = _opened(config, state)
    try:
        with _new(file) as written:
            head = write_trail(store, written, WallClock().now())
    finally:
        store.close()
    say(f"Wrote {file}. The head of the whole is {head}: keep it apart from the file. {_CHECK_IT}")


@click.command()
@click.argument("case", type=int, required=False)
@click.option("--statement", type=int, help="The number of a statement to everybody, in place of a case.")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="New file; usually case-N.json.")
@CONFIG
@STATE
def prove(case: int | None, statement: int | None, file: Path | None, config: Path, state: Path | None) -> None:
    """Write a file that proves who wrote and approved each reply of a CASE, and which words went where and when."""
    from bot.domain.base.refusals import Refusal
    from bot.gateways.clock import WallClock
    from handlers.proving import write_case, write_statement

    if (case is None) == (statement is None):
        raise click.UsageError("Name one case, or a statement with --statement.")
    store = _opened(config, state)
    try:
        now = WallClock().now()
        said = write_case(store, case, now) if case is not None else write_statement(store, statement or 0, now)
    except Refusal as refusal:
        leave(refusal.sentence)
    finally:
        store.close()
    target = file or Path(f"case-{case}.json" if case is not None else f"statement-{statement}.json")
    with _new(target) as written:
        written.write(said)
    say(f"Wrote {target}. {_CHECK_IT}")


def _opened(config: Path, state: Path | None) -> "SqlStore":
    settings = read(config_of(config, state), speaks=False)
    return reader(settings, key_file=settings.state_dir / "trail.key")


@contextmanager
def _new(target: Path) -> "Iterator[BinaryIO]":
    """Open a new file that only its owner may read; remove it when it does not become whole."""
    try:
        opened = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        leave(f"{target} is there already. Move it away first, or name another file.")
    try:
        with os.fdopen(opened, "wb") as written:
            yield written
    except BaseException:
        target.unlink(missing_ok=True)
        raise

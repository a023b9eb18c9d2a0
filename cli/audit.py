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
@click.argument("case", type=int)
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="New file; usually case-N.json.")
@CONFIG
@STATE
def prove(case: int, file: Path | None, config: Path, state: Path | None) -> None:
    """Write a file that proves who wrote and approved each reply of a CASE, and which words went where and when."""
    from bot.domain.base.refusals import Refusal
    from bot.gateways.clock import WallClock
    from handlers.proving import write_case

    store = _opened(config, state)
    try:
        said = write_case(store, case, WallClock().now())
    except Refusal as refusal:
        leave(refusal.sentence)
    finally:
        store.close()
    target = file or Path(f"case-{case}.json")
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

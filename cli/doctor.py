"""`heard doctor`: whether all is well at the running desk."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import read, reader
from cli.options import CONFIG, STATE, config_of, door_of
from cli.output import CANNOT_START, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.gateways.findings import Finding


@click.command()
@CONFIG
@STATE
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@click.option("--trail", is_flag=True, help="Read the whole audit trail beside its seal, however long it is.")
def doctor(config: Path, state: Path | None, as_json: bool, trail: bool) -> None:
    """Look whether all is well at the running desk: nothing forgotten, nothing stopped, the audit trail sealed."""
    from bot.gateways.key_copy import of_key_copy
    from handlers.doctor import examined

    door, doubt = door_of(config, state)
    beside = [*(proven(config, state) if trail else []), *of_key_copy(door.parent)]
    said, well = examined(door, as_json=as_json, doubt=doubt, beside=beside)
    say(said)
    sys.exit(0 if well else CANNOT_START)


def proven(config: Path, state: Path | None) -> "Sequence[Finding]":
    """Verify the trail in this process, so that the desk is not slowed down; show progress on a terminal."""
    from bot.gateways.trail_findings import of_trail

    settings = read(config_of(config, state), speaks=False)
    store = reader(settings, key_file=settings.state_dir / "trail.key")

    def progress(lines: int, sealed: int) -> None:
        if sys.stderr.isatty():
            say(f"\r{lines:,} of {sealed:,} lines read ", err=True, nl=False)

    try:
        return of_trail(store.prove(progress))
    finally:
        store.close()

"""`heard backup`: a verified copy of the database, also while the desk runs."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import read, reader
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

if TYPE_CHECKING:
    from bot.domain.backups.backup import BackupPolicy
    from bot.settings import Settings


_BESIDE = (
    "Not in it, and needed on a new machine: heard.toml with its secrets, and trail.key (see `heard audit key`). "
    "See docs/backups.md#a-new-machine."
)


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help="The folder; without it the one of [backup] in heard.toml.",
)
@CONFIG
@STATE
def backup(folder: Path | None, config: Path, state: Path | None) -> None:
    """Write a copy of the database, verified by opening it: private messages are in it, so keep it safe."""
    from bot.domain.backups.backup import backup_name
    from bot.gateways.erased_file import ErasedFile
    from bot.ports import BackupFailed
    from bot.services.erasure.erased_list import keep_list
    from storage.backups.folder import BackupFolder

    settings = read(config_of(config, state), speaks=False)
    store = reader(settings, settings.state_dir / "trail.key")
    chosen = (folder or settings.backup_folder).absolute()
    now = datetime.now(UTC)
    try:
        content = BackupFolder(store.engine, chosen, _kept(settings, chosen)).make(now)
        keep_list(store, [ErasedFile(chosen)])
    except BackupFailed as failed:
        leave(str(failed))
    finally:
        store.close()
    say(f"Wrote {chosen / backup_name(now)}: {content}, all as they are in the database.")
    say(_BESIDE)


def _kept(settings: "Settings", folder: Path) -> "BackupPolicy":
    """Return the policy of the desk's own folder; in another one, which may be an archive, nothing is deleted."""
    own = folder.resolve() == settings.backup_folder.resolve()
    return settings.backup_policy if own else replace(settings.backup_policy, keep=sys.maxsize)

"""`heard restore`: a backup takes the place of the database, in hold."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cli.opening import BUSY, read
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

_THEN = (
    "The desk starts in hold: it takes posts in and shows them, but sends nothing and reminds nobody. Start it with "
    "`heard run`; it looks on the networks and in Slack for what the backup does not know. Then `heard release` says "
    "what it found, and lets it go on. Who was erased since that backup is in it again: erase them once more."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--new-trail-key", is_flag=True, help="The key of the audit trail is lost: seal the trail as it stands."
)
@CONFIG
@STATE
def restore(file: Path, new_trail_key: bool, config: Path, state: Path | None) -> None:
    """Put a backup in the place of the database; the desk is stopped before, and starts in hold."""
    from bot.domain.base.refusals import Refusal
    from bot.gateways.own_directory import made
    from bot.gateways.witness_file import NAME, WitnessFile
    from bot.ports import BackupFailed, OutOfService
    from bot.services.backups.returning import begin_held
    from handlers.control import DeskRunning, refuse_second
    from storage import AlreadyOpen, SqlStore
    from storage.audit.key import KeyFile
    from storage.backups.restoring import restore as put_back

    settings, now = read(config_of(config, state), speaks=False), datetime.now(UTC)
    witness = WitnessFile(settings.state_dir / NAME).kept()

    def held(store: SqlStore) -> None:
        begin_held(store, f"It was restored from the backup {file.name}.", now, witness, by="command line")

    key = KeyFile(settings.state_dir / "trail.key")
    try:
        refuse_second(made(settings.state_dir))
        done = put_back(file, settings.database_address, key, held, f"{now:%Y%m%dT%H%M%SZ}", anew=new_trail_key)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except (BackupFailed, OutOfService) as trouble:
        leave(f"{trouble} The database is as it was.")
    say(f"Restored {file}: {done.content}.")
    if done.before:
        say(f"The database of before is kept as {done.before}.")
    say(_THEN)

"""`heard move`: a stopped desk goes on in another database, in hold."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cli.opening import BUSY, read
from cli.options import CONFIG, STATE, config_of
from cli.output import hide, leave, say

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
    from bot.services.backups.returning import begin_held
    from bot.settings.addresses import secrets_in
    from handlers.control import DeskRunning, refuse_second
    from storage import AlreadyOpen, SqlStore
    from storage.audit.key import KeyFile
    from storage.backups.moving import move as carried_over

    settings, now = read(config_of(config, state), speaks=False), datetime.now(UTC)
    hide(secrets_in(source, target or ""))
    witness = WitnessFile(settings.state_dir / NAME).kept()

    def held(store: SqlStore) -> None:
        begin_held(store, "It was moved here from another database.", now, witness, by="command line")

    key = KeyFile(settings.state_dir / "trail.key")
    try:
        refuse_second(made(settings.state_dir))
        content = carried_over(source, target or settings.database_address, key, held, now=now, told=say)
    except (AlreadyOpen, DeskRunning) as busy:
        leave(busy.sentence, BUSY)
    except Refusal as refusal:
        leave(refusal.sentence)
    except (BackupFailed, OutOfService) as trouble:
        leave(f"{trouble} The old database is as it was.")
    say(f"Moved {content}, every hash of the audit trail verified.")
    say(
        f"{_to_be_written(target)} Start the desk with `heard run`: it is held until `heard release`. The old "
        "database is held, too, in case somebody starts it."
    )


def _to_be_written(target: str | None) -> str:
    """Return what to write into heard.toml: of a file the whole path, since a desk may start in another folder."""
    if target is None:
        return "heard.toml names the new database already."
    if target.startswith(_FILE):
        return f'Put database = "{Path(target.removeprefix(_FILE)).absolute()}" into [desk] of heard.toml.'
    return "Put the new address as database into [desk] of heard.toml."

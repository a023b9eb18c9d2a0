"""`heard restore`: a backup takes the place of the database, in hold."""

from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.at_rest import desk_at_rest
from cli.opening import BUSY, read
from cli.options import CONFIG, STATE, config_of
from cli.output import leave, say

if TYPE_CHECKING:
    from bot.domain.erasure.erased_list import ErasedAgain, ErasedList
    from bot.settings import Settings
    from storage import SqlStore

_THEN = (
    "The desk starts in hold: it takes posts in and shows them, but sends nothing and reminds nobody. Start it with "
    "`heard run`; it looks on the networks and in Slack for what the backup does not know. Then `heard release` says "
    "what it found, and lets it go on."
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
    from bot.domain.erasure.erased_list import ErasedAgain, ErasedList
    from bot.gateways.own_directory import made
    from bot.gateways.witness_file import NAME, WitnessFile
    from bot.ports import BackupFailed, OutOfService
    from bot.services.backups.returning import begin_held
    from bot.services.erasure.erased_list import erase_again
    from handlers.control import DeskRunning, refuse_second
    from storage import AlreadyOpen, SqlStore
    from storage.audit.key import KeyFile
    from storage.backups.restoring import restore as put_back

    settings, now = read(config_of(config, state), speaks=False), datetime.now(UTC)
    witness = WitnessFile(settings.state_dir / NAME).kept()

    listed, again = _who_was_erased(settings, file), ErasedAgain()

    def held(store: SqlStore) -> None:
        nonlocal again
        begin_held(store, f"It was restored from the backup {file.name}.", now, witness, by="command line")
        again = erase_again(desk_at_rest(settings, store), listed or ErasedList(), now)

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
    say(_of_erased(listed, again))


def _who_was_erased(settings: "Settings", file: Path) -> "ErasedList | None":
    """Return who was erased, as known beside the database, beside its backups, and to the database of before."""
    from app import lists_of_erasures
    from bot.gateways.erased_file import ErasedFile
    from bot.services.erasure.erased_list import known_to

    places = [ErasedFile(file.parent), *lists_of_erasures(settings)]
    found = known_to(places)
    with suppress(Exception), closing(_of_before(settings)) as store:  # there may be none, or a damaged one
        found = found.plus(store.erased_list())
    return found if found.people or any(one.path.exists() for one in places) else None


def _of_before(settings: "Settings") -> "SqlStore":
    from storage import open_store

    return open_store(settings.database_address, read_only=True, key_file=settings.state_dir / "trail.key")


def _of_erased(listed: "ErasedList | None", again: "ErasedAgain") -> str:
    """Return what became of people who were erased since the backup."""
    if listed is None:
        return (
            "No list of erasures (erased.list) is beside the backup or in the state directory. Who was erased since "
            "that backup is in it again: erase them once more."
        )
    if again.unknown:
        return (
            f"{_people(again.unknown)} erased under another trail.key, so it cannot be told whether they are in the "
            "backup: erase them once more."
        )
    if again.begun:
        return f"{_people(again.begun)} erased since that backup, and erased from it again."
    return "Nobody who was erased is in it."


def _people(count: int) -> str:
    return "1 person was" if count == 1 else f"{count} people were"

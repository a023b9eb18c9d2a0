"""What must hold after a power cut: the desk starts, and all that it had acknowledged is there."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.domain.backups.backup import made_at
from bot.gateways.networks.instagram_named import named_file
from bot.gateways.networks.kept_tokens import KeptTokens
from bot.gateways.networks.x_chat_sent import SealedMessages
from bot.gateways.witness_file import NAME, WitnessFile
from bot.services.backups.returning import notice_return
from storage import SqlStore
from storage.audit.key import KeyFile
from storage.backups.verifying import verified
from tests.power.scene import NOON, lines, opened

Said = Sequence[Mapping[str, Any]]


def judge(folder: Path, said: Said) -> Iterator[str]:
    """Start a desk on what is left, and yield what is wrong; `said`: what was acknowledged before the cut."""
    try:
        store = opened(folder)
    except Exception as trouble:
        yield f"The desk does not start: {type(trouble).__name__}: {trouble}"
        return
    try:
        yield from _of_database(store, folder, said)
    finally:
        store.close()
    yield from _beside(folder, said)


def _of_database(store: SqlStore, folder: Path, said: Said) -> Iterator[str]:
    if fault := store.fault():
        yield f"The database is damaged: {fault}"
    if store.changed_at_rest:
        yield "The desk takes its own work for a change while it was at rest."
    if why := notice_return(store, WitnessFile(folder / NAME), NOON + timedelta(days=1)):
        yield f"The desk takes itself for an older copy: {why}"
    if store.broken_chains():
        yield "The trail is broken."
    if lines(store) < (least := max((one["lines"] for one in said if "lines" in one), default=0)):
        yield f"Of {least} lines that were acknowledged {lines(store)} are there."
    for one in (one for one in said if "key" in one):
        if not store.engine.rows("SELECT 1 FROM attempts WHERE key = :key", one):
            yield "A network was called, and the desk does not know it."


def _beside(folder: Path, said: Said) -> Iterator[str]:
    sealed = SealedMessages(folder, "42")
    yield from ("A sealed message is lost." for one in said if "sealed" in one and sealed.get(one["sealed"]) is None)
    tokens = [one["token"] for one in said if "token" in one]
    if tokens and KeptTokens(folder, "bluesky", "did:plc:x").read().get("access", "") < f"token-{tokens[-1]}":
        yield "A renewed token is lost."
    named = named_file(folder, "17841")
    listed = named.read_text("ascii", "replace") if named.exists() else ""
    yield from (
        "A post that names us is lost." for one in said if "named" in one and f'"{one["named"]}"' not in listed
    )
    yield from _backups(folder, any("backup" in one for one in said))


def _backups(folder: Path, made: bool) -> Iterator[str]:
    copies = [one for one in (folder / "backups").glob("*") if made_at(one.name)]
    if made and not copies:
        yield "A backup is lost."
    for one in copies:
        try:
            verified(one, KeyFile(folder / "trail.key").kept())
        except Exception as trouble:
            yield f"A backup cannot be used: {type(trouble).__name__}."

"""What a desk does while its files are watched: `python -m tests.power.scene FOLDER`.

Right after each thing that it tells to the outside it says so in a file of its own, which is a moment in the trace.
"""

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.backups.backup import BackupPolicy
from bot.domain.mentions.mention import PostRef
from bot.gateways.networks import instagram_named
from bot.gateways.networks.kept_tokens import KeptTokens
from bot.gateways.networks.x_chat_sent import SealedMessages
from bot.gateways.networks.x_chat_session import EncryptedMessage
from bot.gateways.witness_file import NAME, WitnessFile
from bot.ports import SendOutcome
from bot.services.backups.returning import notice_return, write_testimony
from bot.services.replies import sending
from storage import SqlStore, open_store
from storage.backups.folder import BackupFolder
from tests.fakes import FakeClock, FakeNetwork, a_desk, a_post
from tests.power.trace import MARKS
from tests.services.journey import approve, receive, written

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Marks:
    """Says in a file of its own what was acknowledged."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / MARKS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, **what: Any) -> None:
        """Write one mark."""
        os.write(self._file, json.dumps(what).encode() + b"\n")

    def trail(self, store: SqlStore) -> None:
        """Say how many lines of the trail were there when something was acknowledged."""
        self.say(lines=lines(store))


def lines(store: SqlStore) -> int:
    """Return the number of lines of the trail."""
    return int(store.engine.rows("SELECT count(*) FROM audit")[0][0])


class Watched(FakeNetwork):
    """A network that says when it is called: what the desk has written down before must not be lost."""

    marks: Marks
    store: SqlStore

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        self.marks.say(lines=lines(self.store), key=key)
        return super().reply(target, text, key)


def opened(folder: Path) -> SqlStore:
    """Open the desk's store as `heard run` does."""
    return open_store(f"sqlite:///{folder / 'heard.db'}", key_file=folder / "trail.key")


def start(folder: Path, marks: Marks, first: int) -> None:
    """Start a desk, let people work, and end it."""
    store = opened(folder)
    store.take_up()
    where, clock = WitnessFile(folder / NAME), FakeClock(NOON + timedelta(hours=first))
    notice_return(store, where, clock.now())
    network = Watched()
    network.marks, network.store = marks, store
    network.published += [("", PostRef("x", "42", ""), "")] * first  # so that ids go on
    desk = a_desk(store, networks={("x", "42"): network}, clock=clock)
    for number in range(first, first + 3):
        receive(
            desk,
            a_post(f"{100 + number}", "charged twice @northwind", root=f"{100 + number}", by=f"p{number}"),
            cursor=str(number),
        )
        marks.trail(store)
        written(desk, number + 1, text=f"Order {number}: that is on us. You hear from me here by 17:00.")
        marks.trail(store)
        approve(desk, number + 1)
        marks.trail(store)
        sending.send_due(desk, clock.now())
        clock.move(minutes=2)
        write_testimony(store, where)
    beside(folder, marks, first)
    BackupFolder(store.engine, folder / "backups", BackupPolicy()).make(clock.now())
    marks.say(backup=True)
    store.close()


def beside(folder: Path, marks: Marks, number: int) -> None:
    """Keep what the desk keeps in files beside the database."""
    SealedMessages(folder, "42").keep(f"key-{number}", EncryptedMessage(f"m{number}", {"a": "b"}, "c1"))
    marks.say(sealed=f"key-{number}")
    KeptTokens(folder, "bluesky", "did:plc:x").keep({"access": f"token-{number}"})
    marks.say(token=number)
    value = {"media_id": str(17_000 + number), "comment_id": ""}
    instagram_named.write_down(folder, "17841", [value])
    marks.say(named=value["media_id"])


def main(folder: Path) -> None:
    """Start a desk twice."""
    marks = Marks(folder)
    for first in (0, 3):
        start(folder, marks, first)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

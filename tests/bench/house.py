"""A desk's directory with cases to claim, and the processes that run on it."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.blocks.base.ids import CASE, CASE_CLAIM, button_value
from bot.domain.team.people import Group, PersonKind, Teammate
from bot.rehearsal.launch import furnish
from bot.rehearsal.workspace import cast
from bot.services.mentions import intake
from storage import SqlStore, open_store
from tests.bench.wire import Json, Wire
from tests.children import Child
from tests.fakes import a_desk, a_post

ROOT = Path(__file__).parents[2]
KEY = "0b" * 32
NOOP_TOKEN = "xapp-noop"
A_CARD = "Parcel promised for Tuesday, it is Friday now. " * 12  # words on the card that was pressed


@dataclass
class House:
    """A state directory with a wire, and with `cases` without an assignee whose cards are posted."""

    wire: Wire
    directory: Path
    cases: int
    config: Path = field(init=False)
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.config, secrets = furnish(self.directory, self.wire.url, "42")
        self.env = {**os.environ, **secrets, "PYTHONPATH": str(ROOT)}
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)  # users' starts do not compile everything again
        with closing(open_store(f"sqlite:///{self.directory / 'heard.db'}", synchronous="OFF")) as store:
            store.put_setting("button.key", KEY)
            _fill(store, self.cases)

    def heard_run(self) -> list[str]:
        """Return the command as a user gives it."""
        return [str(Path(sys.executable).with_name("heard")), "run", "--config", str(self.config)]

    def desk(self, synchronous: str) -> list[str]:
        """Return the command for the same program with another `synchronous`."""
        return [sys.executable, "-m", "tests.bench.desk", str(self.config), synchronous]

    def noop(self) -> list[str]:
        """Return the command for Bolt's own acknowledgement."""
        return [sys.executable, "-m", "tests.bench.noop", f"{self.wire.url}/api/", NOOP_TOKEN]

    @contextmanager
    def running(self, command: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a command during the block; its output is kept beside the state."""
        with open(self.directory / "said.log", "ab") as log:
            process = Child(command, env=self.env, cwd=ROOT, stdout=log, stderr=log)
            try:
                yield process
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()


def _fill(store: SqlStore, cases: int) -> None:
    """Open cases from new posts, and mark their cards as shown by Slack."""
    now = datetime.now(UTC)
    desk = a_desk(store)
    store.put_people(*_directory(now))
    for n in range(1, cases + 1):
        post = a_post(str(n), own_matter(n), by=f"priya_{n}", at=now - timedelta(seconds=1))
        intake.take_in(desk, post, now)
    with store.transaction():
        for n, telling in enumerate(store.to_tell(now, cases + 1)):
            store.mark_told(telling.id, cast.CARE, f"1600000000.{n:06d}", telling.wanted)


def own_matter(number: int) -> str:
    """Return about 280 characters that share no words with other posts: a calm desk has no storm."""
    chance = random.Random(number)  # noqa: S311 - words for a bench, no secret
    return " ".join("".join(chance.choices("abcdefghilmnoprstu", k=7)) for _ in range(35))


def _directory(now: datetime) -> tuple[list[Teammate], list[Group]]:
    people = [
        Teammate(id=one, name=one, kind=PersonKind.MEMBER, fetched_at=now, zone="UTC")
        for one in (cast.ANA, cast.BEN, cast.CARO, cast.DEE)
    ]
    return people, [Group(id=cast.APPROVERS, members=frozenset({cast.BEN, cast.CARO}), fetched_at=now)]


def claim(case: int) -> Json:
    """Return what Slack sends when Ana presses Claim on a card: some 3 kB."""
    value = button_value(CASE, case, 1, bytes.fromhex(KEY))
    button = {
        "type": "button",
        "action_id": CASE_CLAIM,
        "value": value,
        "text": {"type": "plain_text", "text": "Claim"},
    }
    ts = f"1600000000.{case:06d}"
    blocks = [{"type": "section", "block_id": f"b{n}", "text": {"type": "mrkdwn", "text": A_CARD}} for n in range(3)]
    message = {"type": "message", "ts": ts, "text": A_CARD, "user": cast.BOT_USER, "bot_id": cast.BOT}
    return {
        "type": "block_actions",
        "user": {"id": cast.ANA, "username": "ana", "name": "ana", "team_id": cast.TEAM},
        "api_app_id": cast.APP,
        "token": cast.VERIFICATION,
        "team": {"id": cast.TEAM, "domain": cast.TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": f"{case}.1",
        "container": {"type": "message", "message_ts": ts, "channel_id": cast.CARE, "is_ephemeral": False},
        "channel": {"id": cast.CARE, "name": "care"},
        "message": {**message, "blocks": [*blocks, {"type": "actions", "block_id": "a", "elements": [button]}]},
        "state": {"values": {}},
        "response_url": "",
        "actions": [{**button, "block_id": "a", "action_ts": ts}],
    }


def claimed(house: House) -> int:
    """Return how many cases Ana holds in the store; the desk must be closed."""
    with closing(open_store(f"sqlite:///{house.directory / 'heard.db'}", read_only=True)) as store:
        return sum(store.case(n).assignee == cast.ANA for n in range(1, house.cases + 1))

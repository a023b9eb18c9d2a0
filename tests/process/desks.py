"""Three desks on one PostgreSQL, played with kills, stops, cut connections, partitions, restarts of the server and a failover.

`make desks` plays two minutes, judged by the make-believe side's ledger; a seed that found something is played again
with `ARGS="--seed 7"`. A short part of it is in `make test`.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import requests

from bot.rehearsal.launch import launch
from tests.engines import Cluster, running_cluster, server_binaries
from tests.person import Person, until
from tests.process import deadly, soak
from tests.process.conftest import LEASE, SPEED, Theatre
from tests.process.forked import Forked
from tests.process.partitions import TO_DATABASE, TO_STAGE, an_island, own_network, within
from tests.process.standby import SETTINGS, Standby

DESKS = 3
SETTLES_WITHIN = 90.0  # real seconds: a lease, two looks for a lost message, and an outcome that is looked up
LONGEST = 600.0  # real seconds of settling, while there is progress
KEY = "trail.key"
AND_THEN = "During handling of the above exception, another exception occurred:"


class SeveralDesks(soak.Day):
    """A day with several desks, each a process with a state directory of its own."""

    def __init__(
        self, theatre: Theatre, cluster: Cluster, seed: int, *, faults: bool = True, apart: bool = False
    ) -> None:
        self.cluster, self.address, self.faults = cluster, cluster.fresh(), faults
        self.standby: Standby | None = None
        self.running: list[Forked | None] = [None] * DESKS
        self.stopped: set[int] = set()
        self.theatre, self.dice, self.tally = theatre, random.Random(seed), Counter[str]()  # noqa: S311 - a game
        self.posts, self.drafts = [], 0
        self.people = [theatre.ana, theatre.ben, theatre.caro, Person(theatre.stage.url, "U0DEE00001")]
        rooms = requests.get(f"{theatre.stage.url}/people/channels", params={"as": theatre.ana.id}, timeout=20).json()
        self.rooms = [one["id"] for one in rooms if not one["is_im"] and one["is_member"]]
        port, folder = urlsplit(theatre.stage.url).port or 0, theatre.directory
        self.islands = [an_island(number, port, folder) for number in range(DESKS)] if apart else []
        self.parted: set[int] = set()
        theatre.use_database(self.address)
        plain = theatre.config.read_text()
        self.name_database(0, plain)
        self.open(0)
        until(lambda: (self.folder(0) / KEY).exists() and self.connections() == 1, "the first desk is there")
        for number in range(1, DESKS):
            self.folder(number).mkdir(mode=0o700)
            (self.folder(number) / theatre.config.name).touch(0o600)
            self.name_database(number, plain)
            shutil.copy(theatre.directory / KEY, self.folder(number))
            self.open(number)
        until(lambda: self.connections() == DESKS, "all desks are there")

    def folder(self, number: int) -> Path:
        return self.theatre.directory if not number else self.theatre.directory.with_name(f"state-{number}")

    def connections(self) -> int:
        return int(self.theatre.street.ledger()["slack"]["connections"]["open"])

    def name_database(self, number: int, plain: str) -> None:
        """Write the configuration of a desk: in a network of its own the server has another address."""
        if self.islands:
            plain = plain.replace(str(self.cluster.folder), self.islands[number].database)
        (self.folder(number) / self.theatre.config.name).write_text(plain)

    def open(self, number: int) -> None:
        config = self.folder(number) / self.theatre.config.name
        inside = (within, self.islands[number].gate.pid) if self.islands else ()
        desk = Forked(
            *inside,
            deadly.run,
            config,
            *self.theatre.stage.clock(),
            "",
            LEASE,
            "FULL",
            env=self.theatre.env,
            log=self.theatre.next_log(),
        )
        self.theatre.desks.append(desk)
        self.running[number] = desk

    def play(self, seconds: float, *, kills: bool = True) -> None:
        """Play for so many real seconds."""
        acts = {self.complain: 25, self.change_a_post: 4, self.say: 5, self.press: 50}
        acts |= {self.fail: 4} if self.faults else {}
        acts |= {self.kill: 2, self.stop_one: 3, self.cut: 2, self.restart: 1} if kills else {}
        acts |= {self.part_from_database: 2, self.part_from_street: 2} if kills and self.islands else {}
        ends = time.monotonic() + seconds
        while (now := time.monotonic()) < ends:
            if self.standby and not self.standby.promoted and now > ends - seconds / 2:
                self.tally["failover"] += 1
                self.standby.fail_over()
            [act] = self.dice.choices([*acts], [*acts.values()])
            self.tally[act.__name__] += 1
            time.sleep(0.05)
            try:
                act()
            except (AssertionError, LookupError, ValueError, requests.RequestException) as odd:
                self.tally[f"{act.__name__}: {type(odd).__name__}"] += 1
            self.open_those_that_ended()

    def open_those_that_ended(self) -> None:
        for number, desk in enumerate(self.running):
            if desk is not None and desk.poll() is not None:
                if desk.poll() != -signal.SIGKILL:
                    self.tally["a desk ended by itself"] += 1
                self.open(number)

    def kill(self) -> None:
        """Kill a desk; it is started again at once."""
        self._one().kill()

    def stop_one(self) -> None:
        """Stop a desk for a part of a lease, or for more than one, and let it go on."""
        number = self.dice.randrange(DESKS)
        if number in self.stopped:
            return
        self.stopped.add(number)
        desk = self.running[number]
        assert desk is not None
        desk.send_signal(signal.SIGSTOP)

        def goes_on() -> None:
            desk.send_signal(signal.SIGCONT)
            self.stopped.discard(number)

        threading.Timer(LEASE * self.dice.choice((0.2, 0.8, 1.5, 2.5)), goes_on).start()

    def part_from_database(self) -> None:
        """Let a desk reach Slack and the networks, but not its database, for a part of a lease or for longer."""
        self._part(TO_DATABASE)

    def part_from_street(self) -> None:
        """Let a desk reach its database, but neither Slack nor the networks."""
        self._part(TO_STAGE)

    def _part(self, which: str) -> None:
        number = self.dice.randrange(DESKS)
        if number in self.parted:
            return
        self.parted.add(number)
        self.islands[number].cut(which)

        def heals() -> None:
            self.islands[number].heal(which)
            self.parted.discard(number)

        threading.Timer(LEASE * self.dice.choice((0.5, 1.5, 2.5)), heals).start()

    def cut(self) -> None:
        """End every connection to the database."""
        with psycopg.connect(self.cluster.address(), autocommit=True) as conn:
            conn.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self._name()])

    def restart(self) -> None:
        """Let the server crash and start again."""
        self.cluster.restart()

    def _name(self) -> str:
        return psycopg.conninfo.conninfo_to_dict(self.address)["dbname"]  # type: ignore[return-value]

    def _one(self) -> Forked:
        number = self.dice.randrange(DESKS)
        desk = self.running[number]
        assert desk is not None
        return desk

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True) as conn:
            return conn.execute(sql.encode()).fetchall()


def settled(day: SeveralDesks) -> list[str]:
    """Let every desk go on, wait until all work is finished, and return what is not."""
    requests.delete(f"{day.theatre.stage.url}/stage/faults", timeout=20)
    until(lambda: not day.stopped and not day.parted, "every desk that was stopped or cut off goes on")
    day.open_those_that_ended()
    until(lambda: day.connections() >= DESKS, "every desk is there again", 60)
    begun, ends = time.monotonic(), time.monotonic() + SETTLES_WITHIN
    left = open_ends(day)
    while left and time.monotonic() < min(ends, begun + LONGEST):
        time.sleep(0.5)
        still = left & open_ends(day)  # what came up since does not count: reminders never end
        if still < left:  # a busy machine is slow, but it comes on
            left, ends = still, time.monotonic() + SETTLES_WITHIN
    return [f"{count} {what}" for what, count in Counter(what for what, _ in left).items()] + (
        which(day) if left else []
    )


def which(day: SeveralDesks) -> list[str]:
    """Return the first messages that were not told, what keeps them, and who has their channels in hand."""
    untold = "SELECT id, kind, room, ts, behind, started_at, retry_at, why FROM tellings"
    held = "SELECT name, desk_id, (SELECT max(id) FROM desks) FROM leases WHERE name LIKE 'room%'"
    rows = day.asked(f"{untold} WHERE behind IS NOT NULL OR started_at IS NOT NULL ORDER BY id LIMIT 5")
    return [f"  {row}" for row in [*rows, *day.asked(held)]]


def open_ends(day: SeveralDesks) -> set[tuple[str, tuple[Any, ...]]]:
    """Return the complaints that were not taken in, the messages that were not told, and the replies on their way.

    A message that was told and changed again is another one.
    """
    untold = "SELECT id, shown FROM tellings WHERE behind IS NOT NULL OR started_at IS NOT NULL"
    found = {
        "complaints are taken in by no desk": [(one,) for one in unread(day)],
        "messages are not told": day.asked(untold),
        "replies are on their way": day.asked("SELECT attempt_id FROM drafts WHERE state = 'sending'"),
    }
    return {(what, row) for what, every in found.items() for row in every}


def unread(day: SeveralDesks) -> list[str]:
    """Return the complaints that are not deleted and that no desk took in."""
    posts = {one["id"]: one for one in day.theatre.street.ledger()["x"]["posts"]}
    known = {row[0] for row in day.asked("SELECT external_id FROM mentions")}
    return [one for one in day.posts if not posts[one]["deleted"] and known.isdisjoint(posts[one]["versions"])]


def judged(day: SeveralDesks) -> Iterator[str]:
    """Yield a sentence for each broken promise."""
    ledger = day.theatre.street.ledger()
    posts = {one["id"]: one for one in ledger["x"]["posts"]}
    ours = [one for one in posts.values() if one["by"] == "app"]
    counted = Counter(one["text"] for one in ours)
    yield from (f"public twice: {text}" for text, count in counted.items() if count > 1 and "number" in text)
    approved = set(day.asked(soak.APPROVED))
    for one in ours:
        if not any((one["text"], version) in approved for version in posts[one["in_reply_to"]]["versions"]):
            yield f"public without an approval of these words in answer to that post: {one['id']}"
    yield from (f"told {count} times: {which}" for which, count in told(day).items() if count > 1)
    yield from (f"two desks had {name}" for (name, count) in twice(day) if count > 1)
    yield from (f"the desk is held: {why}" for (why,) in day.asked("SELECT why FROM halts"))
    if ledger["strangers"]:
        yield f"calls that Slack or X do not know: {ledger['strangers']}"
    yield from defects(day.theatre.said())


def defects(said: str) -> Iterator[str]:
    """Yield each traceback but those of the Slack library, which writes one when a cut connection is written to."""
    for part in said.split("Traceback (most recent call last):")[1:]:
        if part.rstrip().endswith(AND_THEN):  # the error that came of it is in the next part
            continue
        raised = next((line for line in part.splitlines()[1:] if not line.startswith(" ")), "")
        if not raised.startswith("slack_sdk.errors.SlackClientNotConnectedError"):
            yield part[:3_000]


def told(day: SeveralDesks) -> Counter[tuple[str, int]]:
    """Count the messages of each telling that Slack shows, by their metadata."""
    found: Counter[tuple[str, int]] = Counter()
    for room in day.rooms:
        heads = day.theatre.caro.messages(room)
        threads = [
            one
            for head in heads
            if head.get("reply_count")
            for one in day.theatre.caro.messages(room, head["ts"])[1:]
        ]
        for message in [*heads, *threads]:
            telling = ((message.get("metadata") or {}).get("event_payload") or {}).get("telling")
            if telling and not message["deleted"]:
                found[room, telling] += 1
    return found


def twice(day: SeveralDesks) -> list[tuple[str, int]]:
    """Return how often each reminder was stored."""
    return day.asked("SELECT promise_id || '/' || level, count(*) FROM nags GROUP BY promise_id, level")  # type: ignore[return-value]


def played(
    seconds: float, seed: int, *, kills: bool = True, apart: bool = False, fails_over: bool = False
) -> tuple[Counter[str], list[str]]:
    """Play a day with several desks; return what happened, and every broken promise.

    `apart`: with partitions. `fails_over`: a standby takes over from the server in the middle of it.
    """
    binaries = server_binaries()
    assert binaries is not None, "PostgreSQL's server programs are not installed here"
    chosen = ["listen_addresses=*"] if apart else []
    more = SETTINGS if fails_over else ()
    with running_cluster(binaries, *more, *chosen) as cluster, ExitStack() as ends:
        directory = ends.enter_context(tempfile.TemporaryDirectory())
        if apart:
            trust(cluster)
        standby = ends.enter_context(closing(Standby(cluster, binaries, *chosen))) if fails_over else None
        theatre = Theatre(launch(port=0, speed=SPEED, crowd=""), Path(directory) / "state")
        try:
            day = SeveralDesks(theatre, cluster, seed, apart=apart)
            day.standby = standby
            day.play(seconds, kills=kills)
            [(most,)] = day.asked("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'heard'")
            day.tally["connections at the end"] = most
            wrong = [*settled(day), *judged(day)]
            day.tally["limited by Slack"] = sum(theatre.street.ledger()["slack"]["ratelimited"].values())
        finally:
            theatre.close()
    return day.tally, wrong


def trust(cluster: Cluster) -> None:
    """Let the desks in, each from its own network."""
    with (cluster.folder / "cluster" / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 10.77.0.0/16 trust\n")
    with psycopg.connect(cluster.address(), autocommit=True) as conn:
        conn.execute(b"SELECT pg_reload_conf()")


def main() -> int:
    """Play a day; print what happened and every broken promise."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--seconds", type=float, default=120.0)
    chosen.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    chosen.add_argument("--no-failover", dest="fails_over", action="store_false")
    chosen.add_argument("--no-kills", dest="kills", action="store_false")
    asked_for = chosen.parse_args()
    print(f"seed {asked_for.seed}")
    if why := own_network():
        print(f"Without partitions: {why}.")
    tally, wrong = played(
        asked_for.seconds, asked_for.seed, kills=asked_for.kills, apart=not why, fails_over=asked_for.fails_over
    )
    print(", ".join(f"{name} {count}" for name, count in tally.most_common()))
    print("\n".join(wrong) or "Every promise held.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

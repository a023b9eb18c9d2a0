"""Rarer deeds of a simulated day: somebody is erased, the database is copied, and an older copy is put in its place."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.backups.witness import Witness
from bot.services.erasure import erasing
from storage.backups.files import remove_database
from storage.engine.sqlite import SqliteEngine
from tests.simulation.days import stating
from tests.simulation.days.outside import NO_WAIT

if TYPE_CHECKING:
    from tests.simulation.days.day import Day, Process

_ERASURES = "SELECT id, asked_at, ended_at FROM erasures ORDER BY id"
SELDOM = 0.2  # of the times that its step is taken, an older copy is put in place


class Kept:
    """The witness outside the database, in memory."""

    witness: Witness | None = None

    def kept(self) -> Witness | None:
        return self.witness

    def keep(self, witness: Witness) -> bool:
        self.witness = witness
        return True


def erase(day: "Day", process: "Process") -> None:
    """Erase what the desk holds about a customer; none of their posts until now may come back."""
    network, by = day.dice.choice([place[0] for place in day.towns]), f"id-who{day.dice.randrange(7)}"
    towns = [one for one in day.towns.values() if one.name == network]
    now, written = day.now(), [post for one in towns for post in one.written() if post.author.id == by]
    # A post from later than now (the clock was set back), and not read yet, may count as written after it.
    meant = [post for post in written if post.posted_at <= now or day.store.mention_of(network, post.ref.post_id)]
    before = day.store.engine.rows(_ERASURES)
    try:
        erasing.erase_author(process.desk, network, by, now)
    finally:
        if day.store.engine.rows(_ERASURES) != before:  # else it never began
            day.erased |= {(network, post.ref.post_id) for post in meant}
            newest = max((post.posted_at for post in written), default=now)  # later where the clock was set back
            day.erased_at[network, by] = max(now, newest, day.erased_at.get((network, by), now))


def keep_copy(day: "Day", _: "Process") -> None:
    """Copy the database, as a backup does."""
    engine = day.store.engine
    assert isinstance(engine, SqliteEngine)
    day.copy = day.home / "copy.db"
    day.copy.unlink(missing_ok=True)
    engine.rows("VACUUM INTO :target", {"target": str(day.copy)})


def put_back(day: "Day", _: "Process") -> None:
    """Put the last copy in the place of the database, behind the desk's back, and start both processes again."""
    if day.copy is None or day.depth or day.dice.random() > SELDOM:
        return
    day.tried["older copies put in place"] += 1
    day.fuse, day.full = 0, False
    day.testify()  # as a desk does that stops, and every few seconds
    epochs = len(day.store.epochs().later)
    day.store.close()
    _replaced(day.home / "heard.db", day.copy)
    day.open()
    if len(day.store.epochs().later) == epochs:  # no line was written since the copy, so that it is not noticed
        untold = day.store.engine.rows("SELECT id FROM tellings WHERE ts = ''")
        day.chat.posted = Counter({one: count for one, count in day.chat.posted.items() if (one,) not in untold})
    known = {key for (key,) in day.store.engine.rows("SELECT key FROM attempts")}
    known |= {key for (key,) in day.store.engine.rows(stating.KEYS)}
    day.past |= {one.key for town in day.towns.values() for one in (*town.ledger, *town.changed, *town.said)} - known
    for town in day.towns.values():
        town.until = NO_WAIT  # what a network asked for since the copy, the copy does not know
    stating.remember_what_an_older_copy_forgot(day)
    day.approvals = {number for (number,) in day.store.engine.rows("SELECT id FROM approvals")}
    day.wished = Counter((town.name, *one) for town in day.towns.values() for one in town.wishes)
    day.processes = [day.started(0), day.started(1)]


def _replaced(database: Path, copy: Path) -> None:
    remove_database(database)
    database.write_bytes(copy.read_bytes())
    database.chmod(0o600)

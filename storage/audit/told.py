"""Digests of the trail that the leads' channel was told day by day, which others can check without the key."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from bot.domain.audit.public_digests import BEGINNING, ToldChain, ToldDay, TrailLine, day_head, further
from storage.engine import rows
from storage.engine.base import Engine

LINES, AT_ONCE = 2_000, 400  # lines, and chains, that are digested in one short transaction
CHAINS = 50_000  # under one head: a proof reads all chains of its head
TOLD = "head"  # verb of the desk's line about a head that was told to the leads
LAST_TOLD = f"SELECT facts FROM audit WHERE chain = :chain AND verb = '{TOLD}' ORDER BY position DESC LIMIT 1"
OF_THE_DESK = {"chain": 0}
# Writers of lines wait for this row, so that no line is written between the two statements that follow.
_WAIT = "UPDATE trail SET lines = lines"
_NEW = """SELECT a.chain, a.position, a.at, a.who, a.verb, a.facts, coalesce(h.digest, t.digest, :none)
FROM (SELECT chain FROM trail_untold ORDER BY chain LIMIT :chains) u
LEFT JOIN trail_ahead h ON h.chain = u.chain
LEFT JOIN trail_told t ON t.chain = u.chain AND t.position = (SELECT max(b.position) FROM trail_told b
    WHERE b.chain = u.chain)
CROSS JOIN audit a WHERE a.chain = u.chain AND a.position > coalesce(h.position, t.position, 0)
ORDER BY u.chain, a.position LIMIT :lines"""
_SOME = "SELECT count(*), max(chain) FROM (SELECT chain FROM trail_untold ORDER BY chain LIMIT :chains) u"
_AHEAD = """INSERT INTO trail_ahead (chain, position, digest) VALUES (:chain, :position, :digest)
ON CONFLICT (chain) DO UPDATE SET position = excluded.position, digest = excluded.digest"""
_READ = "DELETE FROM trail_untold WHERE chain <= :chain"
_HEAD_OF_AHEAD = "SELECT chain, position, digest FROM trail_ahead ORDER BY chain LIMIT :chains"
_TOLD_NOW = "DELETE FROM trail_ahead WHERE chain <= :chain"
_LEFT = "SELECT 1 FROM trail_ahead LIMIT 1"
_ADD = rows.insert("trail_told", "head chain position digest")
_NEXT = "SELECT coalesce(max(position), 0) + 1 FROM audit WHERE chain = :chain"
_HEADS = f"SELECT position, facts FROM audit WHERE chain = 0 AND verb = '{TOLD}' ORDER BY position"
_HEAD = "SELECT position, facts FROM audit WHERE chain = 0 AND position = :head"
_OF_HEAD = "SELECT chain, position, digest FROM trail_told WHERE head = :head ORDER BY chain"
_HEADS_OF = "SELECT head FROM trail_told WHERE chain = :chain ORDER BY position"
_PAGE = """SELECT chain, position, digest, head FROM trail_told
WHERE chain >= :chain AND (chain > :chain OR position > :position) ORDER BY chain, position LIMIT 1000"""


def read_ahead(engine: Engine) -> bool:
    """Digest some lines for the next head, in a short transaction; return whether more wait."""
    with engine.transaction():
        engine.run(_WAIT)
        chains, last = engine.rows(_SOME, {"chains": AT_ONCE})[0]
        found = engine.rows(_NEW, {"none": BEGINNING, "lines": LINES, "chains": AT_ONCE})
        read = [_newest(chain, lines) for chain, lines in groupby(found, itemgetter(0))]
        engine.run_all(_AHEAD, [one._asdict() for one in read])
        cut = len(found) == LINES  # of the last chain there may be further lines
        engine.run(_READ, {"chain": read[-1].chain - 1 if cut else last or 0})
        return cut or chains == AT_ONCE


def write_day(engine: Engine, day: date) -> tuple[ToldDay, bool]:
    """Write where chains with new lines stand; return the day's head, and whether a further one is needed.

    Within the transaction of its line. What was not read ahead is read now.
    """
    engine.run(_WAIT)
    while read_ahead(engine):
        pass
    told = [ToldChain(chain, at, bytes(it)) for chain, at, it in engine.rows(_HEAD_OF_AHEAD, {"chains": CHAINS})]
    head = engine.rows(_NEXT, OF_THE_DESK)[0][0]
    engine.run_all(_ADD, [one._asdict() | {"head": head} for one in told])
    if told:
        engine.run(_TOLD_NOW, {"chain": told[-1].chain})
    last = engine.row(LAST_TOLD, OF_THE_DESK)
    day_before = _day(last[0]) if last else None
    before = day_before.head if day_before else ""
    return ToldDay(day, before, day_head(day, before, told)), engine.row(_LEFT) is not None


def _newest(chain: int, found: Iterator[tuple[object, ...]]) -> ToldChain:
    digest: bytes | None = None
    position = 0
    for *line, start in found:
        digest = further(bytes(start) if digest is None else digest, line)  # type: ignore[call-overload]
        position = int(line[1])  # type: ignore[call-overload]
    return ToldChain(chain, position, digest or BEGINNING)


def told_days(engine: Engine) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
    """Yield every day that was told, oldest first, with its chains."""
    for position, facts in engine.rows(_HEADS):
        if day := _day(facts):
            yield day, _chains(engine, position)


def told_of(engine: Engine, chain: int) -> Iterator[tuple[ToldDay, Sequence[ToldChain]]]:
    """Yield the days on which a chain had new lines, oldest first, with all chains of the day."""
    for (head,) in engine.rows(_HEADS_OF, {"chain": chain}):
        row = engine.row(_HEAD, {"head": head})
        if row and (day := _day(row[1])):
            yield day, _chains(engine, head)


def _chains(engine: Engine, head: int) -> Sequence[ToldChain]:
    return [ToldChain(chain, at, bytes(digest)) for chain, at, digest in engine.rows(_OF_HEAD, {"head": head})]


def _recomputed(engine: Engine, position: int, day: date, before: str) -> ToldDay:
    return ToldDay(day, before, day_head(day, before, _chains(engine, position)))


def _day(facts: str) -> ToldDay | None:
    """Return a day as told; None for one that an earlier version told without a public head, or that was changed."""
    try:
        told: Mapping[str, str] = json.loads(facts)
        return ToldDay(date.fromisoformat(told["day"]), told["before"], told["public"])
    except (ValueError, TypeError, KeyError):
        return None


class ToldDigests:
    """Compares the lines, while they are read in order, with the digests that were told."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told = self._every_told()
        self._next = next(self._told, None)
        self._chain, self._digest = -1, BEGINNING
        self.broken: set[int] = set()
        self._heads: set[int] = set()

    def add(self, line: TrailLine) -> None:
        """Take the next line, in order of chain and position."""
        if line.chain != self._chain:
            self._chain, self._digest = line.chain, BEGINNING
        self._digest = further(self._digest, line)
        while self._next and self._next[:2] <= (line.chain, line.position):
            chain, position, digest, head = self._next
            if (chain, position, bytes(digest)) != (line.chain, line.position, self._digest):
                self.broken.add(chain)
            self._heads.add(head)
            self._next = next(self._told, None)

    def end(self) -> None:
        """Take the end of the trail: what was told of further lines is missing, and the days' heads must follow."""
        if self._next:
            self.broken.add(self._next[0])
        before = ""
        for position, facts in self._engine.rows(_HEADS):
            day = _day(facts)
            if day and day != _recomputed(self._engine, position, day.day, before):
                self.broken.add(0)
            before = day.head if day else before
            self._heads.discard(position)
        if self._heads:
            self.broken.add(0)

    def _every_told(self) -> Iterator[tuple[int, int, bytes, int]]:
        chain, position = -1, 0
        while page := self._engine.rows(_PAGE, {"chain": chain, "position": position}):
            yield from page
            chain, position = page[-1][:2]

"""Verifies the audit trail: one chain, or all lines against the seal."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from bot.domain.audit.public_digests import TrailLine
from bot.domain.audit.trail import TrailHead, TrailProof, TrailSeal
from storage.audit import lines as audit
from storage.audit import seal, told
from storage.engine.base import Engine, Row

_AHEAD = """SELECT c.id FROM cases c
WHERE c.version <> (SELECT coalesce(max(a.position), 0) FROM audit a WHERE a.chain = c.id)"""
_SHOWN = """SELECT m.case_id FROM tellings m WHERE m.case_id > 0 GROUP BY m.case_id
HAVING max(m.wanted) > (SELECT coalesce(max(a.position), 0) FROM audit a WHERE a.chain = m.case_id)"""
_GONE = "SELECT b.chain FROM trail_before b WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.chain = b.chain)"
_NUMBERS = "SELECT id FROM cases ORDER BY id"
_TOLD_EVERY = 10_000  # lines
_NAMED = 20  # missing numbers that are listed


class Proving(audit.Audit):
    """Verifies the trail."""

    def is_whole(self, chain: str) -> bool:
        lines = seal.lines_of(self.engine, audit.chain_number(chain))
        return bool(lines) and seal.chain_is_whole(self.engine.key, lines)

    def broken_chains(self) -> Sequence[str]:
        return list(self.prove().broken)

    def trail_head(self) -> TrailHead:
        """Return the sealed numbers of chains and lines, and their digest."""
        return seal.read_seal(self.engine).head

    def tell_head(self, day: date, at: datetime) -> TrailHead:
        with self.engine.transaction():
            self.engine.exclusive("audit of the desk")
            head = self.trail_head()
            open_to_all, goes_on = told.write_day(self.engine, day)
            facts = {"day": day.isoformat(), "chains": head.chains, "lines": head.lines, "head": head.head}
            facts |= {"public": open_to_all.head, "before": open_to_all.before}
            self.note(told.TOLD, "desk", at, facts)
        return replace(head, public=open_to_all.head, goes_on=goes_on)

    def read_trail_ahead(self) -> bool:
        return told.read_ahead(self.engine)

    def trail_seal(self) -> TrailSeal:
        sealed = seal.read_seal(self.engine)
        return TrailSeal(sealed=sealed.head, genuine=sealed.genuine, told=self._last_told())

    def prove(self, progress: Callable[[int, int], object] = lambda _read, _of: None) -> TrailProof:
        with self.engine.snapshot():
            sealed = seal.read_seal(self.engine)
            found = _Found(self.engine, lambda read: progress(read, sealed.lines))
            return TrailProof(
                sealed=sealed.head,
                genuine=sealed.genuine,
                chains=found.chains,
                lines=found.lines,
                adds_up=(found.chains, found.lines, found.total) == (sealed.chains, sealed.lines, sealed.total),
                broken=tuple(audit.chain_name(chain) for chain in sorted(found.broken)),
                missing=self._missing() if found.chains < sealed.chains else (),
                told=self._last_told(),
            )

    def _last_told(self) -> tuple[date, TrailHead] | None:
        return _told(self.engine.row(told.LAST_TOLD, told.OF_THE_DESK))

    def _missing(self) -> Sequence[int]:
        """Return the first missing case numbers: numbers below the highest one without a case."""
        found: list[int] = []
        expected = 1
        for (number,) in self.engine.rows(_NUMBERS):
            found += range(expected, min(number, expected + _NAMED))
            expected = number + 1
            if len(found) >= _NAMED:
                break
        return found[:_NAMED]


class _Found:
    """The counts of a verification, updated while the trail is read once from the first line to the last."""

    def __init__(self, engine: Engine, progress: Callable[[int], object]) -> None:
        self._key, self._progress = engine.key, progress
        self.chains = self.lines = self.total = 0
        self.broken = {row[0] for sql in (_AHEAD, _SHOWN, _GONE) for row in engine.rows(sql)}
        self._told = told.ToldDigests(engine)
        for chain, lines in groupby(seal.every_line(engine), key=attrgetter("chain")):
            self._take(chain, lines)
        self._told.end()
        self.broken |= self._told.broken
        self.total %= seal.MANY

    def _take(self, chain: int, lines: Iterator[seal.AuditRow]) -> None:
        self.chains += 1
        if not seal.chain_is_whole(self._key, self._counted(lines)):
            self.broken.add(chain)

    def _counted(self, lines: Iterator[seal.AuditRow]) -> Iterator[seal.AuditRow]:
        for line in lines:
            self.lines += 1
            if self.lines % _TOLD_EVERY == 0:
                self._progress(self.lines)
            self.total += int.from_bytes(bytes(line.hash))
            self._told.add(TrailLine._make(line.written))
            yield line


def _told(row: Row | None) -> tuple[date, TrailHead] | None:
    """Return the head that was told last; None without one, or when its line was changed by hand."""
    if row is None:
        return None
    try:
        facts = json.loads(row[0])
        head = TrailHead(facts["chains"], facts["lines"], facts["head"], facts.get("public", ""))
        return date.fromisoformat(facts["day"]), head
    except (ValueError, TypeError, KeyError, AttributeError):
        return None

"""The seal of the audit trail: how many chains and lines there are and the sum of their hashes, under the desk's key.

The sum is brought up to date once in each transaction, right before it is kept, so that it costs the same for a
trail of any length. Without the key nobody can make a line, or a sum in which a line is missing.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from bot.domain.audit.trail import TrailHead
from storage.engine.base import Engine

BEGINNING = b""
MANY = 1 << 256
_BROKEN = b""  # no seal at all: what is written on after a change by hand never counts as sealed again


class AuditRow(NamedTuple):
    """A line of the trail, and what is known of its chain from before the key (all None: nothing)."""

    chain: int
    position: int
    at: int
    who: str
    verb: str
    facts: str
    prev: bytes | memoryview
    hash: bytes | memoryview
    before: int | None  # how many of its lines are from before the key
    digest: bytes | memoryview | None
    whole: int | None
    seal: bytes | memoryview | None

    @property
    def written(self) -> tuple[object, ...]:
        """Return what its hash stands for, beside the line before it."""
        return self[:6]


class _SealRow(NamedTuple):
    chains: int
    lines: int
    total: bytes | memoryview
    seal: bytes | memoryview


_ADD = "UPDATE trail SET chains = chains + :chains, lines = lines + :lines RETURNING chains, lines, total, seal"
_SEAL = "UPDATE trail SET chains = :chains, lines = :lines, total = :total, seal = :seal"
_SEALED = "SELECT chains, lines, total, seal FROM trail"
_LINES = """SELECT a.chain, a.position, a.at, a.who, a.verb, a.facts, a.prev, a.hash,
b.position, b.digest, b.whole, b.seal FROM audit a LEFT JOIN trail_before b ON b.chain = a.chain"""
_CHAIN = f"{_LINES} WHERE a.chain = :chain ORDER BY a.position"
_SINCE_APPROVED = f"""{_LINES} WHERE a.chain = :chain AND a.position >= (SELECT max(position) - 1 FROM audit
WHERE chain = :chain AND verb = 'approve') ORDER BY a.position"""
_PAGE = f"""{_LINES} WHERE a.chain >= :chain AND (a.chain > :chain OR a.position > :position)
ORDER BY a.chain, a.position LIMIT 1000"""


def hashed(key: bytes, prev: bytes, line: Iterable[object]) -> bytes:
    """Return the hash of a line that follows the line with the hash `prev`."""
    return hmac.digest(key, body(line) + prev, "sha256")


def body(line: Iterable[object]) -> bytes:
    """Return the bytes of a line that its hash stands for."""
    return "\0".join(map(str, line)).encode()


# --- the sum ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the seal says, and whether the desk's own key made it."""

    chains: int
    lines: int
    total: int
    seal: bytes
    genuine: bool

    @property
    def head(self) -> TrailHead:
        """Return it as people are told it."""
        return TrailHead(self.chains, self.lines, self.seal.hex())


def count_line(engine: Engine, position: int, found: bytes) -> None:
    """Count a line that was written in this transaction into the sum, right before the transaction is kept."""
    engine.beforehand(_sum_up, (position, found))


def _sum_up(engine: Engine, added: Sequence[tuple[int, bytes]]) -> None:
    chains, lines = sum(position == 1 for position, _ in added), len(added)
    row = engine.row(_ADD, {"chains": chains, "lines": lines})
    if row is None:  # somebody took the seal away: what is left is for the proof to say
        return
    now = _SealRow._make(row)
    was = _sealed(engine.key, now._replace(chains=now.chains - chains, lines=now.lines - lines))
    total = was.total + sum(int.from_bytes(found) for _, found in added)
    again = sealed_columns(engine.key, now.chains, now.lines, total)
    engine.run(_SEAL, again if was.genuine else again | {"seal": _BROKEN})


def sealed_columns(key: bytes, chains: int, lines: int, total: int) -> dict[str, object]:
    """Return the columns of a sum with its seal."""
    total %= MANY
    return {"chains": chains, "lines": lines, "total": total.to_bytes(32), "seal": _seal(key, chains, lines, total)}


def read_seal(engine: Engine) -> Sealed:
    """Return what is sealed."""
    return _sealed(engine.key, _SealRow._make(engine.row(_SEALED) or (0, 0, b"", _BROKEN)))


def _sealed(key: bytes, row: _SealRow) -> Sealed:
    chains, lines, total, seal = row.chains, row.lines, int.from_bytes(bytes(row.total)), bytes(row.seal)
    return Sealed(chains, lines, total, seal, hmac.compare_digest(seal, _seal(key, chains, lines, total)))


def _seal(key: bytes, chains: int, lines: int, total: int) -> bytes:
    return hmac.digest(key, f"trail {chains} {lines} {total}".encode(), "sha256")


# --- the lines --------------------------------------------------------------------------------------------


def every_line(engine: Engine) -> Iterator[AuditRow]:
    """Read the whole trail, page by page: each line with what is known of its chain before the key."""
    chain, position = -1, 0
    while page := engine.rows(_PAGE, {"chain": chain, "position": position}):
        yield from map(AuditRow._make, page)
        chain, position = page[-1][:2]


def lines_of(engine: Engine, chain: int) -> Sequence[AuditRow]:
    """Read one chain in the same way."""
    return [AuditRow._make(row) for row in engine.rows(_CHAIN, {"chain": chain})]


def since_approved(engine: Engine, chain: int) -> Sequence[AuditRow]:
    """Read one chain from the line before its newest approval on; nothing where there is none."""
    return [AuditRow._make(row) for row in engine.rows(_SINCE_APPROVED, {"chain": chain})]


def is_before_the_key(row: AuditRow) -> bool:
    """Return whether a line was written before its chain came under the key."""
    return row.position <= (row.before or 0)


def goes_on(key: bytes, lines: Sequence[AuditRow]) -> bool:
    """Return whether lines of one chain follow from each other, each of them under the key where it has to be."""

    def right(row: AuditRow) -> bool:
        return is_before_the_key(row) or is_keyed(key, row)

    return is_chain(lines, right, lines[0].position, bytes(lines[0].prev))


def is_keyed(key: bytes, row: AuditRow) -> bool:
    """Return whether a line has the hash that the key gives it."""
    return hmac.compare_digest(bytes(row.hash), hashed(key, bytes(row.prev), row.written))


def is_chain(
    lines: Iterable[AuditRow], right: Callable[[AuditRow], bool], first: int = 1, prev: bytes = BEGINNING
) -> bool:
    """Return whether lines are one chain from its beginning, or from a place on; each `right` with its own hash."""
    good = True
    for place, row in enumerate(lines, start=first):
        good = good and row.position == place and bytes(row.prev) == prev and right(row)
        prev = bytes(row.hash)
    return good


def chain_is_whole(key: bytes, lines: Iterable[AuditRow]) -> bool:
    """Return whether the lines of one chain, in order, follow from each other and from what was before the key."""
    keyed = _Keyed(key)
    return is_chain(lines, keyed) and keyed.length >= keyed.before


class _Keyed:
    """Judges the lines of one chain: each by the key, those from before it all together by their digest."""

    def __init__(self, key: bytes) -> None:
        self._key, self._digest = key, BEGINNING
        self.length = self.before = 0

    def __call__(self, row: AuditRow) -> bool:
        self.length, self.before = row.position, row.before or 0
        if self.length > self.before:
            return is_keyed(self._key, row)
        self._digest = _further(self._digest, row)
        return self.length < self.before or self._stood(row)

    def _stood(self, row: AuditRow) -> bool:
        right = _stands(self._key, row.chain, self.before, self._digest, row.whole or 0)
        same = bytes(row.digest or b"") == self._digest
        return bool(row.whole) and same and hmac.compare_digest(bytes(row.seal or b""), right)


def stands(key: bytes, chain: int, lines: Sequence[AuditRow], *, sound: bool) -> dict[str, object]:
    """Return the row that tells how a chain stood when it came under the key."""
    digest = reduce(_further, lines, BEGINNING)
    seal = _stands(key, chain, len(lines), digest, int(sound))
    return {"chain": chain, "position": len(lines), "digest": digest, "whole": int(sound), "seal": seal}


def _further(digest: bytes, row: AuditRow) -> bytes:
    return hashlib.sha256(digest + body(row.written) + bytes(row.hash)).digest()


def _stands(key: bytes, chain: int, position: int, digest: bytes, was_whole: int) -> bytes:
    return hmac.digest(key, f"chain {chain} {position} {was_whole} ".encode() + digest, "sha256")

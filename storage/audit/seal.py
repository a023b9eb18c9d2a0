"""The seal of the audit trail: numbers of chains and lines and the sum of their hashes, under the desk's key.

The sum is updated once in each transaction, right before the commit, so that the cost does not depend on the
length of the trail. Without the key nobody can make a valid line, or a valid sum for a trail with a missing line.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

from bot.domain.audit.public_digests import body
from bot.domain.audit.trail import TrailHead
from bot.domain.base.quick_dataclass import dataclass
from storage.engine.base import Engine

BEGINNING = b""
MANY = 1 << 256
_BROKEN = b""  # not a valid seal: after a change by hand, later lines must not make the trail valid again


class AuditRow(NamedTuple):
    """A line of the trail, with the state of its chain when it came under the key (all None: no such state)."""

    chain: int
    position: int
    at: int
    who: str
    verb: str
    facts: str
    prev: bytes | memoryview
    hash: bytes | memoryview
    before: int | None  # number of the chain's lines from before the key
    digest: bytes | memoryview | None
    whole: int | None
    seal: bytes | memoryview | None

    @property
    def written(self) -> tuple[object, ...]:
        """Return the values that go into its hash, besides the hash of the line before."""
        return self[:6]


class _SealRow(NamedTuple):
    chains: int
    lines: int
    total: bytes | memoryview
    seal: bytes | memoryview


_ADD = "UPDATE trail SET chains = chains + :chains, lines = lines + :lines RETURNING chains, lines, total, seal"
_SEAL = "UPDATE trail SET chains = :chains, lines = :lines, total = :total, seal = :seal"
_UNTOLD = "INSERT INTO trail_untold (chain) VALUES (:chain) ON CONFLICT (chain) DO NOTHING"
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


# --- the sum ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealed:
    """The content of the seal, and whether it was made with the desk's key."""

    chains: int
    lines: int
    total: int
    seal: bytes
    genuine: bool

    @property
    def head(self) -> TrailHead:
        """Return the head as people get it."""
        return TrailHead(self.chains, self.lines, self.seal.hex())


def count_line(engine: Engine, chain: int, position: int, found: bytes) -> None:
    """Add the lines of this transaction to the sum, right before the commit."""
    engine.beforehand(_sum_up, (chain, position, found))


def _sum_up(engine: Engine, added: Sequence[tuple[int, int, bytes]]) -> None:
    chains, lines = sum(position == 1 for _, position, _ in added), len(added)
    row = engine.row(_ADD, {"chains": chains, "lines": lines})
    if row is None:  # somebody deleted the seal; the verification reports it
        return
    engine.run_all(_UNTOLD, [{"chain": chain} for chain in dict.fromkeys(chain for chain, _, _ in added)])
    now = _SealRow._make(row)
    was = _sealed(engine.key, now._replace(chains=now.chains - chains, lines=now.lines - lines))
    total = was.total + sum(int.from_bytes(found) for *_, found in added)
    again = sealed_columns(engine.key, now.chains, now.lines, total)
    engine.run(_SEAL, again if was.genuine else again | {"seal": _BROKEN})


def sealed_columns(key: bytes, chains: int, lines: int, total: int) -> dict[str, object]:
    """Return the columns of a sum with its seal."""
    total %= MANY
    return {"chains": chains, "lines": lines, "total": total.to_bytes(32), "seal": _seal(key, chains, lines, total)}


def read_seal(engine: Engine) -> Sealed:
    """Return the stored seal, verified."""
    return _sealed(engine.key, _SealRow._make(engine.row(_SEALED) or (0, 0, b"", _BROKEN)))


def _sealed(key: bytes, row: _SealRow) -> Sealed:
    chains, lines, total, seal = row.chains, row.lines, int.from_bytes(bytes(row.total)), bytes(row.seal)
    return Sealed(chains, lines, total, seal, hmac.compare_digest(seal, _seal(key, chains, lines, total)))


def _seal(key: bytes, chains: int, lines: int, total: int) -> bytes:
    return hmac.digest(key, f"trail {chains} {lines} {total}".encode(), "sha256")


# --- the lines --------------------------------------------------------------------------------------------


def every_line(engine: Engine) -> Iterator[AuditRow]:
    """Yield the whole trail, page by page: each line with its chain's state when it came under the key."""
    chain, position = -1, 0
    while page := engine.rows(_PAGE, {"chain": chain, "position": position}):
        yield from map(AuditRow._make, page)
        chain, position = page[-1][:2]


def lines_of(engine: Engine, chain: int) -> Sequence[AuditRow]:
    """Return the lines of one chain in the same form."""
    return [AuditRow._make(row) for row in engine.rows(_CHAIN, {"chain": chain})]


def since_approved(engine: Engine, chain: int) -> Sequence[AuditRow]:
    """Return one chain from the line before its newest approval on; empty without an approval."""
    return [AuditRow._make(row) for row in engine.rows(_SINCE_APPROVED, {"chain": chain})]


def is_before_the_key(row: AuditRow) -> bool:
    """Return whether a line was written before its chain came under the key."""
    return row.position <= (row.before or 0)


def goes_on(key: bytes, lines: Sequence[AuditRow]) -> bool:
    """Return whether each line of one chain has the right hash for the line before, with the key where required."""

    def right(row: AuditRow) -> bool:
        return is_before_the_key(row) or is_keyed(key, row)

    return is_chain(lines, right, lines[0].position, bytes(lines[0].prev))


def is_keyed(key: bytes, row: AuditRow) -> bool:
    """Return whether a line has the hash that the key gives it."""
    return hmac.compare_digest(bytes(row.hash), hashed(key, bytes(row.prev), row.written))


def is_chain(
    lines: Iterable[AuditRow], right: Callable[[AuditRow], bool], first: int = 1, prev: bytes = BEGINNING
) -> bool:
    """Return whether the lines are an unbroken chain from `first` on, each accepted by `right`."""
    good = True
    for place, row in enumerate(lines, start=first):
        good = good and row.position == place and bytes(row.prev) == prev and right(row)
        prev = bytes(row.hash)
    return good


def chain_is_whole(key: bytes, lines: Iterable[AuditRow]) -> bool:
    """Return whether the lines of one chain, in order, are valid, also those from before the key."""
    keyed = _Keyed(key)
    return is_chain(lines, keyed) and keyed.length >= keyed.before


class _Keyed:
    """Checks the lines of one chain: each by the key, and those from before the key together by their digest."""

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
    """Return the row with a chain's state when it comes under the key."""
    digest = reduce(_further, lines, BEGINNING)
    seal = _stands(key, chain, len(lines), digest, int(sound))
    return {"chain": chain, "position": len(lines), "digest": digest, "whole": int(sound), "seal": seal}


def _further(digest: bytes, row: AuditRow) -> bytes:
    return hashlib.sha256(digest + body(row.written) + bytes(row.hash)).digest()


def _stands(key: bytes, chain: int, position: int, digest: bytes, was_whole: int) -> bytes:
    return hmac.digest(key, f"chain {chain} {position} {was_whole} ".encode() + digest, "sha256")

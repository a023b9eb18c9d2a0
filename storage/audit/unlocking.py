"""Brings the audit trail under the desk's key, and finds that key at each start."""

import hmac
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter

from bot.domain.audit.public_digests import further
from storage.audit import seal
from storage.audit.key import KeyFile
from storage.engine import rows
from storage.engine.base import SEAL, Engine
from storage.engine.refusals import AlreadyOpen, KeyUnusable

NO_KEY = b""  # for a store without a desk: its trail is chained and counted without a secret
_MARK = "SELECT key_mark FROM trail"
_BEGIN = rows.insert("trail", "id key_mark chains lines total seal")
_BEFORE = rows.insert("trail_before", "chain position digest whole seal")
_FORGET = ("DELETE FROM trail", "DELETE FROM trail_before")
_ANY_LINE = "SELECT 1 FROM audit LIMIT 1"
_AS_IT_STANDS = (
    "If it is lost for good, `--new-trail-key` with `heard run` or `heard restore` seals the trail as it stands."
)


def unlock(engine: Engine, file: KeyFile | None, *, anew: bool = False) -> None:
    """Find the key of the trail, or bring the trail under a new one; raise KeyUnusable, which says what to do.

    `anew`: a person has asked to seal the trail as it is now; AlreadyOpen while other desks write under the old key.
    Without a file the store uses NO_KEY.
    """
    with engine.transaction():
        engine.exclusive(SEAL)
        if anew and engine.others_at_work():  # a desk that slept registers either before this lock, or after the seal
            raise AlreadyOpen(
                "Other desks write under the key of before. Stop every desk, then start one with a new key."
            )
        row = engine.row(_MARK)
        mark = bytes(row[0]) if row else None
        known = next((key for key in (file.known() if file else [NO_KEY]) if _mark(key) == mark), None)
        mark = None if file and mark == _mark(NO_KEY) else mark
        if known is None or anew:
            engine.key = _to_begin_with(engine, file, known, mark, anew=anew)
            _begin(engine, _sound(engine.key, known=known is not None, lost=mark is not None))
        else:
            engine.key = known
    engine.key_mark = _mark(engine.key)
    if file:
        file.settle(engine.key)


def recognise(engine: Engine, file: KeyFile) -> None:
    """Find the key of the trail without changing anything; raise KeyUnusable when it is missing."""
    row = engine.row(_MARK)
    known = next((key for key in file.known() if row and _mark(key) == bytes(row[0])), None)
    if known is None:
        raise KeyUnusable(f"{file.path} is not the key of this database's audit trail. See docs/trail.md.")
    engine.key = known


def _to_begin_with(
    engine: Engine, file: KeyFile | None, known: bytes | None, mark: bytes | None, *, anew: bool
) -> bytes:
    """Return the key for a trail that has no key yet; raise KeyUnusable when it should have one of ours."""
    if file is None:
        if mark:
            raise KeyUnusable("The audit trail is under a desk's key, and this was opened without it.")
        return NO_KEY
    kept = file.kept()
    if mark and not anew:
        what = "is not the one that this database is under" if kept else "is missing"
        raise KeyUnusable(f"The key of the audit trail, {file.path}, {what}. Put it back. {_AS_IT_STANDS}")
    if kept and not mark and not anew and engine.row(_ANY_LINE):
        raise KeyUnusable(
            f"{file.path} is the key of the audit trail, and the database knows of none: it is an older copy, or "
            "somebody changed it. `--new-trail-key` with `heard run` seals the trail as it stands."
        )
    return known or (kept if kept and not mark else file.offered())


def _begin(engine: Engine, sound: Callable[[Sequence[seal.AuditRow]], bool]) -> None:
    """Seal the trail as it is now: each chain with its digest, and whether it is `sound`."""
    chains = lines = total = 0
    before: list[dict[str, object]] = []
    for number, found in groupby(seal.every_line(engine), key=attrgetter("chain")):
        several = list(found)
        stands = seal.stands(engine.key, number, several, sound=sound(several))
        chains, lines = chains + 1, lines + len(several)
        total += sum(int.from_bytes(bytes(line.hash)) for line in several)
        before.append(stands)
    for sql in _FORGET:
        engine.run(sql)
    if before:
        engine.run_all(_BEFORE, before)
    engine.run(
        _BEGIN, {"id": 1, "key_mark": _mark(engine.key), **seal.sealed_columns(engine.key, chains, lines, total)}
    )


def _sound(key: bytes, *, known: bool, lost: bool) -> Callable[[Sequence[seal.AuditRow]], bool]:
    """Return the check of a chain that comes under the key: with that key, none, or as lines without a key."""
    if known:
        return lambda lines: seal.chain_is_whole(key, lines)
    if lost:
        return lambda lines: seal.is_chain(lines, lambda _: True)
    return lambda lines: seal.is_chain(lines, _plain)


def _plain(row: seal.AuditRow) -> bool:
    """Check a line by the hash of earlier versions, or of a store without a desk."""
    plain = further(bytes(row.prev), row.written)
    return bytes(row.hash) in {plain, seal.hashed(NO_KEY, bytes(row.prev), row.written)}


def _mark(key: bytes) -> bytes:
    """Return a fingerprint of a key, which reveals nothing about it."""
    return hmac.digest(key, b"which key", "sha256")

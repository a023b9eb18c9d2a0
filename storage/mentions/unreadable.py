"""Unreadable posts: stored raw, each once, until somebody decides. They are never deleted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.mentions.unreadable import Glimpse, Unreadable
from bot.ports.network import Unparsed
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import UnreadableRow

_SEEN = "why author_id handle text url root_id posted_at public ours"
_KEPT = f"network account post_id is_edit {_SEEN} raw digest"
_ADD = rows.insert("quarantine", f"{_KEPT} kept_at", "ON CONFLICT (network, account, digest) DO NOTHING RETURNING id")
_REPLACE = f"UPDATE quarantine SET {rows.assignments(f'{_SEEN} raw digest')} WHERE id = :id AND settled_at IS NULL"
_OF_POST = """SELECT id, settled_at, digest FROM quarantine WHERE network = :network AND account = :account
AND post_id = :post_id AND is_edit = :is_edit ORDER BY id DESC LIMIT 1"""
_WAITING_OF_POST = """SELECT id FROM quarantine WHERE network = :network AND account = :account AND post_id = :post_id
AND settled_at IS NULL AND is_edit = 0 ORDER BY id LIMIT 1"""
_COLUMNS = "id network account post_id why kept_at is_edit author_id handle text url root_id posted_at public ours"
_SELECT = f"""SELECT {rows.columns(f"{_COLUMNS} settled_as settled_by raw")}, coalesce(case_id, 0) FROM quarantine"""
_ONE = f"{_SELECT} WHERE id = :id"
_UNSETTLED = f"{_SELECT} WHERE settled_at IS NULL ORDER BY id LIMIT :limit"
_UNSAID = f"{_SELECT} WHERE settled_at IS NULL AND said_at IS NULL ORDER BY id LIMIT :limit"
_TO_LOOK = f"{_SELECT} WHERE settled_at IS NULL AND looked_at IS NULL ORDER BY id LIMIT :limit"
_TO_LOOK_AGAIN = f"{_SELECT} WHERE settled_at IS NULL AND looked_at < :before ORDER BY looked_at, id LIMIT :limit"
_COUNT = "SELECT count(*), min(kept_at) FROM quarantine WHERE settled_at IS NULL"
_COUNT_UNSAID = "SELECT count(*), max(id) FROM quarantine WHERE settled_at IS NULL AND said_at IS NULL"
_SAID = "UPDATE quarantine SET said_at = :at WHERE settled_at IS NULL AND said_at IS NULL AND id <= :newest"
_LOOKED = f"UPDATE quarantine SET looked_at = :at, {rows.assignments(_SEEN)} WHERE id = :id"
_ANEW = "UPDATE quarantine SET looked_at = NULL WHERE settled_at IS NULL AND looked_at IS NOT NULL"
_SETTLE = """UPDATE quarantine SET settled_at = :at, settled_as = :how, settled_by = :by, case_id = :case
WHERE id = :id AND settled_at IS NULL"""


class Quarantine:
    """The unreadable posts."""

    engine: Engine

    def quarantine(self, network: str, account: str, unparsed: Unparsed, at: datetime) -> bool:
        params: dict[str, object] = {"network": network, "account": account, "post_id": unparsed.post_id}
        params |= {"raw": unparsed.raw, "digest": hashlib.sha256(unparsed.raw).hexdigest()}
        params |= {"is_edit": int(unparsed.is_edit), "kept_at": rows.stored(at)} | _seen(unparsed)
        with self.engine.transaction():
            known = self.engine.row(_OF_POST, params) if unparsed.post_id else None
            row, settled_at, digest = known or (0, None, "")
            changed = digest != params["digest"]
            if known is None or (unparsed.is_edit and settled_at is not None and changed):
                return bool(self.engine.rows(_ADD, params))
            if changed:
                self.engine.run(_REPLACE, params | {"id": row})
        return False

    def unreadable(self, row: int) -> Unreadable:
        found = self.engine.row(_ONE, {"id": row})
        if found is None:
            raise Unknown("There is no such post.")
        return _unreadable(found)

    def unreadable_post(self, network: str, account: str, post_id: str) -> int:
        params = {"network": network, "account": account, "post_id": post_id}
        found = self.engine.row(_WAITING_OF_POST, params)
        return int(found[0]) if found else 0

    def unreadables(self, limit: int) -> Sequence[Unreadable]:
        return [_unreadable(row) for row in self.engine.rows(_UNSETTLED, {"limit": limit})]

    def unreadable_count(self) -> tuple[int, datetime | None]:
        count, since = self.engine.rows(_COUNT)[0]
        return int(count), rows.moment(since)

    def unsaid_unreadables(self, limit: int) -> tuple[int, int, Sequence[Unreadable]]:
        count, newest = self.engine.rows(_COUNT_UNSAID)[0]
        first = [_unreadable(row) for row in self.engine.rows(_UNSAID, {"limit": limit})] if count else []
        return int(count), newest or 0, first

    def unreadables_said(self, newest: int, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_SAID, {"newest": newest, "at": rows.stored(at)})

    def unreadables_to_look_at(self, before: datetime, limit: int) -> Sequence[Unreadable]:
        first = self.engine.rows(_TO_LOOK, {"limit": limit})
        again = self.engine.rows(_TO_LOOK_AGAIN, {"before": rows.stored(before), "limit": limit - len(first)})
        return [_unreadable(row) for row in [*first, *again]]

    def look_at_all_unreadables(self) -> None:
        with self.engine.transaction():
            self.engine.run(_ANEW)

    def unreadable_looked_at(self, row: int, unparsed: Unparsed, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_LOOKED, {"id": row, "at": rows.stored(at)} | _seen(unparsed))

    def settle_unreadable(self, row: int, how: str, by: str, case_id: int, at: datetime) -> bool:
        params: dict[str, object] = {"id": row, "how": how, "by": by, "case": case_id or None}
        with self.engine.transaction():
            return self.engine.run(_SETTLE, params | {"at": rows.stored(at)}) > 0


def _seen(unparsed: Unparsed) -> dict[str, object]:
    seen = unparsed.glimpse
    found: dict[str, object] = {"why": unparsed.why, "author_id": seen.author_id, "handle": seen.handle}
    found |= {"text": seen.text, "url": seen.url, "root_id": seen.root_id, "posted_at": rows.stored(seen.posted_at)}
    return found | {"public": int(seen.public), "ours": int(seen.ours)}


def _unreadable(found: Row) -> Unreadable:
    row = UnreadableRow._make(found)
    return Unreadable(
        id=row.id,
        network=row.network,
        account=row.account,
        post_id=row.post_id,
        why=row.why,
        kept_at=rows.at(row.kept_at),
        is_edit=bool(row.is_edit),
        glimpse=Glimpse(
            author_id=row.author_id,
            handle=row.handle,
            text=row.text,
            url=row.url,
            root_id=row.root_id,
            posted_at=rows.moment(row.posted_at),
            public=bool(row.public),
            ours=bool(row.ours),
        ),
        settled_as=row.settled_as,
        settled_by=row.settled_by,
        raw=bytes(row.raw),
        case_id=row.case_id,
    )

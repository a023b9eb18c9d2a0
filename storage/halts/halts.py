"""Halts that stand; an ended one is only in the audit trail."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.slack.telling import TellingKind
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.outside import redraw_waiting, waiting_anew

_COLUMNS = "kind network account halted_by halted_at why"
_NAMED = ", ".join(_COLUMNS.split())
_ALL = f"SELECT {_NAMED} FROM halts ORDER BY halted_at"
_PUT = rows.insert("halts", _COLUMNS, "ON CONFLICT DO NOTHING")
_END = f"""DELETE FROM halts WHERE kind = :kind AND network = :network AND account = :account
RETURNING {_NAMED}"""
# Two branches: with IN the database would read all drafts there ever were.
_WAITING = " UNION ALL ".join(
    f"""SELECT d.case_id FROM drafts d WHERE d.state = '{state}'
    AND (:network = '' OR d.target_network = :network) AND (:account = '' OR d.target_account = :account)"""
    for state in ("approved", "failed")
)
_ANEW = waiting_anew(_WAITING)
_PUT_OFF = """UPDATE tellings SET retry_at = :until, why = :why
WHERE behind IS NOT NULL AND ts = '' AND kind = :kind AND (retry_at IS NULL OR retry_at <= :now)"""

_LOCK = "halts"


class Halts:
    """The halts that stand."""

    engine: Engine

    def halts(self) -> Sequence[Halt]:
        if self.engine.busy:  # an attempt that begins: no halt begins between this look and its commit
            self.engine.shared(_LOCK)
        return [_halt(*row) for row in self.engine.rows(_ALL)]

    def halt(self, halt: Halt) -> bool:
        params = {
            "kind": halt.kind,
            "network": halt.network,
            "account": halt.account,
            "halted_by": halt.by,
            "halted_at": rows.stored(halt.at),
            "why": halt.why,
        }
        with self.engine.transaction():
            self.engine.exclusive(_LOCK)
            begun = bool(self.engine.run(_PUT, params))
            if begun:
                redraw_waiting(self.engine, _ANEW, halt.network, halt.account, halt.at)
        return begun

    def end_halt(self, kind: HaltKind, network: str, account: str, now: datetime) -> Halt | None:
        with self.engine.transaction():
            ended = self.engine.row(_END, {"kind": kind, "network": network, "account": account})
            if ended:
                redraw_waiting(self.engine, _ANEW, network, account, now)
        return _halt(*ended) if ended else None

    def put_off_tellings(self, kinds: Sequence[TellingKind], why: str, now: datetime, until: datetime) -> int:
        with self.engine.transaction():
            params = {"why": why, "now": rows.stored(now), "until": rows.stored(until)}
            return sum(self.engine.run(_PUT_OFF, params | {"kind": kind}) for kind in kinds)


def _halt(kind: str, network: str, account: str, by: str, at: int, why: str) -> Halt:  # noqa: PLR0917 - the columns
    return Halt(kind=HaltKind(kind), network=network, account=account, by=by, at=rows.at(at), why=why)

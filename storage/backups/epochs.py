"""Begins an epoch, and tells how far the database has come."""

from datetime import datetime

from bot.domain.backups.epoch import Epoch, Epochs, first_number
from bot.domain.backups.witness import Witness
from bot.domain.halts.halt import Halt, HaltKind
from storage.audit.lines import Audit
from storage.engine import rows
from storage.engine.base import Engine
from storage.halts.halts import Halts
from storage.slack import newest

_COLUMNS = "number begun_at nonce first_case first_telling why"
_ALL = f"SELECT {rows.columns(_COLUMNS)} FROM epochs ORDER BY number"
_PUT = rows.insert("epochs", _COLUMNS)
_HIGHEST = "SELECT coalesce(max(id), 0) FROM {table}"
# What Slack may show although the copy does not know it: it is looked for before it is posted. Nothing further is put
# into any digest, also one that had nothing to show when it was copied: it may have been filled and posted since.
_UNTOLD = "ts = '' AND behind IS NOT NULL AND started_at IS NULL"
_BEGUN = (
    "UPDATE digests SET told_at = :at WHERE told_at IS NULL",
    f"UPDATE tellings SET started_at = :at, behind = NULL WHERE {_UNTOLD}",
)
_LINES = "SELECT lines FROM trail"
_NEWEST = "SELECT position, hash FROM audit WHERE chain = 0 ORDER BY position DESC LIMIT 1"
_LAST = (
    "SELECT at FROM audit WHERE chain = 0 ORDER BY position DESC LIMIT 1",
    "SELECT opened_at FROM cases ORDER BY id DESC LIMIT 1",
)
_AT = "SELECT hash FROM audit WHERE chain = 0 AND position = :place"


class EpochShelf(Halts, Audit):
    """The epochs of the database."""

    engine: Engine

    def epochs(self) -> Epochs:
        return Epochs([_epoch(*row) for row in self.engine.rows(_ALL)])

    def begin_epoch(
        self, halt: Halt, *, why: str, nonce: str, known: Witness | None = None, after: int | None = None
    ) -> Epoch | None:
        with self.engine.transaction():
            self.engine.exclusive("epoch")
            if after not in {None, self.epochs().number}:
                return None
            epoch = self._next(halt, why, nonce, known)
            self.engine.run(_PUT, _row(epoch))
            self.engine.raise_case_number(epoch.first_case)
            for sql in _BEGUN:
                self.engine.run(sql, {"at": rows.stored(halt.at)})
            self.halt(halt)
            self.note("epoch_begun", halt.by, halt.at, {"epoch": epoch.number, "first_case": epoch.first_case})
        return epoch

    def _next(self, halt: Halt, why: str, nonce: str, known: Witness | None) -> Epoch:
        highest = max(self._highest("cases"), known.case if known else 0)
        return Epoch(
            number=max(self.epochs().number, known.epoch if known else 0) + 1,
            begun_at=halt.at,
            nonce=nonce,
            first_case=first_number(highest),
            first_telling=self._highest("tellings") + 1,
            why=why,
        )

    def _highest(self, table: str) -> int:
        return int(self.engine.rows(_HIGHEST.format(table=table))[0][0])

    def witness(self, desk: str) -> Witness:
        [lines] = self.engine.row(_LINES) or [0]
        place, line = self.engine.row(_NEWEST) or (0, b"")
        return Witness(
            desk=desk,
            epoch=self.epochs().number,
            lines=lines,
            case=self._highest("cases"),
            place=place,
            line=bytes(line).hex(),
            posted=newest.newest_posted(self.engine),
            paused=[[one.network, one.account, one.by] for one in self.halts() if one.kind == HaltKind.PAUSE],
        )

    def highest_telling(self) -> int:
        return self._highest("tellings")

    def last_known_at(self) -> datetime | None:
        return max((rows.at(at) for sql in _LAST for (at,) in self.engine.rows(sql)), default=None)

    def desk_line(self, place: int) -> str:
        row = self.engine.row(_AT, {"place": place})
        return bytes(row[0]).hex() if row else ""


def _row(epoch: Epoch) -> dict[str, object]:
    moment: datetime = epoch.begun_at
    return {
        "number": epoch.number,
        "begun_at": rows.stored(moment),
        "nonce": epoch.nonce,
        "first_case": epoch.first_case,
        "first_telling": epoch.first_telling,
        "why": epoch.why,
    }


def _epoch(number: int, begun_at: int, nonce: str, first_case: int, first_telling: int, why: str) -> Epoch:  # noqa: PLR0917
    return Epoch(
        number=number,
        begun_at=rows.at(begun_at),
        nonce=nonce,
        first_case=first_case,
        first_telling=first_telling,
        why=why,
    )

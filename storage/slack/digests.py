"""Digests: several messages for one person, or for the leads' channel, sent as one; and when one was sent last."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.slack.telling import LISTED, Telling, TellingKind, Urgency
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.slack.tellings import SELECT, list_of, want_of_desk

REMINDERS = 200  # most reminders added to a digest at once
QUESTIONS = 5  # most other messages in a digest: each is shown in full, with its buttons

_OPEN = """SELECT d.id FROM digests d WHERE d.person_id = :person AND d.noted_at > :since
ORDER BY d.id DESC LIMIT 1"""
_NEW = rows.insert("digests", "person_id noted_at", "RETURNING id")
_READY = "t.behind IS NOT NULL AND t.retry_at IS NULL AND t.ts = '' AND t.room = :list"
_LISTED = f"kind IN ({', '.join(repr(one.value) for one in sorted(LISTED))})"
_WAITING = f"""SELECT t.id, t.kind, t.about FROM tellings t WHERE {_READY} AND {{listed}} t.{_LISTED}
ORDER BY t.behind, t.due_at, t.id LIMIT :most"""
_FOLD = "UPDATE tellings SET digest_id = :digest, behind = NULL WHERE id = :id AND started_at IS NULL"
# A digest that was not sent itself becomes part of the newer one.
_MERGE = (
    "UPDATE nags SET digest_id = :digest WHERE digest_id = :older",
    "UPDATE tellings SET digest_id = :digest WHERE digest_id = :older",
    "UPDATE tellings SET behind = NULL WHERE id = :id",
)
_FOLDED = f"{SELECT} WHERE t.digest_id = :digest ORDER BY t.due_at, t.id"
_ITSELF = f"""{SELECT} WHERE t.case_id = 0 AND t.kind = '{TellingKind.DIGEST}' AND t.about = :digest
AND t.recipient = :recipient"""
_LAST = "SELECT at FROM addressed WHERE recipient = :recipient"


class Digests:
    """Messages that are sent together."""

    engine: Engine

    def last_told(self, recipient: str) -> datetime | None:
        row = self.engine.row(_LAST, {"recipient": recipient})
        return rows.at(row[0]) if row else None

    def gather(self, person: str, since: datetime, at: datetime) -> int:
        with self.engine.transaction():
            found = self.engine.row(_OPEN, {"person": person, "since": rows.stored(since)})
            digest = int(found[0]) if found else self._new(person, at)
            want_of_desk(self.engine, TellingKind.DIGEST, digest, at, recipient=person, urgency=Urgency.REMINDER)
        return digest

    def fold(self, recipient: str, at: datetime) -> Telling | None:
        with self.engine.transaction():
            waiting = self._waiting(recipient)
            if len(waiting) < 2:
                return None
            digest = self._into(recipient, [row for row in waiting if row[1] == TellingKind.DIGEST], at)
            ready = {"digest": digest}
            folded = [ready | {"id": number} for number, kind, _ in waiting if kind != TellingKind.DIGEST]
            self.engine.run_all(_FOLD, folded)
            want_of_desk(self.engine, TellingKind.DIGEST, digest, at, recipient=recipient, urgency=Urgency.REMINDER)
            row = self.engine.rows(_ITSELF, ready | {"recipient": recipient})[0]
        return rows.read_telling(row)

    def folded_in(self, digest_id: int) -> Sequence[Telling]:
        found = self.engine.rows(_FOLDED, {"digest": digest_id})
        return [one for one in map(rows.read_telling, found) if one.kind not in LISTED]

    def _waiting(self, recipient: str) -> list[Row]:
        params: dict[str, object] = {"list": list_of(recipient)}
        reminders = self.engine.rows(_WAITING.format(listed=""), params | {"most": REMINDERS})
        questions = self.engine.rows(_WAITING.format(listed="NOT"), params | {"most": QUESTIONS})
        return [*reminders, *questions]

    def _into(self, recipient: str, digests: Sequence[Row], at: datetime) -> int:
        """Return the row of the digest for these messages: the newest one that still waits, or a new one."""
        if not digests:
            return self._new(recipient, at)
        newest = max(about for _, _, about in digests)
        for number, _, about in digests:
            if about != newest:
                for sql in _MERGE:
                    self.engine.run(sql, {"digest": newest, "older": about, "id": number})
        return int(newest)

    def _new(self, person: str, at: datetime) -> int:
        return int(self.engine.rows(_NEW, {"person_id": person, "noted_at": rows.stored(at)})[0][0])

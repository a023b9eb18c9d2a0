"""Digests: several messages for one person, or for the leads' channel, sent as one; and when one was sent last."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.reminders.recipients import CLOSE
from bot.domain.slack.telling import LISTED, Telling, TellingKind, Urgency, list_of
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.slack import lists
from storage.slack.tellings import SELECT, redraw_list, want_of_desk

REMINDERS = 200  # most reminders added to a digest at once
QUESTIONS = 5  # most other messages in a digest: each is shown in full, with its buttons

_READY = "t.behind IS NOT NULL AND t.retry_at IS NULL AND t.ts = '' AND t.room = :list"
_LISTED = f"kind IN ({', '.join(repr(one.value) for one in sorted(LISTED))})"
_WAITING = f"""SELECT t.id, t.kind, t.about FROM tellings t WHERE {_READY} AND {{listed}} t.{_LISTED}
ORDER BY t.behind, t.due_at, t.id LIMIT :most"""
_PUT_INTO = "UPDATE tellings SET digest_id = :digest, behind = NULL WHERE id = :id AND started_at IS NULL"
_MESSAGES = f"{SELECT} WHERE t.digest_id = :digest ORDER BY t.due_at, t.id"
_ITSELF = f"""{SELECT} WHERE t.case_id = 0 AND t.kind = '{TellingKind.DIGEST}' AND t.about = :digest
AND t.recipient = :recipient"""
_LATELY = f"""SELECT count(*) FROM (SELECT n.id FROM nags n
WHERE n.asked = :recipient AND n.noted_at > :since AND n.noted_at <= :now AND n.told = 1
AND (n.level >= {CLOSE} OR n.digest_id IS NOT NULL)
UNION SELECT n.id FROM nags n JOIN promises p ON p.id = n.promise_id
WHERE {lists.IN_DIGEST.format(which="= :standing")} AND {lists.OWED} LIMIT :most) AS lately"""
_LAST = "SELECT at FROM addressed WHERE recipient = :recipient"


class Digests:
    """Messages that are sent together."""

    engine: Engine

    def last_told(self, recipient: str) -> datetime | None:
        row = self.engine.row(_LAST, {"recipient": recipient})
        return rows.at(row[0]) if row else None

    def list_told_at(self, recipient: str) -> tuple[int, datetime] | None:
        return lists.newest_told(self.engine, recipient)

    def next_list(self, recipient: str) -> int:
        return lists.untold(self.engine, recipient)

    def reminded_lately(self, recipient: str, since: datetime, now: datetime, most: int) -> int:
        found = lists.newest_told(self.engine, recipient)
        standing = found[0] if found and found[1] > since else 0
        params: dict[str, object] = {"recipient": recipient, "since": rows.stored(since), "now": rows.stored(now)}
        params |= {"standing": standing, "most": most}
        return int(self.engine.rows(_LATELY, params)[0][0])

    def tells_urgent_lapse(self, telling: Telling) -> bool:
        if telling.kind == TellingKind.DIGEST:
            return lists.urgent_lapse(self.engine, digest=telling.about)
        return telling.kind == TellingKind.DIRECT_REMINDER and lists.urgent_lapse(self.engine, reminder=telling.about)

    def gather(self, person: str, at: datetime) -> int:
        with self.engine.transaction():
            digest = lists.to_fill(self.engine, person, at)
            self._want_digest(person, digest, at)
        return digest

    def put_together(self, telling: Telling, at: datetime, *, flood: bool = False) -> Telling | None:
        with self.engine.transaction():
            waiting = self._waiting(telling, flood=flood)
            together = [number for number, kind, _ in waiting if kind != TellingKind.DIGEST]
            alone = len(waiting) == 1 and not (flood and telling.kind in LISTED)
            if not together or alone:
                return None
            digest = self._into(telling.recipient, waiting, at)
            self.engine.run_all(_PUT_INTO, [{"digest": digest, "id": number} for number in together])
            self._want_digest(telling.recipient, digest, at)
            row = self.engine.rows(_ITSELF, {"digest": digest, "recipient": telling.recipient})[0]
        return rows.read_telling(row)

    def _want_digest(self, recipient: str, digest: int, at: datetime) -> None:
        """Request that a digest is sent; until then the present list shows the same reminders, so redraw it."""
        want_of_desk(self.engine, TellingKind.DIGEST, digest, at, recipient=recipient, urgency=Urgency.REMINDER)
        redraw_list(self.engine, recipient, at)

    def messages_in(self, digest_id: int) -> Sequence[Telling]:
        found = self.engine.rows(_MESSAGES, {"digest": digest_id})
        return [one for one in map(rows.read_telling, found) if one.kind not in LISTED]

    def _waiting(self, telling: Telling, *, flood: bool) -> list[Row]:
        """Return what may be told with a message; in a flood reminders wait for their list, and nothing else does."""
        params: dict[str, object] = {"list": list_of(telling.recipient)}
        found: list[Row] = []
        if not flood or telling.kind in LISTED:
            found += self.engine.rows(_WAITING.format(listed=""), params | {"most": REMINDERS})
        if not flood or telling.kind not in LISTED:
            found += self.engine.rows(_WAITING.format(listed="NOT"), params | {"most": QUESTIONS})
        return found

    def _into(self, recipient: str, waiting: Sequence[Row], at: datetime) -> int:
        """Return the row of the digest for these messages: one with reminders is the list, whatever else it holds."""
        following = (TellingKind.DIGEST, lists.untold(self.engine, recipient))
        listed = any(kind == TellingKind.DIRECT_REMINDER or (kind, about) == following for _, kind, about in waiting)
        return lists.to_fill(self.engine, recipient, at, lists=listed)

"""Notices: sentences about the desk, each stored once per key."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.domain.base.moments import micros
from bot.domain.base.refusals import Unknown
from bot.domain.base.text import clean
from bot.domain.slack.notice import Addressed, CaseNamed, Piece, Room, Said, StormNamed, pieces, plainly
from bot.domain.slack.telling import TellingKind, Urgency
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.slack.tellings import want_of_desk

_NOTICE = rows.insert("notices", "key sentence noted_at offers pieces", "ON CONFLICT (key) DO NOTHING RETURNING id")
_REWRITE = """UPDATE notices SET sentence = :sentence, pieces = :pieces,
offers = CASE WHEN :settled = 1 THEN '' ELSE offers END WHERE key = :key"""
# Only the newest of each kind lose their buttons: that is enough, and older ones stay as they are.
_ASKING = "SELECT key FROM notices WHERE offers = :offers AND offers <> '' ORDER BY id DESC LIMIT 20"
_STANDS = """SELECT n.id, t.channel, t.recipient,
    t.ts <> '' OR t.started_at IS NOT NULL OR t.digest_id IS NOT NULL FROM notices n
JOIN tellings t ON t.case_id = 0 AND t.kind = 'notice' AND t.about = n.id WHERE n.key = :key"""
_SENTENCE = "SELECT sentence, offers, pieces FROM notices WHERE id = :id"
_KEY = "SELECT key FROM notices WHERE id = :id"
_TELLING = """SELECT t.id FROM tellings t JOIN notices n ON n.id = t.about
WHERE n.key = :key AND t.case_id = 0 AND t.kind = 'notice'"""
_BEGUN = "UPDATE tellings SET started_at = :at, behind = NULL WHERE id = :id"


class Notices:
    """The notices about the desk itself."""

    engine: Engine

    def notice(
        self, key: str, channel: str, said: Said, at: datetime, offers: str = "", *, people: Sequence[str] = ()
    ) -> bool:
        params = {"key": key, "sentence": clean(plainly(said)), "noted_at": rows.stored(at), "offers": offers}
        with self.engine.transaction():
            row = self.engine.row(_NOTICE, params | {"pieces": rows.compact([_stored(one) for one in pieces(said)])})
            if row is None:
                return False
            where = "" if people else channel
            for recipient in people or (channel,):  # a channel is addressed too: its notices are a minute apart
                self._want_notice(row[0], where, recipient, at)
        return True

    def shared_answer(self, key: str, channel: str, said: Said, at: datetime) -> int:
        with self.engine.transaction():
            self.notice(key, channel, said, at)
            telling = self.engine.rows(_TELLING, {"key": key})[0][0]
            self.engine.run(_BEGUN, {"id": telling, "at": rows.stored(at)})
        return int(telling)

    def notice_anew(self, key: str, said: Said, at: datetime, *, settled: bool = False) -> bool:
        params = {"key": key, "sentence": clean(plainly(said)), "settled": int(settled)}
        params |= {"pieces": rows.compact([_stored(one) for one in pieces(said)])}
        with self.engine.transaction():
            self.engine.run(_REWRITE, params)
            standing = self.engine.rows(_STANDS, {"key": key})
            for number, channel, person, _ in standing:
                self._want_notice(number, channel, person, at)
        return any(shown for *_, shown in standing)

    def _want_notice(self, number: int, channel: str, recipient: str, at: datetime) -> None:
        kind, urgency = TellingKind.NOTICE, Urgency.REMINDER
        want_of_desk(self.engine, kind, number, at, channel=channel, recipient=recipient, urgency=urgency)

    def notices_settled(self, offers: str, said: Said, at: datetime) -> None:
        with self.engine.transaction():
            for (key,) in self.engine.rows(_ASKING, {"offers": offers}):
                self.notice_anew(key, said, at, settled=True)

    def notice_sentence(self, notice_id: int) -> str:
        sentence, _, _ = self._notice(notice_id)
        return str(sentence)

    def notice_pieces(self, notice_id: int) -> Sequence[Piece]:
        _, _, pieces = self._notice(notice_id)
        return [_piece(one) for one in json.loads(pieces)]

    def notice_offers(self, notice_id: int) -> str:
        _, offers, _ = self._notice(notice_id)
        return str(offers)

    def notice_key(self, notice_id: int) -> str:
        row = self.engine.row(_KEY, {"id": notice_id})
        return str(row[0]) if row else ""

    def _notice(self, notice_id: int) -> Row:
        row = self.engine.row(_SENTENCE, {"id": notice_id})
        if row is None:
            raise Unknown("There is no such notice.")
        return row


_NAMED: Mapping[str, Callable[[str], Piece]] = {
    "person": Addressed,
    "room": Room,
    "case": lambda number: CaseNamed(int(number)),
    "storm": lambda number: StormNamed(int(number)),
}


def _stored(piece: Piece) -> str | int | list[str]:
    """Return words as a string, a moment as microseconds, a name as kind and id, so that JSON shows which it is."""
    match piece:
        case datetime():
            return micros(piece)
        case Addressed(who):
            return ["person", who]
        case Room(channel):
            return ["room", channel]
        case CaseNamed(number):
            return ["case", str(number)]
        case StormNamed(number):
            return ["storm", str(number)]
        case str():
            return clean(piece)


def _piece(stored: str | int | list[str]) -> Piece:
    match stored:
        case int():
            return rows.at(stored)
        case [kind, named]:
            return _NAMED[kind](named)
        case _:
            return str(stored)

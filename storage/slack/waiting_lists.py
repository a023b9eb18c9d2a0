"""Waiting lists: the messages to be posted or redrawn in each room; only the head of each list is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.slack.backlog import Backlog
from bot.domain.slack.telling import LISTS_SETTLED, OF_A_LIST, RETRIED_WITHIN, SETTLED, SOON, Telling, Urgency
from storage.engine import rows
from storage.engine.base import Engine
from storage.slack.tellings import SELECT

COUNTED = 10_000  # most messages that are counted, so that the cost has a limit
NEAR = 50  # messages of a room that are searched for one without very recent changes
AT_ONCE = 1_000  # messages put back into their lists at once

_POSTS = "t.behind IS NOT NULL AND t.retry_at IS NULL AND t.ts = ''"
_REDRAWS = "t.behind IS NOT NULL AND t.retry_at IS NULL AND t.ts <> ''"
_IN_TURN, _BY_AGE = "t.behind, t.due_at, t.id", "t.since, t.id"


# A message that changed just now may change again soon: others come first.
_IS_LIST = f"near.kind = 'digest' AND near.behind = {OF_A_LIST.value}"
_SETTLED = f"""((near.since <= :settled AND NOT ({_IS_LIST} AND near.since > :lists)) OR near.since > :now
    OR (near.behind = {Urgency.CLICK.value} AND near.since <= :soon))"""


def _heads(ready: str, order: str, first: str = "") -> str:
    """Return the query for the first message of each room: one index look-up per room, however many wait in it.

    Among the first NEAR messages of a room, the first one that matches `first` is preferred.
    """
    queue = f"FROM tellings t WHERE {ready} AND t.room = rooms.room ORDER BY {order}"
    head = f"(SELECT t.id {queue} LIMIT 1)"
    if first:
        near = f"(SELECT t.id, t.kind, t.behind, t.since {queue} LIMIT {NEAR}) AS near"
        head = f"coalesce((SELECT near.id FROM {near} WHERE {first} LIMIT 1), {head})"
    return f"""WITH RECURSIVE rooms (room) AS (
    SELECT (SELECT t.room FROM tellings t WHERE {ready} AND t.room > '' ORDER BY t.room LIMIT 1)
    UNION ALL
    SELECT (SELECT t.room FROM tellings t WHERE {ready} AND t.room > rooms.room ORDER BY t.room LIMIT 1)
    FROM rooms WHERE rooms.room IS NOT NULL),
heads (id) AS (
    SELECT {head} FROM rooms WHERE rooms.room IS NOT NULL)
{SELECT.replace("FROM tellings t", "FROM heads h JOIN tellings t ON t.id = h.id")}"""


HEADS = {
    order: [_heads(_POSTS, order), _heads(_REDRAWS, order, first)]
    for order, first in ((_IN_TURN, _SETTLED), (_BY_AGE, ""))
}
_DUE_AGAIN = """SELECT t.id FROM tellings t
    WHERE t.behind IS NOT NULL AND t.retry_at IS NOT NULL AND t.retry_at {when} LIMIT :some"""
# A message delayed longer than any delay can be was stored before the clock was set back.
DUE_AGAIN = [_DUE_AGAIN.format(when=when) for when in ("<= :now", "> :beyond")]
_BACK = "UPDATE tellings SET retry_at = NULL WHERE id = :id"
_OF_ROOM = f"""SELECT t.kind, t.since FROM tellings t WHERE {_POSTS} AND t.room = :room
    ORDER BY t.since, t.id LIMIT :most"""
BACKLOG = f"""SELECT count(*), coalesce(sum(CASE WHEN kind = 'card' THEN 1 ELSE 0 END), 0), min(since)
FROM ({_OF_ROOM}) AS waiting"""
_SOME = "(SELECT t.room, t.why FROM tellings t WHERE {which} LIMIT :most) AS waiting"
_WITH_ROOM = "{ready} AND t.room > ''"  # a message that waits for its card is counted with the card
IN_LISTS = [
    f"SELECT count(*) FROM {_SOME.format(which=_WITH_ROOM.format(ready=ready))}" for ready in (_POSTS, _REDRAWS)
]
_APART = f"""SELECT count(*) FROM (SELECT t.id FROM addressed a JOIN tellings t ON t.room = CASE
    WHEN substr(a.recipient, 1, 1) IN ('U', 'W') THEN a.recipient ELSE '@' || a.recipient END
WHERE a.at > :since AND {_POSTS} LIMIT :most) AS waiting"""
_PUT_OFF = _SOME.format(which="t.behind IS NOT NULL AND t.retry_at IS NOT NULL")
PUT_OFF = f"""SELECT ltrim(room, '@'), why, count(*) FROM {_PUT_OFF}
GROUP BY 1, 2 ORDER BY 1, 2"""


def heads(engine: Engine, now: datetime, *, by_age: bool = False) -> list[Telling]:
    """Return the first message of every list: by age the one that has waited longest, else the most urgent one."""
    moments = {"now": now, "settled": now - SETTLED, "soon": now - SOON, "lists": now - LISTS_SETTLED}
    params = {name: rows.stored(at) for name, at in moments.items()}
    found = [row for sql in HEADS[_BY_AGE if by_age else _IN_TURN] for row in engine.rows(sql, params)]
    return [rows.read_telling(row) for row in found]


def oldest(engine: Engine, now: datetime) -> list[datetime]:
    """Return since when the oldest message of each list waits."""
    return [one.since for one in heads(engine, now, by_age=True)]


def count_waiting(engine: Engine) -> int:
    """Return how many messages wait, counted up to COUNTED posts and as many redraws."""
    return sum(engine.rows(sql, {"most": COUNTED})[0][0] for sql in IN_LISTS)


class WaitingLists:
    """The messages to be sent next, and those that wait."""

    engine: Engine

    def heads(self, now: datetime, *, by_age: bool = False) -> Sequence[Telling]:
        self._bring_back(now)
        return heads(self.engine, now, by_age=by_age)

    def _bring_back(self, now: datetime) -> None:
        moments = {"now": rows.stored(now), "beyond": rows.stored(now + RETRIED_WITHIN), "some": AT_ONCE}
        due = [row for sql in DUE_AGAIN for row in self.engine.rows(sql, moments)]
        if due:
            with self.engine.transaction():
                self.engine.run_all(_BACK, [{"id": one} for (one,) in due])

    def backlog(self, room: str) -> Backlog:
        messages, cards, since = self.engine.rows(BACKLOG, {"room": room, "most": COUNTED})[0]
        return Backlog(messages=messages, cards=cards, since=rows.moment(since), whole=messages < COUNTED)

    def paced_count(self) -> int:
        return count_waiting(self.engine)

    def waiting_their_minute(self, since: datetime) -> int:
        return int(self.engine.rows(_APART, {"since": rows.stored(since), "most": COUNTED})[0][0])

    def put_off(self) -> Mapping[tuple[str, str], int]:
        return {(room, why): count for room, why, count in self.engine.rows(PUT_OFF, {"most": COUNTED})}

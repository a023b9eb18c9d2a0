"""The queue: the cases that wait for us, in order of urgency, complete or narrowed, page by page."""

from collections.abc import Sequence

from bot.domain.cases.case import Case
from bot.domain.cases.queue import Facet, Only, Place
from storage.cases import cases
from storage.engine import rows
from storage.engine.base import Engine

MOST_CODES = 12  # codes that networks use for one language

# Folded cases are listed by the message of their storm.
_ALL = "due_at IS NOT NULL AND storm = 0"
_UNHELD = "due_at IS NOT NULL AND state = 'new' AND storm = 0"
_HELD = "assignee = :assignee AND assignee <> '' AND state IN ('open', 'pending')"
# Each list with its order; in a person's list the cases that wait for the author come last.
_KEY = "priority, due_at, id"
_BEHIND = "(priority, due_at, id) > (:rank, :due, :number)"
_HELD_KEY = f"CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, priority, coalesce(due_at, {rows.NEVER}), id"
_HELD_BEHIND = f"({_HELD_KEY}) > (:idle, :rank, :due, :number)"
_LANGUAGES = ", ".join(f":l{n}" for n in range(MOST_CODES))
_ONLY = {"channel": "channel = :channel", "topic": "topic = :topic", "languages": f"language IN ({_LANGUAGES})"}
_SHARES = """SELECT channel, topic, language, held, count(*)
FROM (SELECT channel, topic, language, CASE WHEN {held} THEN 1 ELSE 0 END AS held FROM cases WHERE {which}) AS listed
GROUP BY channel, topic, language, held ORDER BY channel, topic, language, held"""

EVERY = Only()


class Queue:
    """The cases that wait for us."""

    engine: Engine

    def queue(
        self, *, assignee: str | None = None, limit: int = 20, only: Only = EVERY, after: Place | None = None
    ) -> Sequence[Case]:
        which, key, behind = _list(assignee)
        asked = [which, *_narrowed(only), *([behind] if after else [])]
        sql = f"SELECT id FROM cases WHERE {' AND '.join(asked)} ORDER BY {key} LIMIT :limit"
        found = self.engine.rows(sql, {"limit": limit, **_params(assignee, only, after)})
        return cases.read(self.engine, [row[0] for row in found])  # only these are read in full

    def queued_before(self, after: Place, *, assignee: str | None = None, only: Only = EVERY) -> int:
        which, _, behind = _list(assignee)
        sql = f"SELECT count(*) FROM cases WHERE {' AND '.join([which, *_narrowed(only), f'NOT {behind}'])}"
        return int(self.engine.rows(sql, _params(assignee, only, after))[0][0])

    def queue_shares(self, *, assignee: str | None = None) -> Sequence[Facet]:
        which, *_ = _list(assignee)
        sql = _SHARES.format(which=which, held="state = 'new'")
        return [
            Facet(channel=channel, topic=topic, language=language, held=not unheld, count=count)
            for channel, topic, language, unheld, count in self.engine.rows(sql, _params(assignee, EVERY, None))
        ]


def _list(assignee: str | None) -> tuple[str, str, str]:
    """Return the SQL for the cases of a list, for its order, and for the cases after a place in it."""
    if assignee:
        return _HELD, _HELD_KEY, _HELD_BEHIND
    return _ALL if assignee is None else _UNHELD, _KEY, _BEHIND


def _narrowed(only: Only) -> list[str]:
    return [said for name, said in _ONLY.items() if getattr(only, name)]


def _params(assignee: str | None, only: Only, after: Place | None) -> dict[str, object]:
    held: dict[str, object] = {"assignee": assignee} if assignee else {}
    named: dict[str, object] = {name: getattr(only, name) for name in ("channel", "topic") if getattr(only, name)}
    codes = [*only.languages[:MOST_CODES], *[""] * MOST_CODES]
    spoken = {f"l{n}": codes[n] or codes[0] for n in range(MOST_CODES)} if only.languages else {}
    place = {"rank": after.rank, "due": after.due, "number": after.number} if after else {}
    return {**held, **named, **spoken, **place, **({"idle": after.idle} if after and assignee else {})}

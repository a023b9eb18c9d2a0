"""Recent posts, and the usual counts of words, topics and cases by hour."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.mentions.mention import BY_LINK, RECORDED
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import FeatureKind, Trait
from storage.engine import rows
from storage.engine.base import Engine

_CASES = "cases"
# Of each: when it came in, its topic, the post, and its case's number.
HEARD = f"""SELECT m.received_at, coalesce(c.topic, ''), {rows.columns(rows.MENTION, "m.")}, coalesce(m.case_id, 0)
FROM mentions m LEFT JOIN cases c ON c.id = m.case_id"""
_AFTER = f"{HEARD} WHERE m.id > :row AND m.side = 'theirs' ORDER BY m.id LIMIT :limit"
_WITHIN = f"""{HEARD} WHERE m.received_at >= :since AND m.received_at < :until AND m.side = 'theirs'
ORDER BY m.received_at DESC LIMIT :limit"""
_LOUDEST = f"""{HEARD} WHERE m.received_at >= :since AND m.received_at < :until AND m.side = 'theirs'
AND m.private = 0 AND m.deleted_at IS NULL AND m.network NOT IN ('{RECORDED}', '{BY_LINK}')
ORDER BY coalesce(m.author_followers, 0) DESC, m.id LIMIT :limit"""
_SINCE = """SELECT id FROM mentions WHERE received_at >= :since AND side = 'theirs'
ORDER BY received_at, id LIMIT 1"""
_NEWEST = "SELECT coalesce(max(id), 0) FROM mentions"
_FIRST = "SELECT min(received_at) FROM mentions WHERE side = 'theirs'"
_OPENED = f"""SELECT topic, count(*) FROM cases
WHERE opened_at >= :since AND opened_at < :until AND network <> '{RECORDED}' GROUP BY topic"""
_FORGET = "DELETE FROM usual_counts WHERE hour = :hour OR hour < :before"
_PUT = rows.insert("usual_counts", "hour kind name count")
_COUNTS = f"SELECT kind, name, hour, count FROM usual_counts WHERE hour IN ({rows.SOME}) AND kind <> '{_CASES}'"
_USUAL_CASES = f"""SELECT name, sum(count) FROM usual_counts
WHERE hour >= :since AND hour < :until AND kind = '{_CASES}' GROUP BY name"""


class Usual:
    """Recent posts and usual counts."""

    engine: Engine

    def heard_after(self, row: int, limit: int = 500) -> Sequence[Heard]:
        return [read_heard(one) for one in self.engine.rows(_AFTER, {"row": row, "limit": limit})]

    def heard_within(self, since: datetime, until: datetime, limit: int) -> Sequence[Heard]:
        params = {"since": rows.stored(since), "until": rows.stored(until), "limit": limit}
        return [read_heard(one) for one in self.engine.rows(_WITHIN, params)]

    def loudest_within(self, since: datetime, until: datetime, limit: int) -> Sequence[Heard]:
        params = {"since": rows.stored(since), "until": rows.stored(until), "limit": limit}
        return [read_heard(one) for one in self.engine.rows(_LOUDEST, params)]

    def row_before(self, since: datetime) -> int:
        found = self.engine.row(_SINCE, {"since": rows.stored(since)})
        return int(found[0]) - 1 if found else int(self.engine.rows(_NEWEST)[0][0])

    def first_heard_at(self) -> datetime | None:
        return rows.moment(self.engine.rows(_FIRST)[0][0])

    def opened_on(self, since: datetime, until: datetime) -> Mapping[str, int]:
        params = {"since": rows.stored(since), "until": rows.stored(until)}
        return dict(self.engine.rows(_OPENED, params))

    def put_counts(
        self, hour: int, people: Mapping[Trait, int], cases: Mapping[str, int], forget_before: int
    ) -> None:
        counted = [(trait.kind.value, trait.name, count) for trait, count in people.items()]
        counted += [(_CASES, topic, count) for topic, count in cases.items()]
        with self.engine.transaction():
            self.engine.run(_FORGET, {"hour": hour, "before": forget_before})
            for kind, name, count in counted:
                self.engine.run(_PUT, {"hour": hour, "kind": kind, "name": name, "count": count})

    def counted_in(self, hours: Collection[int]) -> Mapping[Trait, Mapping[int, int]]:
        found: dict[Trait, dict[int, int]] = {}
        for some in rows.in_some(sorted(hours)):
            for kind, name, hour, count in self.engine.rows(_COUNTS, some):
                found.setdefault(Trait(FeatureKind(kind), name), {})[hour] = count
        return found

    def opened_usually(self, since_hour: int, until_hour: int) -> Mapping[str, int]:
        found = self.engine.rows(_USUAL_CASES, {"since": since_hour, "until": until_hour})
        return {name: int(count) for name, count in found}


def read_heard(row: rows.Row) -> Heard:
    """Return the Heard of a row of HEARD."""
    received_at, topic, *post = row
    return Heard(rows.read_mention(post), rows.mention_row(post).case_id, topic, rows.at(received_at))

"""Reads each case of a period for the report: its audit trail, promises and row."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import TypeVar

from bot.domain.base.moments import moment_of
from bot.domain.mentions.mention import RECORDED
from bot.domain.promises.report import MEASURED, Track, TrackLine
from storage.engine import rows
from storage.engine.base import Engine, Params, Row

T = TypeVar("T")

# Only these facts of a line are needed, for hundreds of thousands of lines. No value contains a quotation mark, and
# one within another fact is escaped by a backslash, so that this pattern matches nothing else.
_PLACES = re.compile(r'"(person|to|public|lane)":"([^"\\]*)"')

_RUNNING = "kept_at IS NULL AND dropped_at IS NULL"
# Every case with a promise decided in the period or still running, and every one that ended in it.
_WHICH = f"""SELECT case_id FROM promises WHERE {_RUNNING}
UNION SELECT case_id FROM promises WHERE kept_at >= :since AND kept_at < :until
UNION SELECT case_id FROM promises WHERE due_at >= :since AND due_at < :until
UNION SELECT id FROM cases WHERE ended_at >= :since AND ended_at < :until"""
_NUMBERS = f"SELECT case_id FROM ({_WHICH}) AS which WHERE case_id % :every = 0 ORDER BY case_id"
_HOW_MANY = f"SELECT count(*) FROM ({_WHICH}) AS which"
# Each count uses only an index. A case that was kept, fell due and ended in the period is counted three times.
_AT_MOST = f"""SELECT (SELECT count(*) FROM promises WHERE {_RUNNING})
    + (SELECT count(*) FROM promises WHERE kept_at >= :since AND kept_at < :until)
    + (SELECT count(*) FROM promises WHERE due_at >= :since AND due_at < :until)
    + (SELECT count(*) FROM cases WHERE ended_at >= :since AND ended_at < :until)"""
_COUNTED_WELL = 20_000  # up to this number the count is exact
_MEASURED = f"SELECT id, network, opened_at, segment FROM cases WHERE id IN ({rows.SOME}) ORDER BY id"
_CARDS = f"SELECT case_id, ts FROM tellings WHERE kind = 'card' AND ts <> '' AND case_id IN ({rows.SOME})"
_TRACK_LINES = f"""SELECT chain, verb, who, at, facts FROM audit WHERE chain IN ({rows.SOME})
    AND verb IN ({", ".join(f"'{verb}'" for verb in MEASURED)}) ORDER BY chain, position"""
_PROMISES = f"SELECT case_id, {rows.columns(rows.PROMISE)} FROM promises WHERE case_id IN ({rows.SOME})"

_LANGUAGES = f"""SELECT language, count(*) FROM cases
WHERE opened_at >= :since AND network <> '{RECORDED}' GROUP BY language"""
_THEIRS = "FROM mentions WHERE network = :network AND account = :account AND side = 'theirs'"
_HEARD = f"SELECT min(received_at) {_THEIRS} UNION ALL SELECT max(received_at) {_THEIRS}"
_HOUR = 3_600_000_000  # microseconds
_ARRIVALS = f"""SELECT received_at / {_HOUR}, count(*) {_THEIRS} AND received_at >= :since
GROUP BY received_at / {_HOUR}"""


class PromiseReports:
    """Reads complete cases of a period."""

    engine: Engine

    def tracks(self, since: datetime, until: datetime, every: int = 1) -> Iterator[Track]:
        period = {"since": rows.stored(since), "until": rows.stored(until), "every": every}
        found = self.engine.stream(_NUMBERS, period)
        while some := [row[0] for row in islice(found, rows.AT_ONCE)]:
            [params] = rows.in_some(some)
            yield from self._tracks(params)

    def _tracks(self, some: Params) -> list[Track]:
        cards = self._by_case(_CARDS, some, lambda row: moment_of(row[1]))
        lines = self._by_case(_TRACK_LINES, some, track_line)
        promises = self._by_case(_PROMISES, some, lambda row: rows.read_promise(row[1:]))
        return [
            Track(
                case_id=case_id,
                network=network,
                began_at=min([rows.at(opened), *(one.started_at for one in promises[case_id])]),
                told_at=next(iter(cards[case_id]), None),
                lines=lines[case_id],
                promises=sorted(promises[case_id], key=attrgetter("id")),
                segment=segment,
            )
            for case_id, network, opened, segment in self.engine.rows(_MEASURED, some)
        ]

    def tracked(self, since: datetime, until: datetime) -> int:
        period = {"since": rows.stored(since), "until": rows.stored(until)}
        at_most = int(self.engine.rows(_AT_MOST, period)[0][0])
        return at_most // 2 if at_most > _COUNTED_WELL else int(self.engine.rows(_HOW_MANY, period)[0][0])

    def languages(self, since: datetime) -> Mapping[str, int]:
        return dict(self.engine.rows(_LANGUAGES, {"since": rows.stored(since)}))

    def heard_from(self, network: str, account: str) -> tuple[datetime, datetime] | None:
        whose = {"network": network, "account": account}
        (first,), (newest,) = self.engine.rows(_HEARD, whose)
        return (rows.at(first), rows.at(newest)) if first is not None else None

    def arrivals(self, network: str, account: str, since_hour: int) -> Mapping[int, int]:
        whose = {"network": network, "account": account, "since": since_hour * _HOUR}
        return dict(self.engine.rows(_ARRIVALS, whose))

    def _by_case(self, sql: str, params: Params, read: Callable[[Row], T]) -> defaultdict[int, list[T]]:
        found: defaultdict[int, list[T]] = defaultdict(list)
        for row in self.engine.rows(sql, params):
            found[row[0]].append(read(row))
        return found


def track_line(row: Row) -> TrackLine:
    """Return a line for the report, from: chain, verb, who, at, facts."""
    _, verb, who, at, written = row
    facts = dict(_PLACES.findall(written))
    since = datetime.fromisoformat(facts["public"]) if "public" in facts else rows.at(at)
    return TrackLine(
        verb=verb,
        by=who,
        at=since,
        person=facts.get("person", ""),
        state=facts.get("to", ""),
        lane=facts.get("lane", ""),
    )

"""Counts the promises of a period in the database, so that only sums are fetched however many cases there are."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter

from bot.domain.mentions.mention import RECORDED
from bot.domain.promises.report import Decided, RunningPromise, Track, Verdict, solo_sent
from storage.engine import rows
from storage.engine.base import Engine
from storage.promises.report import track_line

AFTERWARDS = timedelta(days=31)  # a reply goes out at most this long after its approval

_RUNS = "kept_at IS NULL AND dropped_at IS NULL AND pauses NOT LIKE '%,null]]'"  # open and not paused
_PROMISED = "kind <> 'own_accord'"  # promised to a customer
_KEPT = f"lapsed_at IS NULL AND kept_at >= :since AND kept_at < :until AND {_PROMISED}"
_LAPSED = f"""due_at >= :since AND due_at < :until AND {_PROMISED}
    AND (lapsed_at IS NOT NULL OR (due_at < :now AND {_RUNS}))"""
# An overdue answer counts in each period until it is given. With the bare moment the database would scan everything
# that ever fell due.
_OVERDUE = f"due_at + 0 < :overdue AND {_RUNS} AND {_PROMISED}"
_NOT_REPLAYED = f"EXISTS (SELECT 1 FROM cases c WHERE c.id = case_id AND c.network <> '{RECORDED}')"
# The assignee at that time: from the last line before it that claims, assigns or releases the case.
_HELD = """(SELECT CASE WHEN a.verb = 'release' OR a.facts LIKE '%"to":"new"%' THEN ''
        WHEN a.verb = 'assign' THEN {person} ELSE a.who END
    FROM audit a WHERE a.chain = d.case_id AND a.at <= d.at
    AND a.verb IN ('claim', 'assign', 'reopen', 'release', 'author_wrote', 'resurface', 'answer_taken_back')
    AND (a.verb NOT IN ('author_wrote', 'answer_taken_back') OR a.facts LIKE '%"to":"new"%')
    ORDER BY a.position DESC LIMIT 1)"""
# MATERIALIZED: so that the assignee is looked up once per case, and not again for sorting.
_DECIDED = f"""WITH held AS MATERIALIZED (
    SELECT d.verdict, c.network, c.segment, coalesce({_HELD}, '') AS person FROM (
        SELECT 'kept' AS verdict, case_id, kept_at AS at FROM promises WHERE {_KEPT}
        UNION ALL SELECT 'lapsed', case_id, due_at FROM promises WHERE {_LAPSED}
        UNION ALL SELECT 'lapsed', case_id, due_at FROM promises WHERE {_OVERDUE}) AS d
    JOIN cases c ON c.id = d.case_id)
SELECT verdict, network, segment, person, count(*) FROM held GROUP BY verdict, network, segment, person"""
_LATE = f"""(SELECT case_id FROM promises WHERE {_LAPSED} AND {_NOT_REPLAYED}
    UNION SELECT case_id FROM promises WHERE {_OVERDUE} AND {_NOT_REPLAYED}) AS late"""
_HOW_MANY = f"SELECT count(*) FROM {_LATE}"
_WHICH = f"SELECT case_id FROM {_LATE} ORDER BY case_id LIMIT :limit"
_SUMS = f"""SELECT (SELECT count(*) FROM promises WHERE {_KEPT} AND {_NOT_REPLAYED}),
    (SELECT count(*) FROM promises WHERE {_LAPSED} AND {_NOT_REPLAYED})
    + (SELECT count(*) FROM promises WHERE {_OVERDUE} AND {_NOT_REPLAYED})"""
_OWED = f"{_RUNS} AND {_PROMISED} AND lapsed_at IS NULL"
_LONGEST = f"SELECT max(within) FROM promises WHERE {_OWED}"
_RUNNING = f"""SELECT d.case_id, d.within, d.due_at, c.network, c.segment, coalesce({_HELD}, '')
FROM (SELECT case_id, within, due_at, CAST(:now AS bigint) AS at FROM promises
    WHERE {_OWED} AND due_at >= :now AND due_at < :before) AS d
JOIN cases c ON c.id = d.case_id"""
_SOLO = f"""SELECT a.chain, a.verb, a.who, a.at, a.facts FROM (
    SELECT DISTINCT d.case_id FROM approvals y CROSS JOIN drafts d
    WHERE d.id = y.draft_id AND d.target_network <> '{RECORDED}' AND y.lane <> ''
    AND y.approved_at >= :since AND y.approved_at < :until) AS let_out
CROSS JOIN audit a WHERE a.chain = let_out.case_id AND a.verb IN ('approve', 'delivered')
ORDER BY a.chain, a.position"""


class Counted:
    """Counts over a period."""

    engine: Engine

    def decided(self, since: datetime, until: datetime, now: datetime) -> Sequence[Decided]:
        return [
            Decided(verdict=Verdict(verdict), network=network, segment=segment, person=person, count=count)
            for verdict, network, segment, person, count in self.engine.rows(
                self._with_persons(_DECIDED), _period(since, until, now)
            )
        ]

    def _with_persons(self, sql: str) -> str:
        return sql.format(person=self.engine.line_fact("a.facts", "person"))

    def kept_and_lapsed(self, since: datetime, until: datetime, now: datetime) -> tuple[int, int]:
        kept, lapsed = self.engine.rows(_SUMS, _period(since, until, now))[0]
        return int(kept), int(lapsed)

    def lapsed_cases(self, since: datetime, until: datetime, now: datetime, limit: int) -> tuple[int, Sequence[int]]:
        params = _period(since, until, now)
        named = self.engine.rows(_WHICH, params | {"limit": limit})
        return int(self.engine.rows(_HOW_MANY, params)[0][0]), [row[0] for row in named]

    def longest_running(self) -> timedelta:
        return timedelta(microseconds=self.engine.rows(_LONGEST)[0][0] or 0)

    def running(self, now: datetime, before: datetime) -> Iterator[RunningPromise]:
        params = {"now": rows.stored(now), "before": rows.stored(before)}
        for case_id, within, due_at, network, segment, person in self.engine.stream(
            self._with_persons(_RUNNING), params
        ):
            yield RunningPromise(
                case_id=case_id,
                within=timedelta(microseconds=within),
                due_at=rows.at(due_at),
                network=network,
                segment=segment,
                person=person,
            )

    def count_solo(self, since: datetime, until: datetime) -> int:
        params = {"since": rows.stored(since - AFTERWARDS), "until": rows.stored(until)}
        every = groupby(self.engine.stream(_SOLO, params), key=itemgetter(0))
        return sum(solo_sent(_track(case_id, lines), since, until) for case_id, lines in every)


def _track(case_id: int, lines: Iterator[rows.Row]) -> Track:
    known = [track_line(tuple(line)) for line in lines]
    return Track(case_id=case_id, network="", began_at=known[0].at, lines=known)


def _period(since: datetime, until: datetime, now: datetime) -> dict[str, object]:
    overdue = rows.stored(since) if since <= now < until else -(2**62)
    return {"since": rows.stored(since), "until": rows.stored(until), "now": rows.stored(now), "overdue": overdue}

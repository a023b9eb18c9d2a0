"""Queries over all cases: the numbers of the day, an author's history."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.moments import micros
from bot.domain.base.tables import GOING_ON, CaseState
from bot.domain.cases.case import Case
from bot.domain.cases.view import History, Tally
from bot.domain.mentions.mention import RECORDED
from storage.engine import rows
from storage.engine.base import Engine, Params
from storage.light_lane.light_lane import COUNT as LIGHT_LEFT
from storage.slack import outbox
from storage.storms.shares import folded_shares

SOON = timedelta(hours=1)
NAMED = 20  # cases that are listed by number; the others are only counted

# On a case that has ended only a decision on a correction can be due; it can be late although the case is not open.
_OPEN = f"""SELECT state, assignee, count(*), sum(CASE WHEN due_at <= :now THEN 1 ELSE 0 END),
    sum(CASE WHEN due_at > :now AND due_at <= :soon THEN 1 ELSE 0 END)
FROM cases WHERE due_at IS NOT NULL AND network <> '{RECORDED}'
GROUP BY state, assignee ORDER BY count(*) DESC, assignee"""
_LAPSED = f"""SELECT id FROM cases WHERE due_at IS NOT NULL AND due_at <= :now AND network <> '{RECORDED}'
ORDER BY due_at, id LIMIT :limit"""
# Broken promises to customers: still open, of any age, or dropped today without an answer.
# A promise of our own accord is not one to a customer.
_UNANSWERED = f"""SELECT count(*) FROM cases c WHERE c.due_at <= :now AND c.network <> '{RECORDED}' AND EXISTS
    (SELECT 1 FROM promises p WHERE p.case_id = c.id AND p.kept_at IS NULL AND p.dropped_at IS NULL
    AND p.kind <> 'own_accord' AND p.due_at <= :now)"""
_GIVEN_UP = f"""SELECT count(DISTINCT p.case_id) FROM promises p JOIN cases c ON c.id = p.case_id
WHERE p.due_at >= :since AND p.due_at <= :now AND p.kept_at IS NULL AND p.dropped_at IS NOT NULL
AND p.lapsed_at IS NOT NULL AND p.kind <> 'own_accord' AND c.due_at IS NULL AND c.network <> '{RECORDED}'"""
_REPLAYED = f"SELECT count(*) FROM cases WHERE due_at IS NOT NULL AND network || '' = '{RECORDED}'"
# `network || ''`: with the bare column the database would scan an index of all cases in its order.
_ANSWERED = """SELECT network || '', count(*), sum(CASE WHEN EXISTS (SELECT 1 FROM promises p
    WHERE p.case_id = c.id AND p.kind = 'first_response' AND p.lapsed_at IS NOT NULL) THEN 0 ELSE 1 END)
FROM cases c WHERE first_response_at >= :since GROUP BY network || '' ORDER BY 2 DESC, 1"""
_FIRST_TOOK = f"""first_response_at - opened_at AS took FROM cases
WHERE first_response_at >= :since AND network <> '{RECORDED}'"""
_APPROVAL_TOOK = f"""approved_at - asked_at AS took FROM approvals
WHERE approved_at >= :since AND asked_at IS NOT NULL AND lane = '' AND target_network <> '{RECORDED}'"""
_IN_REVIEW = (
    f"SELECT count(*), min(submitted_at) FROM drafts WHERE state = 'in_review' AND target_network <> '{RECORDED}'"
)
_STUCK = f"""SELECT d.case_id FROM drafts d LEFT JOIN attempts t ON t.id = d.attempt_id WHERE {rows.LIVE}
AND (d.state IN ('unconfirmed', 'by_hand') OR d.state = 'failed' AND t.again_at IS NULL) ORDER BY d.case_id"""
_UNREADABLE = "SELECT count(*) FROM quarantine WHERE settled_at IS NULL"

# Somebody may have written thousands of times: they are counted in the index, and two of them are read.
_EARLIER = """SELECT e.many, first.opened_at, last.id, last.opened_at, last.first_response_at
FROM (SELECT count(*) AS many, min(id) AS first, max(id) AS last FROM cases
    WHERE author_id = :author AND network = :network AND id < :id) e
JOIN cases first ON first.id = e.first JOIN cases last ON last.id = e.last"""
_EARLIER_IDS = """SELECT id FROM cases
WHERE author_id = :author AND network = :network AND id < :id ORDER BY id DESC LIMIT :limit"""
_FOLLOWED_BY = """SELECT min(id) FROM cases
WHERE author_id = :author AND network = :network AND follows = :id"""
_SIBLINGS = """SELECT count(*) FROM cases
WHERE network = :network AND root_id = :root AND author_id <> :author"""


class Overview:
    """Queries over all cases."""

    engine: Engine

    def tally(self, now: datetime, since: datetime) -> Tally:
        waiting = self.engine.rows(_OPEN, {"now": micros(now), "soon": micros(now + SOON)})
        lapsed = self.engine.rows(_LAPSED, {"now": micros(now), "limit": NAMED})
        by_assignee: Counter[str] = Counter()
        for state, assignee, count, *_ in waiting:
            by_assignee[assignee] += count if state in GOING_ON else 0
        today = {"since": micros(since), "now": micros(now)}
        every = self.engine.rows(_ANSWERED, {"since": micros(since)})
        answered = [one for one in every if one[0] != RECORDED]
        in_review, review_since = self.engine.rows(_IN_REVIEW)[0]
        return Tally(
            open=by_assignee.total(),
            unclaimed=by_assignee[""],
            in_review=in_review,
            review_since=rows.moment(review_since),
            due_soon=sum(soon for *_, soon in waiting),
            lapsed=tuple(case_id for (case_id,) in lapsed),
            lapsed_count=sum(late for *_, late, _ in waiting),
            answered=sum(count for _, count, _ in answered),
            in_time=sum(in_time for *_, in_time in answered),
            unanswered=self._count(_UNANSWERED, {"now": micros(now)}) + self._count(_GIVEN_UP, today),
            median_first=self._median(_FIRST_TOOK, since),
            median_approval=self._median(_APPROVAL_TOOK, since),
            by_network={network: count for network, count, _ in answered},
            by_assignee=+by_assignee,
            needs_a_person=tuple(case_id for (case_id,) in self.engine.rows(_STUCK)),
            untold=self.engine.rows(outbox.COUNT)[0][0],
            unreadable=self.engine.rows(_UNREADABLE)[0][0],
            storms=folded_shares(self.engine, since),
            light=self._count(LIGHT_LEFT, {}),
            replayed=self._count(_REPLAYED, {}),
            replayed_answered=sum(count for network, count, _ in every if network == RECORDED),
        )

    def _count(self, sql: str, params: Params) -> int:
        return int(self.engine.rows(sql, params)[0][0])

    def _median(self, took: str, since: datetime) -> timedelta | None:
        """Return the median of some lengths of time; None without any."""
        params: dict[str, object] = {"since": micros(since)}
        count = self.engine.rows(f"SELECT count(*) FROM (SELECT {took}) AS known", params)[0][0]
        params |= {"skip": max(count - 1, 0) // 2, "middle": 2 - count % 2}
        known = self.engine.rows(f"SELECT {took} ORDER BY took LIMIT :middle OFFSET :skip", params)
        return timedelta(microseconds=sum(row[0] for row in known) // len(known)) if known else None

    def earlier_cases(self, case: Case, limit: int) -> Sequence[int]:
        whose = {"network": case.network, "author": case.author.id, "id": case.id, "limit": limit}
        return [row[0] for row in self.engine.rows(_EARLIER_IDS, whose)]

    def history(self, case: Case) -> History:
        whose = {"network": case.network, "author": case.author.id}
        earlier = self.engine.row(_EARLIER, whose | {"id": case.id})
        after = self.engine.rows(_FOLLOWED_BY, whose | {"id": case.id}) if case.state == CaseState.CLOSED else ()
        followed_by = (after and after[0][0]) or 0
        siblings = self.engine.rows(_SIBLINGS, whose | {"root": case.root_id})[0][0]
        if earlier is None:
            return History(followed_by=followed_by, siblings=siblings)
        many, first, last, opened, answered = earlier
        return History(
            cases=many,
            first_at=rows.at(first),
            last_at=rows.at(opened),
            last_case=last,
            last_took=None if answered is None else timedelta(microseconds=answered - opened),
            followed_by=followed_by,
            siblings=siblings,
        )

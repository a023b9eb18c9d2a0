"""Samples of what was set aside: made once a month, and looked at again one by one."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.do_not_feed.sample import Candidate, Sample, SampleItem, SampleVerdict
from bot.domain.mentions.mention import RECORDED
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row

# Cases by why they were set aside, posts by the same, and light mentions by their kind.
_WITHIN = "BETWEEN :since AND :until"
_FOUND = f"""SELECT s.kind, s.case_id, 0 FROM asides s JOIN cases c ON c.id = s.case_id
WHERE s.decided_at {_WITHIN} AND c.network <> '{RECORDED}'
UNION ALL SELECT s.kind, 0, p.mention_id FROM aside_posts p JOIN asides s ON s.id = p.aside_id
JOIN mentions m ON m.id = p.mention_id WHERE p.at {_WITHIN} AND p.case_id IS NULL AND m.network <> '{RECORDED}'
UNION ALL SELECT l.kind, 0, l.mention_id FROM light_mentions l JOIN mentions m ON m.id = l.mention_id
WHERE l.state = 'set_aside' AND l.decided_by <> 'author' AND l.since {_WITHIN} AND m.network <> '{RECORDED}'"""
_NEW = rows.insert("aside_samples", "month seed of_many made_at", "ON CONFLICT (month) DO NOTHING RETURNING id")
_ADD = rows.insert("aside_sample_items", "sample_id reason case_id mention_id")
_SELECT = "SELECT id, month, seed, of_many FROM aside_samples"
_ONE = f"{_SELECT} WHERE id = :id"
_NEWEST = f"{_SELECT} ORDER BY id DESC LIMIT 1"
_COUNTS = """SELECT reason, verdict, count(*) FROM aside_sample_items WHERE sample_id = :id
GROUP BY reason, verdict ORDER BY reason, verdict"""
_ITEM = "SELECT id, sample_id, reason, coalesce(case_id, 0), coalesce(mention_id, 0), verdict, decided_by"
_ONE_ITEM = f"{_ITEM} FROM aside_sample_items WHERE id = :id"
_OPEN = f"{_ITEM} FROM aside_sample_items WHERE sample_id = :sample AND verdict = '' ORDER BY id LIMIT :limit"
_DECIDE = """UPDATE aside_sample_items SET verdict = :verdict, decided_by = :by, decided_at = :at
WHERE id = :id AND verdict = ''"""

SAMPLED, AUDITED = "aside_sampled", "aside_audited"  # verbs of lines


class Samples(audit.Audit):
    """Queries about the samples of what was set aside."""

    engine: Engine

    def set_aside_within(self, since: datetime, until: datetime) -> Sequence[Candidate]:
        found = self.engine.rows(_FOUND, {"since": rows.stored(since), "until": _before(until)})
        return [Candidate(reason=reason, case=case, mention=mention) for reason, case, mention in found]

    def add_sample(self, month: str, seed: str, some: Sequence[Candidate], of: int, at: datetime) -> int:
        params = {"month": month, "seed": seed, "of_many": of, "made_at": rows.stored(at)}
        with self.engine.transaction():
            row = self.engine.row(_NEW, params)
            if row is None:
                return 0
            self.engine.run_all(_ADD, [_added(row[0], one) for one in some])
            self.note(SAMPLED, "desk", at, {"sample": row[0], "seed": seed, "many": len(some), "of": of})
        return int(row[0])

    def sample(self, sample_id: int) -> Sample:
        row = self.engine.row(_ONE, {"id": sample_id})
        if row is None:
            raise Unknown("There is no such sample.")
        return self._sample(row)

    def newest_sample(self) -> Sample | None:
        row = self.engine.row(_NEWEST)
        return self._sample(row) if row else None

    def _sample(self, row: Row) -> Sample:
        number, month, seed, of = row
        counted = self.engine.rows(_COUNTS, {"id": number})
        counts = {(reason, SampleVerdict(verdict)): int(many) for reason, verdict, many in counted}
        return Sample(id=number, month=month, seed=seed, of=of, counts=counts)

    def sample_item(self, item_id: int) -> tuple[SampleItem, int]:
        row = self.engine.row(_ONE_ITEM, {"id": item_id})
        if row is None:
            raise Unknown("That is not in the sample.")
        return _item(row), int(row[1])

    def open_sample_items(self, sample_id: int, limit: int = 5) -> Sequence[SampleItem]:
        return [_item(row) for row in self.engine.rows(_OPEN, {"sample": sample_id, "limit": limit})]

    def judge_sample_item(self, item_id: int, verdict: SampleVerdict, *, by: str, at: datetime) -> bool:
        with self.engine.transaction():
            params = {"id": item_id, "verdict": verdict.value, "by": by, "at": rows.stored(at)}
            if not self.engine.run(_DECIDE, params):
                return False
            item, sample = self.sample_item(item_id)
            facts: dict[str, object] = {"sample": sample, "verdict": verdict.value}
            self.note(AUDITED, by, at, facts | ({"case": item.case} if item.case else {"mention": item.mention}))
        return True


def _before(until: datetime) -> int:
    return int(rows.stored(until) or 0) - 1


def _added(sample: int, one: Candidate) -> dict[str, object]:
    return {
        "sample_id": sample,
        "reason": one.reason,
        "case_id": one.case or None,
        "mention_id": one.mention or None,
    }


def _item(row: Row) -> SampleItem:
    number, _, reason, case, mention, verdict, by = row
    return SampleItem(id=number, reason=reason, case=case, mention=mention, verdict=SampleVerdict(verdict), by=by)

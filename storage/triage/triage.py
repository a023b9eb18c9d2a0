"""The triage of each mention: one row per post, in the transaction that stores the post."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.triage.triage import Correction, Kind, Reason, Triage, Unheard, Urgent
from storage.engine import rows
from storage.engine.base import Engine
from storage.engine.row_shapes import TriageRow

_SHAPE = rows.names(TriageRow)
_REASONS = ("kind_by", "urgent_by", "unheard_by", "topic_by", "language_by")
_NO_REASON = Reason()
_ANEW = ", ".join(f"{one} = excluded.{one}" for one in f"{_SHAPE} at".split())
_PUT = rows.insert("triage", f"mention_id {_SHAPE} at", f"ON CONFLICT (mention_id) DO UPDATE SET {_ANEW}")
_ONE = f"SELECT {rows.columns(_SHAPE)} FROM triage WHERE mention_id = :mention"
_OF_CASE = f"""SELECT m.id, {rows.columns(_SHAPE, "t.")} FROM mentions m JOIN triage t ON t.mention_id = m.id
WHERE m.case_id = :case ORDER BY m.posted_at, m.id"""

_CORRECT = rows.insert(
    "triage_corrections", "mention_id kind_before kind kind_rule urgent_before urgent urgent_rule by at"
)
_KINDS_CORRECTED = """SELECT kind_rule, kind_before, kind, count(*) FROM triage_corrections WHERE kind <> kind_before
GROUP BY kind_rule, kind_before, kind"""
_URGENT_CORRECTED = """SELECT urgent_rule, urgent_before, urgent, count(*) FROM triage_corrections
WHERE urgent <> urgent_before GROUP BY urgent_rule, urgent_before, urgent"""


class Triaged:
    """The triage of mentions."""

    engine: Engine

    def put_triage(self, mention_id: int, triage: Triage, at: datetime) -> None:
        params: dict[str, object] = {"mention_id": mention_id, "at": rows.stored(at)}
        with self.engine.transaction():
            self.engine.run(_PUT, params | _params(triage))

    def triage(self, mention_id: int) -> Triage | None:
        found = self.engine.row(_ONE, {"mention": mention_id})
        return read_triage(TriageRow._make(found)) if found else None

    def triages(self, case_id: int) -> Mapping[int, Triage]:
        found = self.engine.rows(_OF_CASE, {"case": case_id})
        return {int(mention): read_triage(TriageRow._make(row)) for mention, *row in found}

    def correct_triage(self, mention_id: int, triage: Triage, by: str, at: datetime) -> None:
        with self.engine.transaction():
            before = self.triage(mention_id) or Triage()
            params: dict[str, object] = {"mention_id": mention_id, "by": by, "at": rows.stored(at)}
            params |= {"kind_before": before.kind.value, "kind": triage.kind.value, "kind_rule": before.kind_by.rule}
            params |= {"urgent_before": before.urgent.value, "urgent": triage.urgent.value}
            self.engine.run(_CORRECT, params | {"urgent_rule": before.urgent_by.rule})
            self.put_triage(mention_id, triage, at)

    def corrections(self) -> Sequence[Correction]:
        found = [*self.engine.rows(_KINDS_CORRECTED), *self.engine.rows(_URGENT_CORRECTED)]
        told = [Correction(rule=rule, before=before, now=now, count=int(count)) for rule, before, now, count in found]
        return sorted(told, key=lambda one: -one.count)


def _params(triage: Triage) -> dict[str, object]:
    reasons = {name: why for name in _REASONS if (why := getattr(triage, name)) != _NO_REASON}
    return {
        "kind": triage.kind.value,
        "urgent": triage.urgent.value,
        "unheard": triage.unheard.value,
        "topic": triage.topic,
        "language": triage.language,
        "sure": int(triage.sure),
        "corrected_by": triage.corrected_by,
        "reasons": rows.compact({name: (why.words, why.rule) for name, why in reasons.items()}),
    }


def read_triage(row: TriageRow) -> Triage:
    """Return the triage of a row."""
    told = json.loads(row.reasons)
    by = {name: Reason(tuple(words), rule) for name, (words, rule) in told.items()}
    return Triage(
        kind=Kind(row.kind),
        urgent=Urgent(row.urgent),
        unheard=Unheard(row.unheard),
        topic=row.topic,
        language=row.language,
        sure=bool(row.sure),
        corrected_by=row.corrected_by,
        kind_by=by.get("kind_by", Reason()),
        urgent_by=by.get("urgent_by", Reason()),
        unheard_by=by.get("unheard_by", Reason()),
        topic_by=by.get("topic_by", Reason()),
        language_by=by.get("language_by", Reason()),
    )

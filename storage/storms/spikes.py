"""Spikes that were noticed, each with its cases; they are kept after their end."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.mentions.mention import BY_LINK
from bot.domain.storms.heard import Heard
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.spikes import Spike
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.storms.usual import HEARD, read_heard

_COLUMNS = "traits words since noticed_at usual recorded over_at"
_ADD = rows.insert("spikes", _COLUMNS, "RETURNING id")
_SELECT = f"SELECT id, {rows.columns(_COLUMNS)} FROM spikes"
_SINCE = f"{_SELECT} WHERE over_at IS NULL UNION ALL {_SELECT} WHERE over_at >= :since ORDER BY id"
_WIDEN = "UPDATE spikes SET traits = :traits WHERE id = :id"
_END = "UPDATE spikes SET over_at = :at WHERE id = :id AND over_at IS NULL"
_JOIN = rows.insert("spike_cases", "spike_id case_id", "ON CONFLICT (spike_id, case_id) DO NOTHING")
_CASES = "SELECT case_id FROM spike_cases WHERE spike_id = :id"
_FOLDED = """SELECT CASE WHEN t.merged_into <> 0 THEN t.merged_into ELSE t.id END, count(*) FROM spike_cases s
JOIN cases c ON c.id = s.case_id JOIN storms t ON t.id = c.storm WHERE s.spike_id = :id AND c.storm <> 0
GROUP BY 1 ORDER BY 2 DESC, 1"""
_PEOPLE = """SELECT count(*) FROM (SELECT DISTINCT c.network, c.author_id FROM spike_cases s
JOIN cases c ON c.id = s.case_id WHERE s.spike_id = :id) AS who"""
_LOUDEST = f"""{HEARD} JOIN spike_cases s ON s.case_id = m.case_id
WHERE s.spike_id = :id AND m.side = 'theirs' AND m.private = 0 AND m.deleted_at IS NULL AND m.network <> '{BY_LINK}'
ORDER BY coalesce(m.author_followers, 0) DESC, m.id LIMIT :limit"""


class SpikeShelf:
    """Rises that were noticed."""

    engine: Engine

    def add_spike(self, spike: Spike, cases: Collection[int]) -> Spike:
        params: dict[str, object] = {
            "traits": _traits(spike),
            "words": rows.compact(list(spike.words)),
            "since": rows.stored(spike.since),
            "noticed_at": rows.stored(spike.noticed_at),
            "usual": round(spike.usual * 1000),
            "recorded": int(spike.recorded),
            "over_at": rows.stored(spike.over_at),
        }
        with self.engine.transaction():
            added = replace(spike, id=int(self.engine.rows(_ADD, params)[0][0]))
            self.join_spike(added, cases)
        return added

    def join_spike(self, spike: Spike, cases: Collection[int]) -> None:
        with self.engine.transaction():
            self.engine.run(_WIDEN, {"id": spike.id, "traits": _traits(spike)})
            self.engine.run_all(_JOIN, [{"spike_id": spike.id, "case_id": case} for case in sorted(cases)])

    def end_spike(self, spike_id: int, at: datetime) -> bool:
        with self.engine.transaction():
            return self.engine.run(_END, {"id": spike_id, "at": rows.stored(at)}) > 0

    def spikes(self, since: datetime) -> Sequence[Spike]:
        return [_read(row) for row in self.engine.rows(_SINCE, {"since": rows.stored(since)})]

    def spike_cases(self, spike_id: int) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_CASES, {"id": spike_id})]

    def spike_folded(self, spike_id: int) -> Mapping[int, int]:
        return {int(storm): int(many) for storm, many in self.engine.rows(_FOLDED, {"id": spike_id})}

    def spike_people(self, spike_id: int) -> int:
        return int(self.engine.rows(_PEOPLE, {"id": spike_id})[0][0])

    def loudest_in(self, spike_id: int, limit: int) -> Sequence[Heard]:
        return [read_heard(row) for row in self.engine.rows(_LOUDEST, {"id": spike_id, "limit": limit})]


def _traits(spike: Spike) -> str:
    return rows.compact([[one.kind.value, one.name] for one in spike.traits])


def _read(row: Row) -> Spike:
    number, traits, words, since, noticed_at, usual, recorded, over_at = row
    return Spike(
        id=number,
        traits=tuple(Trait(FeatureKind(kind), name) for kind, name in json.loads(traits)),
        words=tuple(rows.json_list(words)),
        since=rows.at(since),
        noticed_at=rows.at(noticed_at),
        usual=usual / 1000,
        recorded=bool(recorded),
        over_at=rows.moment(over_at),
    )

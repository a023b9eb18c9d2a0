"""Storms, and where each of their cases stands. What a case itself keeps of it is its column `storm`."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.mentions.mention import BY_LINK
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import PlacedCase, Standout, Storm, StormPlace
from bot.ports.storms import StormPost
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.storms.messages import want_storm

_FIRST = "channel traits words since opened_at opened_by spike_id"
_COLUMNS = f"{_FIRST} over_at ended_by merged_into nag_due_at nag_level asked_at"
_ADD = rows.insert("storms", _COLUMNS, "RETURNING id")
_SELECT = f"SELECT id, {rows.columns(_COLUMNS)} FROM storms"
_ONE = f"{_SELECT} WHERE id = :id"
_OPEN = f"{_SELECT} WHERE over_at IS NULL ORDER BY id"
_OF_SPIKE = f"{_SELECT} WHERE spike_id = :spike AND spike_id <> 0 ORDER BY id DESC LIMIT 1"
_END = """UPDATE storms SET over_at = :at, ended_by = :by, merged_into = :into
WHERE id = :id AND over_at IS NULL"""
_GO_ON = "UPDATE storms SET merged_into = :into WHERE merged_into = :id AND merged_into <> 0"

# Of a case with a place in both, the newer one counts.
_ONE_PLACE = """DELETE FROM storm_cases
WHERE storm_id IN (SELECT id FROM storms WHERE id = :into OR merged_into = :into)
AND EXISTS (SELECT 1 FROM storm_cases o JOIN storms t ON t.id = o.storm_id
    WHERE o.case_id = storm_cases.case_id AND (t.id = :into OR t.merged_into = :into) AND o.id <> storm_cases.id
    AND (o.placed_at > storm_cases.placed_at OR (o.placed_at = storm_cases.placed_at AND o.id > storm_cases.id)))"""

_PLACE = rows.insert("storm_cases", "storm_id case_id place why placed_by placed_at")
_PUT = f"""{_PLACE} ON CONFLICT (storm_id, case_id) DO UPDATE SET place = excluded.place, why = excluded.why,
placed_by = excluded.placed_by, placed_at = excluded.placed_at"""
_PUT_ONCE = f"{_PLACE} ON CONFLICT (storm_id, case_id) DO NOTHING"
_FOLDED_ONES = "UPDATE promises SET folded = :folded WHERE case_id = :case AND folded <> :folded"
# A storm with those that go on in it.
OF_STORM = """storm_id IN (SELECT id FROM storms WHERE id = :id
    UNION SELECT id FROM storms WHERE merged_into = :id AND merged_into <> 0)"""
_CASES = f"""SELECT case_id FROM storm_cases WHERE {OF_STORM} AND place = :place AND case_id > :after
ORDER BY case_id LIMIT :limit"""
_UNTOLD = f"""SELECT s.case_id FROM storm_cases s JOIN cases c ON c.id = s.case_id
WHERE s.{OF_STORM} AND s.place = 'folded' AND s.case_id > :after AND c.due_at IS NOT NULL
ORDER BY s.case_id LIMIT :limit"""
_COUNTS = f"SELECT place, count(DISTINCT case_id) FROM storm_cases WHERE {OF_STORM} GROUP BY place"
_PLACED = f"""SELECT case_id, place, why, placed_by, placed_at FROM storm_cases WHERE {OF_STORM} AND case_id = :case
ORDER BY placed_at DESC LIMIT 1"""
_POSTS = f"""SELECT s.id, s.case_id, s.place, c.topic, {rows.columns(rows.MENTION, "m.")}, m.case_id
FROM storm_cases s JOIN cases c ON c.id = s.case_id JOIN mentions m ON m.id = (SELECT min(f.id) FROM mentions f
    WHERE f.case_id = s.case_id AND f.side = 'theirs')
WHERE s.{OF_STORM} AND s.id > :behind AND m.private = 0 AND m.deleted_at IS NULL AND m.network <> '{BY_LINK}'
ORDER BY s.id LIMIT :limit"""
_ITS = "(t.id = :id OR (t.merged_into = :id AND t.merged_into <> 0))"
# What is folded into another storm stays there.
_OUTSIDE = f"""SELECT DISTINCT p.case_id FROM storms t JOIN spike_cases p ON p.spike_id = t.spike_id
JOIN cases c ON c.id = p.case_id WHERE {_ITS} AND t.spike_id <> 0 AND c.storm = 0
AND NOT EXISTS (SELECT 1 FROM storm_cases s JOIN storms o ON o.id = s.storm_id
    WHERE s.case_id = p.case_id AND (o.id = :id OR (o.merged_into = :id AND o.merged_into <> 0)))
ORDER BY p.case_id LIMIT :limit"""
_BESIDE = """SELECT CASE WHEN t.merged_into <> 0 THEN t.merged_into ELSE t.id END
FROM cases c JOIN storms t ON t.id = c.storm
WHERE c.network = :network AND c.root_id = :root AND c.storm <> 0 ORDER BY c.id DESC LIMIT 1"""
# CROSS JOIN: so that SQLite begins with the storms that are over, and not with all that is folded.
_LEFT = """SELECT c.id FROM storms s CROSS JOIN cases c
WHERE s.over_at IS NOT NULL AND c.storm = s.id AND c.storm <> 0 AND c.due_at IS NOT NULL
AND (s.merged_into = 0 OR EXISTS (SELECT 1 FROM storms i WHERE i.id = s.merged_into
    AND i.over_at IS NOT NULL)) ORDER BY c.due_at, c.id LIMIT :limit"""


def write_folding(engine: Engine, before: Case | None, after: Case, event: Event) -> None:
    """Write where a case stands in its storm, and whether its promises remind by themselves."""
    was = before.storm if before else 0
    if after.storm == was:
        return
    engine.run(_FOLDED_ONES, {"case": after.id, "folded": int(after.storm > 0)})
    place = StormPlace.FOLDED if after.storm else _place_out(event)
    why = event.why.value if isinstance(event, events.CameOut) else ""
    put = {"storm_id": after.storm or was, "case_id": after.id, "place": place.value, "why": why}
    engine.run(_PUT, put | {"placed_by": event.by, "placed_at": rows.stored(event.at)})


def _place_out(event: Event) -> StormPlace:
    by_hand = isinstance(event, events.CameOut) and event.why == Standout.TAKEN_OUT
    return StormPlace.TAKEN_OUT if by_hand else StormPlace.CAME_OUT


class StormShelf(audit.Audit):
    """Storms."""

    engine: Engine

    def open_storm(self, storm: Storm, *, told: bool = True) -> Storm:
        params: dict[str, object] = {
            "channel": storm.channel,
            "traits": rows.compact([[one.kind.value, one.name] for one in storm.traits]),
            "words": rows.compact(list(storm.words)),
            "since": rows.stored(storm.since),
            "opened_at": rows.stored(storm.opened_at),
            "opened_by": storm.opened_by,
            "spike_id": storm.spike,
            "over_at": rows.stored(storm.over_at),
            "ended_by": storm.ended_by,
            "merged_into": storm.merged_into,
            "nag_due_at": rows.stored(storm.reminded_due),
            "nag_level": storm.reminded_level,
            "asked_at": rows.stored(storm.asked_at),
        }
        with self.engine.transaction():
            added = replace(storm, id=int(self.engine.rows(_ADD, params)[0][0]))
            self.note("storm_opened", storm.opened_by, storm.opened_at, {"storm": added.id, "spike": storm.spike})
            if told:
                want_storm(self.engine, added.id, storm.channel, storm.opened_at)
        return added

    def storm(self, storm_id: int) -> Storm:
        row = self.engine.row(_ONE, {"id": storm_id})
        if row is None:
            raise Unknown("There is no such storm.")
        return _read(row)

    def open_storms(self) -> Sequence[Storm]:
        return [_read(row) for row in self.engine.rows(_OPEN)]

    def storm_of_spike(self, spike_id: int) -> Storm | None:
        row = self.engine.row(_OF_SPIKE, {"spike": spike_id})
        return _read(row) if row else None

    def end_storm(self, storm_id: int, by: str, at: datetime, *, into: int = 0) -> bool:
        with self.engine.transaction():
            ended = self.engine.run(_END, {"id": storm_id, "by": by, "at": rows.stored(at), "into": into}) > 0
            if ended:
                facts = {"storm": storm_id} | ({"into": into} if into else {})
                self.note("storm_merged" if into else "storm_over", by, at, facts)
                if into:
                    self.engine.run(_GO_ON, {"id": storm_id, "into": into})
                    self.engine.run(_ONE_PLACE, {"into": into})
        return ended

    def stand_out(self, storm_id: int, case_id: int, why: Standout, at: datetime) -> None:
        put = {"storm_id": storm_id, "case_id": case_id, "place": StormPlace.STANDS_OUT.value, "why": why.value}
        with self.engine.transaction():
            self.engine.run(_PUT_ONCE, put | {"placed_by": "desk", "placed_at": rows.stored(at)})

    def storm_cases(
        self,
        storm_id: int,
        places: Collection[StormPlace] = (StormPlace.FOLDED,),
        *,
        after: int = 0,
        limit: int = 1000,
    ) -> Sequence[int]:
        which = {"id": storm_id, "after": after, "limit": limit}
        found = {row[0] for one in places for row in self.engine.rows(_CASES, which | {"place": one.value})}
        return sorted(found)[:limit]

    def untold_cases(self, storm_id: int, *, after: int = 0, limit: int = 1000) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_UNTOLD, {"id": storm_id, "after": after, "limit": limit})]

    def storm_counts(self, storm_id: int) -> Mapping[StormPlace, int]:
        return {StormPlace(place): int(many) for place, many in self.engine.rows(_COUNTS, {"id": storm_id})}

    def placed(self, storm_id: int, case_id: int) -> PlacedCase | None:
        row = self.engine.row(_PLACED, {"id": storm_id, "case": case_id})
        if row is None:
            return None
        number, place, why, by, at = row
        return PlacedCase(
            case=number, place=StormPlace(place), why=Standout(why) if why else None, by=by, at=rows.at(at)
        )

    def storm_posts(self, storm_id: int, *, behind: int = 0, limit: int = 500) -> Sequence[StormPost]:
        found = self.engine.rows(_POSTS, {"id": storm_id, "behind": behind, "limit": limit})
        return [
            StormPost(id=number, case=case, place=StormPlace(place), topic=topic, post=rows.read_mention(post))
            for number, case, place, topic, *post in found
        ]

    def spike_cases_outside(self, storm_id: int, limit: int = 200) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_OUTSIDE, {"id": storm_id, "limit": limit})]

    def folded_beside(self, network: str, root_id: str) -> int:
        found = self.engine.row(_BESIDE, {"network": network, "root": root_id})
        return int(found[0]) if found else 0

    def left_in_storms_over(self, limit: int = 100) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_LEFT, {"limit": limit})]


def _read(row: Row) -> Storm:
    number, channel, traits, words, since, *moments = row
    opened_at, opened_by, spike, over_at, ended_by, into, due, level, asked = moments
    return Storm(
        id=number,
        channel=channel,
        traits=tuple(Trait(FeatureKind(kind), name) for kind, name in json.loads(traits)),
        words=tuple(rows.json_list(words)),
        since=rows.at(since),
        opened_at=rows.at(opened_at),
        opened_by=opened_by,
        spike=spike,
        over_at=rows.moment(over_at),
        ended_by=ended_by,
        merged_into=into,
        reminded_due=rows.moment(due),
        reminded_level=level,
        asked_at=rows.moment(asked),
    )

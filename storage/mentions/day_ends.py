"""Counts how the mentions of a day ended; those that are left are counted by what is open."""

from collections import Counter
from datetime import datetime

from bot.domain.base.tables import CaseState, CaseVerb
from bot.domain.light_lane.light_mention import LightState
from bot.domain.mentions.day_end import DayEnd, End, Stands, end_of
from bot.domain.mentions.mention import RECORDED
from storage.engine import rows
from storage.engine.base import Engine
from storage.light_lane.light_lane import COUNT as LIGHT_LEFT
from storage.storms.shares import folded_shares

MOST = 10  # cases set aside that are named

_STAND = f"""SELECT coalesce(c.state, ''), CASE WHEN c.answered_at IS NULL THEN 0 ELSE 1 END,
    CASE WHEN c.joined_into > 0 THEN 1 ELSE 0 END, coalesce(l.state, ''), coalesce(l.decided_by, ''),
    CASE WHEN s.mention_id IS NULL THEN 0 ELSE 1 END, CASE WHEN c.storm > 0 THEN 1 ELSE 0 END, count(*)
FROM mentions m LEFT JOIN cases c ON c.id = m.case_id LEFT JOIN light_mentions l ON l.mention_id = m.id
LEFT JOIN aside_posts s ON s.mention_id = m.id
WHERE m.side = 'theirs' AND m.received_at >= :since AND m.network <> '{RECORDED}'
GROUP BY 1, 2, 3, 4, 5, 6, 7"""
_ASIDE = f"""SELECT c.id, (SELECT a.who FROM audit a
    WHERE a.chain = c.id AND a.verb = '{CaseVerb.DISMISS}' ORDER BY a.position DESC LIMIT 1)
FROM cases c WHERE c.state = 'dismissed' AND c.ended_at >= :since ORDER BY c.ended_at DESC, c.id LIMIT :most"""
_CASES_LEFT = f"""SELECT count(*) FROM cases WHERE due_at IS NOT NULL AND state IN ('new', 'open')
AND storm = 0 AND network <> '{RECORDED}'"""
_UNREADABLE_LEFT = "SELECT count(*) FROM quarantine WHERE settled_at IS NULL"


class DayEnds:
    """The end of a day."""

    engine: Engine

    def day_end(self, since: datetime) -> DayEnd:
        ends: Counter[End] = Counter()
        light_aside: Counter[str] = Counter()
        not_fed = 0
        found = self.engine.rows(_STAND, {"since": rows.stored(since)})
        for state, answered, joined, light, by, aside, storm, many in found:
            stands = Stands(
                state=CaseState(state) if state else None,
                answered=bool(answered),
                joined=bool(joined),
                light=LightState(light) if light else None,
                aside=bool(aside),
                storm=bool(storm),
            )
            ends[end_of(stands)] += many
            if stands.state is None and stands.light == LightState.SET_ASIDE:
                light_aside[by] += many
            if stands.state is None and stands.aside:
                not_fed += many
        return DayEnd(
            since=since,
            ends=ends,
            light_aside=light_aside,
            aside=self._set_aside(since),
            not_fed=not_fed,
            storms=folded_shares(self.engine, since),
            cases_left=self._counted(_CASES_LEFT),
            light_left=self._counted(LIGHT_LEFT),
            unreadable_left=self._counted(_UNREADABLE_LEFT),
        )

    def _set_aside(self, since: datetime) -> list[tuple[int, str]]:
        found = self.engine.rows(_ASIDE, {"since": rows.stored(since), "most": MOST})
        return [(case_id, by or "") for case_id, by in found]

    def _counted(self, sql: str) -> int:
        return int(self.engine.rows(sql)[0][0])

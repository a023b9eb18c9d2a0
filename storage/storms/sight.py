"""Figures of storms, their loudest posts, pages of folded ones, and the marks of people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.mentions.mention import BY_LINK
from bot.domain.slack.telling import TellingKind, Urgency
from bot.domain.storms.signature import Trait
from bot.domain.storms.storm import Mark, MarkKind, PlacedCase, Standout, StormPlace
from bot.domain.storms.view import LATELY, StormFigures
from bot.ports.storms import StormPost
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.slack.tellings import want_of_desk
from storage.storms.messages import want_storm
from storage.storms.storms import OF_STORM

_STORMS_WITH = "SELECT DISTINCT storm_id FROM storm_cases WHERE case_id = :case"
_CASES = f"FROM storm_cases s JOIN cases c ON c.id = s.case_id WHERE s.{OF_STORM}"
_MINUTE = 60_000_000  # microseconds
_PLACES = f"SELECT place, count(*) FROM storm_cases WHERE {OF_STORM} GROUP BY place"
_TIMES = f"""SELECT coalesce(sum(CASE WHEN c.opened_at > :lately THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN c.opened_at > :before AND c.opened_at <= :lately THEN 1 ELSE 0 END), 0),
    max(c.opened_at), coalesce(sum(CASE WHEN c.answered_at IS NULL THEN 0 ELSE 1 END), 0),
    coalesce(sum(CASE WHEN c.state = 'dismissed' THEN 1 ELSE 0 END), 0) {_CASES}"""
_WAITING = f"""SELECT count(*), min(c.due_at), coalesce(sum(CASE WHEN c.due_at <= :now THEN 1 ELSE 0 END), 0) {_CASES}
AND s.place = 'folded' AND c.due_at IS NOT NULL"""
_BUSIEST = f"SELECT c.opened_at / {_MINUTE}, count(*) {_CASES} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
_LANGUAGES = f"SELECT c.language, count(*) {_CASES} GROUP BY c.language ORDER BY 2 DESC, 1 LIMIT 8"
_POST = f"""SELECT s.id, s.case_id, s.place, c.topic, {rows.columns(rows.MENTION, "m.")}, m.case_id
FROM storm_cases s JOIN cases c ON c.id = s.case_id JOIN mentions m ON m.id = (SELECT min(f.id) FROM mentions f
    WHERE f.case_id = s.case_id AND f.side = 'theirs') WHERE s.{OF_STORM}
AND m.private = 0 AND m.deleted_at IS NULL AND m.network <> '{BY_LINK}'"""
_LOUDEST = f"{_POST} ORDER BY coalesce(c.author_followers, 0) DESC, s.id LIMIT :limit"
_PAGE = f"{_POST} AND s.place = 'folded' AND s.case_id > :after ORDER BY s.case_id LIMIT :limit"
_STANDOUTS = f"""SELECT case_id, place, why, placed_by, placed_at FROM storm_cases
WHERE {OF_STORM} AND ((place = 'stands_out' AND why <> 'unlike') OR why = 'spreading')
ORDER BY CASE WHEN why = 'spreading' THEN 0 ELSE 1 END, id DESC LIMIT :limit"""
# Of what came lately: the posts of folded cases that other people answer.
_SPREADING = f"""SELECT r.id FROM mentions m
JOIN mentions p ON p.network = m.network AND p.external_id = m.root_id AND p.side = 'theirs' AND p.private = 0
JOIN cases r ON r.id = p.case_id WHERE m.received_at > :since AND m.side = 'theirs' AND m.private = 0
AND m.author_id <> p.author_id AND r.{OF_STORM.replace("storm_id", "storm", 1)} AND p.deleted_at IS NULL
GROUP BY r.id HAVING count(DISTINCT m.author_id) >= :least
ORDER BY count(DISTINCT m.author_id) DESC, r.id LIMIT 10"""
_CAMPAIGNS = f"""SELECT o.url, count(*) {
    _CASES.replace(
        " WHERE",
        " JOIN mentions o ON o.network = c.network AND o.external_id = c.root_id AND o.side = 'ours' WHERE",
        1,
    )
} GROUP BY o.url HAVING count(*) >= :least
ORDER BY 2 DESC LIMIT 3"""

_CARDS = """SELECT count(*) FROM (SELECT 1 FROM cases WHERE opened_at >= :since AND opened_at < :until
AND channel = :channel AND storm = 0 LIMIT :limit) AS c"""

_MARK = rows.insert(
    "storm_marks",
    "storm_id kind name person_id marked_at",
    "ON CONFLICT (storm_id, kind, name) DO UPDATE SET person_id = excluded.person_id, "
    "marked_at = excluded.marked_at WHERE storm_marks.person_id <> excluded.person_id",
)
_UNMARK = "DELETE FROM storm_marks WHERE storm_id = :id AND kind = :kind AND name = :name"
_MARKS = """SELECT kind, name, person_id, marked_at FROM storm_marks WHERE storm_id = :id ORDER BY marked_at, name"""
_WIDEN = "UPDATE storms SET traits = :traits, words = :words WHERE id = :id"
_CHANNEL = "SELECT channel FROM storms WHERE id = :id"
_HAS_MESSAGE = "SELECT 1 FROM tellings WHERE case_id = 0 AND kind = 'storm' AND about = :id"
_GREW = """SELECT t.id, t.channel FROM storms t WHERE t.over_at IS NULL AND t.drawn_at <= :apart AND EXISTS (SELECT 1
FROM storm_cases s WHERE s.storm_id = t.id AND s.placed_at > t.drawn_at - :settled) ORDER BY t.id"""
_DRAWN = "UPDATE storms SET drawn_at = :now WHERE id = :id"
_REMINDED = "UPDATE storms SET nag_due_at = :due, nag_level = :level WHERE id = :id"
_ASKED = "UPDATE storms SET asked_at = :at WHERE id = :id"


class StormSight(audit.Audit):
    """Storms as people see them, and what they mark."""

    engine: Engine

    def storm_figures(self, storm_id: int, now: datetime) -> StormFigures:
        which: dict[str, object] = {"id": storm_id}
        since = {"lately": rows.stored(now - LATELY), "before": rows.stored(now - 2 * LATELY)}
        lately, before, newest, answered, aside = self.engine.rows(_TIMES, which | since)[0]
        waiting, due_at, lapsed = self.engine.rows(_WAITING, which | {"now": rows.stored(now)})[0]
        busiest = self.engine.row(_BUSIEST, which)
        return StormFigures(
            places={StormPlace(place): int(many) for place, many in self.engine.rows(_PLACES, which)},
            lately=int(lately),
            before=int(before),
            newest_at=rows.moment(newest),
            busiest=(rows.at(int(busiest[0]) * _MINUTE), int(busiest[1])) if busiest else None,
            languages=[(code, int(many)) for code, many in self.engine.rows(_LANGUAGES, which)],
            answered=int(answered),
            waiting=int(waiting),
            due_at=rows.moment(due_at),
            lapsed=int(lapsed),
            set_aside=int(aside),
        )

    def storm_loudest(self, storm_id: int, limit: int) -> Sequence[StormPost]:
        return [_post(row) for row in self.engine.rows(_LOUDEST, {"id": storm_id, "limit": limit})]

    def storm_page(self, storm_id: int, *, after: int = 0, limit: int = 5) -> Sequence[StormPost]:
        return [_post(row) for row in self.engine.rows(_PAGE, {"id": storm_id, "after": after, "limit": limit})]

    def storm_standouts(self, storm_id: int, limit: int) -> Sequence[PlacedCase]:
        found = self.engine.rows(_STANDOUTS, {"id": storm_id, "limit": limit})
        return [
            PlacedCase(case=case, place=StormPlace(place), why=Standout(why) if why else None, by=by, at=rows.at(at))
            for case, place, why, by, at in found
        ]

    def storm_spreading(self, storm_id: int, since: datetime, least: int) -> Sequence[int]:
        which = {"id": storm_id, "since": rows.stored(since), "least": least}
        return [row[0] for row in self.engine.rows(_SPREADING, which)]

    def storm_campaigns(self, storm_id: int, least: int) -> Sequence[tuple[str, int]]:
        return [(url, int(many)) for url, many in self.engine.rows(_CAMPAIGNS, {"id": storm_id, "least": least})]

    def cards_in(self, channel: str, since: datetime, until: datetime, limit: int) -> int:
        which = {"channel": channel, "since": rows.stored(since), "until": rows.stored(until), "limit": limit}
        return int(self.engine.rows(_CARDS, which)[0][0])

    def mark_storm(self, storm_id: int, mark: Mark) -> bool:
        put: dict[str, object] = {"storm_id": storm_id, "kind": mark.kind.value, "name": mark.name}
        put |= {"person_id": mark.person, "marked_at": rows.stored(mark.at)}
        with self.engine.transaction():
            if not self.engine.run(_MARK, put):
                return False
            self._noted(storm_id, mark.kind, mark.name, mark.person, mark.at, taken=True)
        return True

    def unmark_storm(self, storm_id: int, kind: MarkKind, name: str, by: str, at: datetime) -> bool:
        with self.engine.transaction():
            if not self.engine.run(_UNMARK, {"id": storm_id, "kind": kind.value, "name": name}):
                return False
            self._noted(storm_id, kind, name, by, at, taken=False)
        return True

    def _noted(self, storm_id: int, kind: MarkKind, name: str, by: str, at: datetime, *, taken: bool) -> None:
        facts: dict[str, object] = {"storm": storm_id, "what": kind.value}
        if kind in {MarkKind.ROLE, MarkKind.STEP}:
            facts["name"] = name
        self.note("storm_marked" if taken else "storm_unmarked", by, at, facts)
        self.want_storm(storm_id, at, clicked=True)

    def storm_marks(self, storm_id: int) -> Sequence[Mark]:
        found = self.engine.rows(_MARKS, {"id": storm_id})
        return [Mark(kind=MarkKind(kind), name=name, person=who, at=rows.at(at)) for kind, name, who, at in found]

    def widen_storm(self, storm_id: int, traits: Sequence[Trait], words: Sequence[str]) -> None:
        put = {"traits": rows.compact([[one.kind.value, one.name] for one in traits]), "id": storm_id}
        with self.engine.transaction():
            self.engine.run(_WIDEN, put | {"words": rows.compact(list(words))})

    def want_storm(self, storm_id: int, at: datetime, *, clicked: bool = False, over: bool = False) -> None:
        with self.engine.transaction():
            found = self.engine.row(_CHANNEL, {"id": storm_id})
            if found:
                want_storm(self.engine, storm_id, found[0], at, clicked=clicked, over=over)

    def redraw_storm(self, storm_id: int, at: datetime) -> None:
        if self.engine.row(_HAS_MESSAGE, {"id": storm_id}):
            self.want_storm(storm_id, at, clicked=True)

    def redraw_storms_with(self, case_id: int, at: datetime) -> None:
        for (storm,) in self.engine.rows(_STORMS_WITH, {"case": case_id}):
            self.redraw_storm(storm, at)

    def want_pause(self, storm_id: int, channel: str, at: datetime) -> None:
        with self.engine.transaction():
            kind = TellingKind.STORM_PAUSE
            want_of_desk(self.engine, kind, storm_id, at, channel=channel, urgency=Urgency.CLICK)

    def storms_that_grew(self, now: datetime, apart: timedelta) -> Sequence[int]:
        since = {"apart": rows.stored(now - apart), "settled": 2 * LATELY // rows.MICROSECOND}
        with self.engine.transaction():
            grew = self.engine.rows(_GREW, since)
            for storm_id, channel in grew:
                self.engine.run(_DRAWN, {"id": storm_id, "now": rows.stored(now)})
                want_storm(self.engine, storm_id, channel, now)
        return [row[0] for row in grew]

    def storm_reminded(self, storm_id: int, due_at: datetime, level: int) -> None:
        with self.engine.transaction():
            self.engine.run(_REMINDED, {"id": storm_id, "due": rows.stored(due_at), "level": level})

    def storm_asked(self, storm_id: int, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_ASKED, {"id": storm_id, "at": rows.stored(at)})


def _post(row: Row) -> StormPost:
    number, case, place, topic, *post = row
    return StormPost(id=number, case=case, place=StormPlace(place), topic=topic, post=rows.read_mention(post))

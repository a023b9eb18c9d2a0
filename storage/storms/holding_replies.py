"""Holding replies: a storm's words, whom they are for, and what became of each."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases.case import Case
from bot.domain.replies.origins import KnownText, OriginKind, StartingText, TextOrigin
from bot.domain.slack.telling import TellingKind, Urgency
from bot.domain.storms.holding_reply import Audience, HoldingReply, NotTold, Progress
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.origin_rows import read_origins
from storage.slack.tellings import want_of_desk

_NEW_ONE = "storm_id channel audience variants machines written_by written_at"
_ADD = rows.insert("holding_replies", _NEW_ONE, "RETURNING id")
_SELECT = """SELECT id, storm_id, channel, audience, variants, written_by, written_at, paused_by, paused_at, ended_by,
ended_at, machines FROM holding_replies"""
_ONE = f"{_SELECT} WHERE id = :id"
_OF = f"{_SELECT} WHERE id = (SELECT holding_id FROM holding_cases WHERE draft_id = :draft)"
_GOING_ON = f"{_SELECT} WHERE ended_at IS NULL ORDER BY id"
_PAUSE = "UPDATE holding_replies SET paused_by = :by, paused_at = :at WHERE id = :id AND paused_at IS NULL"
_RESUME = "UPDATE holding_replies SET paused_by = '', paused_at = NULL WHERE id = :id AND paused_at IS NOT NULL"
_MOVE = "UPDATE holding_replies SET storm_id = :into WHERE id = :id"
_END = "UPDATE holding_replies SET ended_by = :by, ended_at = :at WHERE id = :id AND ended_at IS NULL"
_PUT = rows.insert("holding_cases", "holding_id case_id network author_id draft_id joint_id why")
_OF_DRAFT = """SELECT h.paused_by FROM holding_cases c JOIN holding_replies h ON h.id = c.holding_id
WHERE c.draft_id = :draft AND h.paused_at IS NOT NULL"""
_KNOWS = """SELECT case_id FROM holding_cases WHERE holding_id = :id AND draft_id IS NOT NULL
AND network = :network AND author_id = :author AND case_id <> :case"""
_WORDS = """SELECT v.text FROM holding_cases c JOIN drafts d ON d.id = c.draft_id
JOIN draft_versions v ON v.draft_id = d.id AND v.version = d.version WHERE c.holding_id = :id"""
_LIVE = """SELECT c.draft_id FROM holding_cases c JOIN drafts d ON d.id = c.draft_id
WHERE c.holding_id = :id AND d.state IN ('writing', 'in_review', 'approved', 'failed') ORDER BY c.case_id"""
_WAITS = """SELECT 1 FROM holding_cases c JOIN drafts d ON d.id = c.draft_id
WHERE c.holding_id = :id AND d.state IN ('writing', 'in_review') LIMIT 1"""
_STATES = """SELECT d.state, count(*) FROM holding_cases c JOIN drafts d ON d.id = c.draft_id
WHERE c.holding_id = :id GROUP BY d.state"""
_WITHOUT = "FROM holding_cases c LEFT JOIN drafts d ON d.id = c.draft_id WHERE c.holding_id = :id"
_NOT_TOLD = f"""SELECT c.case_id, c.why, d.state, d.why {_WITHOUT}
AND (c.draft_id IS NULL OR d.state IN ('withdrawn', 'failed', 'unconfirmed', 'by_hand'))
ORDER BY c.case_id LIMIT :limit"""
_LEFT_OUT = "SELECT count(*) FROM holding_cases WHERE holding_id = :id AND draft_id IS NULL"
# A storm with those that go on in it.
_STORMS = "SELECT id FROM storms WHERE id = :storm UNION SELECT id FROM storms WHERE merged_into = :storm"
_NEW = "NOT EXISTS (SELECT 1 FROM holding_cases k WHERE k.holding_id = :id AND k.case_id = c.id)"
# Its cases are read by the storm, never all open ones: SQLite keeps the order of a CROSS JOIN.
_GOES_ON = "c.state IN ('new', 'open', 'pending')"
_IN_STORM = f"""FROM storm_cases s CROSS JOIN cases c WHERE c.id = s.case_id AND s.storm_id IN ({_STORMS})
AND s.place {{places}} AND {_GOES_ON} AND {_NEW}"""
_FOR: Mapping[Audience, str] = {
    Audience.WAITING: _IN_STORM.format(places="= 'folded'") + " AND c.due_at IS NOT NULL AND c.answered_at IS NULL",
    Audience.EVERYBODY: _IN_STORM.format(places="IN ('folded', 'stands_out', 'came_out')"),
    Audience.TOLD: f"""FROM holding_replies o CROSS JOIN holding_cases t CROSS JOIN drafts d CROSS JOIN cases c
        WHERE t.holding_id = o.id AND d.id = t.draft_id AND d.state = 'sent' AND c.id = t.case_id
        AND o.storm_id IN ({_STORMS}) AND o.id <> :id AND {_GOES_ON} AND {_NEW}""",
}
_LANGUAGES = f"""SELECT c.language, count(*) FROM storm_cases s CROSS JOIN cases c
WHERE c.id = s.case_id AND s.storm_id IN ({_STORMS}) AND s.place IN ('folded', 'came_out') AND c.language <> ''
GROUP BY c.language ORDER BY count(*) DESC, c.language LIMIT :limit"""
# Folded cases whose holding reply came to nothing, and to which no other draft goes out; of each storm the first.
_STUCK = """SELECT k.id FROM holding_replies h CROSS JOIN holding_cases c CROSS JOIN cases k
LEFT JOIN drafts d ON d.id = c.draft_id LEFT JOIN attempts t ON t.id = d.attempt_id
WHERE h.ended_at IS NULL AND c.holding_id = h.id AND k.id = c.case_id AND k.storm <> 0
AND (d.state = 'by_hand' OR (d.state = 'failed' AND t.again_at IS NULL)
    OR (c.draft_id IS NULL AND k.due_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM holding_cases o
        WHERE o.holding_id = c.holding_id AND o.network = c.network AND o.author_id = c.author_id
        AND o.draft_id IS NOT NULL)))
AND NOT EXISTS (SELECT 1 FROM drafts e WHERE e.case_id = k.id
    AND e.state || '' IN ('writing', 'in_review', 'approved', 'sending', 'unconfirmed'))
AND (SELECT count(*) FROM storm_cases s WHERE s.storm_id = k.storm AND s.place = 'came_out'
    AND s.why = 'not_told') < :most
ORDER BY k.id LIMIT :most"""
# Of each case the newest holding reply says why; who was answered otherwise, or in another case, knows.
_ITS_REPLIES = f"(SELECT id FROM holding_replies WHERE storm_id IN ({_STORMS}))"
_UNTOLD = f"""FROM holding_replies h CROSS JOIN holding_cases c CROSS JOIN cases k
LEFT JOIN drafts d ON d.id = c.draft_id
WHERE h.storm_id IN ({_STORMS}) AND c.holding_id = h.id AND k.id = c.case_id
AND c.holding_id = (SELECT max(n.holding_id) FROM holding_cases n WHERE n.case_id = c.case_id
    AND n.holding_id IN {_ITS_REPLIES}) AND k.answered_at IS NULL
AND (c.draft_id IS NULL OR d.state IN ('withdrawn', 'failed', 'unconfirmed', 'by_hand'))
AND NOT EXISTS (SELECT 1 FROM holding_cases o CROSS JOIN drafts e WHERE e.id = o.draft_id AND o.draft_id IS NOT NULL
    AND o.holding_id IN {_ITS_REPLIES} AND o.network = c.network AND o.author_id = c.author_id
    AND e.state = 'sent')"""
_UNTOLD_ONES = f"SELECT c.case_id, c.why, d.state, d.why {_UNTOLD} ORDER BY c.case_id LIMIT :limit"
_UNTOLD_COUNT = f"SELECT count(*) {_UNTOLD}"
# Public replies whose words, as they were approved, have a link; few holding replies are that young.
_LINKING = """SELECT h.storm_id, c.case_id, c.network, t.post_id FROM holding_replies h CROSS JOIN holding_cases c
CROSS JOIN drafts d CROSS JOIN draft_versions v CROSS JOIN attempts t
WHERE h.written_at >= :since AND c.holding_id = h.id AND d.id = c.draft_id AND d.state = 'sent' AND v.draft_id = d.id
AND v.version = d.version AND v.text LIKE :link ESCAPE '!' AND t.id = d.attempt_id ORDER BY c.case_id"""
_BY_MACHINES = f"""SELECT v.text, v.origins FROM storm_cases s CROSS JOIN drafts d CROSS JOIN draft_versions v
WHERE s.storm_id IN ({_STORMS}) AND d.case_id = s.case_id AND v.draft_id = d.id AND v.origins LIKE '%["machine",%'
ORDER BY v.draft_id DESC, v.version DESC LIMIT :limit"""
_GOES_OUT = ("approved", "sending")
_WRITTEN = f"SELECT 1 FROM holding_replies h WHERE h.storm_id IN ({_STORMS}) LIMIT 1"
_IN_TROUBLE = ("withdrawn", "failed", "unconfirmed", "by_hand")


class HoldingReplies(audit.Audit):
    """Holding replies."""

    engine: Engine

    def add_holding_reply(self, holding: HoldingReply) -> int:
        params: dict[str, object] = {
            "storm_id": holding.storm,
            "channel": holding.channel,
            "audience": holding.audience.value,
            "variants": rows.compact(dict(holding.variants)),
            "machines": rows.compact([(one.origin.name, one.text) for one in holding.machines]),
            "written_by": holding.by,
            "written_at": rows.stored(holding.at),
        }
        with self.engine.transaction():
            number = int(self.engine.rows(_ADD, params)[0][0])
            facts: dict[str, object] = {"holding": number, "storm": holding.storm, "audience": holding.audience.value}
            if holding.machines:
                facts |= {"machines": sorted({one.origin.name for one in holding.machines})}
            self.note("holding_reply", holding.by, holding.at, facts)
            self._want_holding(number, holding.channel, holding.at)
        return number

    def machine_words_in_storm(self, storm_id: int, limit: int) -> Sequence[KnownText]:
        found = self.engine.rows(_BY_MACHINES, {"storm": storm_id, "limit": limit})
        return [KnownText(text, read_origins(origins)) for text, origins in found]

    def _want_holding(self, holding_id: int, channel: str, at: datetime) -> None:
        want_of_desk(self.engine, TellingKind.HOLDING, holding_id, at, channel=channel, urgency=Urgency.CLICK)

    def holding_reply(self, holding_id: int) -> HoldingReply:
        row = self.engine.row(_ONE, {"id": holding_id})
        if row is None:
            raise Unknown("There is no such holding reply here.")
        return _read(row)

    def holding_of(self, draft_id: int) -> HoldingReply | None:
        row = self.engine.row(_OF, {"draft": draft_id})
        return _read(row) if row else None

    def holding_replies(self) -> Sequence[HoldingReply]:
        return [_read(row) for row in self.engine.rows(_GOING_ON)]

    def pause_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        return self._mark(_PAUSE, "holding_paused", holding_id, by, at)

    def resume_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        return self._mark(_RESUME, "holding_resumed", holding_id, by, at)

    def end_holding(self, holding_id: int, by: str, at: datetime) -> bool:
        return self._mark(_END, "holding_ended", holding_id, by, at)

    def move_holding(self, holding_id: int, into: int, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_MOVE, {"id": holding_id, "into": into})
            self._want_holding(holding_id, self.holding_reply(holding_id).channel, at)

    def _mark(self, sql: str, verb: str, holding_id: int, by: str, at: datetime) -> bool:
        with self.engine.transaction():
            done = self.engine.run(sql, {"id": holding_id, "by": by, "at": rows.stored(at)}) > 0
            if done:
                self.note(verb, by, at, {"holding": holding_id})
                self._want_holding(holding_id, self.holding_reply(holding_id).channel, at)
        return done

    def paused_by(self, draft_id: int) -> str:
        row = self.engine.row(_OF_DRAFT, {"draft": draft_id})
        return str(row[0]) if row else ""

    def put_holding_case(self, holding_id: int, case: Case, *, draft: int = 0, joint: int = 0, why: str = "") -> None:
        params: dict[str, object] = {"holding_id": holding_id, "case_id": case.id, "network": case.network}
        params |= {"author_id": case.author.id, "draft_id": draft or None, "joint_id": joint or None, "why": why}
        with self.engine.transaction():
            self.engine.run(_PUT, params)

    def holding_case_of(self, holding_id: int, case: Case) -> int:
        params = {"id": holding_id, "network": case.network, "author": case.author.id, "case": case.id}
        row = self.engine.row(_KNOWS, params)
        return int(row[0]) if row else 0

    def holding_words(self, holding_id: int) -> Sequence[str]:
        return [row[0] for row in self.engine.rows(_WORDS, {"id": holding_id})]

    def holding_written(self, storm_id: int) -> bool:
        return self.engine.row(_WRITTEN, {"storm": storm_id}) is not None

    def live_holding_drafts(self, holding_id: int) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_LIVE, {"id": holding_id})]

    def sent_with_link(self, link: str, since: datetime) -> Sequence[tuple[int, int, str, str]]:
        within = "".join(f"!{sign}" if sign in "!%_" else sign for sign in link)
        return [
            tuple(row) for row in self.engine.rows(_LINKING, {"link": f"%{within}%", "since": rows.stored(since)})
        ]

    def holding_waits(self, holding_id: int) -> bool:
        return self.engine.row(_WAITS, {"id": holding_id}) is not None

    def holding_candidates(self, holding: HoldingReply, limit: int) -> Sequence[int]:
        params = {"id": holding.id, "storm": holding.storm, "limit": limit}
        sql = f"SELECT DISTINCT c.id + 0 {_FOR[holding.audience]} ORDER BY c.id + 0 LIMIT :limit"
        return [row[0] for row in self.engine.rows(sql, params)]

    def holding_progress(self, holding: HoldingReply, limit: int = 10) -> Progress:
        which = {"id": holding.id}
        states = {state: int(many) for state, many in self.engine.rows(_STATES, which)}
        left_out = int(self.engine.rows(_LEFT_OUT, which)[0][0])
        params = which | {"storm": holding.storm}
        unwritten = self.engine.rows(f"SELECT count(DISTINCT c.id) {_FOR[holding.audience]}", params)[0][0]
        return Progress(
            told=states.get("sent", 0),
            waiting=states.get("writing", 0) + states.get("in_review", 0),
            going_out=sum(states.get(one, 0) for one in _GOES_OUT),
            unwritten=0 if holding.ended_at else int(unwritten),
            not_told=[_not_told(row) for row in self.engine.rows(_NOT_TOLD, which | {"limit": limit})],
            not_told_count=left_out + sum(states.get(one, 0) for one in _IN_TROUBLE),
        )

    def holding_stuck(self, limit: int) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_STUCK, {"most": limit})]

    def storm_untold(self, storm_id: int, limit: int) -> tuple[Sequence[NotTold], int]:
        found = self.engine.rows(_UNTOLD_ONES, {"storm": storm_id, "limit": limit})
        return [_not_told(row) for row in found], int(self.engine.rows(_UNTOLD_COUNT, {"storm": storm_id})[0][0])

    def storm_languages(self, storm_id: int, limit: int) -> Sequence[str]:
        return [row[0] for row in self.engine.rows(_LANGUAGES, {"storm": storm_id, "limit": limit})]


_TROUBLE: Mapping[str, str] = {
    "withdrawn": "taken out",
    "failed": "the network did not take it",
    "unconfirmed": "nobody knows yet whether it went out",
    "by_hand": "somebody has to post it by hand",
}


def _not_told(row: Row) -> NotTold:
    case_id, why, state, trouble = row
    return NotTold(case_id, why or ": ".join(filter(None, [_TROUBLE[state], trouble])).rstrip("."))


def _read(row: Row) -> HoldingReply:
    number, storm, channel, audience, variants, by, at, paused_by, paused_at, ended_by, ended_at, machines = row
    return HoldingReply(
        id=number,
        storm=storm,
        channel=channel,
        audience=Audience(audience),
        variants=json.loads(variants),
        by=by,
        at=rows.at(at),
        paused_by=paused_by,
        paused_at=rows.moment(paused_at),
        ended_by=ended_by,
        ended_at=rows.moment(ended_at),
        machines=tuple(
            StartingText(text, TextOrigin(OriginKind.MACHINE, name)) for name, text in json.loads(machines)
        ),
    )

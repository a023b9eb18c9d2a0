"""Light mentions: the message of a channel and hour that lists them, and the outcome of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.base.transitions import next_state, states_allowing
from bot.domain.light_lane.light_mention import (
    LIGHT,
    LightDigest,
    LightMention,
    LightState,
    LightVerb,
)
from bot.domain.mentions.mention import RECORDED, Mention
from bot.domain.replies.retries import SET_BACK
from bot.domain.slack.telling import TellingKind, Urgency
from bot.domain.triage.triage import LIGHT as KINDS
from bot.domain.triage.triage import Kind
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import LightRow
from storage.slack.tellings import want_of_desk

_NEW_DIGEST = rows.insert("light_digests", "channel hour", "ON CONFLICT (channel, hour) DO NOTHING RETURNING id")
_DIGEST_OF = "SELECT id FROM light_digests WHERE channel = :channel AND hour = :hour"
_GROWN = "UPDATE light_digests SET grown = 1 WHERE id = :digest AND grown = 0"
_THAT_GREW = "SELECT id, channel FROM light_digests WHERE grown = 1 ORDER BY id"
_SHOWN = "UPDATE light_digests SET grown = 0 WHERE id = :digest AND grown = 1"
_DIGEST = "SELECT id, channel, hour FROM light_digests WHERE id = :digest"
_COUNTS = """SELECT state, decided_by, count(*), max(mention_id) FROM light_mentions WHERE digest_id = :digest
GROUP BY state, decided_by ORDER BY state, decided_by"""

_ADD = rows.insert("light_mentions", "mention_id digest_id kind state since", "ON CONFLICT (mention_id) DO NOTHING")
_COLUMNS = "mention_id digest_id kind state decided_by since why tries like_words"
_SELECT = f"SELECT {rows.columns(_COLUMNS, 'l.')}, coalesce(l.case_id, 0) FROM light_mentions l"
_ONE = f"{_SELECT} WHERE l.mention_id = :mention"
_IN_DIGEST = f"""{_SELECT} WHERE l.digest_id = :digest AND l.state = :state AND l.mention_id > :after
ORDER BY l.mention_id LIMIT :limit"""
_WAITING = f"""{_SELECT} WHERE l.state = 'waiting' AND l.kind = :kind AND l.mention_id > :after
ORDER BY l.mention_id LIMIT :limit"""
_OVER = f"""{_SELECT} JOIN light_digests d ON d.id = l.digest_id WHERE l.state = 'waiting' AND l.kind = :kind
AND d.hour <= :before ORDER BY l.mention_id LIMIT :limit"""
_OF_AUTHOR = f"""SELECT {rows.columns(rows.MENTION, "m.")}, 0 FROM mentions m
JOIN light_mentions l ON l.mention_id = m.id AND l.state = 'waiting' WHERE m.case_id IS NULL
AND m.author_id = :author AND m.network = :network AND m.account = :account AND m.private = :private
AND (m.root_id = :root OR m.posted_at BETWEEN :since AND :until) ORDER BY m.posted_at, m.id"""
# A like that waits with its account does not delay those of other accounts.
_LIKING = f"""{_SELECT} JOIN mentions m ON m.id = l.mention_id WHERE l.state = 'liking' AND NOT EXISTS (
    SELECT 1 FROM account_holds w WHERE w.network = m.network AND w.account = m.account AND w.use = 'write'
    AND w.until_at > :now AND w.held_at <= :soon)
ORDER BY l.mention_id LIMIT :limit"""
_TRIED = "UPDATE light_mentions SET tries = tries + 1 WHERE mention_id = :mention AND state = 'liking'"
_STEP = """UPDATE light_mentions SET state = :state, decided_by = :by, since = :at, why = :why, case_id = :case,
tries = 0, like_words = :words WHERE mention_id = :mention AND state = :was"""
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(KINDS))  # as in the condition of the index of waiting ones
COUNT = f"""SELECT count(*) FROM light_mentions l JOIN mentions m ON m.id = l.mention_id
WHERE l.state = 'waiting' AND l.kind IN ({_KINDS}) AND m.network <> '{RECORDED}'"""


_UNASKED = frozenset({"author", "network", "desk"})  # none of these is a person who waits after a press
_GATHERED = "light_gathered"  # verb of the line about mentions that came in and opened no case


class LightLane(audit.Audit):
    """The light mentions."""

    engine: Engine

    def gather_light(self, mention_id: int, kind: Kind, channel: str, hour: datetime, at: datetime) -> None:
        where = {"channel": channel, "hour": rows.stored(hour)}
        with self.engine.transaction():
            found = self.engine.row(_NEW_DIGEST, where)
            if found:
                self._want(found[0], channel, at)
            else:
                found = self.engine.rows(_DIGEST_OF, where)[0]
                self.engine.run(_GROWN, {"digest": found[0]})
            params: dict[str, object] = {"mention_id": mention_id, "digest_id": found[0], "kind": kind.value}
            self.engine.run(_ADD, params | {"state": LightState.WAITING.value, "since": rows.stored(at)})
            self.note(_GATHERED, "desk", at, {"mention": mention_id, "kind": kind.value})

    def light(self, mention_id: int) -> LightMention | None:
        row = self.engine.row(_ONE, {"mention": mention_id})
        return _light(row) if row else None

    def light_digest(self, digest_id: int) -> LightDigest:
        found = self.engine.row(_DIGEST, {"digest": digest_id})
        if found is None:
            raise Unknown("There is no such list.")
        number, channel, hour = found
        counted = self.engine.rows(_COUNTS, {"digest": digest_id})
        counts = {(LightState(state), by): many for state, by, many, _ in counted}
        newest = max((last for *_, last in counted), default=0)
        return LightDigest(id=number, channel=channel, hour=rows.at(hour), newest=newest, counts=counts)

    def lights_in(
        self, digest_id: int, state: LightState, *, after: int = 0, limit: int = 10
    ) -> Sequence[LightMention]:
        params = {"digest": digest_id, "state": state.value, "after": after, "limit": limit}
        return [_light(row) for row in self.engine.rows(_IN_DIGEST, params)]

    def lights_waiting(self, kinds: Collection[Kind], *, after: int = 0, limit: int = 10) -> Sequence[LightMention]:
        return self._by_kind(_WAITING, kinds, {"after": after, "limit": limit})

    def lights_over(self, kinds: Collection[Kind], before: datetime, limit: int = 100) -> Sequence[LightMention]:
        return self._by_kind(_OVER, kinds, {"before": rows.stored(before), "limit": limit})

    def _by_kind(self, sql: str, kinds: Collection[Kind], params: Mapping[str, object]) -> list[LightMention]:
        limit = params["limit"]
        found = [row for kind in kinds for row in self.engine.rows(sql, {**params, "kind": kind.value})]
        every = sorted(map(_light, found), key=lambda one: one.mention)
        return every[: int(str(limit))]

    def lights_liking(self, now: datetime, limit: int = 100) -> Sequence[LightMention]:
        params = {"now": rows.stored(now), "soon": rows.stored(now + SET_BACK), "limit": limit}
        return [_light(row) for row in self.engine.rows(_LIKING, params)]

    def lights_of_author(self, like: Mention, since: datetime, until: datetime) -> Sequence[Mention]:
        params: dict[str, object] = {"author": like.author.id, "network": like.ref.network, "root": like.root_id}
        params |= {"account": like.ref.account, "private": int(like.private)}
        params |= {"since": rows.stored(since), "until": rows.stored(until)}
        return [rows.read_mention(row) for row in self.engine.rows(_OF_AUTHOR, params)]

    def light_count(self) -> int:
        return int(self.engine.rows(COUNT)[0][0])

    def decide_light(
        self,
        mention_id: int,
        verb: LightVerb,
        *,
        by: str,
        at: datetime,
        why: str = "",
        case_id: int = 0,
        words: str = "",
    ) -> bool:
        with self.engine.transaction():
            light = self.light(mention_id)
            if light is None or light.state not in states_allowing(LIGHT, verb):
                return False
            params: dict[str, object] = {"mention": mention_id, "was": light.state.value}
            params |= {"state": next_state(LIGHT, light.state, verb).value, "by": by, "at": rows.stored(at)}
            if not self.engine.run(_STEP, params | {"why": why, "case": case_id or None, "words": words}):
                return False
            self._written_down(light, verb, by, at, case_id)
            clicked = Urgency.LOW if by in _UNASKED else Urgency.CLICK
            self._want(light.digest, self.light_digest(light.digest).channel, at, clicked)
        return True

    def _written_down(self, light: LightMention, verb: LightVerb, by: str, at: datetime, case_id: int) -> None:
        facts: dict[str, object] = {"mention": light.mention, "from": light.state.value}
        self.note(verb.value, by, at, facts | ({"case": case_id} if case_id else {}))

    def like_tried(self, mention_id: int) -> None:
        with self.engine.transaction():
            self.engine.run(_TRIED, {"mention": mention_id})

    def show_what_grew(self, at: datetime) -> int:
        with self.engine.transaction():
            grew = self.engine.rows(_THAT_GREW)
            for digest, channel in grew:
                self.engine.run(_SHOWN, {"digest": digest})
                self._want(digest, channel, at)
        return len(grew)

    def redraw_light(self, mention_id: int, at: datetime) -> None:
        light = self.light(mention_id)
        if light is not None:
            self._want(light.digest, self.light_digest(light.digest).channel, at)

    def _want(self, digest: int, channel: str, at: datetime, urgency: Urgency = Urgency.LOW) -> None:
        want_of_desk(self.engine, TellingKind.LIGHT, digest, at, channel=channel, urgency=urgency)


def _light(found: Row) -> LightMention:
    row = LightRow._make(found)
    return LightMention(
        mention=row.mention_id,
        digest=row.digest_id,
        kind=Kind(row.kind),
        state=LightState(row.state),
        by=row.decided_by,
        at=rows.at(row.since),
        why=row.why,
        case_id=row.case_id,
        tries=row.tries,
        like_words=row.like_words,
    )

"""Thank-yous: the queue of good words after our answers, what people decided about each, and our likes of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.base.transitions import next_state, states_allowing
from bot.domain.mentions.mention import RECORDED
from bot.domain.replies.retries import SET_BACK
from bot.domain.slack.telling import TellingKind, Urgency
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import ThankYouRow
from storage.slack.tellings import LISTED, want_of_desk

if TYPE_CHECKING:  # each method imports what it needs of it: most desks do not use it in their first hour
    from bot.domain.light_lane.thank_you import LikeState, ThankYou, ThankYouVerb

LOOKED_AT = 500  # of the newest friendly posts, and of the oldest offers; others are in no queue
_FRIENDLY = "(kind = 'thanks' OR kind = 'praise')"  # as in the condition of the index
_THEIR_CASES = "FROM cases o WHERE o.author_id = m.author_id AND o.network = m.network"
_PROMISED = "EXISTS (SELECT 1 FROM promises p WHERE p.case_id = o.id AND p.kept_at IS NULL AND p.dropped_at IS NULL)"
# Who is the same person on another network, as a teammate has written down.
_ELSEWHERE = "FROM same_people q JOIN {} ON {}.network = q.other_network AND {}.author_id = q.other_author_id"
_THEIRS = "WHERE q.network = m.network AND q.author_id = m.author_id"
# Public, still there, of somebody who is owed nothing and was not set aside, and written after our answer; or praise
# in the light lane that nobody there set aside.
_FITS = f"""m.side = 'theirs' AND m.private = 0 AND m.deleted_at IS NULL AND m.text <> ''
AND m.network <> '{RECORDED}'
AND (EXISTS (SELECT 1 FROM cases c WHERE c.id = m.case_id AND c.first_response_at < m.posted_at
        AND c.state IN ('pending', 'solved', 'closed'))
    OR (m.case_id IS NULL AND EXISTS (SELECT 1 FROM light_mentions l WHERE l.mention_id = m.id AND l.kind = 'praise'
        AND (l.state IN ('waiting', 'liking', 'liked') OR (l.state = 'set_aside' AND l.decided_by = 'desk')))))
AND NOT EXISTS (SELECT 1 {_THEIR_CASES} AND o.state IN ('new', 'open'))
AND NOT EXISTS (SELECT 1 {_THEIR_CASES} AND {_PROMISED})
AND NOT EXISTS (SELECT 1 {_ELSEWHERE.format("cases o", "o", "o")} {_THEIRS}
    AND (o.state IN ('new', 'open') OR {_PROMISED}))
AND NOT EXISTS (SELECT 1 FROM hidings h WHERE h.mention_id = m.id AND h.stands = 1 AND h.hide = 1)
AND NOT EXISTS (SELECT 1 FROM asides s WHERE s.author_id = m.author_id AND s.network = m.network
    AND s.ended_at IS NULL)
AND NOT EXISTS (SELECT 1 {_ELSEWHERE.format("asides s", "s", "s")} {_THEIRS} AND s.ended_at IS NULL)"""
# What was offered or may be quoted leaves, too, where a person says that it is no good word.
_STAYS = f"{_FITS} AND EXISTS (SELECT 1 FROM triage t WHERE t.mention_id = m.id AND {_FRIENDLY})"
_QUEUE = f"""SELECT f.mention_id FROM (SELECT mention_id FROM triage WHERE {_FRIENDLY} AND mention_id < :before
    ORDER BY mention_id DESC LIMIT {LOOKED_AT}) f JOIN mentions m ON m.id = f.mention_id
WHERE m.posted_at >= :since AND {_FITS}
AND NOT EXISTS (SELECT 1 FROM thank_yous y WHERE y.mention_id = m.id AND y.state <> 'open')
ORDER BY f.mention_id DESC LIMIT :limit"""
_STILL_FITS = f"""SELECT 1 FROM mentions m JOIN triage f ON f.mention_id = m.id AND {_FRIENDLY}
WHERE m.id = :mention AND {_FITS}"""
_COLUMNS = rows.columns(rows.names(ThankYouRow), "y.")
_SELECT = f"SELECT {_COLUMNS} FROM thank_yous y"
_ONE = f"{_SELECT} WHERE y.mention_id = :mention"
# Only in this order the few that are offered or approved are read first for sure, and not all posts.
_POST = "CROSS JOIN mentions m WHERE m.id = y.mention_id"
_WAIT = f"""FROM (SELECT mention_id FROM thank_yous WHERE state = 'offered' ORDER BY mention_id LIMIT {LOOKED_AT}) w
CROSS JOIN thank_yous y CROSS JOIN mentions m
WHERE y.mention_id = w.mention_id AND m.id = y.mention_id AND {_STAYS}"""
_OFFERED = f"""SELECT {_COLUMNS} {_WAIT}
ORDER BY CASE WHEN y.offered_by = :but THEN 1 ELSE 0 END, y.mention_id LIMIT :limit"""
_OFFERED_COUNT = f"SELECT count(*) {_WAIT}"
_APPROVED = f"""{_SELECT} {_POST} AND y.state = 'approved' AND y.mention_id < :before AND {_STAYS}
ORDER BY y.mention_id DESC LIMIT :limit"""
_OF_WEEK = f"""{_SELECT} {_POST} AND y.state = 'approved' AND y.week = :week AND {_STAYS}
ORDER BY y.mention_id LIMIT :limit"""
_LEFT = (
    f"{_SELECT} {_POST} AND y.state = 'offered' AND NOT ({_STAYS}) ORDER BY y.mention_id LIMIT :limit",
    f"""{_SELECT} {_POST} AND y.state = 'approved' AND y.week >= :week AND NOT ({_STAYS})
    ORDER BY y.week, y.mention_id LIMIT :limit""",
)
# A like that waits with its account does not delay those of other accounts.
_LIKING = f"""SELECT y.mention_id FROM thank_yous y {_POST} AND y.liked = 'liking' AND NOT EXISTS (
    SELECT 1 FROM account_holds w WHERE w.network = m.network AND w.account = m.account AND w.use = 'write'
    AND w.until_at > :now AND w.held_at <= :soon)
ORDER BY y.mention_id LIMIT :limit"""
_BEGIN = "INSERT INTO thank_yous (mention_id, state) VALUES (:mention, 'open') ON CONFLICT (mention_id) DO NOTHING"
_DECIDE = """UPDATE thank_yous SET state = :state, decided_by = :by, decided_at = :at
WHERE mention_id = :mention AND state = :was"""
_APPROVE = _DECIDE.replace("SET state", "SET week = :week, state")
_OFFER = """UPDATE thank_yous SET state = :state, offered_by = :by, offered_at = :at, words = :words
WHERE mention_id = :mention AND state = :was"""
_LIKE = """UPDATE thank_yous SET liked = 'liking', liked_by = :by, like_why = '', tries = 0, like_words = :words
WHERE mention_id = :mention AND (liked = '' OR liked = 'not_liked')"""
_LIKED = """UPDATE thank_yous SET liked = :liked, like_why = :why, tries = 0
WHERE mention_id = :mention AND liked = 'liking'"""
_TRIED = "UPDATE thank_yous SET tries = tries + 1 WHERE mention_id = :mention AND liked = 'liking'"
REDRAW = f"""{LISTED}
AND about IN (SELECT y.week FROM thank_yous y WHERE y.mention_id = :id AND y.week > 0)"""
_NEWEST = 2**62


class ThankYous(audit.Audit):
    """The thank-yous."""

    engine: Engine

    def thank_you_queue(self, since: datetime, *, before: int = 0, limit: int = 10) -> Sequence[int]:
        params = {"since": rows.stored(since), "before": before or _NEWEST, "limit": limit}
        return [row[0] for row in self.engine.rows(_QUEUE, params)]

    def is_thank_you(self, mention_id: int) -> bool:
        return self.engine.row(_STILL_FITS, {"mention": mention_id}) is not None

    def thank_you(self, mention_id: int) -> "ThankYou | None":
        row = self.engine.row(_ONE, {"mention": mention_id})
        return _thank_you(row) if row else None

    def offered_thank_yous(self, limit: int, but: str = "") -> "Sequence[ThankYou]":
        return [_thank_you(row) for row in self.engine.rows(_OFFERED, {"limit": limit, "but": but})]

    def offered_thank_you_count(self) -> int:
        return int(self.engine.rows(_OFFERED_COUNT)[0][0])

    def approved_thank_yous(self, *, before: int = 0, limit: int = 10) -> "Sequence[ThankYou]":
        return [_thank_you(row) for row in self.engine.rows(_APPROVED, {"before": before or _NEWEST, "limit": limit})]

    def thank_yous_of_week(self, week: int, limit: int) -> "Sequence[ThankYou]":
        return [_thank_you(row) for row in self.engine.rows(_OF_WEEK, {"week": week, "limit": limit})]

    def thank_yous_that_left(self, week: int, limit: int) -> "Sequence[ThankYou]":
        found = [row for sql in _LEFT for row in self.engine.rows(sql, {"week": week, "limit": limit})]
        return [_thank_you(row) for row in found]

    def decide_thank_you(
        self, mention_id: int, verb: "ThankYouVerb", *, by: str, at: datetime, words: str = "", week: int = 0
    ) -> bool:
        from bot.domain.light_lane.thank_you import (  # noqa: PLC0415 - few desks need it
            THANK_YOU,
            ThankYouState,
            ThankYouVerb,
        )

        with self.engine.transaction():
            known = self.thank_you(mention_id)
            was = known.state if known else ThankYouState.OPEN
            if was not in states_allowing(THANK_YOU, verb):
                return False
            sql = {ThankYouVerb.OFFER: _OFFER, ThankYouVerb.APPROVE: _APPROVE}.get(verb, _DECIDE)
            params: dict[str, object] = {"mention": mention_id, "was": was.value, "by": by, "at": rows.stored(at)}
            params |= {"words": words} if verb == ThankYouVerb.OFFER else {}
            params |= {"week": week} if verb == ThankYouVerb.APPROVE else {}
            self.engine.run(_BEGIN, {"mention": mention_id})
            if not self.engine.run(sql, params | {"state": next_state(THANK_YOU, was, verb).value}):
                return False
            self.note(verb.value, by, at, {"mention": mention_id})
            self.engine.announce()
        return True

    def hold_like(self, mention_id: int) -> None:
        self.engine.exclusive(f"like {mention_id}")

    def begin_thank_you_like(self, mention_id: int, *, by: str, at: datetime, words: str) -> bool:
        with self.engine.transaction():
            self.engine.run(_BEGIN, {"mention": mention_id})
            begun = self.engine.run(_LIKE, {"mention": mention_id, "by": by, "words": words}) == 1
            if begun:
                self.note("thank_you_like", by, at, {"mention": mention_id})
        return begun

    def end_thank_you_like(
        self, mention_id: int, liked: "LikeState", *, by: str, at: datetime, why: str = ""
    ) -> bool:
        with self.engine.transaction():
            done = self.engine.run(_LIKED, {"mention": mention_id, "liked": liked.value, "why": why}) == 1
            if done:
                self.note(f"thank_you_{liked.value}", by, at, {"mention": mention_id})
        return done

    def thank_you_like_tried(self, mention_id: int) -> None:
        with self.engine.transaction():
            self.engine.run(_TRIED, {"mention": mention_id})

    def thank_yous_liking(self, now: datetime, limit: int = 100) -> Sequence[int]:
        params = {"now": rows.stored(now), "soon": rows.stored(now + SET_BACK), "limit": limit}
        return [row[0] for row in self.engine.rows(_LIKING, params)]

    def want_quotes(self, week: int, channel: str, at: datetime) -> None:
        with self.engine.transaction():
            want_of_desk(self.engine, TellingKind.QUOTES, week, at, channel=channel, urgency=Urgency.LOW)

    def redraw_quotes_with(self, mention_id: int, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(REDRAW, {"id": mention_id} | drawn_soon(at))
            self.engine.announce()


def drawn_soon(at: datetime) -> dict[str, object]:
    """Return the parameters that have the messages with a quote redrawn."""
    return {"kind": TellingKind.QUOTES.value, "urgency": int(Urgency.NORMAL), "since": rows.stored(at)}


def _thank_you(found: Row) -> "ThankYou":
    from bot.domain.light_lane.thank_you import (  # noqa: PLC0415 - few desks need it
        LikeState,
        ThankYou,
        ThankYouState,
    )

    row = ThankYouRow._make(found)
    return ThankYou(
        mention=row.mention_id,
        state=ThankYouState(row.state),
        words=row.words,
        offered_by=row.offered_by,
        offered_at=rows.moment(row.offered_at),
        decided_by=row.decided_by,
        decided_at=rows.moment(row.decided_at),
        week=row.week,
        liked=LikeState(row.liked),
        liked_by=row.liked_by,
        like_why=row.like_why,
        tries=row.tries,
        like_words=row.like_words,
    )

"""Cases set aside with a reason and a term, and the posts that are set aside because of who wrote them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.base.tables import ENDED, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.do_not_feed.aside import NOT_FED, Aside, AsideKind, AsidePost
from storage.audit import lines as audit
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import AsideRow

_ADD = rows.insert(
    "asides",
    "case_id network author_id kind why until_at asked_by asked_at decided_by decided_at",
    "ON CONFLICT DO NOTHING RETURNING id",
)
_DECIDED = """UPDATE asides SET kind = :kind, why = :why, until_at = :until_at, decided_by = :decided_by,
    decided_at = :decided_at WHERE case_id = :case_id AND ended_at IS NULL"""
_OVER = "UPDATE asides SET ended_at = :at, ended_by = :by WHERE case_id = :case AND ended_at IS NULL"
_SELECT = """SELECT s.id, s.case_id, s.network, s.kind, s.why, s.until_at, s.asked_by, s.decided_by,
    coalesce(s.decided_at, s.asked_at), s.ended_at,
    s.ended_by, (SELECT count(*) FROM aside_posts p WHERE p.aside_id = s.id AND p.case_id IS NULL)
FROM asides s"""
_STANDS = "s.ended_at IS NULL AND s.decided_at IS NOT NULL"
_ONE = f"{_SELECT} WHERE s.id = :id"
_NEXT = f"{_SELECT} WHERE {_STANDS} AND (:after = 0 OR s.id < :after) ORDER BY s.id DESC LIMIT :limit"
_ASKED = f"""{_SELECT} WHERE s.ended_at IS NULL AND s.decided_at IS NULL ORDER BY s.id LIMIT :limit"""
_DECLINED = """UPDATE asides SET ended_at = :at, ended_by = :by
WHERE id = :id AND ended_at IS NULL AND decided_at IS NULL"""
_COUNT = f"SELECT count(*) FROM asides s WHERE {_STANDS}"
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(NOT_FED))
_OF_AUTHOR = f"""{_SELECT} WHERE s.author_id = :author AND s.network = :network AND {_STANDS}
AND s.kind IN ({_KINDS}) AND (s.until_at IS NULL OR s.until_at > :now)
ORDER BY coalesce(s.until_at, {rows.NEVER}) DESC, s.id LIMIT 1"""

_PUT = rows.insert("aside_posts", "mention_id aside_id at", "ON CONFLICT (mention_id) DO NOTHING")
_POST = "SELECT mention_id, aside_id, at, coalesce(case_id, 0) FROM aside_posts"
_ONE_POST = f"{_POST} WHERE mention_id = :mention"
_POSTS = f"""{_POST} WHERE aside_id = :aside AND case_id IS NULL AND mention_id > :after
ORDER BY mention_id LIMIT :limit"""
_OPEN = """UPDATE aside_posts SET case_id = :case, opened_by = :by
WHERE mention_id = :mention AND case_id IS NULL"""

ASKED, DECLINED = "aside_asked", "aside_declined"  # verbs of lines about what a second person decides
PUT_ASIDE, OPENED = "post_set_aside", "post_came_back"  # verbs of lines about posts without a case


def write(engine: Engine, before: Case, after: Case, event: Event) -> None:
    """Record that a case is set aside, or that it no longer is, or will be."""
    if isinstance(event, events.Dismissed):
        params = _added(after, event)
        if not engine.run(_DECIDED, params):
            engine.run(_ADD, params)
    elif _is_over(before.state, after.state):
        engine.run(_OVER, {"case": after.id, "at": rows.stored(event.at), "by": event.by})


def _is_over(before: CaseState, after: CaseState) -> bool:
    """Return whether a case came back, or ended in another way while a second person was asked."""
    return before != after and (before == CaseState.DISMISSED or after in ENDED)


def _added(case: Case, event: events.Dismissed) -> dict[str, object]:
    at = rows.stored(event.at)
    whose = {"case_id": case.id, "network": case.network, "author_id": case.author.id}
    why = {"kind": event.kind.value, "why": event.reason, "until_at": rows.stored(event.until)}
    return {**whose, **why, "asked_by": event.by, "asked_at": at, "decided_by": event.by, "decided_at": at}


class Asides(audit.Audit):
    """Queries about what is set aside."""

    engine: Engine

    def aside(self, aside_id: int) -> Aside:
        row = self.engine.row(_ONE, {"id": aside_id})
        if row is None:
            raise Unknown("That is not known here.")
        return _aside(row)

    def asides(self, *, after: int = 0, limit: int = 10) -> Sequence[Aside]:
        return [_aside(row) for row in self.engine.rows(_NEXT, {"after": after, "limit": limit})]

    def ask_aside(self, case: Case, event: events.Dismissed) -> int:
        with self.engine.transaction():
            row = self.engine.row(_ADD, _added(case, event) | {"decided_by": "", "decided_at": None})
            if row is None:
                return 0
            self.note(ASKED, event.by, event.at, {"case": case.id, "aside": row[0], "kind": event.kind.value})
        return int(row[0])

    def asides_asked(self, limit: int = 5) -> Sequence[Aside]:
        return [_aside(row) for row in self.engine.rows(_ASKED, {"limit": limit})]

    def decline_aside(self, aside: Aside, *, by: str, at: datetime) -> bool:
        with self.engine.transaction():
            if not self.engine.run(_DECLINED, {"id": aside.id, "by": by, "at": rows.stored(at)}):
                return False
            self.note(DECLINED, by, at, {"case": aside.case_id, "aside": aside.id})
        return True

    def aside_count(self) -> int:
        return int(self.engine.rows(_COUNT)[0][0])

    def aside_of_author(self, network: str, author_id: str, now: datetime) -> Aside | None:
        row = self.engine.row(_OF_AUTHOR, {"network": network, "author": author_id, "now": rows.stored(now)})
        return _aside(row) if row else None

    def put_aside(self, mention_id: int, aside: Aside, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_PUT, {"mention_id": mention_id, "aside_id": aside.id, "at": rows.stored(at)})
            facts = {"mention": mention_id, "aside": aside.id, "case": aside.case_id, "kind": aside.kind.value}
            self.note(PUT_ASIDE, "desk", at, facts)

    def aside_post(self, mention_id: int) -> AsidePost | None:
        row = self.engine.row(_ONE_POST, {"mention": mention_id})
        return _post(row) if row else None

    def aside_posts(self, aside_id: int, *, after: int = 0, limit: int = 10) -> Sequence[AsidePost]:
        found = self.engine.rows(_POSTS, {"aside": aside_id, "after": after, "limit": limit})
        return [_post(row) for row in found]

    def open_aside_post(self, mention_id: int, case_id: int, *, by: str, at: datetime) -> bool:
        with self.engine.transaction():
            if not self.engine.run(_OPEN, {"mention": mention_id, "case": case_id, "by": by}):
                return False
            self.note(OPENED, by, at, {"mention": mention_id, "case": case_id})
        return True


def _aside(found: Row) -> Aside:
    row = AsideRow._make(found)
    return Aside(
        id=row.id,
        case_id=row.case_id,
        network=row.network,
        kind=AsideKind(row.kind),
        why=row.why,
        until=rows.moment(row.until_at),
        by=row.decided_by,
        at=rows.at(row.at),
        asked_by=row.asked_by,
        ended_at=rows.moment(row.ended_at),
        ended_by=row.ended_by,
        posts=row.posts,
    )


def _post(row: Row) -> AsidePost:
    mention, aside, at, case = row
    return AsidePost(mention=mention, aside=aside, at=rows.at(at), case_id=case)

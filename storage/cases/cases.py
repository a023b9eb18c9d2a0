"""Cases: opens them, reads them, and writes the result of an event."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.base.replaced import replace
from bot.domain.cases.apply import apply
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event, LinkedPostArrived, Opened
from bot.domain.mentions.mention import Mention
from bot.domain.replies.draft import Draft
from bot.domain.slack.telling import TellingKind
from bot.ports.store_errors import Conflict
from storage.audit import lines
from storage.cases import inquiries
from storage.do_not_feed import asides, impostors
from storage.engine import rows
from storage.engine.base import Engine, Params
from storage.mentions import hidings, post_checks
from storage.promises import promises
from storage.reminders import claim_checks
from storage.replies import drafts, requests, solo
from storage.slack import tellings
from storage.storms import storms

_AUTHOR = ("author_id", "author_handle", "author_name", "author_followers")
_IDENTITY = ("network", "account", "root_id", "private")
_AT_THE_OPENING = ("opened_at", "channel", "follows")
_MOVING = sorted(rows.CASE_FIELDS - {"id", *_IDENTITY, *_AT_THE_OPENING})  # all others may change with an event

_CHANGES = " ".join([*_MOVING, "due_at"])
_KNOWN_AS = " ".join([*_IDENTITY, *_AUTHOR])
_ADD = rows.insert(
    "cases", f"id {_KNOWN_AS} {' '.join(_AT_THE_OPENING)} {_CHANGES}", "ON CONFLICT DO NOTHING RETURNING id"
)
_REPLACE = f"""UPDATE cases SET {rows.assignments(_CHANGES)}
WHERE id = :id AND version = :was"""
_IDENTIFY = f"UPDATE cases SET {rows.assignments(_KNOWN_AS)} WHERE id = :id"
_ATTACH = "UPDATE mentions SET case_id = :case WHERE id = :mention"

_ONE = f"{rows.CASES} WHERE c.id = :id"
_SOME = f"{rows.CASES} WHERE c.id IN ({rows.SOME})"
_OF_DRAFT = f"{_ONE} AND d.id = :draft"
_AT_DRAFT = f"{rows.CASES_AT_A_DRAFT} WHERE c.id = (SELECT case_id FROM drafts WHERE id = :draft)"
_WHOSE_DRAFT = "SELECT case_id FROM drafts WHERE id = :draft"
_CONVERSATION = "network = :network AND root_id = :root AND author_id = :author"
_LIVE = f"SELECT id FROM cases WHERE {_CONVERSATION} AND state <> 'closed'"
_LIVE_OF = "SELECT id FROM cases WHERE author_id = :author AND network = :network AND state <> 'closed' ORDER BY id"
_KNOWN = """SELECT EXISTS (SELECT 1 FROM cases WHERE author_id = :author AND network = :network)
OR EXISTS (SELECT 1 FROM mentions WHERE author_id = :author AND network = :network AND case_id IS NULL)"""
_THEIR_POSTS = """SELECT DISTINCT c.id FROM cases c JOIN mentions m ON m.case_id = c.id
WHERE c.author_id = :author AND c.network = :network AND m.side = 'theirs' AND m.private = :private"""
_WITH_POSTS = f"""{_THEIR_POSTS} AND c.account = :account AND c.private = :private
AND c.state IN ('new', 'open', 'pending', 'solved') AND m.posted_at BETWEEN :since AND :until ORDER BY c.id"""
_UNDER = f"{_THEIR_POSTS} AND m.root_id = :root AND c.state <> 'closed' ORDER BY c.id DESC LIMIT 1"
_MERGED = "SELECT id FROM cases WHERE joined_into = :id AND joined_into > 0 ORDER BY id"
_LAST_CLOSED = f"SELECT max(id) FROM cases WHERE {_CONVERSATION} AND state = 'closed'"
_RESURFACING = """SELECT id FROM cases WHERE state = 'dismissed' AND resurfaces_at <= :now
ORDER BY resurfaces_at LIMIT :limit"""
_SOLVED = """SELECT id FROM cases WHERE state = 'solved' AND ended_at < :moment
AND (latest_at IS NULL OR latest_at < :moment) ORDER BY ended_at LIMIT :limit"""
_WAITING_PRIVATELY = """SELECT id FROM cases WHERE asked_privately_at < :moment AND private_silence_at IS NULL
ORDER BY asked_privately_at LIMIT :limit"""

_NEVER_HELD = """SELECT c.id FROM cases c WHERE c.due_at IS NOT NULL AND c.state = 'new' AND c.storm = 0
AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.chain = c.id AND a.verb IN ('claim', 'assign'))
ORDER BY c.priority, c.due_at, c.id"""


def read(engine: Engine, case_ids: Sequence[int]) -> list[Case]:
    """Return the cases with these numbers that exist, in this order."""
    if len(case_ids) == 1:  # asked for with each click and post; a hundred places for numbers take half as long again
        return [rows.read_case(row) for row in engine.rows(_ONE, {"id": case_ids[0]})]
    found = [row for some in rows.in_some(case_ids) for row in engine.rows(_SOME, some)]
    known = {row[0]: rows.read_case(row) for row in found}
    return [known[one] for one in case_ids if one in known]


_POSTED = """SELECT d.id FROM drafts d JOIN attempts t ON t.draft_id = d.id
WHERE d.case_id = :case AND d.kind <> 'take_back' AND d.state = 'sent' AND t.post_id = :post ORDER BY d.id DESC"""


class Cases:
    """Cases, and the only two methods that change one: open_case and record."""

    engine: Engine

    def open_case(self, case: Case, event: Opened) -> Case:
        engine = self.engine
        with engine.transaction():
            params = _fixed(case) | _moving(case)
            params["version"] = 1
            added = engine.row(_ADD.replace(":id", engine.next_case, 1), params)
            if added is None:
                raise Conflict(f"{case.network} {case.root_id} has a case of that author already")
            number = added[0]
            promise, resolution, spoken = (
                promises.add_promise(engine, number, owed, folded=case.storm > 0) if owed else None
                for owed in (case.promise, case.resolution, case.spoken)
            )
            case = replace(case, id=number, version=1, promise=promise, resolution=resolution, spoken=spoken)
            if event.mention:
                engine.run(_ATTACH, {"case": number, "mention": event.mention})
            storms.write_folding(engine, None, case, event)
            lines.write_opening(engine, case, event)
            tellings.first(engine, case, event)
            engine.announce()
        return case

    def record(self, case: Case, event: Event) -> Case:
        engine = self.engine
        with engine.transaction():
            after = apply(case, event)
            params = _moving(after)
            if not engine.run(_REPLACE, params | {"id": case.id, "was": case.version}):
                raise Conflict(f"case {case.id} is no longer at version {case.version}")
            if isinstance(event, LinkedPostArrived):
                engine.run(_IDENTIFY, _known_as(after) | {"id": case.id})
            after = drafts.write(engine, case, after, event)
            after = promises.write(engine, case, after)
            ask = requests.write(engine, case, after, event)
            reminder = promises.write_reminders(engine, case, event)
            promises.write_answer(engine, event)
            check = claim_checks.write(engine, case.id, event)
            storms.write_folding(engine, case, after, event)
            inquiry = inquiries.write(engine, case.id, event)
            hidings.write(engine, case.id, event)
            solo.write(engine, event)
            asides.write(engine, case, after, event)
            impostors.write(engine, after, event)
            post_checks.write(engine, case, after, event.at)
            lines.recorded(engine, case, after, event)
            about = {
                TellingKind.REMINDER: reminder,
                TellingKind.DIRECT_REMINDER: reminder,
                TellingKind.CLAIM_CHECK: check,
                TellingKind.INQUIRY: inquiry,
            }
            tellings.renew(engine, case, after, event, about | dict.fromkeys(tellings.OF_ASKS, ask))
            engine.announce()
        return after

    def case(self, case_id: int) -> Case:
        self.engine.hold(case_id)
        return self._case(_ONE, {"id": case_id}, f"There is no case {case_id} here.")

    def cases(self, case_ids: Sequence[int]) -> Sequence[Case]:
        self.engine.hold(*case_ids)
        return read(self.engine, case_ids)

    def case_of_draft(self, draft_id: int) -> Case:
        row = self.engine.row(_WHOSE_DRAFT, {"draft": draft_id})
        self.engine.hold(row[0] if row else 0)
        gone = "That draft has been replaced by a newer one. The card shows what can be done."
        return self._case(_OF_DRAFT, {"id": row[0] if row else 0, "draft": draft_id}, gone)

    def reply_posted(self, case_id: int, post_id: str) -> Draft | None:
        found = self.engine.row(_POSTED, {"case": case_id, "post": post_id})
        return self.case_at_draft(int(found[0])).draft if found else None

    def case_at_draft(self, draft_id: int) -> Case:
        return self._case(_AT_DRAFT, {"draft": draft_id}, "There is no such draft here.")

    def _case(self, sql: str, params: Params, sentence: str) -> Case:
        row = self.engine.row(sql, params)
        if row is None:
            raise Unknown(sentence)
        return rows.read_case(row)

    def live_case(self, network: str, root_id: str, author_id: str) -> Case | None:
        row = self.engine.row(_LIVE, {"network": network, "root": root_id, "author": author_id})
        return self.case(row[0]) if row else None

    def live_cases(self, network: str, author_id: str) -> Sequence[Case]:
        found = self.engine.rows(_LIVE_OF, {"network": network, "author": author_id})
        return self.cases([row[0] for row in found])

    def knows_author(self, network: str, author_id: str) -> bool:
        params = {"network": network, "author": author_id}
        return not author_id or bool(self.engine.rows(_KNOWN, params)[0][0])

    def cases_with_posts(self, like: Mention, since: datetime, until: datetime) -> Sequence[int]:
        params: dict[str, object] = {
            "author": like.author.id,
            "network": like.ref.network,
            "account": like.ref.account,
        }
        params |= {"private": int(like.private), "since": rows.stored(since), "until": rows.stored(until)}
        return [row[0] for row in self.engine.rows(_WITH_POSTS, params)]

    def case_under(self, network: str, root_id: str, author_id: str) -> Case | None:
        params = {"network": network, "root": root_id, "author": author_id, "private": 0}
        row = self.engine.row(_UNDER, params)
        return self.case(row[0]) if row else None

    def merged_into(self, case_id: int) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_MERGED, {"id": case_id})]

    def last_closed(self, network: str, root_id: str, author_id: str) -> int:
        row = self.engine.row(_LAST_CLOSED, {"network": network, "root": root_id, "author": author_id})
        return (row and row[0]) or 0

    def move_mentions(self, mention_ids: Sequence[int], case_id: int) -> None:
        with self.engine.transaction():
            self.engine.run_all(_ATTACH, [{"case": case_id, "mention": one} for one in mention_ids])

    def resurfacing(self, now: datetime, limit: int = 100) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_RESURFACING, {"now": rows.stored(now), "limit": limit})]

    def solved_before(self, moment: datetime, limit: int = 100) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_SOLVED, {"moment": rows.stored(moment), "limit": limit})]

    def waiting_privately(self, asked_before: datetime, limit: int = 100) -> Sequence[int]:
        asked = {"moment": rows.stored(asked_before), "limit": limit}
        return [row[0] for row in self.engine.rows(_WAITING_PRIVATELY, asked)]

    def never_held(self) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_NEVER_HELD)]


_identity, _opening, _moved = (rows.case_writer(names) for names in (_IDENTITY, _AT_THE_OPENING, _MOVING))


def _fixed(case: Case) -> dict[str, object]:
    return _known_as(case) | _opening(case)


def _known_as(case: Case) -> dict[str, object]:
    author = case.author
    values = (author.id, author.handle, author.name, author.followers)
    return _identity(case) | dict(zip(_AUTHOR, values, strict=True))


def _moving(case: Case) -> dict[str, object]:
    return _moved(case) | {"due_at": rows.stored(case.due_at)}

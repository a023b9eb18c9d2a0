"""Erases an author: their posts, names, raw payloads, what was written to and about them; only marks stay."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.erasure.erasure import ERASED_NAME, ErasedElsewhere, KnownAuthor, PendingErasure, mark_of
from bot.domain.light_lane.light_mention import LightVerb
from bot.domain.mentions.mention import Mention
from bot.domain.slack.telling import TellingKind, Urgency
from storage.engine import rows
from storage.engine.base import Engine
from storage.light_lane import thank_yous
from storage.light_lane.light_lane import LightLane
from storage.slack.tellings import LISTED

AUTHOR, POST = "author", "post"
HANDLE_ID = "'@' || lower(ltrim(handle, '@'))"  # of somebody whose id is in no post that could be read
AT_ONCE = 100  # posts without a case in one transaction
# The newest rows that were held when an erasure was asked for: times do not tell, since clocks are set back.
HELD_THEN = "newest_post newest_case newest_unreadable"
ALSO_HELD = ", ".join(f"{column} = excluded.{column}" for column in HELD_THEN.split())
_NEWEST_HELD = """SELECT (SELECT coalesce(max(id), 0) FROM mentions),
(SELECT coalesce(max(id), 0) FROM cases), (SELECT coalesce(max(id), 0) FROM quarantine)"""
_HELD_WHEN_ASKED = (
    "<= (SELECT e.{} FROM erasures e WHERE e.ended_at IS NULL AND e.network = :network AND e.author_id = {})"
)
_BEGIN = rows.insert(
    "erasures",
    f"network author_id mark asked_by asked_at {HELD_THEN}",
    f"""ON CONFLICT (mark) DO UPDATE SET author_id = excluded.author_id, asked_by = excluded.asked_by,
asked_at = CASE WHEN erasures.asked_at < excluded.asked_at THEN excluded.asked_at ELSE erasures.asked_at END,
ended_at = NULL, {ALSO_HELD}""",
)
_SOUND = "m.author_id = :author_id AND m.side = 'theirs' AND m.posted_at <= m.received_at"
_NEWEST_POST = f"""SELECT max(theirs.posted_at) FROM (
    SELECT m.posted_at FROM cases c JOIN mentions m ON m.case_id = c.id
    WHERE c.network = :network AND c.author_id = :author_id AND {_SOUND}
    UNION ALL SELECT m.posted_at FROM mentions m WHERE m.case_id IS NULL AND m.network = :network AND {_SOUND}
) AS theirs"""
_PENDING = "SELECT id, network, author_id, asked_at FROM erasures WHERE ended_at IS NULL ORDER BY id"
_END = "UPDATE erasures SET author_id = '', ended_at = :at WHERE id = :id"
_ANY = "SELECT 1 FROM erasures LIMIT 1"
_ANY_LEFT = "SELECT 1 FROM traces_left LIMIT 1"
_SINCE = "SELECT asked_at FROM erasures WHERE mark = :mark"
_IS_POST = "SELECT 1 FROM erased_posts WHERE mark = :mark"
THEIRS = f"""m.author_id = :author AND m.side = 'theirs'
AND (m.posted_at <= :until OR m.id {_HELD_WHEN_ASKED.format("newest_post", ":author")} OR m.deleted_at IS NOT NULL)"""
CASES = f"""SELECT c.id FROM cases c WHERE c.network = :network AND c.author_id = :author
AND (c.id {_HELD_WHEN_ASKED.format("newest_case", ":author")}
    OR EXISTS (SELECT 1 FROM mentions m WHERE m.case_id = c.id AND {THEIRS})) ORDER BY c.id"""
_OF_ONE_CASE = f"SELECT m.id, m.external_id FROM mentions m WHERE m.case_id = :case AND {THEIRS} ORDER BY m.id"
CASELESS = f"m.case_id IS NULL AND {THEIRS} AND m.network = :network"
_WITHOUT_CASE = f"""SELECT m.id, m.external_id FROM mentions m WHERE {CASELESS}
ORDER BY m.id LIMIT {AT_ONCE}"""
_CALLED = "CASE WHEN {0}author_handle = '' THEN {0}author_name ELSE {0}author_handle END"
_HANDLES = f"""SELECT {_CALLED.format("")} FROM cases WHERE network = :network AND author_id = :author
UNION SELECT {_CALLED.format("m.")} FROM cases c JOIN mentions m ON m.case_id = c.id
WHERE c.network = :network AND c.author_id = :author AND {THEIRS}
UNION SELECT {_CALLED.format("m.")} FROM mentions m WHERE {CASELESS}"""
REMEMBER = "INSERT INTO erased_posts (mark) VALUES (:mark) ON CONFLICT (mark) DO NOTHING"

_NO_WORDS = "text = '', said_before = '', raw = :nothing, media = 0, folded = NULL, words = NULL"
_OURS = "SELECT id, external_id, private FROM mentions WHERE case_id = :case AND side = 'ours'"
_CALLED_BEFORE = "SELECT external_id FROM earlier_ids WHERE mention_id = :id"
# A private message's id and address may hold the ids of both people.
_OUR_PRIVATE = (
    """UPDATE attempts SET post_id = :mark WHERE post_id = :post
    AND draft_id IN (SELECT id FROM drafts WHERE case_id = :case)""",
    """UPDATE drafts SET corrects = replace(corrects, :post, :mark), also = replace(also, :post, :mark),
    posts = replace(posts, :post, :mark) WHERE case_id = :case""",
    "DELETE FROM earlier_ids WHERE mention_id = :id",
    "UPDATE mentions SET external_id = :mark, url = '' WHERE id = :id",
)
# What was written to and about the author of a case. Our own public posts keep their ids, under which others answer.
_DRAFTS = "(SELECT id FROM drafts WHERE case_id = :case)"
_OF_CASE = (
    f"UPDATE mentions SET {_NO_WORDS}, root_id = :root, parent_id = NULL WHERE case_id = :case AND side = 'ours'",
    f"""UPDATE draft_versions SET text = '', note = '' WHERE draft_id IN {_DRAFTS}""",
    f"""UPDATE asks SET note = '' WHERE draft_id IN {_DRAFTS}""",
    f"""UPDATE approvals SET reason = CASE WHEN reason = '' THEN '' ELSE :erased END, target_post = ''
    WHERE draft_id IN {_DRAFTS}""",
    f"""UPDATE attempts SET why = '', url = CASE WHEN replace(url, :author, '') = url THEN url ELSE '' END
    WHERE draft_id IN {_DRAFTS}""",
    """UPDATE drafts SET facts = '{}', note = '', why = '', promised = '', promised_at = NULL, promised_within = NULL,
    target_post = '', template_text = '' WHERE case_id = :case""",
    "UPDATE hidings SET reason = '', why = '' WHERE case_id = :case",
    "DELETE FROM saved_words WHERE case_id = :case",
    "DELETE FROM sent_sentences WHERE case_id = :case",
    """UPDATE inquiries SET text = :erased, answer = CASE WHEN answer = '' THEN '' ELSE :erased END
    WHERE case_id = :case""",
    "UPDATE asides SET author_id = :mark, why = '' WHERE case_id = :case",
    "UPDATE holding_cases SET author_id = :mark WHERE case_id = :case",
    "DELETE FROM same_people WHERE case_id = :case OR other_case_id = :case",
    """UPDATE cases SET author_id = :mark, author_handle = '', author_name = :erased, author_followers = NULL,
    answer_url = CASE WHEN replace(answer_url, :author, '') = answer_url THEN answer_url ELSE '' END,
    root_id = :root, reason = CASE WHEN reason = '' THEN '' ELSE :erased END, assigned_note = '' WHERE id = :case""",
)
# Some networks put the id of their post into the address of our reply to it.
_ITS_CASE = "(SELECT case_id FROM mentions WHERE id = :id)"
_ADDRESSES = (
    f"""UPDATE attempts SET url = '' WHERE draft_id IN (SELECT id FROM drafts WHERE case_id = {_ITS_CASE})
    AND replace(url, :post, '') <> url""",
    f"UPDATE mentions SET url = '' WHERE case_id = {_ITS_CASE} AND side = 'ours' AND replace(url, :post, '') <> url",
    f"UPDATE cases SET answer_url = '' WHERE id = {_ITS_CASE} AND replace(answer_url, :post, '') <> answer_url",
)
# Each post of theirs, in a case or not. The row stays, so that what is beside it (promises, reports) stays whole.
_OF_POST = (
    *_ADDRESSES,
    "UPDATE triage SET reasons = '{}' WHERE mention_id = :id",
    "UPDATE triage_corrections SET kind_rule = '', urgent_rule = '' WHERE mention_id = :id",
    "UPDATE light_mentions SET why = '', like_words = '' WHERE mention_id = :id",
    "DELETE FROM thank_yous WHERE mention_id = :id",
    "DELETE FROM post_checks WHERE mention_id = :id",
    "DELETE FROM earlier_ids WHERE mention_id = :id",
    """UPDATE quarantine SET raw = :nothing, text = '', handle = '', url = '' WHERE network = :network
    AND post_id = :post""",
    f"""UPDATE mentions SET {_NO_WORDS}, external_id = :mark, root_id = :mark, parent_id = NULL,
    author_id = :author_mark, author_handle = '', author_name = :erased, author_followers = NULL, url = '',
    why_not = '', deleted_at = coalesce(deleted_at, :at) WHERE id = :id""",
)
_UNREADABLE = """UPDATE quarantine SET raw = :nothing, text = '', handle = '', author_id = :mark, url = '',
root_id = '', post_id = '', settled_at = coalesce(settled_at, :at),
settled_as = CASE WHEN settled_as = '' THEN 'erased' ELSE settled_as END,
settled_by = CASE WHEN settled_by = '' THEN 'command line' ELSE settled_by END
WHERE id = :id"""
# What is kept later than now was kept before our clock was set back.
_KEPT_BEFORE = f"id {_HELD_WHEN_ASKED.format('newest_unreadable', ':whose')}"
_THEIR_UNREADABLE = f"""SELECT id, post_id FROM quarantine
WHERE network = :network AND author_id = :author AND {_KEPT_BEFORE} ORDER BY id"""
_CALLED_UNREADABLE = f"""SELECT id, post_id FROM quarantine
WHERE ours = 0 AND network = :network AND author_id = '' AND {HANDLE_ID} = lower(:author) AND {_KEPT_BEFORE}
ORDER BY id"""
_KEYS = f"SELECT DISTINCT key FROM attempts WHERE draft_id IN {_DRAFTS}"
# The sentence has all words of its pieces. SQLite changes the case of ASCII only, so other letters match anything.
_MAY_NAME = "SELECT id, sentence FROM notices WHERE lower(sentence) LIKE :name ESCAPE '!'"
_NO_SENTENCE = "UPDATE notices SET sentence = :erased, pieces = '[]' WHERE id = :id"
REDRAW_NOTICE = f"{LISTED} AND about = :id"
_DIGESTS = f"""{LISTED}
AND about IN (SELECT l.digest_id FROM light_mentions l WHERE l.mention_id = :id)"""


class Erasures(LightLane):
    """People whose data were erased, and how that is done."""

    engine: Engine

    def authors_called(self, handle: str, network: str) -> Sequence[KnownAuthor]:
        from storage.erasure.called import called  # noqa: PLC0415 - with the first erasure

        return called(self.engine, handle, network)

    def begin_erasure(self, network: str, author_id: str, by: str, at: datetime) -> None:
        params: dict[str, object] = {"network": network, "author_id": author_id}
        with self.engine.transaction():
            newest = rows.moment(self.engine.rows(_NEWEST_POST, params)[0][0])
            params |= {"asked_by": by, "asked_at": rows.stored(max(at, newest or at))}
            params |= dict(zip(HELD_THEN.split(), self.engine.rows(_NEWEST_HELD)[0], strict=True))
            self.engine.run(_BEGIN, params | {"mark": self._erasure_mark(AUTHOR, network, author_id)})

    def pending_erasures(self) -> Sequence[PendingErasure]:
        return [
            PendingErasure(id=number, network=network, author_id=author, asked_at=rows.at(at))
            for number, network, author, at in self.engine.rows(_PENDING)
        ]

    def cases_to_erase(self, network: str, author_id: str, until: datetime) -> Sequence[int]:
        whose = {"network": network, "author": author_id, "until": rows.stored(until)}
        return [case for (case,) in self.engine.rows(CASES, whose)]

    def erase_case(self, case_id: int, network: str, author_id: str) -> None:
        mark = self._erasure_mark(AUTHOR, network, author_id)
        params = {"case": case_id, "mark": mark, "erased": ERASED_NAME, "nothing": b"", "root": f"{mark}:{case_id}"}
        params["author"] = author_id
        with self.engine.transaction():
            self._remember_ours(case_id, network)
            for sql in _OF_CASE:
                self.engine.run(sql, params)

    def _remember_ours(self, case_id: int, network: str) -> None:
        """Keep our own posts of a case from bringing their words in again."""
        for row, post, private in self.engine.rows(_OURS, {"case": case_id}):
            mark = self._erasure_mark(POST, network, post)
            for (one,) in ((post,), *self.engine.rows(_CALLED_BEFORE, {"id": row})):
                self.engine.run(REMEMBER, {"mark": self._erasure_mark(POST, network, one)})
            for sql in _OUR_PRIVATE if private else ():
                self.engine.run(sql, {"id": row, "mark": mark, "post": post, "case": case_id})

    def handles_of(self, network: str, author_id: str, until: datetime) -> Sequence[str]:
        whose = {"network": network, "author": author_id, "until": rows.stored(until)}
        return [one for (one,) in self.engine.rows(_HANDLES, whose) if one]

    def erase_posts(self, network: str, author_id: str, until: datetime, at: datetime, case_id: int = 0) -> int:
        whose: dict[str, object] = {"network": network, "author": author_id, "until": rows.stored(until)}
        with self.engine.transaction():
            found = self.engine.rows(_OF_ONE_CASE if case_id else _WITHOUT_CASE, whose | {"case": case_id})
            for row, post in found:
                self._erase_post(row, post, network, author_id, at)
            self._leave_the_lane([row for row, _ in found], at)
        return len(found)

    def _leave_the_lane(self, posts: Sequence[int], at: datetime) -> None:
        """Set aside those that wait as light mentions; after all changes of rows, since it takes the trail's lock."""
        for row in posts:
            self.decide_light(row, LightVerb.SET_ASIDE, by="desk", at=at)

    def _erase_post(self, row: int, post: str, network: str, author_id: str, at: datetime) -> None:
        mark = self._erasure_mark(POST, network, post)
        params: dict[str, object] = {
            "id": row,
            "post": post,
            "mark": mark,
            "author_mark": self._erasure_mark(AUTHOR, network, author_id),
        }
        params |= {"erased": ERASED_NAME, "network": network, "nothing": b"", "at": rows.stored(at)}
        self.engine.run(REMEMBER, {"mark": mark})
        self.engine.run(_DIGESTS, {"id": row} | drawn(TellingKind.LIGHT, at))
        self.engine.run(thank_yous.REDRAW, {"id": row} | thank_yous.drawn_soon(at))
        for sql in _OF_POST:
            self.engine.run(sql, params)

    def erase_unreadable(self, network: str, author_id: str, handles: Sequence[str], at: datetime) -> int:
        whose = {"network": network, "whose": author_id}
        mark = self._erasure_mark(AUTHOR, network, author_id)
        handles = (*handles, *([author_id] if author_id.startswith("@") else []))
        called = {f"@{one.lstrip('@')}" for one in handles}
        with self.engine.transaction():
            found = self.engine.rows(_THEIR_UNREADABLE, whose | {"author": author_id})
            for one in sorted(called):
                found += self.engine.rows(_CALLED_UNREADABLE, whose | {"author": one})
            for row, post in found:
                if post:
                    self.engine.run(REMEMBER, {"mark": self._erasure_mark(POST, network, post)})
                self.engine.run(_UNREADABLE, {"id": row, "mark": mark, "nothing": b"", "at": rows.stored(at)})
        return len(found)

    def reply_keys(self, case_id: int) -> Sequence[str]:
        return [key for (key,) in self.engine.rows(_KEYS, {"case": case_id}) if key]

    def erase_notices(self, name: str, at: datetime) -> int:
        from storage.erasure.called import like  # noqa: PLC0415 - with the first erasure

        bare = name.removeprefix("@")
        if not bare:
            return 0
        whole = re.compile(rf"(?<!\w){re.escape(bare.casefold())}(?!\w)")
        with self.engine.transaction():
            named = self.engine.rows(_MAY_NAME, {"name": like(bare)})
            found = [row for row, sentence in named if whole.search(sentence.casefold())]
            for row in found:
                self.engine.run(_NO_SENTENCE, {"id": row, "erased": ERASED_NAME})
                self.engine.run(REDRAW_NOTICE, {"id": row} | drawn(TellingKind.NOTICE, at))
        return len(found)

    def erase_elsewhere(self, network: str, author_id: str, until: datetime) -> ErasedElsewhere:
        from storage.erasure.elsewhere import take_out  # noqa: PLC0415 - with the first erasure

        with self.engine.transaction():
            for copied in ("statements", "templates"):  # before rows and the trail, as whoever copies one takes it
                self.engine.exclusive(copied)
            return take_out(self.engine, network, author_id, until)

    def erase_traces_left(self) -> Sequence[tuple[str, Sequence[str]]]:
        if self.engine.row(_ANY_LEFT) is None:
            return ()
        from storage.erasure.elsewhere import take_out_left  # noqa: PLC0415 - few erasures leave any

        with self.engine.transaction():
            self.engine.exclusive("statements")  # as in `erase_elsewhere`
            return take_out_left(self.engine)

    def closed_before(self, before: datetime, limit: int) -> Sequence[tuple[int, str, str]]:
        from storage.erasure import by_age  # noqa: PLC0415 - few desks erase by age

        return by_age.closed_before(self.engine, before, limit)

    def erase_without_case(self, before: datetime, at: datetime, limit: int) -> int:
        from storage.erasure import by_age  # noqa: PLC0415 - as above

        with self.engine.transaction():
            found = by_age.without_case(self.engine, before, limit)
            for row, post, network, author in found:
                self._erase_post(row, post, network, author, at)
            self._leave_the_lane([row for row, *_ in found], at)
        return len(found)

    def erase_raw(self, before: datetime, limit: int) -> int:
        from storage.erasure import by_age  # noqa: PLC0415 - as above

        return by_age.erase_raw(self.engine, before, limit)

    def erase_settled_unreadable(self, before: datetime, limit: int) -> int:
        from storage.erasure import by_age  # noqa: PLC0415 - as above

        return by_age.erase_settled_unreadable(self.engine, before, limit)

    def scrub(self) -> None:
        self.engine.scrub()

    def end_erasure(self, number: int, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_END, {"id": number, "at": rows.stored(at)})
            self.engine.announce()

    def erased_among(self, posts: Sequence[Mention], unread: Sequence[str], network: str) -> Collection[str]:
        if self.engine.row(_ANY) is None:
            return ()
        gone = {one for one in unread if one and self._is_erased(network, one)}
        return gone | {one.ref.post_id for one in posts if self._came_before(one, network)}

    def _came_before(self, post: Mention, network: str) -> bool:
        """Return whether a post is one of those that were erased, or was posted before its author's erasure."""
        row = self.engine.row(_SINCE, {"mark": self._erasure_mark(AUTHOR, network, post.author.id)})
        return bool(row and post.posted_at <= rows.at(row[0])) or self._is_erased(network, post.ref.post_id)

    def _is_erased(self, network: str, post_id: str) -> bool:
        return self.engine.row(_IS_POST, {"mark": self._erasure_mark(POST, network, post_id)}) is not None

    def _erasure_mark(self, kind: str, network: str, number: str) -> str:
        return mark_of(self.engine.key, kind, network, number)


def drawn(kind: TellingKind, at: datetime) -> dict[str, object]:
    """Return the parameters that have a message of the desk drawn anew."""
    return {"kind": kind.value, "urgency": int(Urgency.NORMAL), "since": rows.stored(at)}

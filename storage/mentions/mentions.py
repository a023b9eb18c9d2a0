"""Posts as received, each once, and the cursor of every stream."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import Unknown
from bot.domain.mentions.mention import Mention, Side
from storage.engine import rows
from storage.engine.base import Engine

_MOST = 12
_SOME_POSTS = " ".join(f"p{k}" for k in range(_MOST))
_ADD = rows.insert(
    "mentions",
    f"{rows.POST} received_at case_id",
    "ON CONFLICT (network, external_id) DO NOTHING RETURNING id",
)
_ALSO_SEEN = """INSERT INTO mention_accounts (mention_id, account)
SELECT id, :account FROM mentions WHERE network = :network AND external_id = :post AND account <> :account
ON CONFLICT (mention_id, account) DO NOTHING"""
# A post of ours that was sent and not read back is stored before its network says so.
_SAID_SINCE = """UPDATE mentions SET editable_until = :until
WHERE network = :network AND external_id = :post AND side = 'ours' AND editable_until IS NULL"""
_REVISED = "text raw language media posted_at stars written_with editable_until said_before stars_before"
_CHANGED = f"""UPDATE mentions SET {rows.assignments(_REVISED)}, words = NULL, edited_at = :at WHERE id = :id
    AND (text <> :text OR media <> :media OR coalesce(stars, 0) <> coalesce(:stars, 0)) AND deleted_at IS NULL
    AND coalesce(revised_at, 0) <= :told"""
# Also where the words are the same again, so that an earlier edit that comes later changes nothing.
_REVISED_AT = "UPDATE mentions SET revised_at = :told WHERE id = :id AND coalesce(revised_at, 0) < :told"
_NOT_TOLD = 2**62  # the moment of an edit without one: the last one that comes counts
# Posts that were deleted before they came. Networks try for 36 hours to deliver a post, so it may still come.
GONE_KEPT_FOR = timedelta(days=7)
_OLD_GONE = "DELETE FROM gone_posts WHERE told_at < :before"
_GONE = rows.insert("gone_posts", "network external_id told_at", "ON CONFLICT (network, external_id) DO NOTHING")
_FORGET_UNREAD = """UPDATE quarantine SET raw = :nothing, text = ''
WHERE network = :network AND post_id = :external_id AND ours = 0"""
_IS_GONE = "SELECT external_id FROM gone_posts WHERE network = :network AND external_id = :p0"
_GONE_AMONG = f"""SELECT external_id FROM gone_posts WHERE network = :network
AND external_id IN ({rows.columns(_SOME_POSTS, ":")})"""
# The post as its network delivered it; it is added to the index of words again.
_IDENTIFY = f"UPDATE mentions SET {rows.assignments(rows.POST)}, words = NULL WHERE id = :id"
# What somebody deleted on the network is not kept here: its words, what came with it, and by which words it was told.
_DELETED = "UPDATE mentions SET deleted_at = :at WHERE id = :id AND deleted_at IS NULL"
_FORGET = (
    """UPDATE quarantine SET raw = :nothing, text = '' WHERE (network, post_id) IN
    (SELECT network, external_id FROM mentions WHERE id = :id AND side = 'theirs')""",
    """DELETE FROM same_people WHERE EXISTS (SELECT 1 FROM mentions m WHERE m.id = :id AND m.side = 'theirs'
    AND ((m.network = same_people.network AND m.author_id = same_people.author_id)
        OR (m.network = same_people.other_network AND m.author_id = same_people.other_author_id))
    AND NOT EXISTS (SELECT 1 FROM cases c JOIN mentions x ON x.case_id = c.id WHERE c.network = m.network
        AND c.author_id = m.author_id AND x.side = 'theirs' AND x.deleted_at IS NULL))""",
    """UPDATE same_people SET note = '' WHERE how = 'own_word' AND note <> ''
    AND note = (SELECT m.url FROM mentions m WHERE m.id = :id)""",
    "UPDATE triage SET reasons = '{}' WHERE mention_id = :id",
    "UPDATE thank_yous SET words = '', like_words = '' WHERE mention_id = :id",
    "UPDATE light_mentions SET like_words = '' WHERE mention_id = :id",
    """UPDATE mentions SET text = '', said_before = '', raw = :nothing, media = 0, words = NULL
    WHERE id = :id AND side = 'theirs'""",
)
_ANSWERED_SINCE = """SELECT 1 FROM mentions WHERE case_id = :case AND side = 'ours' AND parent_id = :post
AND (received_at > :since OR posted_at > :since) LIMIT 1"""
_SELECT = f"SELECT {rows.columns(rows.MENTION)}, coalesce(case_id, 0) FROM mentions"
_ONE = f"{_SELECT} WHERE id = :id"
_OF_POST = f"""{_SELECT} WHERE id = (SELECT id FROM mentions WHERE network = :network AND external_id = :post
UNION ALL SELECT mention_id FROM earlier_ids WHERE network = :network AND external_id = :post LIMIT 1)"""
_HAD_ID = "SELECT 1 FROM earlier_ids WHERE network = :network AND external_id = :post"
_KEEP_ID = """INSERT INTO earlier_ids (network, external_id, mention_id)
SELECT network, external_id, id FROM mentions WHERE id = :id AND external_id <> :post
ON CONFLICT (network, external_id) DO NOTHING"""
_HAS_EARLIER_ID = "INSERT INTO earlier_ids (network, external_id, mention_id) VALUES (:network, :post, :id)"
_GOES_BY = "UPDATE mentions SET external_id = :post, url = :url WHERE id = :id"
_OF_POSTS = f"{_SELECT} WHERE network = :network AND external_id IN ({rows.columns(_SOME_POSTS, ':')}) ORDER BY id"
# In order: else PostgreSQL would look through all posts for one of a network that has none.
_ANY = "SELECT 1 FROM mentions WHERE network = :network ORDER BY external_id LIMIT 1"
_OF_CASE = f"{_SELECT} WHERE case_id = :case ORDER BY posted_at, id"

_CURSOR = "SELECT value, moved_at FROM cursors WHERE network = :network AND account = :account AND stream = :stream"
_MOVE = rows.insert(
    "cursors",
    "network account stream value moved_at",
    "ON CONFLICT (network, account, stream) DO UPDATE SET value = excluded.value, moved_at = excluded.moved_at",
)
_GAP = rows.insert(
    "gaps", "network account why since until", "ON CONFLICT (network, account, since, until) DO NOTHING"
)
_INTAKE = "posts are stored"  # the name of a lock


class Mentions:
    """The posts that came in, and the cursors of the streams."""

    engine: Engine

    def hold_links_back(self) -> None:
        self.engine.shared(_INTAKE)

    def hold_intake_back(self) -> None:
        self.engine.exclusive(_INTAKE)

    def add_mention(self, mention: Mention, at: datetime, case_id: int = 0) -> int:
        ref = mention.ref
        with self.engine.transaction():
            earlier = {"network": ref.network, "post": ref.post_id}
            if mention.side == Side.OURS and self.engine.row(_HAD_ID, earlier):
                return 0
            found = self.engine.rows(_ADD, _params(mention, at, case_id))
            if found:
                return int(found[0][0])
            self.engine.run(_ALSO_SEEN, earlier | {"account": ref.account})
            if mention.editable_until is not None:
                self.engine.run(_SAID_SINCE, earlier | {"until": rows.stored(mention.editable_until)})
        return 0

    def mention(self, mention_id: int) -> Mention:
        row = self.engine.row(_ONE, {"id": mention_id})
        if row is None:
            raise Unknown("That post is not known here.")
        return rows.read_mention(row)

    def mention_of(self, network: str, post_id: str) -> tuple[Mention, int] | None:
        row = self.engine.row(_OF_POST, {"network": network, "post": post_id})
        return (rows.read_mention(row), rows.mention_row(row).case_id) if row else None

    def mention_of_any(self, network: str, post_ids: Sequence[str]) -> tuple[Mention, int] | None:
        if not post_ids:
            return None
        asked = [*post_ids[:_MOST], *[post_ids[0]] * (_MOST - len(post_ids))]
        row = self.engine.row(_OF_POSTS, dict(zip(_SOME_POSTS.split(), asked, strict=True)) | {"network": network})
        return (rows.read_mention(row), int(row[-1])) if row else None

    def renumber_mention(self, mention: Mention, post_id: str, url: str) -> bool:
        ref, params = mention.ref, {"id": mention.id, "post": post_id, "url": url}
        with self.engine.transaction():
            known = self.mention_of(ref.network, post_id)
            if known is not None and known[0].id != mention.id:
                return False
            self.engine.run(_KEEP_ID, {"id": mention.id, "post": post_id})
            return self.engine.run(_GOES_BY, params) > 0

    def keep_earlier_id(self, mention: Mention, post_id: str) -> None:
        with self.engine.transaction():
            if self.mention_of(mention.ref.network, post_id) is None:
                params = {"id": mention.id, "post": post_id, "network": mention.ref.network}
                self.engine.run(_HAS_EARLIER_ID, params)

    def has_mentions(self, network: str) -> bool:
        return self.engine.row(_ANY, {"network": network}) is not None

    def identify_mention(self, mention_id: int, post: Mention) -> None:
        with self.engine.transaction():
            self.engine.run(_IDENTIFY, _of_post(post) | {"id": mention_id})

    def mentions(self, case_id: int) -> Sequence[Mention]:
        return [rows.read_mention(row) for row in self.engine.rows(_OF_CASE, {"case": case_id})]

    def answered_since(self, case_id: int, post_id: str, since: datetime) -> bool:
        params = {"case": case_id, "post": post_id, "since": rows.stored(since)}
        return self.engine.row(_ANSWERED_SINCE, params) is not None

    def change_mention(self, mention_id: int, now_reads: Mention, at: datetime) -> bool:
        reads = _of_post(now_reads)
        told = reads["revised_at"]
        row = {"id": mention_id, "told": _NOT_TOLD if told is None else told}
        params = row | {"at": rows.stored(at), **{name: reads[name] for name in _REVISED.split()}}
        with self.engine.transaction():
            changed = self.engine.run(_CHANGED, params) > 0
            if told is not None:
                self.engine.run(_REVISED_AT, row)
        return changed

    def mark_deleted(self, mention_id: int, at: datetime) -> bool:
        with self.engine.transaction():
            if not self.engine.run(_DELETED, {"id": mention_id, "at": rows.stored(at)}):
                return False
            for sql in _FORGET:
                self.engine.run(sql, {"id": mention_id, "nothing": b""})
        return True

    def note_gone(self, network: str, post_id: str, at: datetime) -> None:
        with self.engine.transaction():
            self.engine.run(_OLD_GONE, {"before": rows.stored(at - GONE_KEPT_FOR)})
            post = {"network": network, "external_id": post_id}
            self.engine.run(_GONE, post | {"told_at": rows.stored(at)})
            self.engine.run(_FORGET_UNREAD, post | {"nothing": b""})

    def gone_among(self, network: str, post_ids: Sequence[str]) -> Collection[str]:
        found: set[str] = set()
        for start in range(0, len(post_ids), _MOST):
            some = post_ids[start : start + _MOST]
            asked = [*some, *[some[0]] * (_MOST - len(some))] if len(some) > 1 else some
            params = dict(zip(_SOME_POSTS.split(), asked, strict=False)) | {"network": network}
            found |= {row[0] for row in self.engine.rows(_GONE_AMONG if len(some) > 1 else _IS_GONE, params)}
        return found

    def cursor(self, network: str, account: str, stream: str) -> tuple[str, datetime | None]:
        row = self.engine.row(_CURSOR, {"network": network, "account": account, "stream": stream})
        return (row[0], rows.at(row[1])) if row else ("", None)

    def move_cursor(self, network: str, account: str, stream: str, value: str, at: datetime) -> None:
        params = {
            "network": network,
            "account": account,
            "stream": stream,
            "value": value,
            "moved_at": rows.stored(at),
        }
        with self.engine.transaction():
            self.engine.run(_MOVE, params)

    def add_gap(self, network: str, account: str, why: str, since: datetime, until: datetime) -> bool:
        params = {"network": network, "account": account, "why": why}
        with self.engine.transaction():
            return self.engine.run(_GAP, params | {"since": rows.stored(since), "until": rows.stored(until)}) > 0


def _params(mention: Mention, at: datetime, case_id: int) -> dict[str, object]:
    return _of_post(mention) | {"received_at": rows.stored(at), "case_id": case_id or None}


def _of_post(mention: Mention) -> dict[str, object]:
    ref, author = mention.ref, mention.author
    return {
        "network": ref.network,
        "account": ref.account,
        "external_id": ref.post_id,
        "root_id": mention.root_id,
        "parent_id": mention.parent_id,
        "author_id": author.id,
        "author_handle": author.handle,
        "author_name": author.name,
        "author_followers": author.followers,
        "text": mention.text,
        "posted_at": rows.stored(mention.posted_at),
        "side": mention.side.value,
        "language": mention.language,
        "media": mention.media,
        "url": mention.url,
        "answerable": mention.answerable.value,
        "why_not": mention.why_not,
        "raw": mention.raw,
        "private": int(mention.private),
        "answerable_until": rows.stored(mention.answerable_until),
        "stars": mention.stars,
        "written_with": mention.written_with,
        "revised_at": rows.stored(mention.revised_at),
        "editable_until": rows.stored(mention.editable_until),
        "said_before": mention.said_before,
        "stars_before": mention.stars_before,
    }

"""A make-believe Mastodon server: as much of its API as a care desk uses, kept in memory."""

import html
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.mastodon_page import MastodonOnPage
from bot.rehearsal.on_the_page import OnThePage

TOKEN = "rehearsal-mastodon"  # noqa: S105 - of a server in memory
OUR_ID, THEIR_ID = "109000000000000001", "109000000000000002"
MOST = 500
_FIRST = 113_000_000_000_000_000
_BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Refused(Exception):
    """A call that the server refuses: status and reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass(slots=True)
class Status:
    """A post on the server."""

    id: str
    author: str
    words: str
    at: datetime
    parent: str = ""
    visibility: str = "public"
    warning: str = ""
    favourite: bool = False
    language: str = "en"
    hidden: bool = False  # its author blocks us
    edited_at: datetime | None = None
    stays: bool = False  # on this server: some of Mastodon's kin have such posts


@dataclass
class MastodonServer:
    """The server's memory, and what a customer does there."""

    api_url: str = ""
    account: str = OUR_ID
    handle: str = "northwind"
    secrets: Mapping[str, str] = field(default_factory=lambda: {"MASTODON_ACCESS_TOKEN": TOKEN})
    options: Mapping[str, str] = field(default_factory=dict)
    honours_keys: bool = True  # some of its kin do not
    software: str = "mastodon"
    clock: Callable[[], datetime] | None = None
    min_id: str = ""  # "skips": the newest are told behind it; "ascends": the oldest comes first
    tells_relationships: bool = True  # our token has the scope for it
    instance: Mapping[str, Any] = field(
        default_factory=lambda: {"version": "4.5.2", "configuration": {"statuses": {"max_characters": MOST}}}
    )
    statuses: dict[str, Status] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    told_as: dict[str, str] = field(default_factory=dict)  # post -> another type of notification than "mention"
    lock: threading.RLock = field(default_factory=threading.RLock)
    _made: int = 0

    @property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return MastodonOnPage(self)

    def say(self, text: str, parent: str = "", visibility: str = "public", warning: str = "") -> str:
        """Post as a customer; return the post's id."""
        return self.add(THEIR_ID, text, parent, visibility, warning).id

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        with self.lock:
            del self.statuses[post_id]

    def is_liked(self, post_id: str) -> bool:
        """Return whether a post is a favourite of our account."""
        with self.lock:
            return self.statuses[post_id].favourite

    def public(self) -> Sequence[Published]:
        """Return our app's posts, oldest first."""
        with self.lock:
            ours = [one for one in self.statuses.values() if one.author == OUR_ID]
            words = {one.id: one.words.partition(" ")[2] if one.parent else one.words for one in ours}
            return [Published(one.id, words[one.id], one.parent) for one in ours]

    def edit(self, post_id: str, words: str) -> None:
        """Change a post's words."""
        with self.lock:
            at = self.clock() if self.clock else _BEGAN + timedelta(days=1)
            self.statuses[post_id].words, self.statuses[post_id].edited_at = words, at

    def breathe(self) -> None:
        """Do nothing: this server counts no calls."""

    def add(self, author: str, words: str, parent: str, visibility: str, warning: str) -> Status:
        """Keep a post and return it."""
        with self.lock:
            self._made += 1
            number = str(_FIRST + self._made)
            at = self.clock() if self.clock else _BEGAN + timedelta(seconds=self._made)
            self.statuses[number] = Status(number, author, words, at, parent, visibility, warning)
            return self.statuses[number]

    def answer(self, method: str, path: str, asked: Mapping[str, str], body: Mapping[str, Any], key: str) -> object:
        """Return the answer to a call. Raises Refused."""
        with self.lock:
            for wanted, pattern, deed in _DOORS:
                if method == wanted and (found := re.fullmatch(pattern, path)):
                    return deed(self, asked, body, key, *found.groups())
        raise Refused(404, "Record not found")

    def of(self, post_id: str) -> Status:
        """Return a post. Raises Refused."""
        if post_id not in self.statuses or self.statuses[post_id].hidden:
            raise Refused(404, "Record not found")
        return self.statuses[post_id]

    def shown_to_anybody(self, path: str) -> object:
        """Return what a call without an account gets: one public post. Raises Refused."""
        with self.lock:
            found = re.fullmatch(r"/api/v1/statuses/(\d+)", path)
            one = self.statuses.get(found[1]) if found else None
            if found is None:
                raise Refused(401, "The access token is invalid")
            if one is None or one.visibility not in {"public", "unlisted"}:
                raise Refused(404, "Record not found")
            return self.shown(one)

    def above(self, status: Status) -> list[Status]:
        """Return the posts above one, the first of the conversation first."""
        found: list[Status] = []
        while status.parent in self.statuses:
            status = self.statuses[status.parent]
            found.insert(0, status)
        return found

    def shown(self, one: Status) -> dict[str, Any]:
        """Return a post as the API shows it."""
        lines = html.escape(one.words, quote=False).replace("\n\n", "</p><p>").replace("\n", "<br>")
        return {
            "id": one.id,
            "created_at": _moment(one.at),
            "edited_at": _moment(one.edited_at) if one.edited_at else None,
            "in_reply_to_id": one.parent or None,
            "visibility": one.visibility,
            "spoiler_text": one.warning,
            "language": one.language,
            "content": f"<p>{lines}</p>",
            "favourited": one.favourite,
            "media_attachments": [],
            "mentions": [_named()] if "@priya" in one.words else [],
            "account": _account(self, one.author),
            **({"local_only": True} if one.stays else {}),
        }


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _account(server: MastodonServer, author: str) -> dict[str, Any]:
    acct = server.handle if author == OUR_ID else "priya@elsewhere.example"
    return {
        "id": author,
        "acct": acct,
        "username": acct.partition("@")[0],
        "display_name": acct.partition("@")[0].title(),
        "followers_count": 12,
    }


def _named() -> dict[str, str]:
    """Return the customer as a post tells of whom it names."""
    return {
        "id": THEIR_ID,
        "username": "priya",
        "acct": "priya@elsewhere.example",
        "url": "https://elsewhere.example/@priya",
    }


def _page(server: MastodonServer, found: list[Status], asked: Mapping[str, str]) -> list[Status]:
    """Return a page, newest first: behind `min_id` the oldest ones, else the newest ones."""
    limit, after = int(asked.get("limit", "20")), int(asked.get("min_id") or asked.get("since_id") or 0)
    before = int(asked.get("max_id") or 10**30)
    within = [one for one in found if after < int(one.id) < before]
    skips = "min_id" not in asked or server.min_id == "skips"
    page = within[-limit:] if skips else within[:limit]
    return page if server.min_id == "ascends" and "min_id" in asked else page[::-1]


def _me(server: MastodonServer, *_: Any) -> object:  # noqa: ANN401 - all deeds alike
    return _account(server, OUR_ID)


def _instance(server: MastodonServer, *_: Any) -> object:  # noqa: ANN401
    return server.instance


def _nodeinfo(server: MastodonServer, *_: Any) -> object:  # noqa: ANN401
    if not server.software:
        raise Refused(404, "Record not found")
    return {"version": "2.0", "software": {"name": server.software, "version": "4.5.2"}, "protocols": ["activitypub"]}


def _nodeinfo_links(server: MastodonServer, *_: Any) -> object:  # noqa: ANN401
    schema = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return {"links": [{"rel": schema, "href": f"{server.api_url}/nodeinfo/2.0"}]}


def _notifications(server: MastodonServer, asked: Mapping[str, str], *_: Any) -> object:  # noqa: ANN401
    theirs = [one for one in server.statuses.values() if one.author != OUR_ID]
    return [
        {"id": one.id, "type": server.told_as.get(one.id, "mention"), "status": server.shown(one)}
        for one in _page(server, theirs, asked)
    ]


def _own(server: MastodonServer, asked: Mapping[str, str], _body: object, _key: str, account: str) -> object:
    alone = asked.get("exclude_replies") == "true"
    their = [one for one in server.statuses.values() if one.author == account and not (alone and one.parent)]
    return [server.shown(one) for one in _page(server, their, asked)]


def _one(server: MastodonServer, _asked: object, _body: object, _key: str, post_id: str) -> object:
    return server.shown(server.of(post_id))


def _relationships(server: MastodonServer, asked: Mapping[str, str], *_: Any) -> object:  # noqa: ANN401
    if not server.tells_relationships:
        raise Refused(403, "This action is outside the authorized scopes")
    blocks = any(one.hidden and one.author == asked["id[]"] for one in server.statuses.values())
    return [{"id": asked["id[]"], "following": False, "blocking": False, "blocked_by": blocks}]


def _context(server: MastodonServer, _asked: object, _body: object, _key: str, post_id: str) -> object:
    return {"ancestors": [server.shown(one) for one in server.above(server.of(post_id))], "descendants": []}


def _post(server: MastodonServer, _asked: object, body: Mapping[str, Any], key: str) -> object:
    if server.honours_keys and key in server.keys:
        return server.shown(server.of(server.keys[key]))
    parent = body.get("in_reply_to_id", "")
    if parent:
        server.of(parent)
    if len(body["status"]) > MOST:
        raise Refused(422, "Validation failed: Text character limit of 500 exceeded")
    made = server.add(OUR_ID, body["status"], parent, body["visibility"], body.get("spoiler_text", ""))
    made.stays = body.get("local_only", False)
    server.keys[key] = made.id
    return server.shown(made)


def _source(server: MastodonServer, _asked: object, _body: object, _key: str, post_id: str) -> object:
    one = server.of(post_id)
    return {"id": one.id, "text": one.words, "spoiler_text": one.warning}


def _change(server: MastodonServer, _asked: object, body: Mapping[str, Any], _key: str, post_id: str) -> object:
    one = server.of(post_id)
    if one.author != OUR_ID:
        raise Refused(404, "Record not found")
    if len(body["status"]) > MOST:
        raise Refused(422, "Validation failed: Text character limit of 500 exceeded")
    server.edit(post_id, body["status"])
    one.warning, one.language = body.get("spoiler_text", ""), body.get("language", one.language)
    return server.shown(one)


def _delete(server: MastodonServer, _asked: object, _body: object, _key: str, post_id: str) -> object:
    shown = server.shown(server.of(post_id))
    del server.statuses[post_id]
    return shown


def _favourite(server: MastodonServer, _asked: object, _body: object, _key: str, post_id: str) -> object:
    server.of(post_id).favourite = True
    return server.shown(server.of(post_id))


_DOORS: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/v1/accounts/verify_credentials", _me),
    ("GET", "/api/v[12]/instance", _instance),
    ("GET", "/.well-known/nodeinfo", _nodeinfo_links),
    ("GET", "/nodeinfo/2.0", _nodeinfo),
    ("GET", "/api/v1/notifications", _notifications),
    ("GET", r"/api/v1/accounts/([^/]+)/statuses", _own),
    ("GET", r"/api/v1/statuses/([^/]+)", _one),
    ("GET", r"/api/v1/statuses/([^/]+)/context", _context),
    ("GET", "/api/v1/accounts/relationships", _relationships),
    ("POST", "/api/v1/statuses", _post),
    ("GET", r"/api/v1/statuses/([^/]+)/source", _source),
    ("PUT", r"/api/v1/statuses/([^/]+)", _change),
    ("DELETE", r"/api/v1/statuses/([^/]+)", _delete),
    ("POST", r"/api/v1/statuses/([^/]+)/favourite", _favourite),
)


def _answered(server: MastodonServer, call: CallIn) -> GivenAnswer:
    try:
        return GivenAnswer(200, _told(server, call))
    except Refused as refused:
        return GivenAnswer(refused.status, {"error": refused.reason})


def _told(server: MastodonServer, call: CallIn) -> object:
    if call.method == "GET" and not call.bearer:
        return server.shown_to_anybody(call.path)
    if call.bearer != TOKEN:
        raise Refused(401, "The access token is invalid")
    asked = {name: values[-1] for name, values in call.asked.items()}
    return server.answer(call.method, call.path, asked, call.json, call.headers.get("idempotency-key", ""))


@contextmanager
def mastodon() -> Iterator[MastodonServer]:
    """Open a server on a free port of this machine."""
    memory = MastodonServer()
    with served(partial(_answered, memory)) as memory.api_url:
        yield memory

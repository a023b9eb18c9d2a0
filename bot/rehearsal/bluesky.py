"""A make-believe Bluesky: as much of its servers as a care desk uses, kept in memory."""

import base64
import hashlib
import json
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.rehearsal.bluesky_chat import Chats, Conversation, Declined
from bot.rehearsal.bluesky_page import BlueskyOnPage
from bot.rehearsal.door import CallIn, GivenAnswer, Published, served
from bot.rehearsal.on_the_page import OnThePage

PASSWORD = "rehe-arsa-lblu-esky"  # noqa: S105 - of a server in memory
OUR_DID, THEIR_DID = "did:plc:northwindnorthwindno2222", "did:plc:priyapriyapriyapriya2222"
THEIR_HANDLE = "priya.example"
MOST_GRAPHEMES, MOST_BYTES = 300, 3_000
LASTS = 7_200  # seconds of an access token
POSTS, LIKES = "app.bsky.feed.post", "app.bsky.feed.like"
_OF_CHATS = "chat.bsky.convo."
_BEGAN = datetime(2025, 3, 2, 9, 0, tzinfo=UTC)
_KEY = re.compile("[234567abcdefghij][234567a-z]{12}")


@dataclass(slots=True)
class StoredRecord:
    """A record of an account, and when the network took it in."""

    owner: str
    collection: str
    key: str
    value: Mapping[str, Any]
    at: datetime
    cid: str = field(init=False)  # its checksum

    def __post_init__(self) -> None:
        whole = json.dumps(self.value, sort_keys=True).encode()
        self.cid = "bafyrei" + hashlib.sha256(whole).hexdigest()[:52]

    @property
    def uri(self) -> str:
        """Return its address."""
        return f"at://{self.owner}/{self.collection}/{self.key}"

    @property
    def ref(self) -> dict[str, str]:
        """Return its address and checksum."""
        return {"uri": self.uri, "cid": self.cid}


@dataclass
class BlueskyServer:
    """The server's memory, what a customer does there, and what can be wrong with our account."""

    api_url: str = ""
    account: str = OUR_DID
    handle: str = "northwind.example"
    secrets: Mapping[str, str] = field(default_factory=lambda: {"BLUESKY_APP_PASSWORD": PASSWORD})
    options: Mapping[str, str] = field(default_factory=dict)
    records: dict[str, StoredRecord] = field(default_factory=dict)  # by address
    tokens: dict[str, str] = field(default_factory=dict)  # token -> "access" or "refresh"
    likes: dict[str, str] = field(default_factory=dict)  # post -> our like
    status: str = ""  # of our account: "takendown", "deactivated"
    gated: set[str] = field(default_factory=set)  # posts that we may not answer
    blocked_by: set[str] = field(default_factory=set)  # accounts
    refusals: list[Declined] = field(default_factory=list)  # of the next calls that change a record
    limits: Mapping[str, str] = field(default_factory=dict)  # headers of its answers
    calls: list[str] = field(default_factory=list)
    by_app: set[str] = field(default_factory=set)  # keys of records
    chats: Chats = field(default_factory=Chats)
    clock: Callable[[], datetime] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    _made: int = 0

    @property
    def page(self) -> OnThePage:
        """Return how it is shown on the page of a rehearsal."""
        return BlueskyOnPage(self)

    def say(
        self,
        text: str,
        parent: str = "",
        *,
        by: str = THEIR_DID,
        late: timedelta = timedelta(),
        **more: Any,  # noqa: ANN401 - parts of a record
    ) -> str:
        """Post as a customer, with an app whose clock is slow by `late`; return the post's address."""
        with self.lock:
            reply = {"reply": self._reply_to(parent)} if parent else {}
            value = {"$type": POSTS, "text": text, "createdAt": _moment(_BEGAN), "langs": ["en"], **reply, **more}
            return self.store(by, POSTS, "", value, late).uri

    def write(self, text: str, convo: str = "c1", *, by: str = THEIR_DID, others: Sequence[str] = ()) -> str:
        """Write a private message as a customer; return its conversation and its id."""
        with self.lock:
            members = [self.profile(one) for one in (OUR_DID, THEIR_DID, *others)]
            self.chats.convos.setdefault(convo, Conversation(convo, members))
            self.chats.clock = self.clock
            return f"dm:{convo}/{self.chats.say(convo, by, text)}"

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        with self.lock:
            del self.records[post_id]

    def public(self) -> Sequence[Published]:
        """Return our app's posts, oldest first."""
        with self.lock:
            ours = [one for one in self.records.values() if (one.owner, one.collection) == (OUR_DID, POSTS)]
            return [Published(one.uri, one.value["text"], _parent(one)) for one in ours]

    def is_liked(self, post_id: str) -> bool:
        """Return whether our account likes a post."""
        with self.lock:
            return post_id in self.likes

    def breathe(self) -> None:
        """Do nothing: this server counts no calls."""

    def end_sessions(self, kind: str = "access") -> None:
        """End all access tokens, or all "refresh" tokens too."""
        with self.lock:
            self.tokens = {token: one for token, one in self.tokens.items() if kind == "access" and one == "refresh"}

    def store(self, owner: str, collection: str, key: str, value: Mapping[str, Any], late: timedelta) -> StoredRecord:
        """Keep a record and return it."""
        self._made += 1
        at = (self.clock() if self.clock else _BEGAN + timedelta(seconds=self._made)) - late
        made = StoredRecord(
            owner,
            collection,
            key or f"3{self._made:012}".replace("0", "a").replace("1", "b").replace("8", "c").replace("9", "d"),
            value,
            at,
        )
        self.records[made.uri] = made
        if collection == LIKES:
            self.likes[value["subject"]["uri"]] = made.uri
        return made

    def _reply_to(self, parent: str) -> Mapping[str, Any]:
        above = self.records[parent]
        return {"root": above.value.get("reply", {}).get("root") or above.ref, "parent": above.ref}

    def answer(
        self, method: str, name: str, asked: Mapping[str, list[str]], body: Mapping[str, Any], token: str
    ) -> object:
        """Return the answer to a call. Raises Declined."""
        with self.lock:
            self.calls.append(name)
            if (method, name) not in _METHODS:
                raise Declined(501, "MethodNotImplemented")
            wants, deed = _METHODS[method, name]
            self._admit(wants, token)
            return deed(self, asked, body, token)

    def chat(self, name: str, call: CallIn) -> object:
        """Return the answer to a call about private messages. Raises Declined."""
        with self.lock:
            self.calls.append(f"{_OF_CHATS}{name}")
            self._admit("access", call.bearer)
            return self.chats.answer(name, call, OUR_DID)

    def _admit(self, wants: str, token: str) -> None:
        if wants and self.tokens.get(token) != wants:
            raise Declined(400, "ExpiredToken", "Token has expired") if token else Declined(401, "AuthMissing")
        if wants == "access" and self.status == "takendown":
            raise Declined(401, "AccountTakedown", "Account has been taken down")

    def session(self) -> Mapping[str, Any]:
        """Return a new session."""
        self._made += 1
        tokens = {kind: _token(kind, self._made) for kind in ("access", "refresh")}
        self.tokens |= {token: kind for kind, token in tokens.items()}
        return {
            "did": OUR_DID,
            "handle": self.handle,
            "accessJwt": tokens["access"],
            "refreshJwt": tokens["refresh"],
            "active": not self.status,
            **({"status": self.status} if self.status else {}),
        }

    def shown(self, one: StoredRecord) -> dict[str, Any]:
        """Return a post as the API shows it to us."""
        viewer = {"replyDisabled": True} if one.uri in self.gated else {}
        like = self.likes.get(one.uri, "")
        return {
            **one.ref,
            "author": self.profile(one.owner),
            "record": dict(one.value),
            "indexedAt": _moment(one.at),
            "viewer": viewer | ({"like": like} if like else {}),
            "labels": [],
        }

    def profile(self, did: str) -> Mapping[str, Any]:
        """Return an account as the API shows it to us."""
        handle = self.handle if did == OUR_DID else THEIR_HANDLE
        viewer = {"muted": False, "blockedBy": did in self.blocked_by}
        return {"did": did, "handle": handle, "displayName": handle.partition(".")[0].title(), "viewer": viewer}

    def posts(self, *, ours: bool) -> list[StoredRecord]:
        """Return the posts of our account, or of all others, newest first."""
        found = [one for one in self.records.values() if one.collection == POSTS and (one.owner == OUR_DID) == ours]
        return sorted(found, key=lambda one: one.at, reverse=True)


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _token(kind: str, number: int) -> str:
    told = {"sub": OUR_DID, "scope": kind, "exp": int(time.time()) + LASTS, "jti": number}
    parts = ({"alg": "HS256", "typ": "at+jwt"}, told)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts), "c2ln"]
    )


def _parent(one: StoredRecord) -> str:
    return str(one.value.get("reply", {}).get("parent", {}).get("uri", ""))


def _letters(text: str) -> int:
    """Count letters roughly as people see them."""
    marks = sum(unicodedata.category(sign) in {"Mn", "Me", "Mc"} for sign in text)
    return len(text) - marks - 2 * text.count("\u200d")


Asked = Mapping[str, list[str]]
Body = Mapping[str, Any]


def _first(asked: Asked, name: str) -> str:
    return asked.get(name, [""])[0]


def _page(found: list[StoredRecord], asked: Asked) -> tuple[list[StoredRecord], dict[str, str]]:
    start, limit = int(_first(asked, "cursor") or 0), int(_first(asked, "limit") or 50)
    if not 1 <= limit <= 100:
        raise Declined(400, "InvalidRequest", "limit can not be greater than 100")
    further = {"cursor": str(start + limit)} if start + limit < len(found) else {}
    return found[start : start + limit], further


def _sign_in(server: BlueskyServer, _asked: Asked, body: Body, _token: str) -> object:
    if (body.get("identifier"), body.get("password")) not in {(OUR_DID, PASSWORD), (server.handle, PASSWORD)}:
        raise Declined(401, "AuthenticationRequired", "Invalid identifier or password")
    if server.status == "takendown":
        raise Declined(401, "AccountTakedown", "Account has been taken down")
    return server.session()


def _renew(server: BlueskyServer, _asked: Asked, _body: Body, _token: str) -> object:
    return server.session()


def _session(server: BlueskyServer, *_: object) -> object:
    return {"did": OUR_DID, "handle": server.handle, "active": not server.status} | (
        {"status": server.status} if server.status else {}
    )


def _notifications(server: BlueskyServer, asked: Asked, *_: object) -> object:
    page, further = _page(server.posts(ours=False), asked)
    told = [_notification(server.shown(one), "reply" if _parent(one) else "mention") for one in page]
    return {"notifications": told, "priority": False, **further}


def _notification(shown: Mapping[str, Any], reason: str) -> object:
    """Return a post as a notification tells it: without what our account may do with it."""
    return {name: one for name, one in shown.items() if name != "viewer"} | {"reason": reason, "isRead": False}


def _feed(server: BlueskyServer, asked: Asked, *_: object) -> object:
    page, further = _page(server.posts(ours=True), asked)
    return {"feed": [{"post": server.shown(one)} for one in page], **further}


def _posts(server: BlueskyServer, asked: Asked, *_: object) -> object:
    return {"posts": [server.shown(server.records[one]) for one in asked.get("uris", []) if one in server.records]}


def _thread(server: BlueskyServer, asked: Asked, *_: object) -> object:
    found = server.records.get(_first(asked, "uri"))
    if found is None:
        raise Declined(400, "NotFound", "Post not found")
    if found.owner in server.blocked_by:
        return {"thread": {"$type": "app.bsky.feed.defs#blockedPost", "uri": found.uri, "blocked": True}}
    return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": server.shown(found)}}


def _resolve(server: BlueskyServer, asked: Asked, *_: object) -> object:
    known = {server.handle: OUR_DID, THEIR_HANDLE: THEIR_DID}
    if (handle := _first(asked, "handle")) not in known:
        raise Declined(400, "InvalidRequest", "Unable to resolve handle")
    return {"did": known[handle]}


def _create(server: BlueskyServer, _asked: Asked, body: Body, _token: str) -> object:
    if server.refusals:
        raise server.refusals.pop(0)
    value, key = body["record"], body.get("rkey", "")
    if body["repo"] != OUR_DID or not _KEY.fullmatch(key):
        raise Declined(400, "InvalidRequest", "Invalid record key")
    if body["collection"] == POSTS and (
        _letters(value["text"]) > MOST_GRAPHEMES or len(value["text"].encode()) > MOST_BYTES
    ):
        raise Declined(400, "InvalidRequest", "Invalid app.bsky.feed.post record: Record/text must not be longer")
    if "reply" in value and not {"root", "parent"} <= value["reply"].keys():
        raise Declined(400, "InvalidRequest", 'Record/reply must have the property "root"')
    if f"at://{OUR_DID}/{body['collection']}/{key}" in server.records:
        raise Declined(500, "InternalServerError", "Internal Server Error")
    made = server.store(OUR_DID, body["collection"], key, value, timedelta())
    server.by_app.add(key)
    return {**made.ref, "commit": {"cid": made.cid, "rev": key}, "validationStatus": "valid"}


def _delete(server: BlueskyServer, _asked: Asked, body: Body, _token: str) -> object:
    if server.refusals:
        raise server.refusals.pop(0)
    gone = server.records.pop(f"at://{body['repo']}/{body['collection']}/{body['rkey']}", None)
    return {"commit": {"cid": gone.cid, "rev": gone.key}} if gone else {}


def _record(server: BlueskyServer, asked: Asked, *_: object) -> object:
    address = f"at://{_first(asked, 'repo')}/{_first(asked, 'collection')}/{_first(asked, 'rkey')}"
    found = server.records.get(address)
    if found is None:
        raise Declined(400, "RecordNotFound", f"Could not locate record: {address}")
    return {**found.ref, "value": dict(found.value)}


_Method = Callable[[BlueskyServer, Asked, Body, str], object]
_METHODS: Mapping[tuple[str, str], tuple[str, _Method]] = {
    ("POST", "com.atproto.server.createSession"): ("", _sign_in),
    ("POST", "com.atproto.server.refreshSession"): ("refresh", _renew),
    ("GET", "com.atproto.server.getSession"): ("access", _session),
    ("GET", "app.bsky.notification.listNotifications"): ("access", _notifications),
    ("GET", "app.bsky.feed.getAuthorFeed"): ("access", _feed),
    ("GET", "app.bsky.feed.getPosts"): ("access", _posts),
    ("GET", "app.bsky.feed.getPostThread"): ("access", _thread),
    ("GET", "com.atproto.identity.resolveHandle"): ("access", _resolve),
    ("GET", "com.atproto.repo.getRecord"): ("access", _record),
    ("POST", "com.atproto.repo.createRecord"): ("access", _create),
    ("POST", "com.atproto.repo.deleteRecord"): ("access", _delete),
}


def _answered(server: BlueskyServer, call: CallIn) -> GivenAnswer:
    name = call.path.removeprefix("/xrpc/")
    try:
        if name.startswith(_OF_CHATS):
            return GivenAnswer(200, server.chat(name.removeprefix(_OF_CHATS), call), server.limits)
        told = server.answer(call.method, name, call.asked, call.json, call.bearer)
    except Declined as no:
        return GivenAnswer(no.status, {"error": no.error, "message": no.message}, server.limits)
    return GivenAnswer(200, told, server.limits)


@contextmanager
def bluesky() -> Iterator[BlueskyServer]:
    """Open a server on a free port of this machine."""
    memory = BlueskyServer()
    with served(partial(_answered, memory)) as memory.api_url:
        yield memory

"""The common part of the make-believe Facebook and Instagram: the memory, and Meta's forms of answers."""

import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from bot.rehearsal.door import CallIn, GivenAnswer, Published

TOKEN, APP_SECRET = "EAArehearsal", "rehearsal-app"
VERSION = "/v26.0"
APART = timedelta(minutes=2)  # between two posts, so that a reading tells few of them again
ROOM = timedelta(hours=18)  # for so long before now the first of them was made
_NESTED = re.compile(r".*\.limit\((\d+)\)")  # of the innermost list


class NotGiven(Exception):
    """A call that the server refuses, with Meta's code and subcode."""

    def __init__(self, code: int, subcode: int = 0, status: int = 400, **headers: str) -> None:
        super().__init__(f"{code}/{subcode}")
        self.code, self.subcode, self.status, self.headers = code, subcode, status, headers


@dataclass(slots=True)
class GraphNode:
    """A post, a comment or a message; `under` is what it stands in, `answers` what its writer answered."""

    id: str
    author: str
    words: str
    at: datetime
    under: str = ""
    parent: str = ""
    answers: str = ""
    by_app: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)  # further fields as the API shows them


@dataclass
class GraphMemory:
    """The memory of one account's server."""

    account: str
    handle: str
    secrets: Mapping[str, str]
    api_url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    nodes: dict[str, GraphNode] = field(default_factory=dict)
    refusals: list[NotGiven] = field(default_factory=list)  # of the next calls that change something
    unreadable: list[NotGiven] = field(default_factory=list)  # of the next ones that only read
    token_ends: Mapping[str, int] = field(default_factory=dict)  # as debug_token tells it
    clock: Callable[[], datetime] | None = None
    tokens: set[str] = field(default_factory=lambda: {TOKEN})  # that it accepts
    hidden: set[str] = field(default_factory=set)  # comments
    calls: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - ROOM)
    made: int = 0

    def put(self, node_id: str, author: str, words: str, *, at: datetime | None = None, **more: Any) -> GraphNode:  # noqa: ANN401 - fields of a node
        """Keep a post, a comment or a message; `{}` in its id becomes a new number."""
        with self.lock:
            self.made += 1
            node_id = node_id.format(7_000 + self.made)
            self.nodes[node_id] = GraphNode(node_id, author, words, at or self._now(), **more)
            return self.nodes[node_id]

    def _now(self) -> datetime:
        return self.clock().replace(microsecond=0) if self.clock else self.began + APART * self.made

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        with self.lock:
            del self.nodes[post_id]

    def is_hidden(self, post_id: str) -> bool:
        """Return whether a comment is hidden."""
        return post_id in self.hidden

    def set_hidden(self, post_id: str, said: str) -> dict[str, bool]:
        """Hide a comment, or show it again, as a call says."""
        if said not in {"true", "false"}:
            raise NotGiven(100)
        (self.hidden.add if said == "true" else self.hidden.discard)(post_id)
        return {"success": True}

    def public(self) -> Sequence[Published]:
        """Return our app's public posts, oldest first."""
        with self.lock:
            return [
                Published(one.id, one.words, one.answers)
                for one in self.nodes.values()
                if one.by_app and "message" not in one.more
            ]

    def signed(self, body: bytes) -> Mapping[str, str]:
        """Return the headers of a webhook with this body."""
        digits = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        return {"x-hub-signature-256": f"sha256={digits}"}

    def breathe(self) -> None:
        """Do nothing: this server counts no calls."""

    def node(self, node_id: str) -> GraphNode:
        """Return a node. Raises NotGiven."""
        if node_id not in self.nodes:
            raise NotGiven(100, 33)
        return self.nodes[node_id]

    def newest_first(self, fits: Callable[[GraphNode], bool]) -> list[GraphNode]:
        """Return the nodes that fit."""
        return sorted(filter(fits, self.nodes.values()), key=lambda one: one.at, reverse=True)


def moment(at: datetime) -> str:
    """Return a moment as Meta writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def a_page(
    found: Sequence[Any], limit: int, after: str, show: Callable[[Any], Mapping[str, Any]] = dict
) -> dict[str, Any]:
    """Return a page of a list with its marks; `show` makes what the API tells of an entry."""
    start = int(after or 0)
    some, end = [show(one) for one in found[start : start + limit]], start + limit
    paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
    if end < len(found):
        paging["next"] = "https://graph.facebook.example/with-the-token"
    return {"data": some, "paging": paging}


def nested_limit(asked: Mapping[str, str]) -> int:
    """Return how many entries of a list within a list are asked for."""
    found = _NESTED.search(asked.get("fields", ""))
    return int(found[1]) if found else 25


Asked = Mapping[str, str]
Deeds = Sequence[tuple[str, str, Callable[..., object]]]


def answered(memory: GraphMemory, deeds: Deeds, call: CallIn) -> GivenAnswer:
    """Answer a call: each deed has a method, a pattern of the path, and what is done."""
    said = {name: values[-1] for name, values in parse_qs(call.raw.decode(), keep_blank_values=True).items()}
    asked = {name: values[-1] for name, values in call.asked.items()} | said
    try:
        with memory.lock:
            memory.calls.append(f"{call.method} {call.path}")
            return GivenAnswer(200, _told(memory, deeds, call, asked))
    except NotGiven as no:
        error = {"message": "No.", "type": "OAuthException", "code": no.code, "fbtrace_id": "A1"}
        error |= {"error_subcode": no.subcode} if no.subcode else {}
        headers = {name.replace("_", "-"): value for name, value in no.headers.items()}
        return GivenAnswer(no.status, {"error": error}, headers)


def _told(memory: GraphMemory, deeds: Deeds, call: CallIn, asked: Asked) -> object:
    if call.bearer not in memory.tokens or "access_token" in asked:
        raise NotGiven(190, status=401)
    if (
        asked.get("appsecret_proof")
        != hmac.new(APP_SECRET.encode(), call.bearer.encode(), hashlib.sha256).hexdigest()
    ):
        raise NotGiven(100)
    if call.method == "POST" and "batch" in asked:
        return [_inner(memory, one) for one in json.loads(asked["batch"])]
    if refusals := memory.unreadable if call.method == "GET" else memory.refusals:
        raise refusals.pop(0)
    for method, pattern, deed in deeds:
        if method == call.method and (found := re.fullmatch(f"(?:{VERSION})?{pattern}", call.path)):
            return deed(memory, asked, *found.groups())
    raise NotGiven(2500)


def _inner(memory: GraphMemory, one: Mapping[str, str]) -> Mapping[str, Any]:
    if one["relative_url"] != f"debug_token?input_token={TOKEN}":
        return {"code": 400, "body": "{}"}
    told = {"data": {"is_valid": True, "expires_at": 0, "data_access_expires_at": 0, **memory.token_ends}}
    return {"code": 200, "body": json.dumps(told)}

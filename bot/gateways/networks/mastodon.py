"""Client of a Mastodon server, and of its kin that speak the same API.

An unknown outcome is read back like X's. Where the server honours our key for a reply, the desk may then send it
again; not at once, since none honours it against two calls at the same time. docs/mastodon-access.md has more traps.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.domain.base.text import clean
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.replies.outcome_checks import SafeRepeat, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, is_refusal, json_object
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.mastodon_answers import FINAL, NOT_UNDERSTOOD, OUTCOMES, is_its_own
from bot.gateways.networks.mastodon_edits import changed_words, has_words, says_now
from bot.gateways.networks.mastodon_own_posts import AT_ONCE, made_in, reply_among, statement_among
from bot.gateways.networks.mastodon_posts import (
    PUBLIC,
    OurPlace,
    StrangePost,
    account_in,
    addressee_in,
    answer_audience,
    edited_in,
    entry_id,
    is_not_blocked_by,
    is_status_id,
    oldest_first,
    parent_in,
    post_in,
    status_in,
    unread,
)
from bot.gateways.networks.mastodon_server import UNKNOWN, nodeinfo_path, server_in
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import Json, objects, read_json, text_or_empty
from bot.ports.network import (
    Batch,
    EditTerms,
    NetworkTrouble,
    NotSent,
    OutcomeLost,
    ProvenAbsent,
    ReplyNow,
    SendOutcome,
    Sent,
    Unparsed,
)

if TYPE_CHECKING:
    from bot.gateways.networks.wire import WireSession

log = logging.getLogger(__name__)

WITHIN = 15.0  # seconds for a whole call
_AT_ONCE = {"mentions": 80, "own": AT_ONCE}  # the most that the server tells in one answer
BACK = 50  # answers that are read to find what lies between two pages

_ONLY_WITH_ACCOUNT = (401, 403, 422)  # of servers that show nothing to others
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_POST = "This is not a post on Mastodon."


class MastodonNetwork(BoundedCalls):
    """One account of ours on its own server."""

    name = "mastodon"
    likes = True
    posts_statements = True
    streams: tuple[str, ...] = ("mentions", "own")
    visibility_delay = VisibilityDelay(shows_within=timedelta(minutes=1), apart=timedelta(minutes=1))

    def __init__(self, *, account: str, handle: str, token: str, api_url: str, timeout: float = WITHIN) -> None:
        """Take our account, its token and its server's address; `timeout` bounds a whole call, in seconds."""
        self.account, self.handle = account, handle.removeprefix("@")
        self._server = UNKNOWN  # until it tells its own
        self._token, self._base, self._within = token, api_url.rstrip("/"), timeout

    @property
    def safe_repeat(self) -> SafeRepeat:
        """Return for how long our key keeps a repeated call from making a second post; see RepeatsSafely."""
        return self._server.safe_repeat

    @property
    def edits_replies(self) -> bool:
        """Return whether a post's words can be changed on this server; see EditsReplies."""
        return self._server.edits_posts

    def verify(self) -> Author:
        """Return the account that the token belongs to, and ask its server what it is and how long a post may be.

        Raises NetworkTrouble when the server cannot be read or is of a kind that Heard does not work with, or when it
        is another account than the one configured.
        """
        try:
            me = account_in(json_object(self._read("/api/v1/accounts/verify_credentials")))
        except StrangePost:
            raise NetworkTrouble(NOT_UNDERSTOOD) from None
        same_account(me, self.account, self.handle, "The token belongs")
        self.account, self.handle = me.id, me.handle
        instance = self._told("/api/v2/instance") or self._told("/api/v1/instance")
        self._server = server_in(self._told(nodeinfo_path(self._told("/.well-known/nodeinfo"), self._base)), instance)
        return me

    def _told(self, path: str) -> Json:
        """Return what a server says of itself; an old one, and some of its kin, do not have every page."""
        try:
            return json_object(self._read(path))
        except NetworkTrouble:
            return {}

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the mentions, or the posts of our own, after `cursor`, oldest first.

        The first reading takes the newest page alone. Where there is none, the next one begins at the very first.
        """
        if stream not in self.streams:
            return
        while True:
            page = self._page(stream, cursor)
            if not page and cursor:
                return
            batch = self._batch(stream, page, cursor)
            yield batch
            if batch.cursor == cursor or not cursor:
                return
            cursor = batch.cursor

    def _page(self, stream: str, cursor: str) -> list[Any]:
        """Return the next entries after a cursor, oldest first.

        Some of its kin tell the newest entries behind `min_id`, so before a full page it is asked what lies between.
        """
        if not cursor:
            return self._entries(stream)
        page = self._entries(stream, min_id=cursor)  # since_id would tell the newest page everywhere
        for _ in range(BACK):
            first = entry_id(page[0]) if len(page) >= _AT_ONCE[stream] else ""
            between = self._entries(stream, since_id=cursor, max_id=first) if first else []
            if not between:
                break
            page = between
        return page

    def _entries(self, stream: str, **where: str) -> list[Any]:
        asked: dict[str, Any] = {"limit": _AT_ONCE[stream], **where}
        if stream == "mentions":
            path, types = "/api/v1/notifications", ["mention", "update"] if self._server.tells_edits else ["mention"]
            asked |= {"types[]": types, "include_filtered": "true"}
        else:
            path, asked["exclude_reblogs"] = f"/api/v1/accounts/{self.account}/statuses", "true"
        return oldest_first(self._list(f"{path}?{urlencode(asked, doseq=True)}"))

    def _batch(self, stream: str, page: list[Any], cursor: str) -> Batch:
        told = [(kind, status) for one in page for kind, status in [status_in(stream, one)] if kind]
        read = [(kind, self._mention(status)) for kind, status in told]
        posts = [(kind, one) for kind, one in read if isinstance(one, Mention)]
        return Batch(
            posts=tuple(one for kind, one in posts if kind != "update"),
            edits=tuple(one for kind, one in posts if kind == "update" and one.side == Side.THEIRS),
            unparsed=tuple(replace(one, is_edit=kind == "update") for kind, one in read if isinstance(one, Unparsed)),
            cursor=next((known for one in reversed(page) if (known := entry_id(one))), cursor or "0"),
        )

    def _mention(self, status: object) -> Mention | Unparsed:
        if not isinstance(status, dict):
            return unread(status, self._us)
        try:
            return post_in(status, self._root(status), self._us)
        except StrangePost:
            return unread(status, self._us)

    def _root(self, status: Json) -> str:
        """Return the first post of a status's conversation; the status names only the one that it answers."""
        post_id, parent = text_or_empty(status, "id"), parent_in(status)
        if not parent or not is_status_id(post_id):
            return post_id
        try:
            above = objects(json_object(self._get(f"/api/v1/statuses/{post_id}/context")), "ancestors")
        except _TROUBLE as trouble:
            if is_refusal(trouble, 404) and is_its_own(trouble):
                return parent
            raise OUTCOMES.reading(trouble) from trouble
        first = text_or_empty(above[0], "id") if above else ""
        return first if is_status_id(first) else parent

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under `target`, for as many as may read that, or only for those named; see `addressee_in`.

        The post is read first: who may read it, and its author's handle, are not in its id.
        """
        if not is_status_id(target.post_id):
            return NotSent(_NO_POST)
        try:
            status = json_object(self._get(f"/api/v1/statuses/{target.post_id}"))
            addressed = addressee_in(status, self.account)
        except _TROUBLE as trouble:
            return OUTCOMES.before(trouble, FINAL)
        except StrangePost:
            return NotSent(NOT_UNDERSTOOD, retry_after=timedelta(minutes=1))
        # No content warning: it would be the customer's words in our name, and nobody approved them.
        body = {"status": f"@{addressed} {text}", "in_reply_to_id": target.post_id, **answer_audience(status)}
        headers = {"Idempotency-Key": key}
        return self._send(lambda: self._call("POST", "/api/v1/statuses", json=body, headers=headers), self._made)

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours; one that is already gone counts as deleted."""
        if not is_status_id(post_id):
            return NotSent(_NO_POST)
        return self._send(
            lambda: self._delete(post_id),
            lambda told: Sent(post_id, "") if text_or_empty(told, "id") == post_id else OutcomeLost(NOT_UNDERSTOOD),
        )

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - no server honours a key
        """Give a post of ours other words; it is read first, since whatever a call does not name is removed."""
        if not is_status_id(post_id):
            return NotSent(_NO_POST)
        there = f"/api/v1/statuses/{post_id}"
        try:
            status, source = (json_object(self._get(one)) for one in (there, f"{there}/source"))
            body = changed_words(post_id, status, source, text)
        except _TROUBLE as trouble:
            return OUTCOMES.before(trouble, FINAL)
        except StrangePost:
            return NotSent(NOT_UNDERSTOOD, retry_after=timedelta(minutes=1))
        return self._send(
            lambda: self._call("PUT", there, json=body),
            lambda told: self._made(told) if has_words(told, text) else OutcomeLost(NOT_UNDERSTOOD),
        )

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:  # noqa: ARG002 - no end
        """Return that a post of ours can be changed at any time."""
        return EditTerms() if self.edits_replies and is_status_id(post_id) else None

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        """Return which of these words a post of ours has, apart from handles before them; None: there is no such."""
        return says_now(self._status_now(post_id) if is_status_id(post_id) else None, post_id, texts)

    def _delete(self, post_id: str) -> bytes:
        """Delete a post of ours; its own server hides none of ours from us, so one that it does not have is gone."""
        try:
            return self._call("DELETE", f"/api/v1/statuses/{post_id}")
        except RefusedCall as refused:
            if refused.status == 404 and is_its_own(refused):
                return json.dumps({"id": post_id}).encode()
            raise

    def changes_of(self, posts: Sequence[Mention]) -> Batch:
        """Return the edits and deletions of these posts; raise NetworkTrouble.

        To us Mastodon answers the same for a status that was deleted and for one whose author blocks us. To somebody
        without an account it still shows the second one, if it is public.
        """
        now = [(post, self._status_now(post.ref.post_id)) for post in posts if is_status_id(post.ref.post_id)]
        edits = [edit for post, told in now if told and (edit := edited_in(told, post, self._us))]
        gone = [post.ref.post_id for post, told in now if told is None and self._is_deleted(post)]
        return Batch(edits=edits, deletions=gone)

    def _status_now(self, post_id: str) -> Json | None:
        """Return a status as it is now; None where the server says that it has none."""
        try:
            return json_object(self._get(f"/api/v1/statuses/{post_id}"))
        except _TROUBLE as trouble:
            if is_refusal(trouble, 404) and is_its_own(trouble):
                return None
            raise OUTCOMES.reading(trouble) from trouble

    def _is_deleted(self, post: Mention) -> bool:
        """Return whether a post that we are not shown is deleted for certain, or may only be hidden from us.

        Nobody else is shown a private one, so there it is asked whether its author blocks us.
        """
        return self._is_missing_for_all(post.ref.post_id) and (not post.private or self._lets_us_see(post.author.id))

    def _lets_us_see(self, account: str) -> bool:
        """Return whether an account does certainly not block us."""
        try:
            told = self._get(f"/api/v1/accounts/relationships?{urlencode({'id[]': account})}")
        except _TROUBLE as trouble:
            if is_refusal(trouble, *_ONLY_WITH_ACCOUNT):  # the token may lack the scope
                return False
            raise OUTCOMES.reading(trouble) from trouble
        return is_not_blocked_by(told, account)

    def _is_missing_for_all(self, post_id: str) -> bool:
        """Return whether somebody without an account is told, too, that there is no such status."""
        try:
            self._call("GET", f"/api/v1/statuses/{post_id}", headers={"Authorization": None})
        except _TROUBLE as trouble:
            if is_refusal(trouble, *_ONLY_WITH_ACCOUNT):
                return False  # it cannot be proven, so the post stays
            if is_refusal(trouble, 404) and is_its_own(trouble):
                return True
            raise OUTCOMES.reading(trouble) from trouble
        return False

    def like(self, target: PostRef) -> SendOutcome:
        """Make a post a favourite of our account; twice is once."""
        if not is_status_id(target.post_id):
            return NotSent(_NO_POST)
        return self._send(
            lambda: self._call("POST", f"/api/v1/statuses/{target.post_id}/favourite"),
            lambda told: Sent(target.post_id, "") if told.get("favourited") is True else OutcomeLost(NOT_UNDERSTOOD),
        )

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - no server tells of a key
        """Look for our reply among the posts of our own behind `target`; None: not found among them."""
        return reply_among(self._list, self._us, target.post_id, text)

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish `text` to everybody, as a post that answers nobody; without a content warning, as of a reply."""
        body, headers = {"status": text, "visibility": PUBLIC}, {"Idempotency-Key": key}
        return self._send(lambda: self._call("POST", "/api/v1/statuses", json=body, headers=headers), self._made)

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | ProvenAbsent | None:  # noqa: ARG002 - no server tells of a key
        """Look for a public post of our own with these words; None: there is none (yet)."""
        return statement_among(self._list, self._us, text, since)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as a post that names nobody: it has the whole room of its server."""
        return (TextLength(count=self._server.length(clean(text)), limit=self._server.most),)

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:
        """Measure `text` as the server does: on Mastodon an address as 23, a handle without its server.

        A reply begins with the handle of whoever wrote the post, or with ours where it corrects a reply of ours.
        """
        server, names = self._server, (addressee.handle, self.handle) if addressee else ()
        return (TextLength(count=server.length(clean(text)), limit=server.most - server.before(names)),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - its form takes no words
        """Return the address of the post, where a person can answer it."""
        return self.post_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the address of a post on our own server."""
        return self._us.post_url(post_id, handle.removeprefix("@") or self.handle)

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address on our own server leads to, or ""; other servers' ids differ."""
        return self._us.post_behind(link)

    @property
    def _us(self) -> OurPlace:
        return OurPlace(self.account, "{0.scheme}://{0.netloc}".format(urlsplit(self._base)))

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        session = WireSession(self._base, self._within)
        session.headers.update({"Authorization": f"Bearer {self._token}"})
        return session

    def _get(self, path: str) -> bytes:
        return self._session.request("GET", self._base + path).content

    def _read(self, path: str) -> bytes:
        try:
            return self._get(path)
        except _TROUBLE as trouble:
            raise OUTCOMES.reading(trouble) from trouble

    def _list(self, path: str) -> list[Any]:
        try:
            found = read_json(self._read(path).decode("utf-8", "replace"))
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise NetworkTrouble(NOT_UNDERSTOOD)
        return found

    def _call(self, method: str, path: str, **more: Any) -> bytes:  # noqa: ANN401 - as in requests
        return self._session.request(method, self._base + path, **more).content

    def _send(self, call: Callable[[], bytes], read: Callable[[Json], SendOutcome]) -> SendOutcome:
        try:
            return read(json_object(call()))
        except _TROUBLE as trouble:
            return OUTCOMES.after(trouble)
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("mastodon.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    def _made(self, told: Json) -> SendOutcome:
        return made_in(told, self._us)

"""Client of a Mastodon server, and of its kin that speak the same API.

Our key for a reply is sent, and not relied on: only Mastodon itself honours it, for an hour, and not against two
calls at once. So an unknown outcome is read back like X's. docs/mastodon-access.md has more of its traps.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.mastodon_answers import (
    FINAL,
    NOT_UNDERSTOOD,
    OUTCOMES,
    is_its_own,
)
from bot.gateways.networks.mastodon_length import mastodon_length
from bot.gateways.networks.mastodon_posts import (
    OurPlace,
    StrangePost,
    account_in,
    answer_visibility,
    is_status_id,
    parent_in,
    plain,
    post_in,
    unread,
)
from bot.gateways.outside import Json, object_in, objects, read_json, text_or_empty, whole_number
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent, Unparsed

if TYPE_CHECKING:
    from bot.gateways.networks.wire import WireSession

log = logging.getLogger(__name__)

LIMIT = 500  # characters, where the server does not tell another limit
ADDRESSED = 32  # of them for the handle before a reply: "@" and at most 30 letters, its server does not count
WITHIN = 15.0  # seconds for a whole call
MENTIONS_AT_ONCE, POSTS_AT_ONCE = 80, 40  # the most that the server tells in one answer
LOOKS = 5  # answers that are read to find a reply
_MOST_LIMIT = 100_000

_ONLY_WITH_ACCOUNT = (401, 403, 422)  # of servers that show nothing to others
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_POST = "This is not a post on Mastodon."


class MastodonNetwork:
    """One account of ours on its own server."""

    name = "mastodon"
    likes = True
    streams: tuple[str, ...] = ("mentions", "own")
    visibility_delay = VisibilityDelay(shows_within=timedelta(minutes=1), apart=timedelta(minutes=1))

    def __init__(self, *, account: str, handle: str, token: str, api_url: str, timeout: float = WITHIN) -> None:
        """Take our account, its token and its server's address; `timeout` bounds a whole call, in seconds."""
        self.account, self.handle = account, handle.removeprefix("@")
        self._most = LIMIT  # until the server tells its own
        self._token, self._base, self._within = token, api_url.rstrip("/"), timeout

    def verify(self) -> Author:
        """Return the account that the token belongs to, and ask its server how long a post may be.

        Raises NetworkTrouble when the server cannot be read, or when it is another account than the one configured.
        """
        try:
            me = account_in(json_object(self._read("/api/v1/accounts/verify_credentials")))
        except StrangePost:
            raise NetworkTrouble(NOT_UNDERSTOOD) from None
        same_account(me, self.account, self.handle, "The token belongs")
        self.account, self.handle = me.id, me.handle
        self._most = self._told_limit()
        return me

    def _told_limit(self) -> int:
        try:
            told = json_object(self._read("/api/v2/instance"))
        except NetworkTrouble:  # an old server, or one of its kin
            return LIMIT
        most = whole_number(object_in(object_in(told, "configuration"), "statuses"), "max_characters", _MOST_LIMIT)
        return most if most and most > 2 * ADDRESSED else LIMIT

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
        """Return the next entries after a cursor, oldest first."""
        after = {"min_id": cursor} if cursor else {}  # since_id would tell the newest page, and skip what is between
        if stream == "mentions":
            path = "/api/v1/notifications"
            asked = {"types[]": "mention", "include_filtered": "true", "limit": MENTIONS_AT_ONCE, **after}
        else:
            path = f"/api/v1/accounts/{self.account}/statuses"
            asked = {"exclude_reblogs": "true", "limit": POSTS_AT_ONCE, **after}
        return self._list(f"{path}?{urlencode(asked)}")[::-1]

    def _batch(self, stream: str, page: list[Any], cursor: str) -> Batch:
        ids = [text_or_empty(one, "id") if isinstance(one, dict) else "" for one in page]
        statuses = [self._status(stream, one) for one in page]
        read = [self._mention(one) for one in statuses if one is not None]
        return Batch(
            posts=tuple(one for one in read if isinstance(one, Mention)),
            unparsed=tuple(one for one in read if isinstance(one, Unparsed)),
            cursor=next((one for one in reversed(ids) if is_status_id(one)), cursor or "0"),
        )

    @staticmethod
    def _status(stream: str, entry: object) -> object | None:
        """Return the status of an entry; None for a notification that is about something else."""
        if stream != "mentions" or not isinstance(entry, dict):
            return entry
        return entry.get("status") or entry if entry.get("type") == "mention" else None

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
        except RefusedCall as refused:
            if refused.status == 404:
                return parent
            raise OUTCOMES.reading(refused) from refused
        except (NotReached, BrokenOff) as trouble:
            raise OUTCOMES.reading(trouble) from trouble
        first = text_or_empty(above[0], "id") if above else ""
        return first if is_status_id(first) else parent

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` under `target`, for as many as may read that, or only for those named, and name its author.

        The post is read first: who may read it, and its author's handle, are not in its id.
        """
        if not is_status_id(target.post_id):
            return NotSent(_NO_POST)
        try:
            status = json_object(self._get(f"/api/v1/statuses/{target.post_id}"))
            addressed = account_in(object_in(status, "account")).handle
        except _TROUBLE as trouble:
            return OUTCOMES.before(trouble, FINAL)
        except StrangePost:
            return NotSent(NOT_UNDERSTOOD, retry_after=timedelta(minutes=1))
        body = {
            "status": f"@{addressed} {text}",
            "in_reply_to_id": target.post_id,
            "visibility": answer_visibility(status),
        }  # no content warning: it would be the customer's words in our name, and nobody approved them
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

    def _delete(self, post_id: str) -> bytes:
        """Delete a post of ours; its own server hides none of ours from us, so one that it does not have is gone."""
        try:
            return self._call("DELETE", f"/api/v1/statuses/{post_id}")
        except RefusedCall as refused:
            if refused.status == 404 and is_its_own(refused):
                return json.dumps({"id": post_id}).encode()
            raise

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these statuses that our server does not have any more; raise NetworkTrouble.

        To us Mastodon answers the same for a status that was deleted and for one whose author blocks us; to somebody
        without an account it still shows the second one, if it is public.
        """
        asked = [one for one in post_ids if is_status_id(one)]
        return [one for one in asked if self._is_missing(one) and self._is_missing(one, Authorization=None)]

    def _is_missing(self, post_id: str, **headers: str | None) -> bool:
        try:
            self._call("GET", f"/api/v1/statuses/{post_id}", headers=headers)
        except RefusedCall as refused:
            if refused.status == 404 and is_its_own(refused):
                return True
            if headers and refused.status in _ONLY_WITH_ACCOUNT:
                return False  # it cannot be proven, so the post stays
            raise OUTCOMES.reading(refused) from refused
        except (NotReached, BrokenOff) as trouble:
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
        if not is_status_id(target.post_id):
            return None
        cursor = target.post_id
        for _ in range(LOOKS):
            asked = urlencode({"exclude_reblogs": "true", "limit": POSTS_AT_ONCE, "min_id": cursor})
            page = self._list(f"/api/v1/accounts/{self.account}/statuses?{asked}")[::-1]
            for status in (one for one in page if isinstance(one, dict)):
                if parent_in(status) == target.post_id and self._says(status, text):
                    made = self._made(status)
                    return made if isinstance(made, Sent) else None
            last = page[-1] if page and isinstance(page[-1], dict) else {}
            cursor = text_or_empty(last, "id")
            if not is_status_id(cursor):
                return None
        return None

    @staticmethod
    def _says(status: Json, text: str) -> bool:
        """Return whether a post of ours has this text, apart from the handles that it begins with."""
        words = plain(text_or_empty(status, "content"))
        while words.startswith("@") and comparable(words) != comparable(text):
            words = words.partition(" ")[2]
        return comparable(words) == comparable(text)

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:
        """Measure `text` as Mastodon does: an address as 23, a handle without its server.

        A reply begins with the handle of whoever wrote the post, or with ours where it corrects a reply of ours.
        """
        names = [one.partition("@")[0] for one in (addressee.handle, self.handle)] if addressee else []
        before = max((len(f"@{one} ") for one in names), default=ADDRESSED)
        return (TextLength(count=mastodon_length(clean(text)), limit=self._most - before),)

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
        parts = urlsplit(self._base)
        return OurPlace(self.account, f"{parts.scheme}://{parts.netloc}")

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
        """Return the outcome from the status in an answer."""
        try:
            made = post_in(told, "", self._us)
        except StrangePost:
            return OutcomeLost("Mastodon said yes, but its answer could not be read.")
        if made.author.id != self.account:
            return OutcomeLost("Mastodon said yes, and told of somebody else's post.")
        return Sent(made.ref.post_id, made.url, made.posted_at)

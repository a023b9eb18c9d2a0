"""Client of the rehearsal's own network: private messages, edits, deletions, and a key that proves a reply's outcome.

docs/stage.md describes its protocol. It is the pattern for a real network with these features.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from bot.domain.base.moments import EPOCH
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.street_answers import OUTCOMES, proven_absent
from bot.gateways.networks.street_posts import (
    Strange,
    Us,
    is_post_id,
    is_private,
    moment_of,
    read_again,
    read_answer,
    read_author,
)
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import as_name, object_in
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent, Unparsed

if TYPE_CHECKING:
    from bot.gateways.networks.wire import WireSession

log = logging.getLogger(__name__)

LIMIT = 500  # Unicode code points
WITHIN = 15.0  # seconds for a whole call

_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NOT_UNDERSTOOD = "Street sent something that Heard does not understand."
_NO_POST = "This is not a post on Street."


class StreetNetwork(BoundedCalls):
    """The street, for one account of ours. All changes come in one list, in order."""

    name = "street"
    likes = True
    posts_statements = True
    streams: tuple[str, ...] = ("mentions",)
    visibility_delay = VisibilityDelay(
        shows_within=timedelta(minutes=1), apart=timedelta()
    )  # its key proves the outcome

    def __init__(self, *, account: str, handle: str, token: str, api_url: str, timeout: float = WITHIN) -> None:
        """Take our account, its token, and the street's address; `timeout` bounds a whole call, in seconds."""
        self.account, self.handle = account, handle.removeprefix("@")
        self._token, self._base, self._within = token, api_url.rstrip("/"), timeout

    def verify(self) -> Author:
        """Return the account that the token belongs to, and answer for it from now on.

        Raises NetworkTrouble when the street cannot be read, or when it is another account than the one configured.
        """
        try:
            me = read_author(json_object(self._read("/me")))
        except Strange:
            raise NetworkTrouble(_NOT_UNDERSTOOD) from None
        same_account(me, self.account, self.handle, "The token belongs")
        self.account, self.handle = me.id, me.handle
        return me

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the changes after `cursor`, oldest first: mentions, private messages and posts of our own."""
        more = stream in self.streams
        while more:
            try:
                answer = read_answer(self._read(f"/changes?after={quote(cursor)}"), self._us)
            except Strange:
                raise NetworkTrouble(_NOT_UNDERSTOOD) from None
            moved = answer.batch.cursor != cursor
            if moved:
                yield answer.batch
            more, cursor = answer.more and moved, answer.batch.cursor

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:  # noqa: ARG002 - all is in the post
        """Read a stored raw post again with the present version of Heard."""
        return read_again(raw, self._us)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` in answer to `target`; when that is a private message, send a private message."""
        if not is_post_id(target.post_id):
            return NotSent(_NO_POST)
        path, kind = ("/messages", "message") if is_private(target.post_id) else ("/posts", "post")
        return self._published(path, kind, {"text": text, "in_reply_to": target.post_id}, key)

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish `text` as a post that answers nobody."""
        return self._published("/posts", "post", {"text": text}, key)

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | ProvenAbsent | None:
        """Return the post that was made with the key, or the proof that there is none."""
        return self.find_reply(PostRef(self.name, self.account, ""), text, since, key)

    def _published(self, path: str, kind: str, body: Mapping[str, str], key: str) -> SendOutcome:
        headers = {"Idempotency-Key": key}
        return self._send(
            lambda: self._session.request("POST", self._base + path, json=body, headers=headers).content,
            lambda answer: self._made(answer, kind),
        )

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post or a private message of ours; one that is already gone counts as deleted."""
        if not is_post_id(post_id):
            return NotSent(_NO_POST)
        path = "/messages/" if is_private(post_id) else "/posts/"
        return self._send(
            lambda: self._session.request("DELETE", f"{self._base}{path}{post_id}").content,
            lambda answer: Sent(post_id, "") if "deleted" in json_object(answer) else OutcomeLost(_NOT_UNDERSTOOD),
        )

    def like(self, target: PostRef) -> SendOutcome:
        """Like a post as our account. It is a PUT, so that two calls make one like."""
        if not is_post_id(target.post_id) or is_private(target.post_id):
            return NotSent(_NO_POST)
        return self._send(
            lambda: self._session.request("PUT", f"{self._base}/posts/{target.post_id}/like").content,
            lambda answer: (
                Sent(target.post_id, "") if "likes" in json_object(answer) else OutcomeLost(_NOT_UNDERSTOOD)
            ),
        )

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - the key is enough
        """Return the reply that was made with the key, or the proof that there is none."""
        try:
            answer = self._session.request("GET", f"{self._base}/keys/{key}").content
        except RefusedCall as refused:
            absent = proven_absent(refused)
            if absent is None:
                raise OUTCOMES.reading(refused) from refused
            return absent
        except (NotReached, BrokenOff) as trouble:
            raise OUTCOMES.reading(trouble) from trouble
        kind = "message" if is_private(target.post_id) else "post"
        made = self._made(answer, kind)
        if not isinstance(made, Sent):
            raise NetworkTrouble(_NOT_UNDERSTOOD)
        if not self._is_ours(json_object(answer)[kind], target, text):
            raise NetworkTrouble("Street knows something else under the key of this approval.")
        return made

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool:
        """Return whether this post was made with the key, with this target and text; raise NetworkTrouble."""
        made = self.find_reply(target, text, EPOCH, key)
        return isinstance(made, Sent) and made.post_id == post_id

    def _is_ours(self, made: Mapping[str, Any], target: PostRef, text: str) -> bool:
        author = made.get("author")
        ours = isinstance(author, dict) and author.get("id") == self.account
        said = made.get("text")
        same = isinstance(said, str) and comparable(said) == comparable(text)
        return ours and same and (made.get("in_reply_to") or "") == target.post_id

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as a reply is: no name is put before either."""
        return self.lengths(text)

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - no name counts
        """Measure `text` in Unicode code points, as the street does."""
        return (TextLength(count=len(clean(text)), limit=LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - the street has no form to fill in
        """Return the address of the post, where a person can answer it."""
        return self.post_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the address of a post."""
        return self._us.post_url(post_id, handle)

    def post_behind(self, link: str) -> str:
        """Return the id of the post, or of the private message, that an address of the street leads to, or ""."""
        return self._us.post_behind(link)

    @property
    def _us(self) -> Us:
        parts = urlsplit(self._base)
        return Us(self.account, self.handle, f"{parts.scheme}://{parts.netloc}")

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        session = WireSession(self._base, self._within)
        session.headers.update({"Authorization": f"Bearer {self._token}"})
        return session

    def _read(self, path: str) -> bytes:
        try:
            return self._session.request("GET", self._base + path).content
        except _TROUBLE as trouble:
            raise OUTCOMES.reading(trouble) from trouble

    def _send(self, call: Callable[[], bytes], read: Callable[[bytes], SendOutcome]) -> SendOutcome:
        try:
            return read(call())
        except _TROUBLE as trouble:
            return OUTCOMES.after(trouble)
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("street.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    def _made(self, body: bytes, kind: str) -> SendOutcome:
        """Return the outcome from the answer; one about a post of another kind is not our reply."""
        made = json_object(body).get(kind)
        post_id = made.get("id") if isinstance(made, dict) else None
        if not isinstance(post_id, str) or not is_post_id(post_id) or is_private(post_id) != (kind == "message"):
            return OutcomeLost("Street said yes, but its answer could not be read.")
        whom = as_name(object_in(made, "with"), "handle") if isinstance(made, dict) else ""
        return Sent(post_id, self.post_url(post_id, whom), moment_of(made))

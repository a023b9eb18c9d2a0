"""Client of the receiver that is told, signed, what was approved; docs/webhook-network.md describes its answers.

It is told one thing with one call. Whether a reply may be told again after an unknown outcome, and whether a receiver
can be asked for it, only the configuration says.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from bot.domain.base.text import clean
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import ALWAYS_SAFE, NEVER_SAFE, VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.clock import real_now
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.call_outcomes import CallOutcomes
from bot.gateways.networks.webhook_format import SHORTEST_SECRET, signing_headers
from bot.gateways.networks.webhook_kind import ADDRESSES, FINDS, KIND, LONGEST, ONE_PER_KEY, RECEIVER, SECRET
from bot.gateways.networks.webhook_posts import POST_ID, NotRead, PushedTo, is_link, read_pushed
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import Json, as_name, text_or_empty, whole_number
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent, Unparsed
from bot.ports.network_kind import AccountGiven

if TYPE_CHECKING:
    from bot.gateways.networks.wire import WireSession

log = logging.getLogger(__name__)

WITHIN = 15.0  # seconds for a whole call
MOST_WAIT = 86_400  # seconds that a receiver may ask us to wait
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_POST = "This is not a post that the other tool can know."
_UNREAD = "The receiver said yes, but its answer has no id of a post."
_NO_RECEIVER = "No receiver is configured for this account, so the reply goes out by hand."
_CANNOT_FIND = "The receiver cannot be asked for what it posted. Please look there yourself."
# A refusal counts only if it repeats what it is about: any server could answer with the same status.
_OUTCOMES = CallOutcomes("The receiver", lambda _: "", lambda _: "", lambda _: None)


class WebhookNetwork(BoundedCalls):
    """The receiver of one account of ours. Posts are pushed to the desk, so nothing is read from it."""

    name = KIND.name
    streams: tuple[str, ...] = ()
    visibility_delay = VisibilityDelay(shows_within=timedelta(minutes=1), apart=timedelta())

    def __init__(self, given: AccountGiven, *, timeout: float = WITHIN) -> None:
        """Take the account with its options and secret; `timeout` bounds a whole call, in seconds."""
        self.account, self.handle = given.id, given.handle.removeprefix("@")
        self._secret, self._within = given.secrets[SECRET.name], timeout
        self._receiver = given.api_url or given.options.get(RECEIVER, "")
        self._us = PushedTo(self.name, self.account, bool(self._receiver))
        self._finds = given.options.get(FINDS) == "yes"
        self.safe_repeat = ALWAYS_SAFE if given.options.get(ONE_PER_KEY) == "yes" else NEVER_SAFE
        self._addresses = given.options.get(ADDRESSES, "").removesuffix("{id}")
        self._most = int(given.options.get(LONGEST, "2000"))

    def verify(self) -> Author:
        """Return our account, which the shared secret proves. Raises NetworkTrouble for a secret that is short."""
        if len(self._secret) < SHORTEST_SECRET:
            raise NetworkTrouble(f"{SECRET.name} has fewer than {SHORTEST_SECRET} signs, so it could be guessed.")
        return Author(id=self.account, handle=self.handle)

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:  # noqa: ARG002 - there are no streams
        """Yield nothing: posts come by webhooks."""
        yield from ()

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a stored raw post again with the present version of Heard."""
        if known.posted_at is None:
            return Unparsed(raw, "It is not known when it was posted.", glimpse=known)
        try:
            batch = read_pushed(raw, self._us, known.posted_at)
        except NotRead as wrong:
            return Unparsed(raw, str(wrong), glimpse=known)
        return next(iter((*batch.posts, *batch.edits)), Unparsed(raw, "It is no post.", glimpse=known))

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Tell the receiver what was approved in answer to `target`."""
        if not self._receiver:
            return NotSent(_NO_RECEIVER, by_hand=True)
        answers = self._us.there(target.post_id)
        if not answers:
            return NotSent(_NO_POST)
        told = {"event": "reply.send", "key": key, "account": self.account, "answers": answers, "text": text}
        return self._tell(told, "key", self._made)

    def why_kept(self, post_id: str) -> NotSent | None:  # noqa: ARG002 - no post at all
        """Return that only a person can delete a post where nobody receives what was approved; else None."""
        return None if self._receiver else NotSent(_NO_RECEIVER, by_hand=True)

    def take_back(self, post_id: str) -> SendOutcome:
        """Have the receiver delete a post of ours."""
        if kept := self.why_kept(post_id):
            return kept
        their_id = self._us.there(post_id)
        if not their_id:
            return NotSent(_NO_POST)
        told = {"event": "reply.delete", "id": their_id, "account": self.account}
        return self._tell(told, "id", lambda answer: self._deleted(answer, their_id))

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - the key is enough
        """Ask the receiver for the post of a key, if it can be asked; raise NetworkTrouble.

        None, not found, where it cannot be asked, and one key makes one post: telling it again is safe then.
        """
        if not self._finds or not self._receiver:
            if self.safe_repeat == ALWAYS_SAFE:
                return None
            raise NetworkTrouble(_CANNOT_FIND)
        asked = urlencode({"key": key})
        try:
            answer = json_object(self._call("GET", asked.encode(), f"?{asked}"))
        except RefusedCall as refused:
            told = json_object(refused.body) if refused.whole else {}
            if refused.status == 404 and told.get("key") == key and told.get("absent") is True:
                return ProvenAbsent()
            raise _OUTCOMES.reading(refused) from refused
        except (NotReached, BrokenOff) as trouble:
            raise _OUTCOMES.reading(trouble) from trouble
        made = self._made(answer)
        if not isinstance(made, Sent) or answer.get("key") != key:
            raise NetworkTrouble("The receiver sent something that Heard does not understand.")
        return made

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - no name counts
        """Measure `text` in Unicode code points."""
        return (TextLength(count=len(clean(text)), limit=self._most),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - the other tool's form is not known
        """Return the address of the post, if the configuration says where posts are."""
        return self.post_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - the address is the same for everybody
        """Return the address of a post, if the configuration says where posts are."""
        their_id = self._us.there(post_id)
        return f"{self._addresses}{quote(their_id, safe='')}" if self._addresses and their_id else ""

    def post_behind(self, link: str) -> str:
        """Return the id of the post that such an address leads to, or ""."""
        if not self._addresses or not link.startswith(self._addresses):
            return ""
        post_id = self._us.here(unquote(link.removeprefix(self._addresses)))
        return post_id if self.post_url(post_id) == link else ""

    @cached_property
    def _session(self) -> "WireSession":
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        return WireSession(self._receiver, self._within)

    def _call(self, method: str, signed: bytes, behind: str = "", **more: Any) -> bytes:  # noqa: ANN401 - as in requests
        """Make one call; `signed` is its body or its query. A receiver compares the real time."""
        headers = {"Content-Type": "application/json", **signing_headers(self._secret, signed, real_now())}
        return self._session.request(method, self._receiver + behind, headers=headers, **more).content

    def _tell(self, told: Json, about: str, read: Callable[[Json], SendOutcome]) -> SendOutcome:
        body = json.dumps(told, ensure_ascii=False).encode()
        try:
            return read(json_object(self._call("POST", body, data=body)))
        except RefusedCall as refused:
            return _refused(refused, about, told[about]) or _OUTCOMES.after(refused)
        except _TROUBLE as trouble:
            return _OUTCOMES.after(trouble)
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("webhook.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the receiver was told.")

    def _made(self, answer: Json) -> SendOutcome:
        their_id, url = text_or_empty(answer, "id"), text_or_empty(answer, "url")
        if not POST_ID.fullmatch(their_id):
            return OutcomeLost(_UNREAD)
        post_id = self._us.here(their_id)
        return Sent(post_id, url if is_link(url) else self.post_url(post_id))

    def _deleted(self, answer: Json, their_id: str) -> SendOutcome:
        if answer.get("id") == their_id and answer.get("deleted") is True:
            return Sent(self._us.here(their_id), "")
        return OutcomeLost("The receiver said yes, but not that the post is deleted.")


def _refused(refused: RefusedCall, about: str, value: str) -> NotSent | None:
    """Return a refusal for certain: one of the 4xx that repeats what it is about, with a reason; or None."""
    told = json_object(refused.body) if refused.whole else {}
    why = as_name(told, "why")
    if not 400 <= refused.status < 500 or told.get(about) != value or not why:
        return None
    wait = whole_number(told, "retry_after", MOST_WAIT)
    return NotSent(
        f"The receiver does not post it: {why}",
        by_hand=told.get("by_hand") is True,
        retry_after=timedelta(seconds=max(wait, 1)) if wait is not None else None,
    )

"""What the desk needs from a social network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.mention import Mention, PostRef


@dataclass(frozen=True, slots=True)
class Sent:
    """The network says the reply is public, and where."""

    post_id: str
    url: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The reply certainly did not become public. `by_hand`: the network will not let an app answer this post."""

    why: str
    by_hand: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether the reply became public: it is read back and never blindly sent again."""

    why: str


SendOutcome = Sent | NotSent | Lost


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A post that came in a shape we do not understand, kept as it came."""

    raw: bytes
    why: str
    post_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts in the order they were written, with the cursor that holds once all of them are stored."""

    posts: Sequence[Mention] = ()
    unparsed: Sequence[Unparsed] = ()
    cursor: str = ""
    gap: str = ""  # empty, or why posts before this batch may be missing
    gap_from: datetime | None = None
    gap_to: datetime | None = None


class NetworkTrouble(Exception):
    """A network could not be read; the sentence says why, `retry_after` when to come back."""

    def __init__(self, sentence: str, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.retry_after = sentence, retry_after


class Network(Protocol):
    """One social network, for one of our accounts. Every call times out; none retries by itself.

    Reading raises NetworkTrouble; sending never raises, it returns what is known.
    """

    name: str  # "x", "recorded"
    account: str  # our account's id on that network
    handle: str
    limit: int  # characters of a reply, as the network counts them
    streams: tuple[str, ...]  # what can be polled: "mentions", "own"

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`, oldest first, at most 100 posts a batch; overlap is welcome."""

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` in answer to `target`, once; `key` is the attempt's idempotency key."""

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours."""

    def find_reply(self, target: PostRef, text: str, since: datetime) -> Sent | None:
        """Look for our reply to `target` with this text; None: not readable there (yet)."""

    def count(self, text: str) -> int:
        """Count `text` as the network does."""

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return an address that opens the network with the reply filled in, or the post; may be empty."""

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the public address of a post."""

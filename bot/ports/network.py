"""What the desk needs from a social network."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.mentions.poll_pace import Allowance, Load
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import VisibilityDelay


@dataclass(frozen=True, slots=True)
class Sent:
    """The network says the reply is public, where, and since when; None: of that it says nothing."""

    post_id: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The reply certainly did not become public. `by_hand`: the network will not let an app answer this post."""

    why: str
    by_hand: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class OutcomeLost:
    """Nobody knows whether the reply became public: it is read back and never blindly sent again."""

    why: str


@dataclass(frozen=True, slots=True)
class ProvenAbsent:
    """The network proves that the reply never became public, whatever it shows late."""


SendOutcome = Sent | NotSent | OutcomeLost


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A post that came in a shape we do not understand, kept as it came."""

    raw: bytes
    why: str
    post_id: str = ""
    glimpse: Glimpse = field(default_factory=Glimpse)
    is_edit: bool = False  # it told how a post reads now


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts in the order they were written, with the cursor that holds once all of them are stored.

    Edits and deletions are taken in after the posts: each is of a post that was written before.
    """

    posts: Sequence[Mention] = ()
    edits: Sequence[Mention] = ()  # posts as they read now; they may be known or not
    deletions: Sequence[str] = ()  # ids of posts that are gone; they may be known or not
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

    name: str  # "x", "street", "recorded"
    account: str  # our account's id on that network
    handle: str
    limit: int  # characters of a reply, as the network counts them
    streams: tuple[str, ...]  # what can be polled: "mentions", "own", "messages"
    visibility_delay: VisibilityDelay  # how late it may show what is public

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what came after `cursor`, oldest first, at most 100 posts a batch; overlap is welcome."""

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` in answer to `target`, once; what was said privately is answered privately.

        `key` is the approval's idempotency key: the same one in every attempt.
        """

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours."""

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:
        """Look for our reply to `target` with this text; None: not readable there (yet).

        Only a network that knows our idempotency `key` can say ProvenAbsent.
        """

    def count(self, text: str) -> int:
        """Count `text` as the network does."""

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return an address that opens the network with the reply filled in, or the post; may be empty."""

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the public address of a post."""

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address of this network leads to; "" for any other page."""


@runtime_checkable
class ReadsAgain(Protocol):
    """What a network can do that keeps its posts as it sent them."""

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a post that was kept, as today's version understands it; it calls nobody."""


@dataclass(frozen=True, slots=True)
class Met:
    """What the newest reading of a stream met, and what the network still allows; `until` by the network's clock."""

    load: Load
    allowance: Allowance
    until: datetime | None = None


@runtime_checkable
class CountsReadings(Protocol):
    """What a network has that allows so many readings in a while: the pace of reading goes by it."""

    met: Mapping[str, Met]  # by stream, once it was read


@runtime_checkable
class ReadsBack(Protocol):
    """What a network can do that shows one post as soon as it is made."""

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        """Return whether this new post is ours, under `target` and with this text; None: that cannot be told.

        Raises NetworkTrouble.
        """


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as its network shows it: whether our account wrote it, which post it answers, its words."""

    ours: bool
    parent_id: str
    text: str


@runtime_checkable
class ShowsPosts(Protocol):
    """What a network can do that shows any one post when asked."""

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as it is public now, or that there is none; None: that cannot be told.

        Raises NetworkTrouble.
        """


@runtime_checkable
class TellsWhatIsGone(Protocol):
    """What a network can do whose streams say nothing of deletions."""

    def is_gone(self, post_id: str) -> bool:
        """Return whether a post was deleted; raise NetworkTrouble. What is only hidden from us is not gone."""

"""The interface to a social network."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.accounts.holds import Limit
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.mentions.poll_pace import Allowance, Load
from bot.domain.mentions.unreadable import Glimpse
from bot.domain.replies.outcome_checks import SafeRepeat, VisibilityDelay
from bot.domain.replies.text_length import TextLength


@dataclass(frozen=True, slots=True)
class Sent:
    """The reply is public: its id, its address, and since when; None: the network does not tell the moment."""

    post_id: str
    url: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The reply is certainly not public. `by_hand`: the network does not let an app answer this post.

    `retry_after`: when the network lets it be tried again, and until then nothing else of the account goes out;
    `again_in`: when the desk tries it again, which holds nothing else up; `limit`: the limit of our account that
    refused it, which holds for what else goes out there, too.
    """

    why: str
    by_hand: bool = False
    retry_after: timedelta | None = None
    limit: Limit = Limit.NONE
    again_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class OutcomeLost:
    """It is unknown whether the reply is public: the network is read, and the reply never blindly sent again."""

    why: str


@dataclass(frozen=True, slots=True)
class ProvenAbsent:
    """The network proves that the reply is not public, and will not appear later."""


SendOutcome = Sent | NotSent | OutcomeLost


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A post in a form that the desk does not understand, kept raw."""

    raw: bytes
    why: str
    post_id: str = ""
    glimpse: Glimpse = field(default_factory=Glimpse)
    is_edit: bool = False  # it is an edit of a post


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts in the order of writing, with the cursor to store together with them.

    Edits and deletions are applied after the posts, since each is about an earlier post.
    """

    posts: Sequence[Mention] = ()
    edits: Sequence[Mention] = ()  # edited posts; they may be known or not
    hidden: Mapping[str, bool] = field(default_factory=dict)  # by id: whether customers' posts are hidden there
    earlier_ids: Mapping[str, str] = field(default_factory=dict)  # of posts of ours, by it: the id after an edit
    deletions: Sequence[str] = ()  # ids of deleted posts; they may be known or not
    unparsed: Sequence[Unparsed] = ()
    cursor: str = ""
    gap: str = ""  # why posts before this batch may be missing; empty: none are
    gap_from: datetime | None = None
    gap_to: datetime | None = None


class NetworkTrouble(Exception):
    """A network could not be read; the sentence says why, `retry_after` when the network lets us try again.

    `limit`: the limit of our account that refused it; with a wait it is the pace, unless said otherwise.
    """

    def __init__(self, sentence: str, retry_after: timedelta | None = None, limit: Limit = Limit.NONE) -> None:
        super().__init__(sentence)
        self.sentence, self.retry_after = sentence, retry_after
        self.limit = limit or (Limit.NONE if retry_after is None else Limit.PACE)


class Network(Protocol):
    """One social network, for one of our accounts. Every call times out; none retries by itself.

    Reading raises NetworkTrouble; sending never raises, but returns the known outcome.
    """

    name: str  # "x", "street", "recorded"
    account: str  # our account's id on that network
    handle: str
    streams: tuple[str, ...]  # the streams that can be polled: "mentions", "own", "messages"
    visibility_delay: VisibilityDelay  # how long it may take to show a public post

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield the posts after `cursor`, oldest first, at most 100 in a batch; earlier ones may be repeated."""

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Publish `text` in answer to `target`, once; a private message gets a private answer.

        `key` is the approval's idempotency key, the same in every attempt.
        """

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a post of ours."""

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:
        """Look for our reply to `target` with this text; None: not found (yet).

        Only a network that stores our idempotency `key` can return ProvenAbsent.
        """

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:
        """Measure a reply in each unit that the network limits, the usual one first; a server may tell limits later.

        `addressee`: the author of the post that it answers, whose name may count too; None: not known yet.
        """

    def web_reply_url(self, target: PostRef, text: str) -> str:
        """Return an address that opens the network with the reply filled in, or the post; may be empty."""

    def post_url(self, post_id: str, handle: str = "") -> str:
        """Return the public address of a post."""

    def post_behind(self, link: str) -> str:
        """Return the id of the post that an address of this network leads to; "" for any other page."""


class KnowsItself(Network, Protocol):
    """A network that can tell which account its keys belong to."""

    def verify(self) -> Author:
        """Return the account that the keys belong to; raise NetworkTrouble, or OtherAccount when it is not ours."""


@runtime_checkable
class ReadsAgain(Protocol):
    """A network whose stored raw posts can be read again."""

    def read_again(self, raw: bytes, known: Glimpse) -> Mention | Unparsed:
        """Read a stored raw post as this version understands it; makes no call."""


@dataclass(frozen=True, slots=True)
class Met:
    """The newest reading of a stream, and the readings that the network still allows; `until` by its clock."""

    load: Load
    allowance: Allowance
    until: datetime | None = None


@runtime_checkable
class CountsReadings(Protocol):
    """A network that limits the number of readings; the pace of polling follows it."""

    met: Mapping[str, Met]  # by stream, after its first reading


@runtime_checkable
class RepeatsSafely(Protocol):
    """A network on which our idempotency key keeps a repeated call from making a second post, at least for a while.

    After an unknown outcome the desk reads, and where the reply is absent sends it again by itself.
    """

    safe_repeat: SafeRepeat


@runtime_checkable
class RevisesPosts(Protocol):
    """A network on which an author has one post and writes again by changing it, as a review is changed.

    Its streams tell a changed post once more; its moment is then that of the change.
    """

    edits_ask_again: bool  # whether a changed post is its author writing again


@runtime_checkable
class ReplacesReplies(Protocol):
    """A network on which a post has one reply of ours: a further one replaces it, whoever wrote it."""

    one_reply: bool

    def with_our_reply(self, post_id: str) -> Batch:
        """Return a post as it is now, and our reply to it, if there is one; raise NetworkTrouble.

        It is read before each call, since a colleague may have answered on the network meanwhile.
        """


@dataclass(frozen=True, slots=True)
class EditTerms:
    """A sent reply can be changed where it stands; `until`: the network's limit, None without one."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplyNow:
    """A reply of ours as its network shows it: its newest id, and those of the asked words that it has."""

    post_id: str
    says: Collection[str]


@runtime_checkable
class EditsReplies(Protocol):
    """A network on which a sent reply of ours can be given other words where it stands.

    Some give it another id by that; the old one still leads to it. A change is sent once: after an unknown outcome
    the reply is read, and a person decides on another call.
    """

    edits_replies: bool  # whether our account may

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:
        """Return until when this reply can be changed, as the network told before; None: it cannot. Makes no call.

        `stored`: what it told any desk, which counts where it has told this one nothing.
        """

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:
        """Give a reply of ours these words; who may read it and its language stay. Never raises."""

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        """Return which of these words a reply of ours has now; None: there is no such post. Raises NetworkTrouble."""


@runtime_checkable
class SendsOnce(Protocol):
    """A network on which the key makes a repeat safe, except for some answers, such as those to private messages."""

    def sends_once(self, target: PostRef, key: str) -> bool:
        """Return whether an answer to this post must never be sent again by the desk: this key does not help."""


@runtime_checkable
class HasParts(Protocol):
    """A network of which a part can be out of order while all else works, such as encrypted private messages."""

    def faulty_part(self) -> str:
        """Return what keeps a part from working, as a sentence with what to do; "" where all work. Makes calls."""


@runtime_checkable
class LimitsPolling(Protocol):
    """A network that must not be read too often, whatever the configuration says."""

    shortest_pause: timedelta


@runtime_checkable
class ReadsBack(Protocol):
    """A network that shows a new post at once."""

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        """Return whether this new post is ours, under `target` and with this text; None: unknown.

        Raises NetworkTrouble.
        """


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as its network shows it: whether it is ours, which post it answers, its text."""

    ours: bool
    parent_id: str
    text: str


@runtime_checkable
class ShowsPosts(Protocol):
    """A network that shows a single post on request."""

    def shown(self, post_id: str) -> Shown | ProvenAbsent | None:
        """Return a post as it is public now, or that there is none; None: unknown.

        Raises NetworkTrouble.
        """


@runtime_checkable
class TellsWhatIsGone(Protocol):
    """A network whose streams do not report deletions. One that does not have this cannot be asked about them."""

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these posts, at most 100, that were deleted; raise NetworkTrouble.

        A post that the network only hides from us is not deleted, where the network tells the two apart.
        """


@runtime_checkable
class ShowsSomePosts(Protocol):
    """A network that shows some posts, such as private messages, only in lists: asking about one makes no call."""

    def can_be_asked_about(self, post_id: str) -> bool:
        """Return whether the network can be asked about this single post; makes no call."""


@runtime_checkable
class TellsChanges(Protocol):
    """A network whose streams report neither edits nor deletions, and that shows single posts as they are now."""

    def changes_of(self, posts: Sequence[Mention]) -> Batch:
        """Return the edits and deletions of these posts, at most 100; raise NetworkTrouble.

        A post that the network may only hide from us is not deleted. An edit may be told again.
        """


TELLS_OF_POSTS = (TellsWhatIsGone, TellsChanges)  # for isinstance


@runtime_checkable
class AnswersInPrivate(Protocol):
    """A network on which a public post can be answered in private, though its author has not written in private.

    Meta allows one such message for each comment, ever. So it is sent once: after an unknown outcome a person looks.
    """

    def private_answer_until(self, post: Mention) -> datetime | None:
        """Return until when this post can be answered so; None: never, as for a private message."""

    def answer_in_private(self, target: PostRef, text: str, key: str) -> SendOutcome:
        """Send `text` to the author of a public post, where only they read it. Never raises."""


@runtime_checkable
class KeepsReplies(Protocol):
    """A network that deletes some replies of ours for no app."""

    def why_kept(self, post_id: str) -> NotSent | None:
        """Return why the desk cannot delete this reply, and whether a person can; None: it can. Makes no call."""


@runtime_checkable
class PostsStatements(Protocol):
    """A network on which our account can post words that answer nobody."""

    posts_statements: bool  # whether it does, for our account

    def post_statement(self, text: str, key: str) -> SendOutcome:
        """Publish `text` as a post of our own, once. Never raises; `key` is that of the approval for this account."""

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | ProvenAbsent | None:
        """Look for our post with this text, as `find_reply` does for a reply; raise NetworkTrouble."""

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as `lengths` does, as a post that answers nobody; makes no call."""


@runtime_checkable
class HidesPosts(Protocol):
    """A network on which we can hide a customer's public post under one of ours, and show it again."""

    answers_hidden: bool  # whether a hidden post can be answered

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        """Return whether this post can be hidden; `under_ours`: we began its conversation. Makes no call."""

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        """Hide a post, or show it again; twice is once. Never raises."""

    def is_hidden(self, post_id: str) -> bool | None:
        """Return whether a post is hidden now; None: the network does not tell. Raises NetworkTrouble."""


@runtime_checkable
class Likes(Protocol):
    """A network on which an app can like posts."""

    likes: bool  # whether it does, for our account

    def like(self, target: PostRef) -> SendOutcome:
        """Like a post as our account. Two calls for one post make one like, so that a call may be repeated.

        Never raises; Sent means that the like is there.
        """

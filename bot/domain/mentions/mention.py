"""Posts as received: who wrote what, where, and whether we may answer through the network."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from bot.domain.base.moments import utc
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments

BY_LINK = "link"  # the network of posts that somebody added by a link: what they are, only that link says
STARS = 5  # the most that a review can give
_CONTENT = 4  # stars of somebody who is content
_WITH = "with-"  # begins the root of a private conversation, which is named by its customer
RECORDED = "recorded"  # the network of replayed posts: nobody waits for an answer, so no figure of the desk counts it


class Answerable(StrEnum):
    """The network's permission for an app to answer a post; stored at intake."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """The side that a post is from: the public, or our own account."""

    THEIRS = "theirs"
    OURS = "ours"


def private_root(customer: str) -> str:
    """Return the root of the private conversation with a customer, by their id on the network."""
    return _WITH + customer


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post on a network, seen from one of our accounts: the key under which everything is idempotent."""

    network: str
    account: str
    post_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The member of the public (or our own account) who posted."""

    id: str
    handle: str
    name: str = ""
    followers: int | None = None

    @property
    def called(self) -> str:
        """Return "@priya_n"; the name of an author without a handle, or "@unknown"."""
        handle = self.handle.lstrip("@")
        return f"@{handle}" if handle else self.name or "@unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One post as received. `text` is cleaned; `raw` are the bytes as they came, for the record."""

    ref: PostRef
    root_id: str
    parent_id: str | None
    author: Author
    text: str
    posted_at: datetime
    side: Side = Side.THEIRS
    language: str = ""
    media: int = 0
    stars: int | None = None  # of a review, from 1 to STARS; None: it is none
    written_with: str = ""  # the app's version and the system, where the network tells them
    url: str = ""
    answerable: Answerable = Answerable.UNKNOWN
    why_not: str = ""
    answerable_until: datetime | None = None  # the network takes an answer until then; None: it sets no end
    editable_until: datetime | None = None  # of a post of ours: its network lets us change it, as it said of this one
    private: bool = False  # only its author and we can read it
    revised_at: datetime | None = None  # when it got these words, as its network tells; None: it does not
    edited_at: datetime | None = None  # when we saw that the author had changed it
    said_before: str = ""  # its words before that, on a network where an edit is its author writing again
    stars_before: int | None = None  # its stars before that, on such a network
    deleted_at: datetime | None = None  # when we saw that the author had deleted it
    raw: bytes = field(default=b"", repr=False)
    id: int = 0  # our own row, 0 until stored

    def __post_init__(self) -> None:
        object.__setattr__(self, "posted_at", utc(self.posted_at))
        if self.media and self.side == Side.THEIRS and not self.text.strip():
            object.__setattr__(self, "text", with_attachments("", [Attachment(AttachedKind.OTHER)]))
        if self.answerable_until is not None:
            object.__setattr__(self, "answerable_until", utc(self.answerable_until))
        if self.editable_until is not None:
            object.__setattr__(self, "editable_until", utc(self.editable_until))
        if self.revised_at is not None:
            object.__setattr__(self, "revised_at", utc(self.revised_at))

    def is_closed(self, now: datetime) -> bool:
        """Return whether the time has passed in which the network takes an answer to this post."""
        return self.answerable_until is not None and now >= self.answerable_until

    @property
    def told_to(self) -> str:
        """Return the id of the customer to whom a private message of ours went; "" where that is not known."""
        known = self.private and self.side == Side.OURS and self.root_id.startswith(_WITH)
        return self.root_id.removeprefix(_WITH) if known else ""

    @property
    def few_stars(self) -> bool:
        """Return whether it is a review with so few stars that somebody should answer, whatever its words."""
        return self.stars is not None and self.stars < _CONTENT

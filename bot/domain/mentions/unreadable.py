"""Unreadable posts: stored raw until a person or a later reading settles each."""

from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """The readable part of such a post, cleaned."""

    author_id: str = ""
    handle: str = ""
    text: str = ""
    url: str = ""
    root_id: str = ""
    posted_at: datetime | None = None
    public: bool = False  # known to be public; otherwise its words are shown in no channel
    ours: bool = False  # our own account wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An unreadable post as stored."""

    id: int
    network: str
    account: str
    post_id: str
    why: str
    kept_at: datetime
    is_edit: bool = False
    glimpse: Glimpse = field(default_factory=Glimpse)
    settled_as: str = ""  # empty while nobody has decided
    settled_by: str = ""
    case_id: int = 0
    raw: bytes = field(default=b"", repr=False)

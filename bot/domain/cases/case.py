"""A case with its live promise and draft, and the events that can happen to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.base.moments import utc
from bot.domain.base.tables import CaseState, Verb
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.promises.promise import Promise, PromiseKind
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import Draft, DraftKind
from bot.domain.replies.solo import Lane
from bot.domain.replies.writers import Share


class Priority(StrEnum):
    """How much it hurts; decides the promise and the order in which things are told."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One author's complaint in one conversation, from first mention to closed."""

    id: int
    network: str
    account: str
    root_id: str
    author: Author
    state: CaseState
    version: int
    opened_at: datetime
    channel: str
    priority: Priority = Priority.NORMAL
    topic: str = ""
    language: str = ""
    segment: str = ""  # of the author, by the configuration; decides the promise with the priority
    assignee: str = ""
    assigned_at: datetime | None = None
    assigned_by: str = ""  # who gave it to its assignee: they themselves, somebody else, or "desk"
    assigned_note: str = ""  # what whoever gave it wrote to its assignee
    latest: int = 0  # the author's newest mention (our row)
    latest_at: datetime | None = None
    first_response_at: datetime | None = None
    answered_at: datetime | None = None  # newest public answer, ours by draft or from elsewhere
    answer_url: str = ""
    answered_by: str = ""  # who answered elsewhere, or who wrote the delivered draft
    approved_by: str = ""
    answered_lane: Lane = Lane.USUAL  # by which way the delivered draft was let out
    follows: int = 0
    private: bool = False  # held in private messages: the reply reaches its author and nobody else
    reason: str = ""  # why it was set aside or solved
    resurfaces_at: datetime | None = None
    ended_at: datetime | None = None  # solved or set aside since
    deleted_at: datetime | None = None  # the author deleted the newest post
    moved: str = ""  # why a promise that runs has another moment than it began with: "priority", "segment", "hours"
    promise: Promise | None = None  # the newest answer promised, the first or a next one
    resolution: Promise | None = None  # the newest promise that it is solved
    spoken: Promise | None = None  # the newest moment that a reply of ours promised in words
    own_accord: Promise | None = None  # the newest decision owed on a draft that no customer waits for
    draft: Draft | None = None

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return the newest promise of each sort, running or over."""
        return tuple(one for one in (self.promise, self.resolution, self.spoken, self.own_accord) if one)

    @property
    def owed(self) -> Promise | None:
        """Return the promise that falls due first among those whose time is running, or None."""
        return min((one for one in self.promises if one.owed), key=lambda one: one.due_at, default=None)

    @property
    def due_at(self) -> datetime | None:
        """Return when the earliest promise still owed falls due, or None while nobody waits for us."""
        return self.owed.due_at if self.owed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a case or its draft: who, what, when, and the facts that verb needs.

    `by` is a Slack user id, or "author", "network" or "desk" where no teammate caused it.
    """

    verb: Verb
    by: str
    at: datetime
    to: str = ""  # assign, asked: to whom
    note: str = ""  # free words: reason, request, what went wrong. Never part of the audit trail
    until: datetime | None = None
    mention: int = 0  # the row of the post that this is about
    posted_at: datetime | None = None  # of that post; delivered, answered elsewhere: since when our reply is public
    promise: Promise | None = None  # what is owed from now on, computed by the caller
    resolution: Promise | None = None  # the same of being solved: made, or running again after a pause
    own_accord: Promise | None = None  # what is owed for the draft, if no customer waits for it
    promises: tuple[Promise, ...] = ()  # set right: those with other moments
    priority: Priority | None = None
    segment: str | None = None  # the author's by today's configuration; None: as it was
    spoken: Spoken | None = None  # the moment that the text promises, as its writer confirmed it
    text: str = ""
    digest: str = ""
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what was filled into the template
    target: PostRef | None = None
    version: int = 0
    seen: int = 0
    key: str = ""
    post_id: str = ""
    url: str = ""
    kind: DraftKind = DraftKind.REPLY
    level: int = 0
    levels: tuple[int, ...] = ()  # every level that has passed; `level` is the one that is told
    nag: int = 0  # the row of the reminder that somebody answers
    approval: int = 0  # the row of the approval that somebody read
    lane: Lane = Lane.USUAL  # approve: on one pair of eyes; `note` is the reason
    check: int = 0  # the row of the question about a claim that this answers or ends
    since: datetime | None = None  # since when nothing was heard of a claim, or seen of a reply
    told: bool = True  # False: nothing is posted for this by itself
    direct: bool = False  # a reminder also goes to `to` by direct message
    gathered: int = 0  # the row of the digest that tells it
    share: Share | None = (
        None  # who wrote the words, over the whole history; None: whoever did stays, and all are barred
    )
    on_word: bool = False  # absent, delivered: on somebody's word, since the network could not be read
    post: Mention | None = None  # came in, confirmed: what was known by its link alone, as its network tells it
    moved: tuple[int, ...] = ()  # parted: the rows of the messages that are another matter
    into: int = 0  # join: the case in which it goes on
    again: bool = False  # refused: the desk begins it again by itself at `until`, when the network's wait is over

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at))


def kind_owed(case: Case) -> PromiseKind:
    """Return which promise a waiting author is owed: the first answer, or the next one."""
    return PromiseKind.NEXT_RESPONSE if case.first_response_at else PromiseKind.FIRST_RESPONSE


def with_promise(case: Case, owed: Promise) -> Case:
    """Return the case with this promise in the place of its sort."""
    if owed.kind == PromiseKind.RESOLUTION:
        return replace(case, resolution=owed)
    if owed.kind == PromiseKind.OWN_ACCORD:
        return replace(case, own_accord=owed)
    return replace(case, spoken=owed) if owed.kind == PromiseKind.SPOKEN else replace(case, promise=owed)


def same_sort(case: Case, owed: Promise) -> Promise | None:
    """Return the case's promise of the same sort as this one, or None."""
    sorts = {PromiseKind.RESOLUTION: case.resolution, PromiseKind.SPOKEN: case.spoken}
    return (sorts | {PromiseKind.OWN_ACCORD: case.own_accord}).get(owed.kind, case.promise)

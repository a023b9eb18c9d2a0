"""A case with its live promise and draft."""

from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.replaced import replace
from bot.domain.base.tables import CaseState
from bot.domain.mentions.mention import Author
from bot.domain.promises.promise import Promise, PromiseKind
from bot.domain.replies.draft import Draft
from bot.domain.replies.solo import Lane


class Priority(StrEnum):
    """The priority of a case; it decides the promise and the order of messages."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class WhyMoved(StrEnum):
    """The reason why the moment of a running promise changed."""

    AS_IT_BEGAN = ""
    PRIORITY = "priority"
    SEGMENT = "segment"
    HOURS = "hours"  # the desk hours or the turnarounds changed


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
    assigned_by: str = ""  # who assigned it: the assignee, somebody else, or "desk"
    assigned_note: str = ""  # the note to the assignee from the person who assigned it
    latest: int = 0  # the author's newest mention (our row)
    latest_at: datetime | None = None
    first_response_at: datetime | None = None
    answered_at: datetime | None = None  # newest public answer, ours by draft or from elsewhere
    answer_url: str = ""
    answered_by: str = ""  # who answered elsewhere, or who wrote the delivered draft
    approved_by: str = ""
    answered_lane: Lane = Lane.USUAL  # the lane of the delivered draft
    follows: int = 0
    joined_into: int = 0  # the case in which this conversation goes on; 0: none
    storm: int = 0  # the storm into which it is folded: it has no card and no reminders of its own; 0: none
    impostor: int = 0  # the case of an impostor of ours who wrote to this customer; its own number: it is one
    private: bool = False  # held in private messages: the reply reaches its author and nobody else
    reason: str = ""  # why it was set aside or solved
    resurfaces_at: datetime | None = None
    ended_at: datetime | None = None  # solved or set aside since
    deleted_at: datetime | None = None  # the author deleted the newest post
    asked_privately_at: datetime | None = None  # our public reply asked for a private message, which has not come
    private_silence_at: datetime | None = None  # since when it is said that none came
    moved: WhyMoved = WhyMoved.AS_IT_BEGAN
    promise: Promise | None = None  # the newest answer promised, the first or a next one
    resolution: Promise | None = None  # the newest promise that it is solved
    spoken: Promise | None = None  # the newest moment that a reply of ours promised in words
    own_accord: Promise | None = None  # the newest decision owed on a draft that no customer waits for
    draft: Draft | None = None

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Return the newest promise of each kind, running or not."""
        return tuple(one for one in (self.promise, self.resolution, self.spoken, self.own_accord) if one)

    @property
    def due_first(self) -> Promise | None:
        """Return the promise that falls due first among those whose time is running, or None."""
        first: Promise | None = None
        for one in (self.promise, self.resolution, self.spoken, self.own_accord):  # asked several times a change
            if one is not None and one.clock_runs and (first is None or one.due_at < first.due_at):
                first = one
        return first

    @property
    def due_at(self) -> datetime | None:
        """Return when the earliest promise still owed falls due, or None while nobody waits for us."""
        first = self.due_first
        return first.due_at if first else None


def kind_owed(case: Case) -> PromiseKind:
    """Return which promise a waiting author is owed: the first answer, or the next one."""
    return PromiseKind.NEXT_RESPONSE if case.first_response_at else PromiseKind.FIRST_RESPONSE


def with_promise(case: Case, owed: Promise) -> Case:
    """Return the case with this promise as the newest of its kind."""
    if owed.kind == PromiseKind.RESOLUTION:
        return replace(case, resolution=owed)
    if owed.kind == PromiseKind.OWN_ACCORD:
        return replace(case, own_accord=owed)
    return replace(case, spoken=owed) if owed.kind == PromiseKind.SPOKEN else replace(case, promise=owed)


def same_sort(case: Case, owed: Promise) -> Promise | None:
    """Return the case's newest promise of the same kind, or None."""
    sorts = {PromiseKind.RESOLUTION: case.resolution, PromiseKind.SPOKEN: case.spoken}
    return (sorts | {PromiseKind.OWN_ACCORD: case.own_accord}).get(owed.kind, case.promise)

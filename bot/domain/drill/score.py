"""The score of a drill: how long each step took, which promises were kept, and who was never asked."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CaseState, CaseVerb, DraftVerb
from bot.domain.storms.storm import MarkKind, StormRole

_OWED = frozenset({CaseState.NEW, CaseState.OPEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailEntry:
    """One line of the drill's audit trail, as the score reads it."""

    who: str
    verb: str
    at: datetime
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillMilestone:
    """Something that a team does in a storm: how long after the first post, and who did it."""

    name: str
    after: timedelta | None = None  # None: it was not done
    who: str = ""  # a Slack id; "": the desk itself, or nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonScore:
    """One person of the rota: what they did, and whether the desk or a colleague asked them."""

    person: str
    did: Mapping[str, int]
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that the score is made of, as the store of the drill has it."""

    began_at: datetime  # the first post
    ended_at: datetime
    posts: int
    cases: Sequence[tuple[str, str, datetime | None]]  # the author's handle, the state, the first answer
    promises: Sequence[str]  # the outcome of each
    statements: Sequence[datetime]  # when our replies were delivered
    trail: Sequence[TrailEntry]
    people: Collection[str]  # who was on, or has a role
    teams_asked: Collection[str]
    teams_to_ask: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The outcome of a drill."""

    lasted: timedelta
    posts: int
    customers: int
    answered: int
    replies: int
    first_statement: timedelta | None
    milestones: Sequence[DrillMilestone]
    promises: Mapping[str, int]
    people: Sequence[PersonScore]
    never_asked: Sequence[str]  # people, by Slack id
    teams_never_asked: Sequence[str]
    unanswered: Sequence[str]  # handles of customers who wait


def score(record: Record) -> Score:
    """Return the score of a drill."""
    first = min(record.statements, default=None)
    people = [_person(one, record.trail) for one in sorted(record.people)]
    return Score(
        lasted=record.ended_at - record.began_at,
        posts=record.posts,
        customers=len(record.cases),
        answered=sum(one[2] is not None for one in record.cases),
        replies=len(record.statements),
        first_statement=first - record.began_at if first else None,
        milestones=[
            *_milestones(record),
            DrillMilestone(name="First statement", after=first - record.began_at if first else None),
        ],
        promises=Counter(record.promises),
        people=people,
        never_asked=[one.person for one in people if not one.asked and not one.did],
        teams_never_asked=[one for one in record.teams_to_ask if one.casefold() not in _folded(record.teams_asked)],
        unanswered=[handle for handle, state, answer in record.cases if answer is None and state in _OWED],
    )


def _folded(names: Iterable[str]) -> set[str]:
    return {one.casefold() for one in names}


_MILESTONES: Sequence[tuple[str, Collection[str]]] = (
    ("A spike was noticed", {"spike_noticed"}),
    ("A storm was opened", {"storm_opened"}),
    ("First case taken", {CaseVerb.CLAIM, CaseVerb.ASSIGN}),
    ("First words for approval", {DraftVerb.SUBMIT}),
    ("First approval", {DraftVerb.APPROVE}),
)
_ROLES = {
    StormRole.COMMUNICATIONS: "Communications lead called",
    StormRole.OWNER: "Owner called",
    StormRole.SCRIBE: "Scribe called",
}


def _milestones(record: Record) -> list[DrillMilestone]:
    done = [
        _milestone(name, (one for one in record.trail if one.verb in verbs), record) for name, verbs in _MILESTONES
    ]
    roles = [_milestone(name, _taken(record.trail, role), record) for role, name in _ROLES.items()]
    return [*done[:3], *roles, *done[3:]]


def _taken(trail: Iterable[TrailEntry], role: StormRole) -> Iterable[TrailEntry]:
    marks = (one for one in trail if one.verb == "storm_marked" and one.facts.get("what") == MarkKind.ROLE)
    return (one for one in marks if one.facts.get("name") == role)


def _milestone(name: str, found: Iterable[TrailEntry], record: Record) -> DrillMilestone:
    first = min(found, key=lambda one: one.at, default=None)
    if first is None:
        return DrillMilestone(name=name)
    return DrillMilestone(name=name, after=first.at - record.began_at, who=first.who if _is_person(first.who) else "")


def _is_person(who: str) -> bool:
    return who[:1] in {"U", "W"}


_DEEDS: Mapping[str, str] = {
    CaseVerb.CLAIM: "cases taken",
    DraftVerb.SUBMIT: "texts written",
    DraftVerb.APPROVE: "texts approved",
    DraftVerb.REQUEST_CHANGES: "changes asked for",
    "storm_marked": "roles and steps in the storm",
}


def _person(who: str, trail: Sequence[TrailEntry]) -> PersonScore:
    did = Counter(_DEEDS.get(one.verb, "other decisions") for one in trail if one.who == who)
    asked = any(one.who != who and _names(one.facts, who) for one in trail)
    return PersonScore(person=who, did=did, asked=asked)


def _names(value: object, who: str) -> bool:
    """Return whether a fact of the trail names this person."""
    if isinstance(value, Mapping):
        return any(_names(one, who) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_names(one, who) for one in value)
    return value == who

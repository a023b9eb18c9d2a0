"""Computes the time to each milestone, and which promises were kept, from the audit trail and promises."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.seldom import median
from bot.domain.base.tables import OURS, CaseState, CaseVerb, DraftVerb, FactVerb
from bot.domain.mentions.mention import RECORDED
from bot.domain.promises.promise import DeskHours, Promise, PromiseKind

LAST_PART = 4  # a promise is at risk with less than this part of its time left: a quarter


class Milestone(StrEnum):
    """A milestone of a case, in the usual order."""

    TOLD = "told"  # its thread stands in Slack
    CLAIMED = "claimed"
    DRAFTED = "drafted"
    ASKED = "asked"
    APPROVED = "approved"
    REPLIED = "replied"
    SOLVED = "solved"


class Verdict(StrEnum):
    """The result of a promise."""

    KEPT = "kept"
    WAITING = "waiting"
    AT_RISK = "at risk"
    LAPSED = "lapsed"
    DROPPED = "dropped"  # no longer owed before it fell due


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackLine:
    """One line of a case's audit trail, with the facts for the report."""

    verb: str
    by: str
    at: datetime
    person: str = ""  # assigned to whom
    state: str = ""  # of the case afterwards
    lane: str = ""  # approved: the lane of a solo reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One case for the report: its first post, the lines of its trail and its promises."""

    case_id: int
    network: str
    began_at: datetime  # the author's first post; later posts do not change it
    told_at: datetime | None = None
    lines: Sequence[TrackLine] = ()
    promises: Sequence[Promise] = ()
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Took:
    """A length of time, and the part of it within desk hours."""

    wall: timedelta
    desk: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of promises kept, at risk and lapsed."""

    kept: int = 0
    at_risk: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One promise with its verdict, and who held the case when it was decided."""

    case_id: int
    network: str
    person: str  # empty: nobody
    promise: Promise
    verdict: Verdict
    segment: str = ""
    lane: str = ""  # the lane of the reply that answered it, if solo


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A number of promises with the same verdict, network, segment and assignee."""

    verdict: Verdict
    network: str
    segment: str
    person: str  # the assignee at the moment of the verdict; empty: nobody
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPromise:
    """A running promise, and the assignee of its case."""

    case_id: int
    within: timedelta
    due_at: datetime
    network: str
    segment: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The promises and milestones of a period."""

    total: Counts = field(default_factory=Counts)
    by_network: Mapping[str, Counts] = field(default_factory=dict)
    by_person: Mapping[str, Counts] = field(default_factory=dict)
    by_segment: Mapping[str, Counts] = field(default_factory=dict)
    medians: Mapping[Milestone, Took] = field(default_factory=dict)  # since the author wrote
    approval: Took | None = None  # from the first request to the approval of the reply
    solo: int = 0  # replies that went out solo
    lapsed_cases: Sequence[int] = ()  # the first ones by number, where there are very many
    at_risk_cases: Sequence[int] = ()
    replayed: int = 0  # promises on recorded posts; not counted above
    lapsed_count: int = 0  # of the cases
    at_risk_count: int = 0
    every: int = 1  # the medians are of a sample: one case in so many


def reached(track: Track) -> dict[Milestone, datetime]:
    """Return when each milestone was first reached.

    A new assignee resets nothing. The approval is the last one before the reply, so that rounds of changes count
    as approval time; a solo reply has none. A reopened case is not solved.
    """
    found = {Milestone.TOLD: max(track.told_at, track.began_at)} if track.told_at else {}
    for line in track.lines:
        stage = _STAGES.get(line.verb)
        if stage == Milestone.APPROVED and line.lane:
            continue
        if stage == Milestone.APPROVED and Milestone.REPLIED not in found:
            found[stage] = line.at
        elif stage is not None and stage != Milestone.APPROVED:
            found.setdefault(stage, line.at)
        elif line.state in OURS:
            found.pop(Milestone.SOLVED, None)
    return found


def solo_lanes(track: Track) -> dict[datetime, str]:
    """Return the lanes of solo replies, by the moment at which each was public."""
    found, lane = {}, ""
    for line in track.lines:
        if line.verb == DraftVerb.APPROVE:
            lane = line.lane
        elif line.verb == DraftVerb.DELIVERED and lane:
            found[line.at] = lane
    return found


_STAGES: dict[str, Milestone] = {
    CaseVerb.CLAIM: Milestone.CLAIMED,
    CaseVerb.ASSIGN: Milestone.CLAIMED,
    FactVerb.STARTED: Milestone.DRAFTED,
    DraftVerb.SUBMIT: Milestone.ASKED,
    DraftVerb.APPROVE: Milestone.APPROVED,
    DraftVerb.DELIVERED: Milestone.REPLIED,
    CaseVerb.ANSWERED_ELSEWHERE: Milestone.REPLIED,
    CaseVerb.SOLVE: Milestone.SOLVED,
}
# Verbs that reach a milestone, change the assignee, or reopen the case.
MEASURED = (
    *_STAGES,
    CaseVerb.RELEASE,
    CaseVerb.AUTHOR_WROTE,
    CaseVerb.REOPEN,
    CaseVerb.RESURFACE,
    CaseVerb.ANSWER_TAKEN_BACK,
)


def time_between(start: datetime, end: datetime, hours: DeskHours) -> Took:
    """Return the time between two moments, and the desk time in it."""
    return Took(max(end - start, timedelta()), hours.between(start, end))


def holder_at(track: Track, at: datetime) -> str:
    """Return the case's assignee at that moment; empty: nobody."""
    held = ""
    for line in track.lines:
        if line.at > at:
            break
        if line.verb in {CaseVerb.CLAIM, CaseVerb.REOPEN}:
            held = line.by
        elif line.verb == CaseVerb.ASSIGN:
            held = line.person
        if line.verb == CaseVerb.RELEASE or line.state == CaseState.NEW:
            held = ""
    return held


def verdict(owed: Promise, hours: DeskHours, now: datetime) -> Verdict:
    """Return the verdict on a promise; a late answer counts as lapsed for ever."""
    if owed.lapsed_at is not None or (owed.clock_runs and now > owed.due_at):
        return Verdict.LAPSED
    if not owed.unsettled:
        return Verdict.KEPT if owed.kept_at else Verdict.DROPPED
    if owed.paused:
        return Verdict.WAITING
    left = hours.between(now, owed.due_at)
    return Verdict.AT_RISK if left * LAST_PART <= owed.within else Verdict.WAITING


def judged(
    tracks: Iterable[Track], since: datetime, until: datetime, hours: DeskHours, now: datetime
) -> list[Judged]:
    """Return the promises decided from `since` until before `until`, and all open ones if `now` is in that period."""
    found = []
    for track in tracks:
        lanes = solo_lanes(track)
        for owed in track.promises:
            said = verdict(owed, hours, now)
            at = _decided_at(owed, said, now)
            if since <= at < until or (_still_owed(owed, said) and since <= now < until and at < since):
                found.append(
                    Judged(
                        case_id=track.case_id,
                        network=track.network,
                        segment=track.segment,
                        person=holder_at(track, at),
                        promise=owed,
                        verdict=said,
                        lane=lanes.get(owed.kept_at, "") if owed.kept_at else "",
                    )
                )
    return found


def _still_owed(owed: Promise, said: Verdict) -> bool:
    """Return whether an answer is overdue: it counts as lapsed in each period until it is given or dropped."""
    return said == Verdict.LAPSED and owed.clock_runs


def _decided_at(owed: Promise, said: Verdict, now: datetime) -> datetime:
    if said == Verdict.LAPSED:
        return owed.due_at
    return owed.kept_at or owed.dropped_at or now


def report(tracks: Sequence[Track], since: datetime, until: datetime, hours: DeskHours, now: datetime) -> Report:
    """Count the promises of a period by network, person and segment, with the median of each milestone reached in it.

    Replayed posts are counted separately.
    """
    every = judged(tracks, since, until, hours, now)
    promised = [one for one in every if one.promise.kind != PromiseKind.OWN_ACCORD]  # no customer was promised that
    found = [one for one in promised if one.network != RECORDED]
    tracks = [one for one in tracks if one.network != RECORDED]
    ways = [(track, reached(track)) for track in tracks]
    lapsed, at_risk = _cases(found, Verdict.LAPSED), _cases(found, Verdict.AT_RISK)
    return replace(
        summed([_decided(one) for one in promised]),
        medians=_medians(ways, since, until, hours),
        approval=_median(_approvals(ways, since, until, hours)),
        solo=sum(solo_sent(track, since, until) for track in tracks),
        lapsed_cases=lapsed,
        lapsed_count=len(lapsed),
        at_risk_cases=at_risk,
        at_risk_count=len(at_risk),
    )


def solo_sent(track: Track, since: datetime, until: datetime) -> int:
    """Count the solo replies of a case in a period."""
    return sum(since <= at < until for at in solo_lanes(track))


def summed(found: Sequence[Decided]) -> Report:
    """Count promises by network, person and segment; replayed posts are counted separately."""
    known = [one for one in found if one.network != RECORDED]
    replayed = _counts(one for one in found if one.network == RECORDED)
    return Report(
        total=_counts(known),
        by_network=_by(known, "network"),
        by_person=_by(known, "person"),
        by_segment=_by(known, "segment"),
        replayed=replayed.kept + replayed.at_risk + replayed.lapsed,
    )


def put_at_risk(running: Iterable[RunningPromise], hours: DeskHours, now: datetime) -> tuple[list[Decided], set[int]]:
    """Return the counted promises at risk, and their cases."""
    last: dict[timedelta, datetime | None] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    cases = set()
    for one in running:
        if one.within not in last:
            last[one.within] = at_risk_before(one.within, hours, now)
        before = last[one.within]
        if before is None or one.due_at < before:
            found[one.network, one.segment, one.person] += 1
            if one.network != RECORDED:
                cases.add(one.case_id)
    counted = [
        Decided(verdict=Verdict.AT_RISK, network=network, segment=segment, person=person, count=count)
        for (network, segment, person), count in found.items()
    ]
    return counted, cases


def at_risk_before(within: timedelta, hours: DeskHours, now: datetime) -> datetime | None:
    """Return the moment before which a promise of this length is due if it is at risk now; None: any moment."""
    try:
        return hours.after(now, within // LAST_PART + timedelta(microseconds=1))
    except ValueError:  # the desk never opens that long again
        return None


def _decided(one: Judged) -> Decided:
    return Decided(verdict=one.verdict, network=one.network, segment=one.segment, person=one.person)


_COUNTED = frozenset({Verdict.KEPT, Verdict.AT_RISK, Verdict.LAPSED})


def _by(found: Sequence[Decided], fact: str) -> dict[str, Counts]:
    names = {getattr(one, fact) for one in found if one.verdict in _COUNTED}
    ordered = sorted(names, key=lambda name: (not name, name))
    return {name: _counts(one for one in found if getattr(one, fact) == name) for name in ordered}


def _cases(found: Sequence[Judged], said: Verdict) -> tuple[int, ...]:
    return tuple(sorted({one.case_id for one in found if one.verdict == said}))


def _counts(found: Iterable[Decided]) -> Counts:
    said: Counter[Verdict] = Counter()
    for one in found:
        said[one.verdict] += one.count
    return Counts(kept=said[Verdict.KEPT], at_risk=said[Verdict.AT_RISK], lapsed=said[Verdict.LAPSED])


Ways = Sequence[tuple[Track, Mapping[Milestone, datetime]]]


def _medians(ways: Ways, since: datetime, until: datetime, hours: DeskHours) -> dict[Milestone, Took]:
    lengths: dict[Milestone, list[Took]] = {stage: [] for stage in Milestone}
    for track, way in ways:
        for stage, at in way.items():
            if since <= at < until:
                lengths[stage].append(time_between(track.began_at, at, hours))
    return {stage: middle for stage, known in lengths.items() if (middle := _median(known))}


def _approvals(ways: Ways, since: datetime, until: datetime, hours: DeskHours) -> Iterator[Took]:
    for _, way in ways:
        asked, given = way.get(Milestone.ASKED), way.get(Milestone.APPROVED)
        if asked and given and since <= given < until:
            yield time_between(asked, given, hours)


def _median(lengths: Iterable[Took]) -> Took | None:
    known = list(lengths)
    if not known:
        return None
    return Took(_middle(one.wall for one in known), _middle(one.desk for one in known))


def _middle(lengths: Iterable[timedelta]) -> timedelta:
    return timedelta(microseconds=int(median(one // timedelta(microseconds=1) for one in lengths)))

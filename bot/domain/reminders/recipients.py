"""Chooses who gets a reminder, and whether it may come by direct message."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.promises.promise import Reminder
from bot.domain.replies.draft import Draft

CLOSE = 90  # per cent of the promise's time; from here on a reminder also goes by direct message
LATE = 100  # the promise has lapsed: its reminder also goes out in quiet hours


class LadderStep(StrEnum):
    """The people who are asked after a lapse, one level after the other."""

    BACKUP = "backup"  # somebody else on shift
    LEAD = "lead"
    CHANNEL = "channel"  # the leads' channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """The configuration of reminders."""

    quiet: Sequence[tuple[int, int]] = ()  # minutes of the local day without direct messages
    lapse_waits: bool = False  # a lapse also waits for the end of quiet hours
    at_most: int = 40  # reminders posted about one case; a lapse is always posted
    digest_above: int = 3  # more than this at once for one person become one message; within ten minutes: a flood
    ask_after: int = 40  # a claim without progress is asked about after this share, per cent of the promise; 0: never
    free_after: int = 25  # and without an answer it ends after this further share
    ladder: Sequence[tuple[int, LadderStep]] = ()  # per cent of the promise's time, above 100, lowest first

    def ladder_step(self, level: int) -> LadderStep | None:
        """Return the step of the ladder at that level, if it is one."""
        return dict(self.ladder).get(level)

    @property
    def beyond(self) -> tuple[int, ...]:
        """Return the levels after the lapse, lowest first."""
        return tuple(level for level, _ in self.ladder)

    def breaks_in(self, level: int) -> bool:
        """Return whether a reminder of this level goes to somebody in their quiet hours."""
        return level >= LATE and not self.lapse_waits

    def is_quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        """Return whether it is quiet hours for somebody in that zone."""
        return self.quiet_until(now, zone) is not None

    def quiet_until(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when a stretch of quiet hours that holds `now` ends in that zone; None outside of any."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        ends = [end for begin, end in self.quiet if begin <= minute < end]
        if not ends:
            return None
        midnight = datetime.combine(local.date(), time(), zone)
        return (midnight + timedelta(minutes=max(ends))).astimezone(UTC)


def next_to_act(case: Case) -> str:
    """Return who has to act next: assignee, writer, approver or sender of the reply; "" for nobody."""
    draft = case.draft
    if draft is None or not draft.live:
        return case.assignee
    if draft.again_at:
        return _nobody(draft)
    return _OF_DRAFT.get(draft.state, _sender)(draft)


def _sender(draft: Draft) -> str:
    return draft.approval.by if draft.approval else draft.asked


def _nobody(_: Draft) -> str:
    return ""


_OF_DRAFT: Mapping[DraftState, Callable[[Draft], str]] = {
    DraftState.WRITING: lambda draft: draft.author,
    DraftState.IN_REVIEW: lambda draft: draft.asked,
    DraftState.APPROVED: _nobody,  # the desk itself is about to send
    DraftState.SENDING: _nobody,
}


def asks_still(case: Case, its: Reminder) -> bool:
    """Return whether a reminder still asks: a promise runs, and the person who has to act is still the same."""
    return case.due_first is not None and next_to_act(case) == its.holder


def in_review(case: Case) -> bool:
    """Return whether the case waits for an approver."""
    return case.draft is not None and case.draft.state == DraftState.IN_REVIEW


def on_its_way(case: Case) -> bool:
    """Return whether no person can act right now, since the desk is sending."""
    return case.draft is not None and case.draft.on_its_way


def narrowed(people: Iterable[str], *wishes: Collection[str]) -> list[str]:
    """Return the people who pass all filters, applied in order; a filter that would leave nobody is skipped."""
    found = list(people)
    for wish in wishes:
        found = [one for one in found if one in wish] or found
    return found


def least_loaded(people: Collection[str], load: Mapping[str, int], turn: int) -> str:
    """Return the person with the fewest cases; people with equally few take turns. "" for nobody."""
    least = min((load.get(one, 0) for one in people), default=0)
    idle = sorted(one for one in people if load.get(one, 0) == least)
    return idle[turn % len(idle)] if idle else ""

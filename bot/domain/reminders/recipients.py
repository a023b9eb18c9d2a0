"""Whom a reminder asks, and whether it may come by direct message."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft

CLOSE = 90  # per cent of the promise's time: from here on a reminder goes by direct message as well
LATE = 100  # here the promise has lapsed: nothing is too quiet for it


class LadderStep(StrEnum):
    """Who is drawn in once a promise has lapsed, one after the other."""

    BACKUP = "backup"  # somebody else on shift
    LEAD = "lead"
    CHANNEL = "channel"  # the leads' channel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRules:
    """What the configuration decides about reminders."""

    quiet: Sequence[tuple[int, int]] = ()  # minutes of the local day without direct messages
    lapse_waits: bool = False  # a lapse, too, goes by direct message only to somebody who is not in peace
    at_most: int = 40  # reminders told about one case; a lapse is always told
    digest_above: int = 3  # more than so many at once for one person are one message
    ask_after: int = 40  # a claim without progress is asked about after this share, per cent of the promise; 0: never
    free_after: int = 25  # and without an answer it ends after this further share
    ladder: Sequence[tuple[int, LadderStep]] = ()  # per cent of the promise's time, above 100, lowest first

    def step(self, level: int) -> LadderStep | None:
        """Return the step of the ladder at that level, if it is one."""
        return dict(self.ladder).get(level)

    @property
    def beyond(self) -> tuple[int, ...]:
        """Return the levels after the lapse, lowest first."""
        return tuple(level for level, _ in self.ladder)

    def breaks_in(self, level: int) -> bool:
        """Tell whether a reminder of this level reaches somebody who is to be left in peace."""
        return level >= LATE and not self.lapse_waits

    def is_quiet(self, now: datetime, zone: ZoneInfo) -> bool:
        """Tell whether somebody in that zone is to be left in peace."""
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        return any(begin <= minute < end for begin, end in self.quiet)


def next_to_act(case: Case) -> str:
    """Return who has to act next: assignee, writer, approver or whoever let the reply out; "" for nobody."""
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


def in_review(case: Case) -> bool:
    """Tell whether the case waits for an approver."""
    return case.draft is not None and case.draft.state == DraftState.IN_REVIEW


def on_its_way(case: Case) -> bool:
    """Tell whether nobody can do anything right now: the desk is sending."""
    return case.draft is not None and case.draft.on_its_way


def narrowed(people: Iterable[str], *wishes: Collection[str]) -> list[str]:
    """Return the people who meet every wish, in order; skip a wish that would leave nobody."""
    found = list(people)
    for wish in wishes:
        found = [one for one in found if one in wish] or found
    return found


def least_loaded(people: Collection[str], load: Mapping[str, int], turn: int) -> str:
    """Return who of the people has the least to do; those with as little take turns. "" for nobody."""
    least = min((load.get(one, 0) for one in people), default=0)
    idle = sorted(one for one in people if load.get(one, 0) == least)
    return idle[turn % len(idle)] if idle else ""

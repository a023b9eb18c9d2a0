"""Gathers what waits for one person: what they decide, what is late or due, what came back, what they hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotYours
from bot.domain.cases.queue import Place
from bot.domain.home.inbox import MOST, Board, Heap, Inbox, InboxSection
from bot.domain.team.people import Act
from bot.domain.team.swaps import Swap, SwapState
from bot.ports import Desk
from bot.services.cases.lists import midnight, status
from bot.services.mentions.connections import connections
from bot.services.team import access, shifts

SOON = timedelta(hours=1)
LONGEST = 3  # cases on the team board
PAGE_OF_REQUESTS = 5
_ROOM = sum(MOST.values())  # so many are read of a section, since some of them may stand in one above


def inbox(desk: Desk, who: str, now: datetime) -> Inbox:
    """Return everything on somebody's home tab."""
    leads = access.is_lead(desk, who, now)
    return Inbox(
        heaps=_heaps(desk, who, now),
        today=desk.store.promises_of(who, midnight(desk.policy.hours.zone, now), now),
        standing=shifts.standing(desk, who, now),
        swaps=_swaps(desk, who, now),
        connections=connections(desk, now),
        board=_board(desk, now) if leads else None,
        halts=desk.store.halts(),
        desks=desk.store.running_desks() if leads else (),
    )


def further_requests(desk: Desk, who: str, now: datetime, after: Place) -> tuple[Heap, bool]:
    """Return the drafts after a place that somebody is asked to approve, and whether there are more."""
    found = requests(desk, who, now, after, PAGE_OF_REQUESTS + 1)
    return replace(found, cases=found.cases[:PAGE_OF_REQUESTS]), len(found.cases) > PAGE_OF_REQUESTS


def requests(desk: Desk, who: str, now: datetime, after: Place | None, limit: int) -> Heap:
    """Return the drafts that somebody is asked to approve; none for people without the right."""
    try:
        access.allow(desk, Act.APPROVE, who, now)
    except NotYours:
        return Heap()
    found = desk.store.asked_of(who, limit=limit, after=after)
    theirs = [one for one in found.cases if one.draft is None or not access.barred(desk, one.draft, who, now)]
    return Heap(cases=theirs, count=found.count - (len(found.cases) - len(theirs)))


def _heaps(desk: Desk, who: str, now: datetime) -> Mapping[InboxSection, Heap]:
    """Return the sections, each without the cases that are shown above it.

    What somebody holds is shown below where more urgent cases that nobody holds fill the sections above.
    """
    soon, back = now + SOON, desk.store.came_back_to(who)
    found = {
        InboxSection.DECIDE: requests(desk, who, now, None, MOST[InboxSection.DECIDE]),
        InboxSection.LAPSED: desk.store.due_for(who, None, now, limit=_ROOM),
        InboxSection.SOON: desk.store.due_for(who, now, soon, limit=_ROOM),
        InboxSection.BACK: Heap(cases=back, count=len(back)),
        InboxSection.HELD: _held(desk, who),
        InboxSection.UNHELD: desk.store.due_for("", soon, None, limit=_ROOM),
    }
    heaps: dict[InboxSection, Heap] = {}
    for section, heap in found.items():
        above = {case.id for one in heaps.values() for case in one.cases}
        left = [one for one in heap.cases if one.id not in above]
        heaps[section] = Heap(cases=left[: MOST[section]], count=heap.count - (len(heap.cases) - len(left)))
    return heaps


def _held(desk: Desk, who: str) -> Heap:
    """Return the first cases that somebody holds, and how many they are."""
    count = sum(one.count for one in desk.store.queue_shares(assignee=who))
    return Heap(cases=desk.store.queue(assignee=who, limit=_ROOM), count=count)


def _swaps(desk: Desk, who: str, now: datetime) -> Sequence[Swap]:
    asked = [one for one in desk.store.swaps(now) if one.taker == who and one.state == SwapState.ASKED]
    return [one for one in asked if one.answer_by > now]


def _board(desk: Desk, now: datetime) -> Board:
    return Board(tally=status(desk, now), longest=desk.store.longest_waiting(LONGEST))

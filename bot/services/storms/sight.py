"""Gathers the content of a storm's messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.storms.holding_reply import NotTold
from bot.domain.storms.storm import PlacedCase, Storm, StormPlace
from bot.domain.storms.view import StormEntry, StormLine, StormList, StormPage, StormView
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.ports.storms import StormPost
from bot.services.cases.view import names, storm_link, thread_link

LOUDEST = 10
STANDING_OUT = 10
UNTOLD = 10
PAGE = 5
CAMPAIGN = 5  # cases under one post of ours


def storm_view(desk: Desk, storm: Storm, now: datetime) -> StormView:
    """Return a storm as its messages show it now."""
    figures = desk.store.storm_figures(storm.id, now)
    untold, count = desk.store.storm_untold(storm.id, UNTOLD) if storm.over_at else ((), 0)
    return StormView(
        storm=storm,
        figures=figures,
        policy=desk.policy.storms,
        now=now,
        names=names(desk),
        loudest=[_entry(desk, one) for one in _loudest(desk, storm)],
        standing_out=[_standing(desk, one) for one in desk.store.storm_standouts(storm.id, STANDING_OUT)],
        marks=desk.store.storm_marks(storm.id),
        others=[one for one in desk.store.open_storms() if one.id != storm.id],
        untold=linked(desk, untold),
        untold_count=count,
        holding=desk.store.holding_written(storm.id),
        campaigns=desk.store.storm_campaigns(storm.id, CAMPAIGN),
    )


def storm_list(desk: Desk, now: datetime, started: Storm | None = None) -> StormList:
    """Return the open storms with their figures, and the one that was started just now."""
    found = [
        StormLine(view=_figures_of(desk, one, now), link=storm_link(desk, one.id)) for one in desk.store.open_storms()
    ]
    return StormList(storms=found, now=now, started=started)


def linked(desk: Desk, found: Sequence[NotTold]) -> list[NotTold]:
    """Return cases that were not told, each with the way to its thread, or to the post where it has none."""
    return [replace(one, link=thread_link(desk, one.case_id) or _post_link(desk, one.case_id)) for one in found]


def _post_link(desk: Desk, case_id: int) -> str:
    case = desk.store.case(case_id)
    post = desk.store.mention(case.latest)
    return "" if case.private or post.private or post.deleted_at else post.url


def _figures_of(desk: Desk, storm: Storm, now: datetime) -> StormView:
    figures = desk.store.storm_figures(storm.id, now)
    return StormView(storm=storm, figures=figures, policy=desk.policy.storms, now=now, names={})


def _loudest(desk: Desk, storm: Storm) -> list[StormPost]:
    """Return the posts of the loudest people, one of each."""
    found: dict[tuple[str, str], StormPost] = {}
    for one in desk.store.storm_loudest(storm.id, 3 * LOUDEST):
        found.setdefault((one.post.ref.network, one.post.author.id), one)
    return [*found.values()][:LOUDEST]


def storm_page(desk: Desk, storm_id: int, after: int) -> StormPage:
    """Return the next folded ones of a storm. None of them is private."""
    storm = desk.store.storm(storm_id)
    found = desk.store.storm_page(storm_id, after=after, limit=PAGE)
    folded = desk.store.storm_counts(storm_id).get(StormPlace.FOLDED, 0)
    last = found[-1].case if found else after
    left = len(desk.store.storm_cases(storm_id, after=last, limit=folded + 1)) if found else 0
    due = {case.id: case.due_at for case in desk.store.cases([one.case for one in found])}
    entries = [_entry(desk, one, due.get(one.case)) for one in found]
    return StormPage(storm=storm_id, after=after, entries=entries, left=left, over=storm.over_at is not None)


def _entry(desk: Desk, one: StormPost, due_at: datetime | None = None) -> StormEntry:
    link = "" if one.place == StormPlace.FOLDED else thread_link(desk, one.case)
    return StormEntry(
        case=one.case, link=link, post=one.post, network=network_label(one.post.ref.network), due_at=due_at
    )


def _standing(desk: Desk, one: PlacedCase) -> StormEntry:
    return StormEntry(case=one.case, link=thread_link(desk, one.case), post=None, why=one.why)

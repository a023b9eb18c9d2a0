"""Shows what is set aside, and brings it back with one press."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case
from bot.domain.do_not_feed.aside import AsidePage, AsidePostPage
from bot.domain.slack.readers import Reader, narrowest
from bot.ports import Desk
from bot.services.do_not_feed.impostors import bring_back
from bot.services.light_lane.deciding import becomes_case
from bot.services.slack.readers import may_read

SHOWN = 10  # at once
AT_ONCE = 100  # posts that one press opens


def aside_page(desk: Desk, after: int = 0) -> AsidePage:
    """Return the next page of what is set aside, the newest first."""
    found = desk.store.asides(after=after, limit=SHOWN + 1)
    return AsidePage(
        total=desk.store.aside_count(),
        shown=found[:SHOWN],
        after=after,
        more=len(found) > SHOWN,
        asked=desk.store.asides_asked(),
    )


def aside_posts(desk: Desk, aside_id: int, after: int, reader: Reader, now: datetime) -> AsidePostPage:
    """Return the next posts that were set aside with one, without private words this reader may not read."""
    aside = desk.store.aside(aside_id)
    found = desk.store.aside_posts(aside_id, after=after, limit=SHOWN + 1)
    every = [desk.store.mention(one.mention) for one in found[:SHOWN]]
    channel = desk.store.case(aside.case_id).channel
    shown = [one for one in every if not one.private or may_read(desk, channel, reader, now)]
    return AsidePostPage(
        aside=aside,
        shown=shown,
        after=after,
        last=every[-1].id if every else after,
        more=len(found) > SHOWN,
        unshown=len(every) - len(shown),
        kept_to=narrowest(channel for one in shown if one.private),
    )


def take_back(desk: Desk, aside_id: int, *, by: str, at: datetime) -> Case:
    """Bring a case back to the team, and what its author wrote since; return it. Raises Outdated where it is back."""
    with desk.store.transaction():
        aside = desk.store.aside(aside_id)
        if aside.ended_at is not None:
            raise Outdated(f"Case {aside.case_id} is back already.")
        bring_back(desk, aside.case_id, by=by, at=at)
        for one in desk.store.aside_posts(aside_id, limit=AT_ONCE):
            open_post(desk, one.mention, by=by, at=at)
    return desk.store.case(aside.case_id)


def open_post(desk: Desk, mention_id: int, *, by: str, at: datetime) -> Case:
    """Open a post that was set aside because of who wrote it; its time counts from its posting. Raises Outdated."""
    with desk.store.transaction():
        found = desk.store.aside_post(mention_id)
        if found is None or found.case_id:
            raise Outdated(
                f"That post is on case {found.case_id} already." if found else "That post is not set aside."
            )
        case = becomes_case(desk, desk.store.mention(mention_id), by, at)
        if case.state == CaseState.DISMISSED:
            case = bring_back(desk, case.id, by=by, at=at)
        desk.store.open_aside_post(mention_id, case.id, by=by, at=at)
    return desk.store.case(case.id)


def cases_on(desk: Desk, page: AsidePage) -> Sequence[Case]:
    """Return the cases of a page."""
    return desk.store.cases([one.case_id for one in (*page.asked, *page.shown)])

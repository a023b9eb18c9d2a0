"""Joins two cases when a late post shows that they are one burst: networks do not deliver in order."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.tables import CaseState
from bot.domain.cases.case import Case
from bot.domain.mentions.bursts import burst_of
from bot.domain.mentions.mention import Mention, Side
from bot.ports import Desk
from bot.services.cases.joining import goes_on_in
from bot.services.mentions.author_wrote_again import more_urgent
from bot.services.mentions.bursts import cases_of_burst
from bot.services.mentions.routing import route


def join_burst(desk: Desk, case: Case, post: Mention, now: datetime) -> tuple[Case, datetime]:
    """Join into the post's case all others of its burst on which nobody works; return it, and since when it waits."""
    since = min(post.posted_at, now)
    for other in cases_of_burst(desk, post, beside=case.id):
        posts = desk.store.mentions(other.id)
        if not _is_untouched(other) or not _is_one_burst(posts, post):
            continue
        if other.promise is not None:
            since = min(since, other.promise.started_at)
        case = goes_on_in(desk, other, case, by="desk", at=now)
        for one in posts:
            case = more_urgent(desk, case, route(one, desk.policy, case.segment), now)
    return case, since


def _is_untouched(case: Case) -> bool:
    return case.state == CaseState.NEW and case.draft is None and case.answered_at is None and not case.storm


def _is_one_burst(posts: Sequence[Mention], post: Mention) -> bool:
    """Return whether all posts of a case are in the burst of this post."""
    rows = {one.id for one in burst_of(post, [*posts, post])}
    return all(one.side == Side.THEIRS and one.id in rows for one in posts)

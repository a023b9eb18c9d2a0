"""Applies a further post of an author to their case: it waits for us again, and may become urgent."""

from datetime import datetime

from bot.domain.base.replaced import replace
from bot.domain.base.tables import GOING_ON, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.mentions.mention import Mention
from bot.ports import Desk
from bot.services.cases.owed import back_to_us, hold_from, in_todays_segment, owed_to, priority_event, solved_for
from bot.services.mentions.bursts import burst_on
from bot.services.mentions.routing import Routed, route
from bot.services.storms.folding import stays_folded


def wrote_again(desk: Desk, case: Case, post: Mention, mention_id: int, now: datetime, *, since: datetime) -> Case:
    """Record a further post of the author, who waits for an answer since `since`; return the case."""
    case, segment = in_todays_segment(desk, case)
    routed = route(post, desk.policy, case.segment)
    event = events.AuthorWrote(
        by="author",
        at=now,
        mention=mention_id,
        posted_at=post.posted_at,
        burst=burst_on(desk, case, replace(post, id=mention_id)),
        segment=segment,
        promise=owed_to(desk, case, since),
        resolution=solved_for(desk, case, since),
    )
    after = hold_from(desk, case, desk.store.record(case, event), since, now)
    if after.state == CaseState.DISMISSED and matters_again(after, routed):
        after = desk.store.record(after, back_to_us(desk, after, events.Resurfaced, by="author", at=now))
    after = more_urgent(desk, after, routed, now)
    return stays_folded(desk, after, post, now)


def more_urgent(desk: Desk, case: Case, routed: Routed, now: datetime) -> Case:
    """Make an open case urgent if a later post has safety words; return the case."""
    by_words = routed.by_words and routed.priority == Priority.URGENT
    if not by_words or case.priority == Priority.URGENT or case.state not in GOING_ON:
        return case
    urgent = replace(case, priority=Priority.URGENT)
    return desk.store.record(case, priority_event(desk, urgent, by="author", at=now))


def matters_again(case: Case, routed: Routed) -> bool:
    """Return whether the words of a post bring back a dismissed case; its author was known at the dismissal."""
    return routed.by_words and (routed.priority == Priority.URGENT or routed.topic not in {"", case.topic})

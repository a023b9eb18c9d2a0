"""Joins a case added by link with the same post from its network: one post, one case."""

from dataclasses import replace
from datetime import datetime

from bot.domain.base.tables import OURS, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import RECORDED, Answerable, Mention, Side
from bot.domain.replies.draft_events import PastedLinkConfirmed
from bot.domain.triage.triage import Triage
from bot.ports import Desk
from bot.services.cases.joining import goes_on_in
from bot.services.cases.owed import back_to_us, in_todays_segment, owed_to
from bot.services.mentions.author_wrote_again import matters_again, more_urgent, wrote_again
from bot.services.mentions.links import added_by_hand
from bot.services.mentions.routing import route


def join_by_link(desk: Desk, post: Mention, now: datetime, triage: Triage) -> bool:
    """Give a case added by link its real post; False if nobody added this post. What people did stays.

    If the conversation has a case already, one of the two continues with the posts of both.
    """
    known, case_id = added_by_hand(desk, post.ref, post.url) or (None, 0)
    if known is None or not case_id or desk.store.mention_of(post.ref.network, post.ref.post_id):
        return False
    if post.ref.network == RECORDED and post.answerable == Answerable.NO:
        return True  # the same post as a recording; the case stays a real one, since nobody waits on a recorded post
    by_link, of_conversation = desk.store.case(case_id), _live(desk, post)
    desk.store.identify_mention(known.id, post)
    desk.store.put_triage(known.id, triage, now)
    if of_conversation is None or by_link.state == CaseState.CLOSED:
        _came_in(desk, by_link, post, known.id, now)
    elif _is_worked_on(by_link) and not _is_worked_on(of_conversation):
        goes_on_in(desk, of_conversation, by_link, by="desk", at=now)
        _came_in(desk, desk.store.case(by_link.id), post, known.id, now)
        _still_waits(desk, of_conversation, on=by_link.id, now=now)
    else:
        after = goes_on_in(desk, by_link, of_conversation, by="desk", at=now)
        wrote_again(desk, after, post, known.id, now, since=min(post.posted_at, now))
    return True


def _live(desk: Desk, post: Mention) -> Case | None:
    return desk.store.live_case(post.ref.network, post.root_id, post.author.id)


def _came_in(desk: Desk, case: Case, post: Mention, mention_id: int, now: datetime) -> None:
    known = replace(case, network=post.ref.network, author=post.author)
    known, segment = in_todays_segment(desk, known)
    routed = route(post, desk.policy, known.segment)
    event = events.LinkedPostArrived(
        by="network",
        at=now,
        mention=mention_id,
        post=post,
        segment=segment,
        promise=owed_to(desk, known, min(post.posted_at, now)) if case.state in OURS else None,
    )
    after = desk.store.record(case, event)
    if after.state == CaseState.DISMISSED and matters_again(after, routed):
        after = desk.store.record(after, back_to_us(desk, after, events.Resurfaced, by="author", at=now))
    more_urgent(desk, after, routed, now)


def _still_waits(desk: Desk, case: Case, *, on: int, now: datetime) -> None:
    """Move the promise of the ended case to the case that continues, with its start."""
    if case.state in OURS and case.promise is not None:
        newest, since = desk.store.mention(case.latest), min(case.promise.started_at, now)
        wrote_again(desk, desk.store.case(on), newest, newest.id, now, since=since)


def _is_worked_on(case: Case) -> bool:
    """Return whether a case has a draft or an answer."""
    return case.answered_at is not None or (case.draft is not None and case.draft.live)


def joined_ours(desk: Desk, post: Mention, now: datetime) -> bool:
    """Store the real id of a reply whose link was pasted, when our timeline shows it; False otherwise."""
    known, case_id = added_by_hand(desk, post.ref, post.url) or (None, 0)
    if known is None or known.side != Side.OURS or desk.store.mention_of(post.ref.network, post.ref.post_id):
        return False
    desk.store.identify_mention(known.id, post)
    if case_id:
        event = PastedLinkConfirmed(by="network", at=now, post=post, post_id=known.ref.post_id)
        desk.store.record(desk.store.case(case_id), event)
    return True

"""Merges two cases of one customer on a person's request, and takes them apart again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated, Refusal
from bot.domain.base.tables import GOING_ON, ON_ITS_WAY, OURS, CaseState
from bot.domain.cases import events
from bot.domain.cases.case import Case, kind_owed
from bot.domain.mentions.mention import Mention, Side
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.cases.another_matter import parting
from bot.services.cases.joining import CAN_GO_ON, goes_on_in, goes_on_now, posts_at_merge
from bot.services.cases.owed import owed_to, solved_for
from bot.services.mentions.author_wrote_again import more_urgent
from bot.services.mentions.routing import route

_SAID = re.compile(r"#?(\d{1,9}) (?:into|in|with) #?(\d{1,9})", re.IGNORECASE)


def merge_as_said(desk: Desk, words: str, *, by: str, at: datetime) -> Case:
    """Merge the cases that a command names ("12 into 9"); return the case that goes on."""
    said = _SAID.fullmatch(words.strip())
    if said is None:
        raise NotUsable("Please name both cases: “/care merge 12 into 9”. Case 12 then goes on in case 9.")
    return merge_cases(desk, int(said[1]), int(said[2]), by=by, at=at)


def merge_cases(desk: Desk, case_id: int, into_id: int, *, by: str, at: datetime) -> Case:
    """End a case and let it go on in another one of its author; return that one.

    Its draft is withdrawn. Its posts, its assignee where the other has none, and those of its promises that are due
    earlier go to the other case. Raises Refusal with the reason where the two do not fit or cannot be merged now.
    """
    with desk.store.transaction():
        case, into = desk.store.case(case_id), desk.store.case(into_id)
        _refuse(desk, case, into)
        posts = desk.store.mentions(case.id)
        goes_on = _with_promises(desk, case, goes_on_in(desk, case, into, by=by, at=at), by=by, at=at)
        goes_on = _heard(desk, case, goes_on, [one for one in posts if one.side == Side.THEIRS], at)
        for one in posts:
            if one.side == Side.THEIRS:
                goes_on = more_urgent(desk, goes_on, route(one, desk.policy, goes_on.segment), at)
    return goes_on


def _refuse(desk: Desk, case: Case, into: Case) -> None:
    if case.id == into.id:
        raise NotUsable(f"These are both case {case.id}. Please name two cases.")
    _refuse_unless_alike(case, into)
    for one in (case, into):
        _refuse_while_busy(one)
    if case.state not in GOING_ON:
        raise Outdated(f"Case {case.id} has ended, so there is nothing of it to merge.")
    if into.state not in CAN_GO_ON:
        raise Outdated(f"Case {into.id} has ended. Please reopen it first, or merge it into case {case.id}.")
    if any(one.ended_at is None for one in desk.store.inquiries(case.id)):
        raise Refusal(
            f"Case {case.id} waits for another team's answer. Please merge case {into.id} into it instead, "
            "or withdraw the question first."
        )


def _refuse_unless_alike(case: Case, into: Case) -> None:
    if (case.network, case.account, case.author.id) != (into.network, into.account, into.author.id):
        raise NotUsable(f"Cases {case.id} and {into.id} are not of one customer on one network, so they stay apart.")
    if case.private != into.private:
        raise NotUsable("One of these cases is private and the other is public, so they stay apart.")


def _refuse_while_busy(case: Case) -> None:
    if case.storm:
        raise Outdated(f"Case {case.id} is folded into a storm. Please take it out of the storm first.")
    if case.draft is not None and case.draft.state in ON_ITS_WAY:
        raise Refusal(f"A reply on case {case.id} is on its way, or may be. Please wait until its card says more.")


def _with_promises(desk: Desk, case: Case, into: Case, *, by: str, at: datetime) -> Case:
    """Record on the case that goes on which case it took in, with that one's promises."""
    took = events.TookIn(
        by=by, at=at, other=case.id, promise=case.promise, resolution=case.resolution, spoken=case.spoken
    )
    return desk.store.record(into, took)


def _heard(desk: Desk, case: Case, into: Case, posts: Sequence[Mention], at: datetime) -> Case:
    """Record the newest post that came along: who decides on a draft looks again, and what waited waits here."""
    if not posts:
        return into
    newest = max(posts, key=lambda one: (one.posted_at, one.id))
    if case.state not in OURS or case.promise is None:
        return desk.store.record(
            into, events.WroteLightly(by="desk", at=at, mention=newest.id, posted_at=newest.posted_at)
        )
    wrote = events.AuthorWrote(
        by="desk",
        at=at,
        mention=newest.id,
        posted_at=newest.posted_at,
        promise=replace(case.promise, id=0, kind=kind_owed(into)),
        resolution=solved_for(desk, into, case.promise.started_at),
    )
    return desk.store.record(into, wrote)


# --- apart again ---------------------------------------------------------------------------------------------


def take_apart(desk: Desk, case_id: int, *, by: str, at: datetime) -> Case:
    """Make a merged case one of its own again, with its posts and those written under them since; return it.

    It is owed what was owed to it before, unless its author was answered meanwhile.
    """
    with desk.store.transaction():
        case = desk.store.case(case_id)
        if not case.joined_into:
            raise Outdated(f"Case {case.id} is not merged into another case, so there is nothing to take apart.")
        other = goes_on_now(desk, case)
        _refuse_to_part(desk, case, other)
        mentions = desk.store.mentions(other.id)
        back = _belong_to(mentions, set(posts_at_merge(desk, case)))
        stay = [one for one in mentions if one not in back]
        theirs = [one for one in back if one.side == Side.THEIRS]
        if not theirs or not any(one.side == Side.THEIRS for one in stay):
            raise Outdated(f"Nothing of case {case.id} is left that could be taken out of case {other.id}.")
        answered = _answered(other, theirs)
        if other.state != CaseState.CLOSED:
            change(desk, other.id, lambda fresh: parting(fresh, theirs, stay, by=by, at=at))
        desk.store.move_mentions([one.id for one in back], case.id)
        again = desk.store.record(desk.store.case(case.id), _again(desk, case, theirs, back, other, by=by, at=at))
        return _as_answered(desk, again, other, at) if answered else again


def _refuse_to_part(desk: Desk, case: Case, other: Case) -> None:
    if other.draft is not None and other.draft.state in ON_ITS_WAY:
        raise Refusal(f"A reply on case {other.id} is on its way, or may be. Please wait until its card says more.")
    live = desk.store.live_case(case.network, case.root_id, case.author.id)
    if live is not None:
        raise Outdated(f"This conversation has a case of its own again: case {live.id}.")


def _belong_to(mentions: Sequence[Mention], merged: set[int]) -> Sequence[Mention]:
    """Return the posts that were merged, and what was written under them since."""
    roots = {one.root_id for one in mentions if one.id in merged}
    kept = {one.root_id for one in mentions if one.id not in merged and one.id < min(merged, default=0)}
    since = max(merged, default=0)
    return [one for one in mentions if one.id in merged or (one.id > since and one.root_id in roots - kept)]


def _answered(other: Case, theirs: Sequence[Mention]) -> bool:
    """Tell whether we answered in public since the newest of these posts."""
    return other.answered_at is not None and other.answered_at >= max(one.posted_at for one in theirs)


def _again(
    desk: Desk, case: Case, theirs: Sequence[Mention], back: Sequence[Mention], other: Case, *, by: str, at: datetime
) -> events.Unjoined:
    newest = max(theirs, key=lambda one: (one.posted_at, one.id))
    since = case.promise.started_at if case.promise and not case.promise.kept_at else newest.posted_at
    return events.Unjoined(
        by=by,
        at=at,
        mention=newest.id,
        posted_at=newest.posted_at,
        other=other.id,
        moved=tuple(one.id for one in back),
        promise=owed_to(desk, case, min(since, at)),
        resolution=solved_for(desk, case, min(since, at)),
    )


def _as_answered(desk: Desk, case: Case, other: Case, at: datetime) -> Case:
    """Record the public answer that the author got while the two were one."""
    event = events.AnsweredElsewhere(by="network", at=at, url=other.answer_url, posted_at=other.answered_at)
    return desk.store.record(case, event)

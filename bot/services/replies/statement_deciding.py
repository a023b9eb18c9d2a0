"""Decides on statements that were put up: whether one is still true, still fits what is public, and may go out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.replies.repeats import LATELY
from bot.domain.replies.statement import (
    PostState,
    Statement,
    StatementPost,
    StatementState,
    refuse_unless_lets_out,
    same_statement,
    statement_terms,
)
from bot.ports import Desk, Sent
from bot.services.accounts.spending import statement_link_costs
from bot.services.replies import in_place
from bot.services.replies.approval_age import remember
from bot.services.replies.statement_writing import account_label, said_already
from bot.services.team.access import lets_out_from

_LOOKED_AT = 30  # of the newest ones, for the list


def to_show(desk: Desk, most: int) -> Sequence[Statement]:
    """Return what waits, with room for one that is decided: what nobody knows comes first of these, a no last.

    A system that brings many drafts must not hide what is public, which people may have to take back.
    """
    waiting = desk.store.statements(most, waiting=True)
    decided = [one for one in desk.store.statements(_LOOKED_AT) if one.state != StatementState.PROPOSED]
    decided.sort(key=lambda one: (not one.unknown, one.state == StatementState.DECLINED))
    return [*waiting[: most - 1 if decided else most], *decided][:most]


def why_stale(desk: Desk, statement: Statement, now: datetime) -> str:
    """Return why an approver has to confirm that a proposed statement is still true; "": they need not."""
    storm = desk.store.storm(statement.storm) if statement.storm else None
    if storm and storm.merged_into:
        storm = desk.store.storm(storm.merged_into)
    over = storm is not None and storm.over_at is not None
    return statement.staleness(now, desk.policy.statements_stale_after, storm_over=over)


def _refuse_stale(desk: Desk, statement: Statement, now: datetime) -> None:
    if why := why_stale(desk, statement, now):
        raise Outdated(f"{why} Please look at it again with /care statements, and confirm that it is still true.")


def links_cost_in(desk: Desk, statement: Statement) -> str:
    """Return what links in a proposed statement cost, a sentence for each network that charges more; or ""."""
    if statement.state != StatementState.PROPOSED or statement.takes_back:
        return ""
    each = [statement_link_costs(desk, one.network, one.text) for one in statement.posts]
    return " ".join(dict.fromkeys(filter(None, each)))


def decide_on_statement(
    desk: Desk, statement_id: int, *, mark: str, approves: bool, by: str, at: datetime, sure: bool = False
) -> Statement:
    """Let a statement go out as it was shown, or decline it; the sender carries it out.

    `sure`: they were shown that it is stale. Raises Outdated, also where another statement says the same on an
    account, or NotYours for who wrote it and where other approvers answer for an account. Whoever wrote it may
    decline it.
    """
    with desk.store.transaction():
        found = desk.store.statement(statement_id)
        refuse_unless_lets_out(found, by, mark=mark, four_eyes=desk.policy.four_eyes, approves=approves)
        if approves or by != found.by:
            _refuse_others(desk, found, by, at)
        if approves and not sure:
            _refuse_stale(desk, found, at)
        if approves:
            _refuse_if_said(desk, found, at)
            _refuse_if_moved_on(desk, found)
        state = StatementState.APPROVED if approves else StatementState.DECLINED
        decided = replace(
            found, state=state, decided_by=by, decided_at=at, terms=statement_terms(found) if approves else ""
        )
        if approves and found.takes_back:
            _withdraw_its_links(desk, decided, by, at)  # cases are locked before the trail is, as everywhere
        desk.store.decide_statement(decided, state, by=by, at=at)
    if approves:
        remember(desk, decided.approval, at)
    return decided


def _withdraw_its_links(desk: Desk, decided: Statement, by: str, at: datetime) -> None:
    """Withdraw the holding replies that link to what is deleted now, approved ones, too."""
    from bot.services.storms import holding_replies  # noqa: PLC0415 - few desks take a statement back

    holding_replies.withdraw_dead_links(desk, decided, by=by, at=at)


def _refuse_others(desk: Desk, statement: Statement, by: str, at: datetime) -> None:
    others = [one for one in statement.posts if not lets_out_from(desk, one.ref, by, at)]
    if others:
        label = account_label(desk, others[0].network, others[0].account)
        raise NotYours(f"Other approvers answer for {label}. Please leave this one to them.")


def _refuse_if_said(desk: Desk, statement: Statement, at: datetime) -> None:
    lately = desk.store.statements_lately(at - LATELY)
    decided = [one for one in lately if one.state == StatementState.APPROVED]
    if same := same_statement(statement, decided, at):
        raise Outdated(f"{said_already(desk, same)} Please decline this one.")


def _refuse_if_moved_on(desk: Desk, statement: Statement) -> None:
    if statement.acts_on and (why := why_moved_on(desk, statement, statement.posts)):
        raise Outdated(f"{why} Please decline this one.")


def why_moved_on(desk: Desk, asked: Statement, posts: Sequence[StatementPost]) -> str:
    """Return why posts are not made, deleted or changed: other words or none are to be there by now; or ""."""
    before = desk.store.statement(asked.acts_on) if asked.acts_on else None
    later = [] if asked.takes_back else desk.store.statements_about(asked.id, asked.corrects)
    return next(filter(None, (_why_moved_on(desk, asked, one, before, later) for one in posts)), "")


def _why_moved_on(
    desk: Desk, asked: Statement, post: StatementPost, acted_on: Statement | None, later: Sequence[Statement]
) -> str:
    before = _before(acted_on, post) if acted_on else None
    if before and (before.state == PostState.TAKEN_BACK or before.corrected_by):
        return f"Meanwhile this happened to {account_label(desk, post.network, post.account)}: {before.stands}"
    meant = next((one for one in later if _replaces(one, asked, post)), None)
    what = "to take it back" if meant and meant.takes_back else "to correct it"
    return f"Meanwhile statement {meant.id}, {what}, was approved." if meant else ""


def _replaces(later: Statement, asked: Statement, post: StatementPost) -> bool:
    """Return whether a statement is approved to correct or delete what another one posts or changes there."""
    if later.state != StatementState.APPROVED:
        return False
    there = _before(later, post)
    deletes = later.takes_back and there is not None and there.state != PostState.FAILED
    return later.acts_on == asked.id or bool(deletes and later.takes_back == asked.corrects)


def _before(statement: Statement, post: StatementPost) -> StatementPost | None:
    """Return the post of a statement that another one's post acts on."""
    there = [one for one in statement.posts if (one.network, one.account) == (post.network, post.account)]
    return there[0] if there else None


def note_done(desk: Desk, statement: Statement, post: StatementPost, now: datetime) -> None:
    """Record on an earlier statement that this account does not show it any more, or has other words for it."""
    before = _before(desk.store.statement(statement.acts_on), post) if statement.acts_on else None
    if before and post.takes_back:
        _note_gone(desk, before)
        _note_gone_before(desk, statement.acts_on, post)
    elif before and before.state == PostState.TAKEN_BACK:  # it was deleted while its words were changed
        if post.post_id in _deleted(desk, statement.acts_on, post):
            _note_gone(desk, post)
    elif before and post.corrects:
        desk.store.move_statement_post(replace(before, corrected_by=statement.id), was=PostState.SENT)
        changed = in_place.ChangedPost(post.ref, post.text)
        in_place.note_change(desk, changed, Sent(post.post_id, post.url), now)


def _note_gone_before(desk: Desk, statement_id: int, post: StatementPost) -> None:
    """Record of each statement that a deleted post corrected that it is gone, too."""
    while number := desk.store.statement(statement_id).corrects:
        earlier = _before(desk.store.statement(number), post)
        if earlier and earlier.corrected_by == statement_id:
            desk.store.move_statement_post(replace(earlier, state=PostState.TAKEN_BACK), was=PostState.SENT)
        statement_id = number


def _deleted(desk: Desk, statement_id: int, post: StatementPost) -> Sequence[str]:
    """Return the ids under which the post of a statement was deleted: by another one it can still be public."""
    done = [_before(one, post) for one in desk.store.statements_about(statement_id) if one.takes_back]
    return [one.post_id for one in done if one and one.state == PostState.SENT]


def _note_gone(desk: Desk, post: StatementPost) -> None:
    """Record that a post is deleted, under the words that corrections gave it meanwhile, too."""
    desk.store.move_statement_post(replace(post, state=PostState.TAKEN_BACK), was=PostState.SENT)
    if post.corrected_by and (newer := _before(desk.store.statement(post.corrected_by), post)):
        _note_gone(desk, newer)

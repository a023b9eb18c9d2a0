"""Doubts what an older copy of the database believes of statements: nothing is posted again, or approved."""

from dataclasses import replace
from datetime import datetime

from bot.domain.halts.halt import Halt
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState, key_of
from bot.domain.slack.notice import Said
from bot.ports import Desk
from bot.services.replies.statement_sending import AGAIN_SAFE, moved, say_where_it_stands, what_it_does
from bot.services.slack.tell_leads import tell_leads

_OLD_COPY = "The database is an older copy, so it may have been posted before."
_WRITE_AGAIN = "Please look on the networks, and write it again if it is still needed."


def doubt(desk: Desk, held: Halt, now: datetime) -> int:
    """Call unknown what the copy believes unsent, and decline what it believes undecided; return how many."""
    waiting = [one for one in desk.store.undone_statement_posts() if one.state == PostState.WAITING]
    old = [one for one in waiting if _is_of_before(desk.store.statement(one.statement), held)]
    for one in old:
        _lost(desk, one, now)
    for statement in desk.store.proposed_statements():
        if statement.at < held.at:
            _declined(desk, statement, now)
    return len(old)


def _lost(desk: Desk, post: StatementPost, now: datetime) -> None:
    """Doubt a post, and tell leads where nothing of its statement is on its way: no reading tells of a deletion."""
    with desk.store.transaction():
        desk.store.statement(post.statement)  # its lock is taken before that of the trail, as everywhere
        moved(desk, _doubted(desk, post, now), PostState.WAITING, "statement_lost", now)
        say_where_it_stands(desk, post.statement, now)


def _declined(desk: Desk, statement: Statement, now: datetime) -> None:
    """Decline what an older copy believes undecided, and tell whoever wrote it; of a system, leads."""
    what = what_it_does(statement).lower()
    why = f"The desk went back to an older copy of its database, and declined {what}, since it may have been decided"
    said: Said = (f"{why} after the copy. {_WRITE_AGAIN}",)
    key = f"statement:{statement.id}:older-copy"
    with desk.store.transaction():
        desk.store.decide_statement(statement, StatementState.DECLINED, by="desk", at=now)
        if statement.source:
            tell_leads(desk, key, said, now)
        else:
            desk.store.notice(key, "", said, now, people=[statement.by])


def _doubted(desk: Desk, post: StatementPost, now: datetime) -> StatementPost:
    if post.takes_back:
        return replace(post, state=PostState.FAILED, why=f"{_OLD_COPY} {AGAIN_SAFE}", started_at=now, ended_at=now)
    key = key_of(desk.store.statement(post.statement), post)
    return replace(post, state=PostState.UNCONFIRMED, why=_OLD_COPY, key=key, started_at=now, look_at=now)


def _is_of_before(statement: Statement, held: Halt) -> bool:
    return statement.decided_at is not None and statement.decided_at < held.at

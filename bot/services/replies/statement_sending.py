"""Posts an approved statement at most once by each account: the attempt is stored before the call, as of a reply."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.accounts.holds import Use
from bot.domain.base.moments import is_ahead
from bot.domain.replies.outcome_checks import first_look, next_look
from bot.domain.replies.statement import PostState, Statement, StatementPost, StatementState, key_of, statement_terms
from bot.domain.slack.notice import Said
from bot.ports import (
    Desk,
    Network,
    NetworkTrouble,
    NotSent,
    OutcomeLost,
    ProvenAbsent,
    SendOutcome,
    Sent,
)
from bot.ports.leases import Holder, Turn, only_while
from bot.services.accounts.holds import hold_on, note_outcome, reading
from bot.services.accounts.spending import note_statement_sent
from bot.services.backups.returning import begin_call
from bot.services.base.sweeping import sweep
from bot.services.halts.gate import AGAIN, halted, may_send, reminders_wait
from bot.services.replies import in_place
from bot.services.replies.approval_age import is_too_old
from bot.services.replies.sending import LEASE
from bot.services.replies.statement_writing import account_label, editing, posting
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

_STOPPED = "The desk stopped while this was being sent."
_TOO_OLD = "Its approval was too old before it could go out. Please write it again."
_CHANGED = "It is not what was approved: somebody may have changed the database by hand."
_CANNOT = "The desk has no account there any more that can do this."
AGAIN_SAFE = "It may still be there: taking it back can be asked for again."
_LOOK_THERE = "Please look there, and say with /care statements what you saw."
_OTHER_WORDS = f"It does not have its new words there. {_LOOK_THERE}"
_NOT_SHOWN = f"The network does not show it. {_LOOK_THERE}"


def _turn(row: int) -> str:
    """Return the piece of work that a post of a statement is: one desk at a time does it."""
    return f"statement {row}"


def recover_statements(desk: Desk, now: datetime) -> int:
    """After a start: give posts that were being sent an unknown outcome, and doubt what an older copy believes."""
    held = reminders_wait(desk)
    if held is None:
        return _mark_lost(desk, now, at_start=True)
    from bot.services.replies.statements_in_doubt import doubt  # noqa: PLC0415 - after a return to an older copy

    return doubt(desk, held, now) + _mark_lost(desk, now, at_start=True)


def post_due_statements(desk: Desk, now: datetime) -> int:
    """Post every approved statement wherever it may go out now; return how many calls were made."""
    _mark_lost(desk, now, at_start=False)
    waiting = [one for one in desk.store.undone_statement_posts() if one.state == PostState.WAITING]
    due = [one.id for one in waiting if one.is_due(now)]
    called = sweep(desk, "statement", due, lambda row: post_by_account(desk, row, now))
    for statement in dict.fromkeys(one.statement for one in waiting):
        _say_what_failed(desk, statement, now)
    return called


def _mark_lost(desk: Desk, now: datetime, *, at_start: bool) -> int:
    """Give an unknown outcome to posts that nobody can still be sending; return how many."""
    sending = [one for one in desk.store.undone_statement_posts() if one.state == PostState.SENDING]
    lost = [one for one in sending if _is_lost(desk, one, now, at_start=at_start)]
    return sum(_settle(desk, one, OutcomeLost(_STOPPED), now) for one in lost)


def _is_lost(desk: Desk, post: StatementPost, now: datetime, *, at_start: bool) -> bool:
    holder = desk.store.holder(_turn(post.id))
    ours = holder == Holder.US and (at_start or abs(now - (post.started_at or now)) >= LEASE)
    return ours or holder == Holder.NOBODY


def post_by_account(desk: Desk, row: int, now: datetime) -> bool:
    """Post a statement by one account, if that is this desk's turn; return whether the network was called."""
    with desk.store.turn(_turn(row)) as turn:
        return turn is not None and _send(desk, row, now, turn)


def _send(desk: Desk, row: int, now: datetime, turn: Turn) -> bool:
    post = desk.store.statement_post(row)
    if (
        not post.is_due(now)
        or not may_send(desk, post.ref)
        or hold_on(desk, post.network, post.account, _use(post), now)
    ):
        return False
    begun = _begin(desk, post, now)
    if begun is None:
        return False
    network = desk.network(begun.ref)
    statement = desk.store.statement(begun.statement)
    why = _stray(desk, statement, begun, now)
    if network is None or why or not _can(network, begun):
        _settle(desk, begun, NotSent(why or _CANNOT), now, called=False)
        return False
    with only_while(turn.left):
        first = _known_before(desk, network, begun, now) or halted(desk, network, turn)
        first = first or _forgotten(desk, post, begun.key, now)
        outcome = first or _call(desk, network, begun, now)
    _settle(desk, begun, outcome, desk.clock.now(), called=first is None)
    return first is None


def _forgotten(desk: Desk, post: StatementPost, key: str, now: datetime) -> OutcomeLost | None:
    """Return that no call is made, where the database forgot one: one is made for each wait that a refusal left."""
    if post.takes_back:
        return None
    return begin_call(desk, f"{key} {post.again_at.isoformat()}" if post.again_at else key, 1, now)


def _begin(desk: Desk, post: StatementPost, now: datetime) -> StatementPost | None:
    """Store that the one attempt begins; None where another one is on, or another desk or thread was first."""
    with desk.store.transaction():
        key = key_of(desk.store.statement(post.statement), post)
        if post.acts_on and _is_acted_on(desk, post):
            return None
        begun = replace(post, state=PostState.SENDING, key=key, started_at=now, again_at=None, why="")
        return begun if moved(desk, begun, PostState.WAITING, "statement_sending", now) else None


def _is_acted_on(desk: Desk, post: StatementPost) -> bool:
    """Return whether a post of this account is being deleted or changed: it may be this one, by another id."""
    sending = [one for one in desk.store.undone_statement_posts() if one.state == PostState.SENDING and one.acts_on]
    return any((one.network, one.account) == (post.network, post.account) for one in sending)


def moved(desk: Desk, post: StatementPost, was: PostState, verb: str, now: datetime, *, by: str = "desk") -> bool:
    """Write a post's new state with its line in the trail, unless it is in another state by now."""
    with desk.store.transaction():
        if not desk.store.move_statement_post(post, was=was):
            return False
        facts: dict[str, object] = {"statement": post.statement, "network": post.network, "account": post.account}
        facts |= {"corrects": post.corrects} if post.corrects else {}
        desk.store.note(verb, by, now, facts | ({"post": post.post_id} if post.post_id else {}))
    return True


def _stray(desk: Desk, statement: Statement, begun: StatementPost, now: datetime) -> str:
    """Return why a post is not sent: as stored now it is not what was approved, or that was too long ago; or ""."""
    stored = next((one for one in statement.posts if one.id == begun.id), None)
    approved = statement.state == StatementState.APPROVED and stored == begun
    if not approved or {statement_terms(statement)} != {statement.terms, desk.store.terms_in_trail(statement.id)}:
        log.error("statement.not_what_was_approved statement=%d", statement.id)
        return _CHANGED
    given = statement.decided_at
    if given is None or is_too_old(desk, statement.approval, given, now) or is_ahead(given, now):
        return _TOO_OLD
    from bot.services.replies import statement_deciding  # noqa: PLC0415 - with the first statement that goes out

    return statement_deciding.why_moved_on(desk, statement, [begun])


def _can(network: Network | None, post: StatementPost) -> bool:
    """Return whether a network, if it is there, can do what this post asks."""
    return (editing(network) if post.corrects else posting(network)) is not None


def _known_before(desk: Desk, network: Network, post: StatementPost, now: datetime) -> SendOutcome | None:
    """Return what a reading before the call settles; None: nothing."""
    if not post.corrects:
        return None
    from bot.services.replies import statement_correcting  # noqa: PLC0415 - few statements correct another one

    try:
        return statement_correcting.known_before(desk, network, post, now)
    except Exception as trouble:  # nothing was called
        log.exception("statement.broken post=%d", post.id)
        return NotSent(f"Something unexpected came in between ({type(trouble).__name__}), before anything was done.")


def _use(post: StatementPost) -> Use:
    return Use.DELETE if post.takes_back else Use.WRITE


def _call(desk: Desk, network: Network, post: StatementPost, now: datetime) -> SendOutcome:
    try:
        if post.takes_back:
            from bot.services.replies.statement_correcting import newest_there  # noqa: PLC0415 - as in `_change`

            return network.take_back(newest_there(desk, network, post, now))
        if post.corrects:
            return _change(desk, network, post, now)
        able = posting(network)
        return able.post_statement(post.text, post.key) if able else NotSent(_CANNOT)
    except Exception as trouble:  # an unexpected error: it is unknown whether it was done
        log.exception("statement.broken post=%d", post.id)
        return OutcomeLost(f"Something unexpected came in between ({type(trouble).__name__}).")


def _change(desk: Desk, network: Network, post: StatementPost, now: datetime) -> SendOutcome:
    from bot.services.replies import statement_correcting  # noqa: PLC0415 - few statements correct another one

    outcome = statement_correcting.change_by(desk, network, post)
    return statement_correcting.as_believed(desk, network, post, outcome, now)


# --- outcomes -------------------------------------------------------------------------------------------------


def _settle(desk: Desk, post: StatementPost, outcome: SendOutcome, now: datetime, *, called: bool = True) -> bool:
    """Record the outcome of an attempt; return whether it counted: only a certain one does once another is known."""
    with desk.store.transaction():
        statement = desk.store.statement(post.statement)
        fresh = next(one for one in statement.posts if one.id == post.id)
        if fresh.state not in _OPEN or (fresh.state != PostState.SENDING and not isinstance(outcome, Sent)):
            return False
        if called:
            note_outcome(desk, post.ref, _use(post), outcome, now)
        if called and fresh.state == PostState.SENDING:
            note_statement_sent(desk, post, outcome, now)
        after, verb = _after(desk, fresh, outcome, now)
        if not moved(desk, after, fresh.state, verb, now):
            return False
        if after.state == PostState.SENT:
            from bot.services.replies.statement_deciding import note_done  # noqa: PLC0415 - as in `_stray`

            note_done(desk, statement, after, now)
        say_where_it_stands(desk, post.statement, now)
    return True


_OPEN = frozenset({PostState.SENDING, PostState.UNCONFIRMED})


def _after(desk: Desk, post: StatementPost, outcome: SendOutcome, now: datetime) -> tuple[StatementPost, str]:
    """Return a post after an outcome, and the verb of its line."""
    ended = replace(post, ended_at=now, look_at=None, again_at=None)
    if isinstance(outcome, Sent):
        public = replace(ended, state=PostState.SENT, post_id=outcome.post_id, url=outcome.url, why="")
        done = "statement_corrected" if post.corrects else "statement_sent"
        return public, "statement_deleted" if post.takes_back else done
    if isinstance(outcome, NotSent):
        wait = outcome.again_in or outcome.retry_after or (AGAIN if outcome.limit else None)
        if wait is not None and not outcome.by_hand:
            return ended.tried_again(wait, outcome.why, now), "statement_refused"
        return replace(ended, state=PostState.FAILED, why=outcome.why), "statement_refused"
    if post.takes_back:
        return replace(ended, state=PostState.FAILED, why=f"{outcome.why} {AGAIN_SAFE}"), "statement_lost"
    network = desk.network(post.ref)
    look_at = first_look(post.started_at or now, now, network.visibility_delay) if network else None
    return replace(ended, state=PostState.UNCONFIRMED, why=outcome.why, look_at=look_at), "statement_lost"


def say_where_it_stands(desk: Desk, statement_id: int, now: datetime) -> None:
    """Tell leads where a statement stands once nothing of it is on its way, and again when that changes."""
    statement = desk.store.statement(statement_id)
    if not statement.is_settled:
        return
    stands = "-".join(one.state if one.look_at or not one.looks else f"{one.state}!" for one in statement.posts)
    _tell(desk, statement, stands, now)
    if statement.takes_back:
        from bot.services.storms import holding_replies  # noqa: PLC0415 - few desks take a statement back

        holding_replies.tell_dead_links(desk, statement, now)


def _say_what_failed(desk: Desk, statement_id: int, now: datetime) -> None:
    """Tell leads, where another account waits for longer than a minute, of those where it is certainly not public."""
    statement = desk.store.statement(statement_id)
    if statement.is_settled:
        return
    failed = [one for one in statement.posts if one.state == PostState.FAILED]
    if failed and any(one.ended_at is None or abs(now - one.ended_at) >= _A_MOMENT for one in failed):
        stands = "-".join(one.state for one in statement.posts)
        _tell(desk, statement, f"failed:{stands}", now)


_A_MOMENT = timedelta(minutes=1)  # what follows within it is told in the same message


def _tell(desk: Desk, statement: Statement, which: str, now: datetime) -> None:
    each = [f"{account_label(desk, one.network, one.account)}: {one.stands}" for one in statement.posts]
    said: Said = (f"{what_it_does(statement)}. {' '.join(each)}",)
    tell_leads(desk, f"statement:{statement.id}:{which}", said, now)


def what_it_does(statement: Statement) -> str:
    """Return what a statement does, as the beginning of a sentence."""
    if statement.takes_back:
        return f"Taking statement {statement.takes_back} back"
    return f"Correcting statement {statement.corrects}" if statement.corrects else f"Statement {statement.id}"


# --- unknown outcomes -----------------------------------------------------------------------------------------


def check_due_statements(desk: Desk, now: datetime) -> int:
    """Read the networks for posts of unknown outcome that are due; return how many. None is posted again."""
    due = [one.id for one in desk.store.undone_statement_posts() if one.is_to_be_read(now)]
    return sweep(desk, "statement-look", due, lambda row: _check(desk, row, now))


def _check(desk: Desk, row: int, now: datetime) -> bool:
    with desk.store.turn(_turn(row)) as turn:
        post = desk.store.statement_post(row)
        if turn is None or not post.is_to_be_read(now):
            return False
        network = desk.network(post.ref)
        if post.takes_back:  # as an earlier version stored it
            lost = replace(post, state=PostState.FAILED, why=f"{post.why} {AGAIN_SAFE}", look_at=None, ended_at=now)
            return moved(desk, lost, PostState.UNCONFIRMED, "statement_looked", now)
        if network is None or not _can(network, post):
            why = replace(post, why=f"{_CANNOT} {_LOOK_THERE}", look_at=None)
            return moved(desk, why, PostState.UNCONFIRMED, "statement_looked", now)
        return _looked(desk, post, network, now)


def look_now(desk: Desk, row: int, now: datetime) -> str:
    """Read the network for a post of unknown outcome, due or not; return why it could not be read, or ""."""
    with desk.store.turn(_turn(row)) as turn:
        post = desk.store.statement_post(row)
        network = desk.network(post.ref)
        if turn is None:
            return "The desk is reading the network for it right now."
        if network is None or not _can(network, post):
            return _CANNOT
        try:
            _is_found(desk, post, _find(desk, post, network, now, insists=True), now)
        except NetworkTrouble as trouble:
            return trouble.sentence
        return ""


def _looked(desk: Desk, post: StatementPost, network: Network, now: datetime) -> bool:
    try:
        found = _find(desk, post, network, now)
    except NetworkTrouble as trouble:
        return _look_again(desk, post, network, trouble.sentence, now, taken=False)
    return _is_found(desk, post, found, now) or _look_again(desk, post, network, "", now, taken=True)


def _is_found(desk: Desk, post: StatementPost, found: Sent | ProvenAbsent | None, now: datetime) -> bool:
    """Settle a post by what a reading found; return whether it found anything."""
    if isinstance(found, Sent):
        _settle(desk, post, found, now, called=False)
    elif isinstance(found, ProvenAbsent):
        _absent(desk, post, now)
    return found is not None


def _absent(desk: Desk, post: StatementPost, now: datetime) -> None:
    """Record that the network proves that the post is not public, and never will be."""
    why = "The network knows of no such post."
    gone = replace(post, state=PostState.FAILED, why=why, look_at=None, ended_at=now)
    with desk.store.transaction():
        desk.store.statement(post.statement)  # its lock is taken before that of the trail, as everywhere
        moved(desk, gone, PostState.UNCONFIRMED, "statement_absent", now)
        say_where_it_stands(desk, post.statement, now)


def _find(
    desk: Desk, post: StatementPost, network: Network, now: datetime, *, insists: bool = False
) -> Sent | ProvenAbsent | None:
    with reading(desk, network, Use.LOOK, now, insists=insists):
        return found_of(desk, post, network, now)


def found_of(desk: Desk, post: StatementPost, network: Network, now: datetime) -> Sent | ProvenAbsent | None:
    """Ask the network for our post, or whether it has its new words; raise NetworkTrouble."""
    if post.corrects:
        return in_place.found_change(network, in_place.newest_id(desk, post.network, post.corrects), post.text)
    able = posting(network)
    if able is None:
        return None
    decided = desk.store.statement(post.statement).decided_at or now
    return able.find_statement(post.text, min(post.started_at or now, decided, now), post.key)


def _look_again(desk: Desk, post: StatementPost, network: Network, why: str, now: datetime, *, taken: bool) -> bool:
    """Plan the next reading; where none is left, say that a person has to look."""
    look_at, missed_at = next_look(post.attempt(now), now, network.visibility_delay, taken=taken)
    said = why or ((_OTHER_WORDS if post.corrects else _NOT_SHOWN) if look_at is None else post.why)
    after = replace(post, looks=post.looks + 1, look_at=look_at, missed_at=missed_at, why=said)
    with desk.store.transaction():
        desk.store.statement(post.statement)
        done = moved(desk, after, PostState.UNCONFIRMED, "statement_looked", now)
        if look_at is None:
            say_where_it_stands(desk, post.statement, now)
    return done


def next_send_or_look_at(desk: Desk) -> datetime | None:
    """Return when a statement or a reply is to be sent or looked for next; None: nothing is planned."""
    moments = [desk.store.next_look_at(), desk.store.next_send_at()]
    moments += [one.next_at() for one in desk.store.undone_statement_posts()]
    return min(filter(None, moments), default=None)

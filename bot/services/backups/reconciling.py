"""Reconciles an older copy with the networks and Slack while the desk is held, and says what was found."""

import json
import logging
from collections.abc import Sequence
from datetime import datetime

from bot.domain.backups.found import FoundInHold
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.halts.halt import Halt, HaltKind
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Draft, DraftKind, approval_key
from bot.ports import ChatTrouble, Desk
from bot.services.backups.returning import KNOWN_UNTIL, NOT_KNOWN, WHY
from bot.services.base.sweeping import sweep
from bot.services.halts.gate import reminders_wait
from bot.services.halts.halting import end_halt
from bot.services.slack.shared_channels import rooms
from bot.services.slack.tell_leads import tell_leads

log = logging.getLogger(__name__)

_DOUBTED = "hold.doubted"
_OUTCOME = "The database is an older copy, so it may have gone out after the copy was made."
_DELETION = (
    "The database is an older copy, so nobody knows whether the reply was deleted after the copy was made. "
    "Deleting can be repeated safely."
)


def look_around(desk: Desk, now: datetime) -> None:
    """While the desk is held: tell leads, and look for what the copy does not know."""
    held = reminders_wait(desk)
    if held is None:
        return
    rest = (
        f". {desk.store.setting(WHY)} It takes posts in and shows them, but sends nothing and reminds nobody. "
        "`/care release` says what was found meanwhile, and a lead lets the desk go on there."
    )
    tell_leads(desk, f"held:{desk.epochs.number}", ("The desk is held since ", held.at, rest), now)
    doubt_all(desk, held, now)
    if not desk.store.setting(NOT_KNOWN):
        _look_in_slack(desk)


def _look_in_slack(desk: Desk) -> None:
    """Count the messages of cases that Slack shows and the copy does not know."""
    since = datetime.fromisoformat(desk.store.setting(KNOWN_UNTIL))
    try:
        found = {one for room in rooms(desk.policy) for one in desk.chat.marks(room, since)}
    except ChatTrouble as trouble:
        log.info("hold.slack_unread why=%s", trouble)
        return
    desk.store.put_setting(NOT_KNOWN, str(sum(map(desk.epochs.is_unknown, found))))


def doubt_all(desk: Desk, held: Halt, now: datetime) -> None:
    """Doubt what the copy believes of replies and of statements: the database can go back while the desk runs."""
    from bot.services.replies.statements_in_doubt import doubt  # noqa: PLC0415 - after a return to an older copy

    doubt_approved(desk, now)
    doubt(desk, held, now)


def doubt_approved(desk: Desk, now: datetime) -> int:
    """Give each reply that the copy believes unsent an unknown outcome, so that its network is read; return how many.

    Replies that were approved in the hold are not among them.
    """
    held = reminders_wait(desk)
    if held is None:
        return 0
    old = [case for case, _, given in desk.store.waiting_approvals() if given < held.at]
    return sweep(desk, "doubt", old, lambda case_id: _doubt(desk, case_id, held, now))


def _doubt(desk: Desk, case_id: int, held: Halt, now: datetime) -> bool:
    with desk.store.transaction():
        case = desk.store.case(case_id)
        if not _is_doubtful(case, held):
            return False
        begun = draft_events.SendingBegun(by="desk", at=now, key=approval_key(case.draft))
        desk.store.record(desk.store.record(case, begun), _outcome(case.draft, now))
        desk.store.put_setting(_DOUBTED, json.dumps([*_doubted(desk), case_id]))
    return True


def _is_doubtful(case: Case, held: Halt) -> bool:
    draft = case.draft
    if draft is None or draft.approval is None or draft.approval.at >= held.at:
        return False
    refused = draft.state == DraftState.FAILED
    if draft.kind == DraftKind.TAKE_BACK and refused:  # one that does not go on by itself waits for a person already
        return draft.again_at is not None
    return refused or draft.state == DraftState.APPROVED


def _outcome(draft: Draft | None, now: datetime) -> Event:
    """Return the outcome to note; of a deletion no reading tells whether it was done, and it can be repeated."""
    if draft is not None and draft.kind == DraftKind.TAKE_BACK:
        return draft_events.Refused(by="desk", at=now, why=_DELETION)
    return draft_events.Lost(by="desk", at=now, why=_OUTCOME, until=now)


def _doubted(desk: Desk) -> Sequence[int]:
    return [int(one) for one in json.loads(desk.store.setting(_DOUBTED, "[]"))]


def found_in_hold(desk: Desk) -> FoundInHold | None:
    """Return what was found since the desk is held, or stopped by damage; None where it is neither."""
    held = reminders_wait(desk)
    if held is None:
        damaged = next((one for one in desk.store.halts() if one.kind == HaltKind.DAMAGE), None)
        return FoundInHold(since=damaged.at, why=damaged.why) if damaged else None
    states = {one: _state(desk, one) for one in _doubted(desk)}
    public = [one for one, state in states.items() if state == DraftState.SENT]
    unknown = [one for one, state in states.items() if state == DraftState.UNCONFIRMED]
    deletions = [one for one in states if _is_deletion(desk, one)]
    return FoundInHold(
        since=held.at,
        why=desk.store.setting(WHY),
        first_case=desk.epochs.later[-1].first_case if desk.epochs.later else 0,
        public=[one for one in public if one not in deletions],
        unknown=unknown,
        absent=[one for one in states if one not in {*public, *unknown, *deletions}],
        deletions=[one for one in deletions if one not in public],
        not_known=int(counted) if (counted := desk.store.setting(NOT_KNOWN)) else None,
        looked_for=sum(1 for one in desk.store.begun_tellings() if one.started_at and one.started_at <= held.at),
    )


def _state(desk: Desk, case_id: int) -> DraftState | None:
    draft = desk.store.case(case_id).draft
    return draft.state if draft else None


def _is_deletion(desk: Desk, case_id: int) -> bool:
    draft = desk.store.case(case_id).draft
    return draft is not None and draft.kind == DraftKind.TAKE_BACK


def end_hold(desk: Desk, *, by: str, at: datetime) -> Halt | None:
    """End the hold, or the halt after damage: sending goes on; return it, or None where there was none.

    What the copy believes is doubted first, since the hold may be younger than the last look around.
    """
    if held := reminders_wait(desk):
        doubt_all(desk, held, at)
    with desk.store.transaction():
        ended = [end_halt(desk, kind, by=by, at=at) for kind in (HaltKind.HOLD, HaltKind.DAMAGE)]
        if ended[0]:
            desk.store.put_setting(_DOUBTED, "[]")
    return ended[0] or ended[1]

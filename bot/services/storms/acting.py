"""Takes cases out of storms, marks roles and steps, asks marketing to pause, merges and ends storms."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.tables import DRAFT, DraftVerb
from bot.domain.base.transitions import states_allowing
from bot.domain.cases import events
from bot.domain.cases.case import Case
from bot.domain.storms.holding_reply import Audience
from bot.domain.storms.storm import Mark, MarkKind, Standout, Storm, StormRole
from bot.ports import Desk
from bot.services.base.sweeping import sweep
from bot.services.cases import casework
from bot.services.replies import review
from bot.services.storms.folding import teach
from bot.services.storms.holding_replies import end_holding_reply

WITHDRAWABLE = states_allowing(DRAFT, DraftVerb.WITHDRAW)
AT_ONCE = 100  # cases that come out in one round, those that are due first
SET_ASIDE_AT_ONCE = 1_000


def still_open(desk: Desk, storm_id: int) -> Storm:
    """Return a storm that is not over. Raises Outdated, Unknown."""
    storm = desk.store.storm(storm_id)
    if storm.over_at is not None:
        where = f"goes on in storm {storm.merged_into}" if storm.merged_into else "is over"
        raise Outdated(f"Storm {storm_id} {where}.")
    return storm


def take_out(desk: Desk, storm_id: int, case_id: int, *, by: str, at: datetime) -> Case:
    """Take a folded case out, since it is about something else: it has its own card, and reminders from its own time.

    A holding reply to it is withdrawn unless it is being sent. The desk learns it: words that only those taken out
    say fold no more. Raises Outdated where it is out already.
    """
    with desk.store.transaction():
        case = desk.store.case(case_id)
        after = desk.store.record(case, events.CameOut(by=by, at=at, why=Standout.TAKEN_OUT))
        if case.draft and case.draft.state in WITHDRAWABLE and desk.store.holding_of(case.draft.id):
            after = review.withdraw(desk, case.draft.id, by=by, at=at)
        teach(desk, storm_id, f"{case_id} {at.isoformat()}")
    desk.store.want_storm(storm_id, at, clicked=True)
    return after


def take_role(desk: Desk, storm_id: int, role: StormRole, *, by: str, at: datetime) -> None:
    """Give a role to whoever asks for it; somebody who had it before hands it over."""
    still_open(desk, storm_id)
    desk.store.mark_storm(storm_id, Mark(kind=MarkKind.ROLE, name=role.value, person=by, at=at))


def tick(desk: Desk, storm_id: int, step: str, *, by: str, at: datetime) -> None:
    """Mark a step of the checklist as done, or as not done where the same person had marked it."""
    still_open(desk, storm_id)
    if not desk.store.mark_storm(storm_id, Mark(kind=MarkKind.STEP, name=step, person=by, at=at)):
        desk.store.unmark_storm(storm_id, MarkKind.STEP, step, by, at)


def ask_to_pause(desk: Desk, storm_id: int, *, by: str, at: datetime) -> None:
    """Ask marketing, in their channel, to pause what they have planned. Raises Outdated where it was asked."""
    still_open(desk, storm_id)
    with desk.store.transaction():
        if desk.store.storm_marks(storm_id) and _asked(desk, storm_id):
            raise Outdated("Marketing was asked already; the checklist says who saw it.")
        desk.store.want_pause(storm_id, desk.policy.storms.marketing or desk.policy.leads_channel, at)
        desk.store.mark_storm(storm_id, Mark(kind=MarkKind.PAUSE, name="asked", person=by, at=at))


def _asked(desk: Desk, storm_id: int) -> bool:
    return any(one.kind == MarkKind.PAUSE for one in desk.store.storm_marks(storm_id))


def saw_request(desk: Desk, storm_id: int, *, by: str, at: datetime) -> None:
    """Record who saw the request to pause."""
    desk.store.mark_storm(storm_id, Mark(kind=MarkKind.SEEN, name=by, person=by, at=at))


def merge(desk: Desk, storm_id: int, into: int, *, by: str, at: datetime) -> None:
    """Let a storm go on in another one, with all of its cases. Raises Outdated where either is over."""
    with desk.store.transaction():
        one, other = still_open(desk, storm_id), still_open(desk, into)
        if one.id == other.id:
            raise NotUsable("A storm cannot go on in itself.")
        desk.store.end_storm(one.id, by, at, into=other.id)
        _merge_replies(desk, one.id, other.id, by=by, at=at)
        traits = dict.fromkeys([*other.traits, *one.traits])
        desk.store.widen_storm(other.id, list(traits), list(dict.fromkeys([*other.words, *one.words]))[:5])
        for number in (one.id, other.id):
            desk.store.redraw_storm(number, at)
        teach(desk, other.id, f"storm {one.id}")


def _merge_replies(desk: Desk, storm_id: int, into: int, *, by: str, at: datetime) -> None:
    """Let the holding replies of a storm go on in another one; where that has words for the same people, those do."""
    running = desk.store.holding_replies()
    kept = {one.audience for one in running if one.storm == into}
    for one in running:
        if one.storm == storm_id and kept & {one.audience, Audience.EVERYBODY}:
            end_holding_reply(desk, one.id, by=by, at=at)
        elif one.storm == storm_id:
            desk.store.move_holding(one.id, into, at)


def end(desk: Desk, storm_id: int, *, by: str, at: datetime) -> Storm:
    """Say that a storm is over; its summary is told, and whoever waits for an answer comes out as a case.

    Raises Outdated where somebody ended it before.
    """
    with desk.store.transaction():
        still_open(desk, storm_id)
        desk.store.end_storm(storm_id, by, at)
        desk.store.want_storm(storm_id, at, clicked=True, over=True)
    return desk.store.storm(storm_id)


def end_and_set_aside(desk: Desk, storm_id: int, *, reason: str, by: str, at: datetime) -> int:
    """Say that a storm is over and set aside who waits in it; return how many. A kill on the way lets the rest out.

    Raises NotUsable without a reason.
    """
    if not reason.strip():
        raise NotUsable("Please say why nobody answers them: the cases keep your reason.")
    with desk.store.transaction():
        waiting = desk.store.untold_cases(storm_id, limit=SET_ASIDE_AT_ONCE)
        end(desk, storm_id, by=by, at=at)
        for number in waiting:
            casework.set_aside(desk, number, by=by, at=at, reason=reason, until=None)
    return len(waiting)


def come_out_at_end(desk: Desk, now: datetime) -> int:
    """Let the folded cases of storms that are over come out, those that are due first; return how many."""
    left = desk.store.left_in_storms_over(AT_ONCE)
    return sweep(desk, "storm_over", left, lambda number: _out(desk, number, now))


def _out(desk: Desk, number: int, now: datetime) -> Case | None:
    with desk.store.transaction():
        case = desk.store.case(number)
        if not case.storm:
            return None
        return desk.store.record(case, events.CameOut(by="desk", at=now, why=Standout.OVER))


def roles_of(marks: Collection[Mark]) -> list[str]:
    """Return who has a role in a storm, each once."""
    return sorted({one.person for one in marks if one.kind == MarkKind.ROLE})

"""Lists solo replies until a lead has read them, and tells leads each morning."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.cases.case import Case
from bot.domain.replies import draft_events
from bot.domain.replies.solo import Lane, SoloReply
from bot.domain.slack.notice import Addressed, Piece, plainly
from bot.ports import Desk
from bot.services.base.change import change
from bot.services.team.access import is_lead, must_lead, name_of
from bot.services.team.shifts import leading, on_now

READ_THEM = "unpaired"  # the button under the morning's message
_SAID = "unpaired.said"
_MORNING = 6  # o'clock; earliest time on a desk that never closes
_TONIGHT = timedelta(hours=20)
_MANY = 1_000


def unread(desk: Desk, *, by: str, at: datetime, limit: int) -> Sequence[SoloReply]:
    """Return the replies that a lead has to read, oldest first; for other people their own unread ones."""
    return desk.store.solo_unread(by="" if is_lead(desk, by, at) else by, limit=limit)


def read(desk: Desk, approval_id: int, *, by: str, at: datetime) -> Case:
    """Record that a lead read a reply; raise NotYours for its sender and non-leads, Outdated if it is read."""
    must_lead(desk, by, at)

    def seen(_: Case) -> draft_events.SoloRead | None:
        one = desk.store.solo_reply(approval_id)
        if one.by == by:
            raise NotYours("You sent this one yourself; another lead has to read it.")
        if one.read_by == by:
            return None
        if one.read_by:
            raise Outdated(f"<@{one.read_by}> has read this one already.")
        return draft_events.SoloRead(by=by, at=at, approval=approval_id)

    with desk.store.transaction():
        after = change(desk, desk.store.solo_reply(approval_id).case_id, seen)
        if not desk.store.solo_unread(limit=1):
            said = "Every reply that went out solo has been read, the last one by "
            desk.store.notices_settled(READ_THEM, (f"{said}{name_of(desk, by)} at ", at, "."), at)
    return after


def morning(desk: Desk, now: datetime) -> str:
    """Tell leads once a day, at the desk's first opening, how many are unread; return the sentence, or ""."""
    local = now.astimezone(desk.policy.hours.zone)
    today = local.date().isoformat()
    if local.hour < _MORNING or not desk.policy.hours.is_open(now) or desk.store.setting(_SAID) == today:
        return ""
    waiting = desk.store.solo_unread(limit=_MANY)
    said = (*_reader(desk, waiting, now), *_told(waiting, now)) if waiting else ()
    with desk.store.transaction():  # both or neither survive a kill
        desk.store.put_setting(_SAID, today)
        key, room = f"unpaired:{today}", desk.policy.leads_channel
        if said:
            desk.store.notice(key, room, said, now, READ_THEM)
    return plainly(said)


def _reader(desk: Desk, waiting: Sequence[SoloReply], now: datetime) -> Sequence[Piece]:
    """Return a lead to address who may read some of them, one who is on if possible."""
    here = on_now(desk, now)
    leads = [one for one in sorted(leading(desk)) if any(reply.by != one for reply in waiting)]
    first = min(leads, key=lambda one: (one not in here, one), default="")
    return (Addressed(first), ", ") if first else ()


def _told(waiting: Sequence[SoloReply], now: datetime) -> Sequence[Piece]:
    count, first = len(waiting), waiting[0].at
    replies = "1 reply" if count == 1 else f"{count} replies"
    prepared = sum(one.lane == Lane.TEMPLATE for one in waiting)
    of_it = f", {prepared} of them in prepared words" if prepared and count > 1 else ""
    if now - first < _TONIGHT:
        return (f"{replies} went out solo tonight{of_it}.",)
    waits = "waits" if count == 1 else "wait"
    return (f"{replies} that went out solo {waits} to be read{of_it}, the first since ", first, ".")


def last_week(desk: Desk, since: datetime, until: datetime) -> str:
    """Return a sentence with the number of solo replies in a period, or an empty string."""
    count, unseen = desk.store.solo_count(since, until)
    if not count:
        return ""
    replies = "1 reply" if count == 1 else f"{count} replies"
    read_by = f"; {unseen} of them nobody has read yet" if unseen else ""
    return f"{replies} went out solo{read_by}."

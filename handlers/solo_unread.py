"""The list of solo replies, and the button that marks one as read."""

from bot.blocks.base import ids
from bot.blocks.replies import solo_unread as drawn
from bot.domain.slack.readers import Reader
from bot.ports import Message
from bot.services.cases.view import thread_link, view
from bot.services.replies import solo_unread
from bot.services.team import access
from handlers.door import Then, Visit

_MANY = 1_000


def listed(visit: Visit, reader: Reader) -> Message:
    """Return the replies that this person has to read, or their own unread ones, as far as `reader` may."""
    desk, by, at = visit.desk, visit.click.user, visit.at
    found = solo_unread.unread(desk, by=by, at=at, limit=_MANY)
    entries = [
        (view(desk, desk.store.case(one.case_id), reader, at), one, thread_link(desk, one.case_id))
        for one in found[: drawn.MOST]
    ]
    return drawn.listed(entries, len(found), at, desk.secret, leads=access.is_lead(desk, by, at))


def show(visit: Visit) -> Then:
    """Show the list to the person who pressed."""
    visit.about(ids.SOLO)
    message = listed(visit, visit.reader)
    return lambda: visit.answer(message)


def read(visit: Visit) -> Then:
    """Record that this one was read, and redraw the list."""
    solo_unread.read(visit.desk, visit.about(ids.SOLO).row, by=visit.click.user, at=visit.at)
    message = listed(visit, visit.over)
    return lambda: visit.answer(message, replace=True)

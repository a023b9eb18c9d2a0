"""The list of unreadable posts: opening one as a case, and leaving one out."""

from bot.blocks.base import ids
from bot.blocks.mentions import unreadable as drawn
from bot.ports import Message
from bot.ports.network_kind import network_label
from bot.services.mentions import unreadable
from handlers.door import Then, Visit


def listed(visit: Visit) -> Message:
    """Return the unsettled ones."""
    desk = visit.desk
    found, (count, _) = desk.store.unreadables(drawn.MOST), desk.store.unreadable_count()
    where = {one.network: network_label(one.network) for one in found}
    return drawn.listed(found, count, where, visit.at, desk.secret)


def show(visit: Visit) -> Then:
    """Show the list to the person who pressed."""
    visit.about(ids.UNREADABLE)
    message = listed(visit)
    return lambda: visit.answer(message)


def open_case(visit: Visit) -> Then:
    """Open this one as a case, and redraw the list."""
    unreadable.open_case(visit.desk, visit.about(ids.UNREADABLE).row, by=visit.click.user, at=visit.at)
    return _left(visit)


def leave_out(visit: Visit) -> Then:
    """Leave this one out, and redraw the list."""
    unreadable.leave_out(visit.desk, visit.about(ids.UNREADABLE).row, by=visit.click.user, at=visit.at)
    return _left(visit)


def _left(visit: Visit) -> Then:
    message = listed(visit)
    return lambda: visit.answer(message, replace=True)

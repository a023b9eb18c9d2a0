"""The list of unreadable posts: opening one as a case, and leaving one out."""

from slack_bolt import App

from bot.blocks.base import ids
from bot.blocks.mentions import unreadable as drawn
from bot.domain.team.people import Act
from bot.ports import Message
from bot.ports.network_kind import network_label
from bot.services.mentions import unreadable
from handlers.door import Door, Then, Visit


def register(app: App, door: Door) -> None:
    """Register this module's listeners."""
    app.action(ids.UNREADABLE_LIST)(door.button(Act.LOOK, show))
    app.action(ids.UNREADABLE_OPEN)(door.button(Act.WORK, open_case))
    app.action(ids.UNREADABLE_LEAVE)(door.button(Act.WORK, leave_out))


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

"""What went out on one pair of eyes: the list, and that a lead read one of it."""

from slack_bolt import App

from bot.blocks import ids
from bot.blocks import unpaired as drawn
from bot.domain.people import Act
from bot.domain.reading import Reader
from bot.ports import Message
from bot.services import access, unpaired
from bot.services.viewing import thread_link, view
from handlers.door import Door, Then, Visit

_MANY = 1_000


def register(app: App, door: Door) -> None:
    """List this module's doors."""
    app.action(ids.UNPAIRED_LIST)(door.button(Act.LOOK, show))
    app.action(ids.UNPAIRED_READ)(door.button(Act.LOOK, read))


def listed(visit: Visit, reader: Reader) -> Message:
    """Return what this person has to read, or what of theirs nobody has read, as far as `reader` may read it."""
    desk, by, at = visit.desk, visit.click.user, visit.at
    found = unpaired.unread(desk, by=by, at=at, limit=_MANY)
    entries = [
        (view(desk, desk.store.case(one.case_id), reader), one, thread_link(desk, one.case_id))
        for one in found[: drawn.MOST]
    ]
    return drawn.listed(entries, len(found), at, desk.secret, leads=access.is_lead(desk, by, at))


def show(visit: Visit) -> Then:
    """Show the list to the person who pressed."""
    visit.about(ids.UNPAIRED)
    message = listed(visit, visit.reader)
    return lambda: visit.answer(message)


def read(visit: Visit) -> Then:
    """Write down that this one was read; the list then shows what is left."""
    unpaired.read(visit.desk, visit.about(ids.UNPAIRED).row, by=visit.click.user, at=visit.at)
    message = listed(visit, visit.over)
    return lambda: visit.answer(message, replace=True)

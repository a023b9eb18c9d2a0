"""The home tab: drawn when its reader opens it; what its own buttons do beside drawing it anew."""

from slack_bolt import App

from bot.blocks.base import ids
from bot.domain.team.people import Act
from bot.services.team import handover
from handlers.door import Door, Then, Visit


def register(app: App, door: Door) -> None:
    """Register this module's listeners."""
    app.event("app_home_opened")(door.home())
    for shows in (ids.HOME_SHOW, ids.HOME_MORE):
        app.action(shows)(door.button(Act.LOOK, show_section))
    app.action(ids.SHIFT_ON)(door.button(Act.WORK, go_on))
    app.action(ids.SHIFT_OFF)(door.button(Act.WORK, go_off))


def show_section(visit: Visit) -> Then:
    """Show what the button names: the door does, as after every press on the home tab."""
    visit.about(ids.HOME)
    return None


def go_on(visit: Visit) -> Then:
    """Put whoever pressed on."""
    visit.about(ids.HOME)
    handover.go_on(visit.desk, by=visit.click.user, at=visit.at)
    return None


def go_off(visit: Visit) -> Then:
    """Take whoever pressed off until their next shift."""
    visit.about(ids.HOME)
    handover.go_off(visit.desk, by=visit.click.user, at=visit.at)
    return None

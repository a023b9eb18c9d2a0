"""The home tab: drawn when its reader opens it; what its own buttons do beside drawing it anew."""

from bot.blocks.base import ids
from bot.services.team import handover
from handlers.door import Then, Visit


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

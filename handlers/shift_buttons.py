"""The buttons of a swap, and of a handover."""

from bot.blocks.base import ids
from bot.services.team import handover, swaps
from handlers import assigning
from handlers.door import Then, Visit


def accept(visit: Visit) -> Then:
    """Accept the turn."""
    swaps.accept(visit.desk, visit.about(ids.SWAP).row, by=visit.click.user, at=visit.at)
    return None


def decline(visit: Visit) -> Then:
    """Decline the turn: it stays with the asker."""
    swaps.decline(visit.desk, visit.about(ids.SWAP).row, by=visit.click.user, at=visit.at)
    return None


def open_assign_form(visit: Visit) -> Then:
    """Open the form that asks for the assignee."""
    its = visit.about(ids.HANDOVER)
    return assigning.open_assign_form(visit, its.number, "")


def put_back(visit: Visit) -> Then:
    """Release the case."""
    its = visit.about(ids.HANDOVER)
    handover.put_back(visit.desk, its.row, its.number, by=visit.click.user, at=visit.at)
    return None

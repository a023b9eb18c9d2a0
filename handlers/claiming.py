"""A case is taken: the most usual press, and often the first. It needs nothing else of the module for the card."""

from bot.blocks.base import ids
from bot.services.cases import casework
from handlers.door import Then, Visit


def claim(visit: Visit) -> Then:
    """Take the case."""
    casework.claim(visit.desk, visit.about(ids.CASE).row, by=visit.click.user, at=visit.at)
    return None

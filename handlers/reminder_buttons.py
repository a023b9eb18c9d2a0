"""The buttons of a reminder, and of the question about a claim."""

from bot.blocks.base import ids
from bot.domain.base.moments import of_micros
from bot.gateways import told_together
from bot.services.reminders import answers, claim_checks
from handlers import assigning
from handlers.door import Then, Visit


def _about(visit: Visit) -> int:
    return visit.about(ids.REMINDER).row


def on_it(visit: Visit) -> Then:
    """Record that the person works on it."""
    answers.on_it(visit.desk, _about(visit), by=visit.click.user, at=visit.at)
    return None


def snooze(visit: Visit) -> Then:
    """Ask for ten more minutes."""
    answers.snooze(visit.desk, _about(visit), by=visit.click.user, at=visit.at)
    return None


def have_it(visit: Visit) -> Then:
    """Take over the reminder's task."""
    answers.have_it(visit.desk, _about(visit), by=visit.click.user, at=visit.at)
    return None


def open_assign_form(visit: Visit) -> Then:
    """Open the form that asks for the assignee."""
    case = visit.desk.store.case(visit.desk.store.reminder(_about(visit)).case_id)
    return assigning.open_assign_form(visit, case.id, "")


def still_on_it(visit: Visit) -> Then:
    """Record that the assignee still works on it."""
    claim_checks.still_on_it(visit.desk, visit.about(ids.CHECK).row, by=visit.click.user, at=visit.at)
    return None


def hand_back(visit: Visit) -> Then:
    """Release the case."""
    claim_checks.hand_back(visit.desk, visit.about(ids.CHECK).row, by=visit.click.user, at=visit.at)
    return None


def show_all(visit: Visit) -> Then:
    """Show all that a list of reminders asks, a page at a time; the next takes the place of the one before."""
    about = visit.about(ids.REMINDERS)
    place = (of_micros(about.number), about.seen) if about.number else None
    message = told_together.page(visit.desk, about.row, place, visit.over if place else visit.reader, visit.at)
    return lambda: visit.answer(message, replace=bool(place))

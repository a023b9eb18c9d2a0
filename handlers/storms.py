"""Storms: opening one, the folded ones, roles and steps, the request to marketing, merging, and its end."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.storms import storm as drawn
from bot.blocks.storms import storm_list as drawn_list
from bot.domain.storms.storm import StormRole
from bot.ports import Message
from bot.services.storms import acting, by_hand, opening
from bot.services.storms.sight import storm_list, storm_page, storm_view
from bot.services.team.access import must_lead
from handlers.door import Then, Visit


def listed_storms(visit: Visit, words: str) -> Message:
    """Return the open storms; with words a lead starts one first."""
    started = None
    if words:
        must_lead(visit.desk, visit.click.user, visit.at)
        started = by_hand.start_storm(visit.desk, words, by=visit.click.user, at=visit.at)
    return drawn_list.storm_list(storm_list(visit.desk, visit.at, started))


def open_storm(visit: Visit) -> Then:
    """Open a storm from a spike."""
    opening.open_storm(visit.desk, visit.about(ids.SPIKE).row, by=visit.click.user, at=visit.at)
    return None


def add_to_storm(visit: Visit) -> Then:
    """Let an open storm be about a spike as well. For leads."""
    about = visit.about(ids.SPIKE)
    must_lead(visit.desk, visit.click.user, visit.at)
    opening.add_to_storm(visit.desk, about.row, int(about.version), by=visit.click.user, at=visit.at)
    return None


def show_folded(visit: Visit) -> Then:
    """Show a page of the folded ones to whoever pressed."""
    about = visit.about(ids.STORM)
    message = _page(visit, about.row, int(about.version))
    return lambda: visit.answer(message, replace=visit.click.ephemeral)


def take_out(visit: Visit) -> Then:
    """Take this one out, and show what is left of the page."""
    about = visit.about(ids.STORM)
    case, after = about.page
    acting.take_out(visit.desk, about.row, case, by=visit.click.user, at=visit.at)
    message = _page(visit, about.row, after)
    return lambda: visit.answer(message, replace=True)


def _page(visit: Visit, storm: int, after: int) -> Message:
    return drawn.storm_page(storm_page(visit.desk, storm, after), visit.desk.secret, visit.at)


def ask_end(visit: Visit) -> Then:
    """Ask what becomes of those who wait."""
    storm = acting.still_open(visit.desk, visit.about(ids.STORM).row)
    form = drawn.over_form(storm_view(visit.desk, storm, visit.at))
    return lambda: visit.show(form)


def end(visit: Visit) -> Then:
    """Say that it is over; only leads set all who wait aside at once."""
    said, storm = as_typed(visit.click.values), int(ids.unpack(visit.click.metadata)["storm"])
    by, at = visit.click.user, visit.at
    if said.option == ids.SET_THEM_ASIDE:
        must_lead(visit.desk, by, at)
        acting.end_and_set_aside(visit.desk, storm, reason=said.note, by=by, at=at)
    else:
        acting.end(visit.desk, storm, by=by, at=at)
    return None


def merge(visit: Visit) -> Then:
    """Let it go on in another storm. For leads."""
    about = visit.about(ids.STORM)
    must_lead(visit.desk, visit.click.user, visit.at)
    acting.merge(visit.desk, about.row, int(about.version), by=visit.click.user, at=visit.at)
    return None


def take_role(visit: Visit) -> Then:
    """Take a role."""
    about = visit.about(ids.STORM)
    acting.take_role(visit.desk, about.row, StormRole(about.version), by=visit.click.user, at=visit.at)
    return None


def tick(visit: Visit) -> Then:
    """Mark a step of the checklist."""
    about = visit.about(ids.STORM)
    acting.tick(visit.desk, about.row, about.version, by=visit.click.user, at=visit.at)
    return None


def ask_to_pause(visit: Visit) -> Then:
    """Ask marketing to pause."""
    acting.ask_to_pause(visit.desk, visit.about(ids.STORM).row, by=visit.click.user, at=visit.at)
    return None


def saw_request(visit: Visit) -> Then:
    """Record that they saw it."""
    acting.saw_request(visit.desk, visit.about(ids.STORM).row, by=visit.click.user, at=visit.at)
    return None

"""Light mentions: opening one as a case, thanking, liking, setting aside, and the pages of those that wait."""

from datetime import datetime
from functools import partial

from bot.blocks.base import ids
from bot.blocks.light_lane import digest as drawn
from bot.ports import Message
from bot.services.light_lane import deciding, likes
from bot.services.light_lane.seen import light_page
from handlers.door import Then, Visit
from handlers.reply_forms import open_form


def open_case(visit: Visit) -> Then:
    """Open this one as a case."""
    about = visit.about(ids.LIGHT)
    deciding.open_as_case(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return _left(visit, about)


def thank(visit: Visit) -> Then:
    """Open the form for thanks, on a case of its own."""
    about = visit.about(ids.LIGHT)
    case, template = deciding.thank(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return _both(lambda: open_form(visit, case.id, template), _left(visit, about))


def like(visit: Visit) -> Then:
    """Like this one: written down now, and the network is called after the acknowledgement."""
    about = visit.about(ids.LIGHT)
    likes.like(visit.desk, about.row, by=visit.click.user, at=visit.at, mark=about.mark)
    return _both(visit.later(partial(_carried_out, visit, about.row)), _left(visit, about))


def _carried_out(visit: Visit, mention_id: int, at: datetime) -> None:
    likes.carry_out_like(visit.desk, mention_id, at)


def set_light_aside(visit: Visit) -> Then:
    """Set this one aside for good."""
    about = visit.about(ids.LIGHT)
    deciding.set_light_aside(visit.desk, about.row, by=visit.click.user, at=visit.at)
    return _left(visit, about)


def set_aside_the_rest(visit: Visit) -> Then:
    """Set aside all that wait of those that the message knew."""
    about = visit.about(ids.LIGHT_PAGE)
    deciding.set_aside_the_rest(visit.desk, about.row, about.number, by=visit.click.user, at=visit.at)
    return None


def show_more(visit: Visit) -> Then:
    """Show the next page of those that wait to whoever pressed."""
    about = visit.about(ids.LIGHT_PAGE)
    message = _page(visit, about.row, about.number)
    return lambda: visit.answer(message, replace=visit.click.ephemeral)


def _left(visit: Visit, about: ids.Value) -> Then:
    """Show what is left of the page on which the button was, where only this person sees that."""
    if not visit.click.ephemeral:
        return None
    message = _page(visit, *about.page)
    return lambda: visit.answer(message, replace=True)


def _page(visit: Visit, digest_id: int, after: int) -> Message:
    return drawn.light_page(
        light_page(visit.desk, digest_id, after, visit.reader, visit.at), visit.desk.secret, visit.at
    )


def _both(first: Then, then: Then) -> Then:
    def both() -> None:
        for one in (first, then):
            if one is not None:
                one()

    return both

"""The queue and its pages, shown by `/care queue` and `mine`, with their buttons and filters."""

from bot.blocks.base import ids
from bot.blocks.cases import queue as drawn
from bot.domain.base.refusals import Refusal
from bot.domain.cases.queue import QueuePage, Whose
from bot.domain.slack.readers import Reader
from bot.ports import Message
from bot.services.cases import casework, queue
from bot.services.cases.view import thread_link, view
from handlers.door import Then, Visit


def first_page(visit: Visit, words: str, whose: Whose) -> Message:
    """Return the first page for a typed filter; a shared answer has no action buttons."""
    by, channel = visit.click.user, visit.click.channel
    chosen = queue.selected(visit.desk, words, whose, channel=channel, by=by)
    return _message(visit, queue.page(visit.desk, chosen, by=by), visit.reader)


def turn(visit: Visit) -> Then:
    """Show another page, or the list narrowed otherwise, in the place of this one."""
    visit.about(ids.LIST)
    return lambda: _redraw(visit)


def claim(visit: Visit) -> Then:
    """Claim the case and redraw the page; redraw it also if somebody else was first."""
    refused = _claimed(visit, visit.about(ids.LIST).row)

    def answer() -> None:
        _redraw(visit)
        if refused:
            raise refused

    return answer


def _claimed(visit: Visit, case_id: int) -> Refusal | None:
    try:
        casework.claim(visit.desk, case_id, by=visit.click.user, at=visit.at)
    except Refusal as refusal:
        return refusal
    return None


def _redraw(visit: Visit) -> None:
    """Put the page that the button names in the place of the list; the home tab is drawn by its own door."""
    if visit.click.at_home:
        return
    found = queue.page_of(visit.desk, visit.about(ids.LIST).version, by=visit.click.user)
    visit.answer(_message(visit, found, visit.over), replace=True)


def _message(visit: Visit, found: QueuePage, reader: Reader) -> Message:
    return drawn.queue(_listed(visit, found, reader), visit.desk.secret, acts=not visit.shared)


def _listed(visit: Visit, found: QueuePage, reader: Reader) -> drawn.Listed:
    desk = visit.desk
    entries = [(view(desk, case, reader, visit.at), thread_link(desk, case.id)) for case in found.cases]
    return drawn.Listed(page=found, entries=entries, channels=queue.channel_names(desk, found.shares))

"""Turns a digest into its message: questions in full, and the list of its reader's open reminders."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import phrases
from bot.blocks.reminders import digest as digests
from bot.blocks.reminders import reminder_list
from bot.blocks.reminders.reminder_list import MOST, Entry, Waiting
from bot.domain.reminders.recipients import next_to_act
from bot.domain.slack.readers import Reader, ToPerson
from bot.domain.slack.telling import Telling
from bot.ports import Desk, Message, OutOfService
from bot.services.cases.view import thread_link, view
from bot.services.reminders.listing import Line, after, listed
from bot.services.slack.reading_back import reader_of
from bot.services.team.access import name_of

log = logging.getLogger(__name__)

Drawn = Callable[[Desk, Telling, datetime], tuple[Message, int] | None]


def digest(desk: Desk, telling: Telling, now: datetime, drawn: Drawn) -> Message | None:
    """Draw the open items of a digest; None if all its new items were settled before it was sent."""
    questions = [
        one for part in desk.store.messages_in(telling.about) if (one := _question(desk, telling, part, now, drawn))
    ]
    if not (telling.ts or questions or listed(desk, telling.about, alone=True)):
        return None
    is_person = isinstance(reader_of(telling), ToPerson)
    who = phrases.Person(telling.recipient, name_of(desk, telling.recipient)) if is_person else None
    waiting = _waiting(desk, telling.about, reader_of(telling), now)
    newer = desk.store.list_told_at(telling.recipient)
    moved_on = newer[1] if newer and newer[0] > telling.about else None
    return digests.digest(who, questions, waiting, desk.secret, now=now, moved_on=moved_on)


def page(desk: Desk, row: int, place: tuple[datetime, int] | None, reader: Reader, now: datetime) -> Message:
    """Draw a page of what a list asks, from the first or after a `place`: a due moment and a reminder's row."""
    lines = listed(desk, row)
    begins = after(lines, *place) if place else 0
    entries = _entries(desk, lines[begins : begins + MOST], reader, now)
    return reminder_list.page(entries, begins, _counted(row, lines, now), desk.secret, now)


def _waiting(desk: Desk, row: int, reader: Reader, now: datetime) -> Waiting:
    lines = listed(desk, row)
    return replace(_counted(row, lines, now), entries=_entries(desk, lines[:MOST], reader, now))


def _counted(row: int, lines: Sequence[Line], now: datetime) -> Waiting:
    free = sum(not next_to_act(case) for case, _ in lines)
    late = sum(its.about.due_at <= now for _, its in lines)
    return Waiting(row=row, count=len(lines), free=free, late=late)


def _entries(desk: Desk, lines: Sequence[Line], reader: Reader, now: datetime) -> list[Entry]:
    return [(view(desk, case, reader, now), its, thread_link(desk, case.id)) for case, its in lines]


def _question(desk: Desk, telling: Telling, part: Telling, now: datetime, drawn: Drawn) -> digests.Question | None:
    """Draw another message that a digest tells, as it would stand by itself, and where else it can be answered."""
    link = thread_link(desk, part.case_id) if part.case_id else ""
    try:
        found = drawn(desk, replace(part, channel=telling.channel, ts=telling.ts), now)
    except OutOfService:
        raise
    except Exception:  # one bad message must not stop the others
        log.exception("digest.broken telling=%d", part.id)
        return digests.undrawn(part.case_id, link)
    return digests.Question(found[0], part.case_id, link) if found else None

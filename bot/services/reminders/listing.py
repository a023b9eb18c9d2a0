"""The open items of a list of reminders, whole or page by page."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.promises.promise import Reminder
from bot.domain.reminders.recipients import asks_still
from bot.ports import Desk

Line = tuple[Case, Reminder]


def listed(desk: Desk, digest: int, *, alone: bool = False) -> list[Line]:
    """Return the open items of a list, worst first: each case once, with its newest reminder.

    `alone`: without the items of the reader's other list, which this one also shows.
    """
    newest: dict[int, Reminder] = {}
    for its in desk.store.reminders_in(digest, alone=alone):
        if its.about.id == newest.setdefault(its.case_id, its).about.id:
            newest[its.case_id] = its
    cases = desk.store.cases(list(newest))
    return [(case, newest[case.id]) for case in cases if asks_still(case, newest[case.id])]


def after(lines: Sequence[Line], due_at: datetime, reminder: int) -> int:
    """Return the index after a reminder's place, even if it is no longer listed; the list's length at its end."""
    here = [its.id for _, its in lines]
    if reminder in here:
        return here.index(reminder) + 1
    following = (at for at, (_, its) in enumerate(lines) if (its.about.due_at, its.id) > (due_at, reminder))
    return next(following, len(lines))

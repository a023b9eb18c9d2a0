"""Finds who reads the language of a case: colleagues to ask, and approvers who could not read the reply."""

from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.team.languages import NAMES, tongue
from bot.domain.team.skills import named_readers, read_by_all, readers
from bot.ports import Desk
from bot.services.team.access import approvers, name_of
from bot.services.team.shifts import on_now, skills, team


def is_foreign(desk: Desk, case: Case) -> bool:
    """Return whether the case is in a language that some people here do not read."""
    language = tongue(case.language)
    return bool(language and desk.policy.skills) and language not in read_by_all(skills(desk))


def colleagues_who_read(desk: Desk, case: Case, now: datetime) -> list[str]:
    """Return whose named languages include the case's, those who are on first; none for a usual language."""
    if not is_foreign(desk, case):
        return []
    on = on_now(desk, now)
    return sorted(named_readers(skills(desk), team(desk), case.language), key=lambda one: (one not in on, one))


def no_approver_reads(desk: Desk, case: Case, *, by: str, now: datetime) -> str:
    """Return a sentence if no approver besides `by` who is on can read the case, else ""."""
    if not is_foreign(desk, case):
        return ""
    able = [one for one in approvers(desk, now) if one != by]
    reading = readers(skills(desk), able, case.language)
    if reading & on_now(desk, now):
        return ""
    language = NAMES.get(tongue(case.language), "this language")
    if reading:
        return f"No approver who is on now reads {language}; {name_of(desk, min(reading))} does, and is not on now."
    return f"No approver reads {language}. A colleague who does can be asked from the card's menu."

"""Joining two authors on different networks who are one person, and taking them apart again."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.cases.same_person_form import same_person_form
from bot.services.cases import same_person
from handlers.door import Then, Visit


def ask_whom(visit: Visit, case: int) -> Then:
    """Open the form that asks who it is."""
    form = same_person_form(visit.seen(visit.desk.store.case(case)), {"case": case})
    return lambda: visit.show(form)


def join(visit: Visit) -> Then:
    """Join the author of the case with the one that was named."""
    said, case = as_typed(visit.click.values), int(ids.unpack(visit.click.metadata)["case"])
    by, at = visit.click.user, visit.at
    same_person.join_person(visit.desk, case, said.person, said.how, said.note, by=by, at=at)
    return None


def part(visit: Visit, case: int) -> Then:
    """Say that the author is not the one with whom they were joined."""
    same_person.part_person(visit.desk, case, by=visit.click.user, at=visit.at)
    return None

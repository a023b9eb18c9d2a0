"""Asking another team about a case: the form, the answer, and that it is not needed any more."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.cases import inquiry_forms
from bot.services.cases import inquiries
from handlers.door import Then, Visit


def ask(visit: Visit, case_id: int) -> Then:
    """Ask whom, and what."""
    form = inquiry_forms.ask(visit.seen(visit.desk.store.case(case_id)), {"case": case_id})
    return lambda: visit.show(form)


def ask_team(visit: Visit) -> Then:
    """Ask the team that was chosen."""
    said, case_id = as_typed(visit.click.values), int(ids.unpack(visit.click.metadata)["case"])
    by, at = visit.click.user, visit.at
    inquiries.ask(visit.desk, case_id, team=said.other_team, text=said.note, by=by, at=at)
    return None


def answer(visit: Visit) -> Then:
    """Open the form for the answer."""
    its = inquiries.refuse_settled(visit.desk, visit.about(ids.INQUIRY).row)
    seen = visit.as_shown(visit.desk.store.case(its.case_id))
    form = inquiry_forms.answer_form(seen, its, {"inquiry": its.id})
    return lambda: visit.show(form)


def answered(visit: Visit) -> Then:
    """Bring the answer into the case."""
    inquiry, words = int(ids.unpack(visit.click.metadata)["inquiry"]), as_typed(visit.click.values).note
    inquiries.answer(visit.desk, inquiry, text=words, by=visit.click.user, at=visit.at)
    return None


def withdraw_inquiry(visit: Visit) -> Then:
    """Say that the answer is not needed any more."""
    inquiries.withdraw_inquiry(visit.desk, visit.about(ids.INQUIRY).row, by=visit.click.user, at=visit.at)
    return None

"""The menu and the form by which people correct what a mention was taken for."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.triage import correct
from bot.services.triage import correcting
from handlers.door import Then, Visit


def chosen(visit: Visit) -> Then:
    """Call the case what was chosen from the menu of its card."""
    option, signed = ids.read_menu(visit.click.value)
    return _call_it(visit, option, visit.about(ids.CASE, signed).row)


def chosen_in_form(visit: Visit) -> Then:
    """Call the case what was chosen in the form behind the menu."""
    return _call_it(visit, as_typed(visit.click.values).option, int(ids.unpack(visit.click.metadata)["case"]))


def something_else(visit: Visit, case: int) -> Then:
    """Open that form."""
    form = correct.form(visit.seen(visit.desk.store.case(case)), {"case": case})
    return lambda: visit.show(form)


def _call_it(visit: Visit, option: str, case: int) -> Then:
    kind, urgent = correct.called(option)
    correcting.correct_triage(visit.desk, case, by=visit.click.user, at=visit.at, kind=kind, urgent=urgent)
    return None

"""The form that assigns a case, with a note and a priority."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.replies import forms
from bot.services.replies import reply_form
from bot.services.team import handover, shifts
from handlers.door import Then, Visit


def open_assign_form(visit: Visit, case_id: int, who: str) -> Then:
    """Open the form that asks for the assignee; `who` is preselected, or ""."""
    desk = visit.desk
    form = forms.assign(
        visit.seen(desk.store.case(case_id)),
        who,
        shifts.assignable(desk, visit.at),
        {"case": case_id},
        anybody=not desk.policy.roster.team,
        words=reply_form.kept_note(desk, case_id, by=visit.click.user),
    )
    return lambda: visit.show(form)


def closed(visit: Visit) -> Then:
    """Store the note of a closed form."""
    said = as_typed(visit.click.values)
    if visit.click.values:
        reply_form.keep_note(visit.desk, _case(visit), said.note, by=visit.click.user, at=visit.at)
    return None


def assign(visit: Visit) -> Then:
    """Assign the case with the chosen assignee, note and priority; all of it, or nothing."""
    said, case, by = as_typed(visit.click.values), _case(visit), visit.click.user
    handover.give(visit.desk, case, to=said.assignee, note=said.note, priority=said.priority, by=by, at=visit.at)
    return None


def _case(visit: Visit) -> int:
    return int(ids.unpack(visit.click.metadata)["case"])

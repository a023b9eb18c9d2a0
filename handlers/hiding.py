"""Hiding a customer's post on its network, and showing it again, by those who may approve."""

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.mentions.hide_form import hide_form
from bot.domain.base.refusals import Outdated
from bot.domain.team.people import Act
from bot.services.mentions.hiding import ask_to_hide
from handlers.door import Then, Visit


def ask_which(visit: Visit, case_id: int, *, hide: bool) -> Then:
    """Ask which post is to be hidden, or shown again, and why."""
    visit.may(Act.APPROVE)
    seen = visit.seen(visit.desk.store.case(case_id))
    if all(hidden == hide for _, hidden in seen.hideable):
        raise Outdated("There is no such post on this case any more. The card shows what can be done.")
    form = hide_form(seen, {"case": case_id}, hide=hide)
    return lambda: visit.show(form)


def hide_chosen(visit: Visit) -> Then:
    """Hide the post that was chosen; its network is asked after the acknowledgement."""
    return _asked(visit, hide=True)


def show_chosen(visit: Visit) -> Then:
    """Show the post that was chosen again."""
    return _asked(visit, hide=False)


def _asked(visit: Visit, *, hide: bool) -> Then:
    said, case_id = as_typed(visit.click.values), int(ids.unpack(visit.click.metadata)["case"])
    post, by = int(said.option) if said.option.isdecimal() else 0, visit.click.user
    return visit.later(ask_to_hide(visit.desk, case_id, post, said.note, hide=hide, by=by, at=visit.at))

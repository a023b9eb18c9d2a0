"""The buttons and the menu of a card, without its claim."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.cases import earlier_cases as drawn_earlier
from bot.blocks.cases import inquiry_forms
from bot.blocks.cases.buttons import case_value
from bot.blocks.cases.lists import history
from bot.blocks.cases.merge_form import merge_form
from bot.blocks.do_not_feed.asides import was_asked
from bot.blocks.replies import forms
from bot.domain.base.refusals import Outdated, Unknown
from bot.services.cases import another_matter as apart
from bot.services.cases import casework, earlier_cases, merging
from bot.services.cases import inquiries as asked
from bot.services.cases.joining import others_of
from bot.services.cases.view import thread_link, view
from bot.services.do_not_feed import two_people
from bot.services.do_not_feed.impostors import bring_back
from bot.services.replies import asking_privately, review
from bot.services.replies.private_answers import can_answer_privately
from handlers import assigning, closing_line, customers, hiding, inquiries, same_person, triage_buttons
from handlers.door import Then, Visit
from handlers.reply_forms import open_form


def case_id(visit: Visit) -> int:
    """Return the case that the button is about."""
    return visit.about(ids.CASE).row


def reply(visit: Visit) -> Then:
    """Open the form for a reply; an unclaimed case is claimed by it."""
    case = review.begin_writing(visit.desk, case_id(visit), by=visit.click.user, at=visit.at)
    return lambda: open_form(visit, case.id)


def take_private(visit: Visit) -> Then:
    """Open the form for a private answer, or where there can be none, with a line that asks for a private message."""
    case = review.begin_writing(visit.desk, case_id(visit), by=visit.click.user, at=visit.at)
    if can_answer_privately(visit.desk, case, visit.at):
        return lambda: open_form(visit, case.id, privately=True)
    template = asking_privately.template_for(visit.desk, case)
    return lambda: open_form(visit, case.id, template)


def another_matter(visit: Visit) -> Then:
    """Split a private message, with those after it, off into a case of its own."""
    about = visit.about(ids.MESSAGE)
    apart.set_apart(visit.desk, about.number, about.row, by=visit.click.user, at=visit.at)
    return None


def earlier(visit: Visit) -> Then:
    """Show the customer's earlier cases to whoever asked."""
    case = visit.desk.store.case(case_id(visit))
    found = earlier_cases.earlier_cases(visit.desk, case, visit.reader, visit.at)
    links = {one.view.case.id: thread_link(visit.desk, one.view.case.id) for one in found}
    told = drawn_earlier.earlier_cases(visit.as_shown(case), found, links)
    return lambda: visit.answer(told)


def more(visit: Visit) -> Then:
    """Run the choice from the menu."""
    option, signed = ids.read_menu(visit.click.value)
    return _chosen(visit, option, visit.about(ids.CASE, signed).row)


def rest(visit: Visit) -> Then:
    """Do what was chosen from the form behind the menu."""
    return _chosen(visit, as_typed(visit.click.values).option, int(ids.unpack(visit.click.metadata)["case"]))


def _chosen(visit: Visit, option: str, case: int) -> Then:
    if option not in _MENU:
        raise Unknown("This menu belongs to an older card. The newest card of the case has one that works.")
    return _MENU[option](visit, case)


def _take(visit: Visit, case: int) -> Then:
    casework.assign(visit.desk, case, to=visit.click.user, by=visit.click.user, at=visit.at)
    return None


def _release(visit: Visit, case: int) -> Then:
    casework.release(visit.desk, case, by=visit.click.user, at=visit.at)
    return None


def _solve(visit: Visit, case: int) -> Then:
    casework.solve(visit.desk, case, by=visit.click.user, at=visit.at)
    return closing_line.offer(visit, case)


def _reopen(visit: Visit, case: int) -> Then:
    bring_back(visit.desk, case, by=visit.click.user, at=visit.at)
    return None


def _ask_whom(visit: Visit, case: int) -> Then:
    return assigning.open_assign_form(visit, case, visit.desk.store.case(case).assignee or visit.click.user)


def _ask_why(visit: Visit, case: int) -> Then:
    form = forms.set_aside(visit.seen(visit.desk.store.case(case)), {"case": case})
    return lambda: visit.show(form)


def _history(visit: Visit, case: int) -> Then:
    seen = view(visit.desk, visit.desk.store.case(case), visit.reader, visit.at)
    told = history(seen, visit.desk.store.audit(f"case:{case}"), case_value(seen.case, visit.desk.secret))
    return lambda: visit.answer(told)


def _ask_reader(visit: Visit, case: int) -> Then:
    asked.ask_reader(visit.desk, case, by=visit.click.user, at=visit.at)
    return None


def _ask_into(visit: Visit, case_id: int) -> Then:
    case = visit.desk.store.case(case_id)
    others = [visit.seen(one) for one in others_of(visit.desk, case)]
    if not others:
        raise Outdated(f"Case {case_id} has no other case of its customer to go on in now.")
    form = merge_form(visit.seen(case), others, {"case": case_id})
    return lambda: visit.show(form)


def merge_into(visit: Visit) -> Then:
    """Merge the case into the one that was chosen."""
    into, case = as_typed(visit.click.values).other_case, int(ids.unpack(visit.click.metadata)["case"])
    merging.merge_cases(visit.desk, case, into, by=visit.click.user, at=visit.at)
    return None


def _take_apart(visit: Visit, case: int) -> Then:
    merging.take_apart(visit.desk, case, by=visit.click.user, at=visit.at)
    return None


def translated(visit: Visit) -> Then:
    """Show the case of the button beside a machine's translation."""
    return translate(visit, case_id(visit))


def translate(visit: Visit, case: int) -> Then:
    """Show the case beside a machine's translation."""
    from handlers import suggestions  # noqa: PLC0415 - most desks ask no machine

    return suggestions.show_translation(visit, case)


def _rest(visit: Visit, case: int) -> Then:
    form = inquiry_forms.rest(visit.seen(visit.desk.store.case(case)), {"case": case})
    return lambda: visit.show(form)


_MENU: Mapping[str, Callable[[Visit, int], Then]] = {
    ids.MORE_TAKE: _take,
    ids.MORE_ASSIGN: _ask_whom,
    ids.MORE_RELEASE: _release,
    ids.MORE_SOLVED: _solve,
    ids.MORE_SET_ASIDE: _ask_why,
    ids.MORE_REOPEN: _reopen,
    ids.MORE_HISTORY: _history,
    ids.MORE_INQUIRE: inquiries.ask,
    ids.MORE_READER: _ask_reader,
    ids.MORE_MERGE: _ask_into,
    ids.MORE_TAKE_APART: _take_apart,
    ids.MORE_SAME_PERSON: same_person.ask_whom,
    ids.MORE_NOT_THE_SAME: same_person.part,
    ids.MORE_CUSTOMER: customers.open_record,
    ids.MORE_REST: _rest,
    ids.MORE_TRANSLATE: translate,
    ids.MORE_HIDE: partial(hiding.ask_which, hide=True),
    ids.MORE_SHOW: partial(hiding.ask_which, hide=False),
    ids.MORE_CLOSING: closing_line.write,
    ids.MORE_SOMETHING_ELSE: triage_buttons.something_else,
}


def set_aside(visit: Visit) -> Then:
    """Dismiss the case for the reason and the term that were chosen."""
    form = as_typed(visit.click.values)
    case = int(ids.unpack(visit.click.metadata)["case"])
    until = visit.at + timedelta(hours=form.hours) if form.hours else None
    by, why = visit.click.user, form.reason
    done = two_people.put_aside(visit.desk, case, by=by, at=visit.at, reason=why, until=until, kind=form.aside)
    return None if done else lambda: visit.answer(was_asked())

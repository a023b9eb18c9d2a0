"""The buttons of a draft: decisions, and statements on a reply of unknown outcome."""

from collections.abc import Callable, Mapping

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.base.simple_forms import View
from bot.blocks.cases import thread_messages
from bot.blocks.replies import forms
from bot.domain.cases.view import CaseView
from bot.services.replies import by_hand, correcting, in_parts, passing_on, review, solo
from bot.services.replies.see_draft import Sees, sees
from bot.services.team import access
from handlers.door import Answer, Then, Visit, Work
from handlers.reply_forms import open_form


def _about(visit: Visit) -> ids.Value:
    return visit.about(ids.DRAFT)


def approve(visit: Visit) -> Then:
    """Approve the draft as shown in the button's message."""
    return _approved(visit, still_right=False)


def still_right(visit: Visit) -> Then:
    """Approve the draft although something happened since it was submitted, which the message shows."""
    return _approved(visit, still_right=True)


def approve_sure(visit: Visit) -> Then:
    """Approve words with card or bank numbers, after Slack asked about them."""
    return _approved(visit, still_right=False, sure=True)


def still_right_sure(visit: Visit) -> Then:
    """Approve such words although something happened since they were submitted."""
    return _approved(visit, still_right=True, sure=True)


def _approved(visit: Visit, *, still_right: bool, sure: bool = False) -> Then:
    about, by = _about(visit), visit.click.user
    passing_on.refuse_if_passed_on(visit.desk, about.row, about.ask, by)
    review.approve(
        visit.desk,
        about.row,
        version=about.number,
        seen=about.seen,
        shown=about.mark,
        by=by,
        at=visit.at,
        still_right=still_right,
        sure=sure,
    )
    return _done(visit)


def _form(draw: Callable[[CaseView, Mapping[str, int | str]], View]) -> Work:
    """Return the function of a button that opens a form about its draft."""

    def work(visit: Visit) -> Then:
        form = draw(*_shown(visit))
        return lambda: visit.show(form)

    return work


open_changes_form = _form(forms.request_changes)
open_link_form = _form(forms.paste_link)


def _shown(visit: Visit) -> tuple[CaseView, Mapping[str, int | str]]:
    """Return the case of the button's draft, and the metadata for a form about it."""
    about = _about(visit)
    passing_on.refuse_if_passed_on(visit.desk, about.row, about.ask, visit.click.user)
    seen = visit.seen(visit.desk.store.case_of_draft(about.row))
    facts = {"draft": about.row, "version": about.number, "seen": about.seen, "attempt": about.attempt}
    facts |= {"ask": about.ask} if about.ask else {}
    return seen, {**facts, "shown": seen.mark}


def edit(visit: Visit) -> Then:
    """Open the words for an approver's changes; the form says whether they are sent or need another approver."""
    seen, facts = _shown(visit)
    draft = seen.case.draft
    user = visit.click.user
    lets_out = draft is None or not access.barred(visit.desk, draft, user, visit.at)
    form = forms.edit_approve(seen, facts, lets_out=lets_out, joins=draft is None or user not in draft.authors)
    return lambda: visit.show(form)


def correct(visit: Visit) -> Then:
    """Open the choice between correcting a sent reply, the last one or an older one, and taking it back."""
    draft_id = _about(visit).row
    case = correcting.as_it_stands(visit.desk, visit.desk.store.case_at_draft(draft_id))
    form = forms.correction(visit.seen(case), {"draft": draft_id})
    return lambda: visit.show(form)


def see(visit: Visit) -> Then:
    """Show the draft: to its writer in the form, to an approver with the decision, to others as text."""
    case = visit.desk.store.case_of_draft(_about(visit).row)
    how = sees(visit.desk, case, visit.click.user, visit.at)
    if how == Sees.WRITES:
        case = review.begin_writing(visit.desk, case.id, by=visit.click.user, at=visit.at)
        return lambda: open_form(visit, case.id)
    shown = thread_messages.draft_for_asker(visit.seen(case), visit.desk.secret, decides=how == Sees.DECIDES)
    return lambda: visit.answer(shown)


def _done(visit: Visit) -> Then:
    """Settle the answer under the button, which only whoever pressed sees; other messages are redrawn by the desk."""
    if not (visit.click.ephemeral or visit.click.in_answer):
        return None
    case = visit.desk.store.case_at_draft(_about(visit).row)
    shown = thread_messages.draft_for_asker(visit.seen(case), visit.desk.secret, decides=False)
    return lambda: visit.answer(shown, replace=True)


def withdraw(visit: Visit) -> Then:
    """Withdraw the draft."""
    review.withdraw(visit.desk, _about(visit).row, by=visit.click.user, at=visit.at)
    return _done(visit)


def leave(visit: Visit) -> Then:
    """Let what is public of a reply in parts count as the whole of it."""
    about = _about(visit)
    in_parts.leave(visit.desk, about.row, version=about.number, by=visit.click.user, at=visit.at)
    return _done(visit)


def stop(visit: Visit) -> Then:
    """Stop a reply before it goes out."""
    solo.stop(visit.desk, _about(visit).row, by=visit.click.user, at=visit.at)
    return _done(visit)


def not_me(visit: Visit) -> Then:
    """Ask another approver instead."""
    passing_on.pass_on(visit.desk, _about(visit).row, by=visit.click.user, at=visit.at)
    return _done(visit)


def missing(visit: Visit) -> Then:
    """Record an approver's statement that the reply is missing; the network is read first, after the ack."""
    return _missing(visit, on_word=False)


def missing_on_word(visit: Visit) -> Then:
    """Record the statement of an approver who looked there, since the network cannot be read."""
    return _missing(visit, on_word=True)


def _missing(visit: Visit, *, on_word: bool) -> Then:
    about, by = _about(visit), visit.click.user
    settle = by_hand.call_missing(visit.desk, about.row, attempt=about.attempt, by=by, at=visit.at, on_word=on_word)
    return visit.later(settle)


def send_again(visit: Visit) -> Then:
    """Try again: the attempt is recorded now, and the call follows after the acknowledgement."""
    about = _about(visit)
    facts = {"version": about.number, "attempt": about.attempt}
    return visit.later(by_hand.begin_again(visit.desk, about.row, **facts, by=visit.click.user, at=visit.at))


def hand_over(visit: Visit) -> Then:
    """Hand the reply over to a person who posts it."""
    about = _about(visit)
    facts = {"version": about.number, "attempt": about.attempt}
    by_hand.hand_over(visit.desk, about.row, **facts, by=visit.click.user, at=visit.at)
    return _done(visit)


def _form_about(visit: Visit) -> Mapping[str, int | str]:
    """Return the metadata of a form about a decision; refuse if its request was passed on."""
    about = ids.unpack(visit.click.metadata)
    ask, by = int(about.get("ask", 0)), visit.click.user
    passing_on.refuse_if_passed_on(visit.desk, int(about["draft"]), ask, by)
    return about


def edited(visit: Visit) -> Then:
    """Approve with changed words."""
    about = _form_about(visit)
    review.edit_and_approve(
        visit.desk,
        int(about["draft"]),
        as_typed(visit.click.values).words,
        version=int(about["version"]),
        seen=int(about["seen"]),
        shown=str(about.get("shown", "")),
        by=visit.click.user,
        at=visit.at,
    )
    return None


def request_changes(visit: Visit) -> Then:
    """Send the draft back with a note."""
    about = _form_about(visit)
    note = as_typed(visit.click.values).note
    draft, version = int(about["draft"]), int(about["version"])
    review.request_changes(visit.desk, draft, note, version=version, by=visit.click.user, at=visit.at)
    return None


def linked(visit: Visit) -> Then:
    """Settle a public reply by its link; the post is read after the form is closed, since it may take time."""
    about = ids.unpack(visit.click.metadata)
    link = as_typed(visit.click.values).link
    draft, attempt = int(about["draft"]), int(about.get("attempt", 0))
    settle = by_hand.take_link(visit.desk, draft, link, attempt=attempt, by=visit.click.user, at=visit.at)
    return visit.later(settle)


def corrected(visit: Visit) -> Then | Answer:
    """Submit a correction or a request to take back; a promise in new words must be confirmed first."""
    said, desk = as_typed(visit.click.values), visit.desk
    take_back, reply = said.choice == ids.TAKE_BACK, int(ids.unpack(visit.click.metadata)["draft"])
    in_place, by = said.choice == ids.CHANGE_THERE, visit.click.user
    asks = correcting.put_up(
        desk, reply, said.words, said.answer, take_back=take_back, in_place=in_place, by=by, at=visit.at
    )
    if asks is None:
        return None
    case = correcting.as_it_stands(desk, desk.store.case_at_draft(reply))
    asked = forms.correction(visit.seen(case), {"draft": reply}, said.words, asks, chosen=said.choice)
    return {"response_action": "update", "view": asked}

"""A machine is asked for a start or a translation: the call follows the acknowledgement, in a thread of its own."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.blocks.base.form_values import as_typed
from bot.blocks.base.parts import Block
from bot.blocks.base.simple_forms import showing
from bot.blocks.replies import suggestion as drawing
from bot.blocks.replies.translation import translating, translation
from bot.domain.base.refusals import Refusal
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.replies.suggestion import Suggestion
from bot.ports import ChatTrouble, Overtaken
from bot.services.replies import reply_form, suggesting
from handlers import reply_forms
from handlers.door import Then, Visit

BUSY = "The machine is busy with others' questions. Please press again in a moment, or write freely."


def ask_machine(visit: Visit) -> Then:
    """Ask the machine for a first version; what is typed meanwhile stays."""
    said = as_typed(visit.click.values)
    case_id, form = reply_forms.form_of(visit, said)
    reply_form.keep(visit.desk, case_id, form, by=visit.click.user, at=visit.at)
    mentions = suggesting.begin_asking(visit.desk, case_id, "reply", by=visit.click.user, at=visit.at)
    asking = reply_forms.draw_form(visit, case_id, form, said.words_block, asking=True)

    def then() -> None:
        stands = reply_forms.redraw_newest(visit, case_id, form, asking)
        shown = replace(visit, click=replace(visit.click, view_hash=stands))
        if not visit.slow.begin(lambda: _answered(shown, case_id, form, mentions)):
            _show_answer(shown, case_id, form, suggesting.no_suggestion(visit.desk, case_id, mentions, BUSY))

    return then


def _answered(visit: Visit, case_id: int, form: reply_form.ReplyForm, mentions: Sequence[Mention]) -> None:
    found = suggesting.suggested(visit.desk, case_id, mentions)
    if not visit.desk.draining.is_set():
        _show_answer(visit, case_id, form, found)


def _show_answer(visit: Visit, case_id: int, form: reply_form.ReplyForm, found: Suggestion) -> None:
    """Keep the machine's answer, and show it in the form: now, or when it is next drawn."""
    desk, by = visit.desk, visit.click.user
    suggesting.keep_suggestion(desk, case_id, found, by=by, at=visit.at)
    words = desk.store.saved_words(case_id, by).get("words", "")
    form = replace(form, words=words, prepared=form.prepared and words == form.words)
    shown = (
        _shown_in(visit, case_id, form, as_typed(visit.click.values).words_block) if visit.click.view_hash else False
    )
    newest = None if shown else reply_form.as_stored(desk, desk.store.case(case_id), form, by=by)
    if newest:  # a press redrew the form while the machine was asked
        _shown_in(replace(visit, click=replace(visit.click, view_hash="")), case_id, newest, newest.block)


def _shown_in(visit: Visit, case_id: int, form: reply_form.ReplyForm, block: str) -> bool:
    """Redraw the form with what the machine answered; return False if Slack shows a newer view of it."""
    desk, by = visit.desk, visit.click.user
    form = reply_form.noted(desk, desk.store.case(case_id), form, by=by, now=visit.at)
    try:
        visit.redraw(reply_forms.draw_form(visit, case_id, form, block))
    except Overtaken:
        return False
    except (ChatTrouble, Refusal):  # the form is closed, or may not be shown any more
        return True
    return True


def show_translation(visit: Visit, case_id: int) -> Then:
    """Show the customer's words and the draft, and beside them a machine's translation once it is there."""
    desk, by = visit.desk, visit.click.user
    seen = visit.seen(desk.store.case(case_id))
    mentions = suggesting.begin_asking(desk, case_id, "translation", by=by, at=visit.at)

    def then() -> None:
        window = visit.show(showing(translating(seen, visit.at)))
        shown = replace(visit, click=replace(visit.click, view_id=window, view_hash=""))
        if not visit.slow.begin(lambda: _translated(shown, seen, mentions)):
            shown.redraw(showing(translation(seen, (), BUSY)))

    return then


def _translated(visit: Visit, seen: CaseView, mentions: Sequence[Mention]) -> None:
    found, why_none = suggesting.translations(visit.desk, seen.case, mentions)
    with suppress(ChatTrouble, Refusal):
        visit.redraw(showing(translation(seen, found, why_none)))


def begin(visit: Visit) -> Then:
    """Redraw the form with the machine's words."""
    said = as_typed(visit.click.values)
    case_id, form = reply_forms.form_of(visit, said)
    case, by = visit.desk.store.case(case_id), visit.click.user
    form = suggesting.begin_with_suggestion(visit.desk, case, form, by=by, at=visit.at)
    drawn = reply_forms.draw_form(visit, case_id, form)
    return lambda: reply_forms.redraw_newest(visit, case_id, form, drawn)


def blocks(visit: Visit, case: Case, form: reply_form.ReplyForm, *, asking: bool) -> list[Block]:
    """Return what the form shows of the machine: before anybody wrote words of their own, or once it answered."""
    desk, mentions = visit.desk, visit.desk.store.mentions(case.id)
    if desk.suggests is None or not suggesting.may_be_told(desk, case, mentions):
        return []
    found = suggesting.kept_suggestion(desk, case, mentions, by=visit.click.user)
    if form.words and not form.prepared and not form.past and not found and not asking:
        return []
    return drawing.suggestion(case, found, desk.suggests.name, desk.secret, asked_at=visit.at if asking else None)

"""The reply form: opened, redrawn while it is filled in, stored, submitted or sent solo."""

import logging
from contextlib import suppress
from dataclasses import replace

from bot.blocks.base import ids
from bot.blocks.base.form_values import FormValues, as_typed
from bot.blocks.base.parts import Block
from bot.blocks.base.simple_forms import View
from bot.blocks.replies import forms
from bot.blocks.replies import past_replies as drawn_past
from bot.blocks.replies.promise_input import promise_block
from bot.blocks.replies.solo import LaneChosen
from bot.domain.base.moments import micros
from bot.domain.base.text import taken_out
from bot.domain.cases.case import Case
from bot.domain.replies.joint_draft import NOBODY_ELSE
from bot.domain.replies.seen_mark import conversation_mark
from bot.ports import Overtaken
from bot.services.replies import joint_drafts, past_replies, reply_form, sent_form, solo
from bot.services.replies.personal_data import in_public
from bot.services.replies.private_answers import as_privately
from bot.services.replies.starting_texts import begin_with, past_reply_start
from handlers.door import Answer, Then, Visit

log = logging.getLogger(__name__)


def open_form(visit: Visit, case_id: int, template: str = "", *, privately: bool = False) -> None:
    """Open the form with this person's unfinished words, the live draft, the words of a `template`, or nothing."""
    case = visit.desk.store.case(case_id)
    form = reply_form.first_form(
        visit.desk, case, by=visit.click.user, at=visit.at, template=template, privately=privately
    )
    visit.show(draw_form(visit, case_id, form))
    visit.desk.templates.be_ready()


def draw_form(
    visit: Visit, case_id: int, form: reply_form.ReplyForm, kept_block: str = "", *, asking: bool = False
) -> View:
    """Draw the form; `kept_block`: the input in use, `asking`: a machine is being asked for words."""
    needed = reply_form.needed(visit.desk, form)
    seen = visit.seen(visit.desk.store.case(case_id))
    seen = as_privately(visit.desk, seen) if form.privately else seen
    about: dict[str, int | str] = {"case": case_id, "template": form.template}
    about |= {"draft": form.shown.draft, "replaces": form.shown.version}
    about |= {"needed": " ".join(needed), "prepared": int(form.prepared)}
    about |= {"unseen": taken_out(form.words), "personal": _personal(visit, seen.case, form)}
    about |= {"style": reply_form.style_remarked(visit.desk, seen.case, form, visit.at)}
    about |= {"privately": 1} if form.privately else {}
    cut = sent_form.offered_cut(visit.desk, seen.case, form)
    about |= {"cut": cut.mark} if cut else {}
    about |= {"past": form.past} if form.past else {}
    about |= {"opened": form.press.opened or micros(visit.at)}
    about |= {"began": form.began.draft, "began_version": form.began.version}
    alone = solo.offered(visit.desk, seen.case, by=visit.click.user, at=visit.at)
    return forms.reply(
        seen,
        reply_form.fitting(visit.desk, seen.case, alone=alone is not None),
        chosen=form.template,
        facts=form.facts,
        words=form.words,
        notes=form.notes,
        metadata={**about, "seen": conversation_mark(seen.case, seen.mentions)},
        spoken=reply_form.spoken_in(visit.desk, form, visit.at),
        solo=alone,
        way=LaneChosen(form.lane, form.why),
        overtaken=form.overtaken,
        needed=needed,
        kept_block=kept_block,
        also=NOBODY_ELSE
        if form.privately
        else joint_drafts.offered_along(visit.desk, seen.case, form.also, by=visit.click.user),
        ticked=form.also,
        cut=cut,
        in_parts=form.in_parts,
        past=[*_suggested(visit, seen.case, form, asking=asking), *_past(visit, seen.case, form)],
    )


def _suggested(visit: Visit, case: Case, form: reply_form.ReplyForm, *, asking: bool) -> list[Block]:
    if visit.desk.suggests is None:
        return []
    from handlers import suggestions  # noqa: PLC0415 - most desks ask no machine

    return suggestions.blocks(visit, case, form, asking=asking)


def _past(visit: Visit, case: Case, form: reply_form.ReplyForm) -> list[Block]:
    """Return what we said last time, while nobody has written anything of their own yet."""
    if form.words and not form.prepared and not form.past:
        return []
    try:
        found = past_replies.past_replies(visit.desk, case, visit.at)
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the form opens: a reply can be written without it
        log.warning("reply_form.without_past_replies kind=%s", type(trouble).__name__)
        return []
    return drawn_past.past_replies(found, visit.at, visit.desk.secret)


def _personal(visit: Visit, case: Case, form: reply_form.ReplyForm) -> str:
    """Return the kinds of personal data that a form says its words show to everybody; never the data."""
    return " ".join(one.kind for one in in_public(visit.desk, case, form.words) if not form.privately)


def keep(visit: Visit) -> Then:
    """Store the words and choices while they are typed; add the inputs that they need."""
    said = as_typed(visit.click.values)
    case_id, form = form_of(visit, said)
    newest = reply_form.keep(visit.desk, case_id, form, by=visit.click.user, at=visit.at)
    return _asked_anew(visit, case_id, form, said) if newest else None


def _asked_anew(visit: Visit, case_id: int, form: reply_form.ReplyForm, said: FormValues) -> Then:
    """Redraw the form if its words now need other inputs, or contain more invisible characters."""
    spoken = reply_form.spoken_in(visit.desk, form, visit.at)
    about = ids.unpack(visit.click.metadata)
    asks = (promise_block(spoken) if spoken else "", " ".join(reply_form.needed(visit.desk, form)))
    case, by = visit.desk.store.case(case_id), visit.click.user
    cut = sent_form.offered_cut(visit.desk, case, form)
    style = reply_form.style_remarked(visit.desk, case, form, visit.at)
    says = (*asks, taken_out(form.words), _personal(visit, case, form), cut.mark if cut else "", style)
    drawn_for = (said.promise_block, str(about.get("needed", "")), int(about.get("unseen", 0)))
    if says == (*drawn_for, *(str(about.get(one, "")) for one in ("personal", "cut", "style"))):
        return None
    form = reply_form.noted(visit.desk, case, form, by=by, now=visit.at)
    drawn = draw_form(visit, case_id, form, said.words_block)
    return lambda: redraw_newest(visit, case_id, form, drawn)


def redraw_newest(visit: Visit, case_id: int, form: reply_form.ReplyForm, drawn: View) -> str:
    """Redraw the form after a press, and return its new hash, or "" where a newer press of theirs is stored.

    Slack refuses the hash of a press that was made before the redraw for an earlier one had arrived. Then the newest
    press draws over it.
    """
    for stands in (visit.click.view_hash, ""):
        if not reply_form.still_stored(visit.desk, case_id, form, by=visit.click.user):
            return ""
        with suppress(Overtaken):
            return replace(visit, click=replace(visit.click, view_hash=stands)).redraw(drawn)
    return ""


def closed(visit: Visit) -> Then:
    """Store the inputs of a closed form; a form that reports none changes nothing."""
    said = as_typed(visit.click.values)
    if said.words_block and said.words:
        case_id, form = form_of(visit, said)
        reply_form.keep_closed(visit.desk, case_id, form, by=visit.click.user, at=visit.at)
    return None


def fill(visit: Visit) -> Then:
    """Fill prepared words while a fact is typed; edited words are filled when the form is sent."""
    said = as_typed(visit.click.values)
    case_id, form = form_of(visit, said)
    if not form.prepared:
        return keep(visit)
    return _filled_anew(visit, case_id, form)


def choose(visit: Visit) -> Then:
    """Redraw the form with the chosen template and the facts given so far."""
    said = as_typed(visit.click.values)
    case_id, form = form_of(visit, said)
    return _filled_anew(visit, case_id, replace(form, template=said.template))


def _filled_anew(visit: Visit, case_id: int, form: reply_form.ReplyForm) -> Then:
    """Redraw the form with the words of its template and facts, unless a newer press is stored."""
    desk, by = visit.desk, visit.click.user
    form = reply_form.filled(desk, desk.store.case(case_id), form, by=by, at=visit.at)
    form = replace(form, block=forms.words_block(form.words))
    if not reply_form.keep(desk, case_id, form, by=by, at=visit.at):
        return None
    drawn = draw_form(visit, case_id, form)
    return lambda: redraw_newest(visit, case_id, form, drawn)


def begin_from(visit: Visit) -> Then:
    """Redraw the form with the words of the past reply whose button was pressed."""
    said = as_typed(visit.click.values)
    case_id, form = form_of(visit, said)
    case, by, draft = visit.desk.store.case(case_id), visit.click.user, visit.about(ids.DRAFT).row
    start = past_replies.past_start(visit.desk, case, draft, visit.at)
    words = past_reply_start(visit.desk, start.draft, start.words)
    form = begin_with(visit.desk, case, form, words, by=by, at=visit.at)
    drawn = draw_form(visit, case_id, replace(form, past=draft))
    return lambda: redraw_newest(visit, case_id, form, drawn)


def suggest(visit: Visit) -> Then:
    """Ask the machine for a start."""
    from handlers import suggestions  # noqa: PLC0415 - most desks ask no machine

    return suggestions.ask_machine(visit)


def begin_from_suggestion(visit: Visit) -> Then:
    """Redraw the form with the machine's words."""
    from handlers import suggestions  # noqa: PLC0415 - most desks ask no machine

    return suggestions.begin(visit)


def submit(visit: Visit) -> Then | Answer:
    """Submit the words, or send them solo; a new promise in them must be confirmed first."""
    said = as_typed(visit.click.values)
    case_id, form = form_of(visit, said)
    about = ids.unpack(visit.click.metadata)
    shown = {"seen": str(about.get("seen", "")), "cut": str(about.get("cut", ""))}
    asks = sent_form.put_up(visit.desk, case_id, form, said.answer, **shown, by=visit.click.user, at=visit.at)
    return {"response_action": "update", "view": draw_form(visit, case_id, asks)} if asks else None


def form_of(visit: Visit, said: FormValues) -> tuple[int, reply_form.ReplyForm]:
    """Return the case and the content of the form in which this was pressed."""
    about = ids.unpack(visit.click.metadata)
    form = reply_form.ReplyForm(
        words=said.words,
        template=said.template or str(about.get("template", "")),
        facts=said.facts,
        began=reply_form.Stand(int(about.get("began", 0)), int(about.get("began_version", 0))),
        shown=reply_form.Stand(int(about.get("draft", 0)), int(about.get("replaces", 0))),
        lane=said.lane,
        in_parts=said.in_parts,
        past=int(about.get("past", 0)),
        why=said.why,
        press=reply_form.Press(visit.click.pressed, int(about.get("opened", 0))),
        block=said.words_block,
        privately=bool(about.get("privately")),
        also=() if about.get("privately") else said.also,
        prepared=bool(about.get("prepared")) and said.words_block == forms.words_block(said.words),
    )
    return int(about["case"]), form

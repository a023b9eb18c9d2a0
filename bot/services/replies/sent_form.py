"""Handles a sent reply form: its words are stored, filled in, checked, then submitted or sent solo."""

from dataclasses import replace
from datetime import datetime

from bot.domain.base.refusals import NotUsable
from bot.domain.cases.case import Case
from bot.domain.promises.spoken_promise import PromiseAnswer, Spoken
from bot.domain.replies.parts import CutText
from bot.domain.replies.solo import Lane
from bot.ports import Desk
from bot.services.replies import joint_drafts, review, solo
from bot.services.replies.in_parts import cut_offer
from bot.services.replies.reply_form import (
    ReplyForm,
    keep,
    refuse_gaps,
    spoken_in,
    template_text,
    with_template_facts,
)
from bot.services.replies.starting_texts import kept_starts


def put_up(
    desk: Desk,
    case_id: int,
    form: ReplyForm,
    answer: PromiseAnswer,
    *,
    seen: str,
    cut: str = "",
    by: str,
    at: datetime,
) -> ReplyForm | None:
    """Submit the words, or send them solo; return the form if their writer must see it once more first.

    That is so while a promise in the words is not confirmed, and where they are cut otherwise than the form showed.
    `seen` is the mark of the conversation in the form, `cut` that of the parts. Refused words stay stored for their
    writer. Raises NotUsable naming the field, Outdated if the draft or the conversation changed.
    """
    keep(desk, case_id, form, by=by, at=at)  # stored before any refusal
    case = desk.store.case(case_id)
    form = with_template_facts(desk, case, form, by=by, at=at)
    refuse_gaps(desk, form)
    offer = offered_cut(desk, case, form)
    if offer is not None and offer.mark != cut:
        return form
    _refuse_parts_elsewhere(form, offer)
    private = form.privately or None
    review.words_to_send(desk, case, form.words, at, private=private, in_parts=form.in_parts, offered=True)
    spoken = spoken_in(desk, form, at)
    if answer.is_missing(spoken):
        return form
    base = template_text(desk, case, form.template, form.facts, words=form.words, by=by)
    words = replace(_words(form, base, answer.kept(spoken)), starts=kept_starts(desk, case_id, form.words, by=by))
    if form.also and form.lane == Lane.USUAL:
        joint_drafts.submit_together(desk, case_id, words, form.also, by=by, at=at)
    elif form.also:
        raise NotUsable("Words for several customers need a second person. Send these to one customer only.", "also")
    elif form.lane == Lane.USUAL:
        review.submit(desk, case_id, words, by=by, at=at)
    else:
        solo.let_out(desk, case_id, words, Lane(form.lane), why=form.why, seen=seen, by=by, at=at)
    return None


def offered_cut(desk: Desk, case: Case, form: ReplyForm) -> CutText | None:
    """Return the parts in which the words of a form can go out, if they are too long for one post."""
    return None if form.privately else cut_offer(desk, case, review.as_it_goes_out(form.words))


def _refuse_parts_elsewhere(form: ReplyForm, offer: CutText | None) -> None:
    if offer is None or not form.in_parts:
        return
    if form.also:
        raise NotUsable("Words in parts go to one customer. Take the others out, or shorten the words.", "also")
    if form.lane != Lane.USUAL:
        raise NotUsable(
            "Words in parts need a second person. Choose “Leave it for approval”, or shorten them.", "lane"
        )


def _words(form: ReplyForm, base: str, spoken: Spoken | None) -> review.Words:
    return review.Words(
        text=form.words,
        template=form.template,
        template_text=base,
        facts=form.facts,
        replaces=form.shown.version,
        newest=form.shown.draft,
        spoken=spoken,
        privately=form.privately,
        in_parts=form.in_parts,
    )

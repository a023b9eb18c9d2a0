"""Corrects a public reply, or takes it back, by a new draft that is approved like any other."""

from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.base.replaced import replace
from bot.domain.base.tables import DraftState
from bot.domain.base.text import sha256_of
from bot.domain.cases.case import Case
from bot.domain.promises.spoken_promise import PromiseAnswer, Spoken
from bot.domain.replies import draft_events
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.replies.in_place import change_terms, newest_id
from bot.services.replies.reply_form import ReplyForm, spoken_in
from bot.services.replies.review import as_it_goes_out, in_one, share_now, submission, words_to_send
from bot.services.replies.starting_texts import machines_read
from bot.services.replies.taking_back import why_kept


def put_up(
    desk: Desk,
    reply: int,
    text: str,
    answer: PromiseAnswer,
    *,
    take_back: bool,
    in_place: bool = False,
    by: str,
    at: datetime,
) -> Spoken | None:
    """Submit the correction in a form; return a promise in it that must be confirmed first, or None.

    `reply` is the row of the draft that it corrects. Raises as `correct` does.
    """
    spoken = None if take_back else spoken_in(desk, ReplyForm(words=text), at)
    if answer.is_missing(spoken):
        return spoken
    case, kept = desk.store.case_at_draft(reply), answer.kept(spoken)
    correct(desk, case.id, text, take_back=take_back, in_place=in_place, reply=reply, spoken=kept, by=by, at=at)
    return None


def as_it_stands(desk: Desk, case: Case) -> Case:
    """Return a case with the newest words of its sent reply, which may have been changed where they stand since."""
    draft = case.draft
    if draft is None or draft.state != DraftState.SENT or draft.kind == DraftKind.TAKE_BACK or not draft.last_post:
        return case
    newest = desk.store.reply_posted(case.id, newest_id(desk, case.network, draft.last_post))
    return replace(case, draft=newest) if newest else case


def correct(
    desk: Desk,
    case_id: int,
    text: str,
    *,
    take_back: bool,
    in_place: bool = False,
    by: str,
    at: datetime,
    reply: int = 0,
    spoken: Spoken | None = None,
) -> Case:
    """Submit a correction of a sent reply, or a request to take it back.

    A reply in parts is taken back part by part, the last one first; a correction goes under its last part.
    `reply` is the row of its draft, 0 for the newest. `spoken` is the moment promised in the new words, as confirmed
    by the writer; taking back ends the promise of the old words. `in_place`: the reply itself gets the new words.
    Raises Outdated if there is nothing to correct, NotUsable where the reply cannot be changed there.
    """
    case = desk.store.case(case_id)
    sent = as_it_stands(desk, desk.store.case_at_draft(reply) if reply else case).draft
    if sent is None or sent.state != DraftState.SENT or sent.kind == DraftKind.TAKE_BACK or not sent.last_post:
        raise Outdated("There is no sent reply to correct on this case.")
    if sent.kind == DraftKind.PRIVATE:
        raise Outdated(f"{network_label(case.network)} takes one private answer to a post, so it stays as it is.")
    public = _still_public(desk, case, sent)
    if not public:
        raise Outdated("This reply was taken back already, so there is nothing to correct.")
    if as_it_goes_out(text) == sent.at_hand and not take_back and not sent.dropped:
        raise NotUsable("These words are public already. Change what is wrong, or take the reply back.", "words")
    private = desk.store.mention(sent.target_mention).private
    if take_back and (kept := why_kept(desk, sent)) and not kept.by_hand:
        raise NotUsable(kept.why, "words")
    new = _words_of(desk, case, sent, public) if take_back else words_to_send(desk, case, text, at, private=private)
    terms, why = change_terms(desk, sent, at) if in_place else (None, "")
    if in_place and terms is None:
        raise NotUsable(f"{why} Choose a second reply instead.".lstrip(), "words")
    corrects_by = DraftKind.IN_PLACE if in_place else DraftKind.CORRECTION
    kind = DraftKind.TAKE_BACK if take_back else corrects_by

    def put_up(fresh: Case) -> Case:
        words = draft_events.Wording(
            text=new,
            digest=sha256_of(new),
            target=sent.target,
            mention=sent.target_mention,
            seen=fresh.latest,
            spoken=sent.spoken if take_back else spoken,
            share=share_now(desk, fresh, None, new, by),
            starts=machines_read(desk, fresh, new, by=by, beside=sent),
        )
        also = public[1:] if take_back else ()
        event = draft_events.Started(by=by, at=at, words=words, kind=kind, corrects=public[0], also=also)
        started = desk.store.record(fresh, event)
        return desk.store.record(started, submission(desk, started, at, by))

    return in_one(desk, case_id, put_up, text=new, by=by)


def _words_of(desk: Desk, case: Case, sent: Draft, public: tuple[str, ...]) -> str:
    """Return the words of the posts of a reply that stand, in reading order: all versions may have made some."""
    known = (desk.store.mention_of(case.network, one) for one in reversed(public) if sent.posts)
    return "\n\n".join(found[0].text for found in known if found) or sent.text


def _still_public(desk: Desk, case: Case, sent: Draft) -> tuple[str, ...]:
    """Return the posts of a sent reply that were not taken back, the last one first."""
    made = reversed(sent.posts or (sent.last_post,))
    known = [newest_id(desk, case.network, one) for one in made]
    return tuple(one for one in known if not desk.store.taken_back(case.id, one))

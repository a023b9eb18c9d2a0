"""Says in public that a complaint is solved which went on in private: a draft of its own, approved like any other."""

from datetime import datetime

from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState
from bot.domain.base.text import sha256_of
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.moved_to_private import public_post, went_private
from bot.domain.replies import draft_events
from bot.domain.replies.draft import DraftKind
from bot.ports import Desk
from bot.services.replies.reply_form import first_about, template_text
from bot.services.replies.review import in_one, share_now, submission, words_to_send
from bot.services.replies.starting_texts import machines_read

CLOSING_TOPICS = ("solved_in_private",)  # of templates


def closing_words(desk: Desk, case_id: int, *, by: str) -> tuple[Mention, str]:
    """Return the public post under which a closing line goes, and its prepared words ("" without a template).

    Raises Outdated where the case is not solved, did not go on in private, or has no such post or a draft already.
    """
    case = desk.store.case(case_id)
    post = _target(desk, case)
    name = first_about(desk, case, CLOSING_TOPICS)
    return post, template_text(desk, case, name, {}, by=by).strip()


def put_up_closing(desk: Desk, case_id: int, text: str, *, by: str, at: datetime) -> Case:
    """Submit a closing line for approval; raise NotUsable naming the field, or Outdated."""
    words = words_to_send(desk, desk.store.case(case_id), text, at, private=False)

    def put_up(case: Case) -> Case:
        post = _target(desk, case)
        worded = draft_events.Wording(
            text=words,
            digest=sha256_of(words),
            target=post.ref,
            mention=post.id,
            seen=case.latest,
            share=share_now(desk, case, None, words, by),
            starts=machines_read(desk, case, words, by=by),
        )
        started = desk.store.record(case, draft_events.Started(by=by, at=at, words=worded, kind=DraftKind.CLOSING))
        return desk.store.record(started, submission(desk, started, at, by))

    return in_one(desk, case_id, put_up, text=words, by=by)


def _target(desk: Desk, case: Case) -> Mention:
    mentions = desk.store.mentions(case.id)
    if case.state != CaseState.SOLVED or case.private or went_private(mentions) is None:
        raise Outdated(f"Case {case.id} is no public case that was solved in private, so nothing is said there.")
    if case.draft is not None and case.draft.live:
        raise Outdated(f"Case {case.id} has a draft already. The card shows it.")
    post = public_post(mentions)
    if post is None:
        raise Outdated("There is no public post of the customer any more under which it could be said.")
    return post

"""Begins a warning: one draft for each customer whom an impostor of our support wrote to, all in one review."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.cases.case import Case
from bot.domain.replies.draft import DraftKind
from bot.domain.replies.joint_draft import AT_ONCE, TOGETHER
from bot.ports import Desk
from bot.services.cases.view import wrote_to
from bot.services.replies import joint_drafts, review
from bot.services.replies.reply_form import first_about, template_text

WARNING_TOPICS = ("impostor",)  # of templates
_NO_TEMPLATE = "There is no template with the topic “impostor”. Please add one; its words are what customers get."


def warn(desk: Desk, case_id: int, *, by: str, at: datetime) -> int:
    """Submit a warning to each customer whom this impostor wrote to; return the row of the message that asks for all.

    The words are those of a template, and an approver decides about each text. Raises Outdated where nobody is left
    to warn, and NotUsable where no template is there or a text cannot be sent.
    """
    found = [one for one in wrote_to(desk, desk.store.case(case_id)) if one.can_be_warned]
    if not found:
        raise Outdated("There is nobody left to warn here: the card says what became of each warning.")
    cases = desk.store.cases([one.case_id for one in found[:AT_ONCE]])
    texts = _texts(desk, cases, by=by, at=at)
    for case, words in texts:
        review.weigh(desk, case, words.text, by)
    with desk.store.transaction():
        drafts, to = list[int](), ""
        for case, words in texts:
            put_up = review.submit(desk, case.id, words, by=by, at=at, told=False, to=to, kind=DraftKind.WARNING)
            if put_up.draft:
                drafts.append(put_up.draft.id)
                to = to or put_up.draft.asked
        first = texts[0][0]
        return desk.store.add_joint_draft(first.id, drafts, channel=first.channel, by=by, at=at, asked=to)


def _texts(desk: Desk, cases: Sequence[Case], *, by: str, at: datetime) -> list[tuple[Case, review.Words]]:
    """Return each customer's words, as many as one message can show."""
    found, said = list[tuple[Case, review.Words]](), list[str]()
    for case in cases:
        template = first_about(desk, case, WARNING_TOPICS)
        if not template:
            raise NotUsable(_NO_TEMPLATE)
        text = joint_drafts.unlike(review.as_it_goes_out(template_text(desk, case, template, {}, by=by)), case, said)
        if found and sum(map(len, said)) + len(text) > TOGETHER:
            break
        review.words_to_send(desk, case, text, at)
        said.append(text)
        found.append((case, review.Words(text=text, template=template, template_text=text)))
    return found

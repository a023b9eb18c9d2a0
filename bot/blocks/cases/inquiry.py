"""A question to another team: the messages in their channel, and the answer in the thread of the case."""

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase, as_line, joined
from bot.blocks.base.wording import full_name, teammate
from bot.blocks.reminders.reminder_answers import open_button
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.base.tables import GOING_ON
from bot.domain.cases.inquiry import Inquiry, InquiryState
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.ports.chat import Message


def inquiry(view: CaseView, its: Inquiry, secret: bytes, link: str = "") -> Message:
    """Draw the question for the other team; once it is settled, without buttons."""
    asks: Phrase = [Bold(_capital(teammate(view, its.asked_by))), f" asks {its.team} about {_case(view)}:"]
    post = _post(view, its)
    wrote: Phrase = [f"{full_name(view.case)} wrote at ", post.posted_at, ":"] if post else []
    blocks = [
        parts.rich(parts.line(asks, view.now), parts.quote(its.text)),
        *([parts.rich(parts.line(wrote, view.now), parts.post(post.text, limits.BRIEFLY))] if post else []),
        parts.rich(parts.line(_status(view, its), view.now), *([parts.quote(its.answer)] if its.answer else [])),
        *parts.actions([*_buttons(view, its, secret), open_button(view, link)]),
    ]
    said = [asks, [aloud(its.text)], wrote, [aloud(post.text)] if post else [], _status(view, its)]
    line = joined([*said, [aloud(its.answer)] if its.answer else []], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def late(view: CaseView, its: Inquiry, secret: bytes, link: str = "") -> Message:
    """Draw the message that the team has not answered in time; once the question is settled, without buttons."""
    asked: Phrase = [f"{its.team} was asked about {_case(view)} at ", its.asked_at]
    hoped: Phrase = [", and an answer was hoped for by ", its.due_at, "."]
    line = joined([[*asked, *hoped], _status(view, its) if _is_settled(view, its) else []], " ")
    question = [] if _is_settled(view, its) else [parts.quote(its.text)]
    blocks = [
        parts.rich(parts.line(line, view.now), *question),
        *parts.actions([*_buttons(view, its, secret), open_button(view, link)]),
    ]
    text = joined([line, [aloud(its.text)] if question else []], " ")
    return limits.fit(Message(text=as_line(text, view.now), kept_to=view.kept_to, blocks=blocks))


def answer(view: CaseView, its: Inquiry) -> Message:
    """Draw the other team's answer, for the thread of the case."""
    who = _capital(teammate(view, its.ended_by))
    at: Phrase = [its.ended_at] if its.ended_at else []
    said: Phrase = [Bold(f"{who}, {its.team},"), " answered at ", *at, ":"]
    asked: Phrase = [f"{_capital(teammate(view, its.asked_by))} had asked: {aloud(its.text)}"]
    blocks = [
        parts.rich(parts.line(said, view.now), parts.quote(its.answer)),
        parts.small(as_line(asked, view.now)),
    ]
    line = joined([[f"Case {view.case.id}:"], said, [aloud(its.answer)], asked], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def awaited(view: CaseView) -> list[Phrase]:
    """Return a line for each question that waits for its answer: who was asked, and until when."""
    return [_awaited(view, one) for one in view.inquiries if one.state == InquiryState.OPEN]


def _awaited(view: CaseView, its: Inquiry) -> Phrase:
    asked: Phrase = [f"waits for {its.team}, asked by {teammate(view, its.asked_by)} at ", its.asked_at]
    if view.now <= its.due_at:
        return [*asked, ", answer hoped for by ", its.due_at]
    return [*asked, ", late since ", its.due_at]


def _status(view: CaseView, its: Inquiry) -> Phrase:
    if its.ended_at is not None:
        who = _capital(teammate(view, its.ended_by))
        answered = its.state == InquiryState.ANSWERED
        did = "answered" if answered else "said that no answer is needed any more"
        return [f"{who} {did} at ", its.ended_at, ":" if answered else "."]
    if view.case.state not in GOING_ON:
        return [f"Case {view.case.id} has ended, so no answer is needed now."]
    where = "What you answer goes into the thread of the case, and not to the customer."
    return ["An answer is hoped for by ", its.due_at, f". {where}"]


def _is_settled(view: CaseView, its: Inquiry) -> bool:
    return its.state != InquiryState.OPEN or view.case.state not in GOING_ON


def _buttons(view: CaseView, its: Inquiry, secret: bytes) -> list[Block | None]:
    if _is_settled(view, its):
        return []
    value = ids.button_value(ids.INQUIRY, its.id, 0, secret)
    about = f"question about case {view.case.id}"
    return [
        parts.button("Answer", ids.INQUIRY_ANSWER, value, f"Answer, {about}", style="primary"),
        parts.button("Not needed any more", ids.INQUIRY_WITHDRAW, value, f"Not needed any more, {about}"),
    ]


def _post(view: CaseView, its: Inquiry) -> Mention | None:
    """Return the customer's post that was the newest when the team was asked, unless it was deleted."""
    found = next((one for one in view.mentions if one.id == its.mention), None)
    return found if found is not None and found.deleted_at is None else None


def _case(view: CaseView) -> str:
    return f"case {view.case.id}, {full_name(view.case)}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

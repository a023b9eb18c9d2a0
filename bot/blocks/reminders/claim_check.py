"""The question to the assignee of a case without progress, and the answer to it."""

from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, as_line, joined, sentence
from bot.blocks.base.wording import teammate, who_waits
from bot.blocks.mentions.post_facts import newest
from bot.blocks.promises.due_lines import due_line
from bot.blocks.reminders.reminder_answers import open_button
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.cases.view import CaseView
from bot.domain.reminders.claim_checks import ClaimCheck
from bot.ports.chat import Message


def claim_question(
    view: CaseView, its: ClaimCheck, secret: bytes, link: str = "", again: datetime | None = None
) -> Message:
    """Draw the question as a direct message; once it is answered or over, without buttons.

    `again`: after an answer, when the question is asked again if nothing was written until then.
    """
    case = view.case
    what = f"case {case.id}, {who_waits(case)}"
    writing = case.draft is not None and case.draft.live
    row: list[Block | None] = []
    post = None
    if its.released_at is not None:
        said: Phrase = [
            f"You did not say whether you are still on {what}, so it went back to the team at ",
            its.released_at,
            ".",
        ]
    elif case.assignee != its.who or writing:
        said = [f"You were asked about {what}. You need not do anything any more."]
    elif its.answered_at is not None:
        said = [f"You are still on {what}: you said so at ", its.answered_at, "."]
        if again:
            said = [*said, " While no reply is being written, you are asked again at ", again, "."]
        row = [_hand_back(view, its, secret)]
    else:
        said = [f"Are you still on {what}? You have held it since ", its.since, ", and no reply is being written."]
        row = [_button(view, its, "Still on it", ids.CHECK_STILL, secret), _hand_back(view, its, secret)]
        post = newest(view)
    line = joined([said, sentence(due_line(view))], " ")
    quote = [parts.post(post.text)] if post else []
    blocks = [parts.rich(parts.line(line, view.now), *quote), *parts.actions([*row, open_button(view, link)])]
    text = joined([line, [aloud(post.text)] if post else []], " ")
    return limits.fit(Message(text=as_line(text, view.now), kept_to=view.kept_to, blocks=blocks))


def released(view: CaseView, its: ClaimCheck) -> Message:
    """Draw the message in the thread that a claim ended because its question was not answered."""
    who = teammate(view, its.who)
    line: Phrase = [
        f"{who} was asked at ",
        its.asked_at,
        f" whether they are still on case {view.case.id}, and no answer came",
    ]
    line = joined([[*line, "; it is back with the team."], sentence(due_line(view))], " ")
    return limits.fit(
        Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=[parts.rich(parts.line(line, view.now))])
    )


def _hand_back(view: CaseView, its: ClaimCheck, secret: bytes) -> Block:
    return _button(view, its, "Hand back", ids.CHECK_HAND_BACK, secret)


def _button(view: CaseView, its: ClaimCheck, words: str, action_id: str, secret: bytes) -> Block:
    value = ids.button_value(ids.CHECK, its.id, 0, secret)
    return parts.button(words, action_id, value, f"{words}, case {view.case.id}, {who_waits(view.case)}")

"""The messages inside a case's thread, and the direct message that asks an approver."""

from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.ids import DRAFT_OPEN
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Phrase, as_line, joined, mrkdwn, sentence
from bot.blocks.base.wording import (
    LOCK,
    draft_noun,
    full_name,
    known_as,
    stars,
    teammate,
    who_waits,
    writers,
    writers_but,
)
from bot.blocks.cases.buttons import (
    another_matter_button,
    correct_button,
    draft_buttons,
    not_me_button,
    pressable_unread,
    translate_button,
    withdraw_button,
)
from bot.blocks.mentions import post_facts
from bot.blocks.promises.due_lines import due_line
from bot.blocks.reminders.reminder import reminder
from bot.blocks.reminders.reminder_answers import open_button
from bot.blocks.replies import draft_text
from bot.domain.base.tables import DraftState
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.replies.draft import Draft
from bot.domain.slack.readers import OURS, OUTSIDE
from bot.ports.chat import Message

__all__ = [
    "about_desk",
    "approval_request",
    "back",
    "draft",
    "draft_for_asker",
    "emptied",
    "follow_up",
    "moved_on",
    "notice",
    "reminder",
]


def follow_up(view: CaseView, mention: Mention, secret: bytes) -> Message:
    """Draw a further post of the author; for a private one on a public case, with the reason why it is here."""
    now = view.now
    changed = post_facts.before_change(mention)
    wrote = f" {LOCK} wrote privately at " if view.went_private and mention.private else " added at "
    said: Phrase = [Bold(full_name(view.case)), " changed it at " if changed else wrote, mention.posted_at]
    extra = [*post_facts.beside(mention), *_why_here(view, mention)]
    blocks = [parts.rich(parts.line(said, now), *post_facts.quotes(view, mention))]
    if extra:
        blocks.append(parts.context(joined(extra), now))
    if told := post_facts.in_plain_text(mention):
        blocks.append(parts.small(told))
    blocks += parts.actions([another_matter_button(view, mention, secret)])
    here = joined(_why_here(view, mention))
    why = sentence(here) if here else []
    given = f" with {stars(mention.stars)}: " if mention.stars else ": "
    words: Phrase = [f"Case {view.case.id}: ", *said, given, post_facts.quoted_aloud(view, mention)]
    line = joined([words, [changed] if changed else [], why], " ")
    return limits.fit(Message(text=as_line(line, now), blocks=blocks, kept_to=view.kept_to))


def _why_here(view: CaseView, mention: Mention) -> list[Phrase]:
    """Return why a private message is on a public case, and which other cases it could belong to."""
    if view.went_private is None or not mention.private:
        return []
    also = f"case {view.also_asked[0]} asked, too" if view.also_asked else ""
    return [["our reply asked for a private message"], *([[also]] if also else [])]


def moved_on(case_id: int, now_on: int) -> Message:
    """Draw the message that replaces a post which has moved to another case."""
    return notice(f"This post was on case {case_id}. It is on case {now_on} now.")


def draft(view: CaseView, secret: bytes) -> Message:
    """Draw the draft of the case: with buttons while it is in review, later with its outcome."""
    live = view.case.draft
    if live is None:
        return notice(f"Case {view.case.id} has no draft now.")
    row = [*draft_buttons(view, secret), withdraw_button(view, secret), correct_button(view, secret)]
    blocks = [*_with_outcome(view, live), *parts.actions(row)]
    whom = f"{who_waits(view.case)}{draft_text.in_private(view)}"
    head = [f"Case {view.case.id}: {writers(view, live)}'s {draft_noun(live)} for {whom}."]
    became = draft_text.outcome(view, live) or ["Waiting for approval."]
    line = joined(
        [head, sentence(due_line(view)) if live.live else [], became, draft_text.both_aloud(view, live)], " "
    )
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def approval_request(view: CaseView, secret: bytes, recipient: str = "", link: str = "") -> Message:
    """Draw the direct message that asks an approver to decide; it has all that is needed to decide on a phone.

    `recipient`: the approver; once somebody else is asked, the message says so and has no buttons. When they
    may not read the case in a direct message, `link` leads to the thread, where they can decide.
    """
    live = view.case.draft
    if live is None:
        return notice(f"Case {view.case.id} has no draft now. You need not do anything.")
    yours = live.state == DraftState.IN_REVIEW and recipient in {"", live.asked}
    request = _request(view, live, recipient, yours=yours)
    post = draft_text.answered_post(view, live)
    blocks = [
        parts.rich(parts.line(request, view.now), *(post_facts.quotes(view, post) if post else [])),
        *(draft_text.draft_for_decision(view, live) if yours else _with_outcome(view, live)),
        *parts.actions([*(_decisions(view, secret) if yours else []), open_button(view, link)]),
    ]
    became = [] if yours else draft_text.outcome(view, live)
    line = joined([request, became, draft_text.both_aloud(view, live)], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def draft_for_asker(view: CaseView, secret: bytes, *, decides: bool) -> Message:
    """Draw the draft for somebody who asked to see it; `decides`: with the buttons to decide."""
    live = view.case.draft
    if live is None:
        return notice(f"Case {view.case.id} has no draft now. You need not do anything.")
    offered = draft_buttons(view, secret) if decides else []
    row = [one for one in offered if one and one.get("action_id") != DRAFT_OPEN]
    row += [one for one in [translate_button(view, secret)] if one]
    head = joined([[f"Case {view.case.id}, {full_name(view.case)}."], sentence(due_line(view))], " ")
    post = draft_text.answered_post(view, live)
    blocks = [
        parts.rich(parts.line(head, view.now), *(post_facts.quotes(view, post) if post else [])),
        *_with_outcome(view, live),
        *parts.actions(row),
    ]
    line = joined([head, draft_text.outcome(view, live), draft_text.both_aloud(view, live)], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def _decisions(view: CaseView, secret: bytes) -> list[Block | None]:
    buttons = pressable_unread(view, draft_buttons(view, secret))
    return [*buttons, not_me_button(view, secret), translate_button(view, secret)]


def back(view: CaseView, secret: bytes, link: str = "") -> Message:
    """Draw the direct message to the writer whose draft came back; it is redrawn when the draft changes.

    When they may not read the case in a direct message, `link` leads to the thread.
    """
    live = view.case.draft
    if live is None:
        return notice(f"Case {view.case.id} has no draft now. You need not do anything.")
    came_back = live.state == DraftState.WRITING and bool(live.note)
    said = f"{draft_text.yours(view, live)}{_known_as(view)}, case {view.case.id}."
    head: Phrase = joined([[said], sentence(due_line(view)) if live.live else []], " ")
    row = [*(pressable_unread(view, draft_buttons(view, secret)) if came_back else []), open_button(view, link)]
    blocks = [parts.rich(parts.line(head, view.now)), *_with_outcome(view, live), *parts.actions(row)]
    line = joined([head, draft_text.outcome(view, live), draft_text.both_aloud(view, live)], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def about_desk(said: Phrase, now: datetime, *buttons: Block) -> Message:
    """Draw a sentence about the desk itself, with the buttons for it; nothing in it is parsed."""
    blocks = [parts.section(mrkdwn(said, now)), *parts.actions(buttons)]
    return limits.fit(Message(text=as_line(said, now), blocks=blocks, kept_to=OURS))


def notice(words: str, *buttons: Block) -> Message:
    """Draw a sentence of our own mrkdwn, as earlier versions stored notices, with the buttons for it."""
    blocks = [parts.section(words), *parts.actions(buttons)]
    return limits.fit(Message(text=parts.own(words, limits.FALLBACK), blocks=blocks, kept_to=OURS))


def emptied(case_id: int) -> Message:
    """Draw the replacement of a message in a channel that is shared with another company."""
    where = f" “/care case {case_id}” shows the case to you alone." if case_id else ""
    words = f"This channel is shared with another company, so nothing is shown here.{where}"
    blocks = [parts.section(words)]
    return limits.fit(Message(text=parts.own(words, limits.FALLBACK), blocks=blocks, kept_to=OUTSIDE))


def _with_outcome(view: CaseView, live: Draft) -> list[Block]:
    became = draft_text.outcome(view, live)
    return [
        *draft_text.draft_for_decision(view, live),
        *([parts.rich(parts.line(became, view.now))] if became else []),
    ]


def _request(view: CaseView, live: Draft, recipient: str, *, yours: bool) -> Phrase:
    what = f"{draft_text.subject(view, live)}{_known_as(view)}, case {view.case.id}."
    if yours:
        again = "look again at" if live.stale else "approve"
        return joined([[f"{writers(view, live)} asks you to {again} {what}"], sentence(due_line(view))], " ")
    now_with = (
        f" {teammate(view, live.asked)} is asked now, so you need not do anything."
        if live.state == DraftState.IN_REVIEW and live.asked
        else ""
    )
    return [f"{writers_but(view, live, recipient)} asked you to approve {what}{now_with}"]


def _known_as(view: CaseView) -> str:
    known = known_as(view, who_waits(view.case))
    return f" ({known})" if known else ""

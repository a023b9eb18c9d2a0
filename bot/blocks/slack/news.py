"""A direct message to one person about an event on a case, and what it asks them to do."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, as_line, joined, sentence
from bot.blocks.base.wording import UNUSUAL, full_name, network, stars, teammate, who_waits
from bot.blocks.cases.buttons import draft_buttons, pressable_unread, reply_button
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import before_change, quoted_aloud, quotes
from bot.blocks.promises.due_lines import due_line
from bot.blocks.reminders.reminder_answers import open_button
from bot.blocks.replies import draft_text
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import NEEDS_A_PERSON, CaseVerb, DraftVerb, FactVerb
from bot.domain.cases.case import Priority
from bot.domain.cases.inquiry import Inquiry
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.reminders.recipients import next_to_act
from bot.ports.chat import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event, as the audit trail has it, and the person who gets the message."""

    verb: str
    by: str
    at: datetime
    person: str = ""  # the new assignee
    priority: str = ""
    post: Mention | None = None  # the post of the event
    inquiry: Inquiry | None = None  # the question to another team
    other: int = 0  # the case that was merged into this one
    changes: str = ""  # differences in the words, when somebody edited them
    to: str  # the reader
    over: bool = False  # a newer message of this kind exists: this one has no buttons


def news(view: CaseView, its: News, secret: bytes, link: str = "") -> Message:
    """Draw the event; in the newest message also the case's status and the reader's buttons."""
    said = _SAID[its.verb](view, its)
    now = [] if its.over else joined([sentence(one) for one in status_phrases(view)], " ")
    quote = _quotes(view, its, its.post) if its.post and not view.hidden else _answer(view, its)
    blocks = [
        parts.rich(parts.line(said, view.now), *quote),
        *([parts.small(f"Changed: {its.changes}")] if its.changes and not view.hidden else []),
        *_draft(view, its),
        *([parts.rich(parts.line(now, view.now))] if now else []),
        *parts.actions([*_buttons(view, its, secret), open_button(view, link)]),
    ]
    words: Phrase = [_aloud(view, its, its.post)] if its.post and not view.hidden else []
    if its.inquiry and _answer(view, its):
        words = [aloud(its.inquiry.answer)]
    changed: Phrase = [f"Changed: {its.changes}."] if its.changes and not view.hidden else []
    draft = view.case.draft
    anew: Phrase = [aloud(draft.rest)] if draft and _draft(view, its) else []
    line = joined([said, words, changed, anew, now], " ")
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def _quotes(view: CaseView, its: News, post: Mention) -> list[Block]:
    """Return the words of the post with those of its burst; of a changed post alone."""
    if its.verb == FactVerb.POST_EDITED:
        return [parts.post(post.text, limits.ADDED)]
    return quotes(view, post, limits.ADDED)


def _aloud(view: CaseView, its: News, post: Mention) -> str:
    return aloud(post.text) if its.verb == FactVerb.POST_EDITED else quoted_aloud(view, post)


def _answer(view: CaseView, its: News) -> list[Block]:
    """Return what another team answered, unless it is about private messages that the reader may not know."""
    return [parts.quote(its.inquiry.answer)] if its.inquiry and its.inquiry.answer and not view.hidden else []


def _draft(view: CaseView, its: News) -> list[Block]:
    """Return the present words, for the writer whose words somebody edited; the decision follows below."""
    draft = view.case.draft
    if its.over or its.verb != DraftVerb.EDIT or draft is None or view.hidden:
        return []
    words = draft_text.words(view, draft)
    return [*([parts.rich(*words)] if words else []), *draft_text.promise_line(view, draft)]


def _buttons(view: CaseView, its: News, secret: bytes) -> list[Block | None]:
    draft = view.case.draft
    if its.over or its.to != next_to_act(view.case):
        return []
    if draft is not None and draft.live:
        return pressable_unread(view, draft_buttons(view, secret)) if draft.state in NEEDS_A_PERSON else []
    return pressable_unread(view, [reply_button(view.case, secret)]) if view.case.due_at else []


# --- events in sentences -----------------------------------------------------------------------------------


def _who(view: CaseView, its: News) -> str:
    who = teammate(view, its.by)
    return who[:1].upper() + who[1:]


def _case(view: CaseView) -> str:
    return f"case {view.case.id}, {full_name(view.case)}"


def _assigned(view: CaseView, its: News) -> Phrase:
    if its.person == its.to and its.by == "desk":
        return [f"You are on, so {_case(view)}, came to you at ", its.at, "."]
    if its.person == its.to:
        return [f"{_who(view, its)} handed {_case(view)}, to you at ", its.at, "."]
    if its.person == its.by:
        return [f"{_who(view, its)} took over {_case(view)}, at ", its.at, "."]
    return [f"{_who(view, its)} handed {_case(view)}, to {teammate(view, its.person)} at ", its.at, "."]


def _released(view: CaseView, its: News) -> Phrase:
    return [f"{_who(view, its)} handed {_case(view)}, back to the team at ", its.at, "."]


def _wrote(view: CaseView, its: News) -> Phrase:
    at = its.post.posted_at if its.post else its.at
    changed = its.post is not None and before_change(its.post) != ""
    given = f", which has {stars(its.post.stars)} now," if its.post and its.post.stars else ""
    what = f"changed the post{given}" if changed else "wrote again"
    return [f"{full_name(view.case)} {what} at ", at, f", case {view.case.id}."]


def _edited(view: CaseView, its: News) -> Phrase:
    return [f"{full_name(view.case)} changed the post at ", its.at, f", case {view.case.id}. It now says:"]


def _deleted(view: CaseView, its: News) -> Phrase:
    return [f"{full_name(view.case)} deleted the post at ", its.at, f", case {view.case.id}."]


def _elsewhere(view: CaseView, its: News) -> Phrase:
    return [
        f"Somebody answered from the {network(view)} app at ",
        its.at,
        f": {_case(view)}. Your draft is not sent.",
    ]


def _joined(view: CaseView, its: News) -> Phrase:
    said = f"{_case(view)[:1].upper()}{_case(view)[1:]}, goes on in another case"
    into = f"{said[: -len('another case')]}case {view.case.joined_into}" if view.case.joined_into else said
    return [f"{into} since ", its.at, f". {_who(view, its)} merged them."]


def _took_in(view: CaseView, its: News) -> Phrase:
    return [f"{_who(view, its)} merged case {its.other} into {_case(view)}, at ", its.at, "."]


def _impostor_wrote(view: CaseView, its: News) -> Phrase:
    return [
        f"Somebody who pretends to be our support (case {its.other}) wrote to {who_waits(view.case)}: ",
        f"{_case(view)}. It was seen at ",
        its.at,
        ".",
    ]


def _private_silence(view: CaseView, its: News) -> Phrase:
    return ["By ", its.at, f" no private message had come from {who_waits(view.case)}, case {view.case.id}."]


def _inquiry_answered(view: CaseView, its: News) -> Phrase:
    team = f" ({its.inquiry.team})" if its.inquiry else ""
    return [f"{_who(view, its)}{team} answered your question about {_case(view)}, at ", its.at, "."]


def _inquiry_late(view: CaseView, its: News) -> Phrase:
    team = its.inquiry.team if its.inquiry else "The other team"
    return [f"{team} did not answer your question about {_case(view)}, in time. They were reminded at ", its.at, "."]


def _priority(view: CaseView, its: News) -> Phrase:
    matters = UNUSUAL[Priority(its.priority)] or "normal priority"
    due = sentence(due_line(view)) if not its.over else []
    return joined([[f"{_who(view, its)} set {_case(view)}, to {matters} at ", its.at, "."], due], " ")


def _yours(words: str) -> Callable[[CaseView, News], Phrase]:
    """Return a function that makes the sentence about somebody's action on the reader's draft."""

    def said(view: CaseView, its: News) -> Phrase:
        return [f"{_who(view, its)} {words.format(who=who_waits(view.case))} at ", its.at, f", case {view.case.id}."]

    return said


def _needs_you(view: CaseView, its: News) -> Phrase:
    needs = "needed you at" if its.over else "has needed you since"
    return [f"Case {view.case.id}: the reply to {who_waits(view.case)} {needs} ", its.at, "."]


def _lost(view: CaseView, its: News) -> Phrase:
    return [
        f"Case {view.case.id}: {network(view)} gave no answer about the reply to {who_waits(view.case)} at ",
        its.at,
        ".",
    ]


_SAID: Mapping[str, Callable[[CaseView, News], Phrase]] = {
    CaseVerb.ASSIGN: _assigned,
    CaseVerb.RELEASE: _released,
    CaseVerb.AUTHOR_WROTE: _wrote,
    FactVerb.WROTE_LIGHTLY: _wrote,
    CaseVerb.ANSWERED_ELSEWHERE: _elsewhere,
    CaseVerb.JOIN: _joined,
    FactVerb.TOOK_IN: _took_in,
    FactVerb.IMPOSTOR_WROTE: _impostor_wrote,
    FactVerb.PRIVATE_SILENCE: _private_silence,
    FactVerb.INQUIRY_ANSWERED: _inquiry_answered,
    FactVerb.INQUIRY_LATE: _inquiry_late,
    FactVerb.POST_EDITED: _edited,
    FactVerb.POST_DELETED: _deleted,
    FactVerb.REPRIORITISED: _priority,
    DraftVerb.EDIT: _yours("changed your draft for {who}"),
    DraftVerb.WITHDRAW: _yours("withdrew your draft for {who}"),
    DraftVerb.MISMATCH: _yours("withdrew your reply to {who}, since it was no longer what had been approved,"),
    DraftVerb.STOP: _yours("stopped your reply to {who} before it went out"),
    DraftVerb.HAND_OVER: _needs_you,
    DraftVerb.REFUSED: _needs_you,
    DraftVerb.LOST: _lost,
    DraftVerb.ABSENT: _needs_you,
    FactVerb.OUTCOME_CHECKED: _needs_you,
    FactVerb.RETRY_GIVEN_UP: _needs_you,
    FactVerb.LINKED_POST_ARRIVED: _needs_you,
    CaseVerb.SPLIT_OFF: _needs_you,
    FactVerb.SPLIT_OFF_BESIDE: _needs_you,
}
TOLD = frozenset(_SAID)  # events about which there are messages

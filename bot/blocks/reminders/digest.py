"""Several messages to one recipient as one: questions in full, with their buttons, and reminders as a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Link, Person, Phrase, as_line, capital, joined
from bot.blocks.base.wording import draft_noun, full_name, network, plural, writers
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import in_a_list
from bot.blocks.promises.due_lines import due_line, due_phrase
from bot.blocks.reminders.reminder_answers import answer_given
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import Reminder
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

MOST = 15  # cases in the list
ROOM = 8_000  # characters of all questions; Slack's limit for the message is 12,500
PIECES = 30  # blocks of all questions; Slack's limit for the message is 50

Entry = tuple[CaseView, Reminder, str]  # the case, the reminder, the address of its thread or ""


@dataclass(frozen=True, slots=True)
class Question:
    """A message that a digest shows in full; `link` leads to the thread of its case, or is empty."""

    message: Message
    case_id: int
    link: str


def digest(
    who: Person | None, questions: Sequence[Question], waiting: Sequence[Entry], count: int, *, now: datetime
) -> Message:
    """Draw a digest for a person, or for a channel (None): questions, then the first of `count` reminders.

    `waiting`: the reminders, earliest due moment first.
    """
    shown = [_shown(one) for one in _fitting(questions)]
    listed = _listed(who, waiting, count, now) if waiting else None
    pieces = [*([_head(who, len(shown), now)] if len(shown) > 1 else []), *shown, *([listed] if listed else [])]
    if not pieces:
        done: Phrase = [*_to(who), "all of this is done. Nothing waits for you here."]
        done = capital(done)
        pieces = [Message(text=as_line(done, now), blocks=[parts.rich(parts.line(done, now))], kept_to=OURS)]
    return limits.fit(_as_one(pieces))


def _head(who: Person | None, count: int, now: datetime) -> Message:
    head: Phrase = [*_to(who), f"{plural(count, 'message')} for you since the last one:"]
    return Message(text=as_line(head, now), blocks=[parts.rich(parts.line(head, now))], kept_to=OURS)


def _to(who: Person | None) -> Phrase:
    return [who, ", "] if who else []


def _as_one(pieces: Sequence[Message]) -> Message:
    blocks: list[Block] = []
    for one in pieces:
        between: list[Block] = [{"type": "divider"}] if blocks else []
        blocks += [*between, *map(dict, one.blocks)]
    # The fallback text contains all questions too, so each gets a share of its length.
    share = limits.FALLBACK // len(pieces) - 1
    text = " ".join(limits.cut_markup(one.text, share) for one in pieces)
    return Message(text=text, blocks=blocks, kept_to=narrowest(one.kept_to for one in pieces))


def _fitting(questions: Sequence[Question]) -> list[tuple[Question, bool]]:
    """Return for each question whether it is shown in full; words to be approved are never cut."""
    found, length, blocks = [], 0, 0
    for one in questions:
        further = sum(map(len, limits.texts(one.message.blocks)))
        fits = length + further <= ROOM and blocks + len(one.message.blocks) < PIECES
        if fits:
            length, blocks = length + further, blocks + len(one.message.blocks) + 1
        found.append((one, fits or not one.link))
    return found


def _shown(one: tuple[Question, bool]) -> Message:
    question, whole = one
    if whole:
        return question.message
    said = f"Case {question.case_id} also waits for you. It is too long to show here; its thread shows all of it."
    return _in_thread(said, question.case_id, question.link)


def undrawn(case_id: int, link: str) -> Question:
    """Return the replacement of a question that cannot be drawn."""
    about = f"about case {case_id}" if case_id else "of the desk"
    return Question(
        _in_thread(
            f"A message {about} cannot be shown here. Whoever runs Heard finds the reason in the log.", case_id, link
        ),
        case_id,
        link,
    )


def _in_thread(said: str, case_id: int, link: str) -> Message:
    row = parts.link_button("Open", ids.OPEN_THREAD, link, f"Open the thread of case {case_id}")
    return Message(text=said, blocks=[parts.section(said), *parts.actions([row])], kept_to=OURS)


def _listed(who: Person | None, waiting: Sequence[Entry], count: int, now: datetime) -> Message:
    due_at = waiting[0][1].about.due_at
    waits = f"{plural(count, 'case')} {'waits' if count == 1 else 'wait'} for you"
    head: Phrase = [*_to(who), f"{waits}; the first {'was' if now > due_at else 'is'} due ", due_at, "."]
    lines = [_line(who, entry) for entry in waiting[:MOST]]
    more: list[Phrase] = [[f"and {count - MOST} more: “/care queue” lists them"]] if count > MOST else []
    blocks = [parts.rich(parts.line(head, now)), parts.rich(*parts.lines([*lines, *more], now))]
    text = as_line(joined([head, joined(lines, "; ")], " "), now)
    return Message(text=text, blocks=blocks, kept_to=narrowest(view.kept_to for view, *_ in waiting))


def _line(who: Person | None, entry: Entry) -> Phrase:
    view, its, link = entry
    number: Phrase = [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]
    author: Phrase = [f"{full_name(view.case)} on {network(view)}"]
    return joined([number, author, in_a_list(view), *_stands(who, view, its), _unstopped(answer_given(view, its))])


def _stands(who: Person | None, view: CaseView, its: Reminder) -> list[Phrase]:
    """Return the status of the case for this reader."""
    draft = view.case.draft
    if draft and who and draft.state == DraftState.IN_REVIEW and draft.asked == who.id and not draft.stale:
        return [[f"{writers(view, draft)}'s {draft_noun(draft)} waits for your approval"], due_line(view)]
    answered = view.case.state == CaseState.PENDING  # the second line names other open promises
    lines = status_phrases(view)[: 2 if answered else 1] or [due_phrase(view, its.about)]
    return [capital(one) for one in lines]


def _unstopped(phrase: Phrase) -> Phrase:
    """Return a sentence without its full stop, as a part of a line."""
    return [*phrase[:-1], str(phrase[-1]).removesuffix(".")] if phrase else []

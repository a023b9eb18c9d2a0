"""Several messages to one recipient as one: questions in full, with their buttons, and reminders as a list."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Person, Phrase, as_line, capital
from bot.blocks.base.wording import plural
from bot.blocks.reminders.reminder_list import Waiting, reminder_list, to
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

ROOM = 8_000  # characters of all questions; Slack's limit for the message is 12,500
PIECES = 30  # blocks of all questions; Slack's limit for the message is 50


@dataclass(frozen=True, slots=True)
class Question:
    """A message that a digest shows in full; `link` leads to the thread of its case, or is empty."""

    message: Message
    case_id: int
    link: str


def digest(
    who: Person | None,
    questions: Sequence[Question],
    waiting: Waiting,
    secret: bytes,
    *,
    now: datetime,
    moved_on: datetime | None = None,
) -> Message:
    """Draw a digest for a person, or for a channel (None): questions, then the list of reminders.

    `moved_on`: since when the open reminders of that list are in a newer one.
    """
    shown = [_shown(one) for one in _fitting(questions)]
    listed = reminder_list(who, waiting, secret, now) if waiting.entries else None
    pieces = [*([_head(who, len(shown), now)] if len(shown) > 1 else []), *shown, *([listed] if listed else [])]
    return limits.fit(_as_one(pieces or [_said(_done(who, moved_on), now)]))


def _done(who: Person | None, moved_on: datetime | None) -> Phrase:
    if moved_on is not None:
        return ["What is still open of this list stands in the newer one of ", moved_on, "."]
    return capital([*to(who), "all of this is done. Nothing waits for you here."])


def _said(words: Phrase, now: datetime) -> Message:
    return Message(text=as_line(words, now), blocks=[parts.rich(parts.line(words, now))], kept_to=OURS)


def _head(who: Person | None, count: int, now: datetime) -> Message:
    for_you = " for you" if who else ""
    return _said([*to(who), f"{plural(count, 'message')}{for_you} since the last one:"], now)


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

"""Many reminders for one person as one message: how many, the first, and a list."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks import limits, parts
from bot.blocks.due import due_phrase
from bot.blocks.nag_answers import answer
from bot.blocks.phrases import Link, Person, Phrase, capital, joined, spoken
from bot.blocks.posted import in_a_list
from bot.blocks.standing import standing
from bot.blocks.wording import full_name, network, plural
from bot.domain.reading import OURS, together
from bot.domain.tables import CaseState
from bot.domain.turnaround import Nag
from bot.domain.view import CaseView
from bot.ports.chat import Message

MOST = 15  # cases in the list

Entry = tuple[CaseView, Nag, str]  # the case, the reminder, the address of its thread or ""


def digest(who: Person, waiting: Sequence[Entry], count: int, now: datetime) -> Message:
    """Draw what waits for one person: `waiting` are the first of `count` cases, what is owed first at the head."""
    if not waiting:
        done: Phrase = [who, ", all of this is done. Nothing waits for you here."]
        return limits.fit(Message(text=spoken(done, now), blocks=[parts.rich(parts.line(done, now))], kept_to=OURS))
    due_at = waiting[0][1].about.due_at
    waits = f"{plural(count, 'case')} {'waits' if count == 1 else 'wait'} for you"
    head: Phrase = [who, f", {waits}; the first {'was' if now > due_at else 'is'} due ", due_at, "."]
    lines = [_line(entry) for entry in waiting[:MOST]]
    more: list[Phrase] = [[f"and {count - MOST} more: “/care queue” lists them"]] if count > MOST else []
    blocks = [parts.rich(parts.line(head, now)), parts.rich(*parts.lines([*lines, *more], now))]
    kept_to = together(view.kept_to for view, *_ in waiting)
    return limits.fit(
        Message(text=spoken(joined([head, joined(lines, "; ")], " "), now), blocks=blocks, kept_to=kept_to)
    )


def _line(entry: Entry) -> Phrase:
    view, its, link = entry
    number: Phrase = [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]
    due = due_phrase(view, its.about)
    answered = view.case.state == CaseState.PENDING  # what is owed beside the answer stands in the second line
    stands = [capital(one) for one in standing(view)[: 2 if answered else 1] or [due]]
    who: Phrase = [f"{full_name(view.case)} on {network(view)}"]
    return joined([number, who, in_a_list(view), *stands, _unstopped(answer(view, its))])


def _unstopped(phrase: Phrase) -> Phrase:
    """Return a sentence as a part of a line."""
    return [*phrase[:-1], str(phrase[-1]).removesuffix(".")] if phrase else []

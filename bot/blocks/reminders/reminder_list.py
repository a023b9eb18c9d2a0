"""The list of a person's open reminders: the worst with the customer's words and buttons, the others a line each."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Link, Person, Phrase, as_line, capital, joined
from bot.blocks.base.wording import draft_noun, full_name, network, plural, who_waits, writers
from bot.blocks.cases.buttons import case_value, pressable_unread, reply_button, see_draft_button
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import in_a_list, newest
from bot.blocks.promises.due_lines import due_line, due_phrase
from bot.blocks.reminders.reminder_answers import answer_given, have_it_button, on_it_button, open_button
from bot.domain.base.moments import micros
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import CASE, CaseState, CaseVerb, DraftState
from bot.domain.base.transitions import allows
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import Reminder
from bot.domain.replies.draft import Draft
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

WORST = 3  # cases with their words and buttons
MOST = 15  # cases in the list, and on a page of all of them
QUOTED = 280  # of a customer's words

Entry = tuple[CaseView, Reminder, str]  # the case, the reminder, the address of its thread or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The open reminders of one person: the first of `count`, and how many have no assignee or are late."""

    entries: Sequence[Entry] = ()
    count: int = 0
    free: int = 0  # cases that nobody has
    late: int = 0  # cases whose promise has lapsed
    row: int = 0  # of the list


def reminder_list(who: Person | None, waiting: Waiting, secret: bytes, now: datetime) -> Message:
    """Draw the list, worst first; `who` reads it, or a channel (None)."""
    head = _head(who, waiting, now)
    worst, others = waiting.entries[:WORST], waiting.entries[WORST:MOST]
    blocks: list[Block] = [parts.rich(parts.line(head, now))]
    for at, entry in enumerate(worst):
        blocks += _worst(who, entry, secret, now, first=at == 0)
    more: list[Phrase] = [[f"and {waiting.count - MOST} more"]] if waiting.count > MOST else []
    lines = [_line(who, entry) for entry in others]
    if others:
        blocks.append(parts.rich(*parts.lines([*lines, *more], now)))
    blocks += parts.actions([_show_all(waiting, secret) if waiting.count > WORST else None])
    said = joined([*(_line(who, entry) for entry in worst), *lines, *more], "; ")
    kept_to = narrowest(view.kept_to for view, *_ in waiting.entries)
    return Message(text=as_line(joined([head, said], " "), now), blocks=blocks, kept_to=kept_to)


def page(entries: Sequence[Entry], begins: int, waiting: Waiting, secret: bytes, now: datetime) -> Message:
    """Draw one page of all that a list asks; `begins`: how many come before it."""
    if not entries:
        done: Phrase = ["Nothing more waits here."] if begins else ["Nothing of this list waits any more."]
        return limits.fit(Message(text=as_line(done, now), blocks=[parts.rich(parts.line(done, now))], kept_to=OURS))
    head: Phrase = [f"Cases {begins + 1} to {begins + len(entries)} of {waiting.count}, worst first:"]
    lines = [_line(None, entry) for entry in entries]
    left = waiting.count - begins - len(entries)
    row = [_button(f"Next {min(left, MOST)}", waiting.row, _place(entries[-1]), secret)] if left > 0 else []
    blocks = [parts.rich(*parts.lines([head, *lines], now)), *parts.actions(row)]
    text = as_line(joined([head, joined(lines, "; ")], " "), now)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=narrowest(view.kept_to for view, *_ in entries)))


def to(who: Person | None) -> Phrase:
    """Return how a sentence addresses its reader; a channel is not addressed."""
    return [who, ", "] if who else []


def _head(who: Person | None, waiting: Waiting, now: datetime) -> Phrase:
    due_at = min(its.about.due_at for _, its, _ in waiting.entries)
    has = "has" if waiting.count == 1 else "have"
    waits = f"{'waits' if waiting.count == 1 else 'wait'} for you"
    what = f"{plural(waiting.count, 'case')} {f'{has} nobody' if waiting.free == waiting.count else waits}"
    first: Phrase = [*to(who), f"{what}; the first {'was' if now > due_at else 'is'} due ", due_at, "."]
    return joined([first, _of_them(waiting), _please(waiting)], " ")


def _of_them(waiting: Waiting) -> Phrase:
    """Return how many are late, and how many have no assignee; "" for a single reminder."""
    late = f"{waiting.late} {'is' if waiting.late == 1 else 'are'} past the promised time" if waiting.late else ""
    some = 0 < waiting.free < waiting.count
    free = f"{waiting.free} {'has' if waiting.free == 1 else 'have'} nobody" if some else ""
    said = " and ".join(one for one in (late, free) if one)
    return [f"{said}."] if said and waiting.count > 1 else []


def _please(waiting: Waiting) -> Phrase:
    view, its, _ = waiting.entries[0]
    return ["Can you take the first?"] if _is_free(view, its) else []


def _is_free(view: CaseView, its: Reminder) -> bool:
    return not its.holder and not view.case.assignee and allows(CASE, view.case.state, CaseVerb.CLAIM)


def _worst(who: Person | None, entry: Entry, secret: bytes, now: datetime, *, first: bool) -> list[Block]:
    view, its, link = entry
    post = newest(view)
    quoted = [parts.post(post.text, QUOTED)] if post else []
    said = parts.line(_line(who, entry, words=False), now)
    row = pressable_unread(view, _answers(who, view, its, secret, first=first))
    return [parts.rich(said, *quoted), *parts.actions([*row, open_button(view, link)])]


def _answers(who: Person | None, view: CaseView, its: Reminder, secret: bytes, *, first: bool) -> list[Block | None]:
    """Return what its reader can do about one case from the list."""
    case = view.case
    if _is_free(view, its):
        label = f"Take case {case.id}, {parts.shortened(who_waits(case), 25)}"
        style = "primary" if first else ""
        return [parts.button("Take it", ids.CASE_CLAIM, case_value(case, secret), label, style=style)]
    if _decides(who, case.draft):
        return [see_draft_button(case, secret)]
    if its.holder != its.asked:
        return [have_it_button(view, its, secret)]
    return [reply_button(case, secret), on_it_button(view, its, secret)]


def _line(who: Person | None, entry: Entry, *, words: bool = True) -> Phrase:
    view, its, link = entry
    number: Phrase = [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]
    author: Phrase = [f"{full_name(view.case)} on {network(view)}"]
    said = in_a_list(view) if words else []
    return joined([number, author, said, *_stands(who, view, its), _unstopped(answer_given(view, its))])


def _decides(who: Person | None, draft: Draft | None) -> bool:
    return bool(draft and who and draft.state == DraftState.IN_REVIEW and draft.asked == who.id)


def _stands(who: Person | None, view: CaseView, its: Reminder) -> list[Phrase]:
    """Return the status of the case, addressed to the reader."""
    draft = view.case.draft
    if draft and _decides(who, draft) and not draft.stale:
        return [[f"{writers(view, draft)}'s {draft_noun(draft)} waits for your approval"], due_line(view)]
    answered = view.case.state == CaseState.PENDING  # what is owed beside the answer stands in the second line
    lines = status_phrases(view)[: 2 if answered else 1] or [due_phrase(view, its.about)]
    return [capital(one) for one in lines]


def _unstopped(phrase: Phrase) -> Phrase:
    """Return a sentence without its full stop, for use within a line."""
    return [*phrase[:-1], str(phrase[-1]).removesuffix(".")] if phrase else []


def _show_all(waiting: Waiting, secret: bytes) -> Block:
    return _button("Show all", waiting.row, "0", secret)


def _place(entry: Entry) -> str:
    """Return the place of a reminder; the next page begins after it."""
    _, its, _ = entry
    return f"{micros(its.about.due_at)}-{its.id}"


def _button(words: str, row: int, place: str, secret: bytes) -> Block:
    value = ids.button_value(ids.REMINDERS, row, place, secret)
    return parts.button(words, ids.REMINDER_LIST, value, f"{words}: the cases that wait")

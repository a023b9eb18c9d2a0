"""The card at the head of a case's thread, drawn whole from state."""

from bot.blocks import limits, parts, posted
from bot.blocks.decisions import case_buttons
from bot.blocks.parts import Block
from bot.blocks.phrases import Bold, Phrase, Piece, capital, joined, spoken
from bot.blocks.standing import standing
from bot.blocks.wording import (
    LOCK,
    UNUSUAL,
    added_by_link,
    followers,
    full_name,
    handle,
    language,
    network,
    past_cases,
    plural,
    segment,
)  # fmt: skip
from bot.domain.mention import Mention, Side
from bot.domain.reply import DraftKind
from bot.domain.tables import DraftState
from bot.domain.view import CaseView
from bot.ports.chat import Message


def card(view: CaseView, secret: bytes) -> Message:
    """Draw the card of a case in whatever state it is."""
    blocks = [
        parts.header(heading(view)),
        parts.rich(parts.line(about_author(view), view.now), *complaint(view)),
        *_posted(view),
        parts.rich(*parts.lines([capital(one) for one in standing(view)], view.now), *_to_copy(view)),
        *parts.actions(case_buttons(view, secret)),
    ]
    return limits.fit(Message(text=fallback(view), blocks=blocks, kept_to=view.kept_to))


def heading(view: CaseView) -> str:
    """Return what kind of case this is: "Case 412 · X mention · high priority · billing · English"."""
    case = view.case
    topic = parts.shortened(case.topic, 40)
    lock = LOCK if case.private else ""
    said = (f"Case {case.id}", _what(view), lock, UNUSUAL[case.priority], topic, language(case.language))
    return " · ".join(one for one in said if one)


def about_author(view: CaseView) -> Phrase:
    """Return who posted, and what we know of them."""
    case = view.case
    name: Phrase = [Bold(full_name(case))]
    if full_name(case) != handle(case):
        name = [*name, f"  {handle(case)}"]
    facts: list[Phrase] = [
        [one] for one in (segment(view), followers(case.author.followers), past_cases(view.history, view.now)) if one
    ]
    if case.follows:
        facts.append([f"follows case {case.follows}"])
    return joined([name, *facts])


def complaint(view: CaseView) -> list[Block]:
    """Return the words that opened the case as a quotation."""
    first = opening(view)
    return [parts.post(first.text)] if first else []


def opening(view: CaseView) -> Mention | None:
    """Return the author's first post on the case."""
    return next(iter(theirs(view)), view.latest)


def theirs(view: CaseView) -> list[Mention]:
    """Return the author's posts, as they were written."""
    return [one for one in view.mentions if one.side == Side.THEIRS]


def fallback(view: CaseView) -> str:
    """Return the card as one line, for notifications and screen readers."""
    case = view.case
    kind = ", ".join(one for one in (UNUSUAL[case.priority], parts.shortened(case.topic, 40)) if one)
    who = f"{full_name(case)} ({segment(view)})" if segment(view) else full_name(case)
    head = f"Case {case.id}: {', '.join(one for one in (_what(view), kind, f'from {who}') if one)}"
    sentences = joined([[head], *(capital(one) for one in standing(view))], ". ")
    return spoken([*sentences, "."], view.now)


def _what(view: CaseView) -> str:
    if added_by_link(view.case):
        return "mention added by link"
    return f"{network(view)} {'private message' if view.case.private else 'mention'}"


def _posted(view: CaseView) -> list[Block]:
    first = opening(view)
    if first is None:
        return []
    return [parts.context(joined([*posted.facts(first), _more_posts(view), _siblings(view)]), view.now)]


def _more_posts(view: CaseView) -> Phrase:
    posts = theirs(view)
    if len(posts) < 2:
        return []
    what = "more message" if view.case.private else "more post"
    said: list[Piece] = [f"{plural(len(posts) - 1, what)} in the thread, the last at ", posts[-1].posted_at]
    return said


def _siblings(view: CaseView) -> Phrase:
    count = view.history.siblings
    if not count:
        return []
    return [f"{count} other{'s' if count > 1 else ''} {'write' if count > 1 else 'writes'} in the same conversation"]


def _to_copy(view: CaseView) -> list[Block]:
    draft = view.case.draft
    if draft is None or draft.state != DraftState.BY_HAND or draft.kind == DraftKind.TAKE_BACK:
        return []
    return [parts.box(draft.text)]

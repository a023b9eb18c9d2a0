"""The card at the head of a case's thread, drawn from the case's state; the customer's words come first."""

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, capital, joined, sentence
from bot.blocks.base.wording import (
    LOCK,
    UNUSUAL,
    added_by_link,
    followers,
    foreign,
    full_name,
    handle,
    network,
    past_cases,
    segment,
    stars,
)  # fmt: skip
from bot.blocks.cases.buttons import case_buttons, case_value
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.do_not_feed.impostor import impostor_buttons
from bot.blocks.mentions import post_facts
from bot.blocks.mentions.post_facts import newest, opening, theirs
from bot.blocks.replies.changes_since_draft import aloud
from bot.blocks.replies.joint_draft import under_one_post
from bot.blocks.triage.correct import correction_menu
from bot.blocks.triage.reasons import is_unusual
from bot.domain.base.tables import GOING_ON, OURS, DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Author, Mention
from bot.domain.replies.draft import DraftKind
from bot.ports.chat import Message

_MANY = 1_000  # followers; smaller numbers are not shown
_IN_ONE_LINE = 80  # characters of the customer's words, on the card of a finished case


def card(view: CaseView, secret: bytes) -> Message:
    """Draw the card of a case in any state; of a finished case in two lines."""
    said = _finished(view) if finished(view.case) else _whole(view)
    blocks = [
        *said,
        *parts.actions([*case_buttons(view, secret), *impostor_buttons(view, secret), _correcting(view, secret)]),
    ]
    return limits.fit(Message(text=fallback(view), blocks=blocks, kept_to=view.kept_to))


def _correcting(view: CaseView, secret: bytes) -> Block | None:
    """Return the menu that corrects what the card says of its posts, where it says something."""
    says = view.triage is not None and is_unusual(view.triage) and view.case.state in GOING_ON
    return correction_menu(view, case_value(view.case, secret)) if says else None


def finished(case: Case) -> bool:
    """Return whether nothing is left to do on a case: no customer waits, and no draft waits for anybody."""
    return case.state not in OURS and case.due_first is None and not (case.draft and case.draft.live)


def _whole(view: CaseView) -> list[Block]:
    return [
        *head(view),
        parts.rich(*parts.lines([capital(one) for one in status_phrases(view)], view.now), *_to_copy(view)),
    ]


def _finished(view: CaseView) -> list[Block]:
    about = joined([_said_by(view), _way(view), [f"case {view.case.id}"]])
    stands = capital(joined(status_phrases(view)))
    return [parts.rich(*parts.lines([one for one in (about, stands) if one], view.now))]


def _said_by(view: CaseView) -> Phrase:
    post = newest(view)
    words = [f"  {_quoted(view, post)}"] if post else []
    return [Bold(full_name(view.case)), *words]


def _quoted(view: CaseView, post: Mention) -> str:
    return post_facts.quoted_aloud(view, post, _IN_ONE_LINE if finished(view.case) else limits.SPOKEN)


def _way(view: CaseView) -> Phrase:
    what, post = f"{_lock(view)}{_what(view)}", newest(view)
    return [Link(what, post.url)] if post and not post.deleted_at else [what]


def head(view: CaseView) -> list[Block]:
    """Return the heading in small print, the author, and their newest words."""
    post = newest(view)
    quote = post_facts.quotes(view, post) if post else []
    return [
        heading(view),
        parts.rich(parts.line(about_author(view), view.now), *quote),
        *_posted(view),
    ]


def heading(view: CaseView) -> Block:
    """Draw the heading without usual values: "High priority  X mention · billing · case 412"."""
    kind = " · ".join([f"{_lock(view)}{_what(view)}", *_sort(view), f"case {view.case.id}"])
    return parts.labelled(UNUSUAL[view.case.priority].capitalize(), kind)


def _sort(view: CaseView) -> list[str]:
    """Return the topic and the language, unless they are the usual ones."""
    return [one for one in (parts.shortened(view.case.topic, 40), foreign(view)) if one]


def about_author(view: CaseView) -> Phrase:
    """Return the author, and what we know about them."""
    case = view.case
    name: Phrase = [Bold(full_name(case))]
    if full_name(case) != handle(case):
        name = [*name, f"  {handle(case)}"]
    facts: list[Phrase] = [
        [one] for one in (segment(view), _reach(case.author), past_cases(view.history, view.now)) if one
    ]
    if case.follows:
        facts.append([f"follows case {case.follows}"])
    return joined([name, *facts])


def _reach(author: Author) -> str:
    """Return the number of followers, when it is more than usual."""
    return followers(author.followers) if (author.followers or 0) >= _MANY else ""


def fallback(view: CaseView) -> str:
    """Return the card as one line, for notifications and screen readers: the customer's words first."""
    case, post = view.case, newest(view)
    who = f"{full_name(case)} ({segment(view)})" if segment(view) else full_name(case)
    said = [f"{who}: {_quoted(view, post)}" if post else f"{who}."]
    changed = post_facts.before_change(post) if post and not finished(case) else ""
    stands = joined([capital(one) for one in status_phrases(view)], ". ")
    kind = sentence([", ".join([*_kind(view), f"case {case.id}"])])
    line = joined([said, [changed] if changed else [], sentence(stands), kind], " ")
    return as_line(line, view.now)


def _kind(view: CaseView) -> list[str]:
    if finished(view.case):
        return [_what(view)]
    return [f"{UNUSUAL[view.case.priority]} {_what(view)}".strip(), *_sort(view)]


def _what(view: CaseView) -> str:
    if added_by_link(view.case):
        return "mention added by link"
    named, post = f" of {view.account}" if view.account else "", newest(view)
    if post is not None and post.stars:
        return f"{network(view)} review{named} with {stars(post.stars)}"
    return f"{network(view)} {'private message' if view.case.private else 'mention'}{named}"


def _lock(view: CaseView) -> str:
    return f"{LOCK} " if view.case.private else ""


def _posted(view: CaseView) -> list[Block]:
    """Return the small print under the newest words, and the first post when it is another one."""
    post, first = newest(view), opening(view)
    if post is None:
        return []
    under = parts.context(
        joined([*post_facts.post_facts(post), _posts(view), under_one_post(view.history.siblings, view.siblings)]),
        view.now,
    )
    told = post_facts.in_plain_text(post)
    lines = [under, parts.small(told)] if told else [under]
    if post_facts.before_change(post) or first is None or first in view.burst(post):
        return lines
    return [*lines, parts.small(f"It began with: {aloud(first.text)}")]


def _posts(view: CaseView) -> Phrase:
    posts = theirs(view)
    if len(posts) < 2:
        return []
    what = "messages" if view.case.private else "posts"
    if len(view.burst(newest(view) or posts[-1])) == len(posts):
        return [f"{len(posts)} {what} in a row, the first at ", posts[0].posted_at]
    return [f"the newest of {len(posts)} {what}, the first at ", posts[0].posted_at]


def _to_copy(view: CaseView) -> list[Block]:
    draft = view.case.draft
    if draft is None or draft.state != DraftState.BY_HAND or draft.kind == DraftKind.TAKE_BACK:
        return []
    return [parts.box(draft.at_hand)]

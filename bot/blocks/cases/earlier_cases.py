"""A customer's earlier cases, for people who work on the newest one."""

from collections.abc import Callable, Mapping, Sequence

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, joined
from bot.blocks.base.wording import full_name, plural, teammate
from bot.blocks.mentions.post_facts import opening
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.cases.earlier_case import EarlierCase, Ending
from bot.domain.cases.view import CaseView
from bot.domain.slack.readers import narrowest
from bot.ports.chat import Message


def earlier_cases(view: CaseView, found: Sequence[EarlierCase], links: Mapping[int, str]) -> Message:
    """Draw the earlier cases of a case's author; `links`: addresses of threads by case number."""
    count = view.history.cases
    title = f"{full_name(view.case)}: {plural(count, 'earlier case')}" if count else "No earlier case"
    if view.also and not view.hidden:
        title = f"{full_name(view.case)}, also {' and '.join(f'{one.handle} on {one.label}' for one in view.also)}"
    more = [parts.small(f"The newest {len(found)} of {count}.")] if count > len(found) and not view.also else []
    rows = [block for one in found for block in _case(one, links.get(one.view.case.id, ""))]
    said = "; ".join(as_line(_aloud(one), one.view.now) for one in found)
    kept_to = narrowest([view.kept_to, *(one.view.kept_to for one in found)])
    text = f"{title}: {said}." if said else f"{title}."
    return limits.fit(Message(text=text, blocks=[parts.header(title), *rows, *more], kept_to=kept_to))


def _case(one: EarlierCase, link: str) -> list[Block]:
    now, post = one.view.now, opening(one.view)
    wrote = [parts.post(post.text, limits.ADDED)] if post else []
    ours: Phrase = ["Our reply:"]
    reply = [parts.line(ours, now), parts.quote(one.reply, limits.ADDED)] if one.reply else []
    way: Phrase = [" · ", Link("open the thread", link)] if link else []
    return [parts.rich(parts.line(_head(one), now), *wrote, *reply, parts.line([*_how(one), *way], now))]


def _head(one: EarlierCase) -> Phrase:
    case = one.view.case
    topic = [[case.topic]] if case.topic else []
    where = [one.view.network_label or case.network]
    return joined([[Bold(f"Case {case.id}")], where, ["opened at ", case.opened_at], *topic])


def _how(one: EarlierCase) -> Phrase:
    return _ENDED[one.ending](one)


def _aloud(one: EarlierCase) -> Phrase:
    post = opening(one.view)
    words: Phrase = [aloud(post.text)] if post else []
    reply: Phrase = [f"our reply: {aloud(one.reply)}"] if one.reply else []
    return joined([_head(one), words, reply, _how(one)], ", ")


def _silent(one: EarlierCase) -> Phrase:
    case = one.view.case
    who = f" by {teammate(one.view, case.answered_by)}" if case.answered_by else ""
    at: Phrase = [" at ", case.answered_at] if case.answered_at else []
    return [f"answered{who}", *at, "; nothing came after it"]


def _after(words: str) -> Callable[[EarlierCase], Phrase]:
    """Return a phrase about the customer's last post."""
    return lambda one: [f"{words} at ", one.ended_at] if one.ended_at else [words]


_ENDED: Mapping[Ending, Callable[[EarlierCase], Phrase]] = {
    Ending.UNANSWERED: lambda _: ["not answered by us"],
    Ending.SILENT: _silent,
    Ending.THANKED: _after("thanked us"),
    Ending.UNHAPPY: _after("complained again"),
    Ending.WROTE_AGAIN: _after("wrote again"),
}

"""A page of the queue: cases with their buttons, the total, and the menu that narrows the list."""

from collections.abc import Callable, Mapping, Sequence

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import as_line
from bot.blocks.base.wording import language, plural
from bot.blocks.cases.buttons import claim_button
from bot.blocks.cases.lists import briefly, entry
from bot.blocks.reminders.reminder_answers import open_button
from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.queue import PAGE, QueuePage, Selection, Whose, code
from bot.domain.cases.view import CaseView
from bot.domain.slack.readers import narrowest
from bot.ports.chat import Message

_NOTHING = "Nothing here right now."
_GROUP = 30  # choices of one part in the menu
_TITLES = {
    Whose.ALL: "Waiting for us, most urgent first",
    Whose.NOBODYS: "Waiting for us, and nobody has taken them",
    Whose.MINE: "Your cases",
}
Entry = tuple[CaseView, str]  # the case, and the address of its thread or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page with its cases ready to be drawn; `channels`: names by id."""

    page: QueuePage
    entries: Sequence[Entry]
    channels: Mapping[str, str]


def queue(listed: Listed, secret: bytes, *, acts: bool = True) -> Message:
    """Draw a page as a message; `acts`: whether it has buttons that act, which a shared one does not."""
    blocks = [parts.header(queue_title(listed)), *paragraphs(listed, secret, acts=acts)]
    said = "; ".join(as_line(briefly(view), view.now) for view, _ in listed.entries) or _NOTHING.lower()
    text = f"{as_line([queue_title(listed)], EPOCH)}, {as_line([_where(listed)], EPOCH)}: {said.rstrip('.')}."
    kept_to = narrowest(view.kept_to for view, _ in listed.entries)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def queue_title(listed: Listed) -> str:
    """Return the name of the list, without what narrows it."""
    return _TITLES[listed.page.selection.whose]


def paragraphs(listed: Listed, secret: bytes, *, acts: bool = True) -> list[Block]:
    """Return the page without its title, for a message or for somebody's home tab."""
    blocks = [parts.small(_where(listed))]
    for view, link in listed.entries:
        blocks.append(parts.rich(*entry(view, link)))
        blocks += parts.actions([*([_claim(listed, view, secret)] if acts else []), open_button(view, link)])
    if not listed.entries:
        blocks.append(parts.small(_NOTHING))
    return [*blocks, *(_controls(listed, secret) if acts else [])]


def _where(listed: Listed) -> str:
    """Return the range of the page, the total, and what narrows the list: "1 to 15 of 600 · billing"."""
    page, chosen = listed.page, listed.page.selection
    shown = len(listed.entries)
    count = plural(page.total, "case") if shown == page.total else f"{_span(page.first, shown)} of {page.total} cases"
    only = ("unclaimed" if chosen.whose == Whose.NOBODYS else "", _channel(listed, chosen.channel), chosen.topic)
    said = (count, *(parts.shortened(one, limits.NAME) for one in only), language(chosen.language))
    return " · ".join(one for one in said if one)


def _span(first: int, shown: int) -> str:
    return f"{first} to {first + shown - 1}" if shown > 1 else str(first if shown else 0)


def _channel(listed: Listed, channel: str) -> str:
    return listed.channels.get(channel, channel)


def _claim(listed: Listed, view: CaseView, secret: bytes) -> Block | None:
    """Return Claim as on a card; a press on it also redraws this page."""
    usual = claim_button(view.case, secret)
    value = ids.button_value(ids.LIST, view.case.id, code(listed.page.selection, listed.page.after), secret)
    return {**usual, "action_id": ids.LIST_CLAIM, "value": value} if usual else None


def _controls(listed: Listed, secret: bytes) -> list[Block]:
    page = listed.page
    left = min(page.total - (page.first + len(listed.entries) - 1), PAGE)
    onward = _button(
        "Next", f"The next {plural(left, 'case')}", ids.LIST_NEXT, code(page.selection, page.follows), secret
    )
    first = _button("First page", "Back to the first page", ids.LIST_FIRST, code(page.selection), secret)
    return parts.actions(
        [_menu(listed, secret), onward if page.follows else None, first if page.after is not None else None]
    )


def _button(words: str, label: str, action_id: str, version: str, secret: bytes) -> Block:
    return parts.button(words, action_id, ids.button_value(ids.LIST, 0, version, secret), label)


def _menu(listed: Listed, secret: bytes) -> Block | None:
    """Return the menu that narrows the list or makes it wide again."""
    groups = [_group(label, options, secret) for label, options in _choices(listed) if options]
    if not groups:
        return None
    placeholder = parts.plain_text("Show only", limits.PLACEHOLDER)
    return {
        "type": "static_select",
        "action_id": ids.LIST_FILTER,
        "placeholder": placeholder,
        "option_groups": groups,
    }


def _group(label: str, options: Sequence[tuple[str, Selection]], secret: bytes) -> Block:
    made = [
        parts.option(words, ids.button_value(ids.LIST, 0, code(chosen), secret)) for words, chosen in options[:_GROUP]
    ]
    return {"label": parts.plain_text(label, limits.OPTION), "options": made}


def _choices(listed: Listed) -> list[tuple[str, list[tuple[str, Selection]]]]:
    return [
        ("Whose", _whose(listed)),
        ("Topic", _part(listed, "topic", "All topics", str)),
        ("Language", _part(listed, "language", "All languages", language)),
        ("Channel", _part(listed, "channel", "All channels", lambda one: _channel(listed, one))),
    ]


def _whose(listed: Listed) -> list[tuple[str, Selection]]:
    chosen = listed.page.selection
    if chosen.whose == Whose.MINE:
        return []
    other = Whose.ALL if chosen.whose == Whose.NOBODYS else Whose.NOBODYS
    freed = chosen.but("whose", other)
    count = sum(one.count for one in listed.page.shares if freed.takes(one))
    words = "Everybody's" if other == Whose.ALL else "Unclaimed"
    return [(f"{words} ({count})", freed)] if count else []


def _part(listed: Listed, part: str, every: str, called: Callable[[str], str]) -> list[tuple[str, Selection]]:
    chosen = listed.page.selection
    freed = [(every, chosen.but(part, ""))] if getattr(chosen, part) else []
    found = [
        (f"{parts.shortened(called(value), limits.NAME)} ({count})", chosen.but(part, value))
        for value, count in listed.page.choices(part)
    ]
    return [*freed, *found] if freed or len(found) > 1 else []

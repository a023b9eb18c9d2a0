"""The home tab: the reader's waiting work, most urgent first, with its buttons; their promises, shift and team."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, joined, sentence
from bot.blocks.base.simple_forms import FACE, KEPT_TO, View
from bot.blocks.base.wording import display_name
from bot.blocks.cases import queue
from bot.blocks.cases.buttons import case_buttons, pressable_unread
from bot.blocks.cases.lists import entry, held_by, now_lines
from bot.blocks.mentions import connections
from bot.blocks.reminders.reminder_answers import open_button
from bot.blocks.team import swaps
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.queue import Place, Selection, Whose, code
from bot.domain.cases.view import CaseView
from bot.domain.home.inbox import INBOX, Board, Inbox, InboxSection, Standing, Today, requests_from
from bot.domain.slack.readers import OUTSIDE, narrowest
from bot.ports.chat import Message

DIVIDER: Block = {"type": "divider"}
_TITLES: Mapping[InboxSection, str] = {
    InboxSection.DECIDE: "Waiting for your decision",
    InboxSection.LAPSED: "Past our promise",
    InboxSection.SOON: "Due within the hour",
    InboxSection.BACK: "Came back to you",
    InboxSection.HELD: "You hold",
    InboxSection.UNHELD: "Nobody has taken these",
}
_LISTS: Mapping[InboxSection, Whose] = {
    InboxSection.LAPSED: Whose.ALL,
    InboxSection.SOON: Whose.ALL,
    InboxSection.HELD: Whose.MINE,
    InboxSection.UNHELD: Whose.NOBODYS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One case of a section; `request`: the full question of a draft that waits for the reader's decision."""

    view: CaseView
    link: str
    request: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """An inbox with its cases ready to be drawn; cases that could not be drawn are left out, and counted."""

    inbox: Inbox
    cases: Mapping[InboxSection, Sequence[Drawn]] = field(default_factory=dict)
    longest: Sequence[Drawn] = ()  # of the team board
    broken: Sequence[int] = ()  # cases that could not be drawn
    names: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""


def inbox(inside: Inside, now: datetime, secret: bytes) -> View:
    """Draw the first page of the home tab."""
    blocks = [*_head("What waits for you", now, INBOX, secret), *_warnings(inside, now), *_nothing(inside)]
    for section in InboxSection:
        blocks += _section(inside, section, secret)
    blocks += [*_broken(inside), DIVIDER, *_today(inside.inbox.today, now), *_shift(inside, now, secret)]
    if inside.inbox.board:
        blocks += [*_board(inside, inside.inbox.board), *_connections(inside, now), *_desks(inside, now)]
    shown = [one for some in (*inside.cases.values(), inside.longest) for one in some]
    return _view(INBOX, blocks, narrowest(one.view.kept_to for one in shown))


def requests(found: Sequence[Drawn], face: str, now: datetime, secret: bytes, *, more: bool) -> View:
    """Draw further requests on the home tab; `more`: whether others follow."""
    blocks = [*_head(_TITLES[InboxSection.DECIDE], now, face, secret, back=True)]
    blocks += [block for one in found for block in _request(one)] or [parts.small("Nothing more waits here.")]
    blocks += _more_requests(found[-1], secret) if more else []
    return _view(face, blocks, narrowest(one.view.kept_to for one in found))


def cases_page(listed: queue.Listed, face: str, now: datetime, secret: bytes) -> View:
    """Draw one page of a list of cases on the home tab."""
    blocks = [*_head(queue.queue_title(listed), now, face, secret, back=True), *queue.paragraphs(listed, secret)]
    return _view(face, blocks, narrowest(view.kept_to for view, _ in listed.entries))


def said(words: str) -> View:
    """Draw a home tab with only a sentence of ours (mrkdwn)."""
    return _view(INBOX, [parts.section(words)], OUTSIDE)


def _view(face: str, blocks: Sequence[Block], kept_to: str) -> View:
    return {
        "type": "home",
        "callback_id": ids.HOME_TAB,
        "private_metadata": ids.pack({FACE: face, KEPT_TO: kept_to}),
        "blocks": limits.within_view(blocks),
    }


def _head(words: str, now: datetime, face: str, secret: bytes, *, back: bool = False) -> list[Block]:
    """Return the title, the time of the data, and how to refresh them: Slack redraws the tab when it is opened."""
    value = ids.button_value(ids.HOME, 0, face, secret)
    anew = parts.button("Refresh", ids.HOME_SHOW, value, "Show the home tab as it is now")
    home = ids.button_value(ids.HOME, 0, INBOX, secret)
    row = [parts.button("Your inbox", ids.HOME_MORE, home, "Back to what waits for you")] if back else []
    return [parts.header(words), parts.context(["As of ", now], now), *parts.actions([*row, anew])]


def _warnings(inside: Inside, now: datetime) -> list[Block]:
    """Return what keeps replies from going out, and what is wrong with our accounts: in brief to all but leads."""
    accounts = inside.inbox.connections
    halts: list[Phrase] = [[one.why, " Since ", one.at, "."] for one in inside.inbox.halts]
    if not inside.inbox.board:
        found = connections.in_brief(accounts, now)
    else:
        found = [phrase for one in accounts for phrase in connections.troubles(one, now)]
    return [parts.rich(*parts.lines([*halts, *found], now))] if halts or found else []


def _nothing(inside: Inside) -> list[Block]:
    if any(inside.cases.values()) or inside.broken:
        return []
    return [parts.section("Nothing waits for you right now.")]


# --- what waits -----------------------------------------------------------------------------------------------


def _section(inside: Inside, section: InboxSection, secret: bytes) -> list[Block]:
    found, heap = inside.cases.get(section, ()), inside.inbox.heaps.get(section)
    if heap is None or not (heap.count and (found or section in _LISTS)):
        return []
    head = parts.header(f"{_TITLES[section]} · {heap.count}")
    blocks = [head, *(block for one in found for block in _DRAWN.get(section, _line)(one, secret))]
    return [*blocks, *_more(section, found, heap.count, secret)]


def _request(one: Drawn, _: bytes = b"") -> list[Block]:
    """Return a question with the same blocks as its direct message; the words to approve are never cut here."""
    return [*map(dict, one.request.blocks), DIVIDER] if one.request else []


def _line(one: Drawn, secret: bytes) -> list[Block]:
    row = [*pressable_unread(one.view, case_buttons(one.view, secret)), open_button(one.view, one.link)]
    return [parts.rich(*entry(one.view, one.link)), *parts.actions(row)]


_DRAWN: Mapping[InboxSection, Callable[[Drawn, bytes], list[Block]]] = {InboxSection.DECIDE: _request}


def _more(section: InboxSection, found: Sequence[Drawn], count: int, secret: bytes) -> list[Block]:
    """Return the button for the rest of a section, when there is more."""
    left = count - len(found)
    if left <= 0 or not (found or section in _LISTS):
        return []
    if section == InboxSection.DECIDE:
        return _more_requests(found[-1], secret, f" ({left} more)")
    if section not in _LISTS:
        return [parts.small(f"and {left} more: `/care mine` lists them")]
    chosen = Selection(whose=_LISTS[section])
    label = f"Show the list: {_TITLES[section].lower()}"
    value = ids.button_value(ids.HOME, 0, code(chosen), secret)
    return parts.actions([parts.button(f"Show all ({left} more)", ids.HOME_MORE, value, label)])


def _more_requests(last: Drawn, secret: bytes, left: str = "") -> list[Block]:
    value = ids.button_value(ids.HOME, 0, requests_from(Place.of(last.view.case)), secret)
    label = "Show the next drafts that you can decide"
    return parts.actions([parts.button(f"Show the next{left}", ids.HOME_MORE, value, label)])


def _broken(inside: Inside) -> list[Block]:
    if not inside.broken:
        return []
    named = ", ".join(str(one) for one in inside.broken)
    which = "Case" if len(inside.broken) == 1 else "Cases"
    return [parts.small(f"{which} {named} cannot be shown here. Whoever runs Heard finds the reason in the log.")]


# --- promises, shift, team --------------------------------------------------------------------------------------


def _today(today: Today, now: datetime) -> list[Block]:
    line: Phrase = [
        f"{today.kept} kept since midnight, {today.running} running, {today.lapsed} lapsed",
        " · on cases that you hold",
    ]
    return [parts.header("Your promises today"), parts.context(line, now)]


def _shift(inside: Inside, now: datetime, secret: bytes) -> list[Block]:
    standing = inside.inbox.standing
    others = [display_name(inside.names, one) for one in standing.others]
    line = joined([_stands(standing), [f"also on: {', '.join(others)}" if others else "nobody else is on"]])
    blocks = [parts.header("Your shift"), parts.rich(parts.line(line, now))]
    for swap in inside.inbox.swaps[:2]:
        blocks += map(dict, swaps.swap(swap, inside.reader, inside.names, secret, now).blocks)
    value = ids.button_value(ids.HOME, 0, INBOX, secret)
    off = parts.button("Go off", ids.SHIFT_OFF, value, "Go off until your next shift")
    on = parts.button("Go on", ids.SHIFT_ON, value, "Go on, and be asked")
    return [*blocks, *parts.actions([None if standing.guest else off if standing.on else on])]


def _stands(standing: Standing) -> Phrase:
    if standing.guest:
        return ["You are a guest here: you can claim and draft, and are neither on duty nor asked to approve"]
    if standing.on:
        since: Phrase = [" since ", standing.since] if standing.since else []
        until: Phrase = [" until ", standing.until] if standing.until else []
        return ["You are on", *since, *until]
    again: Phrase = [" until ", standing.again] if standing.again else []
    return ["You are off", *again]


def _board(inside: Inside, board: Board) -> list[Block]:
    held = held_by(board.tally, inside.names)
    blocks = [DIVIDER, parts.header("The team"), parts.section("\n".join(now_lines(board.tally)))]
    blocks += [parts.small(held)] if held else []
    if inside.longest:
        waits: Phrase = sentence(["Waiting longest"])
        blocks.append(parts.context(waits, inside.longest[0].view.now))
    for one in inside.longest:
        blocks += [parts.rich(*entry(one.view, one.link)), *parts.actions([open_button(one.view, one.link)])]
    return blocks


def _desks(inside: Inside, now: datetime) -> list[Block]:
    """Return every running desk, how many accounts it reads, and what it ails from."""
    found: list[Phrase] = [
        [f"{one.name} since ", one.since, f"; accounts it reads: {one.reads}. {one.troubles}".rstrip()]
        for one in inside.inbox.desks
    ]
    return [parts.header("Running desks"), parts.rich(*parts.lines(found, now))] if found else []


def _connections(inside: Inside, now: datetime) -> list[Block]:
    """Return every account of ours with what stands and what it cannot do."""
    accounts = inside.inbox.connections
    if not accounts:
        return []
    found = [joined(connections.whole(one, now), "\n") for one in accounts]
    return [parts.header("Connections"), *(parts.rich(parts.line(one, now)) for one in found)]

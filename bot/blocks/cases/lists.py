"""The answers of `/care`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Channel, Link, Phrase, as_line, capital, joined, slack_date
from bot.blocks.base.wording import LOCK, UNUSUAL, display_name, full_name, handle, length, network, plural, segment
from bot.blocks.cases import history as trail
from bot.blocks.cases.card import head
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import in_a_list
from bot.domain.audit.line import Line
from bot.domain.base.moments import EPOCH
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.cases.redacted import HIDDEN
from bot.domain.cases.view import CaseView, Tally
from bot.domain.mentions.poll_pace import Allowance
from bot.domain.slack.notice import Room
from bot.domain.slack.readers import OURS, narrowest
from bot.ports.chat import Message

MOST_CASES = 20
MOST_LINES = 40
_PARTLY = "Older posts are still being indexed, so more may be found later."
_FOR_WHOM = "Only you see the answers. With “share” at the end everybody in the channel does."


@dataclass(frozen=True, slots=True)
class Command:
    """A verb of `/care`: its word, how it is typed, what it does."""

    name: str
    usage: str
    does: str


def status(
    tally: Tally,
    names: Mapping[str, str],
    networks: Mapping[str, str],
    share: str = "",
    readings: Sequence[tuple[str, Allowance, datetime | None]] = (),
    *,
    troubles: Sequence[Phrase] = (),
) -> Message:
    """Draw `/care status`: `names` by Slack user id, `networks` labels by network name, `share` a button value.

    `readings`: how many read requests each account's network still allows, and until when. `troubles`: what is wrong
    with our accounts, for leads.
    """
    now, today = now_lines(tally), _today(tally, networks)
    held = held_by(tally, names)
    blocks: list[Block] = [parts.fields(["\n".join(["*Now*", *now]), "\n".join(["*Today*", *today])])]
    if held:
        blocks.append(parts.small(held))
    when = _nearest(piece for one in troubles for piece in one if isinstance(piece, datetime))
    left, near = joined(_left(*one) for one in readings), _nearest(until for _, _, until in readings)
    if left:
        blocks.append(parts.context(left, near))
    if troubles:
        blocks.append(parts.rich(*parts.lines(troubles, when)))
    if share:
        blocks += parts.actions([parts.button("Share", ids.SHARE, share, "Show this to everybody in the channel")])
    tail = f" {as_line([held], EPOCH)}." if held else ""
    tail += as_line([" ", *left, "."], near) if left else ""
    tail += "".join(f" {as_line(one, when)}" for one in troubles)
    text = f"Now: {'; '.join(now)}. Today: {'; '.join(today)}.{tail}"
    return limits.fit(Message(text=text, blocks=blocks, kept_to=OURS))


def cases(title: str, views: Sequence[CaseView], links: Mapping[int, str], *, partly: bool = False) -> Message:
    """Draw a list of cases; `links`: addresses of threads by case number; `partly`: the search is incomplete."""
    shown = views[:MOST_CASES]
    lines = [parts.rich(*entry(view, links.get(view.case.id, ""))) for view in shown]
    more = len(views) - len(shown)
    left = f"and {plural(more, 'more case')}" if more else ""
    tail = [parts.small(left)] if left else []
    tail += [parts.small(_PARTLY)] if partly else []
    said = [as_line(briefly(view), view.now) for view in shown] or ["nothing here right now"]
    blocks = [parts.header(title), *(lines or [parts.small("Nothing here right now.")]), *tail]
    text = f"{as_line([title], EPOCH)}{f', {left}' if left else ''}: {'; '.join(said)}." + (
        f" {_PARTLY}" if partly else ""
    )
    kept_to = narrowest(view.kept_to for view in views)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def one_case(view: CaseView, link: str, lines: Sequence[Line]) -> Message:
    """Draw one case with its history."""
    where: list[Phrase] = [[Link("Open the thread", link)]] if link else []
    stands = [*(capital(one) for one in status_phrases(view)), *where]
    blocks = [
        *head(view),
        parts.rich(*parts.lines(stands, view.now)),
        parts.rich(*parts.lines(_told(view, lines), view.now)),
    ]
    return limits.fit(Message(text=as_line([*briefly(view), "."], view.now), blocks=blocks, kept_to=view.kept_to))


def history(view: CaseView, lines: Sequence[Line], earlier: str = "") -> Message:
    """Draw the history of a case, a sentence for each event; `earlier`: button value for the earlier cases, or ""."""
    title = f"Case {view.case.id}, {full_name(view.case)}: what happened"
    told = _told(view, lines)
    text = joined([[title], joined(told, "; ")], ": ")
    blocks = [parts.header(title), parts.rich(*parts.lines(told, view.now)), *_earlier(view, earlier)]
    return limits.fit(Message(text=as_line([*text, "."], view.now), blocks=blocks, kept_to=view.kept_to))


def _earlier(view: CaseView, value: str) -> list[Block]:
    if not value or not (view.history.cases or view.also):
        return []
    words = plural(view.history.cases, "earlier case") if not view.also else "Other cases, also on other networks"
    return parts.actions([parts.button(words, ids.CASE_EARLIER, value, f"{words} of {full_name(view.case)}")])


def help(commands: Sequence[Command]) -> Message:  # noqa: A001 - the word people type
    """Draw the list of `/care` verbs."""
    lines: list[Phrase] = [[Bold(f"/care {one.usage}"), f"  {one.does}\n"] for one in commands]
    text = "; ".join(f"/care {one.usage}: {one.does}" for one in commands)
    block = parts.rich(*(parts.line(one, EPOCH) for one in [*lines, [_FOR_WHOM]]))
    return limits.fit(Message(text=as_line([f"{text}. {_FOR_WHOM}"], EPOCH), blocks=[block], kept_to=OURS))


def unknown(words: str, commands: Sequence[Command]) -> str:
    """Return the answer to an unknown verb: the most similar verb, and how to list all."""
    name = words.split(maxsplit=1)[0].casefold()
    meant = [f"case {name}"] if name.isdecimal() else get_close_matches(name, [one.name for one in commands], 1)
    nearest = f" Did you mean `/care {meant[0]}`?" if meant else ""
    return f"Heard does not know that command.{nearest} `/care help` lists all of them."


def held_by(tally: Tally, names: Mapping[str, str]) -> str:
    """Return who holds how many cases: "Ana 4 · nobody 3"."""
    return " · ".join(f"{display_name(names, who)} {count}" for who, count in tally.by_assignee.items())


def _nearest(moments: Iterable[datetime | None]) -> datetime:
    """Return the earliest of the moments: with it as `now`, moments of that day are shown without a date."""
    return min((one for one in moments if one), default=EPOCH)


def _left(name: str, allowance: Allowance, until: datetime | None) -> Phrase:
    left = f"{name}: {allowance.left} of {allowance.limit} readings left"
    return [left, " until ", until] if until else [left]


def now_lines(tally: Tally) -> list[str]:
    """Return how many cases are open, wait for something, or are late, as lines of mrkdwn."""
    lines = [f"{tally.open} open, {tally.unclaimed} unclaimed{_replayed(tally.replayed)}"]
    lines += [f"{one.waiting} of these folded into storm {one.storm}" for one in tally.storms if one.waiting]
    if tally.in_review:
        since = f" since {slack_date(tally.review_since, tally.review_since)}" if tally.review_since else ""
        lines.append(f"{tally.in_review} {_s('wait', tally.in_review)} for approval{since}")
    lines.append(f"{tally.due_soon} due within the hour")
    if tally.lapsed:
        named = _numbers(tally.lapsed, tally.lapsed_count)
        lines.append(f"{tally.lapsed_count} past the promised time: {named}")
    if tally.needs_a_person:
        lines.append(f"stuck, please look: {_numbers(tally.needs_a_person, len(tally.needs_a_person))}")
    if tally.unreadable:
        lines.append(f"{plural(tally.unreadable, 'post')} could not be read: `/care unreadable`")
    if tally.light:
        lines.append(f"{plural(tally.light, 'light mention')} {_s('wait', tally.light)}: `/care close-day`")
    if tally.untold:
        lines.append(f"{plural(tally.untold, 'message')} {_s('wait', tally.untold)} to be shown in Slack")
    return [*lines, *(_held(said) for said in tally.held)]


def _held(said: Sequence[str | Room]) -> str:
    return as_line([Channel(one.channel) if isinstance(one, Room) else one for one in said], EPOCH)


def _today(tally: Tally, networks: Mapping[str, str]) -> list[str]:
    lines = [f"{tally.answered} answered{_in_time(tally)}{_replayed(tally.replayed_answered)}"]
    lines += [f"{plural(one.today, 'case')} folded into storm {one.storm}" for one in tally.storms if one.today]
    if tally.median_first is not None:
        lines.append(f"median first reply {length(tally.median_first)}")
    if tally.median_approval is not None:
        lines.append(f"median wait for approval {length(tally.median_approval)}")
    counts = " · ".join(f"{networks.get(name, name)} {count}" for name, count in tally.by_network.items())
    return [*lines, counts] if counts else lines


def _in_time(tally: Tally) -> str:
    """Return how many answers were in time, of all that were given or due."""
    if not tally.decided:
        return ""
    of = f" of {tally.decided} owed" if tally.unanswered else ""
    return f", {tally.in_time}{of} in time ({tally.in_time * 100 // tally.decided} %)"


def _replayed(count: int) -> str:
    return f", and {count} replayed" if count else ""


def _numbers(cases_: Sequence[int], count: int) -> str:
    shown = ", ".join(str(one) for one in cases_[:10])
    more = f" and {count - 10} more" if count > 10 else ""
    return f"{'case' if count == 1 else 'cases'} {shown}{more}"


def _s(verb: str, count: int) -> str:
    return f"{verb}s" if count == 1 else verb


def briefly(view: CaseView) -> Phrase:
    """Return a case of a list for a fallback line."""
    said = (f"Case {view.case.id}", UNUSUAL[view.case.priority], f"{full_name(view.case)} on {network(view)}")
    return [", ".join(one for one in said if one), ": ", *joined([in_a_list(view), *_stands(view)])]


def _stands(view: CaseView) -> list[Phrase]:
    """Return the status of a case for a list; it says first that its words are hidden from this reader, if so."""
    unread: Phrase = [f"{LOCK} {HIDDEN}"]
    stands = [one for one in status_phrases(view)[:2] if one != unread]
    return [unread, *stands] if view.hidden else stands


def entry(view: CaseView, link: str) -> list[Block]:
    """Return a case of a list as paragraphs of rich text; `link` leads to its thread."""
    case = view.case
    number: Phrase = [Link(f"Case {case.id}", link)] if link else [Bold(f"Case {case.id}")]
    who = f"{full_name(case)} {handle(case)}" if full_name(case) != handle(case) else handle(case)
    group: Phrase = [segment(view)] if segment(view) else []
    matters: Phrase = [UNUSUAL[case.priority]] if UNUSUAL[case.priority] else []
    facts = joined([number, [network(view)], matters, [who], group])
    return parts.lines([capital(one) for one in (facts, in_a_list(view), joined(_stands(view))) if one], view.now)


def _told(view: CaseView, lines: Sequence[Line]) -> list[Phrase]:
    shown = [trail.history_line(one, view.names) for one in lines[-MOST_LINES:]]
    left = len(lines) - len(shown)
    before: list[Phrase] = [[f"{plural(left, 'earlier line')} not shown"]] if left else []
    return [*before, *shown] or [["Nothing is written down yet"]]

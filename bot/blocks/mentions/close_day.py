"""The answer of `/care close-day`: how each mention of today ended, and buttons for those that are left."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Bold, Link, Phrase, as_line, capital, joined
from bot.blocks.base.wording import display_name, full_name, network, plural
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.light_lane import digest
from bot.blocks.mentions.post_facts import in_a_list
from bot.domain.cases.view import CaseView
from bot.domain.mentions.day_end import ClosingDay, DayEnd, End
from bot.domain.slack.readers import narrowest
from bot.domain.storms.view import FoldedShare
from bot.ports.chat import Message

_DONE = "Nothing is left: every mention ended somewhere."
_ENDS: Mapping[End, str] = {
    End.REPLIED: "{many} replied to",
    End.LIKED: "{many} liked",
    End.FOLDED: "{many} folded into another case",
    End.IN_STORM: "{many} folded into a storm, not answered yet",
    End.SET_ASIDE: "{many} set aside",
    End.SOLVED: "{many} solved without a reply",
    End.LEFT: "{many} still wait",
}


def close_day(day: ClosingDay, secret: bytes, now: datetime) -> Message:
    """Draw the end of a day."""
    told = [*_numbers(day), *(_aside(view, by, day) for view, by in day.aside)]
    left = _left(day.end)
    cases = [_case(view, day.links.get(view.case.id, "")) for view in day.left]
    light, aloud = digest.waiting_on(day.light, secret, now)
    more = _more(day)
    blocks: list[Block] = [
        parts.rich(*parts.lines(told, now)),
        parts.rich(parts.line(left, now)),
        *([parts.rich(*parts.lines([*cases, *more], now))] if cases or more else []),
        *light,
    ]
    text = as_line(joined([[*joined(told, ". "), "."], left, joined([*cases, *more, *aloud], "; ")], " "), now)
    kept_to = narrowest(
        [day.light.kept_to, *(one.kept_to for one in day.left), *(one.kept_to for one, _ in day.aside)]
    )
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def _numbers(day: ClosingDay) -> list[Phrase]:
    """Return how many came in, where they ended, and who set light ones aside."""
    end = day.end
    came = sum(end.ends.values())
    ends = [[words.format(many=end.ends[one])] for one, words in _ENDS.items() if end.ends.get(one)]
    head: Phrase = [Bold(f"{plural(came, 'mention')} today"), ": " if ends else "", *joined(ends)]
    by = [[f"{display_name(day.names, who)} {many}"] for who, many in end.light_aside.items()]
    light: list[Phrase] = [["Set aside for good in the light lane: ", *joined(by)]] if by else []
    return [head, *_storms(day), *light, *_not_fed(end)]


def _storms(day: ClosingDay) -> list[Phrase]:
    """Return how many cases are folded in which storm."""
    return [_folded(one, day.storm_links.get(one.storm, "")) for one in day.end.storms]


def _folded(one: FoldedShare, link: str) -> Phrase:
    name = f"storm {one.storm}"
    waits = f"; {one.waiting} wait for an answer" if one.waiting else "; all of them are answered"
    return ["In ", Link(name, link) if link else name, f": {plural(one.today, 'case')} of today{waits}"]


def _not_fed(end: DayEnd) -> list[Phrase]:
    """Return how many were set aside because of who wrote them, and where they are listed."""
    if not end.not_fed:
        return []
    wrote = "was" if end.not_fed == 1 else "were"
    return [[f"{end.not_fed} {wrote} set aside because of who wrote {'it' if end.not_fed == 1 else 'them'}"]]


def _aside(view: CaseView, by: str, day: ClosingDay) -> Phrase:
    who = f"by {display_name(day.names, by)}"
    return joined(
        [_number(view, day.links.get(view.case.id, "")), [full_name(view.case)], *status_phrases(view)[:1], [who]]
    )


def _left(end: DayEnd) -> Phrase:
    if not end.left:
        return [Bold(_DONE)]
    said = [
        plural(end.cases_left, "case"),
        f"{end.folded_left} folded into storms",
        plural(end.light_left, "light mention"),
        f"{plural(end.unreadable_left, 'post')} that could not be read",
    ]
    counts = (end.cases_left, end.folded_left, end.light_left, end.unreadable_left)
    return [Bold("Left: "), ", ".join(one for one, many in zip(said, counts, strict=True) if many), "."]


def _more(day: ClosingDay) -> list[Phrase]:
    more = day.end.cases_left - len(day.left)
    queue: list[Phrase] = [[f"and {plural(more, 'more case')}: “/care queue” lists them"]] if more > 0 else []
    return [*queue, ["“/care unreadable” lists what cannot be read"]] if day.end.unreadable_left else queue


def _case(view: CaseView, link: str) -> Phrase:
    stands = [capital(one) for one in status_phrases(view)[:2]]
    return joined([_number(view, link), [f"{full_name(view.case)} on {network(view)}"], in_a_list(view), *stands])


def _number(view: CaseView, link: str) -> Phrase:
    return [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]

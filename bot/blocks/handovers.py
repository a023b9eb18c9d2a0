"""What people still hold at the end of their turn, for the team: each case with what is owed, and its ways on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.blocks import ids, limits, parts
from bot.blocks.parts import Block
from bot.blocks.phrases import Link, Phrase, capital, joined, spoken
from bot.blocks.posted import in_a_list
from bot.blocks.standing import standing
from bot.blocks.wording import called, full_name, network, plural, who_waits
from bot.domain.handover import Handover
from bot.domain.reading import together
from bot.domain.view import CaseView
from bot.ports.chat import Message

MOST = 10  # cases with buttons; a message holds 50 blocks

Entry = tuple[CaseView, str]  # a case that is still held, and the address of its thread or ""


def handover(
    found: Handover,
    still: Sequence[Entry],
    on: Sequence[str],
    names: Mapping[str, str],
    *,
    secret: bytes,
    now: datetime,
) -> Message:
    """Draw what is still held of `found`, most urgent first; `on`: who is on now, as Slack user ids."""
    head = joined([_ended(found, still, names), _on(on, names)], " ")
    lines = [_line(entry) for entry in still[:MOST]]
    left = len(still) - MOST
    more: list[Phrase] = [[f"and {left} more: “/care queue” lists them"]] if left > 0 else []
    blocks = [parts.rich(parts.line(head, now))]
    for (view, _), line in zip(still, lines, strict=False):
        blocks += [parts.rich(parts.line(line, now)), *parts.actions(_buttons(view, found, secret))]
    blocks += [parts.rich(parts.line(one, now)) for one in more]
    text = spoken(joined([head, joined([*lines, *more], "; ")], " "), now)
    kept_to = together(view.kept_to for view, _ in still)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def _ended(found: Handover, still: Sequence[Entry], names: Mapping[str, str]) -> Phrase:
    people = list(dict.fromkeys(called(names, who) for _, who in found.cases))
    whose = people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}"
    if not still:
        return [f"{whose} went off at ", found.ended_at, ". Every case is in other hands now, or done."]
    holds = "still holds" if len(people) == 1 else "still hold"
    return [f"{whose} went off at ", found.ended_at, f" and {holds} {plural(len(still), 'case')}."]


def _on(on: Sequence[str], names: Mapping[str, str]) -> Phrase:
    people = ", ".join(called(names, who) for who in on[:MOST])
    return [f"On now: {people}." if people else "Nobody is on now."]


def _line(entry: Entry) -> Phrase:
    view, link = entry
    number: Phrase = [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]
    stands = [capital(one) for one in standing(view)[:2]]
    return joined([number, [f"{full_name(view.case)} on {network(view)}"], in_a_list(view), *stands])


def _buttons(view: CaseView, found: Handover, secret: bytes) -> list[Block | None]:
    value, about = ids.button_value(ids.HANDOVER, found.id, view.case.id, secret), who_waits(view.case)
    return [
        parts.button("Hand over", ids.HANDOVER_GIVE, value, f"Hand over case {view.case.id}, {about}"),
        parts.button("Back to the team", ids.HANDOVER_BACK, value, f"Case {view.case.id}, {about}, back to the team"),
    ]

"""The list of cases that people still hold at the end of their turn, with due moments and buttons."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Link, Phrase, as_line, capital, joined
from bot.blocks.base.wording import display_name, full_name, network, plural, who_waits
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import in_a_list
from bot.domain.cases.view import CaseView
from bot.domain.slack.readers import narrowest
from bot.domain.team.handover import Handover
from bot.ports.chat import Message

MOST = 10  # cases with buttons; a message holds 50 blocks

Entry = tuple[CaseView, str]  # a case that still has its assignee, and the address of its thread or ""


def handover(
    found: Handover,
    still: Sequence[Entry],
    on: Sequence[str],
    names: Mapping[str, str],
    *,
    back: Collection[str] = (),
    secret: bytes,
    now: datetime,
) -> Message:
    """Draw the `still` held cases of `found`, most urgent first; `on`: who is on now, `back`: who came back on.

    Both are Slack user ids. The list is redrawn when one of its people comes on or goes off, not for other people.
    """
    head = joined([_ended(found, still, back, names), _on(on, names, now) if still else []], " ")
    lines = [_line(entry) for entry in still[:MOST]]
    left = len(still) - MOST
    more: list[Phrase] = [[f"and {left} more: “/care queue” lists them"]] if left > 0 else []
    blocks = [parts.rich(parts.line(head, now))]
    for (view, _), line in zip(still, lines, strict=False):
        blocks += [parts.rich(parts.line(line, now)), *parts.actions(_buttons(view, found, secret))]
    blocks += [parts.rich(parts.line(one, now)) for one in more]
    text = as_line(joined([head, joined([*lines, *more], "; ")], " "), now)
    kept_to = narrowest(view.kept_to for view, _ in still)
    return limits.fit(Message(text=text, blocks=blocks, kept_to=kept_to))


def _ended(found: Handover, still: Sequence[Entry], back: Collection[str], names: Mapping[str, str]) -> Phrase:
    people = list(dict.fromkeys(who for _, who in found.cases))
    went: Phrase = [f"{_all_of(people, names)} went off at ", found.ended_at]
    again, away = [one for one in people if one in back], [one for one in people if one not in back]
    if again:
        are = "is on again" if len(again) == 1 else "are on again"
        went = [*went, f"; {_all_of(again, names)} {are}" if away else f" and {are}"]
    if not still:
        return [*went, ". Nothing is left to take over." if again else ". Every case is in other hands now, or done."]
    holds = f"{'still holds' if len(away) == 1 else 'still hold'} {plural(len(still), 'case')}."
    return [*went, f". {_all_of(away, names)} {holds}" if again else f" and {holds}"]


def _all_of(people: Sequence[str], names: Mapping[str, str]) -> str:
    every = [display_name(names, who) for who in people]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"


def _on(on: Sequence[str], names: Mapping[str, str], now: datetime) -> Phrase:
    people = ", ".join(display_name(names, who) for who in on[:MOST])
    return ["On at ", now, f": {people}."] if people else ["Nobody was on at ", now, "."]


def _line(entry: Entry) -> Phrase:
    view, link = entry
    number: Phrase = [Link(f"Case {view.case.id}", link)] if link else [f"Case {view.case.id}"]
    stands = [capital(one) for one in status_phrases(view)[:2]]
    return joined([number, [f"{full_name(view.case)} on {network(view)}"], in_a_list(view), *stands])


def _buttons(view: CaseView, found: Handover, secret: bytes) -> list[Block | None]:
    value, about = ids.button_value(ids.HANDOVER, found.id, view.case.id, secret), who_waits(view.case)
    return [
        parts.button("Hand over", ids.HANDOVER_GIVE, value, f"Hand over case {view.case.id}, {about}"),
        parts.button("Back to the team", ids.HANDOVER_BACK, value, f"Case {view.case.id}, {about}, back to the team"),
    ]

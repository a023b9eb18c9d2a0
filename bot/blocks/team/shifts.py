"""The answers of `/care who`, `on`, `off` and `away`."""

from collections.abc import Mapping
from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Phrase, as_line, joined, sentence
from bot.blocks.base.wording import display_name, plural
from bot.blocks.team.swaps import in_list
from bot.domain.slack.readers import OURS
from bot.domain.team.shifts import ShiftChange
from bot.domain.team.swaps import OnShift
from bot.ports.chat import Message

MOST = 40  # people in a list


def who(found: OnShift, names: Mapping[str, str], now: datetime) -> Message:
    """Draw who is on and who is off."""
    on = [_on(found, names, one, cases) for one, cases in found.on[:MOST]]
    off = [_off(names, one, until) for one, until in found.off[:MOST]]
    left = max(len(found.on) - MOST, 0) + max(len(found.off) - MOST, 0)
    more: list[Phrase] = [[f"and {left} more"]] if left else []
    swapped = [in_list(one, names) for one in found.swaps[:MOST]]
    guests: list[Phrase] = [
        [f"{display_name(names, one)}, a guest, holds {plural(n, 'case')}"] for one, n in found.guests[:MOST]
    ]
    lines = [
        *(on or [["Nobody is on now. “/care on” puts you on."]]),
        *_approving(found),
        *guests,
        *off,
        *more,
        *_unread(found),
        *swapped,
    ]
    text = joined([sentence(one) for one in lines], " ")
    return limits.fit(Message(text=as_line(text, now), blocks=[parts.rich(*parts.lines(lines, now))], kept_to=OURS))


def _on(found: OnShift, names: Mapping[str, str], who: str, cases: int) -> Phrase:
    does = [word for word, them in (("approves", found.approvers), ("leads", found.leads)) if who in them]
    return joined([[f"{display_name(names, who)} is on"], [plural(cases, "case")], *([one] for one in does)])


def _approving(found: OnShift) -> list[Phrase]:
    if len(found.approvers) > 1:
        return []
    how_many = "Only one person who is on" if found.approvers else "Nobody who is on"
    return [[f"{how_many} can approve"]]


def _unread(found: OnShift) -> list[Phrase]:
    if not found.unread:
        return []
    return [[f"Slack has not told yet who {found.unread} more of the team {'is' if found.unread == 1 else 'are'}"]]


def _off(names: Mapping[str, str], who: str, until: datetime | None) -> Phrase:
    back: Phrase = [" until ", until] if until else []
    return [f"{display_name(names, who)} is off", *back]


def what_was_said(change: ShiftChange, now: datetime) -> Message:
    """Draw the confirmation of somebody's `/care on`, `off` or `away`."""
    what = "You are on, and can be asked" if change.on else "You are off, and are not asked"
    until: Phrase = [" until ", change.until] if change.until else [' until you say "/care off"']
    if change.until is None and not change.on:
        until = [' until you say "/care on"']
    line: Phrase = [what, *until, "."]
    return limits.fit(Message(text=as_line(line, now), blocks=[parts.rich(parts.line(line, now))], kept_to=OURS))

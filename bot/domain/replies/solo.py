"""The lanes of solo replies, which are sent while nobody else can approve."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.promises.spoken_promise import is_moment
from bot.domain.team.shifts import Shift, ShiftChange, next_turn, on_shift

_CURRENCY = r"(?:[€$£¥₹]|EUR|USD|GBP|CHF|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|euros?|dollars?|pounds?)"
_NUMBER = r"\d{1,3}(?:[.,' ]?\d{3}){0,3}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"{_CURRENCY} ?{_NUMBER}|{_NUMBER} ?{_CURRENCY}", re.ASCII | re.IGNORECASE)
STOP_WITHIN = timedelta(minutes=2)  # prepared words wait for this time, so that somebody can stop them


class Lane(StrEnum):
    """The way in which a reply was approved."""

    USUAL = ""  # a second person approved
    TEMPLATE = "template"  # prepared words, unedited, after two minutes in which anybody may stop them
    REASON = "reason"  # solo, with a reason, which a lead reads afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRule:
    """The lanes allowed for these topics (lower case); without topics, for all that no other rule names."""

    lanes: frozenset[Lane]
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloChoice:
    """The options of somebody while nobody else can approve."""

    lanes: Sequence[Lane] = ()
    until: datetime | None = None  # when another approver comes on; None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloReply:
    """A reply that was sent solo, and the lead who read it."""

    id: int  # of its approval
    case_id: int
    draft_id: int
    lane: Lane
    reason: str
    by: str
    at: datetime
    text: str
    url: str = ""
    read_by: str = ""
    read_at: datetime | None = None


def allowed(rules: Iterable[LaneRule], topic: str) -> frozenset[Lane]:
    """Return the lanes for a topic: by the rule that names it, else by the rule without topics, else none."""
    by_topic: dict[str, frozenset[Lane]] = {}
    for rule in rules:
        by_topic |= dict.fromkeys(rule.topics or {""}, rule.lanes)
    return by_topic.get(topic.lower(), by_topic.get("", frozenset()))


def next_on(
    shifts: Sequence[Shift],
    changes: Mapping[str, ShiftChange],
    people: Iterable[str],
    now: datetime,
    given: Sequence[ShiftChange] = (),
) -> datetime | None:
    """Return when the first of these people, who are all off, comes on; None: unknown.

    `changes`: people's own changes. `given`: turns that people gave each other.
    """
    known = [_on_again(shifts, changes.get(who), who, now, given) for who in people]
    return min((one for one in known if one is not None), default=None)


def _on_again(
    shifts: Sequence[Shift], change: ShiftChange | None, who: str, now: datetime, given: Sequence[ShiftChange]
) -> datetime | None:
    after = now
    if change is not None and not change.on and change.holds(now):
        if change.until is None:
            return None
        after = change.until
    if who in on_shift(shifts, given, {who}, after):
        return after if after > now else None
    return next_turn(shifts, who, after, given)


def refuse_unless_solo(lane: Lane, lanes: Collection[Lane], others: Collection[str]) -> None:
    """Raise NotUsable while somebody else can approve, or if this lane is closed to this person here."""
    if others:
        who = f"<@{min(others)}>"
        raise NotUsable(f"{who} can approve now. Choose “Leave it for approval”, and they are asked.", "lane")
    if lane not in lanes:
        raise NotUsable("This way is not open here. Choose “Leave it for approval”; the draft waits.", "lane")


def bounded_template_facts(facts: Mapping[str, str], links: Collection[str]) -> Mapping[str, str]:
    """Return the facts without free text: a moment, an amount of money, the bare name of our own site.

    `links` are the hosts that replies may link to. A path after a host is free text.
    """
    hosts = {host.casefold() for host in links}
    return {key: fact for key, fact in facts.items() if _is_bounded(fact.strip(), hosts)}


def _is_bounded(fact: str, hosts: Collection[str]) -> bool:
    host = fact.casefold().removeprefix("https://").removesuffix("/")
    return not fact or is_moment(fact) or _AMOUNT.fullmatch(fact) is not None or host in hosts


def refuse_words_of_ones_own(facts: Mapping[str, str], links: Collection[str]) -> None:
    """Raise NotUsable if a filled-in fact is free text: the reply is then more than prepared words."""
    own = [fact for key, fact in facts.items() if key not in bounded_template_facts(facts, links)]
    if own:
        raise NotUsable(
            f"“{own[0][:40]}” are your own words, so somebody else reads them first. Leave it for approval, or "
            "choose prepared words that ask for nothing but a time or an amount.",
            "words",
        )


def refuse_unless_bounded(lane: Lane, *, text: str, prepared: str, reason: str) -> None:
    """Raise NotUsable unless the lane's condition holds: prepared words are unedited, other words have a reason."""
    if lane == Lane.TEMPLATE and (text != prepared or not prepared):
        raise NotUsable(
            "These are not the prepared words as they stand. Choose them again and change nothing but the facts they "
            "ask for, or leave it for approval.",
            "words",
        )
    if lane == Lane.REASON and not reason.strip():
        raise NotUsable("Please say why this cannot wait for a second person. A lead reads it afterwards.", "why")


def refuse_while_it_waits(sends_at: datetime | None, at: datetime) -> None:
    """Raise Outdated before the moment at which the reply may be sent."""
    if sends_at is not None and at < sends_at:
        raise Outdated("This reply can still be stopped. It goes out by itself once that time is over.")

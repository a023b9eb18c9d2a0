"""The lanes of solo replies: how a reply can go out while nobody else can approve it."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.base.refusals import NotUsable, Outdated
from bot.domain.promises.spoken_promise import is_moment
from bot.domain.team.shifts import Shift, ShiftChange, next_turn, on_shift

_CURRENCY = r"(?:[€$£¥₹]|EUR|USD|GBP|CHF|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|euros?|dollars?|pounds?)"
_NUMBER = r"\d{1,3}(?:[.,' ]?\d{3}){0,3}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"{_CURRENCY} ?{_NUMBER}|{_NUMBER} ?{_CURRENCY}", re.ASCII | re.IGNORECASE)
STOP_WITHIN = timedelta(minutes=2)  # so long prepared words wait for somebody to stop them


class Lane(StrEnum):
    """By which way a reply was let out."""

    USUAL = ""  # a second person said yes
    TEMPLATE = "template"  # prepared words, unedited, after two minutes in which anybody may stop them
    REASON = "reason"  # solo, with a reason, which a lead reads afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRule:
    """Which lanes leads allow for these topics (small letters); without topics, for all that no other rule names."""

    lanes: frozenset[Lane]
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloChoice:
    """What somebody can do while nobody else can approve."""

    lanes: Sequence[Lane] = ()
    until: datetime | None = None  # when somebody else who can approve comes on; None: nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloReply:
    """A reply that went out solo, and who of the leads read it."""

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
    """Return the lanes for a topic: by the rule that names it, else by the one that names none, else no lane."""
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
    """Return when the first of these people, who are all off, comes on by what is known; None: nobody can say.

    `changes`: what each said of themselves. `given`: what people gave each other of their turns.
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
    """Raise NotUsable while somebody else can approve, or where this lane is not open to this person here."""
    if others:
        who = f"<@{min(others)}>"
        raise NotUsable(f"{who} can approve now. Choose “Leave it for approval”, and they are asked.", "lane")
    if lane not in lanes:
        raise NotUsable("This way is not open here. Choose “Leave it for approval”; the draft waits.", "lane")


def bounded_facts(facts: Mapping[str, str], links: Collection[str]) -> Mapping[str, str]:
    """Return those facts that are no words of anybody's: a moment, an amount of money, the bare name of our own site.

    `links` are the hosts that replies may link to. What follows a host is words that somebody chose.
    """
    hosts = {host.casefold() for host in links}
    return {key: fact for key, fact in facts.items() if _is_bounded(fact.strip(), hosts)}


def _is_bounded(fact: str, hosts: Collection[str]) -> bool:
    host = fact.casefold().removeprefix("https://").removesuffix("/")
    return not fact or is_moment(fact) or _AMOUNT.fullmatch(fact) is not None or host in hosts


def refuse_words_of_ones_own(facts: Mapping[str, str], links: Collection[str]) -> None:
    """Raise NotUsable where somebody filled in words of their own: then these are not prepared words alone."""
    own = [fact for key, fact in facts.items() if key not in bounded_facts(facts, links)]
    if own:
        raise NotUsable(
            f"“{own[0][:40]}” are your own words, so somebody else reads them first. Leave it for approval, or "
            "choose prepared words that ask for nothing but a time or an amount.",
            "words",
        )


def refuse_unless_bounded(lane: Lane, *, text: str, prepared: str, reason: str) -> None:
    """Raise NotUsable unless the lane's own bound holds: prepared words are unedited, other words have a reason."""
    if lane == Lane.TEMPLATE and (text != prepared or not prepared):
        raise NotUsable(
            "These are not the prepared words as they stand. Choose them again and change nothing but the facts they "
            "ask for, or leave it for approval.",
            "words",
        )
    if lane == Lane.REASON and not reason.strip():
        raise NotUsable("Please say why this cannot wait for a second person. A lead reads it afterwards.", "why")


def refuse_while_it_waits(sends_at: datetime | None, at: datetime) -> None:
    """Raise Outdated before the moment from which the reply may go out."""
    if sends_at is not None and at < sends_at:
        raise Outdated("This reply can still be stopped. It goes out by itself once that time is over.")

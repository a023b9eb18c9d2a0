"""Swaps of turns: one person asks, another accepts; both are told."""

import re
from datetime import datetime, timedelta

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.text import for_slack
from bot.domain.team.shifts import Turn
from bot.domain.team.swaps import Swap, SwapState
from bot.ports import Desk
from bot.services.base.sweeping import sweep
from bot.services.team import access, shifts

UNANSWERED = timedelta(days=60)  # questions about turns that ended longer ago are closed
_ID = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


def ask_for_swap(desk: Desk, words: str, *, by: str, at: datetime) -> Swap:
    """Ask somebody, by name, to take the current or next turn of `by`; raise NotUsable."""
    turn = next(iter(shifts.turns(desk, by, at)), None)
    if turn is None:
        raise NotUsable("You have no turn to give away. `/care off` takes you off, `/care who` shows who is on.")
    return ask_for(desk, teammate_named(desk, words), turn, by=by, at=at)


def ask_for(desk: Desk, taker: str, turn: Turn, *, by: str, at: datetime) -> Swap:
    """Ask somebody to take this turn of `by`; raise NotUsable if they cannot."""
    begins, ends = turn
    who = for_slack(access.name_of(desk, taker), 80)
    if taker == by:
        raise NotUsable("That is you. Write whom you ask, for example `/care swap @ben`.")
    if taker in shifts.planned(desk, max(begins, at)):
        raise NotUsable(f"{who} is on then already. Ask somebody who is not.")
    asked = Swap(asker=by, taker=taker, begins=begins, ends=ends, asked_at=at)
    with desk.store.transaction():
        swap = desk.store.add_swap(asked)
        if swap is not None:
            _note(desk, "swap_asked", swap, by=by, at=at)
    if swap is None:
        raise NotUsable(
            "Somebody was asked about that turn already. `/care who` shows whom; their answer comes first."
        )
    return swap


def teammate_named(desk: Desk, words: str) -> str:
    """Return the teammate with this name, id, or first name if only one person has it."""
    said = " ".join(words.split())
    found = _ID.fullmatch(said)
    people = {one.id: one.name for one in desk.store.people() if one.id in shifts.team(desk)}
    who = found[1] if found else said
    if who in people:
        return who
    name = said.removeprefix("@").casefold()
    whole = [who for who, one in people.items() if one.casefold() == name]
    fits = whole or [who for who, one in people.items() if name and one.casefold().split()[:1] == [name]]
    if len(fits) == 1:
        return fits[0]
    if fits:
        several = for_slack(", ".join(sorted(people[who] for who in fits)), 200)
        raise NotUsable(f"There are several: {several}. Please write the whole name.")
    shown = for_slack(said, 40)
    raise NotUsable(
        f"Nobody called “{shown}” is on the team. Write the name as Slack shows it, for example `/care swap @ben`."
        if shown
        else "Please say whom you ask, for example `/care swap @ben`."
    )


def accept(desk: Desk, swap_id: int, *, by: str, at: datetime) -> Swap:
    """Accept the turn that `by` was asked to take."""
    return _decide(desk, swap_id, SwapState.ACCEPTED, by=by, at=at)


def decline(desk: Desk, swap_id: int, *, by: str, at: datetime) -> Swap:
    """Decline the turn: it stays with the asker."""
    return _decide(desk, swap_id, SwapState.DECLINED, by=by, at=at)


def _decide(desk: Desk, swap_id: int, state: SwapState, *, by: str, at: datetime) -> Swap:
    swap = desk.store.swap(swap_id)
    if swap.taker != by:
        raise NotYours(f"This question is for <@{swap.taker}>.")
    if swap.state == state:
        return swap
    if swap.state != SwapState.ASKED or at >= swap.answer_by:
        raise Outdated("That question is over. `/care who` shows who is on.")
    if not _decided(desk, swap, state, by=by, at=at):
        raise Outdated("That question is over. `/care who` shows who is on.")
    return desk.store.swap(swap_id)


def expire(desk: Desk, now: datetime) -> int:
    """Close the questions without an answer in time, and tell both people; return how many."""
    asked = [one for one in desk.store.swaps(now - UNANSWERED) if one.state == SwapState.ASKED]
    over = {one.id: one for one in asked if one.answer_by <= now}
    return sweep(desk, "expire", over, lambda one: _decided(desk, over[one], SwapState.EXPIRED, by="desk", at=now))


def _decided(desk: Desk, swap: Swap, state: SwapState, *, by: str, at: datetime) -> bool:
    with desk.store.transaction():
        done = desk.store.decide_swap(swap.id, state, at)
        if done:
            _note(desk, f"swap_{state}", swap, by=by, at=at)
    return done


def _note(desk: Desk, verb: str, swap: Swap, *, by: str, at: datetime) -> None:
    moments = {"begins": swap.begins.isoformat(), "ends": swap.ends.isoformat()}
    desk.store.note(verb, by, at, {"swap": swap.id, "asker": swap.asker, "taker": swap.taker, **moments})

"""Remembers in the store which troubles leads were told of, until they are told of the end: also across restarts."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.moments import moment_in
from bot.ports import Desk

Told = tuple[str, str]  # a setting and its value, to be stored with the sentence


def told_of(what: str, since: datetime, facts: Sequence[str] = ()) -> Told:
    """Return what to store with the report of a trouble."""
    return _key(what), " ".join((since.isoformat(), *facts))


def told_by(desk: Desk, what: str, since: datetime) -> Told:
    """Return the same for a trouble of this process, whose name is kept with it."""
    return told_of(what, since, [desk.store.own_name()])


def over(what: str) -> Told:
    """Return what to store with the report that a trouble is over."""
    return _key(what), ""


def open_since(desk: Desk, what: str) -> tuple[datetime | None, Sequence[str]]:
    """Return since when a trouble stands of which leads were told, with its facts; None: it does not."""
    since, *facts = desk.store.setting(_key(what)).split(" ")
    return moment_in(since), facts


def left_by_another(desk: Desk, what: str) -> datetime | None:
    """Return since when a trouble stands that a process told of which runs no more; None: there is none."""
    since, facts = open_since(desk, what)
    if since is None:
        return None
    running = {one.name for one in desk.store.running_desks()}
    return None if running & set(facts) else since


def _key(what: str) -> str:
    return f"told:{what}"

"""Keeps the list of erasures outside the database, and erases again whom an older copy brings back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.erasure.erased_list import ErasedAgain, ErasedList
from bot.ports import Desk, Store
from bot.services.erasure.erasing import carry_on

BY = "desk"
NOBODY = "0 "  # how the state of a database begins in which nobody was erased


class KeepsErased(Protocol):
    """A place of the list, outside the database."""

    def kept(self) -> ErasedList | None:
        """Return the list; None where there is none."""

    def wants(self, state: str) -> bool:
        """Return whether the list of this state was not written there yet, and can be."""

    def keep(self, listed: ErasedList, state: str) -> bool:
        """Add to the list and return whether it is written."""


def watch_list(desk: Desk, places: Sequence[KeepsErased], now: datetime) -> None:
    """Keep the list; erase again whom it names where the database went back while the desk ran."""
    if desk.erases_again.is_set():
        erase_again(desk, known_to(places), now)
        desk.erases_again.clear()  # only now: a database that went back may be out of service for a while
    keep_list(desk.store, places)


def keep_list(store: Store, places: Iterable[KeepsErased]) -> None:
    """Write the list wherever it is not yet as in the database; a place that is away gets it later."""
    state = store.erasures_state()
    wanting = [one for one in places if one.wants(state)]
    if wanting and not state.startswith(NOBODY):
        listed = store.erased_list()
        for one in wanting:
            one.keep(listed, state)


def known_to(places: Iterable[KeepsErased]) -> ErasedList:
    """Return what all places know together."""
    whole = ErasedList()
    for one in places:
        whole = whole.plus(one.kept() or ErasedList())
    return whole


def erase_again(desk: Desk, listed: ErasedList, now: datetime) -> ErasedAgain:
    """Erase again everybody on the list whom this database, an older copy, does not know as erased."""
    with desk.store.transaction():
        desk.store.hold_intake_back()
        again = desk.store.begin_erasures_again(listed, BY)
        if again.begun:
            desk.store.note("erasures_begun_again", BY, now, {"people": again.begun})
    if again.begun:
        carry_on(desk, now)
    return again

"""Notices at a start that the database is an older copy, and holds the desk: an epoch begins."""

import secrets
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.backups.epoch import MOVED, Epoch
from bot.domain.backups.witness import Witness, why_older
from bot.domain.halts.halt import Halt, HaltKind
from bot.ports import Desk, OutcomeLost, Store
from bot.services.base.button_key import signing_key

_LEAST = timedelta(microseconds=1)
WHY, KNOWN_UNTIL, NOT_KNOWN = "hold.why", "hold.known_until", "hold.not_known"
_DESK, _KEPT = "desk.id", "witness.kept"
_HELD = "Nothing is sent and nobody is reminded: this database is an older copy, and a lead has not released it yet."

FORGOT = "It does not know of a call to a network that this process made: it lost what was stored last."
_MAYBE = "The database has lost that this was called for before, so it may be public already."
_MOST = 10_000  # calls kept in memory
_PAUSED = "Sending was paused here before the database went back to an older copy. `/care resume` lets it go on."


class KeepsWitness(Protocol):
    """The place of the witness, outside the database."""

    def kept(self) -> Witness | None:
        """Return the witness, or None."""

    def keep(self, witness: Witness) -> bool:
        """Write it down; return whether it is written."""


def notice_return(store: Store, where: KeepsWitness, now: datetime, *, alone: bool = True) -> str:
    """Begin an epoch, in hold, where the database is not the one that the witness knows; return why, or "".

    `alone`: no other machine works on the database, so that a missing witness says something.
    """
    kept = where.kept()  # first: another thread may write a later one meanwhile
    found = testimony(store)
    was_kept = alone and bool(store.setting(_KEPT))
    why = why_older(kept, found, store.desk_line(kept.place) if kept else "", was_kept=was_kept)
    begun = begin_held(store, why, now, kept, after=found.epoch) if why else None
    if kept and not begun and kept.epoch < found.epoch:
        _pause_where_held_by_others(store, kept, now)
    write_testimony(store, where)
    return why if begun else ""


def keep_watch(desk: Desk, where: KeepsWitness, now: datetime) -> None:
    """Write down how far the database has come; hold the desk where it went back, as after a failover of a server."""
    notice_return(desk.store, where, now, alone=False)
    go_on_in_newest_epoch(desk)


def begin_moved(store: Store, now: datetime, known: Witness | None) -> None:
    """Begin the epoch, in hold, of a database that was moved here; an older copy stays one by that."""
    older = why_older(known, testimony(store), store.desk_line(known.place)) if known else ""
    begin_held(store, f"{MOVED} {older}".strip(), now, known, by="command line")


def begin_call(desk: Desk, key: str, tried: int, now: datetime) -> OutcomeLost | None:
    """Remember the call that comes next, by the key of its approval and the number that the database gives it.

    Where this process made one with that number or a later one, the database went back, as after a failover: the desk
    is held, and the outcome of a call that is not made is returned.
    """
    before = desk.called.pop(key, 0)
    while len(desk.called) >= _MOST:
        desk.called.pop(next(iter(desk.called)), None)
    desk.called[key] = tried
    if before < tried:
        return None
    begin_held(desk.store, FORGOT, now, after=desk.epochs.number)  # `keep_watch` comes right after each round
    return OutcomeLost(_MAYBE)


def go_on_in_newest_epoch(desk: Desk) -> None:
    """Sign and mark in the newest epoch, begun here or by another desk."""
    epochs = desk.store.epochs()
    if epochs.number != desk.epochs.number:
        desk.go_on_in(epochs, signing_key(desk.store))


def write_testimony(store: Store, where: KeepsWitness) -> None:
    """Write down how far the database has come; not within a transaction, and seldom, so that it costs no click."""
    if where.keep(testimony(store)) and not store.setting(_KEPT):
        store.put_setting(_KEPT, "yes")  # only now: a kill before it must not look like a missing witness


def begin_held(
    store: Store,
    why: str,
    now: datetime,
    known: Witness | None = None,
    *,
    by: str = "desk",
    after: int | None = None,
) -> Epoch | None:
    """Begin an epoch in which nothing is sent and nobody is reminded until a person releases it.

    `known`: what is known beside the database of how far it had come. `after`: the epoch for which that was told;
    where another desk has begun one meanwhile, that one stands, and None is returned.
    """
    with store.transaction():
        known_until = store.last_known_at() or now
        # Where the clock was set back, all that the copy knows is still from before the hold.
        halt = Halt(kind=HaltKind.HOLD, by=by, at=max(now, known_until + _LEAST), why=_HELD)
        epoch = store.begin_epoch(halt, why=why, nonce=secrets.token_hex(16), known=known, after=after)
        if epoch is None:
            return None
        if known and why != MOVED:
            _pause_again(store, known, halt.at)
        store.put_setting(WHY, why)
        store.put_setting(KNOWN_UNTIL, min(known_until, now).isoformat())
        store.put_setting(NOT_KNOWN, "")
        store.put_setting(_KEPT, "")  # on a new machine there is no witness, and the hold stands already
    return epoch


def _pause_where_held_by_others(store: Store, known: Witness, now: datetime) -> None:
    """Let its pauses hold again where a hold was begun without this witness: by another desk, or by a call."""
    held = any(one.kind == HaltKind.HOLD for one in store.halts())
    if held and known.desk == store.setting(_DESK) and store.setting(WHY) != MOVED:
        with store.transaction():
            _pause_again(store, known, now)


def _pause_again(store: Store, known: Witness, now: datetime) -> None:
    """Let the pauses hold again that stood when the desk ran last; a person ends each."""
    for network, account, by in known.paused:
        if store.halt(Halt(kind=HaltKind.PAUSE, network=network, account=account, by=by, at=now, why=_PAUSED)):
            facts = {"kind": HaltKind.PAUSE, "network": network, "account": account, "as_before": by}
            store.note("halted", "desk", now, facts)


def testimony(store: Store) -> Witness:
    """Return how far the database has come; it gets its id where it has none."""
    desk = store.setting(_DESK)
    if not desk:
        desk = secrets.token_hex(8)
        store.put_setting(_DESK, desk)
    return store.witness(desk)

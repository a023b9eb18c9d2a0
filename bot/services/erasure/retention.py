"""Erases what is older than the configuration wants it kept, some rows in each round."""

from datetime import datetime

from bot.domain.base.word_caches import WORDS_ERASED, words_were_erased
from bot.domain.erasure.retention import AT_MOST, AT_ONCE, RetentionPolicy
from bot.ports import Desk
from bot.services.base.sweeping import sweep
from bot.services.erasure.erasing import carry_on, erase_case

_SEEN = "retention.seen"  # the moment by which was erased last, about


def erase_what_is_due(desk: Desk, now: datetime) -> None:
    """Go on with erasures that were asked for, and erase some of what is older than it is kept."""
    carry_on(desk, now)
    erase_old(desk, now)


def erase_old(desk: Desk, now: datetime) -> int:
    """Erase some of what is due in each table; return how many rows and cases."""
    keeps = desk.policy.retention
    if keeps == RetentionPolicy():
        return 0
    as_of = _as_of(desk, now)
    done = _cases(desk, as_of, now)
    if keeps.without_case is not None:
        done += desk.store.erase_without_case(as_of - keeps.without_case, now, AT_ONCE)
    if keeps.raw is not None:
        done += desk.store.erase_raw(as_of - keeps.raw, AT_ONCE)
    if keeps.unreadable is not None:
        done += desk.store.erase_settled_unreadable(as_of - keeps.unreadable, AT_ONCE)
    if done:
        words_were_erased()
        desk.store.tell_desks(WORDS_ERASED)
    return done


def _as_of(desk: Desk, now: datetime) -> datetime:
    """Return the moment by which things are old: it follows the clock, by an hour at most in each round.

    So a clock that somebody set far ahead has not erased everything before it is noticed.
    """
    seen = desk.store.setting(_SEEN)
    before = datetime.fromisoformat(seen) if seen else now
    as_of = min(now, before + AT_MOST)
    if not seen or as_of < before or now - before > AT_MOST:
        desk.store.put_setting(_SEEN, as_of.isoformat())
    return as_of


def _cases(desk: Desk, as_of: datetime, now: datetime) -> int:
    """Erase closed cases that ended long ago, as if their authors had asked for it."""
    keep = desk.policy.retention.cases
    if keep is None:
        return 0
    due = {case: (network, author) for case, network, author in desk.store.closed_before(as_of - keep, AT_ONCE)}

    def erase(case: int) -> bool:
        network, author = due[case]
        erase_case(desk, case, network, author, by="desk", at=now)
        return True

    return sweep(desk, "retention", due, erase)

"""Tells of many things that wait in one message: further ones of that kind are counted there."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.base.moments import micros, of_micros
from bot.domain.slack.notice import Said
from bot.ports import Desk
from bot.services.slack.tell_leads import tell_leads

GATHERED = timedelta(hours=1)  # for so long one message counts; then a new one is seen again


def tell_gathered(
    desk: Desk,
    about: str,
    number: int,
    said: Callable[[int, datetime], Said],
    now: datetime,
    *,
    others_wait: bool,
    within: timedelta = GATHERED,
    offers: str = "",
    people: Sequence[str] = (),
) -> None:
    """Tell leads, or these people, of one more, by its number; while others wait, their recent message counts it.

    `said`: the sentence for so many since a moment. Call it in the transaction that stores what waits.
    """
    place = f"gathered:{about}"
    stored = desk.store.setting(place).split()
    first, began, many = (int(one) for one in stored) if stored else (number, micros(now), 0)
    if stored and others_wait and abs(now - of_micros(began)) < within:
        desk.store.notice_anew(f"{about}:{first}", said(many + 1, of_micros(began)), now)
        desk.store.put_setting(place, f"{first} {began} {many + 1}")
        return
    key = f"{about}:{number}"
    if people:
        desk.store.notice(key, "", said(1, now), now, offers, people=people)
    else:
        tell_leads(desk, key, said(1, now), now, offers=offers)
    desk.store.put_setting(place, f"{number} {micros(now)} 1")


def begin_anew(desk: Desk, about: str) -> None:
    """Let the next one have a message of its own: nothing waits any more of what the last message counts."""
    if desk.store.setting(f"gathered:{about}"):
        desk.store.put_setting(f"gathered:{about}", "")


def is_counting(desk: Desk, notice: int) -> bool:
    """Return whether the message of a notice counts further ones: what is told there is told nowhere else."""
    about, _, number = desk.store.notice_key(notice).rpartition(":")
    stored = desk.store.setting(f"gathered:{about}").split() if about else []
    return bool(stored) and stored[0] == number and int(stored[2]) > 1

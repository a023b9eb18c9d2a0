"""Works through a list of due items. One that fails neither stops the others nor is tried before them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.domain.base.refusals import Refusal
from bot.ports import Conflict, Desk, OutOfService

log = logging.getLogger(__name__)

T = TypeVar("T", int, str)

OVERTAKEN = 5  # times in a row that an item may be somebody else's before it counts as broken
_ROWS = 4  # that one case can have in a list of what is due: one for each promise


def sweep(desk: Desk, name: str, items: Iterable[T], work: Callable[[T], object]) -> int:
    """Do `work` on each item and return for how many it gave something; only a store out of service stops it.

    What failed lately rests, and is passed by until then.
    """
    done, resting = 0, desk.broken.resting(name, desk.clock.pace())
    for item in items:
        if item in resting:
            continue
        try:
            done += bool(work(item))
        except OutOfService:
            raise
        except (Conflict, Refusal) as faster:  # somebody changed it in this instant: the next round sees it
            log.info("%s.overtaken item=%s kind=%s", name, item, type(faster).__name__)
            desk.broken.failed(name, item, desk.clock.pace(), spared=OVERTAKEN)
        except Exception:  # around one item of a sweep: the next one is not to blame
            log.exception("%s.broken item=%s", name, item)
            desk.broken.failed(name, item, desk.clock.pace())
        else:
            desk.broken.went_well(name, item)
    return done


def rotated(desk: Desk, name: str, items: Sequence[T], limit: int) -> Sequence[T]:
    """Return `limit` of the items, each look those after the last one's: what is not ready keeps nothing else out."""
    if len(items) <= limit:
        return items
    begin: int = desk.turns.get(name, 0) % len(items)
    desk.turns[name] = begin + limit
    turned: list[T] = list(items[begin:]) + list(items[:begin])
    return turned[:limit]


def room(desk: Desk, name: str, limit: int) -> int:
    """Return how many rows to ask for, so that `limit` are left besides what fails: that must not fill the look."""
    return limit + _ROWS * desk.broken.known(name)

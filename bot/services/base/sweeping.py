"""Works through a list of due items. A failing item neither stops the others nor goes before them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from bot.domain.base.refusals import Refusal
from bot.ports import Conflict, Desk, OutOfService

log = logging.getLogger(__name__)

T = TypeVar("T", int, str)

OVERTAKEN = 5  # conflicts in a row before an item counts as broken
_ROWS = 4  # rows of one case in a list of due items: one for each promise


def sweep(desk: Desk, name: str, items: Iterable[T], work: Callable[[T], object]) -> int:
    """Do `work` on each item and return how many had a result; only OutOfService stops it.

    Items that failed lately are skipped for a while. While the desk stops, no further item is begun.
    """
    done, resting = 0, desk.broken.resting(name, desk.clock.pace())
    for item in items:
        if desk.draining.is_set():
            break
        if item in resting:
            continue
        try:
            done += bool(work(item))
        except OutOfService:
            raise
        except (Conflict, Refusal) as faster:  # changed at the same moment: the next round handles it
            log.info("%s.overtaken item=%s kind=%s", name, item, type(faster).__name__)
            desk.broken.failed(name, item, desk.clock.pace(), spared=OVERTAKEN)
        except Exception:  # one item of a sweep must not stop the next
            log.exception("%s.broken item=%s", name, item)
            desk.broken.failed(name, item, desk.clock.pace())
        else:
            desk.broken.went_well(name, item)
    return done


def rotated(desk: Desk, name: str, items: Sequence[T], limit: int) -> Sequence[T]:
    """Return `limit` items after those of the last round, so that items not ready do not keep others out."""
    if len(items) <= limit:
        return items
    begin: int = desk.turns.get(name, 0) % len(items)
    desk.turns[name] = begin + limit
    turned: list[T] = list(items[begin:]) + list(items[:begin])
    return turned[:limit]


def room(desk: Desk, name: str, limit: int) -> int:
    """Return how many rows to read, so that `limit` are left without the failing items."""
    return limit + _ROWS * desk.broken.known(name)

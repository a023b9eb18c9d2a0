"""Goes through cases that are due for something: one that is broken never stops the others."""

import logging
from collections.abc import Callable, Iterable

from bot.domain.errors import Refusal
from bot.ports import Conflict, OutOfService

log = logging.getLogger(__name__)


def sweep(name: str, cases: Iterable[int], work: Callable[[int], object]) -> int:
    """Do `work` on each case and return for how many it gave something; only a store out of service stops it."""
    done = 0
    for case_id in cases:
        try:
            done += bool(work(case_id))
        except OutOfService:
            raise
        except (Conflict, Refusal) as faster:  # somebody changed the case in this instant: the next round sees it
            log.info("%s.overtaken case=%d kind=%s", name, case_id, type(faster).__name__)
        except Exception:  # around one item of a sweep: the next case is not to blame
            log.exception("%s.broken case=%d", name, case_id)
    return done

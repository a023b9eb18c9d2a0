"""Counts the folded cases by storm: those of today, and those that wait."""

from datetime import datetime

from bot.domain.mentions.mention import RECORDED
from bot.domain.storms.view import FoldedShare
from storage.engine import rows
from storage.engine.base import Engine

_HEAD = "CASE WHEN t.merged_into <> 0 THEN t.merged_into ELSE t.id END"  # the storm in which it goes on
_FOLDED = f"""SELECT {_HEAD}, count(*) FROM cases c JOIN storms t ON t.id = c.storm
WHERE c.storm <> 0 AND {{which}} AND c.network <> '{RECORDED}' GROUP BY 1"""
_TODAY = _FOLDED.format(which="c.opened_at >= :since AND c.state IN ('new', 'open', 'pending')")
_WAITING = _FOLDED.format(which="c.due_at IS NOT NULL")


def folded_shares(engine: Engine, since: datetime) -> tuple[FoldedShare, ...]:
    """Return the number of folded cases of each storm, oldest storm first."""
    today: dict[int, int] = dict(engine.rows(_TODAY, {"since": rows.stored(since)}))
    waiting: dict[int, int] = dict(engine.rows(_WAITING))
    return tuple(FoldedShare(one, today.get(one, 0), waiting.get(one, 0)) for one in sorted({*today, *waiting}))

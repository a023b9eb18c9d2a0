"""Posts that are hidden, or shown again: who wanted it, and what came of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.cases.events import Event
from bot.domain.mentions import hiding_events
from bot.domain.mentions.hiding import LEASE, ON_THE_NETWORK, Hiding, HidingState
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.engine.row_shapes import HidingRow

_ADD = rows.insert("hidings", "case_id mention_id hide state asked_by asked_at reason settled_at stands look_at")
_STANDS_NO_MORE = "UPDATE hidings SET stands = 0 WHERE mention_id = :mention AND stands = 1"
_DONE = "UPDATE hidings SET state = 'done', stands = 1, settled_at = :at, why = '', look_at = NULL WHERE id = :id"
_FAILED = "UPDATE hidings SET state = :state, why = :why, settled_at = :at, look_at = :look WHERE id = :id"
_LOOKED = "UPDATE hidings SET looks = looks + 1, look_at = :look WHERE id = :id"
_COLUMNS = f"SELECT {', '.join(HidingRow._fields)} FROM hidings"
_ONE = f"{_COLUMNS} WHERE id = :id"
_OF_CASE = f"{_COLUMNS} WHERE case_id = :case ORDER BY id"
_TO_LOOK = "SELECT id FROM hidings WHERE look_at <= :now ORDER BY look_at LIMIT :limit"
_HIDDEN = """SELECT post FROM (SELECT (SELECT m.external_id FROM mentions m
    WHERE m.id = h.mention_id AND m.network = :network AND m.deleted_at IS NULL) AS post
    FROM hidings h WHERE h.stands = 1 AND h.hide = 1 AND h.settled_at >= :since) AS found WHERE post IS NOT NULL"""


def write(engine: Engine, case_id: int, event: Event) -> None:
    """Write what an event says of a post that is hidden or shown again."""
    if not isinstance(event, hiding_events.OfHiding):
        return
    at = rows.stored(event.at)
    match event:
        case hiding_events.HideAsked() | hiding_events.ShowAsked():
            hide = isinstance(event, hiding_events.HideAsked)
            asked = {"asked_by": event.by, "reason": event.reason, "look_at": rows.stored(event.at + LEASE)}
            _add(
                engine,
                case_id,
                event,
                asked,
                state=HidingState.ASKED,
                hide=isinstance(event, hiding_events.HideAsked),
            )
        case hiding_events.PostHidden() | hiding_events.PostShownAgain():
            engine.run(_STANDS_NO_MORE, {"mention": event.mention})
            if event.hiding:
                engine.run(_DONE, {"id": event.hiding, "at": at})
                return
            done = {"asked_by": ON_THE_NETWORK, "settled_at": at, "stands": 1}
            hide = isinstance(event, hiding_events.PostHidden)
            _add(engine, case_id, event, done, state=HidingState.DONE, hide=hide)
        case hiding_events.HidingFailed():
            state = HidingState.UNKNOWN if event.unknown else HidingState.REFUSED
            look = rows.stored(event.look_at)
            engine.run(_FAILED, {"id": event.hiding, "at": at, "state": state.value, "why": event.why, "look": look})


def _add(
    engine: Engine,
    case_id: int,
    event: hiding_events.OfHiding,
    facts: Mapping[str, object],
    *,
    state: HidingState,
    hide: bool,
) -> None:
    usual: dict[str, object] = {"reason": "", "settled_at": None, "stands": 0, "look_at": None}
    known = {"case_id": case_id, "mention_id": event.mention, "asked_at": rows.stored(event.at)}
    engine.run(_ADD, usual | known | dict(facts) | {"state": state.value, "hide": int(hide)})


class Hidings:
    """The wishes to hide posts, or to show them again."""

    engine: Engine

    def hiding(self, hiding_id: int) -> Hiding:
        row = self.engine.row(_ONE, {"id": hiding_id})
        if row is None:
            raise Unknown("There is no such wish to hide a post.")
        return _hiding(row)

    def hidings(self, case_id: int) -> Sequence[Hiding]:
        return [_hiding(row) for row in self.engine.rows(_OF_CASE, {"case": case_id})]

    def hidings_to_look(self, now: datetime, limit: int = 100) -> Sequence[int]:
        return [row[0] for row in self.engine.rows(_TO_LOOK, {"now": rows.stored(now), "limit": limit})]

    def note_hiding_look(self, hiding_id: int, look_at: datetime | None) -> None:
        with self.engine.transaction():
            self.engine.run(_LOOKED, {"id": hiding_id, "look": rows.stored(look_at)})

    def hidden_posts(self, network: str, since: datetime) -> Collection[str]:
        return {row[0] for row in self.engine.rows(_HIDDEN, {"network": network, "since": rows.stored(since)})}


def _hiding(found: Row) -> Hiding:
    row = HidingRow._make(found)
    return Hiding(
        id=row.id,
        case_id=row.case_id,
        mention=row.mention_id,
        hide=bool(row.hide),
        state=HidingState(row.state),
        by=row.asked_by,
        at=rows.at(row.asked_at),
        reason=row.reason,
        why=row.why,
        settled_at=rows.moment(row.settled_at),
        looks=row.looks,
    )

"""Swaps of turns, and handovers at the end of a turn."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.slack.telling import TellingKind, Urgency
from bot.domain.team.handover import Handover
from bot.domain.team.swaps import Swap, SwapState
from storage.engine import rows
from storage.engine.base import Engine, Row
from storage.slack import tellings

_ADD = rows.insert("swaps", "asker taker begins ends asked_at state", "ON CONFLICT DO NOTHING RETURNING id")
_DECIDE = "UPDATE swaps SET state = :state, decided_at = :at WHERE id = :id AND state = 'asked'"
_SWAPS = "SELECT id, asker, taker, begins, ends, asked_at, state, decided_at FROM swaps"
_ONE = f"{_SWAPS} WHERE id = :id"
_STANDING = f"{_SWAPS} WHERE ends > :since AND (state = 'asked' OR state = 'accepted') ORDER BY begins, id"

_HANDOVER = rows.insert(
    "handovers",
    "ended_at noted_at",
    "ON CONFLICT (ended_at) DO UPDATE SET ended_at = excluded.ended_at RETURNING id",
)
_LEFT = rows.insert("handover_cases", "handover_id case_id person_id", "ON CONFLICT DO NOTHING")
_HANDED = """SELECT count(*) FROM handovers h JOIN handover_cases c ON c.handover_id = h.id
WHERE c.person_id = :person AND h.ended_at >= :since AND h.ended_at <= :until"""
_ENDED = "SELECT ended_at FROM handovers WHERE id = :id"
_CASES = "SELECT case_id, person_id FROM handover_cases WHERE handover_id = :id ORDER BY case_id"


class Swaps:
    """Swaps and handovers; each is written together with its message."""

    engine: Engine

    def add_swap(self, swap: Swap) -> Swap | None:
        params: dict[str, object] = {"asker": swap.asker, "taker": swap.taker, "state": swap.state.value}
        params |= {name: rows.stored(getattr(swap, name)) for name in ("begins", "ends", "asked_at")}
        with self.engine.transaction():
            added = self.engine.row(_ADD, params)
            if added is None:
                return None
            taker, at = swap.taker, swap.asked_at
            tellings.want_of_desk(
                self.engine, TellingKind.SWAP, added[0], at, recipient=taker, urgency=Urgency.REMINDER
            )
        return self.swap(int(added[0]))

    def decide_swap(self, swap_id: int, state: SwapState, at: datetime) -> bool:
        with self.engine.transaction():
            if not self.engine.run(_DECIDE, {"id": swap_id, "state": state.value, "at": rows.stored(at)}):
                return False
            swap = self.swap(swap_id)
            for who in (swap.taker, swap.asker):
                tellings.want_of_desk(
                    self.engine, TellingKind.SWAP, swap_id, at, recipient=who, urgency=Urgency.CLICK
                )
        return True

    def swap(self, swap_id: int) -> Swap:
        row = self.engine.row(_ONE, {"id": swap_id})
        if row is None:
            raise Unknown("There is no such question.")
        return _swap(row)

    def swaps(self, since: datetime) -> Sequence[Swap]:
        return [_swap(row) for row in self.engine.rows(_STANDING, {"since": rows.stored(since)})]

    def write_handover(
        self, ended_at: datetime, left: Collection[tuple[int, str]], channel: str, at: datetime
    ) -> int:
        with self.engine.transaction():
            params = {"ended_at": rows.stored(ended_at), "noted_at": rows.stored(at)}
            row = int(self.engine.rows(_HANDOVER, params)[0][0])
            for case_id, person in left:
                self.engine.run(_LEFT, {"handover_id": row, "case_id": case_id, "person_id": person})
            tellings.want_of_desk(self.engine, TellingKind.HANDOVER, row, at, channel=channel)
        return row

    def renew_handovers(self, person: str, at: datetime) -> None:
        with self.engine.transaction():
            tellings.renew_handovers(self.engine, person, at)

    def handover(self, handover_id: int) -> Handover:
        row = self.engine.row(_ENDED, {"id": handover_id})
        if row is None:
            raise Unknown("There is no such list.")
        left = [(case_id, person) for case_id, person in self.engine.rows(_CASES, {"id": handover_id})]
        return Handover(id=handover_id, ended_at=rows.at(row[0]), cases=left)

    def handed_over(self, person: str, since: datetime, until: datetime) -> bool:
        params = {"person": person, "since": rows.stored(since), "until": rows.stored(until)}
        return bool(self.engine.rows(_HANDED, params)[0][0])


def _swap(row: Row) -> Swap:
    number, asker, taker, begins, ends, asked_at, state, decided_at = row
    return Swap(
        id=number,
        asker=asker,
        taker=taker,
        begins=rows.at(begins),
        ends=rows.at(ends),
        asked_at=rows.at(asked_at),
        state=SwapState(state),
        decided_at=rows.moment(decided_at),
    )

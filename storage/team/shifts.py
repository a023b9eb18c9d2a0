"""People's own `/care on`, `off` and `away`; the shifts themselves are configuration."""

from collections.abc import Mapping, Sequence

from bot.domain.base.moments import micros
from bot.domain.team.shifts import ShiftChange
from storage.engine import rows
from storage.engine.base import Engine

_PUT = rows.insert(
    "shift_changes",
    "person_id is_on since until",
    "ON CONFLICT (person_id) DO UPDATE SET is_on = excluded.is_on, since = excluded.since, until = excluded.until",
)
_LOAD = """SELECT assignee, count(*) FROM cases
WHERE assignee <> '' AND state IN ('open', 'pending') AND due_at IS NOT NULL GROUP BY assignee"""
_ALL = "SELECT person_id, is_on, since, until FROM shift_changes ORDER BY person_id"


class Shifts:
    """The people who said that they are on or off."""

    engine: Engine

    def put_shift_change(self, change: ShiftChange) -> None:
        params: dict[str, object] = {"person_id": change.who, "is_on": int(change.on), "since": micros(change.since)}
        with self.engine.transaction():
            self.engine.run(_PUT, params | {"until": rows.stored(change.until)})

    def shift_changes(self) -> Sequence[ShiftChange]:
        return [
            ShiftChange(who=who, on=bool(is_on), since=rows.at(since), until=rows.moment(until))
            for who, is_on, since, until in self.engine.rows(_ALL)
        ]

    def cases_held(self) -> Mapping[str, int]:
        return {row[0]: int(row[1]) for row in self.engine.rows(_LOAD)}

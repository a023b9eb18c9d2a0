"""Pieces of work that one desk does at a time: a round of a job, the messages of a channel, an attempt at a reply."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.desks.running_desk import RunningDesk
from bot.ports.leases import Holder, Turn
from storage.engine import rows
from storage.engine.base import Engine, Lease

_ANSWER = "UPDATE desks SET answer = :answer WHERE id = :id"
_ANSWERS = "SELECT name, answer FROM desks WHERE id <> :id AND until_at"
_HOLDER = "SELECT desk_id FROM leases WHERE name = :name"


@dataclass(frozen=True, slots=True)
class TurnOf:
    """A lease of this process, as the services see it."""

    engine: Engine
    lease: Lease

    @property
    def fence(self) -> int:
        return self.lease.fence

    def holds(self) -> bool:
        return self.engine.holds(self.lease)

    def left(self) -> float:
        return self.engine.lease_left(self.lease)

    def is_long_enough(self) -> bool:
        return self.left() > self.engine.least_lease


class Leases:
    """The pieces of work in hand, and the running desks."""

    engine: Engine

    def renew_lease(self) -> None:
        self.engine.renew()

    def lease_left(self) -> float:
        return self.engine.lease_left()

    @contextmanager
    def turn(self, name: str, *, keep: bool = False) -> Iterator[Turn | None]:
        lease = self.engine.take(name, keep=keep)
        if lease is None:
            yield None
            return
        try:
            with self.engine.under(lease):
                yield TurnOf(self.engine, lease)
        finally:
            self.engine.put_down(lease, keep=keep)

    def claim(self, name: str) -> Turn | None:
        lease = self.engine.take(name)
        return TurnOf(self.engine, lease) if lease else None

    def drop(self, turn: Turn) -> None:
        if isinstance(turn, TurnOf):
            self.engine.put_down(turn.lease)

    def holder(self, name: str) -> Holder:
        if not self.engine.number:
            return Holder.US
        row = self.engine.row(_HOLDER, {"name": name})
        if row is None:
            return Holder.NOBODY
        return Holder.US if row[0] == self.engine.number else Holder.OTHERS

    def tell_desks(self, topic: str) -> None:
        self.engine.tell(topic)

    def told_by_desks(self, within: float) -> Sequence[str]:
        return self.engine.told(within)

    def running_desks(self) -> Sequence[RunningDesk]:
        return [
            RunningDesk(name, rows.at(began), timedelta(seconds=float(left)), troubles, leases)
            for name, began, left, troubles, leases in self.engine.running_desks()
        ]

    def answer_desks(self, answer: str) -> None:
        if self.engine.number:
            with self.engine.transaction():
                self.engine.run(_ANSWER, {"id": self.engine.number, "answer": answer})

    def answers_of_desks(self) -> Mapping[str, str]:
        if not self.engine.number:
            return {}
        found = self.engine.rows(f"{_ANSWERS} > {self.engine.clock}", {"id": self.engine.number})
        return {str(name): str(answer) for name, answer in found}

    def own_name(self) -> str:
        return self.engine.own_name

    def clock_behind(self, now: datetime) -> timedelta:
        if not self.engine.number:
            return timedelta()
        [(moment,)] = self.engine.rows(f"SELECT {self.engine.clock}")
        return rows.at(moment) - now

    def note_own_troubles(self, troubles: Sequence[str]) -> None:
        self.engine.ail("\n".join(troubles))

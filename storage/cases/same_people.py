"""Authors on different networks who are the same person, by their own word."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.cases.same_person import HowKnown, SamePerson
from storage.engine import rows
from storage.engine.base import Engine

_COLUMNS = "network author_id case_id other_network other_author_id other_case_id how note joined_by joined_at"
_ADD = rows.insert("same_people", _COLUMNS)
_OF = """SELECT other_network, other_author_id, other_case_id, how, note, joined_by, joined_at FROM same_people
WHERE network = :network AND author_id = :author ORDER BY joined_at, other_network"""
_PART = """DELETE FROM same_people WHERE (network = :network AND author_id = :author AND other_network = :other
    AND other_author_id = :whom) OR (network = :other AND author_id = :whom AND other_network = :network
    AND other_author_id = :author)"""
_CASES_OF = """SELECT id FROM cases WHERE author_id = :author AND network = :network AND private = 0
ORDER BY id DESC LIMIT :limit"""
_LIVE_OF = """SELECT id FROM cases WHERE author_id = :author AND network = :network AND private = 0
AND state IN ('new', 'open', 'pending') ORDER BY id"""


class SamePeople:
    """Queries about people who are the same on two networks."""

    engine: Engine

    def join_people(self, case: Case, other: Case, *, how: HowKnown, note: str, by: str, at: datetime) -> None:
        with self.engine.transaction():
            for one, two in ((case, other), (other, case)):
                whose = (one.network, one.author.id, one.id, two.network, two.author.id, two.id)
                values = (*whose, how.value, note, by, rows.stored(at))
                self.engine.run(_ADD, dict(zip(_COLUMNS.split(), values, strict=True)))

    def same_people(self, network: str, author_id: str) -> Sequence[SamePerson]:
        found = self.engine.rows(_OF, {"network": network, "author": author_id})
        return [
            SamePerson(
                network=where, author_id=who, case_id=case, how=HowKnown(how), note=note, by=by, at=rows.at(at)
            )
            for where, who, case, how, note, by, at in found
        ]

    def part_people(self, case: Case, other: SamePerson) -> bool:
        whose = {"network": case.network, "author": case.author.id}
        with self.engine.transaction():
            return self.engine.run(_PART, whose | {"other": other.network, "whom": other.author_id}) > 0

    def public_cases_of(self, network: str, author_id: str, limit: int, *, live: bool = False) -> Sequence[int]:
        whose = {"network": network, "author": author_id}
        found = self.engine.rows(_LIVE_OF, whose) if live else self.engine.rows(_CASES_OF, whose | {"limit": limit})
        return [row[0] for row in found][:limit]

"""Who was last read from Slack, and what each of them was in the middle of writing."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.moments import micros
from bot.domain.people import Group, PersonKind, Teammate
from storage import rows
from storage.engines import Engine, Row

_PUT_PERSON = rows.insert(
    "people",
    "id name kind zone fetched_at dnd_from dnd_until",
    """ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, zone = excluded.zone,
    fetched_at = excluded.fetched_at, dnd_from = excluded.dnd_from, dnd_until = excluded.dnd_until""",
)
_PUT_GROUP = rows.insert("groups", "id fetched_at", "ON CONFLICT (id) DO UPDATE SET fetched_at = excluded.fetched_at")
_EMPTY_GROUP = "DELETE FROM group_members WHERE group_id = :group"
_PUT_MEMBER = "INSERT INTO group_members (group_id, person_id) VALUES (:group, :person)"
_PEOPLE = "SELECT id, name, kind, zone, fetched_at, dnd_from, dnd_until FROM people"
_GROUPS = """SELECT g.id, g.fetched_at, m.person_id FROM groups g
LEFT JOIN group_members m ON m.group_id = g.id ORDER BY g.id"""

_SAVE_WORDS = rows.insert(
    "saved_words",
    "case_id person_id words saved_at",
    "ON CONFLICT (case_id, person_id) DO UPDATE SET words = excluded.words, saved_at = excluded.saved_at",
)
_WHOSE = "FROM saved_words WHERE case_id = :case AND person_id = :by"


class People:
    """The directory that clicks are checked against, and words in the making."""

    engine: Engine

    def put_people(self, people: Collection[Teammate], groups: Collection[Group]) -> None:
        """Write what was read from Slack, replacing what was known of the same people and groups."""
        with self.engine.transaction():
            for one in people:
                params: dict[str, object] = {"id": one.id, "name": one.name, "kind": one.kind, "zone": one.zone}
                params |= {"dnd_from": rows.stored(one.dnd_from), "dnd_until": rows.stored(one.dnd_until)}
                self.engine.run(_PUT_PERSON, params | {"fetched_at": micros(one.fetched_at)})
            for group in groups:
                self._put_group(group)

    def _put_group(self, group: Group) -> None:
        self.engine.run(_PUT_GROUP, {"id": group.id, "fetched_at": micros(group.fetched_at)})
        self.engine.run(_EMPTY_GROUP, {"group": group.id})
        for member in sorted(group.members):
            self.engine.run(_PUT_MEMBER, {"group": group.id, "person": member})

    def person(self, user: str) -> Teammate | None:
        """Return a person as last read."""
        row = self.engine.row(f"{_PEOPLE} WHERE id = :id", {"id": user})
        return _teammate(row) if row else None

    def people(self) -> Sequence[Teammate]:
        """Return everybody ever read."""
        return [_teammate(row) for row in self.engine.rows(f"{_PEOPLE} ORDER BY id")]

    def groups(self) -> Sequence[Group]:
        """Return the user groups as last read."""
        fetched: dict[str, int] = {}
        members: dict[str, set[str]] = {}
        for group, at, person in self.engine.rows(_GROUPS):
            fetched[group] = at
            members.setdefault(group, set()).update([person] if person else [])
        return [
            Group(id=group, members=frozenset(members[group]), fetched_at=rows.at(at))
            for group, at in fetched.items()
        ]

    def save_words(self, case_id: int, by: str, words: Mapping[str, str], at: datetime) -> None:
        """Keep what somebody is writing, whole, replacing what was kept."""
        params: dict[str, object] = {"case_id": case_id, "person_id": by, "words": rows.compact(dict(words))}
        with self.engine.transaction():
            self.engine.run(_SAVE_WORDS, params | {"saved_at": micros(at)})

    def saved_words(self, case_id: int, by: str) -> Mapping[str, str]:
        """Return what somebody was writing, or an empty mapping."""
        row = self.engine.row(f"SELECT words {_WHOSE}", {"case": case_id, "by": by})
        words: Mapping[str, str] = json.loads(row[0]) if row else {}
        return words

    def drop_words(self, case_id: int, by: str) -> None:
        """Forget it."""
        with self.engine.transaction():
            self.engine.run(f"DELETE {_WHOSE}", {"case": case_id, "by": by})


def _teammate(row: Row) -> Teammate:
    return Teammate(
        id=row[0],
        name=row[1],
        kind=PersonKind(row[2]),
        zone=row[3],
        fetched_at=rows.at(row[4]),
        dnd_from=rows.moment(row[5]),
        dnd_until=rows.moment(row[6]),
    )

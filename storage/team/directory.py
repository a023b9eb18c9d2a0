"""People and groups as last read from Slack. Every click needs them, so the rows are also cached in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from threading import Lock
from types import MappingProxyType
from typing import TypeVar

from bot.domain.base.moments import micros
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.team.people import FORGOTTEN, Forgettings, Group, PersonKind, Teammate
from storage.engine import rows
from storage.engine.base import Engine, Row

T = TypeVar("T", Teammate, Group)

_PUT_PERSON = rows.insert(
    "people",
    "id name kind zone fetched_at dnd_from dnd_until",
    """ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, zone = excluded.zone,
    fetched_at = excluded.fetched_at, dnd_from = excluded.dnd_from, dnd_until = excluded.dnd_until""",
)
_PUT_GROUP = rows.insert("groups", "id fetched_at", "ON CONFLICT (id) DO UPDATE SET fetched_at = excluded.fetched_at")
_EMPTY_GROUP = "DELETE FROM group_members WHERE group_id = :group"
_PUT_MEMBER = "INSERT INTO group_members (group_id, person_id) VALUES (:group, :person)"
_FORGET = tuple(f"UPDATE {table} SET fetched_at = :never WHERE id = :id" for table in ("people", "groups"))
_PEOPLE = "SELECT id, name, kind, zone, fetched_at, dnd_from, dnd_until FROM people ORDER BY id"
_GROUPS = """SELECT g.id, g.fetched_at, m.person_id FROM groups g
LEFT JOIN group_members m ON m.group_id = g.id ORDER BY g.id"""


@dataclass(frozen=True, slots=True)
class _Read:
    """The content of the rows, and the edition they are from."""

    edition: object = None
    people: Mapping[str, Teammate] = field(default_factory=dict)
    groups: Sequence[Group] = ()


_EDITION = "SELECT value FROM settings WHERE key = 'directory'"
_NEXT_EDITION = """INSERT INTO settings (key, value) VALUES ('directory', '1')
ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(settings.value AS bigint) + 1 AS text)"""
_FORGETTINGS = "SELECT coalesce(max(number), 0) FROM forgotten"
_FORGOTTEN = "SELECT id, number FROM forgotten WHERE number > :since"
_NOTE_FORGOTTEN = f"""INSERT INTO forgotten (id, number) VALUES (:id, ({_FORGETTINGS}) + 1)
ON CONFLICT (id) DO UPDATE SET number = excluded.number"""
_FORGETTING = Lock()
_BEING_WRITTEN = object()  # the edition while a transaction may change the rows: then every reader reads the rows


class Directory:
    """The directory for checking clicks; each value has the time at which it was read.

    Each change increases the edition in the database, by which every running desk finds that its cache is old. Rows
    that were read while a transaction changes them are not cached, since the transaction may be rolled back.
    """

    engine: Engine
    _edition: object = None
    _known = _Read(edition=object())
    _forgettings = 0
    _forgotten: Mapping[str, int] = MappingProxyType({})  # by person or group: number of the last one
    _unwritten: frozenset[str] = frozenset()  # forgotten while the database could not be written

    def put_people(
        self, people: Collection[Teammate], groups: Collection[Group], *, since: Forgettings | None = None
    ) -> None:
        with self._writing():
            forgotten = self._forgotten_since(since)
            people = [one for one in people if one.id not in forgotten]
            groups = [one for one in groups if one.id not in forgotten]
            for one in people:
                params: dict[str, object] = {"id": one.id, "name": one.name, "kind": one.kind, "zone": one.zone}
                params |= {"dnd_from": rows.stored(one.dnd_from), "dnd_until": rows.stored(one.dnd_until)}
                self.engine.run(_PUT_PERSON, params | {"fetched_at": micros(one.fetched_at)})
            for group in groups:
                self._put_group(group)
        if read := self._unwritten.intersection([*(one.id for one in people), *(one.id for one in groups)]):
            self._unwritten -= read
            self._edition = object()

    def forget(self, ids: Collection[str]) -> None:
        with _FORGETTING:
            self._forgettings += 1
            self._forgotten = {**self._forgotten, **dict.fromkeys(ids, self._forgettings)}
        try:
            self._write_forgotten(ids)
        except BaseException:  # Slack may send the event only once, so it applies as long as the desk runs
            self._unwritten |= frozenset(ids)
            self._edition = object()
            raise

    def _write_forgotten(self, ids: Collection[str]) -> None:
        if self.engine.number:  # another desk may be reading them
            with self.engine.transaction():
                for one in sorted(ids):
                    self.engine.run(_NOTE_FORGOTTEN, {"id": one})
        known = self._directory().people.keys() | {one.id for one in self.groups()}
        if not known.isdisjoint(ids):
            with self._writing():
                for one in known.intersection(ids):
                    for statement in _FORGET:
                        self.engine.run(statement, {"id": one, "never": micros(FORGOTTEN)})

    def forgettings(self) -> Forgettings:
        [(noted,)] = self.engine.rows(_FORGETTINGS)
        return self._forgettings, int(noted)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.engine.transaction():
            self._edition = _BEING_WRITTEN
            self.engine.afterwards(self._written_anew)
            if self.engine.number:
                self.engine.run(_NEXT_EDITION)
            yield

    def _forgotten_since(self, since: Forgettings | None) -> Collection[str]:
        """Return who was forgotten after a mark of `forgettings`, by this process or by another desk."""
        if since is None:
            return ()
        here = {one for one, number in self._forgotten.items() if number > since[0]}
        return here | {one for one, _ in self.engine.rows(_FORGOTTEN, {"since": since[1]})}

    def _put_group(self, group: Group) -> None:
        self.engine.run(_PUT_GROUP, {"id": group.id, "fetched_at": micros(group.fetched_at)})
        self.engine.run(_EMPTY_GROUP, {"group": group.id})
        for member in sorted(group.members):
            self.engine.run(_PUT_MEMBER, {"group": group.id, "person": member})

    def person(self, user: str) -> Teammate | None:
        return self._directory().people.get(user)

    def people(self) -> Sequence[Teammate]:
        return list(self._directory().people.values())

    def groups(self) -> Sequence[Group]:
        return self._directory().groups

    def _written_anew(self) -> None:
        self._edition = object()

    def _directory(self) -> _Read:
        """Return the cached rows, read again when a later write has made their edition invalid."""
        known, edition = self._known, (self._edition, self._shared_edition())
        if known.edition == edition:
            return known
        known = self._read(edition)
        if edition[0] is not _BEING_WRITTEN and not self.engine.busy:
            self._known = known
        return known

    def _shared_edition(self) -> str:
        """Return the edition in the database, which other desks increase; a file is this process's own."""
        row = self.engine.row(_EDITION) if self.engine.number else None
        return row[0] if row else ""

    def _read(self, edition: object) -> _Read:
        people = [_teammate(row) for row in self.engine.rows(_PEOPLE)]
        return _Read(
            edition, {one.id: self._as_known(one) for one in people}, list(map(self._as_known, self._groups()))
        )

    def _as_known(self, one: T) -> T:
        return replace(one, fetched_at=FORGOTTEN) if one.id in self._unwritten else one

    def _groups(self) -> list[Group]:
        fetched: dict[str, int] = {}
        members: dict[str, set[str]] = {}
        for group, at, person in self.engine.rows(_GROUPS):
            fetched[group] = at
            members.setdefault(group, set()).update([person] if person else [])
        return [
            Group(id=group, members=frozenset(members[group]), fetched_at=rows.at(at))
            for group, at in fetched.items()
        ]


def _teammate(row: Row) -> Teammate:
    person, name, kind, zone, fetched_at, dnd_from, dnd_until = row
    return Teammate(
        id=person,
        name=name,
        kind=PersonKind(kind),
        zone=zone,
        fetched_at=rows.at(fetched_at),
        dnd_from=rows.moment(dnd_from),
        dnd_until=rows.moment(dnd_until),
    )

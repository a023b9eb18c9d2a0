"""Set-up of the workspace by tests and drills: people, groups, rooms, rights of the app."""

from dataclasses import asdict, fields

from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.model import Channel, Group, Person, alter
from bot.rehearsal.workspace.team import Team, rights_of

_PERSON = frozenset(field.name for field in fields(Person)) - {"id"}
_GROUP = frozenset({"handle", "name", "users", "is_disabled"})
_CHANNEL = frozenset({"name", "members", "is_private", "is_archived", "is_read_only", "is_ext_shared", "topic"})


class Arranging:
    """Change people, groups and rooms as an administrator would."""

    def __init__(self, team: Team) -> None:
        self._team = team

    def person(self, id: str = "", **changes: object) -> Json:  # noqa: A002 - the contract's own word
        """Create or change a person; the app gets the event user_change."""
        with self._team.lock:
            person = self._team.people.get(id)
            if person is None:
                person = Person(id or self._team.new_id("U"), str(changes.get("name", "somebody")))
                self._team.people[person.id] = person
            _altered(person, changes, _PERSON)
            if person.is_stranger and "team_id" not in changes:
                person.team_id = cast.STRANGE_TEAM
            shape: Json = {"id": person.id, "name": person.name, "deleted": person.deleted, "tz": person.tz}
        self._team.changed("person", user=person.id)
        self._team.happened(
            "user_change", {"type": "user_change", "user": shape, "event_ts": self._team.stamps.next()}
        )
        return asdict(person)

    def group(self, id: str, **changes: object) -> Json:  # noqa: A002 - the contract's own word
        """Create or change a user group; the app gets an event with its new members."""
        with self._team.lock:
            group = self._team.groups.setdefault(
                id, Group(id, str(changes.get("handle", id)), str(changes.get("handle", id)))
            )
            before = set(group.users)
            _altered(group, changes, _GROUP)
            after = set(group.users)
        self._team.changed("group", group=id)
        event: Json = {"type": "subteam_members_changed", "subteam_id": id, "team_id": cast.TEAM}
        moved = {"added_users": sorted(after - before), "removed_users": sorted(before - after)}
        self._team.happened("subteam_members_changed", {**event, **moved, "event_ts": self._team.stamps.next()})
        return asdict(group)

    def channel(self, id: str, **changes: object) -> Json:  # noqa: A002 - the contract's own word
        """Create or change a room; the app gets an event when sharing with another company begins or ends."""
        with self._team.lock:
            room = self._team.channels.setdefault(id, Channel(id, str(changes.get("name", id.lower()))))
            before = room.is_ext_shared
            _altered(room, changes, _CHANNEL)
        self._team.changed("channel", channel=id)
        if room.is_ext_shared != before:
            self._shared(room)
        return {"id": room.id, "name": room.name, "members": sorted(room.members), "is_archived": room.is_archived}

    def _shared(self, room: Channel) -> None:
        kind, whose = (
            ("channel_shared", "connected") if room.is_ext_shared else ("channel_unshared", "previously_connected")
        )
        event: Json = {"type": kind, "channel": room.id, f"{whose}_team_id": cast.STRANGE_TEAM}
        event |= {} if room.is_ext_shared else {"is_ext_shared": False}
        self._team.happened(kind, {**event, "event_ts": self._team.stamps.next()})

    def app(self, **changes: object) -> Json:
        """Change what the manifest gave the app: scopes, events, commands, has_home, has_groups."""
        rights = self._team.rights
        for name, value in changes.items():
            if name not in ("scopes", "events", "commands", "has_home", "has_groups"):
                raise SlackError("unknown_field", field=name)
            setattr(rights, name, set(value) if isinstance(value, list | tuple | set | frozenset) else value)
        return {
            "scopes": sorted(rights.scopes),
            "events": sorted(rights.events),
            "commands": sorted(rights.commands or ()),
        }

    def manifest(self, **manifest: object) -> Json:
        """Install the app again from this manifest, with its scopes, events, commands and home tab."""
        found = rights_of(manifest)
        rights = self._team.rights
        rights.scopes, rights.events = found.scopes, found.events
        rights.commands, rights.has_home = found.commands, found.has_home
        return self.app()


def _altered(thing: Person | Group | Channel, changes: Json, allowed: frozenset[str]) -> None:
    try:
        alter(thing, changes, allowed)
    except KeyError as unknown:
        raise SlackError("unknown_field", field=unknown.args[0]) from None

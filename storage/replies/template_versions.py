"""Versions of templates that were written on the desk."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.refusals import Unknown
from bot.domain.replies.template_version import TemplateVersion, VersionState
from storage.engine import rows
from storage.engine.base import Engine, Params, Row
from storage.engine.origin_rows import read_origins, written_origins

_COLUMNS = "name content state written_by written_at decided_by decided_at why origins"
_NAMED = ", ".join(["id", *_COLUMNS.split()])
_ADD = rows.insert("template_versions", _COLUMNS, "RETURNING id")
_SOME = f"SELECT {_NAMED} FROM template_versions WHERE"
_STATE = f"{_SOME} state = :state ORDER BY name, id"
_OF = f"{_SOME} name = :name ORDER BY id DESC"
_ONE = f"{_SOME} id = :id"
# Each change adds a version, decides on one, or takes out what an erased person wrote. The clocks of two desks may
# differ, so no time is asked.
_MARK = """SELECT coalesce(max(id), 0), count(decided_at),
    (SELECT value FROM settings WHERE key = 'templates.erased') FROM template_versions"""
_REPLACED = "UPDATE template_versions SET state = 'past' WHERE name = :name AND state = 'current'"
_DECIDE = """UPDATE template_versions SET state = :state, decided_by = :by, decided_at = :at, why = :why
WHERE id = :id AND state = :was"""
_LOCK = "templates"


class TemplateVersions:
    """The templates of the desk itself."""

    engine: Engine

    def template_versions(self, state: VersionState) -> Sequence[TemplateVersion]:
        return self._some(_STATE, {"state": state})

    def versions_of_template(self, name: str) -> Sequence[TemplateVersion]:
        return self._some(_OF, {"name": name})

    def template_version(self, version_id: int) -> TemplateVersion:
        if self.engine.busy:  # a decision on it
            self.engine.exclusive(_LOCK)
        found = self._some(_ONE, {"id": version_id})
        if not found:
            raise Unknown("That version of a template is not here.")
        return found[0]

    def template_mark(self) -> str:
        return str(self.engine.rows(_MARK)[0])

    def add_template_version(self, version: TemplateVersion) -> int:
        with self.engine.transaction():
            self.engine.exclusive(_LOCK)
            if version.state == VersionState.CURRENT:
                self.engine.run(_REPLACED, {"name": version.name})
            params = {
                "name": version.name,
                "content": version.content,
                "state": version.state,
                "written_by": version.by,
                "written_at": rows.stored(version.at),
                "decided_by": version.decided_by,
                "decided_at": rows.stored(version.decided_at),
                "why": version.why,
                "origins": written_origins(version.origins),
            }
            return int(self.engine.rows(_ADD, params)[0][0])

    def decide_template_version(
        self, version: TemplateVersion, now: VersionState, *, by: str, at: datetime, why: str = ""
    ) -> None:
        with self.engine.transaction():
            if now == VersionState.CURRENT:
                self.engine.run(_REPLACED, {"name": version.name})
            params = {
                "id": version.id,
                "state": now,
                "was": version.state,
                "by": by,
                "at": rows.stored(at),
                "why": why,
            }
            self.engine.run(_DECIDE, params)

    def _some(self, sql: str, params: Params) -> Sequence[TemplateVersion]:
        return [_version(row) for row in self.engine.rows(sql, params)]


def _version(row: Row) -> TemplateVersion:
    number, name, content, state, by, at, decided_by, decided_at, why, origins = row
    return TemplateVersion(
        id=number,
        name=name,
        content=content,
        state=VersionState(state),
        by=by,
        at=rows.at(at),
        decided_by=decided_by,
        decided_at=rows.moment(decided_at),
        why=why,
        origins=read_origins(origins),
    )

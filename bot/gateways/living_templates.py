"""The reply templates of the files, with the versions that were written on the desk before them."""

from collections.abc import Mapping

from bot.domain.replies.template_version import VersionState
from bot.gateways.template_files import Prepared, read_content
from bot.gateways.templates import Filled, ReplyTemplates, Template, shipped_templates
from bot.ports import Store
from bot.ports.words import TriedTemplate


class LivingTemplates:
    """Templates that are read again as soon as somebody, on any desk of the database, changed one."""

    def __init__(self, files: ReplyTemplates, store: Store) -> None:
        self._files, self._store = files, store
        self._mark, self._now = "", files

    def all(self) -> tuple[Template, ...]:
        """Return every template, by name."""
        return self._newest().all()

    def fill(self, name: str, facts: Mapping[str, str]) -> Filled:
        """Fill a template; see ReplyTemplates."""
        return self._newest().fill(name, facts)

    def be_ready(self) -> None:
        """Load what `fill` needs."""
        self._files.be_ready()

    def tried(self, name: str, content: str, facts: Mapping[str, str]) -> TriedTemplate:
        """Return the words of a template that is not in use; see ReplyTemplates."""
        return self._files.tried(name, content, facts)

    def content_of(self, name: str) -> str:
        """Return the whole text of a template's file, or of its version of the desk; "" without one."""
        return self._newest().content_of(name)

    def _newest(self) -> ReplyTemplates:
        mark = self._store.template_mark()
        if mark != self._mark:
            self._now, self._mark = self._files.with_versions(self._written()), mark
        return self._now

    def _written(self) -> Mapping[str, Prepared | None]:
        """Return the versions of the desk; None for a template that was taken away.

        One that this version of the desk cannot read, since it allows less, is left out: then its file counts.
        """
        found: dict[str, Prepared | None] = {}
        for one in self._store.template_versions(VersionState.CURRENT):
            ready, faults = read_content(f"{one.name}.txt", one.content) if one.content else (None, ())
            if not faults:
                found[one.name] = ready
        return found


def living_templates(store: Store) -> LivingTemplates:
    """Return the templates of a desk with this store; raise a Refusal that names all faults of the files."""
    return LivingTemplates(shipped_templates(), store)

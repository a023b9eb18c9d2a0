"""The list of erasures as a small private file beside the database, and beside its backups; replaced whole."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.erasure.erased_list import ErasedList, ErasedPerson
from bot.gateways.durable_files import replace_whole

NAME = "erased.list"
_FIRST = "People whose data were erased, as keyed digests; Heard reads it after a restore. Keep it with the backups."
_PERSON, _POST = "person", "post"


@dataclass(slots=True)
class ErasedFile:
    """The file in one folder; what it held when it was written last is not written again."""

    folder: Path
    _written: str = ""

    @property
    def path(self) -> Path:
        """Return where the list is."""
        return self.folder / NAME

    def kept(self) -> ErasedList | None:
        """Return the list; None where there is none, or it cannot be read."""
        try:
            with self.path.open(encoding="utf-8", errors="replace") as file:
                return _read(file)
        except OSError:
            return None

    def wants(self, state: str) -> bool:
        """Return whether the list of this state was not written there yet, and can be: a folder may be away."""
        return state != self._written and self.folder.is_dir()

    def keep(self, listed: ErasedList, state: str) -> bool:
        """Write the list with what the file knows already, and return whether it is there.

        A file that cannot be read stays as it is; on a disk that is full the next try may go well.
        """
        with suppress(OSError):
            known = self.kept()
            if known is None and self.path.exists():
                return False
            lines = _lines(listed.plus(known or ErasedList()))
            replace_whole(self.path, "".join(f"{line}\n" for line in lines).encode())
            self._written = state
            return True
        return False


def _lines(listed: ErasedList) -> Iterator[str]:
    yield _FIRST
    for mark, one in sorted(listed.people.items()):
        yield f"{_PERSON} {mark} {one.at.isoformat()} {one.key} {one.network}"
    for mark in sorted(listed.posts):
        yield f"{_POST} {mark}"


def _read(lines: Iterator[str]) -> ErasedList:
    people, posts = {}, set()
    for line in lines:
        kind, *said = line.split() or [""]
        if kind == _PERSON:
            with suppress(ValueError):
                mark, at, key, network = said
                people[mark] = ErasedPerson(network=network, at=datetime.fromisoformat(at), key=key)
        elif kind == _POST and len(said) == 1:
            posts.add(said[0])
    return ErasedList(people, frozenset(posts))

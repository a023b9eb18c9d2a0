"""A model of a disk: what was written and not flushed may be there after a power cut, in part, in any order, or not."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512  # bytes that a disk writes as a whole


@dataclass
class Kept:
    """A file: its bytes on the disk, and the changes since, in order; `None`: its length is changed."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def flush(self) -> None:
        """Have everything on the disk."""
        for at, what in self.pending:
            _apply(self.durable, at, what)
        self.pending.clear()

    def size(self) -> int:
        """Return the length as programs see it."""
        length = len(self.durable)
        for at, what in self.pending:
            length = at if what is None else max(length, at + len(what))
        return length

    def after(self, dice: random.Random, way: str) -> bytes:
        """Return what may be left of it."""
        left = bytearray(self.durable)
        for at, what in self.pending:
            if way == "all" or (way == "some" and dice.random() < 0.5):
                _apply(left, at, what)
            elif way == "torn" and what:
                for start in range(0, len(what), SECTOR):
                    if dice.random() < 0.5:
                        _apply(left, at + start, what[start : start + SECTOR])
        return bytes(left)


def _apply(content: bytearray, at: int, what: bytes | None) -> None:
    if what is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(at - len(content), 0)))
    content[at : at + len(what)] = what


@dataclass
class Disk:
    """The files of one folder and of those in it, by path; `renames`: names that are not flushed yet, in order."""

    names: dict[str, Kept] = field(default_factory=dict)
    durable_names: dict[str, Kept] = field(default_factory=dict)
    renames: list[tuple[str, Kept | None]] = field(default_factory=list)

    def create(self, path: str) -> None:
        """Make an empty file, unless there is one."""
        if path not in self.names:
            self._name(path, Kept())

    def write(self, path: str, at: int, what: bytes) -> None:
        """Write to a file that was created before."""
        if path in self.names:
            self.names[path].pending.append((at, what))

    def append(self, path: str, what: bytes) -> None:
        """Write behind the end."""
        if path in self.names:
            self.write(path, self.names[path].size(), what)

    def cut(self, path: str, length: int) -> None:
        """Change the length of a file."""
        if path in self.names:
            self.names[path].pending.append((length, None))

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in the place of what had it."""
        if (file := self.names.get(old)) is not None:
            self._name(old, None)
            self._name(new, file)

    def unlink(self, path: str) -> None:
        """Remove a name."""
        if path in self.names:
            self._name(path, None)

    def flush(self, path: str) -> None:
        """Have a file's content, or the names in a folder, on the disk."""
        if path in self.names:
            self.names[path].flush()
            return
        rest = []
        for name, file in self.renames:
            if str(Path(name).parent) == path:
                _give(self.durable_names, name, file)
            else:
                rest.append((name, file))
        self.renames = rest

    def left(self, dice: random.Random, way: str) -> Iterator[tuple[str, bytes]]:
        """Yield each file that may be left, with its content; `way`: "none" of what was not flushed, "all", "some", "torn"."""
        names = dict(self.durable_names)
        known = {"none": 0, "all": len(self.renames)}.get(way, dice.randint(0, len(self.renames)))
        for name, file in self.renames[:known]:  # a file system keeps the order of names
            _give(names, name, file)
        for name, file in names.items():
            yield name, file.after(dice, way)

    def _name(self, path: str, file: Kept | None) -> None:
        _give(self.names, path, file)
        self.renames.append((path, file))


def _give(names: dict[str, Kept], path: str, file: Kept | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file

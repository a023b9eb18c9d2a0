"""Reads what strace saw of a process: the calls that change files below one folder, in order."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.power.disk import Disk

CALLS = "openat,creat,write,pwrite64,fsync,fdatasync,ftruncate,rename,unlink"
MARKS = "marks"  # the file in which the process says what it has acknowledged
_LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+).*$")
_FD = re.compile(r"^\d+<((?:\\x[0-9a-f]{2})*)>|^\d+<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _of_fd(given: str) -> str:
    found = _FD.match(given)
    if found is None:
        return ""
    return _bytes(found[1]).decode() if found[1] else found[2] or ""


Step = Callable[[Disk], object]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a process to the system."""

    name: str
    given: str
    returned: int

    @property
    def texts(self) -> list[bytes]:
        """Return the texts that were given to it."""
        return [_bytes(one) for one in _TEXT.findall(self.given)]

    @property
    def named(self) -> list[str]:
        """Return the paths that were given to it."""
        return [one.decode("utf-8", "replace") for one in self.texts]

    @property
    def path(self) -> str:
        """Return the path of the file that was open; "" for none."""
        return _of_fd(self.given)

    @property
    def last(self) -> str:
        """Return what was given last."""
        return self.given.rsplit(", ", 1)[-1]


def steps(trace: Path, folder: Path) -> Iterator[Step | str]:
    """Yield each change of the files below a folder, or in words what the process says that it acknowledged."""
    for line in trace.read_text("ascii", "replace").splitlines():
        found = _LINE.match(line)
        if found is None or found[3].startswith("-"):
            continue
        call = Call(found[1], found[2], int(found[3]))
        if call.path == str(folder / MARKS):
            yield from [call.texts[0].decode()] if call.name == "write" else []
        elif (step := _step(call)) is not None:
            yield step


def _step(call: Call) -> Step | None:
    """Return what a call does; None: nothing to a file."""
    if call.name in {"openat", "creat"}:
        made = "O_CREAT" in call.given or call.name == "creat"
        return lambda disk: _opened(disk, call.named[0], made=made, truncated="O_TRUNC" in call.given)
    deed = _DEEDS.get(call.name)
    return None if deed is None else lambda disk: deed(disk, call)


_DEEDS: Mapping[str, Callable[[Disk, Call], object]] = {
    "pwrite64": lambda disk, call: disk.write(call.path, int(call.last), call.texts[0][: call.returned]),
    "write": lambda disk, call: disk.append(call.path, call.texts[0][: call.returned]),
    "fsync": lambda disk, call: disk.flush(call.path),
    "fdatasync": lambda disk, call: disk.flush(call.path),
    "ftruncate": lambda disk, call: disk.cut(call.path, int(call.last)),
    "rename": lambda disk, call: disk.rename(call.named[0], call.named[1]),
    "unlink": lambda disk, call: disk.unlink(call.named[0]),
}


def _opened(disk: Disk, path: str, *, made: bool, truncated: bool) -> None:
    if made:
        disk.create(path)
    if truncated:
        disk.cut(path, 0)

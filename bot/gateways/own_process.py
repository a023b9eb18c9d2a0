"""Keeps secrets of this process from others on the machine: no core dump, none in arguments or environment."""

import contextlib
import os
import re
import resource
from collections.abc import Collection, Iterator
from pathlib import Path

_PR_SET_DUMPABLE = 4  # of Linux' prctl
_STAT = Path("/proc/self/stat")
_BLOCKS = slice(45, 49)  # arg_start, arg_end, env_start, env_end: fields 48 to 51, behind the name in brackets
_SHORTEST = 4  # bytes, as in redaction.py; up to _WHOLE only a whole word, or part of an address
_WHOLE = 8
_COVER = b"x"


def forbid_dumps() -> None:
    """Forbid core dumps of this process, and other processes of its user to read its memory and environment.

    The limit alone is not enough: Linux ignores it where core dumps go to a program.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with _where_possible():
        import ctypes  # noqa: PLC0415 - it may be forbidden here

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def conceal(secrets: Collection[str]) -> None:
    """Overwrite secrets where `ps` and /proc/<pid>/environ read them; `os.environ` keeps them. Linux only.

    Those two show the memory with which the process was started, so that removing a variable does not change them.
    """
    with _where_possible():
        for start, end in _own_blocks():
            _overwrite(start, end, {os.fsencode(one) for one in secrets if len(one) >= _SHORTEST})


def _where_possible() -> contextlib.suppress:
    """Return a context in which nothing happens on other systems, or where memory is locked down further still."""
    return contextlib.suppress(AttributeError, ImportError, MemoryError, OSError, ValueError)


def _own_blocks() -> Iterator[tuple[int, int]]:
    fields = _STAT.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    begin, end, env_begin, env_end = map(int, fields[_BLOCKS])
    yield from ((one, other) for one, other in ((begin, end), (env_begin, env_end)) if 0 < one < other)


def _overwrite(start: int, end: int, secrets: Collection[bytes]) -> None:
    import ctypes  # noqa: PLC0415 - it may be forbidden here

    held = ctypes.string_at(start, end - start)
    covered = concealed(held, secrets)
    if covered != held:
        ctypes.memmove(start, covered, len(covered))


def concealed(block: bytes, secrets: Collection[bytes]) -> bytes:
    """Return arguments or an environment, separated by NUL, with each secret covered; the length stays."""
    for one in sorted(secrets, key=len, reverse=True):
        whole = re.escape(one)
        sign = whole if len(one) >= _WHOLE else rb"(?<![^\0=:])" + whole + rb"(?![^\0@&])"
        block = re.sub(sign, _COVER * len(one), block)
    return block

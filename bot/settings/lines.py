"""Finds the line of a setting in heard.toml; tomllib itself keeps no line numbers."""

import re
from collections import Counter

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[{1,2})\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_NAME = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class Lines:
    """The line numbers of one TOML text, from 1, by the path of the setting on them."""

    def __init__(self, text: str) -> None:
        self._text = text.splitlines()
        self._at: dict[Path, int] = {}
        self._arrays: Counter[Path] = Counter()
        self._index()

    def of(self, path: Path, value: object = None) -> int | None:
        """Return the line of `path`, or of its nearest parent that is in the file, or None.

        Within a list, `value` finds the line of the element itself.
        """
        for length in range(len(path), 0, -1):
            line = self._at.get(path[:length])
            if line is not None:
                inside = length < len(path) and isinstance(path[length], int)
                return self._element(line, value) if inside else line
        return None

    def _element(self, line: int, value: object) -> int:
        wanted = (f'"{value}"', f"'{value}'") if isinstance(value, str) else (str(value),)
        for number, written in enumerate(self._text[line - 1 : line + 60], start=line):
            if any(one in written for one in wanted):
                return number
        return line

    def _index(self) -> None:
        table: Path = ()
        for number, line in enumerate(self._text, start=1):
            if header := _HEADER.match(line):
                self._at.setdefault(_names(header[2]), number)
                table = self._opened(_names(header[2]), array=header[1] == "[[")
                self._at.setdefault(table, number)
            elif key := _KEY.match(line):
                self._at.setdefault(table + _names(key[1]), number)

    def _opened(self, path: Path, *, array: bool) -> Path:
        if not array:
            return path
        self._arrays[path] += 1
        return (*path, self._arrays[path] - 1)


def _names(written: str) -> Path:
    return tuple(one.strip("\"'") for one in _NAME.findall(written))

"""A regular expression that is compiled at its first use, so that the start of the desk does not wait for it."""

import re
from functools import cached_property
from typing import Any, cast


class _LazyPattern:
    """Compiles itself when it is first asked for anything."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever re.Pattern has
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that raises re.error for a faulty source at its first use only."""
    return cast("re.Pattern[str]", _LazyPattern(source, flags))

"""Parts of the standard library that a desk seldom needs; the first call loads them, not the start."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from difflib import SequenceMatcher


def matcher(old: Sequence[str], new: Sequence[str]) -> "SequenceMatcher[str]":
    """Return the comparison of two texts, by signs or by words; no frequent one of them is passed over."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - see above

    return SequenceMatcher(None, old, new, autojunk=False)


def closest(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` that somebody who wrote `name` may have meant; "" where none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 - see above

    return next(iter(get_close_matches(name, list(names), n=1, cutoff=0.5)), "")


def median(numbers: Iterable[float]) -> float:
    """Return the middle of some numbers, of which there is at least one."""
    import statistics  # noqa: PLC0415 - see above

    return statistics.median(numbers)

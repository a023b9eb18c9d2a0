"""The changes between two versions of a text, word by word, in a few short sentences."""

from collections.abc import Iterator

from bot.domain.base.seldom import matcher

MOST = 6  # changes that are named; the others are counted
WORDS = 2_000  # compared words of each text
EXCERPT = 80  # code points of each quotation
ANEW = 0.35  # with less in common than this, the text was written anew


def changed(before: str, after: str) -> str:
    """Return the changes from one version to the next: `“by 17:00” became “by 18:00”; “today” was added`."""
    was, now = before.split()[:WORDS], after.split()[:WORDS]
    if was == now:
        return "" if before == after else "only blanks and line breaks changed"
    found = matcher(was, now)
    if found.ratio() < ANEW:
        return "written anew"
    told = [_told(was[i1:i2], now[j1:j2]) for tag, i1, i2, j1, j2 in found.get_opcodes() if tag != "equal"]
    return "; ".join([*told[:MOST], *_rest(len(told) - MOST)])


def _told(was: list[str], now: list[str]) -> str:
    if was and now:
        return f"{_excerpt(was)} became {_excerpt(now)}"
    return f"{_excerpt(now)} was added" if now else f"{_excerpt(was)} was taken out"


def _excerpt(words: list[str]) -> str:
    said = " ".join(words)
    return f"“{said}”" if len(said) <= EXCERPT else f"“{said[: EXCERPT - 1].rstrip()}…”"


def _rest(more: int) -> Iterator[str]:
    if more > 0:
        yield f"and {more} more change{'s' if more > 1 else ''}"

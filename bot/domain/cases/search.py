"""Turns posts and search requests into comparable words: without capitals, accents and variants."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible

MOST_WORDS = 8  # words of a search; further ones are ignored
LONGEST = 40  # characters of a word in the index; longer words are cut
SHORTEST = 2  # shortest prefix that is looked up; one letter would match every tenth word
_QUOTES = "'\""

# Letters with a stroke, and pairs written as one: Unicode does not call them a letter and a mark.
_PLAIN = {
    **dict(zip("øłđħŧıþð", ("o", "l", "d", "h", "t", "i", "th", "d"), strict=True)),
    **dict(zip("æœŋ", ("ae", "oe", "n"), strict=True)),
    **dict.fromkeys("‘’‚‛`´ʼ′‹›", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
# Accents of Latin, Greek and Cyrillic letters; points of Hebrew and Arabic ones. Other scripts' signs are letters.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u065f\u0670]")
# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without blanks between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(f"([{_UNSPACED}]+)")


class _Blanks(dict[int, str]):
    """Turns what is neither letter, digit nor a sign of a letter into a blank; each character is judged once."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else " "
        return self[code]


_BLANKS = _Blanks()
_TRANSLATED = str.maketrans(_PLAIN)


def folded(text: str) -> str:
    """Return the text in lower case, without accents, with simple quotes and dashes."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", visible(text)).casefold()
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text))).translate(_TRANSLATED)


def indexed_words(handle: str, text: str) -> str:
    """Return the words by which a post is found, each once; scripts without blanks are cut into pairs of letters."""
    found: dict[str, None] = {}
    for word in folded(f"{handle}\n{text}").translate(_BLANKS).split():
        for run, unspaced in _runs(word):
            found.update(dict.fromkeys([*_pairs(run), run[-1]] if unspaced else [run[:LONGEST]]))
    return " ".join(found)


def _runs(word: str) -> Iterator[tuple[str, bool]]:
    for place, run in enumerate(_RUNS.split(word)):
        if run:
            yield run, place % 2 == 1


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search request: all of `words` must match. The index looks up `whole` words and prefixes (`begun`)."""

    words: Sequence[str] = ()
    whole: Sequence[str] = ()
    begun: Sequence[str] = ()
    number: int = 0  # of a case

    def held(self, handle: str, text: str) -> bool:
        """Return whether a post contains all the words."""
        post = folded(f"{handle}\n{text}")
        return all(word in post for word in self.words)


_NUMBER = re.compile(r"(?:case )?#?([1-9]\d{0,11})", re.ASCII)


def wanted(search: str) -> Wanted:
    """Return the search request in a text: beginnings of words, a handle with or without @, or a case number."""
    said = folded(search).split()
    bare = [_bare(word) for word in said if _bare(word)][:MOST_WORDS]
    named = _NUMBER.fullmatch(" ".join(said))
    asked = [one for word in bare for one in _asked(word)]
    return Wanted(
        words=tuple(bare),
        whole=tuple(dict.fromkeys(one for one, whole in asked if whole)),
        begun=tuple(dict.fromkeys(one for one, whole in asked if not whole)),
        number=int(named[1]) if named else 0,
    )


def _asked(word: str) -> Iterator[tuple[str, bool]]:
    """Yield the index terms of a word, and whether each is a whole word; the last may be a prefix."""
    runs = [run for part in word.translate(_BLANKS).split() for run in _runs(part)]
    for place, (run, unspaced) in enumerate(runs, start=1):
        if unspaced and len(run) > 1:
            yield from ((pair, True) for pair in _pairs(run))
        elif unspaced or (place == len(runs) and len(run) >= SHORTEST):
            yield run[:LONGEST], False
        elif place < len(runs):
            yield run[:LONGEST], True


def _bare(word: str) -> str:
    word = word.strip(_QUOTES)
    return word.removeprefix("@") or word

"""Finds words of the configuration in a post, in any script: for routes and for the safety list."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import cached_property, lru_cache

from bot.domain.base.lazy_pattern import lazy_pattern
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean

OPEN_END = "*"
BEGINNINGS = (5, 3)  # signs of a word with an open end by which a list of words is sorted: as many as it has
ANYWHERE = "…"  # the key of words in scripts without blanks
_ASCII_SIGNS = {sign: " " for sign in range(128) if not chr(sign).isalnum()}
# Scripts that put no blanks between words; a word of theirs is found anywhere. Korean puts endings on its words.
_NO_BLANKS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_NO_BLANKS += "\U00020000-\U0003ffff"
_BESIDE = lazy_pattern(f"(?<=[{_NO_BLANKS}])(?=[^ {_NO_BLANKS}])|(?<=[^ {_NO_BLANKS}])(?=[{_NO_BLANKS}])")
_FIRST = lazy_pattern(f"[{_NO_BLANKS}]")
_LAST = lazy_pattern(f"[{_NO_BLANKS}\uac00-\ud7a3]")
_KATAKANA = "\u30a0-\u30ff"
_SHORT = lazy_pattern(f"[{_KATAKANA}]{{1,2}}")  # so short that longer words contain it by chance
_MARKS_LEFT_OUT = ("LATIN", "GREEK", "ARABIC", "HEBREW")  # scripts whose marks people often leave out
_ONE_SIGN = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ё": "е", "\u0640": None})
_AROUND = ".,;:!?…\"'()[]«»“”„¿¡*_#"  # signs beside a word that are no part of it
_NO_DOER = "(?!rs? )"  # in English "charger" is no form of "charge", and "smoker" none of "smoke"


@dataclass(frozen=True)
class PostWording:
    """A post prepared for matching: `text` has one blank around and between words."""

    text: str
    english: bool  # or in a language nobody named
    # What it was found to tell, by the id of each rule. The rule is kept, so that no other one can have its id.
    told: dict[int, tuple[object, tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of all words that the post may say, as `key` gives them."""
        words = dict.fromkeys(self.text.split())
        anywhere = [ANYWHERE] if not self.text.isascii() and _LAST.search(self.text) else []
        opened = [word[:size] + OPEN_END for size in BEGINNINGS for word in words if len(word) >= size]
        return tuple(dict.fromkeys(["", *anywhere, *words, *opened]))

    @cached_property
    def key_set(self) -> frozenset[str]:
        """Return the keys without their order."""
        return frozenset(self.keys)


def wording(text: str, tongue: str) -> PostWording:
    """Return the words of a post in the language `tongue`; "": an unknown one."""
    return PostWording(f" {_plain(text)} ", tongue in {"", "en"})


def contains_word(post: PostWording, word: str) -> bool:
    """Return whether a post says `word` (one word or several); a trailing star leaves its end open."""
    looked_for = _looked_for(word, english=post.english)
    return looked_for.rarest in post.text and looked_for.pattern.search(post.text) is not None


def key(word: str) -> str:
    """Return the key of `word`; every post with this word has it among its keys.

    It is its longest word, or how it begins where its end is open; with it a long list of words is looked through by
    the few words of a post.
    """
    closed, opened = [], []
    for one in word.split():
        bare = _plain(one.rstrip(OPEN_END)).split()
        closed += bare[:-1] if one.endswith(OPEN_END) else bare
        opened += bare[-1:] if one.endswith(OPEN_END) else []
    if _LAST.search("".join([*closed, *opened])):
        return ANYWHERE
    if closed:
        return max(closed, key=len)
    beginning = max((one for one in opened), key=len)
    size = next((size for size in BEGINNINGS if len(beginning) > size), 0)
    return beginning[:size] + OPEN_END if size else ""


def places(post: PostWording, word: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each match in `post.text`."""
    looked_for = _looked_for(word, english=post.english)
    if looked_for.rarest in post.text:
        for found in looked_for.pattern.finditer(post.text):
            yield found.span("word")


@dataclass(frozen=True, slots=True)
class _LookedFor:
    rarest: str  # every matching text contains it: most texts need no further search
    pattern: re.Pattern[str]


@lru_cache(maxsize=8192)
def _looked_for(word: str, *, english: bool) -> _LookedFor:
    parts = [
        _Part(bare, is_open=one.endswith(OPEN_END), english=english)
        for one in word.split()
        if (bare := _plain(one.rstrip(OPEN_END)))
    ]
    bare, is_open = " ".join(one.bare for one in parts), parts[-1].is_open
    before, after = _borders(bare)
    pattern = f"{before}(?P<word>{' '.join(one.spelled for one in parts)}){'' if is_open else after}"
    return _LookedFor(max(_runs(parts), key=len), re.compile(pattern))


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of a search; an ending replaces a final e and turns y into ie: smoking, batteries."""

    bare: str
    is_open: bool
    english: bool

    @property
    def stem(self) -> str:
        """Return the prefix of all forms of the word."""
        inflects = self.is_open and self.bare.isascii() and len(self.bare) > 3 and self.bare[-1] in "ey"
        return self.bare[:-1] if inflects else self.bare

    @property
    def spelled(self) -> str:
        """Return the pattern of all its forms."""
        if not self.is_open:
            return re.escape(self.bare)
        if self.stem == self.bare:
            return f"{re.escape(self.bare)}[^ ]*"
        if self.bare[-1] == "y":
            return f"{re.escape(self.stem)}(?:y|ie)[^ ]*"
        return f"{re.escape(self.stem)}(?:ings?(?= )|y(?= )|e{_NO_DOER if self.english else ''}[^ ]*)"


def _runs(parts: Sequence[_Part]) -> Iterator[str]:
    """Yield what stands in each form of the words as it is: up to each open end."""
    run: list[str] = []
    for one in parts:
        run.append(one.stem)
        if one.is_open or one is parts[-1]:
            yield " ".join(run)
            run = []


def as_written(words: str, texts: Iterable[str]) -> str:
    """Return words that a rule found as a text has them, with their accents; as they are where none has them."""
    for text in texts:
        if words in text.casefold():
            return words
        if words in _plain(text) and (found := _piece(words, text.split())):
            return found
    return words


def _piece(words: str, parts: Sequence[str]) -> str:
    plain, longest = [_plain(one) for one in parts], len(words.split())
    for first in range(len(parts)):
        for last in range(first + 1, first + longest + 1):
            if " ".join(plain[first:last]) == words:
                return " ".join(parts[first:last]).strip(_AROUND).lower()
    return ""


def _borders(bare: str) -> tuple[str, str]:
    """Return the pattern before and after a word."""
    if _SHORT.fullmatch(bare):
        return f"(?<![{_KATAKANA}])", f"(?![{_KATAKANA}])"
    return "" if _FIRST.match(bare) else "(?<= )", "" if _LAST.match(bare[-1:]) else "(?= )"


def _plain(text: str) -> str:
    """Return only the words of `text`, normalised, with one blank between them.

    Compatibility forms, capitals, invisible characters and optional marks make no difference.
    """
    if text.isascii():
        return " ".join(text.casefold().translate(_ASCII_SIGNS).split())
    composed = unicodedata.normalize("NFKC", clean(text)).casefold()
    kept = "".join(_letters(unicodedata.normalize("NFD", composed)))
    return " ".join(_BESIDE.sub(" ", unicodedata.normalize("NFC", kept).translate(_ONE_SIGN)).split())


def _letters(text: str) -> Iterator[str]:
    """Yield the characters of words; other characters become a blank, invisible ones are dropped."""
    loses_marks = False
    for sign in text:
        kept, is_mark, loses = _kind(sign)
        if not is_mark:
            loses_marks = loses
        if not (is_mark and loses_marks):
            yield kept


@lru_cache(maxsize=8192)
def _kind(sign: str) -> tuple[str, bool, bool]:
    """Return the normalised character, whether it is a mark, and whether marks after it are dropped."""
    category = unicodedata.category(sign)
    if category[0] == "M":
        return ("" if _is_selector(sign) else sign), True, False
    if category == "Cf":
        return "", True, False  # as if it were not there
    is_word = category[0] in "LN"
    return (sign if is_word else " "), False, is_word and unicodedata.name(sign, "").startswith(_MARKS_LEFT_OUT)


def _is_selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or sign == "\u034f" or sign >= "\U000e0100"

"""Invisible characters: which of them change how a text is drawn, by Unicode's data, and which have no effect.

A zero-width non-joiner separates Persian endings, a joiner builds Sinhala clusters and combined emoji, tags make the
flag of Scotland. Elsewhere they make different texts look the same (Unicode TR 36, UAX 31 section 2.3).
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from bot.domain.base.quick_dataclass import dataclass

_FLAGS = "\U0001f3f4(?:{})\U000e007f".format(  # of England, Scotland and Wales: no other tags are drawn
    "|".join("".join(chr(0xE0000 + ord(one)) for one in region) for region in ("gbeng", "gbsct", "gbwls"))
)
_SIGNS = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"(?P<flag>{_FLAGS})|[{_SIGNS}]")
_SEEN = re.compile(f"[^{_SIGNS}]")
_PICTURE = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff\U000e007f]")
_INDIC = frozenset(
    ("DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA")
)
_SOUTH_EAST = frozenset(("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "BALINESE", "JAVANESE", "TAI", "CHAM"))
_JOINED = _INDIC | frozenset(("ARABIC", "SYRIAC", "MANDAIC", "MONGOLIAN", "NKO", "PHAGS-PA", "ADLAM", "MANICHAEAN"))
_VIRAMA = 9  # the canonical combining class of the sign that takes a vowel away
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_END_OF_FLAG = "\U000e007f"
MARKS = 40  # neighbours that are examined at most: more marks than any letter has


def is_unseen(sign: str) -> bool:
    """Return whether a character is invisible and has an effect only in some places."""
    return _UNSEEN.fullmatch(sign) is not None


def without_unseen(text: str) -> str:
    """Return `text` without the invisible characters that have no effect where they stand."""
    return "".join(_kept(text)) if _UNSEEN.search(text) else text


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of an invisible character: its visible neighbours, and the letter before it, without marks."""

    before: str
    letter: str
    after: str
    right_to_left: bool  # whether the text has a letter of such a script


def _kept(text: str) -> Iterator[str]:
    at, last = 0, ""  # `last`: the last character that was kept
    seen: list[str] = []  # the last ones, with the letter that they are marks on
    right_to_left = any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT and not is_unseen(one) for one in text)
    for found in _UNSEEN.finditer(text):
        between = text[at : found.start()]
        yield between
        at, last = found.end(), between[-1:] or last
        if found["flag"]:
            seen = [_END_OF_FLAG]
        elif between:
            seen = [*seen, *between[-MARKS:]][-MARKS:]
        if found["flag"] or (
            found[0] != last and _does_something(found[0], seen, text, at, right_to_left=right_to_left)
        ):
            yield found[0]
            last = found[0]
    yield text[at:]


def _letter(seen: Sequence[str]) -> str:
    return next((one for one in reversed(seen) if not _is_mark(one)), "")


def _next(text: str, at: int) -> str:
    found = _SEEN.search(text, at, at + MARKS)
    return found[0] if found else ""


def _does_something(sign: str, seen: Sequence[str], text: str, at: int, *, right_to_left: bool) -> bool:
    rules = _rules_of(sign)
    if not rules:  # most such characters never have an effect: a text full of them must stay fast
        return False
    place = _Place("".join(seen[-1:]), _letter(seen), _next(text, at), right_to_left)
    return any(rule(sign, place) for rule in rules)


@lru_cache(maxsize=512)
def _rules_of(sign: str) -> tuple[Callable[[str, _Place], bool], ...]:
    return tuple(rule for first, last, rule in _RULES if first <= sign <= last)


def _joins(sign: str, place: _Place) -> bool:
    """Return whether a joiner or non-joiner changes how its neighbours are written."""
    beside = [one for one in (place.before, place.after) if one]
    if sign == "\u200d" and len(beside) == 2 and all(map(_PICTURE.fullmatch, beside)):
        return True
    if any(unicodedata.combining(one) == _VIRAMA for one in beside):
        return True
    return _script(place.letter) in _JOINED or (sign == "\u200d" and _script(place.after) in _JOINED)


def _parts_words(_: str, place: _Place) -> bool:
    return _script(place.letter) in _SOUTH_EAST and _script(place.after) in _SOUTH_EAST


def _fills(_: str, place: _Place) -> bool:
    """Return whether a filler letter belongs to a syllable of old Korean."""
    return any("\u1100" <= one <= "\u11ff" for one in (place.before, place.after))


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    return unicodedata.name(sign, "").partition(" ")[0] if sign else ""


def _is_mark(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign)[0] == "M"


_RULES: Sequence[tuple[str, str, Callable[[str, _Place], bool]]] = (
    ("\u200c", "\u200d", _joins),
    ("\u200e", "\u200f", lambda _, place: place.right_to_left),
    ("\u061c", "\u061c", lambda _, place: place.right_to_left),
    ("\u200b", "\u200b", _parts_words),
    ("\u180b", "\u180f", lambda _, place: _script(place.letter) == "MONGOLIAN"),
    ("\U000e0100", "\U000e01ef", lambda _, place: _script(place.before) == "CJK"),
    ("\u115f", "\u1160", _fills),
    ("\u2800", "\u2800", lambda _, place: "BRAILLE" in {_script(place.before), _script(place.after)}),
    ("\u034f", "\u034f", lambda _, place: _is_mark(place.after)),
)

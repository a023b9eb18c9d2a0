"""Letters as people see them: several networks count the length of a post in these."""

import unicodedata
from collections.abc import Iterator

_JOINER = "\u200d"
_JOINERS = frozenset({_JOINER, "\u200c"})
_REGIONAL = range(0x1F1E6, 0x1F200)
_EXTENDS = frozenset({"Mn", "Me", "Mc"})
_SKIN = range(0x1F3FB, 0x1F400)
_TAGS = range(0xE0020, 0xE0080)
# Of Hangul: a syllable may be written as leading, vowel and trailing letters.
_LEADING, _VOWEL, _TRAILING = range(0x1100, 0x1160), range(0x1160, 0x11A8), range(0x11A8, 0x1200)
_SYLLABLES = range(0xAC00, 0xD7A4)


def graphemes(text: str) -> int:
    """Count the graphemes of a text; in doubt one more than Unicode does, so that what fits here fits there."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(_begins(text))


def _begins(text: str) -> Iterator[bool]:
    """Yield for each code point whether a grapheme begins with it."""
    before, flags, pictured = "", 0, False
    for sign in text:
        flags = flags + 1 if ord(sign) in _REGIONAL else 0
        if not before or _is_end(before) or _is_end(sign):
            yield not (before == "\r" and sign == "\n")
        elif _extends(sign) or (before == _JOINER and pictured and _is_picture(sign)):
            yield False
        else:
            yield not (_hangul(before, sign) or (flags and flags % 2 == 0))
        pictured = _is_picture(sign) or (pictured and _extends(sign))
        before = sign


def _is_end(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} and not _extends(sign)


def _extends(sign: str) -> bool:
    point = ord(sign)
    return sign in _JOINERS or point in _SKIN or point in _TAGS or unicodedata.category(sign) in _EXTENDS


def _is_picture(sign: str) -> bool:
    return sign in "\u00a9\u00ae\u203c\u2049\u2122\u2139" or (
        unicodedata.category(sign) in {"So", "Sm"} and ord(sign) >= 0x2194 and ord(sign) not in _REGIONAL
    )


def _hangul(before: str, sign: str) -> bool:
    """Return whether two letters of Hangul are of one syllable."""
    first, second = ord(before), ord(sign)
    if first in _LEADING:
        return second in _LEADING or second in _VOWEL or second in _SYLLABLES
    whole = first in _SYLLABLES and (first - _SYLLABLES.start) % 28 == 0
    if first in _VOWEL or whole:
        return second in _VOWEL or second in _TRAILING
    return (first in _TRAILING or first in _SYLLABLES) and second in _TRAILING

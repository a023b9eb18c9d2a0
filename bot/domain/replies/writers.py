"""Measures who wrote a draft's visible text, over its whole history, for the four-eyes rule.

Each word is followed from version to version. A person who types or changes a word is one of its writers. If they
retype a word that somebody else wrote on this case before, both are its writers. Punctuation and emoji count only
against the person who adds them; in a text without words they count for everybody.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.seldom import matcher
from bot.domain.base.text import visible
from bot.domain.base.word_caches import word_cache

GRAM = 5  # length of the letter sequences that identify words after cutting, joining or reordering
ORDERED_ANEW = 0.8  # share of new words that one person had written before: then the words are theirs again
SIMILAR = 0.6  # share of equal letters: then it is the same word with another spelling
REPEATS = 3  # repetitions of one word that count for the others: padding does not count
MOST_PAIRS = 10_000  # equal words compared; above it (padding) no word counts as common

Hands = frozenset[str]

_SKIN = "\U0001f3fb-\U0001f3ff"
_TOKEN = re.compile(
    r"(?P<alone>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
    r"|(?P<word>[^\W_]+(?:['’][^\W_]+)*)"
    rf"|(?P<sign>[\U0001f1e6-\U0001f1ff]{{2}}|\S[{_SKIN}\ufe0f]*(?:\u200d\S[{_SKIN}\ufe0f]*)*)"
)
# Letters that look like Latin ones: Cyrillic, Greek and others, small capitals, Armenian, Cherokee, Lisu.
_ALIKE = str.maketrans(
    "авекмнорстухіјѕԁԛԝһґɡαβεικνορτυχωϲϳℓıłøđ"
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑᴦყ"
    "օսոհցզքաҽեվտ"
    "ᎪᏴᏟᎠᎬᎻᎥᎫᏞᎷᎾᏢᏒᏚᎢᏙᏔᎩᏃᏀᏦᎡᏆᎳ"
    "ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ",
    "abekmhopctyxijsdqwhrgabeiknoptuxwcjlilod"
    "abcdefghijklmnoprstuvwyzary"
    "ounhgzqwetun"
    "abcdehijlmoprstvwyzgkriw"
    "abcdefghijklmnoprstuvwxyz",
)
_DRAWN_ALIKE = str.maketrans("l013457", "ioieast")  # i and l, and digits within a word
_BOXES = (0x249C, 0x24B6, 0x24D0, 0x1F110, 0x1F130, 0x1F150, 0x1F170)  # circled and boxed A
_BOXED = {first + at: chr(ord("a") + at) for first in _BOXES for at in range(26)}
_FLAGS = {0x1F1E6 + at: chr(ord("a") + at) for at in range(26)}
_NO_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]+")  # two of these are a flag; else they are letters


@dataclass(frozen=True, slots=True)
class Written:
    """One version of a draft: who wrote it, and the approver's note that it answers."""

    draft: int
    by: str
    text: str
    note: str = ""
    note_by: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The writers of a version (`authors`, newest last), and those who wrote too much of it to approve it (`barred`).

    A person who wrote more than half of it in the newest edit is its only author.
    """

    authors: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    """One visible unit of a text: as written, as compared, and whether it is a word."""

    seen: str
    same: str
    is_word: bool


@dataclass(slots=True)
class _Known:
    """All that one person has written on this case so far."""

    grams: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)

    def learn(self, runs: Iterable[Sequence[_Token]]) -> None:
        """Add the words of a text, in groups of neighbours."""
        words: Counter[str] = Counter()
        for run in runs:
            self.grams.update(_grams(_letters(run)))
            words.update(token.same for token in run)
        self.words |= words


def share(versions: Sequence[Written]) -> Share:
    """Return the writers of the last of these versions, and who may not approve it.

    A person is barred who wrote all of it, who took part in more than half of the words, or who removed more of the
    others' words than are left; counted in words, and in letters.

    Long texts take long, so results are cached, and computed before a transaction begins.
    """
    return share_remembered(tuple(versions))


@word_cache(64)
def share_remembered(versions: tuple[Written, ...]) -> Share:
    """Return the result of `share`, from a cache."""
    history = _History()
    for one in versions:
        history.add(one)
    return history.share()


class _History:
    """The versions of a case's drafts, added one by one, with the writers of each word of the last one."""

    def __init__(self) -> None:
        self.draft = 0
        self.tokens: tuple[_Token, ...] = ()
        self.hands: list[Hands] = []
        self.known: dict[str, _Known] = {}
        self.gone: Counter[str] = Counter()  # by person: letters of others' words that they removed
        self.authors: tuple[str, ...] = ()

    def add(self, one: Written) -> None:
        """Add the next version."""
        if one.note:
            self._of(one.note_by).learn([tokens(one.note)])
        if one.draft != self.draft:
            self.draft, self.tokens, self.hands, self.authors = one.draft, (), [], ()
            self.gone.clear()
        self._of(one.by)
        before, before_hands = self.tokens, self.hands
        self.tokens = tokens(one.text)
        kept = _kept(before, self.tokens)
        self.hands = [self._carried(one.by, before, before_hands, kept, at) for at in range(len(self.tokens))]
        self._know_again(one.by, [at for at in range(len(self.tokens)) if at not in kept])
        self._count_gone(one.by, before, before_hands, kept)
        for who, known in self.known.items():
            known.learn(self._runs(who))
        stand = {who for hands in self.hands for who in hands} if not self._has_more(one.by) else set()
        self.authors = (*(who for who in self.authors if who in stand and who != one.by), one.by)

    def share(self) -> Share:
        """Return the writers of the newest version, and who is barred."""
        everybody = sorted({*self.known, *self.authors})
        return Share(self.authors, tuple(who for who in everybody if self._is_barred(who)))

    def _of(self, who: str) -> _Known:
        return self.known.setdefault(who, _Known())

    def _carried(
        self, by: str, before: Sequence[_Token], hands: Sequence[Hands], kept: Mapping[int, int], at: int
    ) -> Hands:
        """Return the writers of a word in the new version, from its old form."""
        if at not in kept:
            return frozenset({by})
        was = kept[at]
        return hands[was] if before[was].seen == self.tokens[at].seen else hands[was] | {by}

    def _know_again(self, by: str, new: Sequence[int]) -> None:
        """Add to new words the people who had written them before."""
        for who, known in self.known.items():
            if who == by or not new:
                continue
            theirs = Counter(self.tokens[at].same for at in new) & known.words
            ordered_anew = theirs.total() >= ORDERED_ANEW * len(new)
            for at in new if ordered_anew else _covered(self.tokens, known.grams).intersection(new):
                self.hands[at] |= {who}

    def _count_gone(self, by: str, before: Sequence[_Token], hands: Sequence[Hands], kept: Mapping[int, int]) -> None:
        stays = set(kept.values())
        out = [token for at, token in enumerate(before) if at not in stays and by not in hands[at]]
        self.gone[by] += _length(_counting(out))
        for who in self.gone:
            new = [self.tokens[at] for at in range(len(self.tokens)) if at not in kept and who not in self.hands[at]]
            self.gone[who] = max(self.gone[who] - _length(_counting(new)), 0)

    def _runs(self, who: str) -> Iterator[list[_Token]]:
        """Yield the words that a person took part in, in groups of neighbours."""
        both = zip(self.tokens, self.hands, strict=True)
        for is_theirs, run in groupby(both, key=lambda one: who in one[1]):
            if is_theirs:
                yield [token for token, _ in run]

    def _is_barred(self, who: str) -> bool:
        others = self._of_others(who)
        alone = not others and who in self.authors
        return alone or self._has_more(who) or self.gone[who] > _length(others)

    def _has_more(self, who: str) -> bool:
        mine = [token for token, hands in zip(self.tokens, self.hands, strict=True) if who in hands]
        others = self._of_others(who)
        return len(mine) > len(others) or _length(mine) > _length(others)

    def _of_others(self, who: str) -> list[_Token]:
        others = [token for token, hands in zip(self.tokens, self.hands, strict=True) if who not in hands]
        return _counting(others, whole=self.tokens)


def _counting(tokens: Sequence[_Token], whole: Sequence[_Token] = ()) -> list[_Token]:
    """Return the units that count: words, each a limited number of times; other units where there are no words."""
    if any(token.is_word for token in whole or tokens):
        tokens = [token for token in tokens if token.is_word]
    often: Counter[str] = Counter()
    counting = []
    for token in tokens:
        often[token.same] += 1
        if often[token.same] <= REPEATS:
            counting.append(token)
    return counting


def _length(tokens: Iterable[_Token]) -> int:
    return sum(len(token.same) if token.is_word else 1 for token in tokens)


@word_cache(256)
def tokens(text: str) -> tuple[_Token, ...]:
    """Return the visible units of a text: words, punctuation, emoji."""
    shown = _without_boxes(unicodedata.normalize("NFC", visible(text)))
    found = (_token(one) for one in _TOKEN.finditer(shown))
    return tuple(one for one in found if one.same)


def _without_boxes(text: str) -> str:
    """Return the text with letters in place of letter pictures, since readers read them as letters."""
    text = _NO_FLAG.sub(lambda run: run[0] if len(run[0]) % 2 == 0 else run[0].translate(_FLAGS), text)
    return text.translate(_BOXED)


def _token(found: re.Match[str]) -> _Token:
    seen, is_word = found[0], found["sign"] is None
    same = _folded(seen) if is_word else seen.replace("\ufe0f", "")
    return _Token(seen, same or seen, is_word)


def _folded(word: str) -> str:
    """Return a word without differences in look alone: capitals, accents, look-alike letters and digits."""
    word = unicodedata.normalize("NFKD", word).casefold()
    bare = "".join(sign for sign in word if not unicodedata.category(sign).startswith("M") and sign.isalnum())
    bare = bare.translate(_ALIKE)
    return bare if bare.isdigit() else bare.translate(_DRAWN_ALIKE)


def _kept(before: tuple[_Token, ...], after: tuple[_Token, ...]) -> Mapping[int, int]:
    """Return for each position in `after` its old position in `before`, in order."""
    return _aligned(tuple(token.same for token in before), tuple(token.same for token in after))


@word_cache(256)
def _aligned(before: tuple[str, ...], after: tuple[str, ...]) -> Mapping[int, int]:
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    kept = {at: at for at in range(start)}
    kept |= {len(after) - at: len(before) - at for at in range(1, end + 1)}
    if _pairs(old, new) <= MOST_PAIRS:
        kept |= {start + at: start + was for at, was in _matched(old, new)}
    return kept


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    often = Counter(new)
    return sum(often[one] for one in old)


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    for step, i1, i2, j1, j2 in matcher(old, new).get_opcodes():
        in_step = step == "equal" or (step == "replace" and i2 - i1 == j2 - j1)
        for was, at in zip(range(i1, i2), range(j1, j2), strict=True) if in_step else ():
            if _is_alike(old[was], new[at]):
                yield at, was


def _is_alike(old: str, new: str) -> bool:
    common = (Counter(old) & Counter(new)).total()
    return old == new or (min(len(old), len(new)) > 2 and common >= SIMILAR * max(len(old), len(new)))


def _letters(tokens: Sequence[_Token]) -> str:
    return "".join(token.same for token in tokens if token.is_word)


def _grams(letters: str) -> set[str]:
    return {letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)}


def _covered(tokens: Sequence[_Token], grams: set[str]) -> set[int]:
    """Return the positions of words that lie mostly within known letter sequences."""
    letters = _letters(tokens)
    known = bytearray(len(letters))
    for at in range(len(letters) - GRAM + 1):
        if letters[at : at + GRAM] in grams:
            known[at : at + GRAM] = b"\1" * GRAM
    found, start = set(), 0
    for at, token in enumerate(tokens):
        if token.is_word:
            if 2 * sum(known[start : start + len(token.same)]) > len(token.same):
                found.add(at)
            start += len(token.same)
    return found

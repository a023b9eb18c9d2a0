"""Remarks on the wording of a draft: lines that would fit anybody, a missing next step or moment, and its tone.

Each rule is a list of phrases in the files of `bot/settings/wording`. What cannot be decided gets no remark.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.domain.base.lazy_pattern import lazy_pattern
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible
from bot.domain.cases.search import folded
from bot.domain.promises.spoken_promise import first_spoken
from bot.domain.replies.draft_checks import Remark, RemarkKind
from bot.domain.replies.draft_patterns import INITIALS, LINK, MENTION
from bot.domain.storms.stop_words import stop_words

FEWEST = 6  # words of a draft, and content words of a customer's posts, from which on it can be judged
SHORTEST = 4  # letters of a content word
OF_CARE = 2  # words of customer care without which a text is no canned line
STEM = 5  # first letters by which two forms of a word are the same

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NUMBER = re.compile(r"\d")
_SIGNED = re.compile(r"(?:\s*[\^*~/-]\s?\w{1,12})+\s*\Z")
_QUOTED = str.maketrans("’‘`´", "''''")
# Words of customers that say nothing about their matter.
_OF_NO_MATTER = frozenset(
    """
    help service support customer care please problem issue answer reply message contact team experience worst awful
    terrible hilfe kundenservice antwort nachricht ayuda servicio cliente problema respuesta aide client probleme
    """.split()  # noqa: SIM905 - a list of words is easier to read so
)


@dataclass(frozen=True, slots=True)
class WordingList:
    """The words of one language that are remarked, as patterns; `generic` are those that fit every complaint."""

    language: str
    of_care: frozenset[str]
    generic: frozenset[str]
    owes: re.Pattern[str]
    steps: re.Pattern[str]
    vague: re.Pattern[str]
    empty: re.Pattern[str]
    tone: Mapping[RemarkKind, re.Pattern[str]]


# Why such words do harm, and a better direction; the gravest kind first.
_TONE: Sequence[tuple[RemarkKind, str]] = (
    (RemarkKind.THREAT, "threatens with the law: leave that to those who decide it, and say what happens next"),
    (RemarkKind.IN_KIND, "answers in kind, and others read it: stay with the matter"),
    (
        RemarkKind.LIABILITY,
        "admits liability, which nobody here may: say what happened, and that you are sorry",
    ),
    (RemarkKind.BLAMING, "puts it on the customer: say what you can do now"),
    (RemarkKind.CALM_DOWN, "tells them how to feel: say what you do about it"),
    (RemarkKind.DEFENSIVE, "defends us: begin with what went wrong for them"),
    (RemarkKind.UNKEEPABLE, "promises what nobody here can keep: say what you do, and by when you write again"),
    (RemarkKind.JOKING, "jokes about their trouble: say it plainly"),
)
_SAYS_NO_STEP = "says no next step: add what happens now, who does it, and by when"
_FITS_ANYBODY = "would fit any complaint: name what happened to this customer, and what you found"


def wording_list(language: str, listed: Mapping[str, object]) -> WordingList:
    """Return the list of a language's file."""
    tone = listed["tone"]
    assert isinstance(tone, Mapping)  # noqa: S101 - for the type checker: the files are ours
    own = frozenset(str(listed["generic"]).split())
    return WordingList(
        language=language,
        of_care=own,
        generic=own | stop_words(language),
        owes=_any(listed["owes"]),
        steps=_any(listed["steps"]),
        vague=_any(listed["vague"]),
        empty=_any(listed["empty"]),
        tone={RemarkKind(kind): _any(words) for kind, words in tone.items()},
    )


def _any(phrases: object) -> re.Pattern[str]:
    assert isinstance(phrases, Sequence)  # noqa: S101 - as above
    return lazy_pattern(rf"(?<![\w'-])(?:{'|'.join(phrases)})(?![\w'])", re.IGNORECASE)


def plain_words(text: str) -> str:
    """Return a draft's words without its signature and the handles in it, with straight apostrophes."""
    return MENTION.sub("", _SIGNED.sub("", INITIALS.sub("", visible(text).translate(_QUOTED)))).strip()


def tone_remarks(text: str, lists: Sequence[WordingList]) -> Iterator[Remark]:
    """Yield a remark on each kind of tone that does harm, with the words that it is about."""
    words = plain_words(text)
    for kind, why in _TONE:
        found = next((hit for one in lists if kind in one.tone and (hit := one.tone[kind].search(words))), None)
        if found is not None:
            yield Remark(kind, f"“{found[0].strip()}” {why}")


def canned_remarks(
    text: str, theirs: Sequence[str], names: Collection[str], lists: Sequence[WordingList]
) -> Iterator[Remark]:
    """Yield remarks on a draft that would fit any complaint, or that lacks a next step or its moment.

    `theirs` are the customer's posts, `names` those by which they are called.
    """
    words = plain_words(text)
    if fits_anybody(words, theirs, names, lists):
        yield Remark(RemarkKind.FITS_ANYBODY, _FITS_ANYBODY)
    if found := next((hit for one in lists if (hit := one.empty.search(words))), None):
        yield Remark(RemarkKind.CLICHE, f'"{found[0].lower()}" reads like a form letter')
    if _lacks_step(words, theirs, lists):
        yield Remark(RemarkKind.NO_STEP, _SAYS_NO_STEP)
    vague = next((hit for one in lists if (hit := one.vague.search(words))), None)
    if vague is not None and not first_spoken(text) and not _NUMBER.search(words):
        yield Remark(
            RemarkKind.NO_MOMENT,
            f"“{vague[0]}” says no moment: say by when you write again, and the desk reminds you",
        )


def fits_anybody(words: str, theirs: Sequence[str], names: Collection[str], lists: Sequence[WordingList]) -> bool:
    """Return whether nothing in these words is about this customer: no word of theirs, number, name or link.

    All words have to be words of customer care in one of the languages; a short text, and an answer to a post that
    says little, is not judged.
    """
    if _NUMBER.search(words) or LINK.search(words):
        return False
    said = _bare_words(words, names)
    matter = {one[:STEM] for post in theirs for one in _content(post)}
    if len(said) < FEWEST or len(matter) < FEWEST:
        return False
    if any(len(one) >= SHORTEST and one[:STEM] in matter for one in said):
        return False
    return any(_is_canned(said, known) for known in lists)


def _is_canned(said: Sequence[str], known: WordingList) -> bool:
    of_care = sum(one in known.of_care for one in said)
    return of_care >= OF_CARE and all(len(one) < SHORTEST - 1 or one in known.generic for one in said)


def _content(post: str) -> Iterator[str]:
    for word in _bare_words(post, ()):
        if len(word) >= SHORTEST and word not in stop_words("") and word not in _OF_NO_MATTER:
            yield word


def _bare_words(text: str, names: Collection[str]) -> list[str]:
    bare = LINK.sub(" ", MENTION.sub(" ", text.translate(_QUOTED)))
    found = [one.replace("'", "") for one in _WORD.findall(folded(bare))]
    return [one for one in found if one not in names]


def _lacks_step(words: str, theirs: Sequence[str], lists: Sequence[WordingList]) -> bool:
    """Return whether a text that says sorry, or thanks for a complaint, neither asks nor says what is done."""
    if "?" in words or LINK.search(words) or _NUMBER.search(words) or len(_WORD.findall(words)) < FEWEST:
        return False
    if len({one for post in theirs for one in _content(post)}) < FEWEST:
        return False
    return any(one.owes.search(words) for one in lists) and not any(one.steps.search(words) for one in lists)

"""The clues of a post by which its kind is weighed: its words, pairs of words, and plain facts about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, dropwhile, pairwise
from operator import itemgetter

from bot.domain.mentions.word_rules import telling_words
from bot.domain.triage.kind import GREETINGS, KindFound, strange_words
from bot.domain.triage.vocabulary import Tongue, Vocabulary
from bot.domain.triage.words_of_their_own import OwnWords

FIRST, LAST = "^", "$"  # stand for the begin and the end of a post in a pair of words
WORD, PAIR = "w ", "p "  # how clues that are words of the post begin
_NUMBER = "0"  # stands for every number: no clue holds one that a customer wrote
_LISTS = ("wrong", "unsure", "asks", "thanks", "praise", "chatter")
_STEP, _LONGEST = 3, 8  # words by which lengths are told apart, and how many lengths there are
# Facts that mean something only together.
_COMBINED: Sequence[tuple[str, ...]] = (
    *((one, "answers") for one in (*_LISTS, "strange", "handles", "question mark", "found")),
    ("wrong", "thanks", "praise", "answers", "question mark"),
    ("wrong", "unsure", "asks", "answers", "opener"),
    ("wrong", "answers", "length", "question mark"),
    ("wrong", "answers", "link", "glad", "sad"),
    ("wrong", "answers", "in passing"),
    ("wrong", "answers", "strange"),
    ("found", "answers", "length"),
)
_TOGETHER = [("+".join(names) + "=", itemgetter(*names)) for names in _COMBINED]


def clues_of(
    own: OwnWords, vocabulary: Vocabulary, tongue: Tongue, found: KindFound, *, answers: bool
) -> frozenset[str]:
    """Return the clues of a post; `found`: the kind that the lists tell, `answers`: it answers another post."""
    words = [_NUMBER if one.isdecimal() else one for one in own.words]
    facts = _facts(own, vocabulary, tongue, found, answers=answers)
    return frozenset(chain(_words(words), _beginnings(own, words), _said(facts)))


def words_of(clue: str) -> str:
    """Return the words of the post that a clue stands for, or nothing."""
    if not clue.startswith((WORD, PAIR)) or _NUMBER in clue:
        return ""
    return clue[2:].replace(FIRST, "").replace(LAST, "").strip()


def _words(words: Sequence[str]) -> Iterator[str]:
    yield from (f"{WORD}{one}" for one in words)
    yield from (f"{PAIR}{one} {other}" for one, other in pairwise((FIRST, *words, LAST)))


def _beginnings(own: OwnWords, words: Iterable[str]) -> Iterator[str]:
    """Yield the first words of the post and of each question in it, after greetings."""
    for name, said in (("begins", words), *(("question", one) for one in own.questions)):
        first = [_NUMBER if one.isdecimal() else one for one in dropwhile(GREETINGS.__contains__, said)][:2]
        yield from (f"{name} {' '.join(first[:count])}" for count in range(1, len(first) + 1))


def _said(facts: Mapping[str, object]) -> Iterator[str]:
    short = {name: _short(value) for name, value in facts.items()}
    yield from (f"{name}={said}" for name, said in short.items() if facts[name] is not False)
    yield from (beginning + ",".join(of_these(short)) for beginning, of_these in _TOGETHER)


def _short(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _facts(
    own: OwnWords, vocabulary: Vocabulary, tongue: Tongue, found: KindFound, *, answers: bool
) -> Mapping[str, object]:
    return {
        **{name: bool(telling_words(getattr(tongue, name), own.wording)) for name in _LISTS},
        "never": bool(telling_words(vocabulary.never, own.wording)),
        "where": bool(telling_words(vocabulary.where, own.wording)),
        "abuse": bool(telling_words(vocabulary.abuse, own.wording)),
        "found": f"{found.kind} {int(found.sure)}",
        "rule": found.by.rule or "none",
        "answers": answers,
        "opener": any(next(iter(_after_greetings(one)), "") in tongue.openers for one in own.questions),
        "length": min(len(own.words) // _STEP, _LONGEST),
        "strange": 4 * len(strange_words(own, tongue)) // max(len(own.words), 1),  # quarters of its words
        "handles": min(own.handles, 3),
        **_looks(own),
    }


def _after_greetings(words: Iterable[str]) -> Iterator[str]:
    return dropwhile(GREETINGS.__contains__, words)


def _looks(own: OwnWords) -> Mapping[str, object]:
    return {
        "question mark": own.asks,
        "exclaims": "!" in own.raw,
        "trails off": ".." in own.raw or "…" in own.raw,
        "glad": bool(own.glad),
        "sad": bool(own.sad),
        "link": own.shows,
        "tag": "#" in own.raw,
        "money": any(one in own.raw for one in "$£€¥₹"),
        "number": any(one.isdecimal() for one in own.words),
        "shouts": any(len(one) > 2 and one.isupper() for one in own.raw.split()),
        "in passing": own.in_passing,
        "to an account": own.text.startswith("@"),
    }

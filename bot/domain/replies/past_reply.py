"""Past replies to posts like the one at hand: how alike those are, and the words without what was somebody else's."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from math import log

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible
from bot.domain.cases.earlier_case import Ending
from bot.domain.cases.search import folded
from bot.domain.promises.spoken_promise import moments_in
from bot.domain.replies.draft_checks import placeholder, promised_phrase
from bot.domain.replies.draft_patterns import INITIALS, LINK
from bot.domain.replies.personal_patterns import EMAIL, HANDLE, HASHTAG, REFERENCE, STREET, TOKEN
from bot.domain.storms.stop_words import stop_words

MOST_ASKED = 12  # words of a post by which others are looked for
SHORTEST = 3  # letters of such a word
ALIKE = 0.3  # of the telling words of a post, by their weight, that an answered one has to share
SHARED = 2  # such words, at least
ASKED = 60  # most alike ones that are asked what they say
MUCH_ALIKE = 0.6  # of them, from which on a reply comes first, whatever it says
FEW = 20  # answered posts: among fewer, a word that none of them has tells little
QUIET = timedelta(days=3)  # after so long a customer who wrote nothing counts as silent
OTHERS = 2  # customers to whom a word with a capital went, for it to be nobody's own
# What else speaks for a past reply, beside how alike the posts are (0 to 1).
OF_TOPIC, OF_NETWORK, OF_AGE, HALF_AS_NEW = 0.15, 0.05, 0.1, timedelta(days=90)
OF_ENDING: Mapping[Ending, float] = {
    Ending.THANKED: 0.15,
    Ending.SILENT: 0.05,
    Ending.UNHAPPY: -0.25,
    Ending.WROTE_AGAIN: 0.0,
    Ending.UNANSWERED: 0.0,
}

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMBERED = re.compile(r"[$£€¥₹#+]?\w*\d[\w.,:/%-]*(?<![.,:/-])[$£€¥₹%]?")
_DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b"
    r"|\b(?:january|february|march(?= \d)|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_GAP = re.compile(r"\[[^\]]*\]")
_BEGIN = re.compile(r"[.!?…:][\"'”’)]*\s+\Z|\n\Z")
_AGAIN = re.compile(r"(\[[a-z ]+\])(?:[ ,]*\1)+")
FIRST_NAME = placeholder("first_name")
NAME, NUMBER, DAY = placeholder("name"), placeholder("number"), placeholder("day")
BY_WHEN = placeholder("by_when")
_GREETING = {"de": "Hallo", "fr": "Bonjour", "es": "Hola"}  # of a customer whose name nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A public post that was answered by a draft of ours, with the words that went out."""

    draft: int
    case: int
    said: str  # the customer's post
    reply: str
    at: datetime  # when it was public
    handle: str
    name: str
    author: str
    network: str
    topic: str = ""
    language: str = ""
    template: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReply:
    """A reply of ours to somebody else, as a start for another one: nothing in it is that customer's."""

    draft: int
    case: int
    words: str
    at: datetime
    ending: Ending
    ended_at: datetime | None = None  # of the customer's last post since
    network: str = ""
    topic: str = ""
    template: str = ""


def words_asked_by(text: str) -> tuple[str, ...]:
    """Return the words of a post by which others like it are found: without names, numbers and what all posts say."""
    bare = HANDLE.sub(" ", HASHTAG.sub(" ", LINK.sub(" ", visible(text))))
    words = (one for one in _WORD.findall(folded(bare)) if len(one) >= SHORTEST)
    return tuple(dict.fromkeys(one for one in words if one not in stop_words("")))


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitedReply:
    """An answered post with how well its reply suits another post."""

    one: Answered
    alike: float  # 0 to 1
    more: float = 0.0
    enough: bool = False  # it is offered whatever it says


def suited_replies(
    asked: Sequence[str],
    found: Sequence[Answered],
    *,
    topic: str,
    network: str,
    now: datetime,
) -> list[SuitedReply]:
    """Return how well each of the answered posts suits one with these telling words."""
    words = {one.draft: frozenset(words_asked_by(one.said)) for one in found}
    weights = _weights(asked, words.values())
    total = sum(weights.values()) or 1.0
    suits = []
    for one in found:
        shared = [word for word in asked if word in words[one.draft]]
        alike = sum(weights[word] for word in shared) / total
        age = OF_AGE * 0.5 ** (max(now - one.at, timedelta()) / HALF_AS_NEW)
        more = age + OF_TOPIC * (bool(topic) and one.topic == topic) + OF_NETWORK * (one.network == network)
        enough = len(shared) >= min(SHARED, len(asked)) and alike >= ALIKE
        suits.append(SuitedReply(one=one, alike=alike, more=more, enough=enough))
    return suits


def most_fitting(
    suits: Sequence[SuitedReply], wanted: Sequence[str], says: Callable[[Answered], Collection[str]]
) -> list[SuitedReply]:
    """Return those to offer: much alike ones, then one that says what each wanted template says, then alike ones.

    `says`: the templates as which a reply counts; only the most alike ones are asked.
    """
    best = sorted(suits, key=lambda fit: (-fit.alike - fit.more, -fit.one.draft))
    much = [fit for fit in best if fit.enough and fit.alike >= MUCH_ALIKE]
    taken = {fit.one.draft for fit in much}
    for kind in wanted:
        if hit := next((fit for fit in best[:ASKED] if fit.one.draft not in taken and kind in says(fit.one)), None):
            taken.add(hit.one.draft)
            much.append(hit)
    return [*much, *(fit for fit in best if fit.enough and fit.one.draft not in taken)]


def _weights(asked: Iterable[str], posts: Collection[frozenset[str]]) -> dict[str, float]:
    """Return what each word weighs: the fewer posts have it, the more."""
    seen = Counter(word for words in posts for word in words)
    return {word: log((len(posts) + FEW) / (seen[word] + 1)) + 0.1 for word in asked}


# --- what was the other customer's


@dataclass(frozen=True, slots=True)
class CommonWords:
    """The words in our replies that are nobody's own: a name seems to be none of them."""

    small: frozenset[str] = frozenset()  # written small somewhere
    capital: frozenset[str] = frozenset()  # with a capital within a sentence, in replies to several customers

    def __contains__(self, hit: re.Match[str]) -> bool:
        """Return whether a word with its place in a text is nobody's own."""
        word = folded(hit[0]).partition("'")[0]
        if hit[0][0].islower() or len(word) == 1 or word in self.capital:
            return True
        return word in self.small and _begins(hit)


def common_words(found: Iterable[Answered], plain: Iterable[str] = ()) -> CommonWords:
    """Return the words of these replies that are nobody's own, and the `plain` ones of the languages."""
    to: dict[str, set[str]] = {}
    small = {*plain, *stop_words("")}
    for one in found:
        for hit in _WORD.finditer(one.reply):
            if hit[0][0].islower():
                small.add(folded(hit[0]))
            elif not _begins(hit):
                to.setdefault(folded(hit[0]), set()).add(one.author)
    capital = frozenset(word for word, authors in to.items() if len(authors) >= OTHERS)
    return CommonWords(frozenset(small), capital)


def _begins(hit: re.Match[str]) -> bool:
    return _BEGIN.search(hit.string[max(0, hit.start() - 4) : hit.start()]) is not None or hit.start() == 0


def with_gaps(one: Answered, common: CommonWords) -> str:
    """Return the words of a reply with gaps for whatever was that customer's: names, numbers, days, links, facts."""
    text = INITIALS.sub("", visible(one.reply)).strip().translate(_NO_GAP)
    for fact, value in sorted(one.facts.items(), key=lambda pair: -len(pair[1])):
        said = " ".join(value.split()).translate(_NO_GAP)
        text = text.replace(said, placeholder(fact)) if len(said) > 1 else text
    for pattern, gap in _PLACES:
        text = pattern.sub(gap, text)
    for moment in sorted(moments_in(text), key=len, reverse=True):
        text = text.replace(moment, BY_WHEN)
    for pattern in (REFERENCE, TOKEN):
        text = pattern.sub(NUMBER, text)
    for called in _called(one, common, _alike(text)):
        text = called.sub(FIRST_NAME, text)
    text = HANDLE.sub(NAME, text)
    if phrase := promised_phrase(text):
        text = text.replace(phrase, BY_WHEN, 1)
    text = _outside_gaps(_outside_gaps(text, lambda _: NUMBER, _NUMBERED), lambda _: DAY, _DAY)
    theirs = _names_in(one.said) - common.capital
    text = _outside_gaps(
        text,
        lambda hit: hit[0] if hit in common and not (hit[0].istitle() and folded(hit[0]) in theirs) else NAME,
        _WORD,
    )
    return _AGAIN.sub(r"\1", text)


_PLACES = (
    (EMAIL, placeholder("e-mail")),
    (LINK, placeholder("link")),
    (STREET, placeholder("address")),
)


_NO_GAP = str.maketrans("[]", "()")  # what stood in brackets was no gap of ours


def _alike(text: str) -> str:
    """Return a text in which letters are the same that `re.IGNORECASE` takes for the same, also i, İ and ı."""
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def _called(one: Answered, common: CommonWords, text: str) -> list[re.Pattern[str]]:
    """Return what a folded text calls the customer: the handle first, then each word of the name, then of the handle.

    Each customer has other names, and compiling a pattern takes longer than looking whether it can be there at all.
    """
    handle, every = one.handle.lstrip("@"), stop_words("")
    words = [part for part in _WORD.findall(one.name) if folded(part) in every]
    weak = [part for part in _WORD.findall(handle) if folded(part) in every or folded(part) in common.small]
    sure = [handle, handle.partition("@")[0], *_WORD.findall(one.name), *_WORD.findall(handle)]
    words, weak, sure = ([part for part in some if _alike(part) in text] for some in (words, weak, sure))
    patterns = [re.escape(part) for part in dict.fromkeys(sure) if len(part) > 1 and part not in {*words, *weak}]
    # A name that is a word, too ("Will"), counts where somebody is called, and one of the profile with a capital.
    patterns += [rf"{re.escape(part)}(?=\s*[,!.:]|['’]s\b)" for part in (*words, *weak)]
    patterns += [rf"(?-i:{re.escape(part.capitalize())})" for part in words]
    return [re.compile(rf"(?<!\w)@?{one}(?!\w)", re.IGNORECASE) for one in patterns]


def _names_in(said: str) -> set[str]:
    """Return the words of a post that seem to be names, such as the one that it is signed with."""
    hits = [hit for hit in _WORD.finditer(said) if hit[0].istitle()]
    return {folded(hit[0]) for hit in hits if not _begins(hit) or not said[hit.end() :].strip(" .!")}


def _outside_gaps(text: str, change: Callable[[re.Match[str]], str], pattern: re.Pattern[str]) -> str:
    """Return a text in which what matches is changed, wherever there is no gap yet."""
    gaps = [one.span() for one in _GAP.finditer(text)]

    def changed(hit: re.Match[str]) -> str:
        return hit[0] if any(start <= hit.start() < end for start, end in gaps) else change(hit)

    return pattern.sub(changed, text)


def addressed_to(words: str, first_name: str, language: str = "") -> str:
    """Return the start with the name of the customer at hand; without one, as a greeting in their language."""
    if first_name:
        return words.replace(FIRST_NAME, first_name)
    greeted = re.sub(rf"\A\s*{re.escape(FIRST_NAME)}\s*(?=[,!.:-])", _GREETING.get(language[:2], "Hello"), words)
    return greeted.replace(f" {FIRST_NAME}", "").replace(FIRST_NAME, "")

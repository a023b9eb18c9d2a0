"""Weighs the clues of a post by what people called such posts, where the lists of words leave its kind open."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.word_rules import telling_words
from bot.domain.triage.clues import clues_of, words_of
from bot.domain.triage.kind import KindFound
from bot.domain.triage.triage import AGAINST, LIGHT, WEIGHED, Kind, Reason
from bot.domain.triage.vocabulary import Tongue, Vocabulary
from bot.domain.triage.words_of_their_own import OwnWords

STRANGERS = frozenset({Kind.SPAM, Kind.IMPOSTOR, Kind.TROLL})  # told by words alone
_NAMED, _SHORTEST, _SLIGHT = 2, 4, 20  # words of a reason, at most; their letters and their weight, at least
ALWAYS = "always"  # the clue of every post


@dataclass(frozen=True)
class Weights:
    """The weight of each clue for each kind, in hundredths, learnt from posts that people labelled."""

    kinds: Sequence[Kind]
    of_clue: Mapping[str, Sequence[int]]
    certain: int  # more for a light kind than for any other from which on it is sure, in hundredths
    languages: frozenset[str] = frozenset({"", "en"})  # of the posts that they were learnt from

    @cached_property
    def _none(self) -> Sequence[int]:
        return (0,) * len(self.kinds)

    def scores(self, clues: Iterable[str]) -> Mapping[Kind, int]:
        """Return how much speaks for each kind."""
        found = [self.of_clue[one] for one in clues if one in self.of_clue]
        sums = (sum(column) for column in zip(self.of_clue.get(ALWAYS, self._none), *found, strict=True))
        return dict(zip(self.kinds, sums, strict=True))

    def telling(self, clues: Iterable[str], kind: Kind) -> tuple[str, ...]:
        """Return the words of the post that speak most for a kind."""
        place = self.kinds.index(kind)
        said = {one: self.of_clue[one] for one in clues if one in self.of_clue and len(words_of(one)) >= _SHORTEST}
        leads = {one: weights[place] - sum(weights) // len(weights) for one, weights in said.items()}
        named: list[str] = []
        for clue in sorted(leads, key=lambda one: (-leads[one], one)):
            word = words_of(clue)
            if leads[clue] > _SLIGHT and not any(word in one or one in word for one in named):
                named.append(word)
        return tuple(named[:_NAMED])


def weighed(
    weights: Weights, own: OwnWords, vocabulary: Vocabulary, tongue: Tongue, found: KindFound,
    *, media: bool = False, answers: bool = False,
) -> KindFound:  # fmt: skip
    """Return the kind of a post by its clues; `found`: what the lists of words tell.

    Spammers, impostors and trolls are told by the lists alone, and so is a post without words.
    """
    if found.kind in STRANGERS or not own.words:
        return found
    clues = clues_of(own, vocabulary, tongue, found, answers=answers)
    scores = weights.scores(clues)
    kind = max((one for one in scores if not (own.asks and one in LIGHT)), key=scores.__getitem__)
    if kind not in LIGHT:
        return found if found.kind == kind else KindFound(kind, _usual(weights, clues, kind, found))
    alone = not media and not answers  # an answer may carry on a matter whose words it does not say
    sure = alone and _ahead(scores) >= weights.certain and _nothing_open(own, tongue)
    sure = sure or (found.sure and found.kind in LIGHT)
    by = found.by if found.kind == kind and found.by.words else Reason(weights.telling(clues, kind), _rule(found))
    return KindFound(kind, by, sure)


def _usual(weights: Weights, clues: Iterable[str], kind: Kind, found: KindFound) -> Reason:
    """Return the reason of a complaint or a question; none for a complaint of which the lists know nothing either."""
    if kind != Kind.COMPLAINT:
        return Reason(weights.telling(clues, kind), WEIGHED)
    return Reason(rule=WEIGHED) if found.kind == Kind.QUESTION else Reason()


def _rule(found: KindFound) -> str:
    return AGAINST if found.kind == Kind.COMPLAINT and found.by.words else WEIGHED


def _ahead(scores: Mapping[Kind, int]) -> int:
    """Return how much more speaks for a light kind than for any other."""
    light, other = ([scores[one] for one in scores if (one in LIGHT) == wanted] for wanted in (True, False))
    return max(light) - max(other)


def _nothing_open(own: OwnWords, tongue: Tongue) -> bool:
    wrong = telling_words(tongue.wrong, own.wording) or telling_words(tongue.unsure, own.wording)
    return not (wrong or own.asks or own.shows or own.sad)

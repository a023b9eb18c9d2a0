"""Learns the weights of clues from posts that people labelled, by logistic regression; no library is needed."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from pathlib import Path

from bot.domain.base.policy import Policy
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.word_rules import telling_words
from bot.domain.triage.agreement import kappa
from bot.domain.triage.clues import clues_of
from bot.domain.triage.kind import KindFound, kind_of
from bot.domain.triage.language import FEW, language_of
from bot.domain.triage.triage import LIGHT, Kind
from bot.domain.triage.weighing import ALWAYS, STRANGERS, Weights
from bot.domain.triage.words_of_their_own import own_words
from bot.gateways.networks.recorded import mention_of
from bot.gateways.networks.recordings import read_recording
from bot.settings.triage import shipped_policy
from handlers.triage_report import read_labels

KINDS = (Kind.COMPLAINT, Kind.QUESTION, Kind.THANKS, Kind.PRAISE, Kind.CHATTER)
LANGUAGES = frozenset({"", "en"})  # of the posts that weights are learnt from; in others the lists decide
KEPT_APART = "fresh"
AUTHORS, ACCOUNTS = 3, 4  # a clue counts if so many authors show it, in posts that name so many accounts
ROUNDS, RATE, HOLD = (
    25,
    0.15,
    5.0,
)  # passes over the posts; how fast they are learnt; how strongly weights are held small
FOLDS, SEED = 5, 1
MARGIN = 75  # hundredths on top of what kept every post that wants an answer out of the light lane
_WITHIN = re.compile(r"(?<=[^\W\d_] )[^\W\d_]+")  # a word after a word, in the same clause
_HANDLE = re.compile(r"@(\w*[^\W\d_]\w*)")
_DIGITS = re.compile(r"\d")
_NO_NAMES = frozenset(("i", "ok", "dm", "hi", "hello"))  # often with capitals
BIASES = range(-150, 176, 25)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A labelled post and its clues."""

    post: Mention
    label: Kind  # strangers' posts count as complaints: whatever is not certain does
    found: KindFound
    clues: frozenset[str]
    may_be_light: bool  # it answers nothing, and nothing in it is open or unseen
    weighed: bool  # False: the lists decide alone
    asks: bool


def examples(posts_file: Path, labels_file: Path) -> Sequence[Example]:
    """Return the labelled posts, without those that are kept apart."""
    labels = {row["id"]: Kind(row["kind"]) for row in read_labels(labels_file) if row["half"] != KEPT_APART}
    posts = (mention_of(one, "", one.created_at) for one in read_recording(posts_file).posts)
    policy = replace(shipped_policy(), weights=None)
    return [_example(policy, one, labels[one.ref.post_id]) for one in posts if one.ref.post_id in labels]


def _example(policy: Policy, post: Mention, label: Kind) -> Example:
    own, vocabulary = own_words(post.text, ""), policy.vocabulary
    language, _ = language_of(post.language, own, policy.guess)
    own, answers = own.written_in(language), bool(post.parent_id)
    tongue = vocabulary.spoken(language if len(own.words) >= FEW else "")
    found = kind_of(own, vocabulary, tongue, media=bool(post.media), answers=answers)
    clues = clues_of(own, vocabulary, tongue, found, answers=answers)
    is_open = telling_words(tongue.wrong, own.wording) or telling_words(tongue.unsure, own.wording)
    free = not (is_open or own.asks or own.shows or own.sad or post.media) and bool(own.words)
    label = Kind.COMPLAINT if label in STRANGERS else label
    weighed = language in LANGUAGES and bool(own.words) and found.kind not in STRANGERS
    return Example(
        post=post,
        label=label,
        found=found,
        clues=clues,
        may_be_light=free and weighed and not answers,
        weighed=weighed,
        asks=own.asks,
    )


def known_clues(some: Iterable[Example]) -> Sequence[str]:
    """Return the clues that are not one author's, nor about a few accounts only; sorted."""
    authors: dict[str, set[str]] = defaultdict(set)
    accounts: dict[str, set[str]] = defaultdict(set)
    for one in some:
        account = next((word for word in one.post.text.split() if word.startswith("@")), one.post.root_id).casefold()
        for clue in one.clues:
            authors[clue].add(one.post.author.id)
            accounts[clue].add(account)
    shared = [one for one in authors if len(authors[one]) >= AUTHORS and len(accounts[one]) >= ACCOUNTS]
    names = names_in(one.post.text for one in some)
    return sorted(one for one in shared if "=" in one or not _is_named(one, names))


def _is_named(clue: str, names: set[str]) -> bool:
    return bool(names & set(clue.split(" ")) or _DIGITS.search(clue.replace(" 0", "")))


def names_in(texts: Iterable[str]) -> set[str]:
    """Return the words that are mostly written with a capital though no sentence begins there, or begin a handle."""
    seen: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    handles: set[str] = set()
    for text in texts:
        handles |= {one.casefold() for one in _HANDLE.findall(text)}
        for word in _WITHIN.findall(own_words(text, "").raw):
            seen[word.casefold()] += 1
            capital[word.casefold()] += not word.islower()
    named = {word for word in seen if 2 * capital[word] > seen[word] and word not in _NO_NAMES}
    return named | {word for word in seen if len(word) >= 4 and any(one.startswith(word) for one in handles)}


def fitted(some: Sequence[Example]) -> dict[str, list[float]]:
    """Return the weights of each clue for each kind."""
    clues = known_clues(some)
    place = {clue: number for number, clue in enumerate(clues, 1)}
    rows = [[0, *(place[clue] for clue in one.clues if clue in place)] for one in some]
    wanted = [KINDS.index(one.label) for one in some]
    shown = [0] * (len(clues) + 1)
    for row in rows:
        for number in row:
            shown[number] += 1
    weights = [[0.0] * len(KINDS) for _ in shown]
    sizes = [[1e-6] * len(KINDS) for _ in shown]
    order = list(range(len(rows)))
    chance = random.Random(SEED)  # noqa: S311 - the same order each time
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order:
            _learn(rows[number], wanted[number], weights, sizes, shown)
    return {ALWAYS: weights[0], **{clue: weights[number] for clue, number in place.items()}}


def _learn(
    row: Sequence[int], wanted: int, weights: list[list[float]], sizes: list[list[float]], shown: Sequence[int]
) -> None:
    scores = [sum(column) for column in zip(*(weights[clue] for clue in row), strict=True)]
    top = max(scores)
    shares = [exp(score - top) for score in scores]
    total = sum(shares)
    wrong = [share / total - (kind == wanted) for kind, share in enumerate(shares)]
    for clue in row:
        mine, size, hold = weights[clue], sizes[clue], HOLD / shown[clue] if clue else 0.0
        for kind, by in enumerate(wrong):
            step = by + hold * mine[kind]
            size[kind] += step * step
            mine[kind] -= RATE * step / sqrt(size[kind])


def guessed(some: Sequence[Example]) -> Sequence[list[float]]:
    """Return the scores of each post by weights learnt from other conversations."""
    roots = sorted({one.post.root_id for one in some})
    random.Random(SEED).shuffle(roots)  # noqa: S311 - the same order each time
    fold = {root: number % FOLDS for number, root in enumerate(roots)}
    scores: list[list[float]] = [[]] * len(some)
    for held in range(FOLDS):
        weights = fitted([one for one in some if one.weighed and fold[one.post.root_id] != held])
        for number, one in enumerate(some):
            if fold[one.post.root_id] == held:
                scores[number] = _scores(weights, one.clues)
    return scores


def _scores(weights: Mapping[str, Sequence[float]], clues: Iterable[str]) -> list[float]:
    said = [weights[ALWAYS], *(weights[one] for one in clues if one in weights)]
    return [sum(column) for column in zip(*said, strict=True)]


def best_biases(some: Sequence[Example], scores: Sequence[Sequence[float]]) -> list[float]:
    """Return what is added for each kind, so that rare kinds are told as often as people tell them."""
    biases = [0.0] * len(KINDS)
    best = agreement(some, scores, biases)
    for _ in range(3):
        for kind in range(len(KINDS)):
            for hundredths in BIASES:
                other = [*biases[:kind], hundredths / 100, *biases[kind + 1 :]]
                if (reached := agreement(some, scores, other)) > best:
                    best, biases = reached, other
    return biases


def taken_for(one: Example, scores: Sequence[float], biases: Sequence[float]) -> Kind:
    """Return what a post is taken for, given its scores."""
    if not one.weighed:
        return one.found.kind
    said = zip(KINDS, scores, biases, strict=True)
    possible = [three for three in said if not (one.asks and three[0] in LIGHT)]
    return max(possible, key=lambda three: three[1] + three[2])[0]


def agreement(some: Sequence[Example], scores: Sequence[Sequence[float]], biases: Sequence[float]) -> float:
    """Return Cohen's kappa of labels and guesses."""
    return kappa([(one.label, taken_for(one, score, biases)) for one, score in zip(some, scores, strict=True)])


def certain_from(some: Sequence[Example], scores: Sequence[Sequence[float]], biases: Sequence[float]) -> int:
    """Return the lead of a light kind, in hundredths, from which on no post that wants an answer is taken for one."""
    leads = [
        lead(score, biases)
        for one, score in zip(some, scores, strict=True)
        if one.may_be_light and one.label not in LIGHT
    ]
    return max(0, round(100 * max(leads))) + MARGIN


def lead(scores: Sequence[float], biases: Sequence[float]) -> float:
    """Return how much more speaks for a light kind than for any other."""
    said = [score + bias for score, bias in zip(scores, biases, strict=True)]
    light, other = (
        [one for kind, one in zip(KINDS, said, strict=True) if (kind in LIGHT) == is_light]
        for is_light in (True, False)
    )
    return max(light) - max(other)


def learnt(some: Sequence[Example], biases: Sequence[float], certain: int) -> Weights:
    """Return the weights that triage uses; clues that say next to nothing are left out."""
    found = fitted([one for one in some if one.weighed])
    always = [weight + bias for weight, bias in zip(found.pop(ALWAYS), biases, strict=True)]
    whole = {clue: [round(100 * weight) for weight in weights] for clue, weights in {ALWAYS: always, **found}.items()}
    return Weights(
        kinds=KINDS,
        of_clue={clue: tuple(weights) for clue, weights in whole.items() if max(map(abs, weights)) >= 5},
        certain=certain,
    )

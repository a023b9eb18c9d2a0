"""The use of templates: how often, how much of their words stays, what customers answered, and what is missing."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from math import ceil

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.seldom import median
from bot.domain.base.text import comparable
from bot.domain.cases.earlier_case import Ending
from bot.domain.cases.search import folded
from bot.domain.replies.draft_patterns import INITIALS, SENTENCE_END
from bot.domain.replies.origins import OriginKind, Passages
from bot.domain.replies.past_reply import QUIET, Answered
from bot.domain.replies.template_order import ANY, Suits

OFTEN = 3  # replies to different customers that hold a sentence, for it to be offered as a template
ALIKE = 0.7  # of the words of two sentences, for them to say the same
SHORT = 4  # words: shorter sentences are alike by chance
_WORD = re.compile(r"\[[^\]]*\]|[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """A reply that went out, with the template that it began with, and how the customer answered."""

    words: Answered
    template_text: str = ""
    passages: Passages = ()
    by: str = ""
    private: bool = False
    ending: Ending = Ending.SILENT

    @property
    def unchanged(self) -> bool:
        """Return whether the words are the filled template's."""
        return bool(self.template_text) and comparable(self.words.reply) == comparable(self.template_text)

    @property
    def kept(self) -> float | None:
        """Return which share of the characters is the template's; None where that is not known."""
        whole = sum(one.length for one in self.passages)
        if not whole:
            return 1.0 if self.unchanged else None
        return sum(one.length for one in self.passages if one.origin.kind == OriginKind.TEMPLATE) / whole


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateUse:
    """The use of one template in a period."""

    name: str
    title: str
    used: int = 0
    unchanged: int = 0
    kept: float | None = None  # the median share of the characters of a reply that are the template's
    endings: Counter[Ending] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingTemplate:
    """A topic, or a language ("" as topic), in which replies went out and for which there is no template."""

    language: str
    topic: str
    replies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedSentence:
    """A sentence that people wrote to several customers in nearly the same words, without what was theirs."""

    words: str
    customers: int
    template_language: str

    @property
    def mark(self) -> str:
        """Return a short mark by which a button names it."""
        return sha256(self.words.encode("utf-8", "replace")).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """The use of all templates in a period."""

    since: datetime
    replies: int
    with_template: int
    uses: Sequence[TemplateUse]
    never_used: Sequence[str]  # titles
    lacking: Sequence[LackingTemplate]
    repeated: Sequence[RepeatedSentence]


def after_reply(ending: Ending, sent_at: datetime, now: datetime) -> Ending:
    """Return how a customer answered; silence counts only after some days."""
    return Ending.UNANSWERED if ending == Ending.SILENT and now - sent_at < QUIET else ending


def uses(titles: dict[str, str], sent: Iterable[SentReply]) -> list[TemplateUse]:
    """Return the use of each template that was used, the most used first; `titles` by name."""
    by_name = sorted((one for one in sent if one.words.template), key=lambda one: one.words.template)
    found = [
        _use(name, titles.get(name, name), [*some]) for name, some in groupby(by_name, lambda one: one.words.template)
    ]
    return sorted(found, key=lambda one: (-one.used, one.name))


def _use(name: str, title: str, sent: Sequence[SentReply]) -> TemplateUse:
    shares = [one.kept for one in sent if one.kept is not None]
    return TemplateUse(
        name=name,
        title=title,
        used=len(sent),
        unchanged=sum(one.unchanged for one in sent),
        kept=median(shares) if shares else None,
        endings=Counter(one.ending for one in sent),
    )


def lacking(templates: Sequence[Suits], sent: Iterable[SentReply]) -> list[LackingTemplate]:
    """Return the languages without any template, and topics without one in their language; most replies first."""
    counted = Counter((one.words.language, one.words.topic) for one in sent if one.words.language)
    known = {one.language for one in templates}
    topics = {(one.language, topic) for one in templates for topic in one.topics if topic != ANY}
    missing: Counter[tuple[str, str]] = Counter()
    for (language, topic), replies in counted.items():
        if language not in known:
            missing[language, ""] += replies
        elif topic and (language, topic.casefold()) not in topics:
            missing[language, topic] += replies
    return [LackingTemplate(language=one, topic=topic, replies=n) for (one, topic), n in missing.most_common()]


# --- what people write again and again


@dataclass(slots=True)
class _Alike:
    """Sentences that say nearly the same."""

    words: frozenset[str]
    said: Counter[str] = field(default_factory=Counter)
    customers: set[str] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)


def repeated(own: Iterable[tuple[SentReply, str]]) -> list[RepeatedSentence]:
    """Return what people wrote themselves to several customers; `own`: their words in a reply, without facts."""
    groups: list[_Alike] = []
    with_word: dict[str, list[int]] = {}
    for reply, text in own:
        for sentence in SENTENCE_END.split(INITIALS.sub("", text)):
            said = " ".join(sentence.split())
            words = frozenset(_WORD.findall(folded(said)))
            if len(words) >= SHORT:
                _put(groups, with_word, words, said, reply)
    often = [one for one in groups if len(one.customers) >= OFTEN]
    found = [
        RepeatedSentence(
            words=one.said.most_common(1)[0][0],
            customers=len(one.customers),
            template_language=one.languages.most_common(1)[0][0],
        )
        for one in often
    ]
    return sorted(found, key=lambda one: (-one.customers, one.words))


def _put(
    groups: list[_Alike], with_word: dict[str, list[int]], words: frozenset[str], said: str, reply: SentReply
) -> None:
    near = max(_may_be_alike(groups, with_word, words), key=lambda one: _alike(one.words, words), default=None)
    if near is None or _alike(near.words, words) < ALIKE:
        near = _Alike(words)
        for word in words:
            with_word.setdefault(word, []).append(len(groups))
        groups.append(near)
    near.said[said] += 1
    near.customers.add(reply.words.author)
    near.languages[reply.words.language] += 1


def _may_be_alike(groups: list[_Alike], with_word: dict[str, list[int]], words: frozenset[str]) -> Iterator[_Alike]:
    """Yield the groups with one of the rarest words: whoever shares ALIKE of all has at least one of so many."""
    rare = sorted(words, key=lambda word: (len(with_word.get(word, ())), word))[
        : len(words) - ceil(ALIKE * len(words)) + 1
    ]
    for at in sorted({at for word in rare for at in with_word.get(word, ())}):
        yield groups[at]


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


PERIOD = timedelta(days=90)

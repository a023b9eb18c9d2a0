"""The words that decide the triage of a mention: those of each language, and those that count in every language."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from functools import cached_property

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.word_rules import WordRule
from bot.domain.triage.triage import Urgent

NO_WORDS = WordRule()


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """The words of one language."""

    wrong: WordRule = NO_WORDS  # something is wrong, or a matter is carried on
    unsure: WordRule = NO_WORDS  # a question may say so, too, but no thanks and no praise
    asks: WordRule = NO_WORDS
    openers: frozenset[str] = frozenset()  # words with which questions begin
    thanks: WordRule = NO_WORDS
    praise: WordRule = NO_WORDS
    chatter: WordRule = NO_WORDS
    plain: frozenset[str] = frozenset()  # words that change nothing

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """Return the words that count as parts of longer ones, longest first: in scripts without blanks."""
        return tuple(sorted((one for one in self.plain if not one.isascii()), key=len, reverse=True))


def together(tongues: Iterable[Tongue]) -> Tongue:
    """Return the words of all these languages together."""
    known = tuple(tongues)
    names = ("wrong", "unsure", "asks", "thanks", "praise", "chatter")
    rules = {name: _joined(getattr(one, name) for one in known) for name in names}
    plain, openers = (frozenset().union(*(getattr(one, name) for one in known)) for name in ("plain", "openers"))
    return Tongue(**rules, plain=plain, openers=openers)


def _joined(rules: Iterable[WordRule]) -> WordRule:
    known = tuple(rules)
    return WordRule(
        signs=tuple(sign for one in known for sign in one.signs),
        unless=tuple(figure for one in known for figure in one.unless),
    )


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """All words that triage looks for. Those for urgent posts and for strangers count in every language."""

    tongues: Mapping[str, Tongue] = field(default_factory=dict)
    legal: WordRule = NO_WORDS
    vulnerable: WordRule = NO_WORDS
    never: WordRule = NO_WORDS
    where: WordRule = NO_WORDS
    impostor: WordRule = NO_WORDS
    spam: WordRule = NO_WORDS
    abuse: WordRule = NO_WORDS

    @cached_property
    def all_tongues(self) -> Tongue:
        """Return the words of all languages, for posts in an unknown one."""
        return together(self.tongues.values())

    @property
    def urgent(self) -> Mapping[Urgent, WordRule]:
        """Return the words that make a post urgent, besides dangers; the more important reason comes first."""
        return {Urgent.LEGAL: self.legal, Urgent.VULNERABLE: self.vulnerable}

    def spoken(self, tongue: str) -> Tongue:
        """Return the words of a language; none for one without a list, so that nothing in it is light."""
        return self.tongues.get(tongue, Tongue()) if tongue else self.all_tongues

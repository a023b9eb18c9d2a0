"""The kind and the urgency of a mention, each with the words that decided it."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass


class Kind(StrEnum):
    """The kind of a mention."""

    COMPLAINT = "complaint"  # also whatever nobody is sure about
    QUESTION = "question"
    PRAISE = "praise"
    THANKS = "thanks"
    CHATTER = "chatter"  # nothing is wanted, and nothing is wrong
    SPAM = "spam"
    IMPOSTOR = "impostor"  # pretends to be our support
    TROLL = "troll"


class Urgent(StrEnum):
    """The reason why a mention goes before all others."""

    NO = ""
    SAFETY = "safety"
    LEGAL = "legal"
    VULNERABLE = "vulnerable"


class Unheard(StrEnum):
    """The author says that they asked elsewhere before, or that they do not know where to ask."""

    NO = ""
    NEVER_ANSWERED = "never"
    NOT_KNOWING_WHERE = "where"


LIGHT = frozenset({Kind.PRAISE, Kind.THANKS, Kind.CHATTER})
USUAL = frozenset({Kind.COMPLAINT, Kind.QUESTION})  # what a desk is there for
WEIGHED = "weighed"  # the rule of a kind that was weighed
AGAINST = "weighed against"  # the same, though words of the post say that something is wrong
OF_RULE = "rule "  # how the name of a rule of the configuration begins in a reason


@dataclass(frozen=True, slots=True)
class Reason:
    """The words of the post that decided something, and the rule that looked for them."""

    words: tuple[str, ...] = ()  # as the post has them, without capitals and signs
    rule: str = ""

    @property
    def configured(self) -> str:
        """Return the name of the rule of the configuration that decided, or an empty string."""
        return self.rule.removeprefix(OF_RULE) if self.rule.startswith(OF_RULE) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The result of triage; each value has its reason, which is empty for the usual value."""

    kind: Kind = Kind.COMPLAINT
    urgent: Urgent = Urgent.NO
    unheard: Unheard = Unheard.NO
    topic: str = ""
    language: str = ""  # as in `tongue`; "": nobody knows
    sure: bool = True  # False: the kind is a guess, since something in the post is not understood
    corrected_by: str = ""  # who said that it is something else than its words told
    kind_by: Reason = Reason()
    urgent_by: Reason = Reason()
    unheard_by: Reason = Reason()
    topic_by: Reason = Reason()
    language_by: Reason = Reason()

    @property
    def light(self) -> bool:
        """Return whether it needs no case: certainly nothing is asked or wrong, and nobody is in need."""
        return self.kind in LIGHT and self.sure and not self.urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A count of how often people corrected the result `before` of a rule to `now`."""

    rule: str  # "": what holds without one
    before: str  # a kind, or what made it urgent; "": not urgent
    now: str
    count: int


# Of several posts that came together the first of these counts.
_BY_WEIGHT = (
    Kind.COMPLAINT, Kind.QUESTION, Kind.IMPOSTOR, Kind.TROLL, Kind.SPAM, Kind.THANKS, Kind.PRAISE, Kind.CHATTER,
)  # fmt: skip


def of_case(posts: Sequence[Triage], together: int = 1) -> Triage | None:
    """Return the triage of a case: the newest post's, but urgent and unheard of any post; None without triage.

    `together`: how many of the newest posts are one burst; the most serious kind among them counts.
    """
    if not posts:
        return None
    newest = min(reversed(posts[-together:]), key=lambda one: _BY_WEIGHT.index(one.kind))
    urgent = next((one for one in posts if one.urgent), newest)
    unheard = next((one for one in reversed(posts) if one.unheard), newest)
    return replace(
        newest,
        urgent=urgent.urgent,
        urgent_by=urgent.urgent_by,
        unheard=unheard.unheard,
        unheard_by=unheard.unheard_by,
        corrected_by=next((one.corrected_by for one in reversed(posts) if one.corrected_by), ""),
    )

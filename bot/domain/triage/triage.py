"""What a mention wants of the team, how urgent that is, and the words by which it was told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a mention wants of the team."""

    COMPLAINT = "complaint"  # also whatever nobody is sure about
    QUESTION = "question"
    PRAISE = "praise"
    THANKS = "thanks"
    CHATTER = "chatter"  # nothing is wanted, and nothing is wrong
    SPAM = "spam"
    IMPOSTOR = "impostor"  # pretends to be our support
    TROLL = "troll"


class Urgent(StrEnum):
    """Why a mention goes before all others."""

    NO = ""
    SAFETY = "safety"
    LEGAL = "legal"
    VULNERABLE = "vulnerable"


class Unheard(StrEnum):
    """What the author says of asking elsewhere before."""

    NO = ""
    NEVER_ANSWERED = "never"
    NOT_KNOWING_WHERE = "where"


LIGHT = frozenset({Kind.PRAISE, Kind.THANKS, Kind.CHATTER})
USUAL = frozenset({Kind.COMPLAINT, Kind.QUESTION})  # what a desk is there for


@dataclass(frozen=True, slots=True)
class Reason:
    """By what something was told: words of the post, and the rule that looked for them."""

    words: tuple[str, ...] = ()  # as the post has them, without capitals and signs
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What a mention was taken for; each with its reason, empty where it is what holds without one."""

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
    """How often people called posts `now` that a rule had taken for `before`."""

    rule: str  # "": what holds without one
    before: str  # a kind, or what made it urgent; "": not urgent
    now: str
    count: int


def of_case(posts: Sequence[Triage]) -> Triage | None:
    """Return what a case is taken for: its newest post, urgent and unheard by any of them; None: nobody told."""
    if not posts:
        return None
    newest = posts[-1]
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

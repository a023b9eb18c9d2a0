"""Events about who the author of a case is: an impostor of our support, or somebody known on another network too."""

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import FactVerb
from bot.domain.cases.events import FactEvent
from bot.domain.cases.same_person import HowKnown


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleJoined(FactEvent):
    """Somebody joined the author with one on another network, on that person's own word or a colleague's."""

    verb = FactVerb.SAME_PERSON
    other: int  # the other author's case
    how: HowKnown


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleParted(FactEvent):
    """Somebody said that the author is not the one on another network."""

    verb = FactVerb.ANOTHER_PERSON
    other: int  # the other author's case


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledImpostor(FactEvent):
    """The author is taken for somebody who pretends to be our support."""

    verb = FactVerb.CALLED_IMPOSTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpostorWrote(FactEvent):
    """Somebody who pretends to be our support wrote to the customer, or in their conversation."""

    verb = FactVerb.IMPOSTOR_WROTE
    other: int  # the impostor's case
    direct: bool = False  # under a post of the customer


@dataclass(frozen=True, slots=True, kw_only=True)
class WroteAsUs(FactEvent):
    """The author, who pretends to be our support, wrote to a customer."""

    verb = FactVerb.WROTE_AS_US
    other: int  # the customer's case


@dataclass(frozen=True, slots=True, kw_only=True)
class NoImpostor(FactEvent):
    """Somebody said that it was no impostor who wrote to the customer, or who wrote here."""

    verb = FactVerb.NO_IMPOSTOR
    other: int  # the case of who was taken for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(FactEvent):
    """The desk erased what it held about the author: their name and words, and what was written to them."""

    verb = FactVerb.ERASED

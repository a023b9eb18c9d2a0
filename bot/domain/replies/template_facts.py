"""The facts that the desk fills into a template; the writer supplies all others."""

from collections.abc import Callable, Mapping

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import first_name, initials
from bot.domain.mentions.mention import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The use of a template: customer, teammate, brand, network (by its label), where to write privately, and stars.

    `stars` are those of the answered review.
    """

    author: Author
    teammate: str
    brand: str
    network: str
    private_way_in: str = ""
    stars: int | None = None  # None: no review is answered


@dataclass(frozen=True, slots=True)
class TemplateFact:
    """A fact: its name in templates, its value, and whether it can be empty, so that no text relies on it."""

    name: str
    known: Callable[[Occasion], str]
    may_be_empty: bool = False


FACTS = (
    TemplateFact("first_name", lambda here: first_name(here.author.name, here.author.handle), may_be_empty=True),
    TemplateFact("brand", lambda here: here.brand),
    TemplateFact("initials", lambda here: initials(here.teammate)),
    TemplateFact("network", lambda here: here.network),
    TemplateFact("private_way_in", lambda here: here.private_way_in, may_be_empty=True),
    TemplateFact("stars", lambda here: str(here.stars or ""), may_be_empty=True),
)
OUR_FACTS = tuple(one.name for one in FACTS)
MAY_BE_EMPTY = tuple(one.name for one in FACTS if one.may_be_empty)  # not every post has them


def known_template_facts(here: Occasion) -> Mapping[str, str]:
    """Return each fact of ours by its name."""
    return {one.name: one.known(here) for one in FACTS}

"""The list of erasures, kept outside the database, so that an older copy of it does not bring people back."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """One person who was erased: only a keyed digest of their id, and which key made it."""

    network: str
    at: datetime
    key: str  # the name of the key, see `name_of`


@dataclass(frozen=True, slots=True)
class ErasedList:
    """Everybody who was erased, by mark, and the marks of their posts and of ours to them."""

    people: Mapping[str, ErasedPerson] = field(default_factory=dict)
    posts: frozenset[str] = frozenset()

    def plus(self, other: "ErasedList") -> "ErasedList":
        """Return both as one; of a person who was erased twice the later time counts."""
        people = dict(self.people)
        for mark, one in other.people.items():
            known = people.get(mark)
            people[mark] = one if known is None or known.at < one.at else known
        return ErasedList(people, self.posts | other.posts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedAgain:
    """The result of comparing the list with a database. `begun`: people who were in it and are erased again.

    `unknown`: people whose mark was made with another key, so that nobody can tell whether they are in it.
    """

    begun: int = 0
    unknown: int = 0

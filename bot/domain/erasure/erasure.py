"""An erasure: what the desk holds about one author is removed, and what of it cannot be."""

import hmac
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass

ERASED_NAME = "(erased)"  # instead of an author's name, and of words that must not be empty
_LENGTH = 32  # hexadecimal digits of a mark


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAuthor:
    """An author that the desk holds data about, under the newest name it knows."""

    network: str
    author_id: str
    handle: str
    name: str
    cases: int
    posts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingErasure:
    """An erasure that was asked for and is not done yet."""

    id: int
    network: str
    author_id: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ErasedElsewhere:
    """Texts with traces of a person that belong to no case of theirs: where they are gone, and where they stay."""

    gone: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()  # what goes out, or waits for its outcome
    cases: tuple[int, ...] = ()  # of others, with a note or a draft that names the person


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReport:
    """The result of an erasure so far: what was erased, and a sentence for each thing that could not be."""

    elsewhere: tuple[str, ...] = ()  # texts of which their words were taken out
    cases: int = 0
    posts: int = 0
    unreadable: int = 0
    notices: int = 0
    left: tuple[str, ...] = ()
    done: bool = True

    def plus(self, other: "ErasureReport") -> "ErasureReport":
        """Return both results as one."""
        return ErasureReport(
            cases=self.cases + other.cases,
            posts=self.posts + other.posts,
            unreadable=self.unreadable + other.unreadable,
            notices=self.notices + other.notices,
            elsewhere=tuple(dict.fromkeys((*self.elsewhere, *other.elsewhere))),
            left=tuple(dict.fromkeys((*self.left, *other.left))),
            done=self.done and other.done,
        )


def mark_of(key: bytes, kind: str, network: str, number: str) -> str:
    """Return the keyed digest of an id on a network; without the key nobody can tell whose it is."""
    return hmac.digest(key, f"erased {kind}\0{network}\0{number}".encode(), "sha256").hex()[:_LENGTH]

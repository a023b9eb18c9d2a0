"""The contract of a stand-in for a network's server that the page of a rehearsal can show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Act(StrEnum):
    """A thing that people can do with a post."""

    EDIT = "edit"  # as its author
    DELETE = "delete"  # as its author
    ANSWER = "answer"  # as a customer
    PHONE = "phone"  # as the brand, in the network's own app


@dataclass(frozen=True, slots=True)
class Beginning:
    """A way in which a customer begins: its name for the stand-in, and as people call it on that network."""

    name: str
    label: str
    choices: Sequence[str] = ()  # of one thing that they choose, the usual one first
    choice: str = ""  # what that is: "visibility"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOnPage:
    """A post of either side, as the page shows it."""

    id: str
    called: str  # in that network's words: "comment"
    name: str
    text: str
    at: datetime
    ours: bool = False
    by_app: bool = False
    under: str = ""  # the post that it stands under; "": it stands alone
    private: bool = False
    visibility: str = ""
    stars: int = 0
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The words of a person on the page, what they chose, and the post that it is about."""

    text: str
    choice: str = ""
    post: str = ""


class OnThePage(Protocol):
    """A network on the page, and what people do there. Raises KeyError for no such post, or ValueError."""

    beginnings: Sequence[Beginning]
    note: str  # for whoever plays: what is slow there, as on the real network; or ""

    def on_page(self) -> Sequence[PostOnPage]:
        """Return all posts that are there, oldest first."""

    def begins(self, beginning: str, said: Written) -> None:
        """Write something new as a customer."""

    def acts(self, act: Act, said: Written) -> None:
        """Do something with a post."""


@runtime_checkable
class CanBeShown(Protocol):
    """A stand-in for a network's server that the page can show."""

    api_url: str
    account: str
    handle: str
    secrets: Mapping[str, str]
    options: Mapping[str, str]
    clock: Callable[[], datetime] | None  # of the rehearsal; None: its own times

    @property
    def page(self) -> OnThePage:
        """Return how it is shown."""

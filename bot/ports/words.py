"""The interface to reply templates."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass


class TemplateLike(Protocol):
    """One reply template: prepared words with placeholders."""

    @property
    def name(self) -> str:
        """Return the file's name without its ending."""

    @property
    def title(self) -> str:
        """Return its title for people."""

    @property
    def use_when(self) -> str:
        """Return when to use it."""

    @property
    def topics(self) -> Sequence[str]:
        """Return the topics it belongs to."""

    @property
    def words(self) -> Sequence[str]:
        """Return the words of a customer's post that bring it up; a star leaves the end open."""

    @property
    def said_as(self) -> Sequence[str]:
        """Return the words of a reply by which it counts as this one."""

    @property
    def private(self) -> bool:
        """Return whether it asks for private details."""

    @property
    def accounts(self) -> Sequence[str]:
        """Return the names of our accounts that it is for; empty: all."""

    @property
    def language(self) -> str:
        """Return its language code."""

    @property
    def ways(self) -> Sequence[Sequence[Sequence[str]]]:
        """Return, for each sentence that can be said in several ways, each way's runs of words without facts."""

    @property
    def asks(self) -> Mapping[str, str]:
        """Return the facts a person must fill in, each with its question."""


class FilledLike(Protocol):
    """A filled template."""

    @property
    def text(self) -> str:
        """Return the words; open placeholders are marked."""

    @property
    def missing(self) -> Sequence[str]:
        """Return the open facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTemplate:
    """A template that is not in use, filled for a try in its longest ways; or its faults, each with its remedy."""

    title: str = ""
    text: str = ""
    ways: int = 1  # texts that it makes, by the ways of its sentences
    faults: tuple[str, ...] = ()


class Templates(Protocol):
    """The reply templates."""

    def all(self) -> Sequence[TemplateLike]:
        """Return every template, in the order people see them."""

    def fill(self, name: str, facts: Mapping[str, str]) -> FilledLike:
        """Fill a template; raise KeyError for an unknown name."""

    def be_ready(self) -> None:
        """Load what `fill` needs: a press that chooses a template must not wait for it."""

    def tried(self, name: str, content: str, facts: Mapping[str, str]) -> TriedTemplate:
        """Return the words of a template that is not in use, filled with these facts, or its faults."""

    def content_of(self, name: str) -> str:
        """Return the whole text of a template, as in its file; "" without one."""

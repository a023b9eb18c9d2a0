"""What the desk needs from the prepared words."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class TemplateLike(Protocol):
    """One reply template: prepared words with gaps that a person fills."""

    @property
    def name(self) -> str:
        """Return the file's name without its ending."""

    @property
    def title(self) -> str:
        """Return what people pick it by."""

    @property
    def use_when(self) -> str:
        """Return in which situation it fits."""

    @property
    def topics(self) -> Sequence[str]:
        """Return the topics it belongs to."""

    @property
    def language(self) -> str:
        """Return its language code."""

    @property
    def asks(self) -> Mapping[str, str]:
        """Return the facts a person must fill in, each with its question."""


class FilledLike(Protocol):
    """A template with its gaps filled."""

    @property
    def text(self) -> str:
        """Return the words; gaps that are still open are marked."""

    @property
    def missing(self) -> Sequence[str]:
        """Return the facts that are still open."""


class Templates(Protocol):
    """The prepared words."""

    def all(self) -> Sequence[TemplateLike]:
        """Return every template, in the order people see them."""

    def fill(self, name: str, facts: Mapping[str, str]) -> FilledLike:
        """Fill one; raises KeyError for an unknown name."""

"""The interface to a program that is asked for words: a first version of a reply, or a translation."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import Refusal
from bot.domain.replies.suggestion import ReplyWanted

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "heard.suggests"  # the entry points under which another package offers one
_BUILT_IN = {"chat-completions": "bot.gateways.chat_completions:ChatCompletions"}


class NoSuggestion(Refusal):
    """There are no words, for a reason in one short sentence; nothing has changed."""


class Suggests(Protocol):
    """A program that is asked for words. It gets texts and returns a text; it can do nothing else."""

    @property
    def name(self) -> str:
        """Return what people call it, and its words are marked with: the name of its model."""

    def first_version(self, wanted: ReplyWanted) -> str:
        """Return a first version of a reply, within bounded time; raise NoSuggestion."""

    def translation(self, text: str, into: str) -> str:
        """Return the text in the language with this code, within bounded time; raise NoSuggestion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestsGiven:
    """The parts to build such a program's client from."""

    url: str
    model: str
    key: str = ""
    within: float = 20.0  # seconds for a whole call


Build = Callable[[SuggestsGiven], Suggests]


def adapter(name: str) -> Build | None:
    """Return what builds the client of this name: built in, or brought by an installed package; None without one."""
    return _loaded(_BUILT_IN[name]) if name in _BUILT_IN else _installed().get(name)


def adapter_names() -> Sequence[str]:
    """Return every name that there is, the built-in ones first."""
    return (*_BUILT_IN, *_installed())


@cache
def _loaded(place: str) -> Build:
    module, _, name = place.partition(":")
    build: Build = getattr(import_module(module), name)
    return build


@cache
def _installed() -> Mapping[str, Build]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - looking through all packages takes its time

    found = [one for one in entry_points(group=GROUP) if one.name not in _BUILT_IN]
    return {one.name: partial(_build, one) for one in found}


def _build(one: "EntryPoint", given: SuggestsGiven) -> Suggests:
    """Import a package's client when it is built: another's package must not stop a desk that does not use it."""
    build: Build = one.load()
    return build(given)

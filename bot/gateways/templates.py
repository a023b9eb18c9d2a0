"""Reply templates: words that are filled with facts; a missing fact is asked for, and a gap is never sent."""

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from math import prod

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotUsable, Refusal, Unknown
from bot.domain.base.text import visible
from bot.domain.replies.draft_checks import placeholder, unfilled
from bot.domain.replies.template_facts import MAY_BE_EMPTY, OUR_FACTS
from bot.gateways.template_bounds import load_jinja
from bot.gateways.template_files import Prepared, Template, TemplateFault, read_content, read_folder
from bot.ports.words import TriedTemplate

__all__ = [
    "BrokenTemplates",
    "Filled",
    "NoSuchTemplate",
    "ReplyTemplates",
    "Template",
    "TemplateFault",
    "faults_in",
    "shipped",
    "unfilled",
]

LONGEST_FACT = 500  # characters


class BrokenTemplates(Exception):
    """Templates cannot be used; lists all faults."""

    def __init__(self, faults: Sequence[TemplateFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


class NoSuchTemplate(Unknown, KeyError):
    """There is no template with that name."""

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Filled:
    """A template's words with the facts filled in; each of `missing` is a gap in the text, such as `[by when]`."""

    text: str
    missing: tuple[str, ...]


class ReplyTemplates:
    """The templates of one folder, read once."""

    def __init__(self, prepared: Mapping[str, Prepared]) -> None:
        self._prepared = dict(sorted(prepared.items()))

    @classmethod
    def load(cls, directory: Traversable) -> "ReplyTemplates":
        """Read every `*.txt` in `directory`; raise BrokenTemplates with all faults."""
        prepared, faults = read_folder(directory)
        if faults:
            raise BrokenTemplates(faults)
        return cls(prepared)

    def all(self) -> tuple[Template, ...]:
        """Return every template, by name."""
        return tuple(prepared.template for prepared in self._prepared.values())

    def be_ready(self) -> None:
        """Load Jinja2, which the start of the desk does not wait for; see the port."""
        load_jinja()

    def fill(self, name: str, facts: Mapping[str, str]) -> Filled:
        """Fill `facts` into a template's words unchanged: a fact is data and is never read as a template.

        Raises NoSuchTemplate (a KeyError and a Refusal), NotUsable for a fact of more than 500 characters or for a
        template that fails with these facts.
        """
        prepared = self._of(name)
        values = {fact: _value(fact, facts.get(fact, "")) for fact in (*OUR_FACTS, *prepared.template.asks)}
        try:
            missing = tuple(fact for fact in _needed(prepared) if not values[fact])
            chosen = {fact: _known_way(facts.get(fact, ""), many) for fact, many in prepared.words.ways.items()}
            text = prepared.words.filled(values | {fact: placeholder(fact) for fact in missing} | chosen)
        except ValueError:
            title = prepared.template.title
            raise NotUsable(f'"{title}" cannot take these facts. Pick another template, or write freely.') from None
        return Filled(_laid_out(text), missing)

    def tried(self, name: str, content: str, facts: Mapping[str, str]) -> TriedTemplate:
        """Return the words of a template that is not in use in their longest ways, or its faults; see the port."""
        ready, faults = read_content(f"{name}.txt", content)
        if ready is None or faults:
            return TriedTemplate(faults=tuple(f"Line {one.line}: {one.sentence}" for one in faults))
        asked = {fact: placeholder(fact) for fact in ready.template.asks}
        chosen, many = dict[str, str](), ready.words.ways
        alone = ReplyTemplates({name: ready})

        def text(fact: str = "", way: int = 0) -> str:
            return alone.fill(name, {**asked, **facts, **chosen, fact: str(way)}).text

        for fact, count in many.items():
            chosen[fact] = str(max(range(count), key=lambda way: len(text(fact, way))))
        return TriedTemplate(title=ready.template.title, text=text(), ways=prod(many.values()))

    def content_of(self, name: str) -> str:
        """Return the whole text of a template's file; "" without one."""
        return self._prepared[name].content if name in self._prepared else ""

    def with_versions(self, written: Mapping[str, Prepared | None]) -> "ReplyTemplates":
        """Return these templates with others instead of those of the same names; None: without that one."""
        every = {**self._prepared, **written}
        return ReplyTemplates({name: ready for name, ready in every.items() if ready})

    def _of(self, name: str) -> Prepared:
        try:
            return self._prepared[name]
        except KeyError:
            raise NoSuchTemplate("That template is not here any more. Pick another one, or write freely.") from None


def shipped() -> Traversable:
    """Return the folder of the templates that come with the desk."""
    return files("templates") / "replies"


def shipped_templates() -> "ReplyTemplates":
    """Load the shipped templates; raise a Refusal that names all faults.

    Their words were checked before they were shipped. They are compiled at their first use: all of them together
    took a tenth of the desk's start, and Jinja2 as much again.
    """
    prepared, faults = read_folder(shipped(), compiles=False)
    if faults:
        raise Refusal("\n".join(map(str, faults)))
    return ReplyTemplates(prepared)


def faults_in(directory: Traversable) -> tuple[TemplateFault, ...]:
    """Return all faults of the templates in `directory`, file by file."""
    return read_folder(directory)[1]


def _value(fact: str, value: str) -> str:
    value = " ".join(visible(value).split())
    if len(value) > LONGEST_FACT:
        raise NotUsable(f"That is longer than a reply can be ({len(value)} characters). Put it in fewer words.", fact)
    return value


def _known_way(number: str, many: int) -> str:
    """Return the number of a way; the first one's if there is none of this number."""
    return number if number in map(str, range(many)) else "0"


def _needed(prepared: Prepared) -> tuple[str, ...]:
    """Return the facts that must not be empty: all that are asked for, and the desk's own that the words use."""
    ours = (fact for fact in OUR_FACTS if fact in prepared.words.uses and fact not in MAY_BE_EMPTY)
    return (*prepared.template.asks, *ours)


def _laid_out(text: str) -> str:
    """Return each paragraph on one line: a line break in the file is a space, an empty line ends a paragraph."""
    paragraphs = (re.sub(r"[ \t\n]+", " ", part).strip() for part in re.split(r"\n[ \t]*\n", text))
    return "\n\n".join(filter(None, paragraphs))

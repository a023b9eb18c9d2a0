"""The crowd's words and names, read from the text files beside the page."""

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Line:
    """Something a member of the crowd says; `then` is what they say once they are answered."""

    kind: str
    lang: str
    text: str
    then: str = ""
    photos: int = 0
    by: str = ""  # the handle of who always says this; such a line opens a rehearsal


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the crowd."""

    handle: str
    name: str
    lang: str
    followers: int


@dataclass(frozen=True, slots=True)
class Words:
    """Everything the crowd can say, and who can say it."""

    lines: tuple[Line, ...]
    everyone: tuple[Person, ...]

    def people(self, lang: str) -> list[Person]:
        """List those who speak a language."""
        return [person for person in self.everyone if person.lang == lang]

    def speakers(self, line: Line) -> list[Person]:
        """List those who may say a line."""
        return [person for person in self.people(line.lang) if line.by in {"", person.handle}]

    def deal(self, dice: random.Random, lines: list[Line], weights: dict[str, int]) -> list[Line]:
        """Shuffle lines so that weightier kinds tend to be drawn (from the end) sooner; each line comes once."""
        return sorted(lines, key=lambda line: dice.random() ** (1 / weights[line.kind]))


@cache
def load_words() -> Words:
    """Read the crowd's texts and names."""
    folder = files("bot.rehearsal") / "words"
    spoken = tomllib.loads((folder / "crowd.toml").read_text("utf-8"))
    named = tomllib.loads((folder / "people.toml").read_text("utf-8"))
    lines = tuple(Line(**line) for line in spoken["line"])
    return Words(lines, tuple(Person(*person) for person in named["people"]))

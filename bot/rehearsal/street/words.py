"""The crowd's texts and names, read from the text files beside the page."""

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Line:
    """A text of the crowd; `then` is the follow-up once it is answered."""

    kind: str
    lang: str
    text: str
    then: str = ""
    photos: int = 0
    by: str = ""  # handle of its only author; such a line is posted at the start of a rehearsal


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the crowd."""

    handle: str
    name: str
    lang: str
    followers: int


@dataclass(frozen=True, slots=True)
class Words:
    """All texts of the crowd, and its members."""

    lines: tuple[Line, ...]
    everyone: tuple[Person, ...]
    others: tuple[Person, ...] = ()  # made from lists of names, for storms

    def people(self, lang: str) -> list[Person]:
        """Return the members who speak a language."""
        return [person for person in (*self.everyone, *self.others) if person.lang == lang]

    def speakers(self, line: Line) -> list[Person]:
        """Return the members who may post a line."""
        return [person for person in self.people(line.lang) if line.by in {"", person.handle}]

    def deal(self, dice: random.Random, lines: list[Line], weights: dict[str, int]) -> list[Line]:
        """Shuffle the lines, each once, so that kinds with more weight tend to be near the end, read first."""
        return sorted(lines, key=lambda line: dice.random() ** (1 / weights[line.kind]))


@cache
def load_words() -> Words:
    """Read the crowd's texts and names."""
    folder = files("bot.rehearsal") / "words"
    spoken = tomllib.loads((folder / "crowd.toml").read_text("utf-8"))
    named = tomllib.loads((folder / "people.toml").read_text("utf-8"))
    lines = tuple(Line(**line) for line in spoken["line"])
    known = tuple(Person(*person) for person in named["people"])
    made = (
        _made(lang, *pair) for lang, given in named["given"].items() for pair in product(given, named["family"][lang])
    )
    return Words(lines, known, tuple(made))


def _made(lang: str, given: str, family: str) -> Person:
    plain = unicodedata.normalize("NFKD", f"{given}_{family}").encode("ascii", "ignore").decode().lower()
    return Person(plain[:15], f"{given} {family}", lang, 7 + 13 * (crc32(plain.encode()) % 90))

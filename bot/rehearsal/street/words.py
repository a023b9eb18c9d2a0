"""The crowd's texts and names, read from the text files beside the page."""

import random
import tomllib
import unicodedata
from dataclasses import dataclass, field
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
    loud: tuple[Person, ...] = ()  # many follow them; they speak only lines of their own
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)  # language -> what stands for {place}

    def people(self, lang: str) -> list[Person]:
        """Return the members who speak a language."""
        return [person for person in (*self.everyone, *self.others) if person.lang == lang]

    def speakers(self, line: Line) -> list[Person]:
        """Return the members who may post a line."""
        if line.by:
            return [person for person in (*self.everyone, *self.loud) if person.handle == line.by]
        return self.people(line.lang)

    def of_kind(self, kind: str, lang: str) -> list[Line]:
        """Return the lines of a kind in a language, or in English where there is none."""
        lines = [line for line in self.lines if line.kind == kind]
        return [line for line in lines if line.lang == lang] or [line for line in lines if line.lang == "en"]

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
    loud = tuple(Person(*person) for person in named["loud"])
    places = {lang: tuple(given) for lang, given in spoken["places"].items()}
    return Words(lines, known, tuple(made), loud, places)


def _made(lang: str, given: str, family: str) -> Person:
    plain = unicodedata.normalize("NFKD", f"{given}_{family}").encode("ascii", "ignore").decode().lower()
    return Person(plain[:15], f"{given} {family}", lang, 7 + 13 * (crc32(plain.encode()) % 90))

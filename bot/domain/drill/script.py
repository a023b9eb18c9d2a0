"""A drill's script: what happens at which moment, and the posts that follow from it, the same each time."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle, islice

from bot.domain.base.quick_dataclass import dataclass

MOST_POSTS = 5_000  # of one script
BRAND = "@brand"  # in the words of a script: the brand's handle


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """An invented person who posts in a drill."""

    handle: str
    name: str = ""
    followers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptMoment:
    """One moment of a script: posts by one person or by many, or news that the team is told.

    `until`: posts of many people are spread from `at` to it. `kinds`: of the crowd's words, beside `words`.
    """

    at: timedelta
    until: timedelta
    count: int = 1
    words: Sequence[str] = ()
    kinds: Sequence[str] = ()
    by: Voice | None = None  # None: each post is by another person
    news: str = ""  # told to the team in place of posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One exercise: the invented brand and situation, its moments, and its length from the first post on."""

    name: str  # of its file
    title: str
    brand: str
    handle: str
    situation: str
    length: timedelta
    languages: Sequence[str] = ("en",)  # of the crowd's words
    ask: Sequence[str] = ()  # other teams that should be asked
    moments: Sequence[ScriptMoment] = ()

    @property
    def news(self) -> list[ScriptMoment]:
        """Return the moments at which the team is told something, in order."""
        return sorted((one for one in self.moments if one.news), key=lambda one: one.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillPost:
    """A post of a drill, and when it comes, counted from the start of the script."""

    id: str
    after: timedelta
    author: Voice
    text: str


@dataclass(frozen=True, slots=True)
class Crowd:
    """The words of many people by kind, and the invented people who say them."""

    words: Mapping[str, Sequence[str]]
    people: Sequence[Voice]


def posts_of(script: Script, crowd: Crowd) -> list[DrillPost]:
    """Return the posts of a script in order; the same ones whenever it is asked, so that a drill can go on."""
    dice = random.Random(script.name)  # noqa: S311 - the order of invented posts
    voices = _voices(crowd.people, dice)
    found = [post for one in script.moments if not one.news for post in _posts(one, script, crowd, voices, dice)]
    ordered = sorted(found, key=lambda one: one.after)
    return [
        DrillPost(id=f"d{number}", after=one.after, author=one.author, text=one.text)
        for number, one in enumerate(ordered, 1)
    ]


def _posts(
    moment: ScriptMoment, script: Script, crowd: Crowd, voices: Iterator[Voice], dice: random.Random
) -> Iterator[DrillPost]:
    words = [*moment.words, *(said for kind in moment.kinds for said in crowd.words.get(kind, ()))]
    dice.shuffle(words)
    step = (moment.until - moment.at) / max(moment.count, 1)
    for place, said in enumerate(islice(cycle(words), moment.count)):
        author = moment.by or next(voices)
        after = moment.at + step * (place + (dice.random() if place else 0.0))
        yield DrillPost(id="", after=after, author=author, text=said.replace(BRAND, f"@{script.handle}"))


def _voices(people: Sequence[Voice], dice: random.Random) -> Iterator[Voice]:
    """Yield people for ever, each time another one: a second round has other handles."""
    once = list(people)
    dice.shuffle(once)
    yield from once
    for number, one in enumerate(cycle(once), len(once)):
        yield Voice(handle=f"{one.handle}{number}"[:30], name=one.name, followers=one.followers)

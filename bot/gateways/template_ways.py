"""Sentences of a template that can be said in several ways: an `or:` line says the line above it in another way."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.word_caches import word_cache
from bot.domain.replies.least_said import bare_words, chooser
from bot.domain.replies.template_facts import OUR_FACTS
from bot.gateways.template_bounds import IF_TAGS, TAG, FaultyLine

MOST_WAYS = 8  # of one sentence
FEWEST_WORDS = 3  # in a row, by which a way is known again in a draft

_OR = re.compile(r"[ \t]*or:[ \t]*", re.IGNORECASE)
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_FACT = re.compile(r"[a-z_]+")
_IF_IS_OPEN = "A line with ways closes its {% if %} on the same line and holds no other tag. Write {% endif %} there."


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to say a sentence, and its line in the source, counted from 0."""

    line: int
    words: str


@word_cache(256)
def ways_in(source: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return, for each sentence with several ways, the runs of words of each way, without its facts."""
    return tuple(tuple(_runs(way.words) for way in ways) for ways in _sentences(source))


def woven(source: str) -> tuple[str, Mapping[str, int]]:
    """Return the source with each sentence's ways as the branches of an `if`, and how many each has, by what chooses.

    Each line stays on its line, so that faults are told with the right one.
    """
    lines, many = source.split("\n"), dict[str, int]()
    for number, ways in enumerate(_sentences(source), start=1):
        many[name := chooser(number)] = len(ways)
        for k, way in enumerate(ways):
            tag = "{%- elif" if k else "{% if"
            lines[way.line] = f'{tag} {name} == "{k}" %}}{way.words}'
        lines[ways[-1].line] += "{% endif %}"
    return "\n".join(lines), many


def faults_of_ways(source: str, facts: Collection[str]) -> Iterator[FaultyLine]:
    """Yield each fault of the lines with `or:`, by its line, counted from 1."""
    lines = source.split("\n")
    for at, line in enumerate(lines):
        if _OR.match(line) and not (at and lines[at - 1].strip()):
            yield (
                at + 1,
                'No line stands above this "or:". Write it right below the line that it says in another way.',
            )
    said, sentences = {*facts}.difference(OUR_FACTS) | {"initials"}, _sentences(source)
    if sentences and (taken := re.search(r"\bway_\d+", " ".join(_BRACES.findall(source)))):
        yield 1, f'Nobody fills "{taken[0]}". Take it out.'
    for ways in sentences:
        if len(ways) > MOST_WAYS:
            yield (
                ways[MOST_WAYS].line + 1,
                f"This is said in {len(ways)} ways, the most is {MOST_WAYS}. Keep the best.",
            )
        for k, way in enumerate(ways):
            if sentence := _why_no_way(way, ways[:k], said):
                yield way.line + 1, sentence


def _why_no_way(way: _Way, before: Sequence[_Way], said: Collection[str]) -> str:
    if not _is_closed(way.words):
        return _IF_IS_OPEN
    runs = _runs(way.words)
    if not any(len(one.split()) >= FEWEST_WORDS for one in runs):
        return f"A way has {FEWEST_WORDS} words in a row at least beside its facts. Write it out."
    if runs in [_runs(one.words) for one in before]:
        return "This way is here twice. Change it or take it out."
    first = before[0] if before else way
    if differs := sorted((_facts(way.words) ^ _facts(first.words)).intersection(said)):
        return f'All ways of a line say the same facts. Say "{differs[0]}" in each of them or in none.'
    return ""


def _sentences(source: str) -> list[list[_Way]]:
    """Return the ways of each line that has several."""
    found, last = list[list[_Way]](), list[_Way]()
    for at, line in enumerate(source.split("\n")):
        begins = _OR.match(line)
        if not begins:
            last = [_Way(at, line)] if line.strip() else []
        elif last:
            last.append(_Way(at, line[begins.end() :]))
            if len(last) == 2:
                found.append(last)
    return found


def _runs(words: str) -> tuple[str, ...]:
    return tuple(filter(None, (" ".join(bare_words(part)) for part in _BRACES.split(words))))


def _facts(words: str) -> set[str]:
    return {name for braces in _BRACES.findall(words) for name in _FACT.findall(braces)}


def _is_closed(words: str) -> bool:
    depth = 0
    for tag in TAG.finditer(words):
        if tag[1] not in IF_TAGS or (tag[1] != "if" and not depth):
            return False
        depth += {"if": 1, "endif": -1}.get(tag[1], 0)
    return not depth and words.count("{#") == words.count("#}") and words.count("{{") == words.count("}}")

"""Which languages people read and which topics they know, and who of them suits a case."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.domain.team.languages import tongue

THE_DESKS_OWN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """What these people (or user groups) read and know; empty says nothing about it."""

    people: frozenset[str]
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


def readers(skills: Sequence[Skill], people: Collection[str], language: str) -> frozenset[str]:
    """Return who of the people reads a language; those without any language named count as reading all."""
    wanted = tongue(language)
    if not wanted or not skills:
        return frozenset(people)
    return frozenset(one for one in people if not (named := _languages(skills, one)) or wanted in named)


def _languages(skills: Sequence[Skill], who: str) -> set[str]:
    return {tongue(code) for one in skills if who in one.people for code in one.languages}


def read_by_all(skills: Sequence[Skill]) -> frozenset[str]:
    """Return the languages that everybody reads; the one in which the desk speaks where none is named."""
    people = {who for one in skills if one.languages for who in one.people}
    read = [frozenset(_languages(skills, who)) for who in people]
    return frozenset.intersection(*read) if read else frozenset({THE_DESKS_OWN})


def suitable(skills: Sequence[Skill], people: Collection[str], language: str, topic: str) -> frozenset[str]:
    """Return who suits a case: reads it, and knows its topic if any of those does.

    The skills' user groups are to be resolved into people first.
    """
    able = readers(skills, people, language)
    knowing = able & {who for one in skills if topic and topic in one.topics for who in one.people}
    return knowing or able

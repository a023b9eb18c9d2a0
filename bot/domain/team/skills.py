"""Languages and topics of people, and who of them suits a case."""

from collections.abc import Collection, Sequence

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.team.languages import tongue

THE_DESKS_OWN = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """The languages and topics of these people (or user groups); empty: no statement."""

    people: frozenset[str]
    languages: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


def readers(skills: Sequence[Skill], people: Collection[str], language: str) -> frozenset[str]:
    """Return who of the people reads a language; people without a named language count as reading all."""
    wanted = tongue(language)
    if not wanted or not skills:
        return frozenset(people)
    return frozenset(one for one in people if not (named := _languages(skills, one)) or wanted in named)


def _languages(skills: Sequence[Skill], who: str) -> set[str]:
    return {tongue(code) for one in skills if who in one.people for code in one.languages}


def named_readers(skills: Sequence[Skill], people: Collection[str], language: str) -> frozenset[str]:
    """Return which of the people have this language among those named for them."""
    wanted = tongue(language)
    return frozenset(one for one in people if wanted and wanted in _languages(skills, one))


def read_by_all(skills: Sequence[Skill]) -> frozenset[str]:
    """Return the languages that everybody reads; the desk's own where none is named."""
    people = {who for one in skills if one.languages for who in one.people}
    read = [frozenset(_languages(skills, who)) for who in people]
    return frozenset.intersection(*read) if read else frozenset({THE_DESKS_OWN})


def suitable(skills: Sequence[Skill], people: Collection[str], language: str, topic: str) -> frozenset[str]:
    """Return who suits a case: they read its language, and know its topic if any of those does.

    User groups of the skills must be replaced by people before.
    """
    able = readers(skills, people, language)
    knowing = able & {who for one in skills if topic and topic in one.topics for who in one.people}
    return knowing or able

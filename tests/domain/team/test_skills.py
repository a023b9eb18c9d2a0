"""Who suits a case: people who read its language and know its topic; missing settings exclude nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.team.languages import tongue
from bot.domain.team.skills import Skill, read_by_all, readers, suitable

PEOPLE = frozenset({"ANA", "BEN", "CARO"})


def skill(who: str, languages: str = "", topics: str = "") -> Skill:
    return Skill(
        people=frozenset(who.split()), languages=frozenset(languages.split()), topics=frozenset(topics.split())
    )


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("pt-BR", "pt"),
        ("zh_Hant", "zh"),
        ("iw", "he"),
        ("in", "id"),
        ("nb", "no"),
        ("und", ""),
        ("zxx", ""),
        ("qme", ""),
        ("qst", ""),
        ("", ""),
        ("qu", "qu"),
    ],
)
def test_a_code_is_the_language_behind_it_however_it_is_written(code: str, found: str) -> None:
    assert tongue(code) == found


def test_whoever_no_language_is_named_for_reads_every_one() -> None:
    assert readers([skill("ANA", "en"), skill("BEN", "en de")], PEOPLE, "de") == {"BEN", "CARO"}


def test_a_post_in_no_language_is_read_by_everybody() -> None:
    assert readers([skill("ANA", "en"), skill("BEN", "de")], PEOPLE, "und") == PEOPLE


def test_languages_of_several_parts_add_up() -> None:
    assert readers([skill("ANA", "en"), skill("ANA BEN", "de")], {"ANA", "BEN"}, "en-GB") == {"ANA"}
    assert readers([skill("ANA", "en"), skill("ANA BEN", "de")], {"ANA", "BEN"}, "de") == {"ANA", "BEN"}


def test_a_topic_somebody_knows_goes_to_them_and_one_nobody_knows_to_all() -> None:
    skills = [skill("ANA BEN", topics="billing")]
    assert suitable(skills, PEOPLE, "en", "billing") == {"ANA", "BEN"}
    assert suitable(skills, {"CARO"}, "en", "billing") == {"CARO"}
    assert suitable(skills, PEOPLE, "en", "parcels") == PEOPLE


def test_a_language_comes_before_a_topic() -> None:
    skills = [skill("ANA", "en", "billing"), skill("BEN", "de")]
    assert suitable(skills, {"ANA", "BEN"}, "de", "billing") == {"BEN"}


@pytest.mark.parametrize(
    ("known", "read"),
    [
        ([], "en"),
        ([skill("ANA", "", "billing")], "en"),
        ([skill("ANA", "en de"), skill("BEN", "de fr")], "de"),
        ([skill("ANA", "iw"), skill("ANA BEN", "he-IL")], "he"),
        ([skill("ANA", "en"), skill("BEN", "de")], ""),
    ],
)
def test_what_everybody_reads_is_what_each_of_them_reads(known: list[Skill], read: str) -> None:
    assert read_by_all(known) == frozenset(read.split())


def test_where_nobody_reads_it_nobody_suits() -> None:
    assert suitable([skill("ANA BEN CARO", "en")], PEOPLE, "de", "billing") == frozenset()


names = st.sampled_from(sorted(PEOPLE))
some = st.frozensets(st.sampled_from(["en", "de", "fr"]))
skills = st.lists(
    st.builds(
        lambda who, languages, topics: Skill(people=who, languages=languages, topics=topics),
        st.frozensets(names, min_size=1),
        some,
        st.frozensets(st.sampled_from(["billing", "parcels"])),
    ),
    max_size=5,
)


@given(skills, st.frozensets(names), st.sampled_from(["en", "de", "und"]), st.sampled_from(["billing", ""]))
def test_who_suits_is_present_and_reads_it_and_only_a_language_leaves_nobody(
    known: list[Skill], present: frozenset[str], language: str, topic: str
) -> None:
    able, suits = readers(known, present, language), suitable(known, present, language, topic)
    assert suits <= able <= present
    assert bool(suits) == bool(able)

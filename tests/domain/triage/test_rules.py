"""Rules of the configuration decide the kind, urgency and topic of a post; safety and law always come first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.triage.rules import Conditions, Fitting, TriageRule, by_triage_rules
from bot.domain.triage.triage import LIGHT, Kind, Reason, Triage, Urgent
from tests.fakes import a_post

POST = a_post("1", "@northwind my Lamp Club card")
DOUBT = Triage()
WRONG = Triage(kind_by=Reason(("broken",), "wrong"))
GUESS = Triage(kind=Kind.PRAISE, sure=False, kind_by=Reason(("love",), "praise"))
PRAISE = replace(GUESS, sure=True)


def says(word: str) -> Callable[[str], str]:
    return lambda text: word if word in text else ""


def fits(name: str = "club", **decides: object) -> Fitting:
    return Fitting(TriageRule(name=name, finds=says("Lamp Club"), **decides), "Lamp Club")  # type: ignore[arg-type]


def test_the_reason_is_the_rules_name_and_the_words_that_fitted() -> None:
    told = by_triage_rules(DOUBT, [fits(kind=Kind.SPAM)])
    assert (told.kind, told.kind_by) == (Kind.SPAM, Reason(("Lamp Club",), "rule club"))
    assert told.kind_by.configured == "club"
    assert WRONG.kind_by.configured == ""


def test_words_over_several_lines_are_one_line_in_the_reason() -> None:
    assert Fitting(TriageRule(name="a", finds=says("a")), "two\n\n  lines").reason.words == ("two lines",)


def test_the_first_rule_that_says_something_decides_it() -> None:
    told = by_triage_rules(DOUBT, [fits("a", topic="x"), fits("b", kind=Kind.SPAM), fits("c", kind=Kind.TROLL)])
    assert told.kind == Kind.SPAM


@pytest.mark.parametrize("kind", sorted(LIGHT))
@pytest.mark.parametrize("told", [DOUBT, WRONG, GUESS])
def test_a_light_kind_of_a_rule_sends_nothing_to_the_light_lane_by_itself(kind: Kind, told: Triage) -> None:
    assert not by_triage_rules(told, [fits(kind=kind)]).light
    assert by_triage_rules(told, [fits(kind=kind, light=True)]).light
    assert by_triage_rules(PRAISE, [fits(kind=kind)]).light


@pytest.mark.parametrize(
    ("told", "light"), [(DOUBT, True), (GUESS, True), (PRAISE, True), (WRONG, False), (Triage(kind=Kind.SPAM), False)]
)
def test_light_alone_moves_only_what_is_in_doubt(told: Triage, light: bool) -> None:
    assert by_triage_rules(told, [fits(light=True)]).light == light
    assert not by_triage_rules(told, [fits(light=False)]).light


def test_a_rule_that_keeps_a_post_out_of_the_light_lane_is_its_reason() -> None:
    assert by_triage_rules(PRAISE, [fits(light=False)]).kind_by.configured == "club"


@pytest.mark.parametrize(
    ("told", "rule", "after"),
    [
        (Urgent.NO, Urgent.VULNERABLE, Urgent.VULNERABLE),
        (Urgent.SAFETY, Urgent.LEGAL, Urgent.SAFETY),
        (Urgent.LEGAL, Urgent.VULNERABLE, Urgent.LEGAL),
        (Urgent.VULNERABLE, Urgent.SAFETY, Urgent.SAFETY),
        (Urgent.LEGAL, Urgent.NO, Urgent.LEGAL),
    ],
)
def test_urgency_only_rises_and_safety_comes_before_law(told: Urgent, rule: Urgent, after: Urgent) -> None:
    found = by_triage_rules(Triage(urgent=told), [fits("kind", kind=Kind.PRAISE, light=True), fits(urgent=rule)])
    assert found.urgent == after
    assert not found.light


def test_of_several_urgent_rules_the_most_important_counts() -> None:
    some = [fits("a", urgent=Urgent.VULNERABLE), fits("b", urgent=Urgent.SAFETY), fits("c", urgent=Urgent.SAFETY)]
    assert by_triage_rules(DOUBT, some).urgent_by.configured == "b"


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        (Conditions(), True),
        (Conditions(networks=frozenset({"x"})), True),
        (Conditions(networks=frozenset({"street"})), False),
        (Conditions(languages=frozenset({"en"})), True),
        (Conditions(languages=frozenset({"de"})), False),
        (Conditions(channels=frozenset({"C1"})), True),
        (Conditions(channels=frozenset({"C2"})), False),
        (Conditions(at_least=500), True),
        (Conditions(at_least=501), False),
        (Conditions(below=501), True),
        (Conditions(below=500), False),
        (Conditions(stars_at_most=2), True),
        (Conditions(stars_at_most=1), False),
    ],
)
def test_each_condition_must_hold(where: Conditions, holds: bool) -> None:
    post = replace(POST, author=replace(POST.author, followers=500), stars=2)
    assert where.hold(post, "en", "C1") == holds


def test_a_post_without_stars_fits_no_condition_on_them() -> None:
    assert not Conditions(stars_at_most=5).hold(POST, "en", "C1")


@pytest.mark.parametrize("where", [Conditions(at_least=1), Conditions(below=10)])
def test_an_unknown_number_of_followers_fits_no_condition_on_it(where: Conditions) -> None:
    assert not where.hold(replace(POST, author=replace(POST.author, followers=None)), "en", "C1")


NARROW = Conditions(networks=frozenset({"x"}), languages=frozenset({"en", "de"}), at_least=10, below=20)


@pytest.mark.parametrize(
    ("wide", "includes"),
    [
        (Conditions(), True),
        (NARROW, True),
        (Conditions(networks=frozenset({"x", "street"}), at_least=5), True),
        (Conditions(below=20), True),
        (Conditions(below=19), False),
        (Conditions(at_least=11), False),
        (Conditions(languages=frozenset({"en"})), False),
        (Conditions(channels=frozenset({"C1"})), False),
        (Conditions(stars_at_most=5), False),
    ],
)
def test_conditions_include_those_that_are_narrower(wide: Conditions, includes: bool) -> None:
    assert wide.include(NARROW) == includes
    assert not Conditions(below=5).include(Conditions())

"""The customer score, order numbers in words, and the traits that no record may tell."""

import pytest

from bot.domain.cases.customer import CustomerRecord, can_be_order_number, order_numbers
from bot.domain.cases.forbidden_traits import forbidden_trait


def test_the_score_is_the_mean_of_spend_and_engagement_and_unknown_unless_both_are_known() -> None:
    assert CustomerRecord(spend=80, engagement=65).score == 72
    assert CustomerRecord(spend=80).score is None
    assert CustomerRecord(engagement=65).score is None


def test_an_order_number_is_found_by_its_shape_alone_and_once_whatever_its_letters() -> None:
    said = ["Where is nw-48213? NW-48213!!", "Also XNW-48213, NW-482139 and NW-4821 are none", "order 77120044."]
    assert order_numbers(["NW-#####", "7#######"], said) == ["NW-48213", "77120044"]
    assert order_numbers([], said) == []
    assert order_numbers(["N.-####"], ["NX-1234"]) == []


def test_a_part_of_a_longer_number_or_an_address_is_no_order_number() -> None:
    apart = "NW-48213. (NW-48214), #NW-48215 注文NW-48216は NW-48217 2 days"
    parts = "NW-50001-77 0-NW-50002 éNW-50003 NW-50004٥ a.example/NW-50005 NW-50006/NW-50007 NW-50008.5"
    assert order_numbers(["NW-#####"], [apart, parts]) == [f"NW-{one}" for one in range(48213, 48218)]
    phones = [
        "+49 30 12345 678",
        "+49-30-12345",
        "0049 (30) 12345",
        "+12345",
        "1234 12345",
        "12345 1234",
        "(30)12345",
    ]
    assert order_numbers(["#####"], [*phones, "order 48213, please"]) == ["48213"]


def test_what_is_typed_can_be_an_order_number_only_as_one_word_with_a_digit() -> None:
    assert [one for one in ("NW-48213", "7/12", "Priya", "a b 1", "12", "1" * 41) if can_be_order_number(one)] == [
        "NW-48213",
        "7/12",
    ]


@pytest.mark.parametrize(
    ("trait", "columns"),
    [
        ("health", "health_status isPregnant Gesundheitszustand santé diagnosis"),
        ("religion or belief", "religion Konfession beliefs"),
        ("politics", "political_party Parteibuch"),
        ("ethnic origin", "ethnicity race ORIGIN_ETHNIE"),
        ("sex life or orientation", "sexualOrientation orientation lgbtq"),
        ("union membership", "trade-union union_member Gewerkschaft sindicato"),
        ("money troubles", "debts credit_score creditScore insolvency"),
        ("crime", "criminal_record Vorstrafen"),
        ("genes or body", "biometrics"),
    ],
)
def test_a_column_that_tells_of_a_forbidden_trait_is_known_in_several_languages(trait: str, columns: str) -> None:
    assert {one: forbidden_trait(one) for one in columns.split()} == dict.fromkeys(columns.split(), trait)


def test_usual_columns_tell_of_no_such_trait() -> None:
    usual = "plan last_order customer_since open_orders city language spend engagement warranty_until reunion_points"
    assert [one for one in usual.split() if forbidden_trait(one)] == []

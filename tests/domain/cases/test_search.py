"""Words are found regardless of capitals, accents, quotes and dashes, and in scripts without spaces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases.search import LONGEST, folded, indexed_words, wanted
from tests.hostile import texts

SAME = [
    ("STRASSE", "straße"),
    ("ÉCOLE", "e\u0301cole"),
    ("ecole", "École"),
    ("ΣΑΣ", "σας"),
    ("ǅ", "ǆ"),
    ("don't", "don’t"),
    ("'late'", "‘late’"),
    ('"late"', "„late“"),
    ('"late"', "«late»"),
    ("nine-day", "nine–day"),
    ("nine-day", "nine‑day"),
    ("Łódź", "lodz"),
    ("Ærø", "aero"),
    ("İBRAHİM", "ibrahim"),
    ("ＰＡＲＣＥＬ", "parcel"),
    ("ﬁnd", "find"),
    ("שָׁלוֹם", "שלום"),
    ("سَلَام", "سلام"),
    ("par\u00adcel", "parcel"),
    ("par\u200bcel", "parcel"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_written_in_two_ways_is_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("각", "가"), ("ป้า", "ป่า"), ("कि", "की"), ("o", "0")])
def test_other_letters_stay_other_letters(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_post_is_found_by_its_handle_and_each_of_its_words_once() -> None:
    assert indexed_words("Priya_K", "Late, late – 100% LATE!") == "priya k late 100"


def test_scripts_without_blanks_are_found_by_pairs_of_letters() -> None:
    assert indexed_words("", "水道が止") == "水道 道が が止 止"
    assert indexed_words("", "iPhone充電器") == "iphone 充電 電器 器"


@pytest.mark.parametrize(
    ("search", "whole", "begun"),
    [
        ("late parcel", (), ("late", "parcel")),
        ('"late parcel"', (), ("late", "parcel")),
        ("“late parcel”", (), ("late", "parcel")),
        ("@priya_kap", ("priya",), ("kap",)),
        ("priya_k", ("priya",), ()),
        ("100%", (), ("100",)),
        ("don’t", ("don",), ()),
        ("水", (), ("水",)),
        ("充電器", ("充電", "電器"), ()),
        ("k", (), ()),
        ("%", (), ()),
        ("", (), ()),
    ],
)
def test_a_search_asks_the_index_for_words_from_their_beginning(
    search: str, whole: tuple[str, ...], begun: tuple[str, ...]
) -> None:
    asked = wanted(search)
    assert (tuple(asked.whole), tuple(asked.begun)) == (whole, begun)


@pytest.mark.parametrize(("said", "number"), [("412", 412), ("#412", 412), ("case 412", 412), ("Case #412", 412)])
def test_a_number_alone_is_a_cases(said: str, number: int) -> None:
    assert wanted(said).number == number


@pytest.mark.parametrize("said", ["order 412", "412 parcels", "0", "1" * 13, "４１２x"])
def test_other_numbers_are_words(said: str) -> None:
    assert wanted(said).number == 0


@given(st.text(max_size=60) | st.sampled_from(texts(500)))
def test_whatever_stands_in_a_post_is_found_by_it(text: str) -> None:
    asked, indexed = wanted(text), indexed_words("", text).split(" ")
    assert asked.held("", text)
    assert set(asked.whole) <= set(indexed)
    assert all(any(word.startswith(one) for word in indexed) for one in asked.begun)
    assert all(one and len(one) <= LONGEST and not set(one) & set("'\"\\ ") for one in (*asked.whole, *asked.begun))

"""Words too long for one post are cut where a reader pauses, never inside what belongs together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.replies.parts import MOST, ONE, SHORTEST, split
from tests.long import examples

SORRY = "We are sorry, Priya, that this took us so long"  # 46
MONEY = "Your money is on its way and arrives on Tuesday at the latest"  # 61


def parts(text: str, limit: int, *, numbered: bool = False) -> tuple[str, ...]:
    found = split(text, lambda one: len(one) <= limit, numbered=numbered)
    return found.parts_of(text) if found else ()


def test_what_fits_is_not_cut():
    assert split(SORRY, lambda one: len(one) <= len(SORRY)) == ONE
    assert parts(SORRY, len(SORRY), numbered=True) == (SORRY,)


def test_a_paragraph_comes_before_a_sentence_and_a_sentence_before_a_word():
    assert parts(f"{SORRY}.\n\n{MONEY}. {SORRY}.", 120) == (f"{SORRY}.", f"{MONEY}. {SORRY}.")
    assert parts(f"{SORRY}. {MONEY} {SORRY}.", 120) == (f"{SORRY}.", f"{MONEY} {SORRY}.")
    assert parts(f"{SORRY} {MONEY} {SORRY}", 120) == (f"{SORRY} {MONEY} We", SORRY[3:])


def test_there_are_as_few_parts_as_possible_and_at_most_three():
    assert len(parts(f"{SORRY}.\n\n{MONEY}. {MONEY}. {SORRY}.", 130)) == 2  # the paragraph would make three
    assert len(parts(f"{MONEY}. {MONEY}. {MONEY}.", 70)) == 3
    assert parts(f"{MONEY}. {MONEY}. {MONEY}. {MONEY}.", 70) == ()


def test_no_greeting_and_no_signature_is_a_post_of_its_own():
    first, second = parts(f"Hi Priya,\n\n{SORRY}. {MONEY}, and that is certain.\n\n^AN", 130)
    assert first == f"Hi Priya,\n\n{SORRY}."
    assert second.endswith("^AN")
    assert min(len(first), len(second)) >= SHORTEST


@pytest.mark.parametrize(
    "whole",
    [
        "https://northwind.example/refunds/how-it-works?page=2",
        "@northwind_help",
        "+44 20 7946 0958",
        "10 000 000",
        "(020) 7946 0958",
        "10\u00a0000\u202f€",
        "e.g. refunds",
        "J. Smith",
        "No. 512",
        "👨‍👩‍👧‍👦👩🏽‍🚀",
        "e\u0301e\u0301e\u0301",
    ],
)
def test_what_belongs_together_stays_in_one_part(whole: str):
    text = f"{SORRY} {whole} {MONEY}"
    for limit in range(len(SORRY) + len(whole) // 2, len(SORRY) + len(whole) + 8):
        cut = parts(text, max(limit, len(whole) + len(MONEY) + 8))
        assert not cut or sum(whole in one for one in cut) == 1, cut


@pytest.mark.parametrize("whole", ["+44 20 7946 0958", "10 000 000", "e.g. refunds", "12. 3. 2026"])
def test_a_cut_that_would_fall_inside_it_falls_before_it(whole: str):
    room = len(SORRY) + 1 + len(whole) - 2  # all but its end
    text = f"{SORRY} {whole} {MONEY[: room - len(whole) - 2]}"
    first, second = parts(text, room)
    assert (first, second.startswith(whole)) == (SORRY, True)


def test_words_without_spaces_are_cut_behind_their_own_full_stop():
    one = "ご不便をおかけして申し訳ございません返金の手続きは本日完了しており火曜日までにお届けいたします。"
    assert parts(one * 2, 60) == (one, one)


def test_what_has_no_place_to_be_cut_is_not_cut():
    assert parts("x" * 300, 280) == ()
    assert parts("https://northwind.example/" + "a" * 300, 280) == ()


def test_a_number_behind_each_part_takes_its_room():
    text = f"{SORRY}. {MONEY}."
    assert parts(text, 70, numbered=True) == (f"{SORRY}. 1/2", f"{MONEY}. 2/2")
    assert len(parts(text, len(MONEY) + 1)) == 2
    assert parts(text, len(MONEY) + 1, numbered=True) != (f"{SORRY}. 1/2", f"{MONEY}. 2/2")


def test_the_rest_is_what_is_behind_the_parts_that_are_out():
    text = f"{SORRY}. {MONEY}."
    found = split(text, lambda one: len(one) <= 70)
    assert found is not None
    assert [found.rest_of(text, n) for n in (0, 1)] == [text, f"{MONEY}."]


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.sampled_from([SORRY, MONEY, "1 000", "👩🏽‍🚀", "\n\n", ". ", "! ", "、", "a" * 45]), max_size=12))
def test_parts_fit_and_say_every_word_once_in_order(words: list[str]):
    text = " ".join(words).strip()
    found = split(text, lambda one: len(one) <= 130)
    if found is not None:
        cut = found.parts_of(text)
        assert 1 <= len(cut) <= MOST
        assert all(len(one) <= 130 for one in cut)
        assert "".join("".join(cut).split()) == "".join(text.split())
        assert found == split(text, lambda one: len(one) <= 130)

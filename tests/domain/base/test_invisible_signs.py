"""Invisible characters are kept when a script needs them, and removed otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.invisible_signs import is_unseen, without_unseen
from bot.domain.base.text import visible
from tests.long import examples


@pytest.mark.parametrize(
    "text",
    [
        "نمی\u200cدانم",
        "می\u200cخواهم بدانم",
        "سال ۱۳۰۴ ه\u200d",
        "ශ්\u200dරී ලංකා",
        "র\u200d্যাব",
        "क्\u200dष",
        "ക്\u200c",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "👩\u200d❤️\u200d👨",
        "🏴\u200d☠️",
        "葛\U000e0100飾区",
        "ᠰᠠᠷ\u180bᠠ",
        "ภาษา\u200bไทย",
        "שלום\u200f!",
        "قيمة\u061c 5",
        "⠓\u2800⠑",
        "א\u034f\u05b7",
    ],
)
def test_what_a_script_needs_goes_out_as_it_was_typed(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("pass\u200dword", "password"),
        ("pay\u200cpal", "paypal"),
        ("re\u00adfund", "refund"),
        ("a\u200bb", "ab"),
        ("abc\u202edef\u202c", "abcdef"),
        ("\u2066Priya\u2069", "Priya"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("🏴\U000e0078\U000e0079\U000e007f", "🏴"),
        ("Priya\u200e N", "Priya N"),
        ("\u3164", ""),
        ("x\U000e0100", "x"),
        ("نمی\u200c\u200c\u200cدانم", "نمی\u200cدانم"),
        ("a\u2800b", "ab"),
        ("fine\u034f", "fine"),
    ],
)
def test_what_only_hides_is_taken_out(text, seen):
    assert visible(text) == seen


ODD = st.text(
    st.sampled_from(
        "aدش්රक़क्\u0301\u200b\u200c\u200d\u200e\u200f\u061c\u034f\u180b\u115f\u2800⠓葛ก😀❤️🏴\U000e0067\U000e0100\U000e007f\u202e"
    ),
    max_size=12,
)


@given(ODD)
@settings(max_examples=examples(500))
def test_a_second_look_finds_nothing_more(text):
    assert without_unseen(without_unseen(text)) == without_unseen(text)


@given(ODD)
def test_nothing_that_is_seen_is_ever_touched(text):
    assert [one for one in without_unseen(text) if not is_unseen(one)] == [one for one in text if not is_unseen(one)]

"""A reply's length is the network's own count."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.gateways.networks.length import x_length
from tests.hostile import texts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Hello", 5),
        ("café", 4),
        ("cafe\u0301", 4),
        ("日本語", 6),
        ("…", 2),
        ("’", 1),
        ("–", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇩🇪", 2),
        ("see example.com now", 31),
        ("https://northwind.example.com/a/very/long/path?with=many&things=in_it#and_more", 23),
        ("@priya_n sorry", 14),
        ("one\ntwo", 7),
        ("one\r\ntwo", 7),
        ("a" * 281, 281),
    ],
)
def test_a_reply_counts_as_x_counts_it(text, count):
    assert x_length(text) == count


def test_hostile_texts_can_be_counted():
    assert all(x_length(text) >= 0 for text in texts(2_000)[::10])


@given(st.text(max_size=100), st.sampled_from(["a", "é", "日", " "]))
@settings(deadline=None)
def test_any_text_can_be_counted_and_never_more_than_two_a_sign_but_for_links(text, more):
    assert 0 <= x_length(text + " " + more) <= 2 * len(text) + 23 * (text.count(".") + 1) + 3


def test_a_word_with_more_dots_than_a_host_is_counted_by_its_signs():
    ten, eleven = "a." * 10 + "com", "a." * 11 + "com"
    assert (x_length(ten), x_length(eleven)) == (23, 25)
    assert x_length("a." * 1_500) == 3_000
    assert x_length(f"{ten}/{'v1.' * 20}html {eleven}") == 23 + 1 + 25


def test_counting_leaves_no_trace_of_the_module_it_was_lent():
    code = (
        "import sys; from bot.gateways.networks.length import x_length; assert 'twitter_text' not in sys.modules\n"
        "assert x_length('a') == 1; sys.exit('pkg_resources' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0


def test_several_threads_may_count_at_once():
    code = (
        "from concurrent.futures import ThreadPoolExecutor; from bot.gateways.networks.length import x_length\n"
        "with ThreadPoolExecutor(8) as pool: assert set(pool.map(x_length, ['abc'] * 64)) == {3}"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

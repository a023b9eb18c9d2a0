"""Other people's words are stored completely, shown without effect, and recognised again."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.text import (
    LINES,
    MARKS_PER_BASE,
    clean,
    comparable,
    first_name,
    flattened,
    for_slack,
    initials,
    plain,
    sha256_of,
    unescape_slack,
    visible,
)
from tests.hostile import texts
from tests.long import examples

ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("<>&\0\ud800\u202e\u200b\u0301\n"), max_size=400)
LIMITS = st.integers(0, 200)


def unescaped_signs(shown: str) -> list[str]:
    return re.findall(r"[<>]|&(?!(?:amp|lt|gt);)", shown)


# --- keeping


def test_nul_and_lone_surrogates_become_the_replacement_sign_and_all_else_stays():
    assert clean("a\0b\ud800c\udfff d\u202ee\u200bf é") == "a\ufffdb\ufffdc\ufffd d\u202ee\u200bf é"


def test_a_pair_of_surrogates_is_the_sign_that_it_stands_for():
    assert clean("\ud83d\ude00\ude00") == "😀\ufffd"


def test_bytes_that_are_not_utf8_are_kept_readable():
    assert clean(b"caf\xc3\xa9 \xff\xfe \0") == "café \ufffd\ufffd \ufffd"


@given(ANY_TEXT)
def test_what_is_clean_can_be_stored_and_stays_clean(text):
    kept = clean(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\0" not in kept
    assert clean(kept) == kept


@given(st.binary(max_size=200))
def test_any_bytes_can_be_cleaned(content):
    assert clean(clean(content)) == clean(content)


def test_the_stored_text_is_not_normalised():
    assert clean("e\u0301") == "e\u0301"


def test_a_digest_is_over_the_cleaned_text():
    assert sha256_of("a\0") == sha256_of("a\ufffd") == sha256_of("a\ufffd".encode())
    assert sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


# --- showing


def test_for_slack_escapes_the_three_signs_and_nothing_else():
    assert for_slack("""<!channel> & <@U1> "quoted" 'it' *bold*""", 300) == (
        """&lt;!channel&gt; &amp; &lt;@U1&gt; "quoted" 'it' *bold*"""
    )


def test_plain_escapes_nothing():
    assert plain("<http://evil.example|bank> & co", 300) == "<http://evil.example|bank> & co"


def test_direction_marks_zero_widths_and_controls_are_not_shown():
    assert plain("pay\u202egnp.exe\u202c \u2066x\u2069\u200b\u200e\ufeff\x07\x1b[0m\u061c", 300) == "paygnp.exe x[0m"


def test_line_ends_of_any_kind_become_one():
    assert plain("a\r\nb\rc\u2028d\u2029e\x85f", 300) == "a\nb\nc\nd\ne\nf"


def test_heaps_of_accents_are_cut_to_what_scripts_write():
    assert plain("Z" + "\u0301" * 500 + "x", 900) == "Z" + "\u0301" * MARKS_PER_BASE + "x"


@pytest.mark.parametrize(
    "text", ["café", "cafe\u0301", "नमस्ते", "สวัสดี", "שָׁלוֹם", "Tiếng Việt", "ﬁ", "❤️", "👍🏽", "🇩🇪", "👨‍👩‍👧"]
)
def test_what_people_really_write_is_shown_as_it_is(text):
    assert plain(text, 100) == text


def test_a_joiner_that_joins_no_picture_is_not_shown():
    assert plain("pass\u200dword", 100) == "password"


def test_a_long_text_is_cut_with_a_count_of_what_is_missing():
    shown = plain("x" * 1_000, 100)
    assert 98 <= len(shown) <= 100
    kept, more = re.fullmatch(r"(x+) \(cut, (\d+) more characters\)", shown).groups()
    assert len(kept) + int(more) == 1_000


def test_a_text_that_just_fits_is_not_cut():
    assert plain("x" * 100, 100) == "x" * 100
    assert for_slack("&" * 20, 100) == "&amp;" * 20


def test_no_escape_is_torn_by_the_cut():
    for limit in range(40, 120):
        assert unescaped_signs(for_slack("<&>" * 100, limit)) == []


def test_where_not_even_the_note_fits_only_a_sign_says_so():
    assert [plain("x" * 99, limit) for limit in (0, 1, 5)] == ["", "…", "…"]


@given(ANY_TEXT, LIMITS)
def test_nothing_shown_is_longer_than_allowed_or_has_power(text, limit):
    shown = for_slack(text, limit)
    assert len(shown) <= limit
    assert len(plain(text, limit)) <= limit
    assert unescaped_signs(shown) == []


@given(ANY_TEXT)
@settings(max_examples=examples(300))
def test_what_is_visible_stays_as_it_is(text):
    assert visible(visible(text)) == visible(text)


@given(ANY_TEXT)
def test_what_slack_hands_back_is_what_was_shown(text):
    assert unescape_slack(for_slack(text, 10_000)) == plain(text, 10_000)


def test_two_thousand_hostile_texts_are_inert_and_within_limits():
    for text in texts(2_000):
        shown, bare = for_slack(text, 2_900), plain(text, 2_900)
        assert unescaped_signs(shown) == [], ascii(text[:80])
        assert max(len(shown), len(bare)) <= 2_900
        for hidden in "\0\x07\x1b\u202e\u2066\ufeff\u2028\ud800\U000e0041\u3164":
            assert hidden not in shown + bare, ascii(text[:80])
        shown.encode("utf-8")


def test_only_slacks_three_escapes_are_undone_and_only_once():
    assert unescape_slack("&lt;b&gt; &amp; &quot; &#39; &amp;lt;") == "<b> & &quot; &#39; &lt;"


# --- recognising


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Sorry, that's on us. ^AN", "Sorry, that's on us. ^AN  "),
        ("salt & pepper <3", "salt &amp; pepper &lt;3"),
        ("cafe\u0301", "café"),
        ("line one\nline two", "line one  \r\nline two"),
        ("I'm on it. ^AN", "@priya_n I'm on it. ^AN"),
        ("@priya_n I'm on it.", "@priya_n I'm on it."),
        ("I'm on it.", "@priya_n @tom I'm on it."),
        ("we write &amp; so", "we write &amp;amp; so"),
        ("see northwind.example/help now", "see https://t.co/abc now"),
        ("see https://northwind.example/help", "see https://t.co/def"),
    ],
)
def test_our_words_are_recognised_in_the_networks_copy(ours, theirs):
    links = {
        "https://t.co/abc": "http://northwind.example/help",
        "https://t.co/def": "https://northwind.example/help/",
    }
    assert comparable(ours, links) == comparable(theirs, links)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("refund today", "refund tomorrow"),
        ("Sorry. ^AN", "Sorry. ^BE"),
        ("see northwind.example/a", "see https://t.co/xyz"),
        ("one two", "one  two"),
        ("Yes", "yes"),
    ],
)
def test_other_words_are_not_taken_for_ours(ours, theirs):
    assert comparable(ours, {}) != comparable(theirs, {})


@given(ANY_TEXT)
def test_a_networks_escaping_makes_no_difference(text):
    assert comparable(html.escape(clean(text), quote=False)) == comparable(text)


def test_a_row_of_at_signs_takes_no_time():
    assert comparable("@a" * 20_000 + "!").endswith("!")


# --- names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Priya N", "Priya"),
        ("Dr. Priya N 🎉", "Priya"),
        ("🌸 PRIYA 🌸", "Priya"),
        ("priya", "Priya"),
        ("𝓟𝓻𝓲𝔂𝓪 Rao", "Priya"),
        ("O'BRIEN", "O'Brien"),
        ("jean-luc p", "Jean-Luc"),
        ("McKenna Lee", "McKenna"),
        ("Zoë", "Zoë"),
        ("प्रिया शर्मा", "प्रिया"),
        ("Иван", "Иван"),
        ("\u202ePriya\u200b", "Priya"),
        ("(Tom) Jones", "Tom"),
        ("Tom!!!", "Tom"),
        ("İBRAHİM", "İbrahim"),
        ("İbrahim", "İbrahim"),
        ("IŞIK", "Işık"),
        ("YİĞİT K", "Yiğit"),
        ("IVAN", "Ivan"),
    ],
)
def test_people_are_addressed_by_their_first_name(name, said):
    assert first_name(name, "@someone") == said


@pytest.mark.parametrize(
    "name",
    [
        "", "   ", "🎉🎉", "The Real Priya", "Not Northwind", "I'm done", "Fuck Northwind", "angry customer 12", "Mr. Bean", "Ms",
        "J.R. Smith", "P", "Smith, John", "Tom's mum", "xX_dark_Xx", "@victim", "https://evil.example", "evil.example", "{{ 7*7 }}",
        "<!channel>", "[name]", "田中太郎", "김철수", "user83726", "a" * 30, "\u3164", "Priya@work", "--", "^AN", "ᅠᅠ", "$NWD", "€uro", "NWD$",
    ],
)  # fmt: skip
def test_no_name_is_better_than_a_wrong_one(name):
    assert first_name(name, "@someone") == ""


def test_a_handle_typed_as_a_name_is_no_name():
    assert first_name("sunshine", "@sunshine") == ""
    assert first_name("Priya", "@priya") == "Priya"


@given(ANY_TEXT, st.text(max_size=20))
def test_whatever_a_profile_says_a_name_holds_no_sign_with_power(name, handle):
    assert not set(first_name(name, handle)) & set('@#<>&{}[]()/:.,\\"*_~`|^$%=+ \n\0')
    assert len(first_name(name, handle)) <= 24


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("Ana", "AN"),
        ("Ben Carter", "BC"),
        ("Dr. Caro D. Evans", "CE"),
        ("dee 🌱", "DE"),
        ("Ü. Öz", "ÜÖ"),
        ("", ""),
        ("🎉", ""),
        ("x", "X"),
    ],
)
def test_initials_sign_for_a_teammate(name, signed):
    assert initials(name) == signed


def test_a_tall_post_is_flattened_and_loses_no_word():
    assert flattened("one\n\ntwo\nthree") == "one\n\ntwo\nthree"
    assert flattened("one\r\n\n \n\t\n\u2028two") == "one\n\ntwo"
    lines = [f"line {n}" for n in range(100)]
    tall = flattened("\n".join(lines))
    assert tall.count("\n") == LINES
    assert tall.split() == " ".join(lines).split()
    assert flattened("\n" * 2_400) == "\n\n"


@given(st.text(alphabet="a \n\t\r", max_size=400))
def test_what_is_flattened_stays_so(text):
    once = flattened(text)
    assert flattened(once) == once
    assert once.count("\n") <= LINES

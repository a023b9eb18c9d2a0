"""An emoji that people type goes out as that character, although Slack replaces it by a name."""

import subprocess
import sys

import pytest

from bot.blocks.base import ids
from bot.blocks.base.emoji_codes import with_emoji
from bot.blocks.base.form_values import as_typed


@pytest.mark.parametrize(
    ("code", "sign"),
    [
        (":tada:", "🎉"),
        (":+1:", "👍"),
        (":white_check_mark:", "✅"),
        (":slightly_smiling_face:", "🙂"),
        (":simple_smile:", "🙂"),
        (":man-shrugging:", "🤷\u200d♂️"),
        (":woman-facepalming:", "🤦\u200d♀️"),
        (":flag-de:", "🇩🇪"),
        (":flag-scotland:", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
        (":wave::skin-tone-3:", "👋🏼"),
        (":pray:", "🙏"),
        (":smiling_face_with_3_hearts:", "🥰"),
    ],
)
def test_a_short_name_becomes_its_sign(code, sign):
    assert with_emoji(f"Sorted {code}, thanks") == f"Sorted {sign}, thanks"


@pytest.mark.parametrize(
    "text", ["12:30:00", "a:b:c", "https://x.example/a:tada:b", ":northwind-party:", ": tada :", "::", ":3"]
)
def test_what_is_no_known_short_name_stays(text):
    assert with_emoji(text) == text


def test_words_typed_into_a_form_hold_the_signs():
    found = as_typed({"words": {ids.WORDS_INPUT: {"type": "plain_text_input", "value": "Sorted :tada: &lt;3"}}})
    assert found.words == "Sorted 🎉 <3"


def test_the_list_is_loaded_only_for_those_who_type_one():
    code = "import sys; from bot.blocks.base.emoji_codes import with_emoji; with_emoji('at 12:30'); sys.exit('emoji' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

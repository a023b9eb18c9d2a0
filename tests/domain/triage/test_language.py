"""A post's language is the network's word, else told by its script, else guessed; under four words it is unknown."""

import pytest

from bot.domain.triage.language import language_of
from bot.domain.triage.triage import Reason
from bot.domain.triage.words_of_their_own import own_words


def told(text: str, said: str = "", guess: str = "de") -> tuple[str, str]:
    language, by = language_of(said, own_words(text, ""), lambda _: guess)
    assert by.words == ()
    return language, by.rule


@pytest.mark.parametrize(("said", "language"), [("en", "en"), ("pt-BR", "pt"), ("iw", "he")])
def test_the_networks_own_word_comes_first(said: str, language: str) -> None:
    assert told("meine Lampe ist schon wieder kaputt", said) == (language, "network")


@pytest.mark.parametrize("said", ["", "und", "zxx", "qme"])
def test_where_the_network_says_nothing_the_words_are_looked_at(said: str) -> None:
    assert told("meine Lampe ist schon wieder kaputt", said) == ("de", "words")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ありがとう", "ja"),
        ("@northwind 電球が点かない", "ja"),
        ("カメラ", "ja"),
        ("감사합니다", "ko"),
        ("ขอบคุณ", "th"),
        ("ευχαριστώ", "el"),
        ("תודה", "he"),
    ],
)
def test_a_script_of_one_language_tells_it_in_one_word(text: str, language: str) -> None:
    assert told(text, guess="") == (language, "script")


@pytest.mark.parametrize(
    "text", ["", "@northwind", "❤️", "hola", "three words only", "https://a.example/b c d", "1 2 3"]
)
def test_under_four_words_a_language_is_unknown(text: str) -> None:
    assert told(text) == ("", "")


@pytest.mark.parametrize(
    "text", ["my lamp says ありがとう, and then nothing else happens", "I like it so much ツ ツ"]
)
def test_a_word_of_another_script_does_not_decide(text: str) -> None:
    assert told(text, guess="en") == ("en", "words")


def test_handles_and_links_are_no_words() -> None:
    heard: list[str] = []
    language_of(
        "",
        own_words("@northwind_help my lamp is broken https://pics.example/1", ""),
        lambda text: heard.append(text) or "",
    )  # type: ignore[func-returns-value]
    assert heard[0].split() == ["my", "lamp", "is", "broken"]


def test_a_guess_of_nothing_is_unknown() -> None:
    assert language_of("", own_words("four words of nothing", ""), lambda _: "") == ("", Reason())

"""The traits of a post: its significant words in any script, its topic, and the post that it answers."""

import pytest

from bot.domain.storms.signature import MOST_WORDS, FeatureKind, Trait, signature, topic_words


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("@northwind my app will not open since the update", "en", ["app", "open", "update"]),
        ("Die App von @northwind öffnet seit dem Update nicht mehr!", "de", ["app", "offnet", "update"]),
        ("L'appli @northwind ne s'ouvre plus du tout", "fr", ["appli", "ouvre"]),
        ("¿Alguien más sin cobertura con @northwind?", "es", ["cobertura"]),
        ("a app da @northwind não abre desde as 8h", "pt", ["app", "abre"]),
        ("l'applicazione non si apre più", "it", ["applicazione", "apre"]),
        ("de app gaat niet open", "nl", ["app", "gaat", "open"]),
        ("приложение не открывается", "ru", ["приложение", "открывается"]),
        ("アプリ", "ja", ["アプ", "プリ"]),
        ("die APP geht nicht, the app is not open", "", ["app", "open"]),
    ],
)
def test_words_that_say_something_are_kept_in_every_language(text: str, language: str, words: list[str]) -> None:
    assert topic_words(text, language) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🤬🤬",
        "@priya_n @tom.k",
        "https://t.co/abc www.example.com/refund",
        "12345 order98765 24h",
        "ok hi no",
        "&amp; &gt;",
        "x" * 9_000,
        "\u200e\u200f",
    ],
)
def test_what_names_people_places_and_numbers_is_no_word(text: str) -> None:
    assert topic_words(text) == []


def test_one_post_has_a_bounded_number_of_words() -> None:
    every = " ".join(f"{a}{b}{a}{b}" for a in "bcdfghklmn" for b in "prstvwxz")
    assert len(topic_words(every)) == MOST_WORDS


def test_the_desks_own_names_say_nothing() -> None:
    assert topic_words("Northwind broadband is down", "en", {"northwind"}) == ["broadband", "down"]


def test_of_a_private_message_only_the_topic_counts() -> None:
    secret = signature("my diagnosis leaked", "en", topic="privacy", under="9", private=True)
    assert secret.traits == {Trait(FeatureKind.TOPIC, "privacy")}


def test_a_public_post_has_its_topic_its_words_and_what_it_stands_under() -> None:
    said = signature("app dead", "en", topic="outage", under="x:9")
    assert said.traits == {
        Trait(FeatureKind.TOPIC, "outage"),
        Trait(FeatureKind.UNDER, "x:9"),
        Trait(FeatureKind.WORD, "app"),
        Trait(FeatureKind.WORD, "dead"),
    }

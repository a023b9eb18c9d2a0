"""Words of the configuration are found in every script, with their endings, despite hidden characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentions.routing_words import as_written, contains_word, key, places, wording


def said(text, word, tongue=""):
    return contains_word(wording(text, tongue), word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ケトルが火事になりました", "火事"),
        ("ガスの匂いがします", "ガス"),
        ("スマートフォンバッテリーが熱い", "バッテリー"),
        ("iPhoneが爆発", "iphone"),
        ("อาคารไฟไหม้แล้ว", "ไฟไหม้"),
        ("充电器着火了", "着火"),
        ("화재가 났어요", "화재"),
    ],
)
def test_a_script_without_blanks_hides_no_word(text, word):
    assert said(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("it was smoking", "smoke*"),
        ("a smoky smell", "smoke*"),
        ("you keep charging me", "charge*"),
        ("two batteries leaked", "battery*"),
        ("refunded, they say", "refund*"),
        ("die Rauchentwicklung", "rauch*"),
        ("the brakes failed", "brake* fail*"),
        ("braking fails", "brake* fail*"),
        ("two babies cried", "baby* cried"),
        ("the fire-brigades came", "fire-brigade* came"),
    ],
)
def test_a_star_takes_every_ending(text, word):
    assert said(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("my charger melted", "charge*"),
        ("two chargers melted", "charge*"),
        ("a smoker next door", "smoke*"),
        ("メガストアで買った", "ガス"),
        ("आगरा से लिख रहा हूँ", "आग"),
        ("대화재", "화재"),
        ("notsmoke", "smoke"),
        ("stove", "smoke*"),
    ],
)
def test_another_word_is_not_taken_for_it(text, word):
    assert not said(text, word)


def test_what_a_language_writes_with_er_is_an_ending_there():
    assert said("ein brennender Akku", "brennende*", "de")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("मेरे फ़ोन में आग लगी", "आग"),
        ("الشاحن احترق", "احترق"),
        ("اِحْتَرَقَ الشاحن", "احترق"),
        ("احـــترق", "احترق"),
        ("bru\u0302le\u0301", "brûlé"),
        ("c'est brule", "brûlé"),
        ("sm\u200boke", "smoke"),
        ("sm\u00adok\u2060ing", "smoke*"),
        ("ＳＭＯＫＥ", "smoke"),
        ("YANGIN ÇIKTI", "yangın"),
        ("refund_now", "refund"),
        ("fire🔥", "fire"),
        ("the fire-brigade came", "fire brigade"),
        ("“smoke”", "smoke"),
    ],
)
def test_marks_capitals_and_hidden_signs_make_no_difference(text, word):
    assert said(text, word)


@pytest.mark.parametrize("size", range(2, 9))
@pytest.mark.parametrize("ending", ["", "s", "ing"])
def test_a_post_with_a_beginning_of_any_length_has_its_key(size, ending):
    begins = "abcdfghkl"[:size]
    post = wording(f"it {begins}{ending} here", "en")
    assert contains_word(post, f"{begins}*")
    assert key(f"{begins}*") in post.keys


@pytest.mark.parametrize("size", range(4, 9))
def test_a_final_e_that_an_ending_replaces_is_no_part_of_the_key(size):
    begins = "abcdfghkl"[: size - 1]
    post = wording(f"it {begins}ing here", "en")
    assert contains_word(post, f"{begins}e*")
    assert key(f"{begins}e*") in post.keys


def test_each_place_is_found():
    post = wording("Smoke, more smoke", "en")
    assert [post.text[begins:ends] for begins, ends in places(post, "smoke")] == ["smoke", "smoke"]


@given(
    st.text(max_size=60),
    st.sampled_from(
        [
            "smoke*",
            "brake* fail*",
            "火事",
            "화재",
            "no heat",
            "ガス",
            "a*",
            "tv",
            "no* heat",
            "fire 火事",
            "baby* cot*",
        ]
    ),
)
def test_what_says_a_word_has_its_key(text, word):
    post = wording(f"{text} {word.replace('*', '')} {text}", "en")
    assert contains_word(post, word)
    assert key(word) in post.keys


@given(st.text())
def test_no_text_is_too_odd(text):
    post = wording(text, "")
    assert "  " not in post.text.strip()
    contains_word(post, "smoke*")


@pytest.mark.parametrize(
    ("words", "text", "written"),
    [
        ("personne ne me repond", "Personne ne me répond, par courriel !", "personne ne me répond"),
        ("nao consigo ligar", "com a rede em baixo não consigo ligar para o 112", "não consigo ligar"),
        ("gefahrlich", "Das ist GEFÄHRLICH!", "gefährlich"),
        ("alarm pendant", "his alarm-pendant is dead", "alarm-pendant"),
        ("fondu", "la bouilloire a fondu", "fondu"),
        ("charge*", "I was charged", "charge*"),
        ("repond", "nothing of it here", "repond"),
    ],
)
def test_words_that_were_found_are_said_as_the_customer_wrote_them(words: str, text: str, written: str):
    assert as_written(words, ["another post", text]) == written

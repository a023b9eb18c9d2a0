"""Where each character of a draft comes from: a person, a template, a past reply or a machine."""

import pytest

from bot.domain.replies.origins import (
    KnownText,
    OriginKind,
    StartingText,
    TextOrigin,
    cut_into_passages,
    fits,
    origins,
    person,
    shares,
)

ANA, BEN = "U0ANA", "U0BEN"
LATE = TextOrigin(OriginKind.TEMPLATE, "late")
FILLED = "Priya, it should have come on Friday. I'm sorry we left you waiting. I look again by 18:00. ^AN"
TEMPLATE = StartingText(FILLED, LATE, ("on Friday", "18:00"))
MACHINE = TextOrigin(OriginKind.MACHINE, "local")


def told(text, by=ANA, starts=(TEMPLATE,), before=None):
    """Return each passage as `who: words`; the passages always make the whole text."""
    found = origins(text, by, starts, before)
    assert fits(text, found) or not text
    return [f"{origin.name}: {words.strip()}" for origin, words in cut_into_passages(text, found)]


def known(text, by=ANA, starts=(TEMPLATE,), before=None):
    return KnownText(text, origins(text, by, starts, before))


def test_words_without_a_start_are_their_writers_own():
    assert told("Priya, I'm on it.", starts=()) == ["U0ANA: Priya, I'm on it."]
    assert told("", starts=()) == []
    assert told(" \n", starts=()) == ["U0ANA: "]


def test_a_filled_template_is_the_templates_and_what_was_filled_in_is_the_writers():
    assert told(FILLED) == [
        "late: Priya, it should have come",
        "U0ANA: on Friday",
        "late: . I'm sorry we left you waiting. I look again by",
        "U0ANA: 18:00",
        "late: . ^AN",
    ]


def test_a_sentence_that_a_person_wrote_into_a_template_is_theirs():
    text = FILLED.replace("I'm sorry we left you waiting.", "The depot in Leeds found it behind a shelf.")
    assert "U0ANA: The depot in Leeds found it behind a shelf" in told(text)


def test_a_single_changed_word_is_the_persons_who_changed_it():
    before = known(FILLED)
    assert "U0BEN: long" in told(FILLED.replace("left you waiting", "left you long waiting"), BEN, (), before)


def test_words_keep_their_origin_from_version_to_version():
    before = known(FILLED.replace("I'm sorry we left you waiting.", "It was found behind a shelf in Leeds."))
    after = known(before.text.replace("Leeds", "York"), BEN, (), before)
    said = told(after.text.replace("18:00", "19:00"), ANA, (), after)
    assert "U0ANA: It was found behind a shelf in" in said
    assert "U0BEN: York" in said
    assert "late: Priya, it should have come" in said


@pytest.mark.parametrize(
    "text", ["We have it in the shop for you, and you can come by", "Tom, is it late? Not by much. I look at it now"]
)
def test_few_words_that_stand_elsewhere_too_are_alike_by_chance(text):
    assert told(text) == [f"U0ANA: {text}"]


def test_a_text_written_anew_over_a_template_is_the_writers():
    assert told("Guten Tag, Ihr Paket liegt seit heute früh im Laden.") == [
        "U0ANA: Guten Tag, Ihr Paket liegt seit heute früh im Laden."
    ]


def test_a_machines_words_stay_the_machines_where_a_template_is_no_closer():
    start = StartingText("The courier has it, and it comes on Monday before noon.", MACHINE)
    text = "Priya, the courier was late. The courier has it, and it comes on Monday before noon."
    assert told(text, starts=(TEMPLATE, start))[-1] == (
        "local: The courier has it, and it comes on Monday before noon."
    )
    assert told(start.text, starts=(TEMPLATE, start)) == [f"local: {start.text}"]


def test_the_longest_common_passage_counts_and_then_the_version_before():
    start = StartingText("I look again at it by noon and write to you here.", MACHINE)
    before = KnownText("I look again at it.", origins("I look again at it.", ANA))
    assert told(start.text, BEN, (start,), before) == [f"local: {start.text}"]
    same = KnownText(start.text, origins(start.text, ANA))
    assert told(start.text, BEN, (start,), same) == [f"U0ANA: {start.text}"]


def test_scripts_without_blanks_are_compared_sign_by_sign():
    start = StartingText("ご連絡ありがとうございます。確認いたします。", LATE)
    assert told("ご連絡ありがとうございます。至急確認いたします。", starts=(start,)) == [
        "late: ご連絡ありがとうございます。",
        "U0ANA: 至急",
        "late: 確認いたします。",
    ]


def test_padding_is_not_compared_word_by_word():
    start = StartingText("a " * 1000, LATE)
    assert shares(origins("b " + "a " * 1000, ANA, (start,))) == {LATE: 2000, person(ANA): 2}
    assert shares(origins("b " + "a " * 900 + "c", ANA, (start,))) == {person(ANA): 1803}


def test_shares_name_the_largest_first():
    counted = shares(origins(FILLED, ANA, (TEMPLATE,)))
    assert [*counted] == [LATE, person(ANA)]
    assert sum(counted.values()) == len(FILLED)

"""Ways to say a sentence: a line with `or:` is another one, and every text that they make was checked."""

from itertools import product
from pathlib import Path

import pytest

from bot.domain.replies.least_said import by_chooser, standing
from bot.gateways.template_files import read_content
from bot.gateways.templates import ReplyTemplates
from bot.ports.words import TriedTemplate

FRONT = "---\ntitle: T\nuse_when: U.\nasks.by_when: By when?\n---\n"
WORDS = """{{ first_name or "Hello" }}, I have read this and look into it.
or: {{ first_name or "Hello" }}, a person has it now, and that is me.
More here by {{ by_when }}.
Or: By {{ by_when }} you hear{% if first_name %} from me{% endif %} what I found out, whatever it is.
or: I am back by {{ by_when }}.
^{{ initials }}
"""
FACTS = {"first_name": "Priya", "initials": "AN", "by_when": "17:00"}


def templates(words: str) -> ReplyTemplates:
    ready, faults = read_content("it.txt", FRONT + words)
    assert not faults
    return ReplyTemplates({"it": ready} if ready else {})


def filled(words: str, **facts: str) -> str:
    return templates(words).fill("it", FACTS | facts).text


def told(words: str) -> list[str]:
    return [f"{one.line - FRONT.count(chr(10))}: {one.sentence}" for one in read_content("it.txt", FRONT + words)[1]]


def test_without_a_choice_the_first_way_of_each_sentence_is_said():
    assert filled(WORDS) == "Priya, I have read this and look into it. More here by 17:00. ^AN"


def test_a_chosen_way_takes_the_place_of_its_sentence_only():
    assert filled(WORDS, way_2="1") == (
        "Priya, I have read this and look into it. By 17:00 you hear from me what I found out, whatever it is. ^AN"
    )


@pytest.mark.parametrize("number", ["3", "-1", "x", "{{ 7 }}", ""])
def test_a_way_that_is_not_there_loses_no_sentence(number):
    assert filled(WORDS, way_2=number) == filled(WORDS)


def test_a_paragraph_stays_one_whichever_way_its_sentences_are_said():
    words = "One two three.\nor: Four five six.\n\nMore by {{ by_when }}. ^{{ initials }}"
    assert filled(words, way_1="1") == "Four five six.\n\nMore by 17:00. ^AN"


def test_which_ways_a_filled_text_says_is_known_from_its_words():
    every = templates(WORDS)
    for chosen in product(range(2), range(3)):
        for name in ("Priya", ""):
            text = every.fill("it", {**FACTS, **by_chooser(chosen), "first_name": name}).text
            assert standing(every.all()[0].ways, text) == chosen


def test_a_trial_shows_the_longest_text_and_how_many_there_are():
    seen = templates(WORDS).tried("it", FRONT + WORDS, FACTS)
    text = (
        "Priya, a person has it now, and that is me. By 17:00 you hear from me what I found out, whatever it is. ^AN"
    )
    assert seen == TriedTemplate(title="T", text=text, ways=6)


@pytest.mark.parametrize(
    ("words", "line", "says"),
    [
        ("or: More by {{ by_when }}.", 1, "No line stands above"),
        ("More by {{ by_when }}.\n\nor: I am back by {{ by_when }}.", 3, "No line stands above"),
        ("I am back by {{ by_when }}.\nor: You hear from me soon.", 2, 'Say "by_when" in each'),
        ("I am back by {{ by_when }}. ^{{ initials }}\nor: I write again by {{ by_when }}.", 2, 'Say "initials" in each'),
        ("I am back by {{ by_when }}.\nor: By {{ by_when }}.", 2, "3 words in a row"),
        ("I am back by {{ by_when }}.\nor: I am back by {{ by_when }}!", 2, "here twice"),
        ("{% if first_name %}I am back by {{ by_when }}.\nor: I write again by {{ by_when }}.\n{% endif %}", 1, "same line"),
        ("I am back by {{ by_when }}.\nor: {% else %}I write again by {{ by_when }}.", 2, "same line"),
        ("I am back by {{ by_when }} {{ way_1 }}.\nor: I write again by {{ by_when }}.", 1, 'Nobody fills "way_1"'),
        ("\n".join(["I am back by {{ by_when }}.", *(f"or: I am back{' so' * n} by {{{{ by_when }}}}" for n in range(1, 9))]),
         9, "the most is 8"),
        ("I am back by {{ by_when }}.\nor: I write again by {{ by_when }}, {{ nobody }}.", 2, "Nobody fills"),
        ("I am back by {{ by_when }}.\nor: I write [when] again by {{ by_when }}.", 1, "[when] stays in the words"),
        ('{{ first_name or "Hello" }}, I am back by {{ by_when }} again.\nor: {{ first_name }}, I write again by {{ by_when }}.',
         1, "a stray comma"),
    ],
)  # fmt: skip
def test_a_fault_of_any_way_is_told_with_its_line_and_remedy(words, line, says):
    (fault,) = told(words)
    assert fault.startswith(f"{line}: ")
    assert says in fault


def test_a_template_without_other_ways_has_none():
    assert templates("More by {{ by_when }}, or: never.").all()[0].ways == ()


def test_the_guide_says_how_ways_are_written():
    guide = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    assert "\nor: " in guide

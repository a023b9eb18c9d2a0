"""Templates: all faults are reported together, sizes are bounded, and a fact is never read as a template."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.base.refusals import NotUsable, Refusal
from bot.domain.replies.draft_checks import RemarkKind, checks
from bot.domain.replies.least_said import by_chooser, standing
from bot.domain.replies.wording import canned_remarks, tone_remarks
from bot.gateways.networks.length import x_length
from bot.gateways.template_bounds import FILTERS, compiled
from bot.gateways.templates import (
    BrokenTemplates,
    Filled,
    NoSuchTemplate,
    ReplyTemplates,
    Template,
    faults_in,
    shipped,
    shipped_templates,
    unfilled,
)
from bot.settings.wording import wording_lists
from tests.hostile import texts
from tests.long import examples

FACTS = ("first_name", "brand", "initials", "network", "by_when")
OURS = {"first_name": "Priya", "brand": "Northwind", "initials": "AN", "network": "x"}

LATE = """---
title: Late delivery
use_when: A parcel is late.
topics: delivery, Parcel
words: Late, where is my
said_as: we look where
accounts: support, Brand
language: en
asks.where: "Where is it?"
asks.by_when: By when will you be back?
---
{{ first_name or "Hello" }}, it is {{ where }}.
More here by {{ by_when }}. ^{{ initials }}
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, content in files.items():
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
    return tmp_path


def faults(tmp_path: Path, content: str) -> list[str]:
    return [str(fault) for fault in faults_in(folder(tmp_path, it=content))]


def with_words(words: str, front: str = "") -> str:
    return f"---\ntitle: T\nuse_when: U\n{front}---\n{words}"


# --- reading and filling


def test_a_template_is_read_with_all_that_people_pick_it_by(tmp_path):
    (template,) = ReplyTemplates.load(folder(tmp_path, late=LATE)).all()
    assert template == Template(
        name="late",
        title="Late delivery",
        use_when="A parcel is late.",
        topics=("delivery", "parcel"),
        words=("late", "where is my"),
        said_as=("we look where",),
        accounts=("support", "brand"),
        language="en",
        private=False,
        asks={"where": "Where is it?", "by_when": "By when will you be back?"},
        source=LATE.split("---\n")[2],
    )


def test_filled_with_every_fact_nothing_is_missing(tmp_path):
    filled = ReplyTemplates.load(folder(tmp_path, late=LATE)).fill(
        "late", OURS | {"where": "in Leeds", "by_when": "17:00"}
    )
    assert filled == Filled("Priya, it is in Leeds. More here by 17:00. ^AN", ())
    assert unfilled(filled.text) == ()


def test_what_is_missing_is_named_and_marked_as_a_gap(tmp_path):
    filled = ReplyTemplates.load(folder(tmp_path, late=LATE)).fill("late", {"first_name": "Priya", "where": "  "})
    assert filled == Filled(
        "Priya, it is [where]. More here by [by when]. ^[initials]", ("where", "by_when", "initials")
    )
    assert unfilled(filled.text) == ("[where]", "[by when]", "[initials]")


def test_a_profile_without_a_first_name_is_greeted_all_the_same(tmp_path):
    filled = ReplyTemplates.load(folder(tmp_path, late=LATE)).fill(
        "late", OURS | {"first_name": "", "where": "x", "by_when": "y"}
    )
    assert filled == Filled("Hello, it is x. More here by y. ^AN", ())


def test_an_empty_line_begins_a_paragraph_and_a_lines_end_is_a_space(tmp_path):
    templates = ReplyTemplates.load(folder(tmp_path, it=with_words("\none\n  two \n\n\n three {{ brand }}\n")))
    assert templates.fill("it", OURS).text == "one two\n\nthree Northwind"


def test_an_unknown_template_is_refused_in_a_sentence_and_is_a_key_error(tmp_path):
    templates = ReplyTemplates.load(folder(tmp_path, late=LATE))
    with pytest.raises(NoSuchTemplate) as caught:
        templates.fill("gone", {})
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, Refusal)
    assert str(caught.value) == "That template is not here any more. Pick another one, or write freely."


def test_templates_stand_in_the_order_of_their_names(tmp_path):
    templates = ReplyTemplates.load(folder(tmp_path, b=LATE, c=LATE, a=LATE))
    assert [template.name for template in templates.all()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "fact", ["{{ 7 * 7 }}", "{% for x in y %}", "{# x #}", "{{ first_name }}", "{{ ''.__class__ }}", "%(x)s {0}"]
)
def test_a_fact_is_never_read_as_a_template(tmp_path, fact):
    templates = ReplyTemplates.load(folder(tmp_path, late=LATE))
    assert fact in templates.fill("late", OURS | {"where": fact, "by_when": "noon"}).text


def test_hostile_facts_come_out_as_they_went_in_less_what_nobody_sees(tmp_path):
    templates = ReplyTemplates.load(folder(tmp_path, it=with_words("{{ what }}", "asks.what: What?\n")))
    for text in texts(2_000):
        if len(text) <= 400 and text.strip():
            filled = templates.fill("it", {"what": text})
            assert filled.missing or not set(filled.text) & set("\0\u202e\u200b\ud800")


def test_a_fact_longer_than_any_reply_is_refused_with_its_field(tmp_path):
    with pytest.raises(NotUsable, match="501 characters") as caught:
        ReplyTemplates.load(folder(tmp_path, late=LATE)).fill("late", {"where": "x" * 501})
    assert caught.value.field == "where"


def test_a_facts_line_breaks_do_not_break_the_reply(tmp_path):
    templates = ReplyTemplates.load(folder(tmp_path, late=LATE))
    assert templates.fill("late", OURS | {"where": "in\n\nLeeds", "by_when": "5"}).text.startswith(
        "Priya, it is in Leeds."
    )


# --- faults


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Hello", 'it.txt, line 1: A template begins with "---", its title and use line by line, and "---" again.'),
        (
            "---\ntitle: T\n",
            'it.txt, line 1: A template begins with "---", its title and use line by line, and "---" again.',
        ),
        ("", 'it.txt, line 1: A template begins with "---", its title and use line by line, and "---" again.'),
        ("---\nuse_when: U\n---\nHello", 'it.txt, line 1: It has no "title:". Add it between the two lines "---".'),
        (with_words(""), 'it.txt, line 5: There are no words below the second "---". Write the reply there.'),
        (with_words("x", "title: Two\n"), 'it.txt, line 4: "title" stands here twice. Keep one of them.'),
        (with_words("x", "topics:\n"), 'it.txt, line 4: Nothing follows "topics:". Fill it in or take the line out.'),
        (with_words("x", "private: maybe\n"), 'it.txt, line 4: "private:" is yes or no. Write one of them.'),
        (
            with_words("x", "tittle: x\n"),
            (
                'it.txt, line 4: "tittle" is not known here.'
                ' Write title, use_when, topics, words, said_as, accounts, language, private or asks.<fact>, and ": ".'
            ),
        ),
        (
            with_words("x {{ brand }}", "asks.brand: Which?\n"),
            (
                'it.txt, line 4: "brand" cannot be asked for. Choose small letters and _,'
                " and none of first_name, brand, initials, network, private_way_in, stars."
            ),
        ),
        (
            with_words("x", "asks.why: Why?\n"),
            'it.txt, line 4: The words do not use "why". Use it or do not ask for it.',
        ),
        (
            with_words("x\n{{ why }}"),
            'it.txt, line 6: Nobody fills "why". Use brand, first_name, initials, network, private_way_in, stars, or add a line "asks.why:" on top.',
        ),
        (
            with_words("x\n\n{{ brand"),
            (
                "it.txt, line 7: The braces cannot be read here. A fact is {{ brand }}, a passage"
                " {% if first_name %} ... {% endif %}."
            ),
        ),
        (
            with_words("x\n{% for one in brand %}\ny"),
            (
                "it.txt, line 6: It holds a loop. A reply may hold facts, {% if %} and simple filters; write the words"
                " out instead."
            ),
        ),
        (
            with_words("x\n{% if brand %}\ny{% if stars %}z{% endif %}"),
            "it.txt, line 6: This {% if %} is never closed. Write {% endif %} where its passage ends.",
        ),
        (
            with_words("{{ first_name }}, it is late."),
            (
                "it.txt, line 5: Not every profile shows a name, and without one a stray comma or dash is left."
                ' Write {{ first_name or "Hello" }}.'
            ),
        ),
        (
            with_words("Hello {{ first_name }}, it is late."),
            (
                "it.txt, line 5: Not every profile shows a name, and without one a stray comma or dash is left."
                ' Write {{ first_name or "Hello" }}.'
            ),
        ),
        (with_words("by [time]"), "it.txt, line 5: When it is filled, [time] stays in the words. Make it a fact."),
        (
            with_words("{{ first_name|first }}"),
            "it.txt, line 5: It cannot be filled in. Write it without its filters.",
        ),
        (with_words("x" * 4_001), "it.txt, line 5: It has 4001 characters, the most is 4000. Shorten it."),
    ],
)
def test_a_fault_is_told_with_file_line_and_remedy(tmp_path, content, told):
    assert faults(tmp_path, content) == [told]


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    folder(tmp_path, one="Hello", two="---\nx: y\n---\n{{ a }} {{ b }}\n{% for x in y %}{% endfor %}", good=LATE)
    with pytest.raises(BrokenTemplates) as caught:
        ReplyTemplates.load(tmp_path)
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [
        ("one.txt", 1),
        ("two.txt", 1),
        ("two.txt", 1),
        ("two.txt", 2),
        ("two.txt", 4),
        ("two.txt", 4),
        ("two.txt", 5),
    ]
    assert str(caught.value).count("\n") == 6


def test_an_empty_or_missing_folder_is_a_fault(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        (fault,) = faults_in(place)
        assert fault.sentence == "No template is here. Name a folder that has *.txt files."


def test_a_file_that_is_not_utf8_is_told(tmp_path):
    (tmp_path / "it.txt").write_bytes(b"---\ntitle: caf\xe9")
    assert [fault.sentence for fault in faults_in(tmp_path)] == [
        "It is not saved as UTF-8 text. Save it again with that encoding."
    ]


def test_a_file_of_which_only_the_beginning_would_be_read_is_refused(tmp_path):
    (tmp_path / "it.txt").write_text(with_words("Hello. " * 50 + "The end.", "# a note\n" * 2_640), encoding="utf-8")
    assert [fault.sentence for fault in faults_in(tmp_path)] == ["It is larger than 24,000 bytes. Shorten it."]


def test_editors_leftovers_windows_line_ends_and_a_byte_order_mark_do_no_harm(tmp_path):
    (tmp_path / "late.txt").write_bytes(b"\xef\xbb\xbf" + LATE.replace("\n", "\r\n").encode())
    for leftover in ("late.txt~", ".late.txt", ".late.txt.swp", "README.md"):
        (tmp_path / leftover).write_text("x")
    assert [template.name for template in ReplyTemplates.load(tmp_path).all()] == ["late"]


def test_a_link_out_of_the_folder_is_not_followed_and_nothing_of_it_is_told(tmp_path):
    secret, place = tmp_path / "secret", tmp_path / "replies"
    place.mkdir()
    secret.write_text(LATE.replace("Late delivery", "hunter2"))
    (place / "it.txt").symlink_to(secret)
    (fault,) = faults_in(place)
    assert fault.sentence == "This is not a file of this folder. Put the words themselves here."


def test_a_link_within_a_mounted_folder_is_followed(tmp_path):
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "late.txt").write_text(LATE)
    (tmp_path / "late.txt").symlink_to(Path("..2026") / "late.txt")
    assert [template.name for template in ReplyTemplates.load(tmp_path).all()] == ["late"]


def test_a_pipe_in_the_folder_does_not_hold_up_the_start(tmp_path):
    os.mkfifo(tmp_path / "it.txt")
    (fault,) = faults_in(tmp_path)
    assert fault.sentence == "This is not a file of this folder. Put the words themselves here."


# --- names

NAMES = [
    "../../etc/passwd", "..", ".", "/etc/passwd", "a/b", "a\\b", "..\\..\\x", "a\0b", "\0", "", " ", "late ", " late", "late\n", "LATE",
    "Late", "late.txt", "late/", "./late", "late%00", "%2e%2e%2flate", "..%2flate", "file:///etc/passwd", "http://evil.example", "~root",
    "~/late", "$HOME", "`late`", "late;ls", "late|ls", "late&", "*", "?", "late*", "[l]ate", "{late}", "{{ late }}", "läte", "ｌate",
    "late\u200b", "\u202elate", "la te", "la-te", "late\x7f", "a" * 41, "a" * 10_000, "__class__", "__init__", "con", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_name_reaches_beyond_the_templates_that_were_loaded(tmp_path, name):
    with pytest.raises(NoSuchTemplate):
        ReplyTemplates.load(folder(tmp_path, late=LATE)).fill(name, {})


def test_fifty_names_were_tried():
    assert len(set(NAMES)) == 50


@pytest.mark.parametrize("name", ["Late", "la te", "a" * 41, "läte", "la-te", "late.de"])
def test_a_file_with_an_odd_name_is_a_fault(tmp_path, name):
    (fault,) = faults_in(folder(tmp_path, **{name: LATE}))
    assert fault.sentence == "A template's name is small letters, digits and _ only, at most 40. Rename the file."


# --- bounds

ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ first_name.__class__ }}",
    "{{ first_name['__class__'] }}",
    "{{ first_name|attr('__class__') }}",
    "{{ first_name.format }}",
    "{{ '{0.__class__}'.format(first_name) }}",
    "{{ first_name.format_map({}) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace() }}",
    "{{ config }}",
    "{{ request.application }}",
    "{{ get_flashed_messages() }}",
    "{{ url_for.__globals__ }}",
    "{% import 'os' as os %}{{ os }}",
    "{% include '/etc/passwd' %}",
    "{% extends '../secret' %}",
    "{% from 'x' import y %}",
    "{{ first_name|map('upper')|list }}",
    "{{ [first_name]|map(attribute='__class__') }}",
    "{% set x = first_name.__class__ %}{{ x }}",
    "{{ loop }}{{ super }}{{ caller }}",
    "{{ first_name|default(cycler) }}",
    "{{ (first_name, brand)|first }}",
    "{{ first_name|truncate(first_name.__len__()) }}",
]
BOMBS = [
    "{% for i in range(10**9) %}x{% endfor %}",
    "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "{{ 9**(9**9) }}",
    "{{ 'x' * 10**9 }}",
    "{{ first_name * 999999999 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ range(10**9)|list }}",
    "{{ lipsum(999999) }}",
    "{{ first_name|wordwrap(1) }}",
    "{{ first_name|replace('', 'x' ) }}",
    "{{ first_name|join(first_name) }}",
    "{{ first_name|center(999999999) }}",
    "{{ first_name|indent(999999999) }}",
    "{{ first_name|format(1) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set x = 'a' %}{% set x = x ~ x %}{{ x }}",
    "{% filter upper %}x{% endfilter %}",
    "{{ first_name ~ first_name }}",
    "{{ " + "(" * 1_500 + "1" + ")" * 1_500 + " }}",
    "{{ " + "not " * 900 + "1 }}",
    "{% if brand %}" * 120 + "x" + "{% endif %}" * 120,
    "{{ brand" + "|upper" * 600 + " }}",
    "{{ " + "9" * 3_900 + " }}",
    "{{ first_name|truncate(10**9) }}",
    "x" * 4_001,
]


def test_enough_escapes_and_bombs_are_tried():
    assert len(set(ESCAPES)) >= 25
    assert len(set(BOMBS)) >= 22


@pytest.mark.parametrize("source", ESCAPES)
def test_an_escape_from_the_bounds_is_refused_before_anything_runs(source):
    words, findings = compiled(source, FACTS)
    assert words is None
    assert all(sentence.endswith(".") for _, sentence in findings)
    assert findings


@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_a_bomb_is_refused_or_stays_small(source):
    words, findings = compiled(source, FACTS)
    if words is None:
        assert findings
    else:
        assert len(words.filled(dict.fromkeys(FACTS, "x" * 500))) <= 4_000


@pytest.mark.parametrize("name", FILTERS)
def test_the_ten_filters_can_be_used(name):
    words, findings = compiled(f"{{{{ brand|{name} }}}}", FACTS)
    assert findings == ()
    assert words.filled(dict.fromkeys(FACTS, "Northwind"))


def test_only_the_ten_filters_can_be_used():
    from jinja2.defaults import DEFAULT_FILTERS

    refused = [name for name in DEFAULT_FILTERS if compiled(f"{{{{ brand|{name} }}}}", FACTS)[0] is None]
    assert set(refused) == set(DEFAULT_FILTERS) - set(FILTERS)


@pytest.mark.parametrize("source", ["{{ brand|upper(1) }}", "{{ brand|length(*brand) }}", "{{ brand|trim('N') }}"])
def test_a_filter_that_takes_nothing_is_given_nothing(source):
    ((_, sentence),) = compiled(source, FACTS)[1]
    assert re.fullmatch(r'The filter "\w+" takes nothing in brackets. Take the brackets away.', sentence)


def test_a_choice_and_a_comparison_can_be_used():
    words, _ = compiled(
        '{% if network == "x" and not first_name %}short{% elif brand != "A" %}long{% else %}-{% endif %}', FACTS
    )
    assert words.filled(OURS | {"by_when": ""}) == "long"


PIECES = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", " if ", " endif ", " else ", " for x in ", " set ", "first_name", "brand", "|upper", "|first",
     "|truncate(5)", "|join", ".__class__", "[0]", "(", ")", "==", "*", "~", "'a'", "1", " or ", " not ", " is defined ", "\n", "x", "-",
     "\nor: ", "one two three"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=examples(400), deadline=None)
def test_whatever_is_written_is_either_refused_with_a_line_or_fills_within_bounds(source):
    words, findings = compiled(source, FACTS)
    if words is None:
        assert findings
        assert all(1 <= line <= source.count("\n") + 1 for line, _ in findings)
        return
    try:
        text = words.filled(dict.fromkeys(FACTS, "abc"))
    except ValueError:
        return  # reported when the templates are loaded and tried out
    assert len(text) <= 4 * len(source) + 10


def test_jinja_is_not_imported_before_a_template_is_read():
    code = "import sys, bot.gateways.templates; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- the words that come with the desk


def test_the_desk_compiles_a_template_of_its_own_when_it_is_filled_first():
    code = (
        "import sys; from bot.gateways.templates import shipped_templates; own = shipped_templates(); "
        "before = 'jinja2' in sys.modules; own.be_ready(); print(before, 'jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False True"


def test_words_that_were_broken_after_they_were_checked_are_refused_when_they_are_filled(tmp_path, monkeypatch):
    broken = folder(tmp_path, late=with_words("{% for x in y %}"))
    monkeypatch.setattr("bot.gateways.templates.shipped", lambda: broken)
    with pytest.raises(NotUsable, match="cannot take these facts"):
        shipped_templates().fill("late", {})


def test_what_the_desk_compiles_later_says_the_same():
    facts = {name: "Sample" for one in SHIPPED.all() for name in one.asks} | OURS
    later = shipped_templates()
    assert [later.fill(one.name, facts) for one in later.all()] == [
        SHIPPED.fill(one.name, facts) for one in SHIPPED.all()
    ]


SHIPPED = ReplyTemplates.load(shipped())
POST = "My blue kettle from your Leeds shop leaks, the lid broke twice, and the courier left it in the rain"
THEMES = {
    "acknowledgement", "apology", "details_in_private", "known_outage", "late_delivery", "wrong_charge", "unsafe_product", "heard_nothing",
    "praise", "resolved", "who_can_help", "correction", "still_on_it",
}  # fmt: skip


def typical(template: Template) -> dict[str, str]:
    """Return the facts that a template's own questions give as examples."""
    return {
        fact: re.search(r"\((?:for instance|zum Beispiel|por ejemplo|par exemple) ?: (.+)\)", question)[1]
        for fact, question in template.asks.items()
    }


def test_every_theme_has_its_template():
    assert {template.name for template in SHIPPED.all()} >= THEMES


def test_a_template_in_another_language_says_so_in_its_name():
    assert all(one.language == (re.search(r"_(de|es|fr)$", one.name) or ["", "en"])[1] for one in SHIPPED.all())


@pytest.mark.parametrize("first_name", ["Priya", ""])
@pytest.mark.parametrize("template", SHIPPED.all(), ids=lambda template: template.name)
def test_a_shipped_reply_is_short_complete_and_reads_like_a_person(template, first_name):
    facts = OURS | typical(template) | {"first_name": first_name}
    assert x_length(SHIPPED.tried(template.name, SHIPPED.content_of(template.name), facts).text) <= 240
    for number in range(max(map(len, template.ways), default=1)):
        chosen = tuple(number % len(ways) for ways in template.ways)
        filled = SHIPPED.fill(template.name, facts | by_chooser(chosen))
        assert standing(template.ways, filled.text) == chosen
        reads_like_a_person(template, filled, first_name)


def reads_like_a_person(template, filled, first_name):
    remarks = {remark.kind for remark in checks(filled.text, author_handle="@priya_n", first_name=first_name)}
    assert filled.missing == ()
    assert remarks <= {RemarkKind.PROMISE, RemarkKind.ASKED_IN_PRIVATE}
    assert (RemarkKind.ASKED_IN_PRIVATE in remarks) == template.private
    assert filled.text.endswith(" ^AN")
    assert "!" not in filled.text
    assert not re.search(r"https?:|www\.|  |\bundefined\b|\.\.|,,| ,| \.", filled.text)
    assert filled.text[0].isupper()
    said = [*tone_remarks(filled.text, wording_lists()), *canned_remarks(filled.text, [POST], (), wording_lists())]
    assert said == []


@pytest.mark.parametrize("template", SHIPPED.all(), ids=lambda template: template.name)
def test_what_a_shipped_reply_asks_for_is_a_question_with_an_example(template):
    assert template.use_when.endswith(".")
    assert all("?" in question for question in template.asks.values())
    assert set(typical(template)) == set(template.asks)


@pytest.mark.parametrize("template", SHIPPED.all(), ids=lambda template: template.name)
def test_a_shipped_reply_with_gaps_cannot_pass_for_finished(template):
    filled = SHIPPED.fill(template.name, {})
    assert set(filled.missing) == {*template.asks, "initials"}
    assert len(unfilled(filled.text)) == len(filled.missing)


@pytest.mark.parametrize("name", [one.name for one in SHIPPED.all() if "no answer" in one.topics])
def test_who_heard_nothing_is_never_told_to_write_in_again(name):
    words = " ".join(next(one for one in SHIPPED.all() if one.name == name).source.split())
    assert not re.search(
        r"\b(?:send|write (?:to )?us|contact|call us|email us|DM|schreib uns|ruf)\b", words, re.IGNORECASE
    )
    assert re.search(r"won't have to explain it again|nichts noch einmal erklären", words)


def test_the_example_in_the_guide_is_a_template_that_works(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
    example = re.search(r"```\n(---\n.+?)```", guide, re.DOTALL)[1]
    templates = ReplyTemplates.load(folder(tmp_path, late_delivery=example))
    assert templates.fill("late_delivery", OURS | typical(templates.all()[0])).missing == ()

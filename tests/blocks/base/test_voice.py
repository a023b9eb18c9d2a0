"""All sentences for people are plain, kind, true and complete."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bot.blocks.base.phrases import quotation
from bot.blocks.base.wording import followers, language, length, past_cases
from bot.blocks.cases import history, lists
from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, DraftVerb, FactVerb
from bot.domain.cases.view import History, Tally
from bot.domain.replies.draft import Draft, WhyStale
from bot.domain.team import languages
from handlers.commands import VERBS
from tests.blocks.everything import (
    alone_forms,
    alone_messages,
    aside_messages,
    forms,
    holding_messages,
    light_messages,
    messages,
    personal,
    storm_messages,
    unreadable_messages,
)
from tests.blocks.reading import plainly, read
from tests.blocks.scenes import NAMES, NOW, at, case, draft, in_parts, timedelta, view

ROOT = Path(__file__).parents[3]
_NEVER = re.compile(
    r"\berrors?\b|\binvalid\b|\bfailed\b|\billegal\b|\bticket\b|\bshall\b|nobody planned|nobody foresaw|!",
    re.IGNORECASE,
)


@cache
def everything_said() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_said()))


def _said():
    for number, case_state in enumerate(CaseState):
        for made in [None, *_drafts(number)]:
            seen = view(replace(case(case_state), draft=made))
            reviewed = not made or not made.stale or made.state == DraftState.IN_REVIEW
            for message in [
                *messages(seen, rows=2),
                *(personal(seen) if reviewed else ()),
            ]:  # further rows say the same
                yield read(message)
                yield plainly(message.text)
            yield from map(read, forms(seen))
    for message in alone_messages(view()):
        yield read(message)
        yield plainly(message.text)
    for message in [
        *unreadable_messages(),
        *light_messages(),
        *aside_messages(),
        *holding_messages(),
        *storm_messages(),
    ]:
        yield read(message)
        yield plainly(message.text)
    yield from map(read, alone_forms(view()))
    yield read(lists.help(VERBS))
    yield read(
        lists.status(Tally(lapsed=(1,), lapsed_count=1, needs_a_person=(2,), untold=1, in_review=1), NAMES, {})
    )


def _drafts(number: int) -> Iterator[Draft]:
    """Yield a draft of each state; those that became stale in one way meet two of the six case states."""
    for turn, state in enumerate(DraftState):
        for other, why in enumerate(WhyStale):
            if not why or (number + turn + other) % 3 == 0:
                yield draft(state, stale=why)
        if number % len(DraftState) == turn % len(CaseState):
            yield from in_parts(state)


@pytest.mark.xdist_group("everything said")  # drawn once
def test_nothing_that_people_read_scolds_shouts_or_speaks_of_failure():
    said = everything_said()
    assert len(said) > 100
    assert not [words for words in said if _NEVER.search(words)]


@pytest.mark.xdist_group("everything said")  # drawn once
def test_no_sentence_shows_a_hole_where_a_name_or_a_moment_should_be():
    for words in everything_said():
        assert not re.search(r"\bNone\b|datetime|\{|\}|  \.|,,|\.\.(?!\.)| ,", words), words


def _lines_about_one_case():
    for line in {line for words in everything_said() for line in words.splitlines()}:
        if not re.match(r"\d+ (posts|replies)", line):
            yield from line.split("; Case ")


@pytest.mark.xdist_group("everything said")  # drawn once
def test_no_line_names_its_case_twice_asks_two_questions_or_says_the_same_twice():
    for line in _lines_about_one_case():
        ours = re.sub(r'"[^"]*"', "", line)
        sentences = [one for one in re.split(r"(?<=[.?]) ", ours) if len(one) > 12]
        assert len(re.findall(r"\bcase 412\b", line, re.IGNORECASE)) <= 1, line
        assert ours.count("?") <= 1, line
        assert len(sentences) == len(set(sentences)), line


_AT_THE_START = "The channel "  # printed by `heard run` and `heard check`
_ONLY_WHERE_IT_RUNS = re.compile(r"`heard |heard\.toml|restart|\bthe log\b")


@pytest.mark.parametrize("folder", ["blocks", "domain", "services"])
def test_what_only_whoever_runs_heard_can_do_is_not_asked_of_people_in_slack(folder):
    said = [one for file in (ROOT / "bot" / folder).rglob("*.py") for one in _sentences(file)]
    assert len(said) > 100
    asked = [one for one in said if _ONLY_WHERE_IT_RUNS.search(one) and "hoever runs Heard" not in one]
    assert not [one for one in asked if not one.startswith(_AT_THE_START)]


def test_a_quotation_that_ends_with_a_sign_gets_no_full_stop_after_it():
    assert [quotation(one) for one in ("Why?", "Name the day.", "name the day", "so…")] == [
        "“Why?”", "“Name the day.”", "“name the day”.", "“so…”"
    ]  # fmt: skip
    said = [one for file in (ROOT / "bot" / "blocks").rglob("*.py") for one in _sentences(file)]
    assert not [one for one in said if "“”." in one], "other people's words end a sentence: use quotation()"


def _sentences(file: Path) -> list[str]:
    """Return a module's texts that have spaces, without docstrings and without the placeholders."""
    tree = ast.parse(file.read_text())
    left_out = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    left_out |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in left_out
    ]
    said = [_text_of(node) for node in texts]
    return [one for one in said if " " in one.strip()]


def _text_of(node: ast.Constant | ast.JoinedStr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str))


@pytest.mark.parametrize("verb", [*CaseVerb, *DraftVerb, *FactVerb])
def test_the_trail_has_a_sentence_for_every_verb(verb):
    line = Line(chain="case:412", position=1, at=at(14), by="UANA", verb=str(verb), facts={"person": "UBEN"}, hash="")
    _, _, words = history.history_line(line, NAMES)
    assert verb in history.VERBS
    assert str(verb).replace("_", " ") != words.casefold()
    assert "UANA" not in words


def test_a_line_of_the_trail_about_somebody_unknown_is_still_a_sentence():
    line = Line(chain="case:412", position=1, at=at(14), by="U404", verb="assign", facts={}, hash="")
    assert history.history_line(line, {})[2] == "A teammate gave the case to somebody"


def test_help_lists_every_command_once():
    shown = read(lists.help(VERBS))
    for one in VERBS:
        assert shown.count(f"/care {one.usage}") == 1


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=40), "40 s"), (timedelta(minutes=38, seconds=59), "38 min"), (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"), (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(days=9, hours=5), "9 days"), (timedelta(seconds=-5), "0 s"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_said_the_way_people_say_them(span, words):
    assert length(span) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, ""), (0, ""), (1, "1 follower"), (999, "999 followers"), (1_000, "1k followers"),
        (12_400, "12.4k followers"), (999_949, "999.9k followers"), (999_950, "1M followers"), (2_340_000, "2.3M followers"),
    ],
)  # fmt: skip
def test_followers_are_rounded_as_networks_round_them(count, words):
    assert followers(count) == words


def test_languages_have_names_and_an_unknown_code_is_said_as_it_is():
    assert [language(code) for code in ("en", "de-AT", "PT", "und", "tlh", "")] == [
        "English", "German", "Portuguese", "language unclear", "language tlh", "",
    ]  # fmt: skip
    assert {"en", "de", "fr", "es", "pt", "it", "nl", "ja", "und"} <= languages.NAMES.keys()


def test_history_is_told_as_facts_with_the_year_where_it_is_another_one():
    assert past_cases(History(), NOW) == ""
    assert past_cases(History(cases=1), NOW) == "second case"
    last_year = at(9).replace(year=2025)
    took = timedelta(minutes=9)
    told = past_cases(History(cases=10, first_at=last_year, last_at=last_year, last_case=300, last_took=took), NOW)
    assert told == "11th case since June 2025, last one case 300 on 12 June 2025, answered after 9 min"

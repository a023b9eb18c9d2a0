"""Decides the language of a post: the network's word first, then the script, then a model that knows words."""

import re
from collections.abc import Callable, Mapping

from bot.domain.team.languages import tongue
from bot.domain.triage.triage import Reason
from bot.domain.triage.words_of_their_own import OwnWords

FEW = 4  # words from which on a language can be told
Guess = Callable[[str], str]  # of a model: the language of a text, or "" where it is not certain

# Scripts in which people write one language.
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "ja": re.compile("[\u3041-\u309f\u30a1-\u30fa\uff66-\uff9d]"),
    "ko": re.compile("[\uac00-\ud7a3\u1100-\u11ff]"),
    "th": re.compile("[\u0e01-\u0e4e]"),
    "el": re.compile("[\u0391-\u03ce]"),
    "he": re.compile("[\u05d0-\u05ea]"),
}
_WORD = re.compile(r"[^\W\d_]")
_MOST = 3  # one in so many letters, at least: a post can quote a word, and faces are drawn with foreign letters


def nobody_guesses(_: str) -> str:
    """Return no language: for a desk without a model."""
    return ""


def language_of(said: str, own: OwnWords, guess: Guess) -> tuple[str, Reason]:
    """Return the language of a post, or "" where it is not known, and what decided it; `said`: the network's word."""
    if language := tongue(said):
        return language, Reason(rule="network")
    if language := _by_script(own.raw):
        return language, Reason(rule="script")
    if len(own.words) >= FEW and (language := guess(own.raw)):
        return language, Reason(rule="words")
    return "", Reason()


def _by_script(text: str) -> str:
    if text.isascii():
        return ""
    letters = len(_WORD.findall(text))
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS.items()}
    return next((language for language, many in counts.items() if many * _MOST >= letters > 0), "")

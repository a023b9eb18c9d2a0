"""A new template that begins with a sentence that people wrote again and again: its gaps become facts."""

import re
import unicodedata
from collections.abc import Collection

from bot.domain.replies.past_reply import FIRST_NAME
from bot.domain.replies.template_use import RepeatedSentence

_GAP = re.compile(r"\[([^\]]*)\]")
_CALLED = re.compile(rf",? *{re.escape(FIRST_NAME)}")
_NO_BRACES = str.maketrans("{}", "()")  # what somebody wrote is no fact
TO_BE_SAID = "In which situation it fits, one sentence."  # what a form asks for, and nobody may leave
_NAME_WORDS, _TITLE_WORDS = 4, 6
_LONGEST_NAME = 40
_QUESTIONS = {"by_when": "By when?"}


def as_template(said: RepeatedSentence) -> str:
    """Return the whole text of a template with this sentence, for a lead to finish."""
    asks: dict[str, str] = {}
    words = said.words.translate(_NO_BRACES)
    if words.startswith(FIRST_NAME):
        words = '{{ first_name or "Hello" }}' + words[len(FIRST_NAME) :]
    words = _CALLED.sub(lambda hit: "{% if first_name %}" + _filled(hit[0]) + "{% endif %}", words)
    words = _GAP.sub(lambda hit: _asked(hit[1], asks), words)
    questions = [f"asks.{fact}: {question}" for fact, question in asks.items()]
    title = " ".join(_plain_words(said)[:_TITLE_WORDS])
    head = [
        f"title: {title[:1].upper()}{title[1:]}",
        f"use_when: {TO_BE_SAID}",
        "topics: any",
        f"language: {said.template_language or 'en'}",
    ]
    return "\n".join(["---", *head, *questions, "---", f"{words} ^{{{{ initials }}}}"])


def template_name(said: RepeatedSentence, taken: Collection[str]) -> str:
    """Return a name for a template that begins with a sentence; "" where none of its words makes one."""
    plain = unicodedata.normalize("NFKD", " ".join(_plain_words(said)[:_NAME_WORDS])).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")[:_LONGEST_NAME]
    return "" if name in taken else name


def _plain_words(said: RepeatedSentence) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", _GAP.sub(" ", said.words))


def _filled(called: str) -> str:
    return called.replace(FIRST_NAME, "{{ first_name }}")


def _asked(gap: str, asks: dict[str, str]) -> str:
    """Return the fact for a gap, and note its question; each gap is a fact of its own."""
    fact = re.sub(r"[^a-z]+", "_", gap).strip("_") or "fact"
    question = _QUESTIONS.get(fact, f"Which {gap}?")
    again = sum(question in one for one in asks.values())
    name = f"{fact}_{chr(ord('a') + again)}" if again else fact
    asks[name] = f"{question} (number {again + 1})" if again else question
    return f"{{{{ {name} }}}}"

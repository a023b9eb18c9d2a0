"""Reads the words that triage looks for; there is one file for each language."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from bot.domain.base.policy import Policy
from bot.domain.mentions.routing_words import wording
from bot.domain.mentions.word_rules import Sign, WordRule
from bot.domain.promises.promise import always_open
from bot.domain.team.people import Roster
from bot.domain.triage.vocabulary import Tongue, Vocabulary
from bot.settings.kind_weights import kind_weights
from bot.settings.language_model import language_model
from bot.settings.safety import shipped_safety_rule

LANGUAGES = ("en", "de", "fr", "es", "pt", "ja")
_LIGHT = ("thanks", "praise", "chatter")
_EVERYWHERE = ("legal", "vulnerable", "never", "where", "impostor", "spam", "abuse")


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the words that come with the desk."""
    read = {one: tomllib.loads(files(__name__).joinpath(f"{one}.toml").read_text("utf-8")) for one in LANGUAGES}
    everywhere = {name: _rule([one.get(name, {}) for one in read.values()]) for name in _EVERYWHERE}
    return Vocabulary(tongues={code: _tongue(one) for code, one in read.items()}, **everywhere)


def shipped_policy() -> Policy:
    """Return the policy of a desk without a configuration, for triage of recorded posts by the shipped words."""
    return Policy(
        brand="",
        channel="",
        leads_channel="",
        roster=Roster(approvers=frozenset()),
        hours=always_open(),
        turnarounds=(),
        safety=shipped_safety_rule(),
        vocabulary=shipped_vocabulary(),
        guess=language_model(frozenset(LANGUAGES)),
        weights=kind_weights,
    )


def _tongue(read: Mapping[str, Any]) -> Tongue:
    rules = {name: _rule([read[name]]) for name in ("wrong", "unsure", "asks", *_LIGHT)}
    harmless = [read["plain"], *(word for name in _LIGHT for word in read[name]["words"]), *rules["wrong"].unless]
    rules["unsure"] = replace(rules["unsure"], unless=rules["wrong"].unless)
    openers = frozenset(wording(read["asks"].get("openers", ""), "").text.split())
    return Tongue(
        **rules, openers=openers, plain=frozenset(wording(" ".join(harmless).replace("*", ""), "").text.split())
    )


def _rule(tables: Sequence[Mapping[str, Any]]) -> WordRule:
    return WordRule(
        signs=tuple(sign for one in tables for sign in _signs(one)),
        unless=tuple(figure for one in tables for figure in one.get("unless", ())),
    )


def _signs(table: Mapping[str, Any]) -> list[Sign]:
    signs = [*table.get("signs", ()), *([table] if "words" in table else ())]
    return [Sign(words=tuple(one["words"]), beside=tuple(one.get("beside", ()))) for one in signs]

"""Dangers to somebody: which words tell of one, and where such a case goes."""

from dataclasses import dataclass

from bot.domain.mentions.word_rules import WordRule

TOPIC = "safety"


@dataclass(frozen=True, kw_only=True)
class SafetyRule(WordRule):
    """Which words mean danger, which figures of speech do not, and where such a case goes."""

    channel: str = ""  # empty: the usual one

"""Dangers to somebody: which words tell of one, and where such a case goes."""

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.word_rules import WordRule

TOPIC = "safety"


@dataclass(frozen=True, kw_only=True)
class SafetyRule(WordRule):
    """The words that mean danger, the figures of speech that do not, and the channel of such a case."""

    channel: str = ""  # empty: the usual one

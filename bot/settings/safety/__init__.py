"""The safety list: words that mean danger, one file for each language, and the configuration's own words."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.word_rules import Sign

if TYPE_CHECKING:
    from bot.settings.model import Config

LANGUAGES = ("en", "de", "fr", "es", "pt")


def safety_rule(config: "Config") -> SafetyRule:
    """Return the desk's rule for danger: the shipped list with the configuration's additions."""
    mine, shipped = config.safety, shipped_safety_rule() if config.safety.shipped else SafetyRule()
    own = (Sign(words=mine.words),) if mine.words else ()
    return SafetyRule(signs=(*own, *shipped.signs), unless=(*mine.unless, *shipped.unless), channel=mine.channel)


@cache
def shipped_safety_rule() -> SafetyRule:
    """Return the list that comes with the desk."""
    read = [tomllib.loads(files(__name__).joinpath(f"{one}.toml").read_text("utf-8")) for one in LANGUAGES]
    return SafetyRule(
        signs=tuple(
            Sign(words=tuple(one["words"]), beside=tuple(one.get("beside", ())))
            for language in read
            for one in language["danger"]
        ),
        unless=tuple(figure for language in read for figure in language["unless"]),
    )

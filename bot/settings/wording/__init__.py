"""The lists of words that are remarked in drafts, one file for each language, read for the first draft."""

import tomllib
from functools import cache
from importlib.resources import files

from bot.domain.replies.wording import WordingList, wording_list

LANGUAGES = ("en", "de", "es", "fr")


@cache
def wording_lists() -> tuple[WordingList, ...]:
    """Return the lists of all languages; a draft is checked against each, since few words are in two languages."""
    return tuple(
        wording_list(one, tomllib.loads(files(__name__).joinpath(f"{one}.toml").read_text("utf-8")))
        for one in LANGUAGES
    )

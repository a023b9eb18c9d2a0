"""The words of a post that are its author's own: no handles, no links."""

import re

from bot.domain.mentions.routing_words import wording

# Each sign of the text is looked at once: no pattern here goes back.
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|@[\w.@-]+", re.IGNORECASE)


def own_words(text: str) -> tuple[str, ...]:
    """Return the words that are left without handles and links, without capitals and signs."""
    return tuple(wording(_ADDRESS.sub(" ", text), "").text.split())

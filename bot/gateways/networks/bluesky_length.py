"""The length of a post as Bluesky counts it: in graphemes, which are letters as people see them, and in bytes."""

from collections.abc import Sequence

from bot.domain.base.text import clean
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.graphemes import graphemes

MOST_GRAPHEMES, MOST_BYTES = 300, 3_000


def bluesky_lengths(text: str) -> Sequence[TextLength]:
    """Measure a text in graphemes and in bytes of UTF-8."""
    kept = clean(text)
    return (
        TextLength(count=graphemes(kept), limit=MOST_GRAPHEMES),
        TextLength(count=len(kept.encode()), limit=MOST_BYTES, unit="bytes"),
    )

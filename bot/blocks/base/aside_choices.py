"""The choices of the form that sets a case aside: reasons and terms. Never change a key: open forms contain it."""

from collections.abc import Mapping
from typing import Final

from bot.domain.do_not_feed.aside import AsideKind

REASONS: Final[Mapping[str, str]] = {
    "nothing_to_solve": "Nothing to solve",
    "not_us": "Not about us",
    "spam": "Spam or advertising",
    "bait": "Bait, better left alone",
    "impostor": "Pretends to be our support",
    "other": "Something else",
}
ASIDE_KINDS: Final[Mapping[str, AsideKind]] = {  # any other reason says nothing about who wrote it
    "spam": AsideKind.SPAM,
    "bait": AsideKind.TROLL,
    "impostor": AsideKind.IMPOSTOR,
}
TERMS: Final[Mapping[str, str]] = {  # hours until the case comes back; "0": never
    "24": "For a day",
    "168": "For a week",
    "720": "For 30 days",
    "0": "Until somebody reopens it",
}

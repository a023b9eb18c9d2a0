"""The section of heard.toml on setting aside."""

from typing import TYPE_CHECKING

from pydantic import Field

from bot.domain.do_not_feed.aside import AsideKind, FeedRules
from bot.settings.values import Section

if TYPE_CHECKING:
    from bot.settings.model import Config


class DoNotFeedSection(Section):
    """The reasons and terms for which something may be set aside."""

    for_good: tuple[AsideKind, ...] = Field(
        (AsideKind.SPAM, AsideKind.IMPOSTOR, AsideKind.OTHER),
        description="Reasons for which a case may be set aside without a term: troll, spam, impostor, other.",
    )


def feed_rules(config: "Config") -> FeedRules:
    """Return the rules of a valid file."""
    return FeedRules(for_good=frozenset(config.do_not_feed.for_good))

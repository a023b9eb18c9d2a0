"""The section of heard.toml on setting aside."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from bot.domain.do_not_feed.aside import AsideKind, FeedPolicy
from bot.settings.faults import Fault
from bot.settings.lines import Lines
from bot.settings.values import Section, Small

if TYPE_CHECKING:
    from bot.settings.model import Config


class DoNotFeedSection(Section):
    """The reasons and terms for which something may be set aside."""

    two_people: tuple[Small, ...] = Field(
        (), description="Topics whose cases are set aside only once a second person, an approver, agrees."
    )
    for_good: tuple[AsideKind, ...] = Field(
        (AsideKind.SPAM, AsideKind.IMPOSTOR, AsideKind.OTHER),
        description="Reasons for which a case may be set aside without a term: troll, spam, impostor, other.",
    )


def feed_policy(config: "Config") -> FeedPolicy:
    """Return the policy of a valid file for setting aside."""
    given = {one.casefold(): one for one in config.topics}
    two = frozenset(given[one.casefold()] for one in config.do_not_feed.two_people if one.casefold() in given)
    return FeedPolicy(two_people=two, for_good=frozenset(config.do_not_feed.for_good))


def feed_faults(config: "Config", lines: Lines) -> Iterator[Fault]:
    """Yield the topics that no route gives, for which two people would never be asked."""
    given = {one.casefold() for one in config.topics}
    for topic in config.do_not_feed.two_people:
        if topic.casefold() not in given:
            what = f"No route gives the topic “{topic}”, so this would hold for nothing."
            remedy = f"Write one of: {', '.join(sorted(given))}." if given else "Take it out."
            yield Fault(lines.of(("do_not_feed", "two_people")), "do_not_feed.two_people", what, remedy)

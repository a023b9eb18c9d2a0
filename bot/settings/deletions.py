"""The section of heard.toml on asking networks about deleted posts."""

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field, StrictBool

from bot.domain.mentions.deletion_checks import DeletionPolicy
from bot.settings.values import Length, Section, Some

if TYPE_CHECKING:
    from bot.settings.model import Config


class DeletionsSection(Section):
    """The questions to networks that report no deletions about posts that are still shown."""

    ask: StrictBool = Field(default=True, description="Whether they are asked once a day.")
    posts_a_day: Some = Field(500, description="The most posts a day and account; X charges $0.005 for each.")
    after_end: Length = Field(
        timedelta(days=30), description="For how long after the end of its case a post is asked about, in clock time."
    )


def deletion_policy(config: "Config") -> DeletionPolicy:
    """Return the policy as a domain value."""
    given = config.deletions
    return DeletionPolicy(ask=given.ask, posts_a_day=given.posts_a_day, after_end=given.after_end)

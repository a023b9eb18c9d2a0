"""The check for deleted posts: how often, and how many a day."""

from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass

EVERY = timedelta(hours=23)  # so that a deletion is noticed within a day
TOGETHER = timedelta(hours=1)  # what is due that soon is asked along
AGAIN_AFTER = timedelta(hours=1)  # after the network could not be read
AT_ONCE = 50  # posts in one round; Mastodon is asked for each by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionPolicy:
    """The policy of the configuration for asking networks about deletions."""

    ask: bool = True
    posts_a_day: int = 500  # of one account; a network can charge for each
    after_end: timedelta = timedelta(days=30)  # for how long the posts of an ended case are asked about


@dataclass(frozen=True, slots=True)
class PostCheck:
    """A post that is due; `shown`: its case goes on, or has not ended long ago."""

    mention: int
    post_id: str
    shown: bool

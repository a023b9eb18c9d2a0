"""The time for which the desk keeps what it holds about customers, by table."""

from datetime import timedelta

from bot.domain.base.quick_dataclass import dataclass

AT_ONCE = 50  # rows of a table in one round, so that clicks do not wait
AT_MOST = timedelta(hours=1)  # that a round, of which there is one a minute, follows a clock that jumped ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """The time for which each is kept; None: for ever."""

    cases: timedelta | None = None  # names and words of closed cases, since their end
    without_case: timedelta | None = None  # posts that opened no case, since they came
    raw: timedelta | None = None  # posts as the network delivered them, since they came
    unreadable: timedelta | None = None  # posts that could not be read, since somebody decided about them

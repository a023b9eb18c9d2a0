"""Decides when a network's stream is opened again after its end, by the rules that X gives for its own."""

from datetime import timedelta
from enum import StrEnum

LASTED = timedelta(minutes=1)  # a connection that was open for so long was a good one
STEP, SLOWEST_STEP = timedelta(milliseconds=250), timedelta(seconds=16)  # while the network cannot be reached
REFUSED_FIRST, REFUSED_MOST = timedelta(seconds=5), timedelta(seconds=320)
TOO_MANY_FIRST, TOO_MANY_MOST = timedelta(minutes=1), timedelta(minutes=15)
SILENCE = 30.0  # seconds until a line has to end; X sends an empty line every 20 s
SPREAD = 0.25  # the part of a wait that is added at random, so that many desks do not come back together


class StreamEnd(StrEnum):
    """The end of an attempt to hold a stream."""

    DROPPED = "dropped"  # it was open, and ended
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    TOO_MANY = "too_many"  # the network asks us to come less often


def wait_before_opening(end: StreamEnd, tries: int, chance: float) -> timedelta:
    """Return the wait before the next attempt.

    `tries`: attempts since the last good connection, this one included; 0 after a good one. `chance`: from 0 to 1.
    """
    doubled = 2 ** min(max(tries - 1, 0), 20)
    if tries == 0 and end is StreamEnd.DROPPED:
        wait = STEP
    elif end is StreamEnd.NOT_REACHED:
        wait = min(STEP * max(tries, 1), SLOWEST_STEP)
    elif end is StreamEnd.TOO_MANY:
        wait = min(TOO_MANY_FIRST * doubled, TOO_MANY_MOST)
    else:
        wait = min(REFUSED_FIRST * doubled, REFUSED_MOST)
    return wait * (1 + SPREAD * chance)

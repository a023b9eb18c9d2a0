"""The witness: what the state directory remembers of the database, to notice an older copy in its place."""

from collections.abc import Sequence

from bot.domain.base.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The point that a database had reached.

    `place`, `line`: position and hash of the newest line of the desk's own chain.
    """

    desk: str  # made once for a database, copied with it
    epoch: int
    lines: int  # of the audit trail
    case: int  # the highest number
    place: int
    line: str
    posted: str = ""  # Slack's number of the newest message; a witness of before this was kept has none
    paused: Sequence[Sequence[str]] = ()  # the pauses that stand: network, account, and who began each


OLDER = "It has fewer lines in its audit trail than it had when the desk ran last."
UNPOSTED = "It does not know the newest message in Slack that the desk posted when it ran last."
MISSING = "The state directory does not know it: one of the two was put there from somewhere else."
OTHER = "It is not the database with which the desk ran last."
APART = "It went another way than the database with which the desk ran last."


def why_older(kept: Witness | None, found: Witness, line_at_place: str, *, was_kept: bool = False) -> str:
    """Return in a sentence why the database is not the one that the witness knows, or "".

    `line_at_place`: the hash that the database has where the witness knows its last line. `was_kept`: whether a
    witness was kept before. A later epoch is another machine's restore, which holds the desk by itself.
    """
    if kept is None:
        return MISSING if was_kept else ""
    if found.epoch > kept.epoch:
        return ""
    if kept.desk != found.desk:
        return OTHER
    if found.epoch < kept.epoch or found.lines < kept.lines or found.case < kept.case:
        return OLDER
    if found.posted < kept.posted:
        return UNPOSTED
    return "" if line_at_place == kept.line else APART

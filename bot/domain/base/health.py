"""Checks of a desk that runs well. They change nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.domain.base.quick_dataclass import dataclass

REMINDED_WITHIN = timedelta(seconds=60)  # a reminder is written down at most this long after it was due
SENT_WITHIN = timedelta(minutes=5)  # longer than any call to a network lasts
LOOKED_WITHIN = timedelta(minutes=5)
TOLD_WITHIN = timedelta(minutes=30)  # Slack takes about one message a second in a channel; this is 1,800 of them
PACE = timedelta(seconds=2)  # per message ahead of it, a message may wait
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEnds:
    """Numbers of cases for which the next thing to do was forgotten, and since when messages wait for Slack."""

    without_step: Sequence[int] = ()  # open, and without a running promise
    undecided: Sequence[int] = ()  # a draft waits for approval, and no promise leads to a reminder of it
    long_sending: Sequence[int] = ()
    not_looked_for: Sequence[int] = ()  # of unknown outcome, and the moment of the next check has passed
    nobody_asked: Sequence[int] = ()  # of unknown outcome, no longer checked, and no message asks a person
    not_reminded: Sequence[int] = ()
    reminder_untold: Sequence[int] = ()  # a reminder is stored, and no message shows it
    without_card: Sequence[int] = ()  # posting its card was given up
    without_line: Sequence[int] = ()  # changed, without a line in the audit trail
    untold_since: datetime | None = None
    untold: int = 0  # messages that wait for Slack's pace


def findings(found: LooseEnds, now: datetime) -> list[str]:
    """Return one sentence for each failed check; an empty list means that the desk runs well."""
    said = [f"{sentence}: {_named(cases)}." for sentence, cases in _sentences(found) if cases]
    if found.untold_since and now - found.untold_since > TOLD_WITHIN + found.untold * PACE:
        minutes = (now - found.untold_since) // timedelta(minutes=1)
        said.append(f"A message has waited for Slack for {minutes} min.")
    return said


def _sentences(found: LooseEnds) -> Iterator[tuple[str, Sequence[int]]]:
    yield "Open, with no promise that anybody would be reminded of", found.without_step
    yield "A draft waits for somebody, and nothing reminds anybody of it", found.undecided
    yield "A reply has been under way for longer than any call takes", found.long_sending
    yield "A reply of unknown outcome has not been looked for when it should have been", found.not_looked_for
    yield "A reply of unknown outcome waits for a person, and no message asks one", found.nobody_asked
    yield "A reminder was due and has not been written down", found.not_reminded
    yield "A reminder was written down and no message tells it", found.reminder_untold
    yield "The card could not be posted in Slack and is not tried again", found.without_card
    yield "Changed without a line in the audit trail", found.without_line


def _named(cases: Sequence[int]) -> str:
    named = ", ".join(map(str, cases[:MOST_NAMED]))
    more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    return f"{'case' if len(cases) == 1 else 'cases'} {named}{more}"

"""The findings of a hold: what networks and Slack know beyond the older copy."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.domain.backups.epoch import MOVED
from bot.domain.base.moments import in_full
from bot.domain.base.quick_dataclass import dataclass

_NAMED = 10  # cases


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInHold:
    """The result so far. The cases: replies that the copy believed unsent."""

    since: datetime
    why: str
    first_case: int = 0  # new cases have at least this number; 0: no epoch began
    public: Sequence[int] = ()
    unknown: Sequence[int] = ()
    absent: Sequence[int] = ()
    deletions: Sequence[int] = ()  # of replies of ours that nobody knows to be done
    looked_for: int = 0  # messages of which Slack has not told yet whether it shows them
    not_known: int | None = 0  # messages in Slack that the copy does not know; None: Slack was not read yet

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is looked for any more."""
        return not self.unknown and not self.looked_for and self.not_known is not None

    def said(self) -> Iterator[str]:
        """Yield what was found, a sentence each."""
        yield f"Held since {in_full(self.since)}. {self.why}"
        if not self.first_case:
            return
        yield f"New cases have numbers from {self.first_case} on, and older buttons do nothing."
        if self.why != MOVED:
            yield (
                "A pause that was begun in the lost time holds again where the state directory knew of it. Please "
                "look whether one is missing, and set it before you let the desk go on."
            )
        yield from self._of_networks()
        yield from self._of_slack()
        if self.is_settled:
            yield "Nothing is looked for any more."

    def _of_networks(self) -> Iterator[str]:
        if self.public:
            yield f"Replies that the copy believed unsent and that are public already: {_cases(self.public)}."
        if self.unknown:
            yield f"Replies of which the networks have not told yet whether they are public: {_cases(self.unknown)}."
        if self.absent:
            yield f"Replies that are not public; each card says what can be done: {_cases(self.absent)}."
        if self.deletions:
            yield (
                "Replies that were to be deleted, and may still be public; each card lets somebody delete them: "
                f"{_cases(self.deletions)}."
            )

    def _of_slack(self) -> Iterator[str]:
        if self.looked_for:
            yield f"Messages that are still looked for in Slack: {self.looked_for:,}."
        if self.not_known is None:
            yield "Slack could not be read yet, so it is not known which messages there the copy does not know."
        elif self.not_known:
            yield (
                f"Messages of cases in Slack that the copy does not know: {self.not_known:,}. Their posts come in "
                "again as new cases; what was decided on the old cards has to be decided once more. Some may be "
                "answered already: whoever answers them is asked to look on the network first."
            )


def _cases(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _NAMED} more" if len(numbers) > _NAMED else ""
    return f"{', '.join(f'case {one}' for one in numbers[:_NAMED])}{more}"

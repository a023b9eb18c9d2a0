"""What the desk needs remembered of the messages that it keeps in Slack."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.cases.view import Outbox
from bot.domain.slack.backlog import Backlog
from bot.domain.slack.notice import Piece, Said
from bot.domain.slack.telling import NEWEST, Telling


class Tells(Protocol):
    """Messages: where each stands, which version it shows, and what was tried."""

    def to_tell(self, now: datetime, limit: int = 50) -> Sequence[Telling]:
        """Return messages behind their case, most urgent first; threads only once their card stands."""

    def heads(self, now: datetime, *, by_age: bool = False) -> Sequence[Telling]:
        """Return of each room the most urgent message that may be posted, and the most urgent to be redrawn.

        `by_age`: those that have waited longest instead.
        """

    def last_told(self, recipient: str) -> datetime | None:
        """Return when the newest message to a person, or to a channel by its name, came or was begun."""

    def fold(self, recipient: str, at: datetime) -> Telling | None:
        """Put what waits to be told to somebody into one digest and return that; None where only one waits."""

    def folded_in(self, digest_id: int) -> Sequence[Telling]:
        """Return the messages that a digest tells and that are no reminders, what is owed first at the head."""

    def backlog(self, room: str) -> Backlog:
        """Return what waits to be posted in a room."""

    def paced_count(self) -> int:
        """Return how many messages wait for their turn; a great many are not all counted."""

    def put_off(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages wait to be tried again, by room or person and Slack's word for why."""

    def outbox(self, limit: int = 30) -> Outbox:
        """Return what is on its way: begun messages first, then the most urgent ones; every reply."""

    def telling(self, telling_id: int) -> Telling:
        """Return one; raise Unknown."""

    def telling_of(self, channel: str, ts: str) -> Telling | None:
        """Return the telling behind a Slack message."""

    def newest_news(self, case_id: int, recipient: str) -> int:
        """Return which version of a case the newest news for a person is about, or 0."""

    def card(self, case_id: int) -> Telling | None:
        """Return the telling of a case's card."""

    def telling_started(self, telling_id: int, at: datetime) -> None:
        """Write down that a post is about to be made; committed before the call."""

    def told(self, telling_id: int, channel: str, ts: str, shown: int, at: datetime | None = None) -> None:
        """Write down that Slack shows this version there; of a new message also since when."""

    def gone(self, telling_id: int, ts: str) -> None:
        """Write down that somebody deleted the message that stood there, so that it is posted anew."""

    def not_told(
        self,
        telling_id: int,
        retry_at: datetime | None,
        *,
        give_up: bool = False,
        tried: int = NEWEST,
        refused: bool = True,
        why: str = "",
    ) -> None:
        """Write down that nothing was posted; with `give_up` it is not tried again until its case changes.

        What was wanted anew beyond the version that was `tried` neither waits nor is given up. Only what Slack
        `refused` counts as a try; `why` is its word for that.
        """

    def rooms_in_use(self) -> Sequence[str]:
        """Return the channels of cases on which something is owed."""

    def take_off(self, channel: str, *, anew: bool) -> int:
        """Want every message that stands in a channel drawn without its words; return how many show them still.

        What Slack refused to redraw is tried again only `anew`.
        """

    def put_back(self, channel: str) -> None:
        """Want every message of a channel drawn in full again that lost its words."""

    def begun_tellings(self) -> Sequence[Telling]:
        """Return posts that were begun and whose outcome is unknown."""

    def notice(
        self, key: str, channel: str, said: Said, at: datetime, offers: str = "", *, people: Sequence[str] = ()
    ) -> bool:
        """Queue a sentence about the desk for a channel, once per key; False where it is known already.

        What is no piece of its own in `said` is shown as mere words: no moment, mention or link comes out of it.
        `offers` names the button under it, if any. With `people` it goes to each of them by direct message instead.
        """

    def shared_answer(self, key: str, channel: str, said: Said, at: datetime) -> int:
        """Write down that an answer is being posted to a channel; return the telling that stands for it.

        What takes its place once its words are gone is `said`.
        """

    def notice_anew(self, key: str, said: Said, at: datetime) -> None:
        """Say otherwise what a key said: the message is written anew where it stands. An unknown key says nothing."""

    def notices_settled(self, offers: str, said: Said, at: datetime) -> None:
        """Say in the place of every notice with this button that nothing is left to do, and take the button away."""

    def notice_offers(self, notice_id: int) -> str:
        """Return which button stands under a notice, or ""; raise Unknown."""

    def notice_sentence(self, notice_id: int) -> str:
        """Return the sentence of a notice in plain words; raise Unknown."""

    def notice_pieces(self, notice_id: int) -> Sequence[Piece]:
        """Return the sentence of a notice in pieces, none where an earlier version wrote it; raise Unknown."""

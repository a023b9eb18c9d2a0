"""Mastodon's stream of one account: a hint that makes the desk read at once, and nothing more."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from bot.domain.mentions.mention import Mention
from bot.domain.mentions.stream_pace import SILENCE, StreamEnd
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, Trouble, json_object
from bot.gateways.networks.mastodon_answers import OUTCOMES
from bot.gateways.networks.mastodon_posts import is_status_id
from bot.gateways.outside import text_or_empty
from bot.ports.pushes import Pushed, StreamEnded

if TYPE_CHECKING:
    from bot.gateways.networks.lasting_answer import LastingAnswer

PATH = "/api/v1/streaming/user"
WITHIN = 15.0  # seconds until the stream's first bytes
_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_NO_STREAM = "This server has no stream at the address that the option “streaming” names."
_ENDED = "Mastodon's stream fell silent, or broke off."


class MastodonStream:
    """The stream of one account of ours. What it tells is never stored: the account is read."""

    name = "mastodon"

    def __init__(
        self, account: str, token: str, at: str, *, within: float = WITHIN, silence: float = SILENCE
    ) -> None:
        """Take our account's id, its token, and the address of its server's streaming.

        `within`: seconds for the answer's head; `silence`: seconds without a line, after which the stream is dead.
        """
        self._account, self._token, self._at = account, token, at.rstrip("/")
        self._within, self._silence = within, silence
        self._answer: LastingAnswer | None = None

    def _new_answer(self) -> "LastingAnswer":
        from bot.gateways.networks.lasting_answer import LastingAnswer  # noqa: PLC0415 - heavy, not needed at start

        return LastingAnswer(self._at, self._within, self._silence)

    @property
    def accounts(self) -> Collection[str]:
        """Return the id of our account."""
        return (self._account,)

    def arrange(self, mark: str) -> Sequence[str]:  # noqa: ARG002 - a token is enough
        """Return nothing: there is nothing to subscribe to; see Pushes."""
        return ()

    def follow(self, mark: str, authors: Sequence[str]) -> Sequence[str]:  # noqa: ARG002 - as for `arrange`
        """Return nothing: the server tells of deleted posts that named us; see Pushes."""
        return ()

    def state(self) -> str:
        """Return that the stream can be opened, as a sentence; see Pushes."""
        answer = self._new_answer()
        try:
            with closing(answer.open(PATH, self._headers)):
                return "the stream can be opened"
        except _TROUBLE as trouble:
            raise _ended_by(trouble) from trouble

    def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
        """Open the stream and yield what is told; see Pushes."""
        answer = self._answer = self._new_answer()
        try:
            response = answer.open(PATH, self._headers)
        except _TROUBLE as trouble:
            raise _ended_by(trouble) from trouble
        opened()
        try:
            yield from self._told(answer.lines(response))
        except BrokenOff as trouble:
            raise StreamEnded(_ENDED, StreamEnd.DROPPED) from trouble
        if not answer.over:
            raise StreamEnded("Mastodon closed the stream.", StreamEnd.DROPPED)

    def _told(self, lines: Iterator[bytes | None]) -> Iterator[Pushed | None]:
        """Yield what each event says; a line of a comment says that the other side is there."""
        event, said = b"", b""
        for line in lines:
            if line is None:  # too long: it may have been any event
                yield Pushed(self._account)
            elif line.startswith(b"event:"):
                event = line[6:].strip()
            elif line.startswith(b"data:"):
                said = line[5:].strip()
            elif line:
                yield None
            else:
                yield self._event(event, said)
                event, said = b"", b""

    def _event(self, event: bytes, said: bytes) -> Pushed | None:
        post_id = said.decode("ascii", "replace")
        if event == b"delete" and is_status_id(post_id):
            return Pushed(self._account, gone=post_id)
        wanted = event == b"notification" and text_or_empty(json_object(said), "type") in {"mention", "update", ""}
        return Pushed(self._account) if wanted else None

    def read_posts(self, account: str, post_ids: Sequence[str]) -> Sequence[Mention]:  # noqa: ARG002 - see Pushes
        """Return nothing: no post is told in part."""
        return ()

    def hang_up(self) -> None:
        """End the stream now; see Pushes."""
        if self._answer is not None:
            self._answer.hang_up()

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Accept": "text/event-stream"}


def _ended_by(trouble: Trouble) -> StreamEnded:
    told = OUTCOMES.reading(trouble)
    if not isinstance(trouble, RefusedCall):
        return StreamEnded(told.sentence, StreamEnd.NOT_REACHED)
    if trouble.status == 429:
        return StreamEnded(told.sentence, StreamEnd.TOO_MANY, told.retry_after)
    sentence = told.sentence if trouble.status in {401, 403} or trouble.status >= 500 else _NO_STREAM
    return StreamEnded(sentence, StreamEnd.REFUSED, told.retry_after, for_good=trouble.status < 500)

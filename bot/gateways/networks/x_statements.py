"""Posts of our own on X that answer nobody: each is one request, and found again by its words on our timeline."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.domain.mentions.mention import PostRef
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.whole_call import BoundedCalls
from bot.ports.network import SendOutcome, Sent

if TYPE_CHECKING:
    from requests import Response


class StatementsOnX(BoundedCalls):
    """The part of X's client that posts statements."""

    name: str
    account: str
    posts_statements = True

    _client: Any
    _send: Callable[
        [Callable[[], "Response"], Callable[[bytes], SendOutcome], Callable[[RefusedCall], SendOutcome]], SendOutcome
    ]
    _published: Callable[[bytes], SendOutcome]
    _declined: Callable[[RefusedCall, PostRef, str], SendOutcome]
    _found_on_ours: Callable[[PostRef, str, datetime], Sent | None]
    lengths: Callable[[str], Sequence[TextLength]]

    def post_statement(self, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - X has no keys
        """Publish `text` as a post that answers nobody, with one request that is never repeated."""
        return self._send(
            lambda: self._client.create_tweet(text=text, user_auth=True),
            self._published,
            lambda refused: self._declined(refused, self._nobody, text),
        )

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:  # noqa: ARG002 - X has no keys
        """Search our own timeline for a post with this text that answers nobody, not made long before `since`.

        Raises NetworkTrouble, also where we have posted too much since to tell.
        """
        return self._found_on_ours(self._nobody, text, since)

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` as a reply is: names before a reply do not count."""
        return self.lengths(text)

    @property
    def _nobody(self) -> PostRef:
        """Return what a statement answers."""
        return PostRef(self.name, self.account, "")

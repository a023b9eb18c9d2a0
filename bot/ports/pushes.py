"""The interface to a network that tells of new posts over a connection which the desk keeps open."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.stream_pace import StreamEnd
from bot.ports.network import NetworkTrouble


@dataclass(frozen=True, slots=True)
class Pushed:
    """One thing that a network told by itself. With no field but the account it says only that something happened.

    `account`: empty when it may be any of ours. `post`: complete, as a reading would have brought it. `partial`: the
    id of a post that has to be read first. `gone`: the id of a post that is said to be deleted. `message`: a private
    message came, for which the network charges by itself; the account is read.
    """

    account: str = ""
    post: Mention | None = None
    partial: str = ""
    gone: str = ""
    message: bool = False


class StreamEnded(NetworkTrouble):
    """A stream could not be opened, or ended; the sentence says why. `for_good`: a person has to do something."""

    def __init__(
        self, sentence: str, end: StreamEnd, retry_after: timedelta | None = None, *, for_good: bool = False
    ) -> None:
        super().__init__(sentence, retry_after)
        self.end, self.for_good = end, for_good


class Pushes(Protocol):
    """One stream of a network, for all our accounts that share it.

    Polling stays: what a stream tells is stored as a polled post would be, or makes the desk read at once.
    """

    name: str  # of the network

    @property
    def accounts(self) -> Collection[str]:
        """Return the ids of the accounts that it is about."""

    def arrange(self, mark: str) -> Sequence[str]:
        """Subscribe to what we want, once each, and end what we had subscribed to and no longer want.

        `mark` tells our subscriptions from those of others, which stay. Returns a sentence for each thing that the
        network does not let us have. Raises StreamEnded when there is nothing to listen to.
        """

    def follow(self, mark: str, authors: Sequence[str]) -> Sequence[str]:
        """Subscribe to the deletions of these people, some at a call, and end those of others; else as `arrange`."""

    def state(self) -> str:
        """Return what the stream tells as it is subscribed now, as a sentence without its end. Raises StreamEnded."""

    def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
        """Open the stream, call `opened`, and yield what is told, None for a sign of life.

        Ends when the network ended it well, or after `hang_up`. Raises StreamEnded.
        """

    def read_posts(self, account: str, post_ids: Sequence[str]) -> Sequence[Mention]:
        """Read at most 100 posts in full; those that are not shown are left out. Raises NetworkTrouble."""

    def hang_up(self) -> None:
        """End the stream now, from any thread; it can be opened again."""

"""X's Activity stream behind the Pushes port: one connection of the app, for all our accounts of that app."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from bot.domain.base.word_caches import NameMemory
from bot.domain.mentions.mention import Author, Mention, Side
from bot.domain.mentions.stream_pace import SILENCE, StreamEnd
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, answered_at, json_object
from bot.gateways.networks.identity import OtherAccount, same_account
from bot.gateways.networks.x_answers import reading_trouble
from bot.gateways.networks.x_batches import is_wanted
from bot.gateways.networks.x_events import CHAT_CAME, WANTED, read_event
from bot.gateways.networks.x_posts import AUTHOR_FIELDS, FIELDS, Strange, Us, read_author, read_page, read_post
from bot.gateways.networks.x_subscriptions import Subscriptions, bearer_headers, stream_trouble
from bot.gateways.outside import Json
from bot.ports.pushes import Pushed, StreamEnded

if TYPE_CHECKING:
    import requests
    import tweepy

    from bot.gateways.networks.lasting_answer import LastingAnswer

STREAM = "/2/activity/stream"
WITHIN = 15.0  # seconds for a whole call, and until the stream's first bytes
KNOWN_AUTHORS = 10_000

_TROUBLE = (NotReached, BrokenOff, RefusedCall)
_CLOSED = "X closed the stream."
_SILENT = "X's stream fell silent, or broke off."


class XStream:
    """The stream of one app. Its connection is not shared with any other call."""

    name = "x"

    def __init__(
        self,
        ours: Mapping[str, Us],
        secrets: Mapping[str, Mapping[str, str]],
        *,
        bearer: str,
        api_url: str,
        chats: Collection[str] = (),
        within: float = WITHIN,
        silence: float = SILENCE,
    ) -> None:
        """Take our accounts by id, their four secrets by tweepy's names, and the bearer token of their app.

        `chats`: those of our accounts that have X Chat.
        `within`: seconds for a call; `silence`: seconds without a line after which the connection is dead.
        """
        self._ours, self._secrets, self._bearer, self._chats = ours, secrets, bearer, chats
        self._base, self._within, self._silence = api_url.rstrip("/"), within, silence
        self._authors = NameMemory[Author](KNOWN_AUTHORS)
        self._answer: LastingAnswer | None = None
        self._sure: dict[str, Us] = {}  # those of our accounts whose keys are proven to be theirs
        self._followed: Sequence[str] | None = None
        self._arranging = threading.Lock()

    @property
    def accounts(self) -> Collection[str]:
        """Return the ids of our accounts."""
        return tuple(self._ours)

    def arrange(self, mark: str) -> Sequence[str]:
        """Subscribe to what we want; see Pushes."""
        others = [why for one in self._ours if (why := self._of_another(one))]
        if not self._sure:
            raise StreamEnded(others[0], StreamEnd.REFUSED, for_good=True)
        return [*others, *self._reconcile(mark)]

    def follow(self, mark: str, authors: Sequence[str]) -> Sequence[str]:
        """Subscribe to the deletions of these people, too; see Pushes."""
        self._followed = [one for one in authors if one not in self._ours]
        return self._reconcile(mark)

    def _reconcile(self, mark: str) -> Sequence[str]:
        with self._arranging:  # the reader's thread and the one that follows people may come at the same time
            wanted = [(kind, one) for one in self._sure for kind in self._wanted(one)]
            return self._subscriptions.reconcile(wanted, mark, self._followed)

    def _wanted(self, account: str) -> Sequence[str]:
        return (*WANTED, CHAT_CAME) if account in self._chats else WANTED

    def state(self) -> str:
        """Return what X would tell now, as a sentence; see Pushes."""
        listed = self._subscriptions.listed()
        wanted = {(kind, one) for one in self._ours for kind in self._wanted(one)}
        there = len(wanted & {one.what for one in listed})
        more = "" if there == len(wanted) else "; the desk adds the others when it starts"
        return f"{there} of {len(wanted)} subscriptions are there{more}. The app has {len(listed)} in all"

    def listen(self, opened: Callable[[], None]) -> Iterator[Pushed | None]:
        """Open the stream and yield what is told; see Pushes.

        Nothing is asked for again that was told while no stream was open: a reading brings it, and costs less.
        """
        from bot.gateways.networks.lasting_answer import LastingAnswer  # noqa: PLC0415 - heavy, not needed at start

        answer = self._answer = LastingAnswer(self._base, self._within, self._silence)
        try:
            response = answer.open(STREAM, bearer_headers(self._bearer))
        except _TROUBLE as trouble:
            raise stream_trouble(trouble) from trouble
        opened()
        try:
            for line in answer.lines(response):
                yield read_event(line, self._sure, self._authors)
        except BrokenOff as trouble:
            raise StreamEnded(_SILENT, StreamEnd.DROPPED) from trouble
        if not answer.over:
            raise StreamEnded(_CLOSED, StreamEnd.DROPPED)

    def read_posts(self, account: str, post_ids: Sequence[str]) -> Sequence[Mention]:
        """Read posts in full; each costs $0.005, and its author $0.010, once a day. See Pushes."""
        wanted: dict[str, Any] = {"tweet_fields": FIELDS, "user_auth": True, **AUTHOR_FIELDS}
        try:
            answer = self._client(account).get_tweets(list(post_ids), **wanted)
            page = read_page(answer.content, answered_at(answer.headers))
        except _TROUBLE as trouble:
            raise reading_trouble(trouble) from trouble
        except Strange:
            return ()  # none of them is shown
        self._authors.update({author.id: author for author in page.authors})
        us = self._ours[account]
        sides = [(one, Side.OURS if one.author_id == us.account else Side.THEIRS) for one in page.items]
        read = [read_post(one, us, self._authors, side=side) for one, side in sides if is_wanted(one, us, side, 0)]
        return [one for one in read if isinstance(one, Mention)]

    def hang_up(self) -> None:
        """End the stream now; see Pushes."""
        if self._answer is not None:
            self._answer.hang_up()

    def _of_another(self, account: str) -> str:
        """Return why nothing is taken in for an account, whose keys are of another or do not count; or ""."""
        if account in self._sure:
            return ""
        us = self._ours[account]
        try:
            said = json_object(self._client(account).get_me(user_auth=True).content).get("data")
            me = read_author(said) if isinstance(said, dict) else None
            same_account(me or Author(id="?", handle="?"), account, "", "The X keys belong")
        except OtherAccount as other:
            return other.sentence
        except RefusedCall as refused:
            if refused.status >= 500 or refused.status == 429:
                raise stream_trouble(refused) from refused
            return f"@{us.handle}: {reading_trouble(refused).sentence}"
        except (NotReached, BrokenOff) as trouble:
            raise stream_trouble(trouble) from trouble
        self._sure[account] = us
        return ""

    @cached_property
    def _subscriptions(self) -> Subscriptions:
        from bot.gateways.networks.wire import WireSession  # noqa: PLC0415 - heavy, not needed at start

        calls = {account: partial(self._call, account) for account in self._ours}
        return Subscriptions(WireSession(self._base, self._within), self._bearer, calls, self._ours)

    @cached_property
    def _clients(self) -> "dict[str, tweepy.Client]":
        from bot.gateways.networks.x_wire import make_client  # noqa: PLC0415 - heavy, not needed at start

        return {one: make_client(keys, self._base, self._within) for one, keys in self._secrets.items()}

    def _client(self, account: str) -> Any:  # noqa: ANN401 - tweepy has no types
        return self._clients[account]

    def _call(self, account: str, method: str, path: str, body: Json | None) -> "requests.Response":
        answer: requests.Response = self._client(account).request(method, path, json=body, user_auth=True)
        return answer

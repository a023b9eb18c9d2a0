"""Our subscriptions to X's Activity API: lists them, adds those that are missing, ends ours that nobody needs.

Listing and ending takes the app's bearer token; a subscription to an account's events takes that account's keys.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.mentions.stream_pace import StreamEnd
from bot.gateways.networks.answers import BrokenOff, NotReached, RefusedCall, json_object
from bot.gateways.networks.x_answers import reading_trouble
from bot.gateways.networks.x_events import CHAT_CAME, DELETED, too_many_streams
from bot.gateways.networks.x_posts import Us, is_post_id
from bot.gateways.outside import Json, object_in, objects, text_or_empty
from bot.ports.network import NetworkTrouble
from bot.ports.pushes import StreamEnded

if TYPE_CHECKING:
    import requests

    from bot.gateways.networks.wire import WireSession

PATH = "/2/activity/subscriptions"
MOST_PAGES = 30  # of a hundred each; X allows an app 1,500 subscriptions
_PAGE = 100
AT_ONCE = 20  # subscriptions that are added, or ended, in one go, so that the desk can end meanwhile
_TO_PEOPLE = {
    "post.mention.create": "posts that name",
    "post.reply.create": "replies to",
    "post.quote.create": "quotes of",
    "post.create": "the posts of",
    "post.delete": "the deleted posts of",
    CHAT_CAME: "encrypted messages to",
}
_OTHER_APP = (
    "X does not show the app of X_BEARER_TOKEN what the keys of @{} subscribed to, so they are of two apps. "
    "Take all five secrets from one app."
)
_UNKNOWN_APP = "X does not accept X_BEARER_TOKEN. Whoever runs Heard can make it again in X's console."

_NOT_FOLLOWED = "X does not tell us by itself when customers delete their posts; X is asked about them once a day."
_OF_THE_APP = frozenset({401, 402, 403})  # refusals that are not about one person

Call = Callable[[str, str, Json | None], "requests.Response"]  # method, path, body


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of the app: to which events of which account, and what its maker wrote on it."""

    id: str
    kind: str
    account: str
    tag: str

    @property
    def what(self) -> tuple[str, str]:
        """Return which events of which account."""
        return self.kind, self.account


def bearer_headers(token: str) -> dict[str, str]:
    """Return the head of a request by the app itself."""
    return {"Authorization": f"Bearer {token}"}


def stream_trouble(trouble: NotReached | BrokenOff | RefusedCall) -> StreamEnded:
    """Return why the stream, or the list of subscriptions, cannot be had."""
    told = reading_trouble(trouble)
    if not isinstance(trouble, RefusedCall):
        return StreamEnded(told.sentence, StreamEnd.NOT_REACHED)
    if trouble.status == 401:
        return StreamEnded(_UNKNOWN_APP, StreamEnd.REFUSED, for_good=True)
    if trouble.status == 429:
        why = too_many_streams(json_object(trouble.body)) or told.sentence
        return StreamEnded(why, StreamEnd.TOO_MANY, told.retry_after)
    return StreamEnded(told.sentence, StreamEnd.REFUSED, told.retry_after, for_good=trouble.status < 500)


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The subscriptions of one app; `as_account` makes calls with the keys of one of our accounts."""

    session: "WireSession"
    token: str
    as_account: Mapping[str, Call]
    ours: Mapping[str, Us]

    def listed(self) -> list[Subscription]:
        """Return all subscriptions of the app. Raises StreamEnded."""
        found: list[Subscription] = []
        token = ""
        for _ in range(MOST_PAGES):
            page = f"&pagination_token={token}" if token else ""
            said = self._by_the_app("GET", f"{PATH}?max_results={_PAGE}{page}")
            found += [_read(one) for one in objects(said, "data")]
            token = text_or_empty(object_in(said, "meta"), "next_token")
            if not (token.isascii() and token.isalnum()):
                break
        return found

    def reconcile(
        self, wanted: Sequence[tuple[str, str]], mark: str, followed: Sequence[str] | None = None
    ) -> list[str]:
        """Add what is missing of the `wanted`, by kind and account, and end our own surplus; return what X refuses.

        One that somebody else made for the same serves as well, so that X tells of it, and charges for it, only once.
        Ours are those that carry `mark`. `followed`: people whose deletions are wanted, too; None: those of before.
        Raises StreamEnded.
        """
        there = self.listed()
        known = {one.what for one in there}
        missing = [one for one in wanted if one not in known]
        troubles = [why for kind, account in missing if (why := self._add(kind, account, account, mark))]
        troubles += self._follow([one for one in followed or () if (DELETED, one) not in known], mark)
        kept = [*wanted, *((DELETED, one) for one in followed or ())]
        for one in _surplus(there, kept, mark)[:AT_ONCE]:
            if followed is not None or one.kind != DELETED or one.account in self.ours:
                self._by_the_app("DELETE", f"{PATH}/{one.id}")
        if missing:
            self._prove(missing, wanted, troubles)
        return troubles

    def _prove(
        self, missing: Sequence[tuple[str, str]], wanted: Sequence[tuple[str, str]], troubles: Sequence[str]
    ) -> None:
        """Raise StreamEnded when nothing is subscribed to after all."""
        shown = {one.what for one in self.listed()}
        if not shown & set(wanted):
            why = troubles[0] if troubles else _OTHER_APP.format(self.ours[missing[0][1]].handle)
            raise StreamEnded(why, StreamEnd.REFUSED, for_good=True)

    def _follow(self, authors: Sequence[str], mark: str) -> list[str]:
        """Subscribe to the deletions of some of these people; return X's refusal that concerns them all, if any."""
        keys_of = next(iter(self.as_account))
        for author in authors[:AT_ONCE]:
            if self._add(DELETED, author, keys_of, mark, only_of=_OF_THE_APP):
                return [_NOT_FOLLOWED]
        return []

    def _add(self, kind: str, account: str, keys_of: str, mark: str, only_of: Collection[int] = ()) -> str:
        """Subscribe to one kind of event with an account's keys; return why X refuses, or "".

        `only_of`: the statuses of a refusal that count; empty: all.
        """
        body = {"event_type": kind, "filter": {"user_id": account}, "tag": mark}
        try:
            self.as_account[keys_of]("POST", PATH, body)
        except RefusedCall as refused:
            if refused.status == 429 or refused.status >= 500:
                raise stream_trouble(refused) from refused
            if only_of and refused.status not in only_of:
                return ""
            return _refusal(kind, self.ours[keys_of].handle, reading_trouble(refused))
        except (NotReached, BrokenOff) as trouble:
            raise stream_trouble(trouble) from trouble
        return ""

    def _by_the_app(self, method: str, path: str) -> Mapping[str, Any]:
        try:
            answer = self.session.request(method, self.session.base + path, headers=bearer_headers(self.token))
        except RefusedCall as refused:
            if method == "DELETE" and refused.status == 404:
                return {}
            raise stream_trouble(refused) from refused
        except (NotReached, BrokenOff) as trouble:
            raise stream_trouble(trouble) from trouble
        return json_object(answer.content)


def _surplus(there: Sequence[Subscription], wanted: Sequence[tuple[str, str]], mark: str) -> list[Subscription]:
    """Return our subscriptions that are not wanted, or stand there more than once."""
    seen: set[tuple[str, str]] = set()
    found = []
    for one in there:
        mine, needed = one.tag == mark, one.what in wanted and one.what not in seen
        if mine and not needed and is_post_id(one.id):
            found.append(one)
        elif mine:
            seen.add(one.what)
    return found


def _refusal(kind: str, handle: str, why: NetworkTrouble) -> str:
    return f"X does not tell us by itself of {_TO_PEOPLE[kind]} @{handle}; they come in by reading. {why.sentence}"


def _read(one: Json) -> Subscription:
    return Subscription(
        text_or_empty(one, "subscription_id"),
        text_or_empty(one, "event_type"),
        text_or_empty(object_in(one, "filter"), "user_id"),
        text_or_empty(one, "tag"),
    )

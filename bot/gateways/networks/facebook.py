"""Client of Facebook's Graph API for one Page.

Facebook takes no key of ours and repeats what it is told twice, so an unknown outcome is only read back.
docs/facebook-instagram-access.md has the permissions, and what cannot be done.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Author, Mention, PostRef, Side
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.facebook_listing import COMMENT, MESSAGE, read_stream
from bot.gateways.networks.facebook_posts import (
    PERSONS_WINDOW,
    PRIVATE_WITHIN,
    WINDOW,
    PageAccount,
    comment_behind,
    is_graph_number,
    is_message_id,
    is_public_id,
    page_post_url,
)
from bot.gateways.networks.graph_answers import by_hand_only, graph_outcomes, is_missing
from bot.gateways.networks.graph_listing import GraphReading, StrangeList, after_in, entries
from bot.gateways.networks.graph_wire import TROUBLE, GraphAnswer, GraphCalls
from bot.gateways.networks.identity import same_account
from bot.gateways.outside import Json, as_name, object_in, read_json, text_or_empty, whole_number
from bot.ports.network import Batch, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent

log = logging.getLogger(__name__)

LIMIT = 2_000  # signs of a message; a comment may be longer, by an unpublished limit
WITHIN = 15.0  # seconds for a whole call
LOOKS = 3  # pages that are read to find a reply
FOUND_EARLIEST = timedelta(minutes=5)  # before the attempt's start: clocks differ
SHORTEST_PAUSE = timedelta(minutes=1)  # a Page that nobody engages with has few calls
_OUTCOMES = graph_outcomes("Facebook", "FACEBOOK_PAGE_TOKEN", "docs/facebook-instagram-access.md")
_NO_POST = "This is not a post, a comment or a message on Facebook."
_NOT_UNDERSTOOD = "Facebook sent something that Heard does not understand."
_TWICE = "Facebook shows these words twice there, so a person has to look which ones are ours."


class FacebookNetwork:
    """One Page of ours."""

    name = "facebook"
    visibility_delay = VisibilityDelay(shows_within=timedelta(minutes=10))
    shortest_pause = SHORTEST_PAUSE

    def __init__(
        self,
        *,
        account: str,
        handle: str,
        token: str,
        app_secret: str,
        api_url: str,
        messages: bool = True,
        human_agent: bool = False,
        timeout: float = WITHIN,
    ) -> None:
        """Take our Page, its token, its app's secret, and the API's address with its version.

        `messages`: whether private messages are read. `human_agent`: whether Meta approved the app's answers by
        people, which may come for seven days. `timeout` bounds a whole call, in seconds.
        """
        self.account, self.handle = account, handle.removeprefix("@")
        self.streams = ("mentions", "tagged", *(("messages",) if messages else ()))
        self._us = PageAccount(account, PERSONS_WINDOW if human_agent else WINDOW)
        self._calls = GraphCalls(api_url, token, app_secret, timeout, _OUTCOMES)
        self._token_ends: datetime | None = None

    def verify(self) -> Author:
        """Return the Page that the token belongs to, and ask until when the token is good.

        Raises NetworkTrouble when Facebook cannot be read, or when it is another Page than the one configured.
        """
        told = self._calls.get("/me", fields="id,name,username,fan_count").told
        page = text_or_empty(told, "id")
        if not is_graph_number(page):
            raise NetworkTrouble(_NOT_UNDERSTOOD)
        handle = as_name(told, "username") or (self.handle if page == self.account else "")  # not every Page has one
        fans = whole_number(told, "fan_count", 10**10)
        me = Author(id=page, handle=handle, name=as_name(told, "name"), followers=fans)
        same_account(me, self.account, self.handle, "The token belongs")
        self._token_ends = self._calls.token_ends()
        return me

    def token_ends(self) -> datetime | None:
        """Return until when the token is good, as Facebook told at `verify`."""
        return self._token_ends

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what was written after `cursor`, by customers and by us, oldest first."""
        if stream in self.streams:
            reading = GraphReading(cursor)
            read_stream(stream, self._calls, self._us, reading)
            yield from reading.batches("Facebook")
            if reading.trouble:
                raise NetworkTrouble(reading.trouble)

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Facebook takes no keys
        """Comment under `target`, or answer a private message; with one request that is never repeated."""
        if is_message_id(target.post_id):
            return self._answer_message(target.post_id, text)
        if not is_public_id(target.post_id):
            return NotSent(_NO_POST)
        return self._send(
            lambda: self._calls.post(f"/{target.post_id}/comments", {"message": text}),
            lambda told: self._made(text_or_empty(told, "id"), is_public_id),
        )

    def _answer_message(self, message: str, text: str) -> SendOutcome:
        """Answer a message; who wrote it and when is read first, since the answer goes to that person."""
        try:
            answer = self._calls.seen(f"/{message}", fields="from,created_time")
        except NetworkTrouble as trouble:
            return NotSent(trouble.sentence, retry_after=timedelta(minutes=1))
        except TROUBLE as trouble:
            return _OUTCOMES.before(trouble, frozenset({400, 401, 403, 404}))
        customer = text_or_empty(object_in(answer.told, "from"), "id")
        if not is_graph_number(customer) or customer == self.account:
            return NotSent(
                "Facebook does not say who wrote this message, so it cannot be answered here.", by_hand=True
            )
        return self._message({"id": customer}, text, self._kind_of_answer(answer))

    def _kind_of_answer(self, answer: GraphAnswer) -> Mapping[str, str]:
        """Return as what an answer is sent: after a day, as that of a person, where Meta approved it."""
        written = moment_in(text_or_empty(answer.told, "created_time"))
        is_late = written is not None and answer.at is not None and answer.at - written >= WINDOW
        if is_late and self._us.window > WINDOW:
            return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        return {"messaging_type": "RESPONSE"}

    def _message(self, recipient: Mapping[str, str], text: str, more: Mapping[str, str]) -> SendOutcome:
        said = {"recipient": json.dumps(recipient), "message": json.dumps({"text": text}), **more}
        return self._send(
            lambda: self._calls.post(f"/{self.account}/messages", said),
            lambda told: self._made(text_or_empty(told, "message_id"), is_message_id),
        )

    def private_answer_until(self, post: Mention) -> datetime | None:
        """Return until when Facebook takes a private answer to this comment; None: it takes none."""
        told = _object(post.raw)
        fits = is_public_id(post.ref.post_id) and post.side == Side.THEIRS and not post.private
        return post.posted_at + PRIVATE_WITHIN if fits and told.get("can_reply_privately") is not False else None

    def answer_in_private(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Facebook takes no keys
        """Send the author of a comment one private message, within seven days; Facebook takes no second one."""
        if not is_public_id(target.post_id):
            return NotSent(_NO_POST)
        return self._message({"comment_id": target.post_id}, text, {})

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a comment of ours; one that is already gone counts as deleted."""
        if is_message_id(post_id):
            return NotSent("Facebook does not let an app delete a message.", by_hand=True)
        if not is_public_id(post_id):
            return NotSent(_NO_POST)
        return self._send(
            lambda: self._delete(post_id),
            lambda told: Sent(post_id, "") if told.get("success") is True else OutcomeLost(_NOT_UNDERSTOOD),
        )

    def _delete(self, post_id: str) -> Json:
        try:
            return self._calls.delete(f"/{post_id}")
        except RefusedCall as refused:
            if is_missing(refused) and self.which_are_gone([post_id]):
                return {"success": True}
            raise

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these comments that Facebook does not have any more; raise NetworkTrouble.

        Facebook says the same of what was deleted and of what the token may not read. So a comment counts as deleted
        only while the list that it stood in can be read.
        """
        gone = [one for one in post_ids if is_public_id(one) and self._is_missing(f"/{one}", fields="id")]
        if gone:
            self._calls.get(f"/{self.account}/feed", fields="id,comments.limit(1){id}", limit=1)
        return gone

    def _is_missing(self, path: str, **asked: str) -> bool:
        try:
            self._calls.seen(path, **asked)
        except TROUBLE as trouble:
            if isinstance(trouble, RefusedCall) and is_missing(trouble):
                return True
            raise _OUTCOMES.reading(trouble) from trouble
        return False

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | ProvenAbsent | None:  # noqa: ARG002 - Facebook takes no keys
        """Look for our comment under `target`, or our message in its conversation; None: not found."""
        found: list[Json] = []
        for listing in self._where_replies_are(target.post_id):
            found += [one for one in listing if self._is_ours(one, text, since - FOUND_EARLIEST)]
            if found:
                break
        if len(found) > 1:
            raise NetworkTrouble(_TWICE)
        if not found:
            return None
        post_id = text_or_empty(found[0], "id")
        return Sent(post_id, page_post_url(post_id, self.account), moment_in(text_or_empty(found[0], "created_time")))

    def _where_replies_are(self, post_id: str) -> Iterator[list[Json]]:
        """Yield the newest entries of each list in which a reply can stand; raise NetworkTrouble."""
        if is_message_id(post_id):
            yield from self._conversation_with(post_id)
        elif is_public_id(post_id):
            told = self._calls.get(f"/{post_id}", fields="id,parent{id}").told
            yield from self._under(post_id)
            above = text_or_empty(object_in(told, "parent"), "id")
            if is_public_id(above):  # Facebook may put an answer to a reply beside that reply
                yield from self._under(above)

    def _under(self, post_id: str) -> Iterator[list[Json]]:
        asked = {"fields": COMMENT, "filter": "stream", "order": "reverse_chronological"}
        yield from self._listed(lambda more: self._calls.get(f"/{post_id}/comments", limit=100, **asked, **more).told)

    def _conversation_with(self, message: str) -> Iterator[list[Json]]:
        told = self._calls.get(f"/{message}", fields="from").told
        customer = text_or_empty(object_in(told, "from"), "id")
        if not is_graph_number(customer):
            raise NetworkTrouble(_NOT_UNDERSTOOD)
        fields = f"messages.limit(100){{{MESSAGE}}}"
        found = self._calls.get(f"/{self.account}/conversations", user_id=customer, fields=fields).told
        for conversation in _entries(found):
            yield _entries(object_in(conversation, "messages"))

    @staticmethod
    def _listed(read: Callable[[Mapping[str, str]], Json]) -> Iterator[list[Json]]:
        more: Mapping[str, str] = {}
        for _ in range(LOOKS):
            listing = read(more)
            yield _entries(listing)
            more = {"after": after_in(listing)}
            if not more["after"]:
                return

    def _is_ours(self, node: Json, text: str, earliest: datetime) -> bool:
        made = moment_in(text_or_empty(node, "created_time"))
        ours = text_or_empty(object_in(node, "from"), "id") == self.account
        said = comparable(text_or_empty(node, "message")) == comparable(text)
        known = is_public_id(text_or_empty(node, "id")) or is_message_id(text_or_empty(node, "id"))
        return ours and said and known and made is not None and made >= earliest

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - Facebook puts no name before
        """Measure `text` in signs, by the limit of a message, which is the shorter one."""
        return (TextLength(count=len(clean(text)), limit=LIMIT),)

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - no address takes words
        """Return the address where a person can answer."""
        return self.post_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - an id is enough
        """Return the address of a post or a comment; of a message, that of the Page's inbox."""
        return page_post_url(post_id, self.account)

    def post_behind(self, link: str) -> str:
        """Return the id of the comment or post that an address leads to, where the address holds it; else ""."""
        return comment_behind(link)

    def _send(self, call: Callable[[], Json], read: Callable[[Json], SendOutcome]) -> SendOutcome:
        try:
            return read(call())
        except TROUBLE as trouble:
            outcome = _OUTCOMES.after(trouble)
            by_hand = isinstance(trouble, RefusedCall) and isinstance(outcome, NotSent) and by_hand_only(trouble)
            return replace(outcome, by_hand=True) if by_hand and isinstance(outcome, NotSent) else outcome
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("facebook.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    def _made(self, post_id: str, fits: Callable[[str], bool]) -> SendOutcome:
        if not fits(post_id):
            return OutcomeLost("Facebook said yes, but its answer could not be read.")
        return Sent(post_id, page_post_url(post_id, self.account))


def _entries(listing: Json) -> list[Json]:
    try:
        return entries(listing)
    except StrangeList:
        raise NetworkTrouble(_NOT_UNDERSTOOD) from None


def _object(raw: bytes) -> Json:
    try:
        found = read_json(raw.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Client of Instagram's API for one professional account; docs/facebook-instagram-access.md has what it cannot do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Author, PostRef
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.graph_answers import graph_outcomes
from bot.gateways.networks.graph_listing import GraphReading, after_in
from bot.gateways.networks.graph_network import FOUND_EARLIEST, WITHIN, GraphNetwork
from bot.gateways.networks.graph_posts import (
    PERSONS_WINDOW,
    WINDOW,
    graph_author,
    is_graph_number,
)
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.networks.identity import same_account
from bot.gateways.networks.instagram_listing import ANSWER, HIDDEN, read_ig_stream
from bot.gateways.networks.instagram_named import NAMED, named_posts
from bot.gateways.networks.instagram_posts import (
    ig_account,
    ig_comment_behind,
    is_ig_message,
    place_elsewhere,
)
from bot.gateways.networks.instagram_token import InstagramToken
from bot.gateways.outside import Json, as_name, object_in, text_or_empty, whole_number
from bot.ports.network import Batch, NetworkTrouble, SendOutcome, Sent

COMMENT_SIGNS, MESSAGE_BYTES = 300, 1_000
LOOKS = 6  # pages that are read to find a reply
_OUTCOMES = graph_outcomes("Instagram", "INSTAGRAM_ACCESS_TOKEN", "docs/facebook-instagram-access.md")
_TOKEN = re.compile(r"[\x21-\x7e]{8,4096}")
_LONGEST = 10**9  # seconds
_WHO = "username,name,followers_count"


class InstagramNetwork(GraphNetwork):
    """One professional account of ours, by a Page's token or by Instagram's own sign-in."""

    name = "instagram"
    answers_hidden = False
    our_posts, hidden_field, hides_by = "media", HIDDEN, "hide"

    def __init__(
        self,
        *,
        account: str,
        handle: str,
        token: str,
        app_secret: str,
        api_url: str,
        own_sign_in: bool = False,
        messages: bool = True,
        human_agent: bool = False,
        folder: Path | None = None,
        timeout: float = WITHIN,
    ) -> None:
        """Take our account, its token, its app's secret, and the API's address with its version.

        `own_sign_in`: the token is from Instagram's own sign-in, not from a Facebook Page. `messages`, `human_agent`:
        as for a Page. `folder`: where webhooks wrote down who named us. `timeout` bounds a whole call, in seconds.
        """
        handle = handle.removeprefix("@")
        us = ig_account(account, handle, PERSONS_WINDOW if human_agent else WINDOW)
        self._token = InstagramToken(folder if own_sign_in else None, account, token)
        calls = GraphCalls(api_url, self._token, app_secret, timeout, _OUTCOMES)
        super().__init__(us, calls, _OUTCOMES, "instagram")
        self.renews_token = own_sign_in and folder is not None
        self.handle, self._own_sign_in, self._folder = handle, own_sign_in, folder
        elsewhere = () if own_sign_in else ("tagged", *((NAMED,) if folder else ()))
        self.streams = ("mentions", *elsewhere, *(("messages",) if messages else ()))

    def verify(self) -> Author:
        """Return the account that the token belongs to, and ask until when the token is good.

        Raises NetworkTrouble when Instagram cannot be read, or when it is another account than the one configured.
        """
        if self._own_sign_in:
            answer = self._calls.get("/me", fields=f"user_id,{_WHO}")
            self._token.used(answer.at)
            told = answer.told
            account = text_or_empty(told, "user_id")
        else:
            page = self._calls.get("/me", fields=f"instagram_business_account{{id,{_WHO}}}").told
            told = object_in(page, "instagram_business_account")
            account = text_or_empty(told, "id")
        if not is_graph_number(account) or not as_name(told, "username"):
            raise NetworkTrouble(self.strange)
        followers = whole_number(told, "followers_count", 10**10)
        me = Author(id=account, handle=as_name(told, "username"), name=as_name(told, "name"), followers=followers)
        if account == self.account:  # our own answers are told by this name, also after it was changed
            self._us = replace(self._us, handle=me.handle)
        same_account(me, self.account, self.handle, "The token belongs")
        self._token_ends = None if self._own_sign_in else self._calls.token_ends()
        return me

    def token_ends(self) -> datetime | None:
        """Return until when the token is good, as Meta told at `verify` or at its renewal."""
        return self._token.ends() if self._own_sign_in else super().token_ends()

    def renew_at(self) -> datetime | None:
        """Return from when on the token of Instagram's own sign-in is renewed; None: there is none to renew."""
        return self._token.renew_at() if self.renews_token else None

    def renew_token(self) -> None:
        """Put a newer token in place of the one of Instagram's own sign-in; raise NetworkTrouble."""
        answer = self._calls.newer_token()
        token, lasts = text_or_empty(answer.told, "access_token"), whole_number(answer.told, "expires_in", _LONGEST)
        if not _TOKEN.fullmatch(token) or not lasts or answer.at is None:
            raise NetworkTrouble(self.strange)
        self._token.keep(token, answer.at, timedelta(seconds=lasts))

    def token_fault(self) -> str:
        """Return why the file of the token is not used, or ""."""
        return self._token.fault

    def fetch(self, stream: str, cursor: str) -> Iterator[Batch]:
        """Yield what was written after `cursor`, by customers and by us, oldest first."""
        if stream not in self.streams:
            return
        if stream == NAMED and self._folder:
            yield from named_posts(self._folder, self._calls, self._us, cursor)
            return
        reading = GraphReading(cursor)
        read_ig_stream(stream, self._calls, self._us, reading)
        yield from reading.batches("Instagram")

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Instagram takes no keys
        """Answer a comment, a post that names us, or a message; with one request that is never repeated."""
        post_id = target.post_id
        media, comment = place_elsewhere(post_id)
        if media:
            said = {"media_id": media, "message": text, **({"comment_id": comment} if comment else {})}
            return self._publish(f"/{self.account}/mentions", said)
        if is_graph_number(post_id):
            return self._publish(f"/{post_id}/replies", {"message": text})
        return self.answer_message(post_id, text) if is_ig_message(post_id) else self.no_post

    def _publish(self, path: str, said: dict[str, str]) -> SendOutcome:
        return self.send(
            lambda: self._calls.post(path, said), lambda told: self.made(text_or_empty(told, "id"), is_graph_number)
        )

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:  # noqa: ARG002 - Instagram takes no keys
        """Look for our answer under the comment, or in the conversation; None: not found."""
        if any(place_elsewhere(target.post_id)):
            raise NetworkTrouble("Instagram does not show apps our answers under posts of others. Please look there.")
        lists = self._where_replies_are(target.post_id)
        return self.sent_once(lists, lambda one: self._is_ours(one, text, since - FOUND_EARLIEST))

    def _where_replies_are(self, post_id: str) -> Iterator[list[Json]]:
        """Yield the lists in which a reply can stand; raise NetworkTrouble."""
        if is_ig_message(post_id):
            yield from self.conversation_with(post_id)
        elif is_graph_number(post_id):
            told = self._calls.get(f"/{post_id}", fields="id,parent_id").told
            above = text_or_empty(told, "parent_id")  # an answer to an answer stands beside it
            yield self._answers_to(above if is_graph_number(above) else post_id)

    def _answers_to(self, comment: str) -> list[Json]:
        """Return all answers to a comment, since their order is not promised; raise NetworkTrouble."""
        found, asked = list[Json](), {"fields": ANSWER}
        for _ in range(LOOKS):
            listing = self._calls.get(f"/{comment}/replies", limit=50, **asked).told
            found += self.entries(listing)
            asked["after"] = after_in(listing)
            if not asked["after"]:
                return found
        raise NetworkTrouble("There are too many answers to this comment to tell whether ours is among them.")

    def _is_ours(self, node: Json, text: str, earliest: datetime) -> bool:
        post_id = text_or_empty(node, "id")
        made = moment_in(text_or_empty(node, "timestamp") or text_or_empty(node, "created_time"))
        ours = graph_author(node, post_id, self._us).id == self.account
        words = text_or_empty(node, "text") or text_or_empty(node, "message")
        known = is_graph_number(post_id) or is_ig_message(post_id)
        return ours and known and comparable(words) == comparable(text) and made is not None and made >= earliest

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - Instagram puts no name before
        """Measure `text` in signs, as a comment is limited, and in bytes, as a message is."""
        cleaned = clean(text)
        return (
            TextLength(count=len(cleaned), limit=COMMENT_SIGNS),
            TextLength(count=len(cleaned.encode()), limit=MESSAGE_BYTES, unit="bytes"),
        )

    def post_behind(self, link: str) -> str:
        """Return the id of the comment that an address leads to, where the address holds it; else ""."""
        return ig_comment_behind(link)

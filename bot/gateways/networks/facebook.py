"""Client of Facebook's Graph API for one Page. docs/facebook-instagram-access.md says what cannot be done."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Author, Mention, PostRef
from bot.domain.replies.text_length import TextLength
from bot.gateways.networks.answers import json_object
from bot.gateways.networks.facebook_listing import COMMENT, HIDDEN, POST, WRITTEN, read_stream
from bot.gateways.networks.facebook_posts import (
    comment_behind,
    is_message_id,
    is_public_id,
    page_account,
    reworded,
)
from bot.gateways.networks.graph_answers import graph_outcomes
from bot.gateways.networks.graph_listing import GraphReading, after_in
from bot.gateways.networks.graph_network import FOUND_EARLIEST, WITHIN, GraphNetwork
from bot.gateways.networks.graph_posts import PERSONS_WINDOW, WINDOW, is_graph_number
from bot.gateways.networks.graph_wire import GraphCalls
from bot.gateways.networks.identity import same_account
from bot.gateways.outside import Json, as_name, object_in, text_or_empty, whole_number
from bot.ports.network import Batch, EditTerms, NetworkTrouble, ReplyNow, SendOutcome, Sent

POST_LIMIT = 63_206  # signs of a post on the Page
LIMIT = 2_000  # signs of a message; a comment may be longer, by an unpublished limit
LOOKS = 3  # pages that are read to find a reply
_OUTCOMES = graph_outcomes("Facebook", "FACEBOOK_PAGE_TOKEN", "docs/facebook-instagram-access.md")


class FacebookNetwork(GraphNetwork):
    """One Page of ours."""

    name = "facebook"
    our_posts, hidden_field, hides_by = "feed", HIDDEN, HIDDEN
    edits_replies = posts_statements = True

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
        us = page_account(account, PERSONS_WINDOW if human_agent else WINDOW)
        super().__init__(
            us, GraphCalls(api_url, lambda: token, app_secret, timeout, _OUTCOMES), _OUTCOMES, "messenger"
        )
        self.handle = handle.removeprefix("@")
        self.streams = ("mentions", "tagged", *(("messages",) if messages else ()))

    def verify(self) -> Author:
        """Return the Page that the token belongs to, and ask until when the token is good.

        Raises NetworkTrouble when Facebook cannot be read, or when it is another Page than the one configured.
        """
        told = self._calls.get("/me", fields="id,name,username,fan_count").told
        page = text_or_empty(told, "id")
        if not is_graph_number(page):
            raise NetworkTrouble(self.strange)
        handle = as_name(told, "username") or (self.handle if page == self.account else "")  # not every Page has one
        fans = whole_number(told, "fan_count", 10**10)
        me = Author(id=page, handle=handle, name=as_name(told, "name"), followers=fans)
        same_account(me, self.account, self.handle, "The token belongs")
        self._token_ends = self._calls.token_ends()
        return me

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
            return self.answer_message(target.post_id, text)
        if not is_public_id(target.post_id):
            return self.no_post
        return self.send(
            lambda: self._calls.post(f"/{target.post_id}/comments", {"message": text}),
            lambda told: self.made(text_or_empty(told, "id"), is_public_id),
        )

    def private_answer_until(self, post: Mention) -> datetime | None:
        """Return until when Facebook takes a private answer to this comment; None: it takes none, or has one."""
        taken = json_object(post.raw).get("can_reply_privately") is False
        return None if taken else super().private_answer_until(post)

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        """Return whether this is a comment that Facebook lets the Page hide, as far as it told."""
        known = post.parent_id is not None and json_object(post.raw).get("can_hide") is not False
        return known and super().can_hide(post, under_ours=under_ours)

    def edit_terms(self, post_id: str, stored: datetime | None = None) -> EditTerms | None:  # noqa: ARG002 - no end
        """Return that a comment of ours can be changed at any time; None for a private message."""
        return EditTerms() if is_public_id(post_id) else None

    def edit_reply(self, post_id: str, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Facebook takes no keys
        """Give a comment of ours other words; it keeps its id, and readers can see what it said before."""
        if not is_public_id(post_id):
            return self.no_post
        return self.send(
            lambda: self._calls.post(f"/{post_id}", {"message": text}),
            lambda told: self.carried_out(post_id, told),
        )

    def reply_now(self, post_id: str, *texts: str) -> ReplyNow | None:
        """Return which of these words a comment of ours has; None: there is none. Raises NetworkTrouble."""
        fields = POST if self._is_on_page(post_id) else COMMENT
        answer = self._calls.there(f"/{post_id}", fields=fields) if is_public_id(post_id) else None
        if answer is None:
            return None
        if text_or_empty(answer.told, "id") != post_id:
            raise NetworkTrouble(self.strange)
        said = comparable(text_or_empty(answer.told, "message"))
        return ReplyNow(post_id, [one for one in texts if comparable(one) == said])

    def changes_of(self, posts: Sequence[Mention]) -> Batch:
        """Return the edits and deletions of these comments; raise NetworkTrouble.

        A webhook has the words of an edit, and Meta delivers some late or twice; what is read now is the newest.
        """
        asked = [one for one in posts if is_public_id(one.ref.post_id)]
        now = {one.ref.post_id: self._calls.there(f"/{one.ref.post_id}", fields=self._fields(one)) for one in asked}
        edits = [reworded(told.told, one, told.at) for one in asked if (told := now[one.ref.post_id])]
        gone = self.certainly_gone([one for one, told in now.items() if told is None], f"/{self.account}/feed")
        flags = {one: told.told.get(HIDDEN) for one, told in now.items() if told}
        hidden = {one: flag for one, flag in flags.items() if isinstance(flag, bool)}
        return Batch(edits=[one for one in edits if one], hidden=hidden, deletions=gone)

    def _fields(self, post: Mention) -> str:
        """Return what is asked of a post on the Page, or of a comment, whose ids differ in their beginning."""
        return POST if self._is_on_page(post.ref.post_id) else COMMENT

    def _is_on_page(self, post_id: str) -> bool:
        return post_id.startswith(f"{self.account}_")

    def post_statement(self, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Facebook takes no keys
        """Publish `text` as a post on the Page, with one request that is never repeated."""
        return self.send(
            lambda: self._calls.post(f"/{self.account}/feed", {"message": text}),
            lambda told: self.made(text_or_empty(told, "id"), is_public_id),
        )

    def find_statement(self, text: str, since: datetime, key: str) -> Sent | None:  # noqa: ARG002 - Facebook takes no keys
        """Look for a post of ours on the Page with this text; None: not found. Raises NetworkTrouble."""
        earliest = since - FOUND_EARLIEST
        lists = self._newest(f"/{self.account}/feed", {"fields": WRITTEN}, earliest, "posts")
        return self.sent_once(lists, lambda one: self._is_ours(one, text, earliest))

    def statement_lengths(self, text: str) -> Sequence[TextLength]:
        """Measure `text` in signs, by the limit of a post on a Page."""
        return (TextLength(count=len(clean(text)), limit=POST_LIMIT),)

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:  # noqa: ARG002 - Facebook takes no keys
        """Look for our comment under `target`, or our message in its conversation; None: not found."""
        earliest = since - FOUND_EARLIEST
        lists = self._where_replies_are(target.post_id, earliest)
        return self.sent_once(lists, lambda one: self._is_ours(one, text, earliest))

    def _where_replies_are(self, post_id: str, earliest: datetime) -> Iterator[list[Json]]:
        """Yield the newest entries of each list in which a reply can stand; raise NetworkTrouble."""
        if is_message_id(post_id):
            yield from self.conversation_with(post_id)
        elif is_public_id(post_id):
            told = self._calls.get(f"/{post_id}", fields="id,parent{id}").told
            yield from self._under(post_id, earliest)
            above = text_or_empty(object_in(told, "parent"), "id")
            if is_public_id(above):  # Facebook may put an answer to a reply beside that reply
                yield from self._under(above, earliest)

    def _under(self, post_id: str, earliest: datetime) -> Iterator[list[Json]]:
        asked = {"fields": COMMENT, "filter": "stream", "order": "reverse_chronological"}
        yield from self._newest(f"/{post_id}/comments", asked, earliest, "comments")

    def _newest(self, path: str, asked: Mapping[str, str], earliest: datetime, what: str) -> Iterator[list[Json]]:
        """Yield the pages of a list, newest first, back to a moment; raise NetworkTrouble where it is too long."""
        after: dict[str, str] = {}
        for _ in range(LOOKS):
            listing = self._calls.get(path, limit=100, **asked, **after).told
            page = self.entries(listing)
            yield page
            after = {"after": after_in(listing)}
            last = moment_in(text_or_empty(page[-1], "created_time")) if page else None
            if not after["after"] or (last is not None and last < earliest):
                return
        raise NetworkTrouble(f"There are too many {what} since to tell whether ours is among them.")

    def _is_ours(self, node: Json, text: str, earliest: datetime) -> bool:
        made = moment_in(text_or_empty(node, "created_time"))
        ours = text_or_empty(object_in(node, "from"), "id") == self.account
        said = comparable(text_or_empty(node, "message")) == comparable(text)
        known = is_public_id(text_or_empty(node, "id")) or is_message_id(text_or_empty(node, "id"))
        return ours and said and known and made is not None and made >= earliest

    def lengths(self, text: str, addressee: Author | None = None) -> Sequence[TextLength]:  # noqa: ARG002 - Facebook puts no name before
        """Measure `text` in signs, by the limit of a message, which is the shorter one."""
        return (TextLength(count=len(clean(text)), limit=LIMIT),)

    def post_behind(self, link: str) -> str:
        """Return the id of the comment or post that an address leads to, where the address holds it; else ""."""
        return comment_behind(link)

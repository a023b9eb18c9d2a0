"""The common part of the clients of Meta's Graph API: how something is sent, and how messages are answered.

Meta takes no key of ours and publishes the same words twice when it is asked twice. So each call that changes
something is made once, and an unknown outcome is only read back.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.base.moments import moment_in
from bot.domain.mentions.mention import Mention, PostRef, Side
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.gateways.networks.answers import RefusedCall
from bot.gateways.networks.call_outcomes import CallOutcomes, unsent_since
from bot.gateways.networks.graph_answers import by_hand_only, is_missing, passes
from bot.gateways.networks.graph_listing import StrangeList, entries
from bot.gateways.networks.graph_messages import MESSAGE
from bot.gateways.networks.graph_posts import PRIVATE_WITHIN, WINDOW, GraphAccount, graph_author, is_graph_number
from bot.gateways.networks.graph_wire import TROUBLE, GraphAnswer, GraphCalls
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.outside import Json, object_in, text_or_empty
from bot.ports.network import NetworkTrouble, NotSent, OutcomeLost, SendOutcome, Sent

log = logging.getLogger(__name__)

WITHIN = 15.0  # seconds for a whole call
FOUND_EARLIEST = timedelta(minutes=5)  # before the attempt's start: clocks differ
_FINAL = frozenset({400, 401, 403, 404})  # refusals of a reading that do not pass by themselves


class GraphNetwork(BoundedCalls):
    """One account of ours on Facebook or Instagram."""

    visibility_delay = VisibilityDelay(shows_within=timedelta(minutes=10))
    shortest_pause = timedelta(minutes=1)  # an account that nobody engages with has few calls
    answers_hidden = True
    our_posts: str  # the list of our posts with their comments
    hidden_field: str  # says of a comment whether it is hidden
    hides_by: str  # hides it, or shows it again

    def __init__(self, us: GraphAccount, calls: GraphCalls, outcomes: CallOutcomes, platform: str) -> None:
        """Take our account, its calls and what their refusals mean, and Meta's name for its messages."""
        self._us, self._calls, self._outcomes, self._platform = us, calls, outcomes, platform
        self._token_ends: datetime | None = None
        self.account = us.id

    @property
    def strange(self) -> str:
        """Return the sentence about an answer that is not understood."""
        return f"{self._us.label} sent something that Heard does not understand."

    @property
    def no_post(self) -> NotSent:
        """Return the outcome for an id that is none of this network."""
        return NotSent(f"This is not a post, a comment or a message on {self._us.label}.")

    def token_ends(self) -> datetime | None:
        """Return until when the token is good, as Meta told at `verify`."""
        return self._token_ends

    def answer_message(self, message: str, text: str) -> SendOutcome:
        """Answer a message; who wrote it and when is read first, since the answer goes to that person."""
        try:
            answer = self._calls.seen(f"/{message}", fields="from,created_time")
        except NetworkTrouble as trouble:
            return unsent_since(trouble)
        except TROUBLE as trouble:
            soon = isinstance(trouble, RefusedCall) and passes(trouble)
            return self._outcomes.before(trouble, frozenset() if soon else _FINAL)
        customer = self._customer(answer.told)
        if not customer:
            why = f"{self._us.label} does not say who wrote this message, so it cannot be answered here."
            return NotSent(why, by_hand=True)
        return self.send_message({"id": customer}, text, self._kind_of_answer(answer))

    def _customer(self, message: Json) -> str:
        """Return the id of the person who wrote a message; "" where that is not told, and for our own."""
        author = graph_author(message, "", self._us)
        return author.id if is_graph_number(author.id) and author.id != self.account else ""

    def _kind_of_answer(self, answer: GraphAnswer) -> Mapping[str, str]:
        """Return as what an answer is sent: after a day, as that of a person, where Meta approved it."""
        written = moment_in(text_or_empty(answer.told, "created_time"))
        is_late = written is not None and answer.at is not None and answer.at - written >= WINDOW
        if is_late and self._us.window > WINDOW:
            return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        return {"messaging_type": "RESPONSE"}

    def send_message(self, recipient: Mapping[str, str], text: str, more: Mapping[str, str]) -> SendOutcome:
        """Send one private message."""
        said = {"recipient": json.dumps(recipient), "message": json.dumps({"text": text}), **more}
        return self.send(
            lambda: self._calls.post("/me/messages", said),
            lambda told: self.made(text_or_empty(told, "message_id"), self._us.is_message_id),
        )

    def private_answer_until(self, post: Mention) -> datetime | None:
        """Return until when Meta takes a private answer to this comment; None: it takes none."""
        return post.posted_at + PRIVATE_WITHIN if self._is_theirs(post) else None

    def answer_in_private(self, target: PostRef, text: str, key: str) -> SendOutcome:  # noqa: ARG002 - Meta takes no keys
        """Send the author of a comment one private message, within seven days; Meta takes no second one."""
        if not self._us.is_comment_id(target.post_id):
            return self.no_post
        return self.send_message({"comment_id": target.post_id}, text, {})

    def _is_theirs(self, post: Mention) -> bool:
        """Return whether this is a customer's comment under a post of ours, or a post of theirs on our page."""
        return self._us.is_comment_id(post.ref.post_id) and post.side == Side.THEIRS and not post.private

    def conversation_with(self, message: str) -> Iterator[list[Json]]:
        """Yield the newest messages of a message's conversation; raise NetworkTrouble."""
        told = self._calls.get(f"/{message}", fields="from").told
        customer = self._customer(told)
        if not customer:
            raise NetworkTrouble(self.strange)
        asked = {"fields": f"messages.limit(100){{{MESSAGE}}}", "platform": self._platform, "user_id": customer}
        for conversation in self.entries(self._calls.get("/me/conversations", **asked).told):
            yield self.entries(object_in(conversation, "messages"))

    def entries(self, listing: Json) -> list[Json]:
        """Return the entries of a list; raise NetworkTrouble."""
        try:
            return entries(listing)
        except StrangeList:
            raise NetworkTrouble(self.strange) from None

    def sent_once(self, lists: Iterator[list[Json]], is_ours: Callable[[Json], bool]) -> Sent | None:
        """Return our post in the first list that has one; None: it is in none. Raises NetworkTrouble for two."""
        found = next(filter(None, ([one for one in some if is_ours(one)] for some in lists)), [])
        if len(found) > 1:
            raise NetworkTrouble(
                f"{self._us.label} shows these words twice there, so a person has to look which ones are ours."
            )
        if not found:
            return None
        post_id = text_or_empty(found[0], "id")
        made = text_or_empty(found[0], "created_time") or text_or_empty(found[0], "timestamp")
        return Sent(post_id, self._us.post_url(post_id), moment_in(made))

    def missing(self, post_ids: Sequence[str], among: str) -> Sequence[str]:
        """Return those of these posts that Meta does not have any more; raise NetworkTrouble.

        Meta says the same of what was deleted and of what the token may not read. So a post counts as deleted only
        while the list `among` can be read.
        """
        return self.certainly_gone(
            [one for one in post_ids if self._calls.there(f"/{one}", fields="id") is None], among
        )

    def certainly_gone(self, post_ids: Sequence[str], among: str) -> Sequence[str]:
        """Return these posts, which Meta does not show, once the list `among` was read; raise NetworkTrouble."""
        if post_ids:
            self._calls.get(among, fields="id,comments.limit(1){id}", limit=1)
        return post_ids

    def which_are_gone(self, post_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these comments that Meta does not have any more; raise NetworkTrouble."""
        return self.missing(
            [one for one in post_ids if self._us.is_comment_id(one)], f"/{self.account}/{self.our_posts}"
        )

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:  # noqa: ARG002 - comments elsewhere have other ids
        """Return whether this is a customer's comment that Meta lets us hide, as far as it told."""
        return self._is_theirs(post)

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        """Hide a comment from everybody but its author, or show it again; on Facebook their friends see it, too."""
        if not self._us.is_comment_id(post_id):
            return self.no_post
        said = {self.hides_by: str(hidden).lower()}
        return self.send(lambda: self._calls.post(f"/{post_id}", said), lambda told: self.carried_out(post_id, told))

    def is_hidden(self, post_id: str) -> bool | None:
        """Return whether a comment is hidden; None: Meta does not say. Raises NetworkTrouble."""
        asked = f"id,{self.hidden_field}"
        answer = self._calls.there(f"/{post_id}", fields=asked) if self._us.is_comment_id(post_id) else None
        told = answer.told.get(self.hidden_field) if answer and text_or_empty(answer.told, "id") == post_id else None
        return told if isinstance(told, bool) else None

    def why_kept(self, post_id: str) -> NotSent | None:
        """Return that only a person can delete a private message; None for a comment."""
        if not self._us.is_message_id(post_id):
            return None
        return NotSent(f"{self._us.label} does not let an app delete a message.", by_hand=True)

    def take_back(self, post_id: str) -> SendOutcome:
        """Delete a comment of ours; one that is already gone counts as deleted."""
        if not self._us.is_comment_id(post_id):
            return self.why_kept(post_id) or self.no_post

        def call() -> Json:
            try:
                return self._calls.delete(f"/{post_id}")
            except RefusedCall as refused:
                if is_missing(refused) and self.which_are_gone([post_id]):
                    return {"success": True}
                raise

        return self.send(call, lambda told: self.carried_out(post_id, told))

    def carried_out(self, post_id: str, told: Json) -> SendOutcome:
        """Return the outcome of a call that changes something which is there already."""
        if told.get("success") is not True:
            return OutcomeLost(self.strange)
        return Sent(post_id, self._us.post_url(post_id))

    def send(self, call: Callable[[], Json], read: Callable[[Json], SendOutcome]) -> SendOutcome:
        """Make one call that changes something, and return its outcome. Never raises."""
        try:
            return read(call())
        except TROUBLE as trouble:
            outcome = self._outcomes.after(trouble)
            by_hand = isinstance(trouble, RefusedCall) and by_hand_only(trouble)
            return replace(outcome, by_hand=True) if by_hand and isinstance(outcome, NotSent) else outcome
        except Exception as unforeseen:  # noqa: BLE001 - the port requires an outcome, and here it is unknown
            log.error("graph.send_unforeseen", extra={"kind": type(unforeseen).__name__})  # noqa: TRY400 - no words or keys
            return OutcomeLost("Something unexpected happened while the reply was sent.")

    def made(self, post_id: str, fits: Callable[[str], bool]) -> SendOutcome:
        """Return the outcome of a call by the id of what it made."""
        if not fits(post_id):
            return OutcomeLost(f"{self._us.label} said yes, but its answer could not be read.")
        return Sent(post_id, self._us.post_url(post_id))

    def web_reply_url(self, target: PostRef, text: str) -> str:  # noqa: ARG002 - no address takes words
        """Return the address where a person can answer."""
        return self._us.post_url(target.post_id)

    def post_url(self, post_id: str, handle: str = "") -> str:  # noqa: ARG002 - an id is enough
        """Return the address of a post or a comment; of a message, that of the inbox."""
        return self._us.post_url(post_id)

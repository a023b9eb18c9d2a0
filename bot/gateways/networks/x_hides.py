"""Hides answers of others in conversations that we began on X, or shows them again; X tells of none what it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.domain.mentions.mention import Mention, Side
from bot.gateways.networks.answers import RefusedCall, json_object
from bot.gateways.networks.whole_call import BoundedCalls
from bot.gateways.networks.x_answers import outcome_after
from bot.gateways.networks.x_edits import NO_POST
from bot.gateways.networks.x_posts import is_post_id
from bot.gateways.outside import object_in
from bot.ports.network import NotSent, OutcomeLost, SendOutcome, Sent

if TYPE_CHECKING:
    from requests import Response


class HidesOnX(BoundedCalls):
    """The part of X's client that hides answers of others."""

    answers_hidden = True

    _client: Any
    _send: Callable[
        [Callable[[], "Response"], Callable[[bytes], SendOutcome], Callable[[RefusedCall], SendOutcome]], SendOutcome
    ]

    def can_hide(self, post: Mention, *, under_ours: bool) -> bool:
        """Return whether a post is an answer in a conversation that we began: X lets nobody hide others."""
        return under_ours and post.parent_id is not None and post.side == Side.THEIRS and not post.private

    def set_hidden(self, post_id: str, *, hidden: bool) -> SendOutcome:
        """Hide an answer behind one more press for readers, or show it again; twice is once."""
        if not is_post_id(post_id):
            return NotSent(NO_POST)

        def read(body: bytes) -> SendOutcome:
            told = object_in(json_object(body), "data").get("hidden")
            return Sent(post_id, "") if told is hidden else OutcomeLost("X did not say whether it was done.")

        path, said = f"/2/tweets/{post_id}/hidden", {"hidden": hidden}
        return self._send(lambda: self._client.request("PUT", path, json=said, user_auth=True), read, outcome_after)

    def is_hidden(self, post_id: str) -> bool | None:  # noqa: ARG002 - X tells it of no post
        """Return that X does not tell."""
        return None

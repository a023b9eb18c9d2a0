"""The contract of a stand-in for a network's server, which a kind brings for its own certification."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable


class OurPost(Protocol):
    """A public post of ours, as the stand-in's own ledger has it."""

    id: str
    text: str
    answers: str  # the id of the post that it answers


class StandIn(Protocol):
    """A network's server on this machine. What it says of itself is the truth by which the network is judged."""

    api_url: str  # http://127.0.0.1:port, with a path where the network's address has one
    secrets: Mapping[str, str]  # that it accepts, by name in the environment
    account: str  # our account's id
    handle: str
    options: Mapping[str, str]

    def say(self, text: str) -> str:
        """Post as a customer so that our account is addressed; return the post's id."""

    def delete(self, post_id: str) -> None:
        """Delete a customer's post."""

    def public(self) -> Sequence[OurPost]:
        """Return the posts that came from our app and are public, oldest first."""

    def breathe(self) -> None:
        """Forget what was called so far, so that no rate limit is met."""


@runtime_checkable
class SignsWebhooks(Protocol):
    """A stand-in that can sign a webhook as its network does."""

    def signed(self, body: bytes) -> Mapping[str, str]:
        """Return the headers of a request with this body, their names in small letters."""


@runtime_checkable
class LikesForUs(Protocol):
    """A stand-in of a network on which an app can like posts: it says which ones we like."""

    def is_liked(self, post_id: str) -> bool:
        """Return whether our account likes a post."""


@runtime_checkable
class HidesForUs(Protocol):
    """A stand-in of a network that can hide posts: it makes one that can be hidden, and says what it is."""

    def say_under_ours(self, text: str) -> str:
        """Post as a customer where our account may hide it; return the post's id."""

    def is_hidden(self, post_id: str) -> bool:
        """Return whether a post is hidden."""

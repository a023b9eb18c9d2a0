"""The traits of a network by which use cases work otherwise on it."""

from bot.ports import Network, ReplacesReplies, ShowsSomePosts
from bot.ports.network_kind import network_kind

MESSAGES = "messages"  # the stream of private messages, and the option of an account that turns it on
_PRIVATE = frozenset({MESSAGES, "chat"})  # the streams of private messages, in each way that a network has


def asks_again_by_edits(network: Network | None) -> bool:
    """Return whether on this network a changed post is its author writing again."""
    return bool(getattr(network, "edits_ask_again", False))  # of RevisesPosts; isinstance takes tens of microseconds


def has_one_reply(network: Network | None) -> bool:
    """Return whether on this network a further reply to a post replaces the one before."""
    return network is not None and isinstance(network, ReplacesReplies) and network.one_reply


def can_be_asked_about(network: Network, post_id: str) -> bool:
    """Return whether the network can be asked about this single post."""
    return not isinstance(network, ShowsSomePosts) or network.can_be_asked_about(post_id)


def reads_messages(name: str, network: Network | None) -> bool:
    """Return whether private messages to an account of ours come to the desk, and are answered from it.

    Where each account can turn that on or off, its own streams tell.
    """
    kind = network_kind(name)
    if kind is None:
        return True
    if network is not None and any(one.name == MESSAGES for one in kind.options):
        return not _PRIVATE.isdisjoint(network.streams)
    return kind.private_answers

"""The traits of a network by which use cases work otherwise on it."""

from bot.ports import Network, ReplacesReplies, RevisesPosts


def asks_again_by_edits(network: Network | None) -> bool:
    """Return whether on this network a changed post is its author writing again."""
    return network is not None and isinstance(network, RevisesPosts) and network.edits_ask_again


def has_one_reply(network: Network | None) -> bool:
    """Return whether on this network a further reply to a post replaces the one before."""
    return network is not None and isinstance(network, ReplacesReplies) and network.one_reply

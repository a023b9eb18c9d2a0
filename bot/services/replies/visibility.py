"""Tells how long the network of a draft may take to show a public post."""

from bot.domain.replies.draft import Draft
from bot.domain.replies.outcome_checks import X_LIKE, VisibilityDelay
from bot.ports import Desk


def visibility_delay_of(desk: Desk, draft: Draft | None) -> VisibilityDelay:
    """Return the visibility delay of a draft's network."""
    network = desk.network(draft.target) if draft else None
    return network.visibility_delay if network else X_LIKE

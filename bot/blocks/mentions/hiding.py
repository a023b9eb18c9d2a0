"""The card's lines about posts that are hidden on their network, or were to be."""

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Phrase
from bot.blocks.base.wording import network, teammate
from bot.domain.cases.view import CaseView
from bot.domain.mentions.hiding import ON_THE_NETWORK, Hiding, HidingState, newest_hiding

_LINES = 3  # posts of which a card says it


def hiding_lines(view: CaseView) -> list[Phrase]:
    """Return what is known of posts that were to be hidden, or shown again, the newest ones first."""
    newest = [newest_hiding(view.hidings, mention) for mention in {one.mention for one in view.hidings}]
    found = sorted(filter(None, newest), key=lambda one: one.id, reverse=True)
    said = [line for one in found if (line := _said(view, one))]
    return said[:_LINES]


def _said(view: CaseView, one: Hiding) -> Phrase:
    where, which = network(view), _which(view, one)
    if one.state == HidingState.ASKED:
        return [*which, " is being hidden on" if one.hide else " is being shown again on", f" {where}"]
    if one.state != HidingState.DONE:
        return [*which, f": {one.why.rstrip('.')}"]
    if not one.hide:
        return []
    by = "somebody there" if one.by == ON_THE_NETWORK else teammate(view, one.by)
    why = f": {parts.shortened(one.reason, limits.REASON)}" if one.reason else ""
    return [*which, f" is hidden on {where}, by {by} at ", one.settled_at or one.at, why]


def _which(view: CaseView, one: Hiding) -> Phrase:
    posts = [post for post, _ in view.hideable]
    its = next((post for post in posts if post.id == one.mention), None)
    return ["the post of ", its.posted_at] if its and len(posts) > 1 else ["the post"]

"""Decides whether a post is set aside because of who wrote it: a troll or spammer, until the term is over."""

from datetime import datetime

from bot.domain.do_not_feed.aside import Aside
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.segments import segment_of
from bot.domain.triage.triage import Triage
from bot.ports import Desk
from bot.services.mentions.author_wrote_again import matters_again
from bot.services.mentions.routing import route


def aside_for(desk: Desk, post: Mention, triage: Triage, now: datetime) -> Aside | None:
    """Return the aside by which a post is set aside too; None for a post that is handled like any other.

    That is what tells of danger, law or somebody vulnerable, or of a topic that the case set aside is not about.
    """
    if not post.author.id:
        return None
    aside = desk.store.aside_of_author(post.ref.network, post.author.id, now)
    return None if aside is None or needs_a_look(desk, aside, post, triage) else aside


def needs_a_look(desk: Desk, aside: Aside, post: Mention, triage: Triage) -> bool:
    """Return whether a post of an author who is set aside is a case as any other."""
    segment = segment_of(desk.policy.segments, post.ref.network, post.author)
    routed = route(post, desk.policy, segment)
    return bool(triage.urgent) or matters_again(desk.store.case(aside.case_id), routed)


def matters_now(desk: Desk, post: Mention, triage: Triage) -> bool:
    """Return whether a changed post that was set aside because of who wrote it is a case by its new words."""
    found = desk.store.aside_post(post.id)
    if found is None or found.case_id:
        return False
    return needs_a_look(desk, desk.store.aside(found.aside), post, triage)

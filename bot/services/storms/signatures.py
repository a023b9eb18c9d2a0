"""Finds the subject of a post that was taken in, at this desk."""

from functools import lru_cache

from bot.domain.cases.search import indexed_words
from bot.domain.storms.heard import Heard
from bot.domain.storms.rising import Sighting
from bot.domain.storms.signature import Signature, signature
from bot.domain.team.languages import tongue
from bot.ports import Desk


def sighting(desk: Desk, one: Heard) -> Sighting:
    """Return a post as noticing looks at it."""
    return Sighting(at=one.at, author=one.author, case=one.case, signature=signature_of(desk, one))


def signature_of(desk: Desk, one: Heard) -> Signature:
    """Return what a post has in common with others."""
    post = one.mention
    answers = post.root_id and post.root_id != post.ref.post_id
    return signature(
        post.text,
        tongue(post.language),
        topic=one.topic,
        under=f"{post.ref.network}:{post.root_id}" if answers else "",
        names=own_names(desk),
        private=post.private,
    )


def own_names(desk: Desk) -> frozenset[str]:
    """Return the words of the brand's own names, which say nothing here."""
    brands = (one.brand for one in desk.policy.accounts.values())
    return _names(desk.policy.brand, *brands, *(network.handle for network in desk.networks.values()))


@lru_cache(maxsize=8)
def _names(*called: str) -> frozenset[str]:
    return frozenset(indexed_words("", " ".join(called)).split())

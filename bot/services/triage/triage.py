"""Tells what a mention is, from its own words, before anything of it is stored."""

from bot.domain.mentions.mention import Mention
from bot.domain.team.languages import tongue
from bot.domain.triage.triage import Kind, Reason, Triage
from bot.domain.triage.words_of_their_own import own_words
from bot.ports import Desk

_THANKS = frozenset({"thanks", "thank", "you", "thx", "ty", "cheers", "danke", "gracias", "merci", "obrigado"})


def triage_of(desk: Desk, post: Mention) -> Triage:
    """Return what a post is taken for. Nothing is read or written: it is asked before the transaction begins."""
    _ = desk
    kind, why = _kind(post)
    return Triage(kind=kind, kind_by=why, language=tongue(post.language))


def _kind(post: Mention) -> tuple[Kind, Reason]:
    words = own_words(post.text)
    if "?" in post.text or post.media:
        return Kind.COMPLAINT, Reason()
    if not words:
        return Kind.CHATTER, Reason(rule="no words")
    if _THANKS.issuperset(words):
        return Kind.THANKS, Reason(words, "thanks")
    return Kind.COMPLAINT, Reason()

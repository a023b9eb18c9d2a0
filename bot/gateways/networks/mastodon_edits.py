"""Changes of our own statuses on Mastodon: what a call has to name, and whether a status has the new words."""

from collections.abc import Sequence

from bot.domain.base.text import comparable
from bot.gateways.networks.mastodon_answers import NOT_UNDERSTOOD
from bot.gateways.networks.mastodon_posts import StrangePost, parent_in, plain
from bot.gateways.outside import Json, objects, text_or_empty
from bot.ports.network import NetworkTrouble, ReplyNow


def changed_words(post_id: str, status: Json, source: Json, text: str) -> Json:
    """Return the body that gives our status other words, and keeps all else, since a missing field is removed.

    `source`: its words as they were typed; the handle that an answer begins with stays, so that its owner is
    addressed.
    Raises StrangePost where either is not about this status.
    """
    if {text_or_empty(status, "id"), text_or_empty(source, "id")} != {post_id}:
        raise StrangePost("status")
    first = text_or_empty(source, "text").partition(" ")[0]
    language, media = text_or_empty(status, "language"), objects(status, "media_attachments")
    return {
        "status": f"{first} {text}" if first.startswith("@") and parent_in(status) else text,
        "spoiler_text": text_or_empty(source, "spoiler_text"),
        "sensitive": status.get("sensitive") is True,
        **({"language": language} if language else {}),
        **({"media_ids": [one["id"] for one in media if "id" in one]} if media else {}),
    }


def says_now(status: Json | None, post_id: str, texts: Sequence[str]) -> ReplyNow | None:
    """Return which of these texts a status of ours has; None: the server has none. Raises NetworkTrouble."""
    if status is None:
        return None
    if text_or_empty(status, "id") != post_id:
        raise NetworkTrouble(NOT_UNDERSTOOD)
    return ReplyNow(post_id, [one for one in texts if has_words(status, one)])


def has_words(status: Json, text: str) -> bool:
    """Return whether a post of ours has this text, apart from the handles that it begins with."""
    words = plain(text_or_empty(status, "content"))
    while words.startswith("@") and comparable(words) != comparable(text):
        words = words.partition(" ")[2]
    return comparable(words) == comparable(text)

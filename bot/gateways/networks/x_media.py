"""Reads what is attached to a post or a private message on X."""

from collections.abc import Iterable, Mapping, Sequence

from bot.domain.mentions.attachments import AttachedKind, Attachment
from bot.gateways.outside import Json, object_in, objects, text_or_empty

MOST_MEDIA = 1_000
# What is asked for of pictures and films, by tweepy's names; their keys are an expansion.
MEDIA_KEYS, MEDIA_FIELDS = "attachments.media_keys", ["alt_text", "type"]
_KINDS = {
    "photo": AttachedKind.PICTURE,
    "animated_gif": AttachedKind.PICTURE,
    "video": AttachedKind.VIDEO,
}


def media_keys(post: Json) -> Sequence[object]:
    """Return the keys of the pictures and films of a post, or of a private message."""
    keys = object_in(post, "attachments").get("media_keys")
    return keys if isinstance(keys, list) else ()


def media_of(post: Json) -> int:
    """Return how many pictures and films a post, or a private message, has."""
    return min(len(media_keys(post)), MOST_MEDIA)


def media_told(page: Json) -> Mapping[str, Json]:
    """Return the pictures and films that come with a page of posts, by their keys."""
    return {text_or_empty(one, "media_key"): one for one in objects(object_in(page, "includes"), "media")}


def attached_in(post: Json, media: Mapping[str, Json]) -> Iterable[Attachment]:
    """Yield what is attached to a post, with its author's description where X tells it."""
    for key in media_keys(post):
        told = media.get(key, {}) if isinstance(key, str) else {}
        yield Attachment(_KINDS.get(text_or_empty(told, "type"), AttachedKind.OTHER), text_or_empty(told, "alt_text"))

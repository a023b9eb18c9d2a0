"""Converts X's private messages into posts, and their conversations into addresses."""

import re
from collections.abc import Mapping

from bot.domain.base.moments import moment_in
from bot.domain.base.text import clean, comparable
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side, private_root
from bot.domain.mentions.unreadable import Glimpse
from bot.gateways.networks.message_addresses import MessageAddresses
from bot.gateways.networks.x_media import MEDIA_FIELDS, MEDIA_KEYS, media_of
from bot.gateways.networks.x_posts import Item, Strange, Us, created_at, links, made_at, unescaped, words_with
from bot.gateways.outside import Json, objects, text_or_empty
from bot.ports.network import Unparsed

# What is asked for of a message and of its author, by tweepy's names.
MESSAGE_FIELDS: Mapping[str, object] = {
    "dm_event_fields": [
        "id",
        "text",
        "event_type",
        "created_at",
        "sender_id",
        "dm_conversation_id",
        "attachments",
        "entities",
    ],
    "event_types": "MessageCreate",
    "expansions": ["sender_id", MEDIA_KEYS],
    "media_fields": MEDIA_FIELDS,
    "user_fields": ["username", "name", "public_metrics"],
}
_ONE_TO_ONE = re.compile(r"(\d{1,19})-(\d{1,19})", re.ASCII)  # X names a conversation of more people by one number
X_MESSAGES = MessageAddresses(r"\d{1,19}-\d{1,19}", r"\d{1,19}", lambda convo: f"https://x.com/messages/{convo}")


def other_in(convo: str, account: str) -> str:
    """Return the id of the one person whom our account talks to in a conversation; "" where others read it, too."""
    found = _ONE_TO_ONE.fullmatch(convo)
    others = [one for one in found.groups() if one != account] if found else []
    return others[0] if len(others) == 1 else ""


def convo_of(told: Json) -> str:
    """Return the conversation that a message, or X's answer to one of ours, names; or ""."""
    return text_or_empty(told, "dm_conversation_id")


def is_read(item: Item, us: Us) -> bool:
    """Return whether something told is a message between our account and one person, as far as it can be read."""
    convo, kind = convo_of(item.post), text_or_empty(item.post, "event_type")
    return kind in {"", "MessageCreate"} and (not convo or bool(other_in(convo, us.account)))


def read_message(item: Item, us: Us, authors: Mapping[str, Author]) -> Mention | Unparsed:
    """Return a private message as a post, or as unreadable when it does not follow X's documentation."""
    try:
        return _message(item, us, authors)
    except Strange as strange:
        why = f"X sent a private message whose {strange} Heard does not understand."
        address = X_MESSAGES.of(convo_of(item.post), item.id)
        return Unparsed(item.raw, why, str(address) if address else "", _glimpse(item, us, authors))


def says(told: Json, text: str) -> bool:
    """Return whether a message has this text, apart from X's escapes and short addresses."""
    return comparable(unescaped(text_or_empty(told, "text")), _links(told)) == comparable(clean(text))


def sender_of(item: Item) -> str:
    """Return the id of who wrote a message, or ""."""
    return text_or_empty(item.post, "sender_id")


def _message(item: Item, us: Us, authors: Mapping[str, Author]) -> Mention:
    told, convo, sender = item.post, convo_of(item.post), sender_of(item)
    them, address = other_in(convo, us.account), X_MESSAGES.of(convo, item.id)
    media = media_of(told)
    fits = {
        "dm_conversation_id": bool(them),
        "id": bool(item.id and address),
        "sender_id": sender in {us.account, them},
        "text": isinstance(told.get("text"), str) or ("text" not in told and media > 0),
    }
    if address is None or not all(fits.values()):
        raise Strange(next((name for name in fits if not fits[name]), "id"))
    ours = sender == us.account
    return Mention(
        ref=PostRef("x", us.account, str(address)),
        root_id=private_root(them),
        parent_id=None,
        author=authors.get(sender) or Author(id=sender, handle=us.handle if ours else sender),
        text=words_with(item, text_or_empty(told, "text"), ours=ours),
        posted_at=created_at(told),
        side=Side.OURS if ours else Side.THEIRS,
        media=media,
        url=address.page,
        answerable=Answerable.UNKNOWN if ours else Answerable.YES,
        private=True,
        raw=item.raw,
    )


def _glimpse(item: Item, us: Us, authors: Mapping[str, Author]) -> Glimpse:
    sender, them = sender_of(item), other_in(convo_of(item.post), us.account)
    author = authors.get(sender)
    return Glimpse(
        author_id=sender if sender in {us.account, them} else "",
        handle=author.handle if author and sender == them else "",
        text=clean(unescaped(text_or_empty(item.post, "text"))),
        root_id=private_root(them) if them else "",
        posted_at=made_at(item) if item.id else moment_in(text_or_empty(item.post, "created_at")),
        public=False,
        ours=sender == us.account,
    )


def _links(told: Json) -> dict[str, str]:
    """Return the full addresses by the short ones in a message; X tells them at one of two places."""
    plain = {text_or_empty(one, "url"): text_or_empty(one, "expanded_url") for one in objects(told, "urls")}
    return {short: full for short, full in plain.items() if full} | links(told)

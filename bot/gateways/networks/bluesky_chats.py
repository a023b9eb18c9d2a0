"""Converts what Bluesky tells of private conversations into posts."""

from datetime import datetime

from bot.domain.base.moments import moment_in
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.mentions.attachments import AttachedKind, Attachment, with_attachments
from bot.domain.mentions.mention import Answerable, Author, Mention, PostRef, Side, private_root
from bot.gateways.networks.bluesky_posts import SITE, OddPost, as_kept, profile_in
from bot.gateways.networks.message_addresses import MessageAddress, MessageAddresses
from bot.gateways.outside import Json, object_in, objects, text_or_empty

_PART = r"[A-Za-z0-9._~-]{1,128}"
BLUESKY_MESSAGES = MessageAddresses(_PART, _PART, lambda convo: f"{SITE}/messages/{convo}")


@dataclass(frozen=True, slots=True)
class OneToOne:
    """A conversation between our account and one other person."""

    convo: str
    us: Author
    them: Author

    def message(self, told: Json) -> Mention:
        """Return a message of it as a post. Raises OddPost."""
        address, at = self.address(told), sent_at(told)
        sender = text_or_empty(object_in(told, "sender"), "did")
        known = sender in {self.us.id, self.them.id} and isinstance(told.get("text"), str)
        if address is None or at is None or not known:
            raise OddPost("message")
        ours = sender == self.us.id
        return Mention(
            ref=PostRef("bluesky", self.us.id, str(address)),
            root_id=private_root(self.them.id),
            parent_id=None,
            author=self.us if ours else self.them,
            text=clean(text_or_empty(told, "text")) if ours else with_attachments(told["text"], _attached(told)),
            posted_at=at,
            side=Side.OURS if ours else Side.THEIRS,
            url=address.page,
            answerable=Answerable.UNKNOWN if ours else Answerable.YES,
            private=True,
            raw=as_kept(told),
        )

    def address(self, told: Json) -> MessageAddress | None:
        """Return the id of one of its messages, or None."""
        return BLUESKY_MESSAGES.of(self.convo, text_or_empty(told, "id"))


def _attached(told: Json) -> list[Attachment]:
    """Return what a message shows besides its words: Bluesky lets people attach a post alone."""
    return [Attachment(AttachedKind.POST)] if object_in(told, "embed") else []


def one_to_one(convo: Json, account: str) -> OneToOne | None:
    """Return a conversation of our account with one person; None for one of more, or that is not understood."""
    if text_or_empty(object_in(convo, "kind"), "$type").endswith("#groupConvo"):
        return None
    try:
        members = {one.id: one for one in map(profile_in, objects(convo, "members"))}
    except OddPost:
        return None
    us, others = members.get(account), [one for did, one in members.items() if did != account]
    known = BLUESKY_MESSAGES.of(text_or_empty(convo, "id"), "x")
    return OneToOne(known.convo, us, others[0]) if us and known and len(others) == 1 else None


def sent_at(told: Json) -> datetime | None:
    """Return when a message was sent, by the network's clock; None where that is not told."""
    return moment_in(text_or_empty(told, "sentAt"))


def is_deleted(told: Json) -> bool:
    """Return whether a message is told as deleted."""
    return text_or_empty(told, "$type").endswith("#deletedMessageView")


def is_of_the_system(told: Json) -> bool:
    """Return whether a message is no words of anybody, but says that somebody joined, or the like."""
    return text_or_empty(told, "$type").endswith("#systemMessageView")

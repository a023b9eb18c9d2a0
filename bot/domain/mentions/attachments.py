"""Says in words what is attached to a post: nothing of it is fetched, and its link is that of the post."""

from collections.abc import Sequence
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean

LONGEST = 1_000  # signs of what one of them says
_MOST = 20  # of one post that are said


class AttachedKind(StrEnum):
    """A kind of attachment, as people call it."""

    PICTURE = "picture"
    VIDEO = "video"
    SOUND = "sound"
    STICKER = "sticker"
    LINK = "link"
    POST = "post of somebody else"
    FILE = "file"
    OTHER = "attachment"


_ELSEWHERE = {AttachedKind.LINK, AttachedKind.POST}  # not counted among a post's photos
_BEGINNINGS = tuple(f"[{one.capitalize()}{end}" for one in AttachedKind if one not in _ELSEWHERE for end in ":]")


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is attached to a post; `says`: its author's description, or the title and address of a link."""

    kind: AttachedKind
    says: str = ""


def with_attachments(words: str, attached: Sequence[Attachment]) -> str:
    """Return a post's words, and below them a line for each attachment that says something.

    Without words each kind of attachment has a line, and one that nobody knows too, so that no post is empty.
    """
    text = clean(words)
    if not text.strip():
        return _lines(attached or [Attachment(AttachedKind.OTHER)])
    said = _lines([one for one in attached if one.says.strip()])
    return f"{text}\n{said}" if said else text


def count_said(text: str) -> int:
    """Return how many lines of a post's text say a picture or the like: `with_attachments` put them there."""
    return sum(line.startswith(_BEGINNINGS) for line in text.splitlines())


def _lines(attached: Sequence[Attachment]) -> str:
    return "\n".join(dict.fromkeys(_line(one) for one in attached[:_MOST]))


def _line(one: Attachment) -> str:
    says = " ".join(clean(one.says).split())
    cut = says if len(says) <= LONGEST else says[: LONGEST - 1].rstrip() + "…"
    name = one.kind.value.capitalize()
    return f"[{name}: {cut}]" if cut else f"[{name}]"

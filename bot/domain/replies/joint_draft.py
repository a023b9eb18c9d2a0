"""Joint drafts: one writer's words for several customers, each with a text, an approval and a reply of their own."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean, first_name, visible
from bot.domain.mentions.mention import Author

AT_ONCE = 15  # texts in one review message, each shown whole with its buttons
TOGETHER = 8_000  # code points of all of them, which one message shows without cutting


@dataclass(frozen=True, slots=True, kw_only=True)
class JointDraft:
    """A review message for several drafts, in the order of their cases; a draft that is written again leaves it."""

    id: int
    case_id: int  # on which the words were written
    channel: str
    by: str
    at: datetime
    asked: str  # the approver who is asked; "": nobody can be asked
    drafts: Sequence[int] = ()  # rows of the drafts


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text as its review message showed it: draft, version, the author's newest post, the conversation."""

    draft: int
    version: int
    seen: int
    mark: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case that is not among the others, and why."""

    case_id: int
    why: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another customer's case under the same public post; `why_not`: why our words cannot be for them too, or ""."""

    case_id: int
    name: str
    link: str = ""
    language: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoOffered:
    """The other customers whom words can be for, too: the first of them, whether there are more, and who cannot."""

    first: Sequence[Sibling] = ()
    more: bool = False
    held: Sequence[Sibling] = ()


NOBODY_ELSE = AlsoOffered()


def personalised(words: str, of: Author, to: Author) -> str:
    """Return words for one customer as words for another: their names take the place of the first one's.

    A customer whose profile shows no first name is called by their handle. Only whole words count, written as on the
    profile: a customer called Will is no reason to change "you will".
    """
    handle = f"@{to.handle.lstrip('@')}"
    called = {first_name(of.name, of.handle): first_name(to.name, to.handle) or handle}
    called |= {visible(clean(of.name)).strip(): visible(clean(to.name)).strip() or handle}
    called |= {f"@{of.handle.lstrip('@')}": handle}
    known = sorted((one for one in called if one.strip("@ ")), key=len, reverse=True)
    if not known:
        return words
    found = re.compile(rf"(?<![\w@])(?:{'|'.join(map(re.escape, known))})(?!\w)")
    return found.sub(lambda name: called[name[0]], words)

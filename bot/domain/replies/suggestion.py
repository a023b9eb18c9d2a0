"""The question to a machine, and the words of its answer that a form may show."""

import re
from collections.abc import Sequence

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import visible
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, Side
from bot.domain.mentions.moved_to_private import to_answer
from bot.domain.team.languages import tongue

NEWEST = 6  # posts of a conversation that are told
EACH = 1_000  # code points of each
LONGEST = 3_000  # code points of an answer: an input takes no more
THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)  # which some models write before their answer


@dataclass(frozen=True, slots=True)
class ToldPost:
    """A post of the conversation, as a machine is told of it: without its author's name."""

    ours: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWanted:
    """The question for a first version of a reply: the newest posts, oldest first, and what they are about."""

    conversation: Sequence[ToldPost]
    brand: str
    network: str  # as people write it
    limit: int = 0  # characters of one post; 0: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionPolicy:
    """The cases that a machine may be told of, and the language into which it translates."""

    networks: frozenset[str] = frozenset()
    private: bool = False  # private messages, too
    into: str = "en"

    def may_tell(self, case: Case, mentions: Sequence[Mention]) -> bool:
        """Return whether a machine may be told of a case: of its network, and of the post that is answered."""
        answered = to_answer(mentions)
        if answered is None or case.network not in self.networks:
            return False
        return bool(posts_told([answered], private=self.private))

    def translates(self, case: Case, mentions: Sequence[Mention]) -> bool:
        """Return whether a translation of a case may be asked for: it is, as far as known, in another language."""
        return (
            bool(tongue(case.language))
            and tongue(case.language) != tongue(self.into)
            and self.may_tell(case, mentions)
        )


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The words of a machine for one state of a conversation; or why there are none."""

    words: str
    machine: str
    seen: str  # the mark of the conversation that it was told
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """A post of the customer, or our draft, with the words of a machine that say the same in another language."""

    ours: bool
    text: str
    words: str
    machine: str
    into: str  # the code of that language


def posts_told(mentions: Sequence[Mention], *, private: bool) -> tuple[ToldPost, ...]:
    """Return what a machine is told of a conversation; `private`: also its private messages."""
    open_to_it = [one for one in mentions if one.deleted_at is None and (private or not one.private)]
    said = [ToldPost(one.side == Side.OURS, visible(one.text).strip()[:EACH]) for one in open_to_it]
    return tuple([one for one in said if one.text][-NEWEST:])


def usable_words(answer: str) -> str:
    """Return the words of a machine's answer as a form may show them: "" for none, or for too many."""
    words = visible(THINKING.sub("", answer)).strip()
    return words if len(words) <= LONGEST else ""

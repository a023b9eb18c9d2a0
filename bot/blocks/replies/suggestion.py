"""A machine's words in the reply form, with the buttons that ask for them and begin with them."""

from datetime import datetime

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase
from bot.blocks.cases.buttons import case_value
from bot.domain.cases.case import Case
from bot.domain.replies.suggestion import Suggestion

_READ = (
    "A machine wrote this. It knows nothing of orders or accounts: check each fact, and fill each gap, such as "
    "[by when]. Whoever approves it sees that the words are a machine's."
)
_CUT = "Its answer comes within a minute; where none does, the desk was interrupted: ask again."


def suggestion(
    case: Case, found: Suggestion | None, machine: str, secret: bytes, *, asked_at: datetime | None = None
) -> list[Block]:
    """Return what the form shows of a machine: that it was asked, its words, or the button that asks it.

    Once asked, the form also has the way on for a desk that is restarted before the answer is there.
    """
    value = case_value(case, secret)
    if asked_at is not None:
        again = parts.button("Ask again", ids.SUGGEST, value, f"Ask {machine} again")
        since: Phrase = [machine, " was asked at ", asked_at, f". You can go on writing. {_CUT}"]
        return [parts.rich(parts.line(since, asked_at)), *parts.actions([again])]
    if found and found.words:
        begin = parts.button("Start from this", ids.SUGGESTED_START, value, f"Start from the words of {machine}")
        again = parts.button("Suggest another start", ids.SUGGEST, value, f"Ask {machine} for other words")
        return [
            parts.labelled("Suggested by a machine:", found.machine),
            parts.rich(parts.quote(found.words, limits.WORDS)),
            parts.small(_READ),
            *parts.actions([begin, again]),
        ]
    why = [parts.small(f"{found.why_none} Nothing has changed.")] if found else []
    words = "Suggest a start"
    return [*why, *parts.actions([parts.button(words, ids.SUGGEST, value, f"{words}: ask {machine}")])]

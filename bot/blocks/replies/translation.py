"""A case beside its translation by a machine, in a window for whoever asked; nothing of it goes anywhere."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.base import limits, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase, as_line
from bot.blocks.base.wording import full_name, language
from bot.domain.cases.view import CaseView
from bot.domain.replies.suggestion import TranslatedText
from bot.ports.chat import Message

_READ = "A machine translated this, for reading only: decide by the words on the left where you can."

_CUT = "That takes a minute or two; where nothing comes, close this and press Translate again."
_PIECE = limits.FIELD  # of a text longer than a column of Slack


def translating(view: CaseView, now: datetime) -> Message:
    """Draw the window while the machine is asked, with the way on for a desk that is restarted meanwhile."""
    said: Phrase = ["A machine was asked at ", now, f" to translate this. {_CUT}"]
    return Message(text=as_line(said, now), kept_to=view.kept_to, blocks=[parts.context(said, now)])


def translation(view: CaseView, found: Sequence[TranslatedText], why_none: str) -> Message:
    """Draw each text with its translation beside it, and why there is none."""
    shown = [block for one in found for block in _beside(view, one)]
    why = [parts.small(why_none)] if why_none else []
    note = [parts.small(_READ)] if found else []
    aloud = [f"{_whose(view, one)}: {one.text} / {one.machine}: {one.words}" for one in found]
    text = " ".join([*aloud, why_none]).strip()
    return Message(text=text[: limits.FALLBACK], kept_to=view.kept_to, blocks=[*shown, *note, *why])


def _beside(view: CaseView, one: TranslatedText) -> list[Block]:
    """Return both texts in two columns; on a phone Slack puts one below the other, so each says whose it is."""
    own = f"{_whose(view, one)}:\n{one.text}"
    theirs = f"{one.machine}, in {language(one.into) or one.into}:\n{one.words}"
    return [
        {
            "type": "section",
            "fields": [parts.plain_text(text[start : start + _PIECE] or "–", _PIECE) for text in (own, theirs)],
        }
        for start in range(0, max(len(own), len(theirs)), _PIECE)
    ]


def _whose(view: CaseView, one: TranslatedText) -> str:
    return "Our draft" if one.ours else full_name(view.case)

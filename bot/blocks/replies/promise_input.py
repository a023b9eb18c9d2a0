"""The question about a moment that the words of a reply promise."""

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select
from bot.blocks.base.parts import Block
from bot.blocks.base.wording import who_waits
from bot.domain.cases.view import CaseView
from bot.domain.mentions.moved_to_private import counts_from_message
from bot.domain.promises.spoken_promise import Spoken, in_words, in_zone


def promise_block(spoken: Spoken) -> str:
    """Return the id of the input that asks about this promise; another moment gives another id, so a new question."""
    return ids.PROMISE_BLOCK + spoken.mark


def promise_input(view: CaseView, spoken: Spoken | None, words: str) -> list[Block]:
    """Return the question whether the promise in these words is kept in mind; empty for words without one."""
    if spoken is None:
        return []
    choices = {ids.KEEP: _reminder(view, spoken, words), ids.NO_PROMISE: "No promise"}
    label = f"Your words promise an answer {parts.shortened(spoken.phrase, limits.NAME)}"
    clock = f"Clock times are read as {in_zone(view.zone)}, the desk's own."  # people's own may differ
    hint = f"{clock} Our next reply that goes out counts as that answer."
    return [input_block(promise_block(spoken), label, select(ids.PROMISE_SELECT, choices), hint)]


def _reminder(view: CaseView, spoken: Spoken, words: str) -> str:
    """Return when the writer is reminded of the promise in their words."""
    if counts_from_message(words, spoken):
        return parts.shortened(f"Remind me {spoken.phrase} of when {who_waits(view.case)} writes", limits.OPTION)
    counted = ", counted from when it goes out" if spoken.within else ""
    return f"Remind me before {in_words(spoken.due_at, view.now, view.zone)}{counted}"

"""Draws the triage of a case with the words that decided it; only what is unusual is said."""

from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Bold, Phrase, joined
from bot.blocks.base.wording import teammate
from bot.domain.cases.view import CaseView
from bot.domain.triage.triage import USUAL, Reason, Triage, Unheard

_WORD = 40  # characters of a word of the customer's
_UNHEARD = {
    Unheard.NEVER_ANSWERED: "says that nobody answered",
    Unheard.NOT_KNOWING_WHERE: "does not know where to ask",
}


def triage_line(view: CaseView) -> list[Phrase]:
    """Return one line with what is unusual: "urgent (safety): *melted*, *socket* · says that nobody answered"."""
    triage = view.triage
    if triage is None or not is_unusual(triage):
        return []
    said = [_urgent(triage), _kind(triage), _unheard(triage)]
    by = [f"corrected by {teammate(view, triage.corrected_by)}"] if triage.corrected_by else []
    return [joined([*(one for one in said if one), by])]


def is_unusual(triage: Triage) -> bool:
    """Return whether there is something to say of it."""
    return bool(triage.urgent or triage.unheard or triage.corrected_by) or triage.kind not in USUAL


def _urgent(triage: Triage) -> Phrase:
    return [f"urgent ({triage.urgent})", *_because(triage.urgent_by)] if triage.urgent else []


def _kind(triage: Triage) -> Phrase:
    if triage.kind in USUAL and not triage.corrected_by:
        return []
    return [f"{'' if triage.sure else 'perhaps '}{triage.kind}", *_because(triage.kind_by)]


def _unheard(triage: Triage) -> Phrase:
    return [_UNHEARD[triage.unheard], *_because(triage.unheard_by)] if triage.unheard else []


def _because(reason: Reason) -> Phrase:
    """Return ": " and the words of the post, each in bold; then the rule of the configuration that fits them."""
    said: Phrase = []
    for word in reason.words:
        said = [*said, ", " if said else ": ", Bold(shortened(word, _WORD))]
    return [*said, f" (rule “{shortened(reason.configured, _WORD)}”)"] if reason.configured else said

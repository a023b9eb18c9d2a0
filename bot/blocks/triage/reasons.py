"""Draws the triage of a case with the words that decided it; only what is unusual is said."""

from collections.abc import Sequence

from bot.blocks.base.parts import shortened
from bot.blocks.base.phrases import Bold, Phrase, joined
from bot.blocks.base.wording import foreign, teammate
from bot.domain.cases.view import CaseView
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.routing_words import as_written
from bot.domain.mentions.safety import TOPIC
from bot.domain.triage.triage import USUAL, Reason, Triage, Unheard

_WORD = 40  # characters of a word of the customer's
_BY = {"script": "by its script", "words": "by its words"}
_UNHEARD = {
    Unheard.NEVER_ANSWERED: "says that nobody answered",
    Unheard.NOT_KNOWING_WHERE: "does not know where to ask",
}


def triage_line(view: CaseView) -> list[Phrase]:
    """Return one line with what is unusual: "urgent (safety): *melted*, *socket* · says that nobody answered"."""
    triage = view.triage
    if triage is None:
        return []
    by: Phrase = [f"corrected by {teammate(view, triage.corrected_by)}"] if triage.corrected_by else []
    said = [*(one(view, triage) for one in (_urgent, _kind, _unheard, _topic, _language)), by]
    return [joined([one for one in said if one])] if any(said) else []


def is_unusual(triage: Triage) -> bool:
    """Return whether the triage has an unusual value."""
    return bool(triage.urgent or triage.unheard or triage.corrected_by) or triage.kind not in USUAL


def _urgent(view: CaseView, triage: Triage) -> Phrase:
    return [f"urgent ({triage.urgent})", *_because(triage.urgent_by, view.mentions)] if triage.urgent else []


def _kind(view: CaseView, triage: Triage) -> Phrase:
    if triage.kind in USUAL and not triage.corrected_by and not triage.kind_by.configured:
        return []
    return [f"{'' if triage.sure else 'perhaps '}{triage.kind}", *_because(triage.kind_by, view.mentions)]


def _unheard(view: CaseView, triage: Triage) -> Phrase:
    return [_UNHEARD[triage.unheard], *_because(triage.unheard_by, view.mentions)] if triage.unheard else []


def _topic(view: CaseView, triage: Triage) -> Phrase:
    """Return the topic with its words, unless the reason why it is urgent says the same."""
    told = triage.topic_by.words and triage.topic not in {triage.urgent, TOPIC}
    return [f"topic {shortened(triage.topic, _WORD)}", *_because(triage.topic_by, view.mentions)] if told else []


def _language(view: CaseView, triage: Triage) -> Phrase:
    """Return what told a language that not everybody here reads, where it was not the network."""
    by = _BY.get(triage.language_by.rule, "")
    return [f"{foreign(view)} {by}"] if by and foreign(view) else []


def _because(reason: Reason, posts: Sequence[Mention]) -> Phrase:
    """Return ": " and the words of the post, each in bold; then the rule of the configuration that fits them."""
    said: Phrase = []
    for word in reason.words:
        said = [*said, ", " if said else ": ", Bold(shortened(as_written(word, [one.text for one in posts]), _WORD))]
    return [*said, f" (rule “{shortened(reason.configured, _WORD)}”)"] if reason.configured else said

"""Finds the texts of a holding reply whose customers' language has no words of its own."""

from collections.abc import Mapping, Sequence

from bot.domain.cases.case import Case
from bot.domain.storms.holding_reply import OTHERWISE, NoVariant, is_variant
from bot.domain.team.languages import tongue
from bot.domain.triage.language import language_of
from bot.domain.triage.words_of_their_own import own_words
from bot.ports import Desk


def without_variant(desk: Desk, cases: Sequence[Case]) -> Mapping[int, NoVariant]:
    """Return, by case, who gets the words for everybody although they write another language."""
    found = {one.id: _without(desk, one) for one in cases}
    return {number: one for number, one in found.items() if one}


def _without(desk: Desk, case: Case) -> NoVariant | None:
    spoken = tongue(case.language)
    holding = desk.store.holding_of(case.draft.id) if case.draft and spoken else None
    if holding is None or case.draft is None or spoken in holding.variants:
        return None
    words = holding.variants[OTHERWISE]
    got = _language(desk, words)
    return NoVariant(spoken, got) if got != spoken and is_variant(case.draft.text, words) else None


def _language(desk: Desk, words: str) -> str:
    return language_of("", own_words(words, ""), desk.policy.guess)[0]

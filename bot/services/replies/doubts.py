"""Collects the doubts about a draft, about which its approver is asked first."""

from collections.abc import Iterator

from bot.domain.cases.case import Case
from bot.domain.replies.doubt import Doubt, all_doubts
from bot.ports import Desk
from bot.services.replies.after_return import doubts_after_return
from bot.services.replies.costly_links import doubts_about_links
from bot.services.replies.personal_data import money_exposed


def doubt_about(desk: Desk, case: Case) -> Doubt | None:
    """Return the doubt about a case's draft, its words and what they answer, or None."""
    return all_doubts([*_of_words(desk, case, ""), *doubts_after_return(desk, case)])


def doubt_about_words(desk: Desk, case: Case, *, seen: str) -> Doubt | None:
    """Return the doubt about new words alone, or None; `seen`: words whose links somebody insisted on before."""
    return all_doubts([*_of_words(desk, case, seen)])


def _of_words(desk: Desk, case: Case, seen: str) -> Iterator[Doubt]:
    if exposed := money_exposed(desk, case):
        yield Doubt(
            f"Everybody would read {exposed} in these words.",
            "Shall everybody read it?",
            "Did you mean to publish that?",
        )
    yield from doubts_about_links(desk, case, seen=seen)

"""Collects the doubts about a draft, about which its approver is asked first."""

from bot.domain.cases.case import Case
from bot.domain.replies.doubt import Doubt, all_doubts
from bot.ports import Desk
from bot.services.replies.costly_links import doubts_about_links
from bot.services.replies.personal_data import money_exposed


def doubt_about(desk: Desk, case: Case, *, seen: str = "") -> Doubt | None:
    """Return the doubt about a case's draft, or None; `seen`: words whose links somebody insisted on before."""
    exposed = money_exposed(desk, case)
    shown = Doubt(
        f"Everybody would read {exposed} in these words.",
        "Shall everybody read it?",
        "Did you mean to publish that?",
    )
    return all_doubts([*([shown] if exposed else []), *doubts_about_links(desk, case, seen=seen)])

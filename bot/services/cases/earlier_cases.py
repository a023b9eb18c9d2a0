"""Lists a customer's earlier cases: their words, our approved words, and how each ended."""

from datetime import datetime

from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Case
from bot.domain.cases.earlier_case import EarlierCase, ending, last_word
from bot.domain.replies.draft import DraftKind
from bot.domain.slack.readers import Reader
from bot.ports import Desk
from bot.services.cases.view import also_known, view

AT_MOST = 8  # cases that are shown, the newest first


def earlier_cases(desk: Desk, case: Case, reader: Reader, now: datetime) -> list[EarlierCase]:
    """Return the newest earlier cases of the case's author, as far as the reader may read them.

    With those of the same person on other networks, as far as they are public.
    """
    numbers = [*desk.store.earlier_cases(case, AT_MOST)]
    for same in also_known(desk, case):
        numbers += desk.store.public_cases_of(same.network, same.author_id, AT_MOST)
    found = sorted(desk.store.cases(numbers), key=lambda one: one.opened_at, reverse=True)
    return [_earlier(desk, one, reader, now) for one in found]


def _earlier(desk: Desk, case: Case, reader: Reader, now: datetime) -> EarlierCase:
    seen = view(desk, case, reader, now)
    last = last_word(case, desk.store.mentions(case.id))
    taken_for = desk.store.triage(last.id) if last else None
    draft = seen.case.draft
    went_out = draft is not None and draft.state == DraftState.SENT and draft.kind != DraftKind.TAKE_BACK
    return EarlierCase(
        view=seen,
        ending=ending(case, last, taken_for),
        ended_at=last.posted_at if last else None,
        reply=draft.text if draft and went_out and not seen.hidden else "",
    )

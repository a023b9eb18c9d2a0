"""Lets somebody begin a reply with a past reply or a machine's words, and remembers where these come from."""

import json
from dataclasses import replace
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.replies.origins import OriginKind, StartingText, TextOrigin
from bot.ports import Desk
from bot.services.replies.reply_form import STARTS, ReplyForm, keep, noted

LAST = 3  # texts that are remembered for one form


def begin_with(desk: Desk, case: Case, form: ReplyForm, start: StartingText, *, by: str, at: datetime) -> ReplyForm:
    """Return the form with these words instead of its own, stored with where they come from."""
    begun = replace(form, words=start.text, template="", facts={}, prepared=False)
    keep(desk, case.id, begun, by=by, at=at)
    remembered = (*kept_starts(desk, case.id, by=by), start)[-LAST:]
    stored = json.dumps([[one.text, one.origin.kind, one.origin.name] for one in remembered])
    desk.store.save_words(case.id, by, {**desk.store.saved_words(case.id, by), STARTS: stored}, at)
    return noted(desk, case, begun, by=by, now=at)


def kept_starts(desk: Desk, case_id: int, *, by: str) -> tuple[StartingText, ...]:
    """Return the texts with which somebody began their unfinished reply, oldest first."""
    stored = desk.store.saved_words(case_id, by).get(STARTS, "[]")
    return tuple(StartingText(text, TextOrigin(OriginKind(kind), name)) for text, kind, name in json.loads(stored))

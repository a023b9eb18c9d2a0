"""Lets somebody begin a reply with a past reply or a machine's words, and remembers where these come from."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.replies.draft import Draft, known_words
from bot.domain.replies.origins import (
    KnownText,
    OriginKind,
    Passage,
    Passages,
    StartingText,
    TextOrigin,
    cut_into_passages,
    machine_passages,
    machines_copied,
    origins,
    with_machines,
)
from bot.ports import Desk
from bot.services.replies.reply_form import READ, STARTS, ReplyForm, keep, noted

LAST = 3  # texts that are remembered for one form
LAST_READ = 12  # texts of machines
FORMS = 50  # unfinished ones of one person, and drafts of one storm, that are looked through for a machine's words


def begin_with(desk: Desk, case: Case, form: ReplyForm, start: StartingText, *, by: str, at: datetime) -> ReplyForm:
    """Return the form with these words instead of its own, stored with where they come from."""
    begun = replace(form, words=start.text, template="", facts={}, prepared=False)
    keep(desk, case.id, begun, by=by, at=at)
    _remember(desk, case.id, STARTS, (*_kept(desk, case.id, STARTS, by=by), start)[-LAST:], by=by, at=at)
    return noted(desk, case, begun, by=by, now=at)


def past_reply_start(desk: Desk, draft: int, words: str) -> StartingText:
    """Return the words of a past reply as a start; a machine's words in it stay a machine's."""
    origin = TextOrigin(OriginKind.PAST_REPLY, str(draft))
    sent = desk.store.case_at_draft(draft).draft
    return with_machines(words, origin, known_words(sent)) if sent else StartingText(words, origin)


def remember_machine(desk: Desk, case_id: int, start: StartingText, *, by: str, at: datetime) -> None:
    """Remember a machine's words that somebody is shown: they can be copied without a press on a button."""
    shown = [one for one in _kept(desk, case_id, READ, by=by) if one != start]
    _remember(desk, case_id, READ, [*shown, start][-LAST_READ:], by=by, at=at)


def kept_starts(desk: Desk, case_id: int, words: str, *, by: str) -> tuple[StartingText, ...]:
    """Return the texts with which somebody began these words, oldest first, and machines' that they copied."""
    copied = machines_read(desk, desk.store.case(case_id), words, by=by)
    return (*_kept(desk, case_id, STARTS, by=by), *copied)


def machines_read(
    desk: Desk, case: Case, words: str, *, by: str, beside: Draft | None = None
) -> tuple[StartingText, ...]:
    """Return the machines' words that somebody copied into these: from a form of any case, or from a draft.

    That is the last one of this case, which may have ended, or the one `beside` it that they correct.
    """
    drafts = [one for one in (case.draft, beside) if one]
    earlier = [passage for one in drafts for passage in machine_passages(known_words(one))]
    return machines_copied(words, [*_shown(desk, by=by), *earlier])


def machines_anywhere(desk: Desk, storm_id: int, words: str, *, by: str) -> tuple[StartingText, ...]:
    """Return a machine's words in words for a storm: the writer was shown them, or they stand in its drafts."""
    passages = _passages(desk, words, desk.store.machine_words_in_storm(storm_id, FORMS), by=by)
    found = cut_into_passages(words, passages)
    return tuple(StartingText(said, origin) for origin, said in found if origin.kind == OriginKind.MACHINE)


def with_machines_found(desk: Desk, words: str, *, by: str, before: Sequence[KnownText] = ()) -> Passages:
    """Return where words that answer nobody come from: a machine's that the writer saw, or had written `before`.

    Those of drafts lately are known again too, whoever wrote them.
    """
    return _passages(desk, words, [*before, *desk.store.machine_words_lately(FORMS)], by=by)


def _passages(desk: Desk, words: str, known: Sequence[KnownText], *, by: str) -> Passages:
    earlier = [passage for one in known for passage in machine_passages(one)]
    return origins(words, by, machines_copied(words, [*_shown(desk, by=by), *earlier]))


def _shown(desk: Desk, *, by: str) -> list[StartingText]:
    """Return what machines answered to somebody in the forms that they have not sent, of whichever case."""
    forms = desk.store.words_saved_lately(by, FORMS)
    return [_read(*one) for form in forms for one in json.loads(form.get(READ, "[]"))]


def _kept(desk: Desk, case_id: int, key: str, *, by: str) -> tuple[StartingText, ...]:
    stored = json.loads(desk.store.saved_words(case_id, by).get(key, "[]"))
    return tuple(_read(*one) for one in stored)


def _read(text: str, kind: str, name: str, passages: Sequence[tuple[str, str, int]] = ()) -> StartingText:
    whose = tuple(Passage(TextOrigin(OriginKind(its), who), length) for its, who, length in passages)
    return StartingText(text, TextOrigin(OriginKind(kind), name), passages=whose)


def _remember(desk: Desk, case_id: int, key: str, starts: Sequence[StartingText], *, by: str, at: datetime) -> None:
    stored = json.dumps([_written(one) for one in starts])
    with desk.store.transaction():
        desk.store.case(case_id)  # its lock, as in reply_form.keep
        desk.store.save_words(case_id, by, {**desk.store.saved_words(case_id, by), key: stored}, at)


def _written(start: StartingText) -> Sequence[object]:
    passages = [(one.origin.kind, one.origin.name, one.length) for one in start.passages]
    return start.text, start.origin.kind, start.origin.name, passages

"""The address of a reminder to the person it asks, and the possible answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import ids, parts
from bot.blocks.base.parts import Block
from bot.blocks.base.phrases import Phrase
from bot.blocks.base.wording import draft_noun, teammate, who_waits
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.slack_ids import is_person
from bot.domain.base.tables import GOING_ON
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import LAPSE, PromiseKind, Reminder
from bot.domain.reminders.recipients import on_its_way


@dataclass(frozen=True, slots=True)
class Said:
    """The texts of a reminder for one situation: before the due moment, and after the lapse."""

    ask: str  # Slack user id of the one person who is asked, or ""
    in_time: str  # after the name
    late: str
    please: str  # once it is late, after the name
    buttons: Sequence[Block | None]
    shows_draft: bool = False


def addressed(view: CaseView, said: Said, its: Reminder, secret: bytes) -> Said | None:
    """Return the texts for the person whom this reminder asked; None once somebody else has to act."""
    if its.level > LAPSE and not its.asked and not on_its_way(view.case):
        return _nobody_else(view, said, its, secret) if said.ask == its.holder else None
    if said.ask == its.asked:
        return replace(said, buttons=[*said.buttons, *_answers(view, said, its, secret)]) if its.asked else said
    if said.ask != its.holder:
        return None
    if said.shows_draft and not its.asked:
        return _nobody_decides(said)
    if its.level > LAPSE:
        return _drawn_in(view, said, its, secret)
    return _stands_in(view, said, its, secret) if its.holder else _first_hand(view, said, its)


def _first_hand(view: CaseView, said: Said, its: Reminder) -> Said:
    nobody = f"obody has taken case {view.case.id} yet"
    in_time = f"n{nobody} and {who_waits(view.case)} is waiting. Can you?"
    return replace(said, ask=its.asked, in_time=in_time, late=f"N{nobody}.", please="can you take it?")


def _nobody_decides(said: Said) -> Said:
    nobody = "Nobody who is here now can approve it. Please tell a lead."
    return replace(said, ask="", in_time=f"{said.late} {nobody}", please=nobody)


def _stands_in(view: CaseView, said: Said, its: Reminder, secret: bytes) -> Said:
    away = f"{teammate(view, its.holder)} is away"
    in_time = f"{away} and {_waiting(view, its)}. Can you take over?"
    row = [have_it_button(view, its, secret)]
    return replace(said, ask=its.asked, in_time=in_time, please=f"{away}: can you take over?", buttons=row)


def _waiting(view: CaseView, its: Reminder) -> str:
    """Return who or what waits; without a name when no customer waits."""
    draft = view.case.draft
    if its.about.kind == PromiseKind.OWN_ACCORD and draft is not None:
        return f"the {draft_noun(draft)} is waiting"
    return f"{who_waits(view.case)} is waiting"


def _drawn_in(view: CaseView, said: Said, its: Reminder, secret: bytes) -> Said:
    row = [have_it_button(view, its, secret)]
    to_all = not is_person(its.asked)  # the leads' channel: everybody who reads it
    please = "Can one of you help?" if to_all else "can you help?"
    ask = "" if to_all else its.asked
    return replace(said, ask=ask, late=_stands(view, said, its), please=please, buttons=row, shows_draft=False)


def _nobody_else(view: CaseView, said: Said, its: Reminder, secret: bytes) -> Said:
    late = f"{_stands(view, said, its)} Nobody else can be asked now."
    if not its.holder and not said.shows_draft:
        return replace(said, late=late)
    return replace(said, ask="", late=late, please="", buttons=[have_it_button(view, its, secret)], shows_draft=False)


def have_it_button(view: CaseView, its: Reminder, secret: bytes) -> Block | None:
    """Return the way to take what a reminder is about, until somebody answered it."""
    return None if its.taken_by else _button(view, its, "I have it", ids.REMINDER_HAVE_IT, secret)


def _stands(view: CaseView, said: Said, its: Reminder) -> str:
    if said.late:
        return said.late
    return f"{teammate(view, its.holder)} holds case {view.case.id}."


def _answers(view: CaseView, said: Said, its: Reminder, secret: bytes) -> list[Block | None]:
    """Return the buttons with which the person can answer, without those they have used."""
    more = None if its.quiet_until is not None else _button(view, its, "10 more minutes", ids.REMINDER_SNOOZE, secret)
    if said.shows_draft:
        return [more]
    on_it = on_it_button(view, its, secret)
    if view.case.state not in GOING_ON:  # nobody holds a case that is solved, dismissed or closed
        return [on_it, more]
    return [on_it, more, _button(view, its, "Hand over", ids.REMINDER_HAND_OVER, secret)]


def on_it_button(view: CaseView, its: Reminder, secret: bytes) -> Block | None:
    """Return the button to say that one is on it, until that was said."""
    works = bool(its.taken_by) and its.quiet_until is None
    return None if works else _button(view, its, "On it", ids.REMINDER_ON_IT, secret)


def answer_given(view: CaseView, its: Reminder) -> Phrase:
    """Return the answer to this reminder, and until when it is valid; empty without an answer."""
    if not its.taken_by or its.taken_at is None:
        return []
    who, until = teammate(view, its.taken_by), _until(view, its)
    if until is None and its.quiet_until is not None:
        return [f"{who} asked for time until ", its.quiet_until, "."]
    said = "asked for more time at" if its.quiet_until else "has been on it since"
    then: Phrase = ["; the next reminder comes at ", until, "."] if until else ["."]
    return [f"{who} {said} ", its.taken_at, *then]


def _until(view: CaseView, its: Reminder) -> datetime | None:
    """Return when the next reminder of this promise is due; None without one."""
    about = next((one for one in view.case.promises if one.clock_runs and one.id == its.about.id), None)
    return about.remind_at if about else None


def open_button(view: CaseView, link: str) -> Block | None:
    """Return the button that opens the case's thread, or None when its address is unknown."""
    return parts.link_button("Open", ids.OPEN_THREAD, link, f"Open the thread of case {view.case.id}")


def _button(view: CaseView, its: Reminder, words: str, action_id: str, secret: bytes) -> Block:
    value = ids.button_value(ids.REMINDER, its.id, its.level, secret)
    return parts.button(words, action_id, value, f"{words}, case {view.case.id}, {who_waits(view.case)}")

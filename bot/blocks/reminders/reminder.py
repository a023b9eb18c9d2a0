"""Reminders: each asks one person to act, and says how long the customer has waited."""

from datetime import datetime, timedelta

from bot.blocks.base import limits, parts
from bot.blocks.base.phrases import Person, Phrase, as_line, capital, joined, numbered, sentence
from bot.blocks.base.wording import length, network, reply_noun, teammate, who_waits, writers
from bot.blocks.cases.buttons import (
    claim_button,
    draft_buttons,
    not_me_button,
    pressable_unread,
    reply_button,
    see_draft_button,
)
from bot.blocks.cases.status_lines import status_phrases
from bot.blocks.mentions.post_facts import newest
from bot.blocks.promises.due_lines import due_phrase, waited
from bot.blocks.reminders.reminder_answers import Said, addressed, answer_given, open_button
from bot.blocks.replies import draft_text
from bot.blocks.replies.changes_since_draft import aloud
from bot.domain.accounts.holds import AccountHold
from bot.domain.base.slack_ids import is_person
from bot.domain.base.tables import DraftState
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import Promise, Reminder
from bot.domain.replies.draft import Draft, DraftKind
from bot.ports.chat import Message

LATE = 100  # per cent of the promise's time; from this level on the promise has lapsed

A_MINUTE = timedelta(minutes=1)


def reminder(
    view: CaseView,
    level: int,
    due_at: datetime,
    told_at: datetime,
    secret: bytes,
    *,
    promise: int = 0,
    its: Reminder | None = None,
    direct: bool = False,
    link: str = "",
) -> Message:
    """Draw a reminder to the person who has to act; `due_at`: when the reminder was due, `told_at`: when it is sent.

    `promise`: row of its promise; 0: the promise that falls due first. `its`: the stored reminder, with the person it
    asks. `direct`: it is a direct message, without the card above it, and so quotes
    the customer; `link` leads to the thread from there.
    """
    case = view.case
    about = (
        next((one for one in case.promises if one.clock_runs and one.id == promise), None)
        if promise
        else case.due_first
    )
    if about is None:
        return _settled(view, due_at, promise)
    said = _said(view, secret)
    if its is not None:
        to = addressed(view, said, its, secret)
        if to is None:
            return _moved(view, its)
        said = to
    late = level >= LATE or told_at > about.due_at
    phrase = _late(view, said, about, told_at) if late else _in_time(view, said, about)
    phrase = joined([phrase, answer_given(view, its) if its else []], " ")
    asked = case.draft if said.shows_draft else None
    post = draft_text.answered_post(view, asked) if asked else newest(view) if direct else None
    quote = [parts.post(post.text)] if post else []
    shown = draft_text.draft_for_decision(view, asked) if asked else []
    blocks = [
        parts.rich(parts.line(phrase, view.now), *quote),
        *shown,
        *parts.actions([*pressable_unread(view, said.buttons), open_button(view, link)]),
    ]
    owed_since: Phrase = ["Owed since ", about.due_at, "."] if late else []
    texts = draft_text.both_aloud(view, asked) if asked else [aloud(post.text)] if post else []
    line = numbered(case.id, joined([phrase, owed_since, texts], " "))
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def _in_time(view: CaseView, said: Said, about: Promise) -> Phrase:
    due = sentence(due_phrase(view, about))
    return [*_to(view, said, said.in_time), " ", *due]


def _late(view: CaseView, said: Said, about: Promise, told_at: datetime) -> Phrase:
    late = told_at - about.due_at
    by = f"has waited {length(late)}" if late >= A_MINUTE else "has now waited"
    since = f"{waited(view, about, by)}."
    please: Phrase = _to(view, said, said.please) if said.please else []
    return joined([capital([since]), [said.late] if said.late else [], please], " ")


def _to(view: CaseView, said: Said, words: str) -> Phrase:
    return [_person(view, said.ask), f", {words}"] if said.ask else [words]


def _person(view: CaseView, who: str) -> Person:
    return Person(who, teammate(view, who))


def _moved(view: CaseView, its: Reminder) -> Message:
    """Draw a reminder to somebody who no longer has to act."""
    whom = teammate(view, its.asked) if is_person(its.asked) else ""
    said: Phrase = [
        f"Case {view.case.id}, {who_waits(view.case)}: {whom or 'you'} need not do anything here any more."
    ]
    line = joined([said, answer_given(view, its), *(sentence(one) for one in status_phrases(view))], " ")
    return limits.fit(
        Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=[parts.rich(parts.line(line, view.now))])
    )


def older_reminder(view: CaseView, its: Reminder, newer: Reminder) -> Message:
    """Draw a reminder that a newer one has replaced: it has no buttons."""
    first: Phrase = [f"Case {view.case.id}, {who_waits(view.case)}: {_asked(view, its)} reminded at ", its.noted_at]
    before, after = _asked(view, its), _asked(view, newer)
    again: Phrase = ["and again at " if before == after else f"and {after} reminded at ", newer.noted_at]
    line = joined([joined([first, [*again, "."]], ", "), answer_given(view, its)], " ")
    blocks = [parts.rich(parts.line(line, view.now))]
    return limits.fit(Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=blocks))


def _asked(view: CaseView, its: Reminder) -> str:
    return f"{teammate(view, its.asked)} was" if is_person(its.asked) else "the team was"


def _settled(view: CaseView, due_at: datetime, promise: int) -> Message:
    """Draw a reminder whose case needed nothing any more when it was sent."""
    said: Phrase = [
        f"Case {view.case.id}, {who_waits(view.case)}: {_what(view, promise)} was due ",
        due_at,
        ". Nothing is owed now." if view.case.due_first is None else ". That is settled.",
    ]
    where = joined([sentence(one) for one in status_phrases(view)], " ")
    line = joined([said, where], " ")
    return limits.fit(
        Message(text=as_line(line, view.now), kept_to=view.kept_to, blocks=[parts.rich(parts.line(line, view.now))])
    )


def _what(view: CaseView, promise: int) -> str:
    case = view.case
    names = ((case.resolution, "a solution"), (case.own_accord, "a decision"))
    return next((name for one, name in names if promise and one and one.id == promise), "a reply")


def _said(view: CaseView, secret: bytes) -> Said:
    draft = view.case.draft
    if draft is None or not draft.live:
        return _held(view, secret) if view.case.assignee else _unclaimed(view, secret)
    if draft.state == DraftState.WRITING:
        return _writing(view, draft, secret)
    if draft.state == DraftState.IN_REVIEW:
        return _in_review(view, draft, secret)
    if draft.on_its_way:
        return _on_its_way(view, draft, secret)
    return _undecided(view, draft, secret)


def _unclaimed(view: CaseView, secret: bytes) -> Said:
    nobody = f"Nobody has taken case {view.case.id} yet."
    buttons = [reply_button(view.case, secret), claim_button(view.case, secret)]
    return Said("", f"{nobody} {who_waits(view.case)} is waiting.", nobody, "Who can take it?", buttons)


def _held(view: CaseView, secret: bytes) -> Said:
    who = who_waits(view.case)
    buttons = [reply_button(view.case, secret)]
    return Said(view.case.assignee, f"{who} is waiting for your reply.", "", "can you answer?", buttons)


def _writing(view: CaseView, draft: Draft, secret: bytes) -> Said:
    noun = reply_noun(draft)
    yours = f"your {_work(view, draft)} is not with an approver yet."
    please = "can you send your draft for approval?"
    return Said(
        draft.author, yours, f"The {noun} is still being written.", please, [see_draft_button(view.case, secret)]
    )


def _in_review(view: CaseView, draft: Draft, secret: bytes) -> Said:
    whose = f"{writers(view, draft)}'s {reply_noun(draft)}"
    to = f"{writers(view, draft)}'s {_work(view, draft)}"
    buttons = [*draft_buttons(view, secret), not_me_button(view, secret) if draft.asked else None]
    in_time = f"{to} is waiting for you." if draft.asked else f"{to} needs one approver."
    late = f"{whose} is ready and needs one approver."
    please = "can you read it?" if draft.asked else ""
    return Said(draft.asked, in_time, late, please, buttons, shows_draft=True)


def _on_its_way(view: CaseView, draft: Draft, secret: bytes) -> Said:
    whose = f"{writers(view, draft)}'s {reply_noun(draft)}"
    kept = view.halt.why if view.halt else _why_held(view, view.hold) if view.hold else ""
    rest = "is about to go out." if _alone(draft) and not kept else "is approved and has not gone out yet."
    rest += f" {kept}" if kept else ""
    to = f"{writers(view, draft)}'s {_work(view, draft)}"
    return Said("", f"{to} {rest}", f"{whose} {rest}", "", [see_draft_button(view.case, secret)])


def _why_held(view: CaseView, hold: AccountHold) -> str:
    return hold.why if hold.needs_a_person else f"{network(view)} asks us to wait."


def _undecided(view: CaseView, draft: Draft, secret: bytes) -> Said:
    whose = f"{writers(view, draft)}'s {reply_noun(draft)}"
    who = draft.approval.by if draft.approval else draft.asked
    needs = f"{writers(view, draft)}'s {_work(view, draft)} {_STUCK[draft.state]}."
    late = f"{whose} {'' if _alone(draft) else 'is approved and '}{_STUCK[draft.state]}."
    return Said(who, needs, late, "can you look?" if who else "", draft_buttons(view, secret))


def _work(view: CaseView, draft: Draft) -> str:
    """Return the kind of a draft and its customer: "reply to Priya"."""
    who = who_waits(view.case)
    taken_back = draft.kind == DraftKind.TAKE_BACK
    return f"request to take the reply to {who} back" if taken_back else f"{reply_noun(draft)} to {who}"


def _alone(draft: Draft) -> bool:
    return draft.approval is not None and bool(draft.approval.lane)


_STUCK = {
    DraftState.FAILED: "was not taken by the network",
    DraftState.UNCONFIRMED: "may have gone out: nobody knows yet",
    DraftState.BY_HAND: "has to be posted by hand",
}

"""The table of who is told about each event, and how. wants.py derives the Slack messages from it.

People get a direct message only where they must act or have to know, never about their own actions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import NEEDS_A_PERSON, CaseVerb, DraftState, DraftVerb, FactVerb, Verb
from bot.domain.cases import events, inquiry_events
from bot.domain.cases.apply_to_promises import Answer
from bot.domain.cases.case import Case
from bot.domain.cases.events import Event
from bot.domain.reminders import recipients, reminder_events
from bot.domain.replies import draft_events
from bot.domain.replies.requests import open_request
from bot.domain.slack.telling import TellingKind


class Who(StrEnum):
    """A person who may be told of an event by direct message, in words for the documentation."""

    HOLDER = "whoever holds the case"
    GIVEN = "whoever gets the case"
    BEFORE = "whoever held it before"
    WRITERS = "whoever wrote the draft"
    CAME_BACK = "the writer whose draft came back"
    APPROVER = "the approver who is asked anew"
    SENDER = "whoever let a reply out that needs a person now"
    REMINDED = "whoever the reminder asks"
    INQUIRER = "whoever asked the other team"


@dataclass(frozen=True, slots=True)
class Row:
    """The recipients of one event: people by direct message, everybody by a new message in the thread."""

    direct: Sequence[tuple[Who, TellingKind]] = ()
    thread: Sequence[TellingKind] = ()


_ASK, _BACK, _NEWS = TellingKind.ASK, TellingKind.BACK, TellingKind.NEWS
_MOVED = ((Who.APPROVER, _ASK), (Who.HOLDER, _NEWS), (Who.SENDER, _NEWS))
_STALE = ((Who.APPROVER, _ASK), (Who.SENDER, _NEWS))
_STUCK = ((Who.SENDER, _NEWS),)
_TAKEN_OFF = ((Who.WRITERS, _NEWS), (Who.HOLDER, _NEWS))
CARD_ONLY = Row()

HEARD: Mapping[Verb, Row] = {
    CaseVerb.CLAIM: CARD_ONLY,
    CaseVerb.ASSIGN: Row(((Who.GIVEN, _NEWS), (Who.BEFORE, _NEWS))),
    CaseVerb.RELEASE: Row(((Who.BEFORE, _NEWS),), (TellingKind.CLAIM_CHECK,)),
    CaseVerb.REPLY_SENT: CARD_ONLY,
    CaseVerb.ANSWERED_ELSEWHERE: Row(((Who.APPROVER, _ASK), (Who.WRITERS, _NEWS), (Who.SENDER, _NEWS))),
    CaseVerb.AUTHOR_WROTE: Row(_MOVED, (TellingKind.MENTION,)),
    CaseVerb.SOLVE: CARD_ONLY,
    CaseVerb.DISMISS: CARD_ONLY,
    CaseVerb.RESURFACE: CARD_ONLY,
    CaseVerb.REOPEN: CARD_ONLY,
    CaseVerb.ANSWER_TAKEN_BACK: CARD_ONLY,
    CaseVerb.CLOSE: CARD_ONLY,
    CaseVerb.JOIN: Row(_TAKEN_OFF),
    CaseVerb.UNJOIN: CARD_ONLY,
    CaseVerb.SPLIT_OFF: Row(_STALE),
    DraftVerb.EDIT: Row(((Who.WRITERS, _NEWS),)),
    DraftVerb.SUBMIT: Row(((Who.APPROVER, _ASK),), (TellingKind.DRAFT,)),
    DraftVerb.WITHDRAW: Row(_TAKEN_OFF),
    DraftVerb.APPROVE: CARD_ONLY,
    DraftVerb.STALE: Row(((Who.APPROVER, _ASK),)),
    DraftVerb.STOP: Row(((Who.APPROVER, _ASK), (Who.WRITERS, _NEWS))),
    DraftVerb.MISMATCH: Row(_TAKEN_OFF),
    DraftVerb.REQUEST_CHANGES: Row(((Who.CAME_BACK, _BACK),)),
    DraftVerb.SEND: CARD_ONLY,
    DraftVerb.HAND_OVER: Row(_STUCK),
    DraftVerb.DELIVERED: CARD_ONLY,
    DraftVerb.PART_DELIVERED: CARD_ONLY,
    DraftVerb.LEAVE: CARD_ONLY,
    DraftVerb.REFUSED: Row(_STUCK),
    DraftVerb.LOST: Row(_STUCK),
    DraftVerb.ABSENT: Row(_STUCK),
    FactVerb.OPENED: CARD_ONLY,
    FactVerb.STARTED: CARD_ONLY,
    FactVerb.REMINDED: Row(((Who.REMINDED, TellingKind.DIRECT_REMINDER),), (TellingKind.REMINDER,)),
    FactVerb.APPROVER_ASKED: Row(((Who.APPROVER, _ASK),)),
    FactVerb.ON_IT: CARD_ONLY,
    FactVerb.CLAIM_CHECKED: Row(((Who.HOLDER, TellingKind.CLAIM_CHECK),)),
    FactVerb.STILL_ON_IT: CARD_ONLY,
    FactVerb.SNOOZED: CARD_ONLY,
    FactVerb.OUTCOME_CHECKED: Row(_STUCK),
    FactVerb.RETRY_GIVEN_UP: Row(_STUCK),
    FactVerb.SOLO_READ: CARD_ONLY,
    FactVerb.PROMISED: CARD_ONLY,
    FactVerb.REPRIORITISED: Row(((Who.HOLDER, _NEWS),)),
    FactVerb.RETIMED: CARD_ONLY,  # for all cases at once, after a change of hours; reminders use the new moments
    FactVerb.MOMENTS_CORRECTED: CARD_ONLY,
    FactVerb.WROTE_LIGHTLY: Row(_STALE, (TellingKind.MENTION,)),
    FactVerb.POST_EDITED: Row(_MOVED),
    FactVerb.POST_DELETED: Row(_MOVED),
    FactVerb.ERASED: CARD_ONLY,  # and every message that stands, however old
    FactVerb.FOLLOWED: CARD_ONLY,
    FactVerb.TRIAGE_CORRECTED: CARD_ONLY,
    FactVerb.SAME_PERSON: CARD_ONLY,
    FactVerb.ANOTHER_PERSON: CARD_ONLY,
    FactVerb.CALLED_IMPOSTOR: CARD_ONLY,
    FactVerb.IMPOSTOR_WROTE: Row(((Who.HOLDER, _NEWS),)),
    FactVerb.WROTE_AS_US: CARD_ONLY,
    FactVerb.NO_IMPOSTOR: CARD_ONLY,
    FactVerb.TOOK_IN: Row(((Who.HOLDER, _NEWS),)),
    FactVerb.FOLDED: CARD_ONLY,
    FactVerb.CAME_OUT: CARD_ONLY,
    FactVerb.LINKED_POST_ARRIVED: Row(_STALE),
    FactVerb.SPLIT_OFF_BESIDE: Row(_STALE),
    FactVerb.PASTED_LINK_CONFIRMED: CARD_ONLY,
    FactVerb.ASKED_PRIVATELY: CARD_ONLY,
    FactVerb.HIDE_ASKED: CARD_ONLY,
    FactVerb.SHOW_ASKED: CARD_ONLY,
    FactVerb.HIDDEN: CARD_ONLY,
    FactVerb.SHOWN_AGAIN: CARD_ONLY,
    FactVerb.HIDING_FAILED: CARD_ONLY,  # whoever asked is answered where they pressed
    FactVerb.PRIVATE_SILENCE: Row(((Who.HOLDER, _NEWS),)),
    FactVerb.INQUIRED: CARD_ONLY,  # and the other team, in its channel (wants.py)
    FactVerb.INQUIRY_ANSWERED: Row(((Who.INQUIRER, _NEWS), (Who.HOLDER, _NEWS)), (TellingKind.ANSWER,)),
    FactVerb.INQUIRY_WITHDRAWN: CARD_ONLY,
    FactVerb.INQUIRY_LATE: Row(((Who.INQUIRER, _NEWS),)),
}


def directly(before: Case, after: Case, event: Event) -> Iterator[tuple[TellingKind, str]]:
    """Yield the recipients of new direct messages about an event; at most one for each person, the first that fits.

    Who caused the event gets none, except a request for approval that they took over: it has its buttons.
    """
    told = {"" if isinstance(event, draft_events.ApproverAsked) else event.by, ""}
    for who, kind in HEARD[event.verb].direct:
        for person in _PEOPLE[who](before, after, event):
            if person not in told:
                told.add(person)
                yield kind, person


# --- who that is -------------------------------------------------------------------------------------------


def _before(before: Case, after: Case, _: Event) -> Sequence[str]:
    return [before.assignee] if before.assignee != after.assignee else []


def _writers(before: Case, after: Case, event: Event) -> Sequence[str]:
    """Return the writer of the live draft; after an answer from another app only if the draft could still be sent."""
    draft = before.draft
    if draft is None or not draft.live or (isinstance(event, Answer) and not (after.draft and after.draft.live)):
        return []
    return draft.authors


def _came_back(_: Case, after: Case, event: Event) -> Sequence[str]:
    silent = isinstance(event, draft_events.ChangesRequested) and not event.told
    return [after.draft.author] if after.draft and not silent else []


def _approver(before: Case, after: Case, event: Event) -> Sequence[str]:
    asked = open_request(after)
    silent = isinstance(event, draft_events.Submitted | draft_events.ApproverAsked) and not event.told
    return [asked[2]] if asked and asked != open_request(before) and not silent else []


def _given(_: Case, __: Case, event: Event) -> Sequence[str]:
    return [event.to] if isinstance(event, events.Assigned) else []


def _inquirer(_: Case, __: Case, event: Event) -> Sequence[str]:
    return [event.to] if isinstance(event, inquiry_events.InquiryAnswered | inquiry_events.InquiryLate) else []


def _reminded(_: Case, __: Case, event: Event) -> Sequence[str]:
    return [event.to] if isinstance(event, reminder_events.Reminded) and event.direct and event.level else []


def _sender(before: Case, after: Case, _: Event) -> Sequence[str]:
    stuck = _stuck(after)
    same = stuck is None or stuck == _stuck(before) or _only_goes_by_hand(before, after)
    return [] if same else [recipients.next_to_act(after)]


def _stuck(case: Case) -> tuple[object, ...] | None:
    """Return the state in which a reply needs a person; None where it does not."""
    draft = case.draft
    if draft is None or draft.state not in NEEDS_A_PERSON or draft.again_at:
        return None
    tried = draft.attempt
    return (draft.state, tried.n, tried.missed_at is not None) if tried else (draft.state,)


def _only_goes_by_hand(before: Case, after: Case) -> bool:
    """Return whether a refused reply is given to a person, who was told by the refusal already."""
    was, now = before.draft, after.draft
    return bool(was and now and was.state == DraftState.FAILED and now.state == DraftState.BY_HAND)


_PEOPLE: Mapping[Who, Callable[[Case, Case, Event], Sequence[str]]] = {
    Who.HOLDER: lambda _, after, __: [after.assignee],
    Who.GIVEN: _given,
    Who.BEFORE: _before,
    Who.WRITERS: _writers,
    Who.CAME_BACK: _came_back,
    Who.APPROVER: _approver,
    Who.SENDER: _sender,
    Who.REMINDED: _reminded,
    Who.INQUIRER: _inquirer,
}


def markdown() -> str:
    """Return the table in Markdown for the documentation; events shown only on the card are in its last line."""
    told = [(verb, row) for verb, row in HEARD.items() if row.direct or row.thread]
    rest = ", ".join(f"`{verb.value}`" for verb, row in HEARD.items() if not (row.direct or row.thread))
    head = ["| event | a direct message to | new in the thread |", "|---|---|---|"]
    lines = [f"| `{verb.value}` | {_in_words(row)} | {', '.join(row.thread)} |" for verb, row in told]
    return "\n".join([*head, *lines, f"| {rest} | nobody | |"])


def _in_words(row: Row) -> str:
    return ", ".join(f"{who.value} ({kind.value})" for who, kind in row.direct)

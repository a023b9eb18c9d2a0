"""Unsent messages and replies in words, for the rehearsal page."""

from typing import Any

from bot.domain.base.moments import in_full
from bot.domain.base.tables import DraftState
from bot.domain.slack.telling import Telling, TellingKind
from bot.ports import Desk

_KINDS = {
    TellingKind.CARD: "card",
    TellingKind.MENTION: "further post",
    TellingKind.DRAFT: "draft, in the thread",
    TellingKind.ASK: "draft, to its approver",
    TellingKind.BACK: "draft, back to its writer",
    TellingKind.NEWS: "news of a case",
    TellingKind.REMINDER: "reminder, in the thread",
    TellingKind.DIRECT_REMINDER: "reminder",
    TellingKind.CLAIM_CHECK: "question: still on it?",
    TellingKind.INQUIRY: "question to another team",
    TellingKind.INQUIRY_LATE: "reminder of a question to another team",
    TellingKind.ANSWER: "answer of another team, in the thread",
    TellingKind.DIGEST: "list of reminders",
    TellingKind.LIGHT: "list of light mentions",
    TellingKind.QUOTES: "thank-yous of a week, for marketing",
    TellingKind.STORM: "storm",
    TellingKind.STORM_DESK: "roles and checklist of a storm",
    TellingKind.STORM_PAUSE: "request to pause",
    TellingKind.STORM_OVER: "summary of a storm",
    TellingKind.JOINT: "draft for several customers",
    TellingKind.HOLDING: "holding reply of a storm",
    TellingKind.SWAP: "turn that somebody is asked to take",
    TellingKind.HANDOVER: "cases at the end of a turn",
    TellingKind.NOTICE: "sentence about the desk",
}
_REPLIES = {
    DraftState.APPROVED: "approved, goes out next",
    DraftState.SENDING: "being sent",
    DraftState.UNCONFIRMED: "outcome unknown, looked for",
    DraftState.FAILED: "not taken, goes out again by itself or waits for a person",
    DraftState.BY_HAND: "to be posted by hand",
}


def outbox(desk: Desk) -> dict[str, Any]:
    """Return the number of messages that wait for Slack, and lines on the first of them and on all replies."""
    found = desk.store.outbox()
    return {
        "waiting": found.count,
        "messages": [_message(one) for one in found.messages],
        "replies": [{"what": f"reply, case {case_id}", "state": _REPLIES[state]} for case_id, state in found.replies],
    }


def _message(telling: Telling) -> dict[str, str]:
    kind = _KINDS.get(telling.kind, telling.kind.value.replace("_", " "))
    case = f", case {telling.case_id}" if telling.case_id else ""
    return {"what": f"{kind}{case}", "to": telling.recipient or telling.channel, "state": _state(telling)}


def _state(telling: Telling) -> str:
    if telling.started_at is not None:
        return "begun, not answered yet"
    if telling.retry_at is not None:
        so_far = {0: "not taken yet", 1: "tried once"}.get(telling.tries, f"tried {telling.tries} times")
        return f"{so_far}, again on {in_full(telling.retry_at)}"
    return "to be redrawn" if telling.ts else "to be posted"

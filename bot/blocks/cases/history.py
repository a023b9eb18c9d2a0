"""The history of a case: one sentence for each line of its audit trail."""

from collections.abc import Mapping

from bot.blocks.base.phrases import Phrase
from bot.blocks.base.wording import PRIORITIES, display_name
from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseVerb, DraftVerb, FactVerb, Verb
from bot.domain.replies.solo import Lane

VERBS: Mapping[Verb, str] = {
    CaseVerb.CLAIM: "{who} claimed the case",
    CaseVerb.ASSIGN: "{who} gave the case to {to}",
    CaseVerb.RELEASE: "{who} handed the case back to the team",
    CaseVerb.REPLY_SENT: "the reply went out",
    CaseVerb.ANSWERED_ELSEWHERE: "an answer went out from the network's own app",
    CaseVerb.AUTHOR_WROTE: "the customer wrote again",
    FactVerb.WROTE_LIGHTLY: "the customer wrote again, and asks for nothing",
    CaseVerb.SOLVE: "{who} marked the case as solved",
    CaseVerb.DISMISS: "{who} set the case aside",
    CaseVerb.RESURFACE: "the case came back",
    CaseVerb.ANSWER_TAKEN_BACK: "the answer was taken back, so the customer waits again",
    CaseVerb.REOPEN: "{who} reopened the case",
    CaseVerb.CLOSE: "the case was closed after a time of silence",
    DraftVerb.EDIT: "{who} rewrote the draft",
    DraftVerb.SUBMIT: "{who} asked for approval",
    DraftVerb.WITHDRAW: "{who} withdrew the draft",
    DraftVerb.APPROVE: "{who} approved the draft",
    DraftVerb.STALE: "the draft needed another look",
    DraftVerb.STOP: "{who} stopped the reply before it went out",
    DraftVerb.MISMATCH: "the reply was stopped: it was not what had been approved",
    DraftVerb.REQUEST_CHANGES: "{who} asked for changes",
    DraftVerb.SEND: "sending began",
    DraftVerb.HAND_OVER: "the reply was left to be posted by hand",
    DraftVerb.DELIVERED: "the reply is out",
    DraftVerb.PART_DELIVERED: "part {part} of the reply is out",
    DraftVerb.LEAVE: "{who} let what is public count as the reply; the rest was not sent",
    DraftVerb.REFUSED: "the network did not take the reply",
    DraftVerb.LOST: "no answer came, so it was not known whether the reply went out",
    DraftVerb.ABSENT: "the reply was not on the network",
    FactVerb.OPENED: "the case was opened",
    FactVerb.FOLDED: "the case was folded into a storm",
    FactVerb.CAME_OUT: "the case came out of its storm",
    FactVerb.STARTED: "{who} began a draft",
    FactVerb.REMINDED: "a reminder was due",
    FactVerb.APPROVER_ASKED: "{to} was asked to approve",
    FactVerb.ON_IT: "{who} is on it",
    FactVerb.CLAIM_CHECKED: "{to} was asked whether they are still on it",
    FactVerb.STILL_ON_IT: "{who} is still on it",
    FactVerb.SNOOZED: "{who} asked for more time",
    FactVerb.PROMISED: "the reply promised an answer by a certain time",
    FactVerb.REPRIORITISED: "{who} made it {priority}",
    FactVerb.MOMENTS_CORRECTED: "planned anew: the clock of the desk's machine had run ahead",
    FactVerb.RETIMED: "the promised moments were worked out afresh, since the desk or its configuration changed",
    FactVerb.SOLO_READ: "{who} read the reply that went out solo",
    FactVerb.RETRY_GIVEN_UP: "the reply that was to go out again by itself was left to a person",
    FactVerb.OUTCOME_CHECKED: "the desk looked for the reply and could not tell",
    FactVerb.POST_EDITED: "the customer changed the post",
    CaseVerb.SPLIT_OFF: "{who} made the private messages a case of their own",
    FactVerb.SPLIT_OFF_BESIDE: "{who} made the private messages a case of their own",
    CaseVerb.JOIN: "{who} let it go on in case {into}",
    CaseVerb.UNJOIN: "{who} took it out of case {other} again",
    FactVerb.SAME_PERSON: "{who} joined the author with that of case {other}: the same person",
    FactVerb.ANOTHER_PERSON: "{who} said that the author of case {other} is somebody else",
    FactVerb.CALLED_IMPOSTOR: "the author was taken for somebody who pretends to be our support",
    FactVerb.IMPOSTOR_WROTE: "somebody who pretends to be our support wrote in the conversation: case {other}",
    FactVerb.WROTE_AS_US: "the author, who pretends to be our support, wrote to the customer of case {other}",
    FactVerb.NO_IMPOSTOR: "{who} said that case {other} is of no impostor",
    FactVerb.TOOK_IN: "{who} let case {other} go on here",
    FactVerb.LINKED_POST_ARRIVED: "the network brought the post that was added by link",
    FactVerb.PASTED_LINK_CONFIRMED: "the network shows the reply whose link was given",
    FactVerb.FOLLOWED: "the story goes on in the case that follows",
    FactVerb.TRIAGE_CORRECTED: "{who} corrected what it was taken for",
    FactVerb.ASKED_PRIVATELY: "the reply asked for a private message",
    FactVerb.PRIVATE_SILENCE: "no private message had come for days",
    FactVerb.INQUIRED: "{who} asked another team",
    FactVerb.INQUIRY_ANSWERED: "{who} answered the question of {to}",
    FactVerb.INQUIRY_WITHDRAWN: "the answer of another team was not needed any more",
    FactVerb.INQUIRY_LATE: "another team had not answered in time and was reminded",
    FactVerb.HIDE_ASKED: "{who} wanted a post hidden on its network",
    FactVerb.SHOW_ASKED: "{who} wanted a hidden post shown again",
    FactVerb.HIDDEN: "the post is hidden on its network",
    FactVerb.SHOWN_AGAIN: "the post is shown again on its network",
    FactVerb.HIDING_FAILED: "the network did not do it, or gave no answer",
    FactVerb.POST_DELETED: "the customer deleted the post",
    FactVerb.ERASED: "what was held about the customer was erased",
}
_LANES = {
    str(Lane.TEMPLATE): "{who} let prepared words out without a second reader",
    str(Lane.REASON): "{who} let the draft out solo, with a reason",
}
PRIORITY_NAMES = {str(priority): words for priority, words in PRIORITIES.items()}
_BY_NAME = {str(verb): words for verb, words in VERBS.items()} | {
    "give_up": "reading settled nothing, so a person was asked to look"
}  # of an earlier version


def history_line(line: Line, names: Mapping[str, str]) -> Phrase:
    """Return a line of the trail as a phrase: when, who, what."""
    words = _LANES.get(str(line.facts.get("lane", ""))) or _BY_NAME.get(line.verb, line.verb.replace("_", " "))
    to = line.facts.get("person")
    someone = display_name(names, to) if isinstance(to, str) and to else "somebody"
    priority = PRIORITY_NAMES.get(str(line.facts.get("priority", "")), "another priority")
    numbers = {name: line.facts.get(name, "") for name in ("into", "other", "part")}
    said = words.format(who=display_name(names, line.by), to=someone, priority=priority, **numbers)
    return [line.at, "  ", said[:1].upper() + said[1:] + _segment(line)]


def _segment(line: Line) -> str:
    """Return the sentence about the segment into which a line moved the case, or ""."""
    found = line.facts.get("segment")
    if found is None:
        return ""
    return f", in the segment {found}" if found else ", no longer in a segment"

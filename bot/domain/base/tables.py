"""The two transition tables (case and draft), and which events of one change the other."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.base.transitions import states_allowing


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    DISMISSED = "dismissed"
    CLOSED = "closed"


class CaseVerb(StrEnum):
    """What can happen to a case."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    REPLY_SENT = "reply_sent"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    AUTHOR_WROTE = "author_wrote"
    SOLVE = "solve"
    DISMISS = "dismiss"
    RESURFACE = "resurface"
    REOPEN = "reopen"
    CLOSE = "close"
    SPLIT_OFF = "part"  # private messages that went on here are another matter, and nothing else waits
    JOIN = "join"  # it turned out to be the conversation of another case, and goes on there


class DraftState(StrEnum):
    """Where a draft stands."""

    WRITING = "writing"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SENDING = "sending"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    BY_HAND = "by_hand"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class DraftVerb(StrEnum):
    """What can happen to a draft."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    STALE = "stale"
    STOP = "stop"
    MISMATCH = "mismatch"  # it is not what was approved, so it does not go out
    REQUEST_CHANGES = "request_changes"
    SEND = "send"
    HAND_OVER = "hand_over"
    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"
    ABSENT = "absent"


class FactVerb(StrEnum):
    """What is written down beside the two tables; none of these changes a state."""

    OPENED = "opened"  # the first line of every case
    STARTED = "started"  # the first line of every draft
    REMINDED = "reminded"
    APPROVER_ASKED = "asked"  # another approver is asked
    ON_IT = "on_it"  # whoever was reminded is on it
    CLAIM_CHECKED = "checked"  # whoever holds the case is asked whether they are on it
    STILL_ON_IT = "still_on_it"  # they are
    SNOOZED = "snoozed"  # whoever was reminded asks for more time
    OUTCOME_CHECKED = "looked"  # a reply of unknown outcome was looked for and not decided
    RETRY_GIVEN_UP = "left"  # a reply that was to go out again by itself is left to a person
    SOLO_READ = "read"  # a lead read what went out solo
    PROMISED = "promised"  # the reply that went out promised a moment in words
    REPRIORITISED = "reprioritised"
    RETIMED = "retimed"  # the desk hours or the turnarounds changed
    MOMENTS_CORRECTED = "set_right"  # the clock had run ahead
    POST_EDITED = "post_edited"
    POST_DELETED = "post_deleted"
    SPLIT_OFF_BESIDE = "parted"  # the same where something else waits, or the case has ended
    LINKED_POST_ARRIVED = "came_in"  # its network brought the post that was known by its link alone
    PASTED_LINK_CONFIRMED = "confirmed"  # its network shows our reply of which somebody gave the link
    FOLLOWED = "followed"  # a case was opened that follows this closed one


Verb = CaseVerb | DraftVerb | FactVerb

_C, _V = CaseState, CaseVerb
CASE: Mapping[CaseState, Mapping[CaseVerb, CaseState]] = {
    _C.NEW: {
        _V.CLAIM: _C.OPEN,
        _V.ASSIGN: _C.OPEN,
        _V.REPLY_SENT: _C.PENDING,  # released while its reply was on the way
        _V.ANSWERED_ELSEWHERE: _C.PENDING,
        _V.SOLVE: _C.SOLVED,
        _V.DISMISS: _C.DISMISSED,
        _V.AUTHOR_WROTE: _C.NEW,
        _V.SPLIT_OFF: _C.PENDING,
        _V.JOIN: _C.CLOSED,
    },
    _C.OPEN: {
        _V.RELEASE: _C.NEW,
        _V.ASSIGN: _C.OPEN,
        _V.REPLY_SENT: _C.PENDING,
        _V.ANSWERED_ELSEWHERE: _C.PENDING,
        _V.AUTHOR_WROTE: _C.OPEN,
        _V.SOLVE: _C.SOLVED,
        _V.DISMISS: _C.DISMISSED,
        _V.SPLIT_OFF: _C.PENDING,
        _V.JOIN: _C.CLOSED,
    },
    _C.PENDING: {
        _V.CLAIM: _C.PENDING,  # a pending case whose assignee left it can be taken without a customer waiting
        _V.RELEASE: _C.PENDING,
        _V.ASSIGN: _C.PENDING,
        _V.REPLY_SENT: _C.PENDING,
        _V.ANSWERED_ELSEWHERE: _C.PENDING,
        _V.AUTHOR_WROTE: _C.OPEN,
        _V.SOLVE: _C.SOLVED,
        _V.DISMISS: _C.DISMISSED,
        _V.SPLIT_OFF: _C.PENDING,
        _V.JOIN: _C.CLOSED,
    },
    _C.SOLVED: {_V.AUTHOR_WROTE: _C.OPEN, _V.REOPEN: _C.OPEN, _V.CLOSE: _C.CLOSED, _V.JOIN: _C.CLOSED},
    _C.DISMISSED: {
        _V.AUTHOR_WROTE: _C.DISMISSED,
        _V.RESURFACE: _C.NEW,
        _V.REOPEN: _C.NEW,
        _V.CLOSE: _C.CLOSED,
        _V.JOIN: _C.CLOSED,
    },
    _C.CLOSED: {},
}

_D, _W = DraftState, DraftVerb
DRAFT: Mapping[DraftState, Mapping[DraftVerb, DraftState]] = {
    _D.WRITING: {_W.EDIT: _D.WRITING, _W.SUBMIT: _D.IN_REVIEW, _W.WITHDRAW: _D.WITHDRAWN},
    _D.IN_REVIEW: {
        _W.EDIT: _D.WRITING,
        _W.APPROVE: _D.APPROVED,
        _W.STALE: _D.IN_REVIEW,
        _W.REQUEST_CHANGES: _D.WRITING,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.APPROVED: {
        _W.EDIT: _D.WRITING,
        _W.SEND: _D.SENDING,
        _W.STALE: _D.IN_REVIEW,
        _W.STOP: _D.IN_REVIEW,  # somebody stopped it before it went out
        _W.HAND_OVER: _D.BY_HAND,
        _W.MISMATCH: _D.WITHDRAWN,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.SENDING: {
        _W.DELIVERED: _D.SENT,
        _W.REFUSED: _D.FAILED,
        _W.LOST: _D.UNCONFIRMED,
        _W.MISMATCH: _D.WITHDRAWN,
    },
    _D.FAILED: {
        _W.EDIT: _D.WRITING,
        _W.SEND: _D.SENDING,
        _W.STOP: _D.IN_REVIEW,  # somebody stopped it before it went out again by itself
        _W.HAND_OVER: _D.BY_HAND,
        _W.MISMATCH: _D.WITHDRAWN,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.UNCONFIRMED: {_W.DELIVERED: _D.SENT, _W.ABSENT: _D.FAILED},
    _D.BY_HAND: {_W.DELIVERED: _D.SENT, _W.WITHDRAW: _D.WITHDRAWN},
    _D.SENT: {},
    _D.WITHDRAWN: {},
}

# Where they meet. An author whose case has no assignee is answered by the team, so the case is new, not open.
WITHOUT_ASSIGNEE = {CaseState.OPEN: CaseState.NEW}
# Case events and facts that make an approval, or a request for one, something to look at again.
MAKES_STALE = frozenset(
    {
        CaseVerb.AUTHOR_WROTE,
        CaseVerb.ANSWERED_ELSEWHERE,
        FactVerb.POST_EDITED,
        FactVerb.POST_DELETED,
        FactVerb.LINKED_POST_ARRIVED,
        CaseVerb.SPLIT_OFF,
        FactVerb.SPLIT_OFF_BESIDE,
    }
)
# Steps by which words get out to the public, by us or by hand.
LETS_OUT = frozenset({DraftVerb.SEND, DraftVerb.HAND_OVER})
# Events by which an answer turns out to be public; its own moment counts, not that of finding it out.
ANSWERS = frozenset({DraftVerb.DELIVERED, CaseVerb.ANSWERED_ELSEWHERE})
# Case events that end the conversation: refused while a reply may be on its way, else they withdraw the draft.
ENDS = frozenset({CaseVerb.SOLVE, CaseVerb.DISMISS, CaseVerb.CLOSE, CaseVerb.JOIN})
ON_ITS_WAY = frozenset({DraftState.SENDING, DraftState.UNCONFIRMED})
OVER = frozenset(state for state, row in DRAFT.items() if not row)
# Drafts whose words can be changed, and those about which nobody has decided yet.
EDITABLE = states_allowing(DRAFT, DraftVerb.EDIT)
UNDECIDED = frozenset({DraftState.WRITING, DraftState.IN_REVIEW})
# Decided drafts that do not go on by themselves, unless the desk sends them again.
NEEDS_A_PERSON = frozenset({DraftState.FAILED, DraftState.UNCONFIRMED, DraftState.BY_HAND})
# States in which the case waits for us: a promise is running.
OURS = frozenset({CaseState.NEW, CaseState.OPEN})
# States of a conversation that has not ended: a case that comes back to one has no end any more.
GOING_ON = OURS | {CaseState.PENDING}
ENDED = frozenset(CaseState) - GOING_ON

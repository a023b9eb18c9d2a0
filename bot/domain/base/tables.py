"""The two transition tables (case and draft), and which events of one change the other."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.base.transitions import states_allowing


class CaseState(StrEnum):
    """The state of a case."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    DISMISSED = "dismissed"
    CLOSED = "closed"


class CaseVerb(StrEnum):
    """One thing that can happen to a case."""

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
    ANSWER_TAKEN_BACK = "answer_taken_back"  # our only answer to their newest post
    CLOSE = "close"
    SPLIT_OFF = "part"  # private messages moved to a case of their own, and nothing else waits
    JOIN = "join"  # it goes on in another case of its author: a person merged them, or both are one conversation
    UNJOIN = "unjoin"  # what was merged comes apart


class DraftState(StrEnum):
    """The state of a draft."""

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
    """One thing that can happen to a draft."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    STALE = "stale"
    STOP = "stop"
    MISMATCH = "mismatch"  # it differs from the approved version, so it is not sent
    REQUEST_CHANGES = "request_changes"
    SEND = "send"
    HAND_OVER = "hand_over"
    PART_DELIVERED = "part_delivered"  # a part is public, and another one follows it
    LEAVE = "leave"  # what is public of it counts as the reply; the rest is not sent
    DELIVERED = "delivered"
    REFUSED = "refused"
    LOST = "lost"
    ABSENT = "absent"


class FactVerb(StrEnum):
    """One thing that is recorded in the trail and changes no state, so it is in neither table."""

    OPENED = "opened"  # the first line of every case
    STARTED = "started"  # the first line of every draft
    REMINDED = "reminded"
    APPROVER_ASKED = "asked"  # another approver is asked
    ON_IT = "on_it"  # the reminded person says that they work on it
    CLAIM_CHECKED = "checked"  # the assignee is asked whether they work on the case
    STILL_ON_IT = "still_on_it"  # the assignee says that they do
    SNOOZED = "snoozed"  # the reminded person asks for more time
    OUTCOME_CHECKED = "looked"  # the network was read for a reply of unknown outcome, without a result
    RETRY_GIVEN_UP = "left"  # the desk does not retry a refused reply; a person decides
    SOLO_READ = "read"  # a lead read a reply that was sent solo
    PROMISED = "promised"  # the sent reply promised a moment in words
    REPRIORITISED = "reprioritised"
    RETIMED = "retimed"  # the desk hours or the turnarounds changed
    MOMENTS_CORRECTED = "set_right"  # moments written by a clock that was ahead were corrected
    WROTE_LIGHTLY = "wrote_lightly"  # the author wrote another post, and nothing in it asks for an answer
    POST_EDITED = "post_edited"
    POST_DELETED = "post_deleted"
    ERASED = "erased"
    SPLIT_OFF_BESIDE = "parted"  # as SPLIT_OFF, but something else waits, or the case has ended: its state stays
    LINKED_POST_ARRIVED = "came_in"  # the network brought the post of a case that was added by link
    PASTED_LINK_CONFIRMED = "confirmed"  # the network shows our reply whose link a person pasted
    FOLLOWED = "followed"  # a case was opened that follows this closed one
    TRIAGE_CORRECTED = "triage_corrected"  # somebody said that a post is something else than its words told
    FOLDED = "folded"  # into a storm: no card and no reminders of its own
    CAME_OUT = "came_out"  # of a storm
    CALLED_IMPOSTOR = "called_impostor"  # the author is taken for somebody who pretends to be our support
    IMPOSTOR_WROTE = "impostor_wrote"  # somebody who pretends to be our support wrote to the customer
    WROTE_AS_US = "wrote_as_us"  # the author, who pretends to be our support, wrote to a customer
    NO_IMPOSTOR = "no_impostor"  # somebody said that it was no impostor
    SAME_PERSON = "same_person"  # somebody joined the author with one on another network: the same person
    ANOTHER_PERSON = "another_person"  # somebody said that they are not the same
    TOOK_IN = "took_in"  # another case of the author goes on in this one
    ASKED_PRIVATELY = "asked_privately"  # a public reply asked the author to write privately
    PRIVATE_SILENCE = "private_silence"  # for days no private message came
    INQUIRED = "inquired"  # another team was asked a question
    INQUIRY_ANSWERED = "inquiry_answered"
    INQUIRY_WITHDRAWN = "inquiry_withdrawn"  # the answer is not needed any more
    INQUIRY_LATE = "inquiry_late"  # the time for the answer has passed
    HIDE_ASKED = "hide_asked"  # somebody wants a post hidden on its network
    SHOW_ASKED = "show_asked"  # somebody wants a hidden post shown again
    HIDDEN = "hidden"  # a post is hidden on its network
    SHOWN_AGAIN = "shown_again"
    HIDING_FAILED = "hiding_failed"  # the network did not do it, or nobody knows whether it did


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
        _V.ANSWER_TAKEN_BACK: _C.OPEN,
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
    _C.CLOSED: {_V.UNJOIN: _C.OPEN},  # only of a case that was merged into another one
}

_D, _W = DraftState, DraftVerb
DRAFT: Mapping[DraftState, Mapping[DraftVerb, DraftState]] = {
    _D.WRITING: {
        _W.EDIT: _D.WRITING,
        _W.SUBMIT: _D.IN_REVIEW,
        _W.LEAVE: _D.SENT,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.IN_REVIEW: {
        _W.EDIT: _D.WRITING,
        _W.APPROVE: _D.APPROVED,
        _W.STALE: _D.IN_REVIEW,
        _W.REQUEST_CHANGES: _D.WRITING,
        _W.LEAVE: _D.SENT,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.APPROVED: {
        _W.EDIT: _D.WRITING,
        _W.SEND: _D.SENDING,
        _W.STALE: _D.IN_REVIEW,
        _W.STOP: _D.IN_REVIEW,  # somebody stopped it before it went out
        _W.HAND_OVER: _D.BY_HAND,
        _W.MISMATCH: _D.WITHDRAWN,
        _W.LEAVE: _D.SENT,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.SENDING: {
        _W.PART_DELIVERED: _D.APPROVED,  # the next part goes out under the same approval
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
        _W.PART_DELIVERED: _D.IN_REVIEW,  # it was called missing, and is public after all
        _W.DELIVERED: _D.SENT,
        _W.LEAVE: _D.SENT,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.UNCONFIRMED: {_W.PART_DELIVERED: _D.APPROVED, _W.DELIVERED: _D.SENT, _W.ABSENT: _D.FAILED},
    _D.BY_HAND: {
        _W.PART_DELIVERED: _D.BY_HAND,
        _W.DELIVERED: _D.SENT,
        _W.LEAVE: _D.SENT,
        _W.WITHDRAW: _D.WITHDRAWN,
    },
    _D.SENT: {},
    _D.WITHDRAWN: {},
}

# Where the two tables meet. A case without an assignee belongs to the team, so it is new, not open.
WITHOUT_ASSIGNEE = {CaseState.OPEN: CaseState.NEW}
# Case events and facts that void an approval, or a request for one.
MAKES_STALE = frozenset(
    {
        CaseVerb.AUTHOR_WROTE,
        FactVerb.WROTE_LIGHTLY,
        CaseVerb.ANSWERED_ELSEWHERE,
        FactVerb.POST_EDITED,
        FactVerb.POST_DELETED,
        FactVerb.LINKED_POST_ARRIVED,
        CaseVerb.SPLIT_OFF,
        FactVerb.SPLIT_OFF_BESIDE,
    }
)
# Verbs that make a reply public, by the desk or by hand.
LETS_OUT = frozenset({DraftVerb.SEND, DraftVerb.HAND_OVER})
# Events that find a public answer; the moment of its publication counts, not of the finding.
ANSWERS = frozenset({DraftVerb.DELIVERED, CaseVerb.ANSWERED_ELSEWHERE})
# Case events that end the conversation: refused while a reply may be on its way, otherwise they withdraw the draft.
ENDS = frozenset({CaseVerb.SOLVE, CaseVerb.DISMISS, CaseVerb.CLOSE, CaseVerb.JOIN})
ON_ITS_WAY = frozenset({DraftState.SENDING, DraftState.UNCONFIRMED})
OVER = frozenset(state for state, row in DRAFT.items() if not row)
# States in which the words can be changed, and states before the decision.
EDITABLE = states_allowing(DRAFT, DraftVerb.EDIT)
UNDECIDED = frozenset({DraftState.WRITING, DraftState.IN_REVIEW})
# States after the decision that need a person, unless the desk sends again by itself.
NEEDS_A_PERSON = frozenset({DraftState.FAILED, DraftState.UNCONFIRMED, DraftState.BY_HAND})
# States in which the author waits for us: a promise is running.
OURS = frozenset({CaseState.NEW, CaseState.OPEN})
# States of a conversation that has not ended: a case that returns to one loses its `ended_at`.
GOING_ON = OURS | {CaseState.PENDING}
ENDED = frozenset(CaseState) - GOING_ON

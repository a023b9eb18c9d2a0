"""What can happen to a draft: one class per verb, each with just the facts of that verb."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.base.tables import DraftVerb, FactVerb
from bot.domain.cases.events import DraftEvent, FactEvent
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.promises.promise import Promise
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import DraftKind, WhyStale
from bot.domain.replies.solo import Lane
from bot.domain.replies.writers import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one version of a draft, with what they came from and what they answer."""

    text: str
    digest: str
    target: PostRef
    mention: int  # the row of that post
    seen: int  # the author's newest post that the writer was shown
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what was filled into the template
    spoken: Spoken | None = None  # the moment that the text promises, as its writer confirmed it
    share: Share | None = None  # who wrote it, over the whole history; None: whoever did stays, and all are barred


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(DraftEvent):
    """A draft was written anew."""

    verb = DraftVerb.EDIT
    words: Wording
    version: int = 0  # the one that it replaces; 0: not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(DraftEvent):
    """A draft was put before an approver."""

    verb = DraftVerb.SUBMIT
    to: str = ""  # who is asked; empty: nobody can be
    told: bool = True  # False: they get no message about it
    own_accord: Promise | None = None  # what is owed for the draft, if no customer waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(DraftEvent):
    """A draft was taken off the table."""

    verb = DraftVerb.WITHDRAW


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(DraftEvent):
    """Somebody let a draft out, having seen the conversation up to `seen`."""

    verb = DraftVerb.APPROVE
    seen: int
    lane: Lane = Lane.USUAL  # by which way solo
    reason: str = ""  # why it could not wait for a second person


@dataclass(frozen=True, slots=True, kw_only=True)
class WentStale(DraftEvent):
    """An approval is void by itself; another look is needed."""

    verb = DraftVerb.STALE
    why: WhyStale


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(DraftEvent):
    """Somebody stopped a reply before it went out."""

    verb = DraftVerb.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatched(DraftEvent):
    """What was about to go out is not what was approved."""

    verb = DraftVerb.MISMATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesRequested(DraftEvent):
    """An approver sent a draft back to its writer."""

    verb = DraftVerb.REQUEST_CHANGES
    note: str  # what should change


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingBegun(DraftEvent):
    """An attempt began; written down before the network is called."""

    verb = DraftVerb.SEND
    key: str  # of the attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(DraftEvent):
    """A person posts the reply on the network themselves."""

    verb = DraftVerb.HAND_OVER
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(DraftEvent):
    """A reply is public."""

    verb = DraftVerb.DELIVERED
    post_id: str
    url: str = ""
    posted_at: datetime | None = None  # since when; None: since it was found out
    why: str = ""  # what it rests on, where that is somebody's word
    on_word: bool = False  # the network could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(DraftEvent):
    """The network refused a reply, for certain."""

    verb = DraftVerb.REFUSED
    why: str
    until: datetime | None = None  # so long it asked us to wait
    again: bool = False  # the desk begins it again by itself then


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(DraftEvent):
    """Nobody knows whether a reply went out."""

    verb = DraftVerb.LOST
    why: str
    until: datetime | None = None  # when it is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(DraftEvent):
    """A reply of unknown outcome did not go out."""

    verb = DraftVerb.ABSENT
    why: str = ""
    on_word: bool = False  # by the word of somebody who looked: the network could not be read


# --- facts beside the steps ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(FactEvent):
    """A draft began."""

    verb = FactVerb.STARTED
    words: Wording
    kind: DraftKind = DraftKind.REPLY
    corrects: str = ""  # the post of ours that it corrects or takes back


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverAsked(FactEvent):
    """Another approver is asked."""

    verb = FactVerb.APPROVER_ASKED
    to: str
    told: bool = True  # False: they get no message about it
    reminder: int = 0  # the row of the reminder from which they took it


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedLinkConfirmed(FactEvent):
    """The network shows our reply, of which somebody gave the link."""

    verb = FactVerb.PASTED_LINK_CONFIRMED
    post: Mention  # as the network tells it
    post_id: str  # by which it was known


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChecked(FactEvent):
    """A reply of unknown outcome was looked for, and not decided."""

    verb = FactVerb.OUTCOME_CHECKED
    until: datetime | None = None  # when the next look is
    since: datetime | None = None  # when a look first found nothing although it was late enough to
    not_taken: str | None = None  # why nothing could be read, which proves nothing; None: the look was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryGivenUp(FactEvent):
    """A reply that was to go out again by itself is left to a person."""

    verb = FactVerb.RETRY_GIVEN_UP
    why: str = ""  # empty: as the draft says already


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloRead(FactEvent):
    """A lead read what went out solo."""

    verb = FactVerb.SOLO_READ
    approval: int  # its row

"""Events of a draft: one class per verb, each with only the facts of that verb."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import DraftVerb, FactVerb
from bot.domain.cases.events import DraftEvent, FactEvent
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.promises.promise import Promise
from bot.domain.promises.spoken_promise import Spoken
from bot.domain.replies.draft import DraftKind, WhyStale, from_template
from bot.domain.replies.origins import StartingText
from bot.domain.replies.parts import ONE, Split
from bot.domain.replies.solo import Lane
from bot.domain.replies.writers import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The text of one version of a draft, with its template and its target."""

    text: str
    digest: str
    target: PostRef
    mention: int  # the row of that post
    seen: int  # the author's newest post that was shown to the writer
    template: str = ""
    template_text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # what was filled into the template
    split: Split = ONE  # where it is cut into parts
    spoken: Spoken | None = None  # the moment that the text promises, as its writer confirmed it
    share: Share | None = None  # who wrote it, over the whole history; None: the authors stay, and all are barred
    starts: tuple[StartingText, ...] = ()  # what its writer began with, beside the template

    @property
    def begun_with(self) -> tuple[StartingText, ...]:
        """Return all that its writer began with: the filled template, past replies, a machine's words."""
        return (*from_template(self.template, self.template_text, self.facts), *self.starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(DraftEvent):
    """A draft got a new version."""

    verb = DraftVerb.EDIT
    words: Wording
    version: int = 0  # the version that it replaces; 0: not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(DraftEvent):
    """A draft was submitted for approval."""

    verb = DraftVerb.SUBMIT
    to: str = ""  # the approver who is asked; empty: nobody can be asked
    told: bool = True  # False: they get no message about it
    own_accord: Promise | None = None  # what is owed for the draft, if no customer waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(DraftEvent):
    """A draft was withdrawn."""

    verb = DraftVerb.WITHDRAW


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(DraftEvent):
    """Somebody approved a draft, having seen the conversation up to `seen`."""

    verb = DraftVerb.APPROVE
    seen: int
    lane: Lane = Lane.USUAL  # the lane, for a solo reply
    reason: str = ""  # why it could not wait for a second person


@dataclass(frozen=True, slots=True, kw_only=True)
class WentStale(DraftEvent):
    """An approval became void by itself; a new decision is needed."""

    verb = DraftVerb.STALE
    why: WhyStale
    seen: int = 0  # the author's newest post by now; 0: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(DraftEvent):
    """Somebody stopped a reply before it went out."""

    verb = DraftVerb.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatched(DraftEvent):
    """The reply to be sent differs from the approved version."""

    verb = DraftVerb.MISMATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesRequested(DraftEvent):
    """An approver sent a draft back to its writer."""

    verb = DraftVerb.REQUEST_CHANGES
    note: str  # what should change
    told: bool = True  # False: the writer gets no message about it


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingBegun(DraftEvent):
    """An attempt began; recorded before the network is called."""

    verb = DraftVerb.SEND
    key: str  # of the attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(DraftEvent):
    """A person will post the reply on the network."""

    verb = DraftVerb.HAND_OVER
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(DraftEvent):
    """A reply is public."""

    verb = DraftVerb.DELIVERED
    post_id: str
    url: str = ""
    posted_at: datetime | None = None  # since when; None: since it was found out
    why: str = ""  # where it rests on somebody's word: whose
    on_word: bool = False  # the network could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDelivered(DraftEvent):
    """A part of a reply is public, and another one follows it; the fields are as of `Delivered`."""

    verb = DraftVerb.PART_DELIVERED
    post_id: str
    url: str = ""
    posted_at: datetime | None = None
    why: str = ""
    on_word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAsItIs(DraftEvent):
    """Somebody decided that what is public of a reply is the whole of it."""

    verb = DraftVerb.LEAVE
    url: str = ""  # of the newest part


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(DraftEvent):
    """The network refused a reply, for certain."""

    verb = DraftVerb.REFUSED
    why: str
    until: datetime | None = None  # until when it asked us to wait
    again: bool = False  # the desk tries again by itself then


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost(DraftEvent):
    """Nobody knows whether a reply went out."""

    verb = DraftVerb.LOST
    why: str
    until: datetime | None = None  # when the network is read for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(DraftEvent):
    """A reply of unknown outcome did not go out."""

    verb = DraftVerb.ABSENT
    why: str = ""
    on_word: bool = False  # somebody looked and said so, since the network could not be read
    again: bool = False  # the desk sends it again by itself, at once


# --- facts beside the transitions ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(FactEvent):
    """A draft began."""

    verb = FactVerb.STARTED
    words: Wording
    kind: DraftKind = DraftKind.REPLY
    corrects: str = ""  # the post of ours that it corrects or takes back
    also: tuple[str, ...] = ()  # further ones that it takes back


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproverAsked(FactEvent):
    """Another approver is asked."""

    verb = FactVerb.APPROVER_ASKED
    to: str
    told: bool = True  # False: they get no message about it
    reminder: int = 0  # the row of the reminder from which they took it


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedLinkConfirmed(FactEvent):
    """The network shows our reply whose link somebody pasted."""

    verb = FactVerb.PASTED_LINK_CONFIRMED
    post: Mention  # as the network tells it
    post_id: str  # the id from the pasted link


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChecked(FactEvent):
    """The network was read for a reply of unknown outcome, without a result."""

    verb = FactVerb.OUTCOME_CHECKED
    until: datetime | None = None  # when the next check is
    since: datetime | None = None  # when a check after the visibility delay first found nothing
    not_taken: str | None = None  # why the network could not be read; None: it was read


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryGivenUp(FactEvent):
    """The desk does not retry a refused reply; a person decides."""

    verb = FactVerb.RETRY_GIVEN_UP
    why: str = ""  # empty: the draft's own `why` stays


@dataclass(frozen=True, slots=True, kw_only=True)
class SoloRead(FactEvent):
    """A lead read a reply that was sent solo."""

    verb = FactVerb.SOLO_READ
    approval: int  # its row

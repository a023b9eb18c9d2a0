"""Events of a post that is hidden or shown again: one class per verb. The reason's words never enter the trail."""

from datetime import datetime

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import FactVerb
from bot.domain.cases.events import FactEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class HideAsked(FactEvent):
    """Somebody wants a post hidden; `mention`: its row. The case's promises run on."""

    verb = FactVerb.HIDE_ASKED
    mention: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAsked(FactEvent):
    """Somebody wants a hidden post shown again."""

    verb = FactVerb.SHOW_ASKED
    mention: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostHidden(FactEvent):
    """A post is hidden, as its network says. `hiding`: the row of the wish; 0: somebody did it there."""

    verb = FactVerb.HIDDEN
    mention: int
    hiding: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PostShownAgain(FactEvent):
    """A post is shown again, as its network says. `hiding`: as of one that is hidden."""

    verb = FactVerb.SHOWN_AGAIN
    mention: int
    hiding: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HidingFailed(FactEvent):
    """The network refused, or nobody knows what came of it (`look_at`: when the network is read next, if at all)."""

    verb = FactVerb.HIDING_FAILED
    mention: int
    hiding: int
    why: str
    unknown: bool = False
    look_at: datetime | None = None


HidingAsked = HideAsked | ShowAsked
HidingDone = PostHidden | PostShownAgain
OfHiding = HidingAsked | HidingDone | HidingFailed

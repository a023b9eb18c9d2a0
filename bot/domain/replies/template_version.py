"""Versions of templates that were written on the desk: proposed by one person, used after another one approved."""

from datetime import datetime
from enum import StrEnum

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.replies.origins import Passages

LONGEST_TEMPLATE = 3_000  # characters: the form holds no more, and whoever approves reads it whole


class VersionState(StrEnum):
    """The state of a version of a template."""

    PROPOSED = "proposed"
    CURRENT = "current"
    PAST = "past"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """One version of a template: its whole text, as in a file."""

    name: str
    content: str
    state: VersionState
    by: str
    at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    why: str = ""  # it was declined
    origins: Passages = ()  # where its words come from; of a version from before that was noted: not known
    id: int = 0


def refuse_unless_decides(version: TemplateVersion, by: str, *, four_eyes: bool) -> None:
    """Raise a refusal unless this person may decide on a proposed version now."""
    if version.state != VersionState.PROPOSED:
        raise Outdated("Somebody has decided on this template already. Nothing more to do here.")
    if four_eyes and version.by == by:
        raise NotYours("You wrote this template; someone else has to approve it.")


def refuse_unless_past(version: TemplateVersion) -> None:
    """Raise Outdated unless this version was in use before and is not now."""
    if version.state != VersionState.PAST:
        raise Outdated("This version is in use, or never was. Nothing was changed.")

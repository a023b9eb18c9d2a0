"""The forms that open over Slack; private metadata holds ids and versions only."""

from collections.abc import Mapping, Sequence

from bot.domain.view import CaseView
from bot.ports.words import TemplateLike

View = Mapping[str, object]


def reply(
    view: CaseView,
    templates: Sequence[TemplateLike],
    *,
    chosen: str,
    facts: Mapping[str, str],
    words: str,
    notes: Sequence[str],
    metadata: Mapping[str, int | str],
) -> View:
    """Draw the form in which a reply is written; `chosen` is a template's name or "", `notes` are remarks."""
    raise NotImplementedError


def edit_approve(view: CaseView, metadata: Mapping[str, int | str]) -> View:
    """Draw the form in which an approver changes words and lets them out."""
    raise NotImplementedError


def request_changes(view: CaseView, metadata: Mapping[str, int | str]) -> View:
    """Draw the form that asks the writer for changes."""
    raise NotImplementedError


def assign(view: CaseView, who: str, metadata: Mapping[str, int | str]) -> View:
    """Draw the form that gives the case to somebody; `who` (a Slack user id or "") is chosen at first."""
    raise NotImplementedError


def set_aside(view: CaseView, metadata: Mapping[str, int | str]) -> View:
    """Draw the form that sets a case aside, with a reason and a term."""
    raise NotImplementedError


def paste_link(view: CaseView, metadata: Mapping[str, int | str]) -> View:
    """Draw the form that takes the link of a reply that is public."""
    raise NotImplementedError


def correction(view: CaseView, metadata: Mapping[str, int | str]) -> View:
    """Draw the choice between correcting a sent reply and taking it back."""
    raise NotImplementedError


def simple(title: str, text: str) -> View:
    """Draw a few of our own sentences (mrkdwn) over Slack, with nothing to decide."""
    raise NotImplementedError

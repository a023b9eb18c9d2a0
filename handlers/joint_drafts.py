"""A draft for several customers: all its texts approved, or sent back, with one press."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.blocks.base import ids
from bot.blocks.base.form_values import as_typed
from bot.blocks.replies import joint_draft as drawn
from bot.services.replies import joint_drafts
from bot.services.storms import holding_replies
from handlers.door import Then, Visit
from handlers.refusals import in_names


def approve_all(visit: Visit) -> Then:
    """Approve each text as the message showed it; name those that were left out."""
    shown = visit.about(ids.JOINT).texts
    left = joint_drafts.approve_together(visit.desk, shown, by=visit.click.user, at=visit.at)
    following = visit.later(lambda at: _offer_next(visit, at))
    if not left:
        return following
    left = [replace(one, why=in_names(visit.desk, one.why, visit.click.user)) for one in left]
    said = drawn.left_out(f"{len(shown) - len(left)} of {len(shown)} approved.", left, visit.at)
    return lambda: _both(lambda: visit.answer(said), following)


def _offer_next(visit: Visit, at: datetime) -> None:
    """Offer the next customers of a holding reply; without one this does nothing."""
    holding_replies.offer_all(visit.desk, at)


def _both(answer: Callable[[], None], following: Then) -> None:
    answer()
    if following is not None:
        following()


def open_changes(visit: Visit) -> Then:
    """Open the form that says what should change in all of them."""
    visit.about(ids.JOINT)
    form = drawn.changes_form(visit.click.value)
    return lambda: visit.show(form)


def changes(visit: Visit) -> Then:
    """Send each text back to its writer."""
    about = visit.about(ids.JOINT, str(ids.unpack(visit.click.metadata).get("texts", "")))
    note = as_typed(visit.click.values).note
    joint_drafts.send_back_together(visit.desk, about.texts, note, by=visit.click.user, at=visit.at)
    return None

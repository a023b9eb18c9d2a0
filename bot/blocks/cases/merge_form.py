"""The form that merges a case into another one of the same customer."""

from collections.abc import Sequence

from bot.blocks.base import ids, limits, parts
from bot.blocks.base.inputs import input_block, select
from bot.blocks.base.simple_forms import View
from bot.blocks.base.wording import full_name
from bot.blocks.mentions.post_facts import newest
from bot.blocks.replies.forms import Metadata, case_form
from bot.domain.cases.view import CaseView


def merge_form(view: CaseView, others: Sequence[CaseView], metadata: Metadata) -> View:
    """Draw the form that asks in which other case this one goes on."""
    choices = {str(one.case.id): _option(one) for one in others[: limits.SELECT_OPTIONS]}
    label = f"In which case of {full_name(view.case)} does case {view.case.id} go on?"
    withdrawn = " Its draft is withdrawn." if view.case.draft is not None and view.case.draft.live else ""
    after = (
        f"Case {view.case.id} ends. Its posts, its earlier promise and what the customer writes next go to the other "
        f"case.{withdrawn} “Take it apart again”, in the menu of its card, undoes this."
    )
    blocks = [input_block(ids.MERGE_BLOCK, label, select(ids.MERGE_SELECT, choices)), parts.small(after)]
    return case_form(view, ids.MERGE_MODAL, "Merge", "Merge", blocks, metadata=metadata)


def _option(view: CaseView) -> str:
    post = None if view.hidden else newest(view)
    words = f": {parts.shortened(post.text, limits.OPTION)}" if post else ""
    return f"Case {view.case.id}, {view.case.state}{words}"

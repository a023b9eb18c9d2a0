"""A private case as shown to people who may not read it: its number, assignee and promises."""

from dataclasses import replace

from bot.domain.cases.case import Case
from bot.domain.cases.view import CaseView, History
from bot.domain.mentions.mention import Author, PostRef
from bot.domain.replies.draft import Approval, Attempt, Draft

HIDDEN = "private message, words hidden here"
_SOMEBODY = Author(id="", handle="")


def hidden(view: CaseView) -> CaseView:
    """Return the view without any words or names of the author, and without our words to them."""
    return CaseView(
        case=_case(view.case),
        now=view.now,
        history=History(followed_by=view.history.followed_by),
        names=view.names,
        network_label=view.network_label,
        brand=view.brand,
        hold=view.hold,
        halt=view.halt,
        zone=view.zone,
        other_teams=view.other_teams,
        inquiries=[replace(one, text="", answer=HIDDEN if one.answer else "") for one in view.inquiries],
        hidden=True,
    )


def _case(case: Case) -> Case:
    draft = _draft(case.draft) if case.draft else None
    return replace(
        case,
        author=_SOMEBODY,
        root_id="",
        topic="",
        language="",
        segment="",
        answer_url="",
        reason="",
        assigned_note="",
        draft=draft,
    )


def _draft(draft: Draft) -> Draft:
    """Keep who wrote it, who decides and where it stands."""
    bare = replace(
        draft, text=HIDDEN, digest="", template="", template_text="", facts={}, note="", why="", corrects=""
    )
    approval = _approval(draft.approval) if draft.approval else None
    attempt = _attempt(draft.attempt) if draft.attempt else None
    return replace(bare, origins=(), target=_nowhere(draft.target), spoken=None, approval=approval, attempt=attempt)


def _approval(approval: Approval) -> Approval:
    return replace(approval, digest="", reason="", target=_nowhere(approval.target))


def _attempt(attempt: Attempt) -> Attempt:
    return replace(attempt, key="", post_id="", url="", why="")


def _nowhere(target: PostRef) -> PostRef:
    return PostRef(target.network, target.account, "")

"""Asks for a decision on a proposed template, once, and once more after a day; tells its writer what was decided."""

from datetime import datetime, timedelta

from bot.domain.base.slack_ids import is_person
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.domain.slack.notice import Addressed, Piece
from bot.ports import Desk
from bot.services.slack.tell_leads import tell_leads
from bot.services.team.access import approvers
from bot.services.team.shifts import on_now

SHOW_PROPOSALS = "template_proposals"  # the button under the message
WAITS = timedelta(days=1)  # until the leads hear that nobody decided
_REMINDED = "templates:reminded"  # the newest version of which they did


def ask_for_decision(desk: Desk, version: TemplateVersion) -> None:
    """Ask an approver for a decision, those on shift first; where there is none, ask in the leads' channel."""
    said: list[Piece] = [*_by(version), f" put the template {version.name} up for approval. A second person decides."]
    who = _approver(desk, version)
    room, people = desk.policy.leads_channel, [who] if who else []
    desk.store.notice(_key(version), room, said, version.at, SHOW_PROPOSALS, people=people)


def _approver(desk: Desk, version: TemplateVersion) -> str:
    """Return the approver to ask, in turn; "": there is none."""
    able = [one for one in approvers(desk, version.at) if one != version.by or not desk.policy.four_eyes]
    on = on_now(desk, version.at)
    able = [one for one in able if one in on] or able
    return able[(version.id - 1) % len(able)] if able else ""


def tell_outcome(desk: Desk, version: TemplateVersion, *, at: datetime) -> None:
    """Show the decision in the messages that asked for it, and tell the writer."""
    became = "is used from now on" if version.state == VersionState.CURRENT else "is declined, nothing changes"
    said: list[Piece] = [f"The template {version.name} by ", *_by(version), f" {became}. ", *_decider(version)]
    for key in (_key(version), _again(version)):
        desk.store.notice_anew(key, said, at, settled=True)
    if is_person(version.by) and version.by != version.decided_by:
        yours: list[Piece] = [f"Your template {version.name} {became}. ", *_decider(version)]
        desk.store.notice(f"{_key(version)}:decided", "", yours, at, people=[version.by])


def remind_of_proposals(desk: Desk, now: datetime) -> int:
    """Tell the leads of each proposal that has waited for a day, once; return of how many."""
    told = int(desk.store.setting(_REMINDED) or 0)
    waiting = desk.store.template_versions(VersionState.PROPOSED)
    late = [one for one in waiting if one.id > told and now - one.at >= WAITS]
    if late:
        with desk.store.transaction():
            for one in late:
                whose: list[Piece] = [f"The template {one.name} by ", *_by(one)]
                said: list[Piece] = [*whose, " waits for approval since ", one.at, "."]
                tell_leads(desk, _again(one), said, now, offers=SHOW_PROPOSALS)
            desk.store.put_setting(_REMINDED, str(max(one.id for one in late)))
    return len(late)


def _by(version: TemplateVersion) -> list[Piece]:
    return [Addressed(version.by) if is_person(version.by) else version.by]


def _decider(version: TemplateVersion) -> list[Piece]:
    approved = version.state == VersionState.CURRENT
    return [Addressed(version.decided_by), " approved it." if approved else " declined it."]


def _key(version: TemplateVersion) -> str:
    return f"template:{version.id}"


def _again(version: TemplateVersion) -> str:
    return f"{_key(version)}:again"

"""Asks for a decision on a proposed template, once, and once more after a day; tells its writer what was decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain.base.slack_ids import is_person
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.domain.slack.notice import Addressed, Piece
from bot.ports import Desk
from bot.services.slack.gathered_notices import begin_anew, tell_gathered
from bot.services.slack.tell_leads import tell_leads
from bot.services.team.access import approvers
from bot.services.team.shifts import on_now

SHOW_PROPOSALS = "template_proposals"  # the button under the message
WAITS = timedelta(days=1)  # until the leads hear that nobody decided
NAMED = 5  # templates that one message names
_REMINDED = "templates:reminded"  # the newest version of which they did


def ask_for_decision(desk: Desk, versions: Sequence[TemplateVersion], now: datetime) -> None:
    """Ask an approver to decide, those on shift first; where there is none, ask in the leads' channel.

    `versions`: what one person put up at once. Only what waits for the same approver is counted in one message.
    """
    who = _approver(desk, versions[0], now)
    new = {one.id for one in versions}
    others = [one for one in desk.store.template_versions(VersionState.PROPOSED) if one.id not in new]
    tell_gathered(
        desk,
        f"templates:{who}",
        versions[0].id,
        partial(_asked, versions),
        now,
        others_wait=any(_approver(desk, one, now) == who for one in others),
        offers=SHOW_PROPOSALS,
        people=[who] if who else (),
    )


def _asked(versions: Sequence[TemplateVersion], times: int, since: datetime) -> list[Piece]:
    what = f"put {_named(versions)} up for approval. A second person decides."
    if times == 1:
        return [*_by(versions[0]), f" {what}"]
    so_far = f"Templates were put up for approval {times} times since "
    return [so_far, since, "; last, ", *_by(versions[0]), f" {what}"]


def _approver(desk: Desk, version: TemplateVersion, now: datetime) -> str:
    """Return the approver to ask, in turn; "": there is none."""
    able = [one for one in approvers(desk, now) if one != version.by or not desk.policy.four_eyes]
    on = on_now(desk, now)
    able = [one for one in able if one in on] or able
    return able[(version.id - 1) % len(able)] if able else ""


def tell_outcome(desk: Desk, version: TemplateVersion, *, at: datetime) -> None:
    """Tell the writer of the decision; once nothing waits any more, show that in the messages that asked."""
    became = "is used from now on" if version.state == VersionState.CURRENT else "is declined, nothing changes"
    if is_person(version.by) and version.by != version.decided_by:
        verb = "approved" if version.state == VersionState.CURRENT else "declined"
        whose = f"Your template {version.name} {became}: "
        why = f": “{version.why}”" if version.why else "."
        yours: list[Piece] = [whose, Addressed(version.decided_by), f" {verb} it{why}"]
        desk.store.notice(f"{_key(version)}:decided", "", yours, at, people=[version.by])
    if not desk.store.template_versions(VersionState.PROPOSED):
        last: list[Piece] = [Addressed(version.decided_by), f" decided: the template {version.name} {became}."]
        desk.store.notices_settled(SHOW_PROPOSALS, [*last, " Nothing waits for approval any more."], at)
        for who in ("", *approvers(desk, at)):
            begin_anew(desk, f"templates:{who}")


def remind_of_proposals(desk: Desk, now: datetime) -> int:
    """Tell the leads of the proposals that have waited for a day, each once; return of how many."""
    told = int(desk.store.setting(_REMINDED) or 0)
    waiting = desk.store.template_versions(VersionState.PROPOSED)
    late = sorted((one for one in waiting if one.id > told and now - one.at >= WAITS), key=lambda one: one.id)
    if late:
        waits = "waits" if len(late) == 1 else "wait"
        said: list[Piece] = [f"Nobody has decided for a day: {_named(late)} {waits} for approval."]
        with desk.store.transaction():
            tell_leads(desk, f"{_key(late[-1])}:again", said, now, offers=SHOW_PROPOSALS)
            desk.store.put_setting(_REMINDED, str(late[-1].id))
    return len(late)


def _named(versions: Sequence[TemplateVersion]) -> str:
    if len(versions) == 1:
        return f"the template {versions[0].name}"
    names = [one.name for one in versions[:NAMED]]
    more = [f"{len(versions) - NAMED} more"] if len(versions) > NAMED else []
    return f"{len(versions)} templates ({', '.join([*names, *more])})"


def _by(version: TemplateVersion) -> list[Piece]:
    return [Addressed(version.by) if is_person(version.by) else "Whoever runs Heard"]


def _key(version: TemplateVersion) -> str:
    return f"template:{version.id}"

"""Decides which posts are light, and puts those that belong to no case into the message of their hour."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.base.tables import OURS
from bot.domain.cases import events
from bot.domain.cases.case import Case, Priority
from bot.domain.light_lane.light_mention import LightVerb, Way, local_hour
from bot.domain.mentions.bursts import LONGEST, burst_of
from bot.domain.mentions.mention import Mention
from bot.domain.mentions.segments import segment_of
from bot.domain.triage.triage import Kind, Reason, Triage
from bot.ports import Desk
from bot.services.mentions.bursts import burst_on
from bot.services.mentions.routing import Routed, route


def is_light(desk: Desk, post: Mention, triage: Triage) -> bool:
    """Return whether a post needs no case: its kind is light here, and no route calls it urgent."""
    if not triage.light or post.few_stars or desk.policy.light.way(triage.kind) == Way.CASE:
        return False
    return _routed(desk, post).priority != Priority.URGENT


def opened_by_hand(triage: Triage) -> Triage:
    """Return the triage of a post that a person made a case."""
    return replace(triage, kind=Kind.COMPLAINT, kind_by=Reason(rule="opened by hand")) if triage.light else triage


def gather(desk: Desk, post: Mention, triage: Triage, now: datetime) -> None:
    """Let a post wait in the light lane, in the message of its channel and of this hour."""
    hour = local_hour(now, desk.policy.hours.zone)
    desk.store.gather_light(post.id, triage.kind, _routed(desk, post).channel, hour, now)


def stays_as_it_is(case: Case) -> bool:
    """Return whether a light post leaves its case's state as it is, since nobody waits for us there."""
    return case.state not in OURS


def wrote_lightly(desk: Desk, case: Case, post: Mention, now: datetime) -> Case:
    """Note a light post of the author on their case; return the case, in the state in which it was."""
    burst = burst_on(desk, case, post)
    event = events.WroteLightly(by="author", at=now, mention=post.id, posted_at=post.posted_at, burst=burst)
    return desk.store.record(case, event)


def burst_began(desk: Desk, post: Mention) -> datetime:
    """Return when the burst of a post began; its earlier posts may wait in the light lane."""
    waiting = _waiting_beside(desk, post)
    return min(one.posted_at for one in burst_of(post, [*waiting, post])) if waiting else post.posted_at


def fold_lights(desk: Desk, case: Case, post: Mention, now: datetime) -> None:
    """Let the author's light mentions of this conversation or burst that wait belong to the case of a post.

    Nobody thanks somebody who complains.
    """
    waiting = _waiting_beside(desk, post)
    burst = burst_of(post, [*waiting, post]) if waiting else ()
    folded = [one.id for one in waiting if one in burst or one.root_id == post.root_id]
    if folded:
        desk.store.move_mentions(folded, case.id)
    for row in folded:
        desk.store.decide_light(row, LightVerb.OPEN, by="author", at=now, case_id=case.id)


def _waiting_beside(desk: Desk, post: Mention) -> Sequence[Mention]:
    found = desk.store.lights_of_author(post, post.posted_at - LONGEST, post.posted_at + LONGEST)
    return [one for one in found if one.id != post.id]


def _routed(desk: Desk, post: Mention) -> Routed:
    segment = segment_of(desk.policy.segments, post.ref.network, post.author)
    return route(post, desk.policy, segment)

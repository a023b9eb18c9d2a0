"""Looks at each post after it was taken in, and tells the leads when many people say the same. Once per rise."""

import logging
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.storms.heard import Heard
from bot.domain.storms.rising import WINDOW, Rise
from bot.domain.storms.signature import FeatureKind
from bot.domain.storms.spikes import Ongoing, Spike, Spikes
from bot.ports import Desk
from bot.services.slack.tell_leads import tell_leads
from bot.services.storms import said, usual
from bot.services.storms.opening import offer, open_large
from bot.services.storms.signatures import sighting
from bot.services.storms.tending import tend_storms

log = logging.getLogger(__name__)

AT_ONCE = 300  # posts looked at in one round
REDRAWN_AFTER = timedelta(minutes=2)
GREW = 1.5  # by so much, until it is said anew how many they are


def check_new_posts(desk: Desk, now: datetime) -> bool:
    """Look at the posts that came in since the last look; return whether more wait.

    What is over is said once none waits, and storms are tended.
    """
    if desk.noticing.row is None:
        _recall(desk, now)
    usual.take_over(desk, now)
    heard = desk.store.heard_after(desk.noticing.read_from(), AT_ONCE)
    joined: defaultdict[int, set[int]] = defaultdict(set)
    for one in desk.noticing.unseen(heard):
        _see(desk, one, joined, now)
        desk.noticing.saw(one)
    for spikes in (desk.noticing.live, desk.noticing.replayed):
        _keep(desk, spikes, joined)
    if len(heard) == AT_ONCE:
        return True
    for spikes in (desk.noticing.live, desk.noticing.replayed):
        _say_what_became(desk, spikes, now)
    return tend_storms(desk, now)


def _recall(desk: Desk, now: datetime) -> None:
    """Take over what went on when the desk stopped; the posts of the last hour are looked at once more."""
    for spike in desk.store.spikes(now - WINDOW):
        spikes = desk.noticing.of(recorded=spike.recorded)
        if spike.over_at:
            spikes.ended.append(Ongoing(spike, set(desk.store.spike_cases(spike.id))))
        else:
            spikes.begin(spike, desk.store.spike_cases(spike.id))
    first = desk.store.first_heard_at()
    for spikes in (desk.noticing.live, desk.noticing.replayed):
        spikes.watch.since = min(now, max(first, now - WINDOW)) if first else now
    desk.noticing.start(desk.store.row_before(now - WINDOW))


def _see(desk: Desk, one: Heard, joined: defaultdict[int, set[int]], now: datetime) -> None:
    if not one.case:
        return
    spikes = desk.noticing.of(recorded=one.recorded)
    found, rise = spikes.see(sighting(desk, one))
    for on in found:
        joined[on.spike.id].add(one.case)
    if rise:
        _begin(desk, spikes, rise, now, recorded=one.recorded)


def _begin(desk: Desk, spikes: Spikes, rise: Rise, now: datetime, *, recorded: bool) -> None:
    """Keep a rise and say it, both or neither."""
    spike = Spike(
        id=0,
        traits=(rise.trait,),
        words=_words(spikes, rise),
        since=rise.since,
        noticed_at=now,
        usual=rise.usual,
        recorded=recorded,
    )
    with desk.store.transaction():
        spike = desk.store.add_spike(spike, rise.cases)
        desk.store.note("spike_noticed", "desk", now, {"spike": spike.id, "people": rise.people})
        tell_leads(desk, _key(spike), said.begins(desk, spike, rise), now, offers="" if recorded else offer(spike.id))
    on = spikes.begin(spike, members=rise.members)
    on.said, on.said_at = rise.people, now
    log.info("spike.noticed spike=%d people=%d", spike.id, rise.people)


def _words(spikes: Spikes, rise: Rise) -> tuple[str, ...]:
    """Return the words of a rise, the one that rose at the head."""
    rose = [rise.trait.name] if rise.trait.kind == FeatureKind.WORD else []
    return tuple(dict.fromkeys([*rose, *spikes.watch.common(rise.members)]))[:3]


def _keep(desk: Desk, spikes: Spikes, joined: defaultdict[int, set[int]]) -> None:
    for number, on in spikes.ongoing.items():
        if cases := joined.get(number):
            desk.store.join_spike(on.spike, cases)


def _say_what_became(desk: Desk, spikes: Spikes, now: datetime) -> None:
    for on in list(spikes.ongoing.values()):
        if on.is_over(now):
            _end(desk, spikes, on, now)
            continue
        open_large(desk, on, now)
        if on.said_at is None or now - on.said_at >= REDRAWN_AFTER:
            _redraw(desk, on, now)


def _redraw(desk: Desk, on: Ongoing, now: datetime) -> None:
    people = desk.store.spike_people(on.spike.id)
    if people >= GREW * on.said:
        desk.store.notice_anew(_key(on.spike), said.goes_on(desk, on, people, now), now)
        on.said = people
    on.said_at = now


def _end(desk: Desk, spikes: Spikes, on: Ongoing, now: datetime) -> None:
    """Say that it is over: in place of what was said of it and, where Slack had that, in a message of its own."""
    spike = replace(on.spike, over_at=now)
    sentence = said.is_over(desk, spike, desk.store.spike_people(spike.id), now)
    with desk.store.transaction():
        if desk.store.end_spike(spike.id, now):
            desk.store.note("spike_over", "desk", now, {"spike": spike.id})
            if desk.store.notice_anew(_key(spike), sentence, now, settled=True):
                tell_leads(desk, f"{_key(spike)}:over", sentence, now)
    spikes.end(on, now)


def _key(spike: Spike) -> str:
    return f"spike:{spike.id}"

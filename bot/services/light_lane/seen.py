"""Gathers the facts of light mentions that are shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.cases.case import Case
from bot.domain.light_lane.light_mention import LightMention, LightPage, LightState, SeenLight
from bot.domain.slack.readers import Reader, narrowest
from bot.domain.triage.triage import LIGHT
from bot.ports import Desk
from bot.ports.network_kind import network_label
from bot.services.light_lane.likes import can_like
from bot.services.slack.readers import may_read

SHOWN = 10  # of those that wait, at once
FOUND = 5  # by words
COUNTED = 1_000  # further ones are not counted
CASES = 5  # of those that were opened


def seen(desk: Desk, lights: Sequence[LightMention]) -> list[SeenLight]:
    """Return these with their posts."""
    posts = [desk.store.mention(one.mention) for one in lights]
    return [
        SeenLight(light=one, post=post, network=network_label(post.ref.network), likes=can_like(desk, post))
        for one, post in zip(lights, posts, strict=True)
    ]


def opened(desk: Desk, digest_id: int) -> Mapping[int, Case]:
    """Return the first cases that a message's mentions were opened as, by number."""
    lights = desk.store.lights_in(digest_id, LightState.OPENED, limit=CASES)
    return {case.id: case for case in desk.store.cases(sorted({one.case_id for one in lights}))}


def light_page(
    desk: Desk, digest_id: int, after: int, reader: Reader, now: datetime, *, limit: int = SHOWN
) -> LightPage:
    """Return the next waiting mentions of a message (0: of all), without words that this reader may not read."""
    waiting = _waiting(desk, digest_id, after)
    here = waiting[:limit]
    kept_to = {one.mention: desk.store.light_digest(one.digest).channel for one in here}
    every = seen(desk, here)
    shown = [one for one in every if not one.post.private or may_read(desk, kept_to[one.post.id], reader, now)]
    return LightPage(
        digest=digest_id,
        after=after,
        shown=shown,
        unshown=len(every) - len(shown),
        left=len(waiting) - len(here),
        last=here[-1].mention if here else after,
        kept_to=narrowest(kept_to[one.post.id] for one in shown if one.post.private),
    )


def find_light(desk: Desk, words: str) -> Sequence[SeenLight]:
    """Return the newest public light mentions with these words, whatever became of them."""
    rows = desk.store.find_without_case(words, FOUND, private=False)
    return seen(desk, [light for row in rows if (light := desk.store.light(row)) is not None])


def _waiting(desk: Desk, digest_id: int, after: int) -> Sequence[LightMention]:
    if digest_id:
        return desk.store.lights_in(digest_id, LightState.WAITING, after=after, limit=COUNTED)
    return desk.store.lights_waiting(sorted(LIGHT), after=after, limit=COUNTED)

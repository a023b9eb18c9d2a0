"""Decisions of people and the desk about light mentions: open as a case, thank, set aside."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.base.refusals import Outdated
from bot.domain.cases.case import Case
from bot.domain.light_lane.light_mention import LightMention, LightState, LightVerb, Way
from bot.domain.mentions.mention import Mention
from bot.domain.triage.triage import LIGHT
from bot.ports import Desk
from bot.services.base.sweeping import room, sweep
from bot.services.light_lane import likes
from bot.services.light_lane.decided import decided, known
from bot.services.mentions.author_wrote_again import wrote_again
from bot.services.mentions.intake import open_case
from bot.services.mentions.moved_to_private import case_of
from bot.services.replies import review
from bot.services.replies.reply_form import first_about
from bot.services.triage.correcting import opened_by_a_person

_AN_HOUR = timedelta(hours=1)  # the length of what one message lists
THANKS_TOPICS = ("thanks", "praise")  # of templates
AT_ONCE = 100  # that one look sets aside
THE_REST = 1_000  # that one press sets aside


def open_as_case(desk: Desk, mention_id: int, *, by: str, at: datetime) -> Case:
    """Open a light mention as a case, whose promise counts from the post's own time; return the case.

    It counts as a correction of what its words told.
    Where the author has a case in that conversation by now, it becomes a post of that. Raises Outdated where somebody
    opened it before.
    """
    with desk.store.transaction():
        case = _opened(desk, mention_id, by, at)
        return opened_by_a_person(desk, mention_id, case, by=by, at=at)


def _opened(desk: Desk, mention_id: int, by: str, at: datetime) -> Case:
    known(desk, mention_id)
    case = becomes_case(desk, desk.store.mention(mention_id), by, at)
    if not desk.store.decide_light(mention_id, LightVerb.OPEN, by=by, at=at, case_id=case.id):
        raise decided(desk, mention_id)
    return desk.store.case(case.id)


def becomes_case(desk: Desk, post: Mention, by: str, at: datetime) -> Case:
    """Let a post that has no case open one, or join its author's in that conversation; return that case."""
    live, since = case_of(desk, post), min(post.posted_at, at)
    if live is None:
        return open_case(desk, post, post.id, at, since=since, by=by)
    desk.store.move_mentions([post.id], live.id)
    return wrote_again(desk, live, post, post.id, at, since=since)


def thank(desk: Desk, mention_id: int, *, by: str, at: datetime) -> tuple[Case, str]:
    """Open one as a case that this person holds, to write their thanks; those are approved like any reply.

    Return the case and the template to begin with, or "".
    """
    with desk.store.transaction():
        case = _opened(desk, mention_id, by, at)
        case = review.begin_writing(desk, case.id, by=by, at=at)
    return case, first_about(desk, case, THANKS_TOPICS)


def set_light_aside(desk: Desk, mention_id: int, *, by: str, at: datetime) -> None:
    """Set a light mention aside for good. Raises Outdated naming who decided before."""
    known(desk, mention_id)
    if not desk.store.decide_light(mention_id, LightVerb.SET_ASIDE, by=by, at=at):
        raise decided(desk, mention_id)


def set_aside_the_rest(desk: Desk, digest_id: int, newest: int, *, by: str, at: datetime) -> int:
    """Set aside all waiting mentions that a message had when it was drawn; return how many.

    `newest`: the row of the newest one then. Raises Outdated where none of them waits any more.
    """
    with desk.store.transaction():
        waiting = desk.store.lights_in(digest_id, LightState.WAITING, limit=THE_REST)
        some = [one for one in waiting if one.mention <= newest]
        for one in some:
            desk.store.decide_light(one.mention, LightVerb.SET_ASIDE, by=by, at=at)
    if not some:
        raise Outdated("Somebody has decided about all of these already.")
    return len(some)


def tend(desk: Desk, now: datetime) -> int:
    """Show new mentions, retry likes, set aside those that nobody decided about in time; return how many."""
    desk.store.show_what_grew(now)
    likes.carry_out_all(desk, now)
    from bot.services.light_lane import thank_yous  # noqa: PLC0415 - nothing of it is needed at the start

    thank_yous.tend_thank_yous(desk, now)
    policy = desk.policy.light
    kinds = [kind for kind in sorted(LIGHT) if policy.way(kind) == Way.SET_ASIDE]
    over = desk.store.lights_over(kinds, now - policy.after - _AN_HOUR, room(desk, "light", AT_ONCE))
    return sweep(desk, "light", _rows(over), lambda row: _by_the_desk(desk, row, now))


def _by_the_desk(desk: Desk, mention_id: int, now: datetime) -> bool:
    return desk.store.decide_light(mention_id, LightVerb.SET_ASIDE, by="desk", at=now)


def _rows(lights: Sequence[LightMention]) -> list[int]:
    return [one.mention for one in lights]

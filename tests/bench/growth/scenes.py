"""All scenes, each with the rules under which it plays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.blocks.base import ids
from bot.domain.do_not_feed.aside import FeedPolicy
from bot.domain.reminders.recipients import LadderStep, ReminderPolicy
from bot.domain.replies.solo import Lane, LaneRule
from bot.domain.storms.storm import StormPolicy
from bot.domain.team.shifts import Shift
from bot.domain.team.skills import Skill
from bot.ports import Desk, Policy
from tests.bench.growth.making import (
    Numbers,
    a_sample,
    an_impostor,
    asked_to_set_aside,
    asks_another_team,
    claimed_in,
    customers,
    flooded,
    for_several,
    held,
    hidden,
    in_every_review,
    in_private,
    light,
    new_and_claimed,
    on_shift,
    paused,
    read_later,
    reminded,
    sent_or_not,
    set_aside,
    silent,
    stoppable,
    storms,
    unknown,
    unknown_as_read,
    unread,
)
from tests.bench.growth.making_asked import TOLD, said_before
from tests.bench.growth.making_public import statements, templates, thanked
from tests.fakes import (
    ANA,
    BEN,
    CARO,
    DEE,
    POLICY,
)

DAY = Shift(days=frozenset(range(7)), hours=[(0, 24 * 60 - 1)], people=frozenset({ANA}), zone=ZoneInfo("UTC"))


READERS = (
    Skill(people=frozenset({DEE, CARO}), languages=frozenset({"de"})),
    Skill(people=frozenset({ANA, BEN}), languages=frozenset({"en"})),
)
COMMANDS = (
    "status", "mine", "mine billing", "queue", "queue unclaimed", "queue billing", "queue german", "next",
    "find parcel", "find parcel refund broken", "find @regular", "find umbrella", "case 1",
    "add https://x.example/someone/status/5551 They say it is late", "promises today", "promises week",
    "promises month", "promises today csv", "topics today", "topics week", "storm", "storm charger",
    "pause because we look at it", "pause x because we look at it", "unpaired", "unreadable", "close-day", "set-aside",
    "templates", "thanks", "thanks quotes", "statements", "who", "on", "off", "away until 23:00", "hours", "help", "status share",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One scene: the rules under which it plays, the commands typed in it, and what is pressed in it though known."""

    make: Callable[[Desk], Numbers | None]
    policy: Policy = POLICY
    typed: tuple[str, ...] = ()
    again: frozenset[str] = frozenset()


SOLVED = frozenset({f"{ids.CASE_MORE} {ids.MORE_SOLVED}"})
REST = frozenset({f"{ids.CASE_MORE} {ids.MORE_REST}"})
SOLO = replace(POLICY, solo=(LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON})),))
TWO = replace(POLICY, do_not_feed=FeedPolicy(two_people=frozenset({"billing"})))
SCENES = {
    # First: a round of reminders is about 200 cases, and those of other scenes would come before its own.
    "reminded": Scene(reminded, replace(POLICY, reminders=ReminderPolicy(ladder=((110, LadderStep.LEAD),)))),
    "thank-yous": Scene(
        thanked, typed=("thanks", "thanks quotes"), again=frozenset({"/care thanks", "/care thanks quotes"})
    ),
    "solo": Scene(read_later, SOLO, again=frozenset({ids.CASE_REPLY, "/care unpaired"}), typed=("unpaired",)),
    "may be stopped": Scene(stoppable, SOLO),
    "new, claimed and solved": Scene(new_and_claimed),
    "in review": Scene(in_every_review, again=frozenset({ids.DRAFT_EDIT_APPROVE})),
    "sent, refused, by hand, in parts": Scene(sent_or_not),
    "of unknown outcome": Scene(unknown),
    "of unknown outcome, read": Scene(unknown_as_read),
    "one customer, several cases": Scene(
        customers,
        typed=("case {new}", "case {new} high", "merge {two} into {one}", "part {merged}"),
        again=REST
        | {
            f"{form} {one}"
            for form in (ids.CASE_MORE, ids.REST_MODAL)
            for one in (ids.MORE_SAME_PERSON, ids.MORE_HISTORY)
        },
    ),
    "what was said before": Scene(
        said_before,
        TOLD,
        typed=("customer {new}", "templates"),
        again=REST | {ids.CASE_REPLY, "/care templates", "/care customer {new}"},
    ),
    "in private": Scene(in_private, again=SOLVED),
    "hidden": Scene(hidden, again=REST),
    "storms": Scene(storms, replace(POLICY, storms=StormPolicy(opens_at=0, followers=0))),
    "light": Scene(light),
    "set aside": Scene(set_aside, typed=("set-aside",)),
    "to be set aside by two": Scene(asked_to_set_aside, TWO, again=frozenset({ids.ASIDE_POSTS})),
    "a sample": Scene(a_sample),
    "unreadable": Scene(unread),
    "another team": Scene(asks_another_team),
    "silent": Scene(silent),
    "flooded": Scene(flooded),
    "before a swap": Scene(lambda desk: None, replace(POLICY, shifts=(DAY,)), typed=("swap @ben",)),
    "shifts": Scene(on_shift, replace(POLICY, shifts=(DAY,))),
    "in German": Scene(lambda desk: claimed_in(desk, "de"), replace(POLICY, skills=READERS), again=REST),
    "an impostor": Scene(an_impostor),
    "several customers": Scene(for_several),
    "nothing else": Scene(lambda _: None, typed=COMMANDS),
    "statements": Scene(statements, typed=("statements",), again=frozenset({"/care statements"})),
    "templates": Scene(
        templates,
        typed=("templates", "templates late_lamp"),
        again=frozenset({"/care templates", "/care templates late_lamp"}),
    ),
    "paused": Scene(paused, typed=("resume",)),
    "held": Scene(held, typed=("release", "release now")),
}

"""Conducts a drill: tells the team its news, ends it, and puts its score together from the drill's own store."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.blocks.base.phrases import Phrase
from bot.blocks.drill.score_lines import drill_closing, drill_message, drill_opening, situation_update
from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.tables import FactVerb
from bot.domain.drill.course import Course
from bot.domain.drill.score import Record, Score, TrailEntry, score
from bot.domain.slack.readers import InChannel
from bot.ports import Desk, OutOfService, Paced, Posted, Unsure
from bot.ports.exports import Exports, Table
from bot.services.slack import outgoing
from bot.services.team.access import name_of
from bot.services.team.shifts import leading, on_now, team

Row = dict[str, Any]
TRIED_AGAIN_AFTER = 5.0  # seconds, after a refusal of Slack's


@dataclass(slots=True)
class Conductor:
    """Tells what is due in a drill: at once, since it is what the team works with, and in its order."""

    desk: Desk
    course: Course
    _not_before: float = 0.0  # pace time: Slack asked to wait

    def over(self) -> bool:
        """Tell what is due; return whether the drill is over."""
        now = self.desk.clock.now()
        script = self.course.script
        sayings = [
            (self.course.at(one.at), f"news:{n}", situation_update(one.news)) for n, one in enumerate(script.news, 1)
        ]
        sayings.insert(0, (self.course.started_at, "opening", drill_opening(script, self.course.ends_at)))
        with suppress(OutOfService):  # the next time counts
            for at, key, said in sayings:
                if at > now or not self.tell(key, said, now):
                    break
        return now >= self.course.ends_at

    def tell(self, key: str, said: Phrase, now: datetime) -> bool:
        """Post a sentence, once; return whether it is told. A kill at this very moment may show it a second time."""
        known = f"drill.told.{key}"
        if self.desk.store.setting(known):
            return True
        if self.desk.clock.pace() < self._not_before:
            return False
        match outgoing.post(self.desk, InChannel(self.desk.policy.channel), drill_message(said, now), now):
            case Posted() | Unsure():
                self.desk.store.put_setting(known, now.isoformat())
                return True
            case Paced(seconds):
                self._not_before = self.desk.clock.pace() + seconds
            case _:
                self._not_before = self.desk.clock.pace() + TRIED_AGAIN_AFTER
        return False

    def tell_score(self, found: Score) -> bool:
        """Post the score; return whether it is told."""
        desk = self.desk
        return self.tell("score", drill_closing(found, lambda who: name_of(desk, who)), desk.clock.now())


def scored(desk: Desk, exports: Exports, course: Course, now: datetime) -> Score:
    """Return the score of a drill at a moment."""
    began = course.began_at
    return score(
        Record(
            began_at=began,
            ended_at=max(now, began),
            posts=sum(course.at(one.after) <= now for one in course.posts),
            cases=[
                (one["author_handle"] or "", one["state"], one["first_response_at"])
                for one in _rows(exports, Table.CASES, now)
            ],
            promises=[one["outcome"] for one in _rows(exports, Table.PROMISES, now)],
            statements=[one["sent_at"] for one in _rows(exports, Table.REPLIES, now) if one["sent_at"]],
            trail=_trail(exports, now),
            people=team(desk) | leading(desk) | on_now(desk, now),
            teams_asked=_teams_asked(desk, exports, now),
            teams_to_ask=course.script.ask,
        )
    )


def last_moment(exports: Exports, course: Course, now: datetime) -> datetime:
    """Return when something last happened to a case of a drill that was killed; without any, when it began."""
    of_cases = (one["at"] for one in _rows(exports, Table.AUDIT, now) if one["case"])
    return max((one for one in of_cases if one <= course.ends_at), default=course.began_at)


def said_in(exports: Exports, began_at: datetime, now: datetime) -> list[tuple[timedelta, str]]:
    """Return the different texts that went out, each with the time until its first one, in order."""
    first: dict[str, timedelta] = {}
    sent = [one for one in _rows(exports, Table.REPLIES, now) if one["sent_at"]]
    for one in sorted(sent, key=lambda one: one["sent_at"]):
        first.setdefault(one["text"] or "", one["sent_at"] - began_at)
    return [(after, text) for text, after in first.items()]


def _trail(exports: Exports, now: datetime) -> list[TrailEntry]:
    return [
        TrailEntry(who=one["who"] or "", verb=one["verb"], at=one["at"], facts=one["facts"] or {})
        for one in _rows(exports, Table.AUDIT, now)
    ]


def _teams_asked(desk: Desk, exports: Exports, now: datetime) -> set[str]:
    cases = {one["case"] for one in _rows(exports, Table.AUDIT, now) if one["verb"] == FactVerb.INQUIRED}
    numbers = {int(str(one).rpartition(":")[2]) for one in cases if one}
    return {asked.team for number in numbers for asked in desk.store.inquiries(number)}


def _rows(exports: Exports, table: Table, now: datetime) -> Iterator[Row]:
    found = exports.exported(table, now)
    yield from (dict(zip(found.columns, row, strict=True)) for row in found.rows)

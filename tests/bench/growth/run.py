"""Runs all scenes and jobs on one database, and says what each took."""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.base.refusals import Refusal
from bot.ports import Desk
from storage import SqlStore
from tests import history
from tests.bench.growth import crawl, doors, jobs, making, place, scenes, steps
from tests.bench.growth.counting import MeasuringEngine, Slowest
from tests.bench.growth.databases import Tell
from tests.bench.growth.desk import InTurn, full_desk
from tests.fakes import FakeClock
from tests.services.journey import everybody_is_known

MAY = (", first", "heard erase: the person")  # take longer


@dataclass
class Run:
    """What everything took on one database."""

    cases: int
    took: Mapping[str, crawl.Took]
    missing: Sequence[str]
    refused: Mapping[str, str]
    slowest: Sequence[Slowest]
    plans: Mapping[str, Sequence[str]] = field(default_factory=dict)
    size: int = 0
    read: str = "steps"  # what of the database was counted
    whole: Mapping[str, Sequence[str]] = field(default_factory=dict)  # statements that read a large table, and plans

    @property
    def goal(self) -> float:
        """Return in how many seconds everything has to be done."""
        return 1.0 if self.cases <= 100_000 else 3.0

    def too_slow(self) -> Sequence[str]:
        """Return what took longer, in processor time, which other programs do not change.

        The catching up of a desk that was off for years, and erasures, may.
        """
        return [
            one.name for one in self.took.values() if one.spent.processor > self.goal and not one.name.endswith(MAY)
        ]


def measured(engine: MeasuringEngine, cases: int, told: Tell = lambda _: None) -> Run:
    """Measure everything on a filled database."""
    store = SqlStore(engine)
    refusals = crawl.Refusals()
    desk = replace(full_desk(store, FakeClock(place.AT)), meter=refusals)
    hands = steps.Presser(desk)
    hands.door.slow = InTurn()
    pressing = crawl.Crawl(hands, refusals, engine.spend)
    every = jobs.jobs_of(desk, store)
    took: dict[str, crawl.Took] = {}
    _as_after_an_update(store)
    for name, work in every.items():  # a desk that was off for years catches up once
        took[f"{name}, first"] = _timed(f"{name}, first", work, engine)
        told(f"{name}, first: {took[f'{name}, first'].spent.seconds:.2f} s")
    history.shown(store)
    for name, scene in scenes.SCENES.items():
        everybody_is_known(desk)
        desk.take_over(scene.policy)
        numbers = _made(scene, desk, told)
        engine.tend()
        everybody_is_known(desk)
        pressing.go([*pressing.messages(), *pressing.commands(scene.typed, numbers)], scene.again)
        told(f"{name}: {len(pressing.took)} things pressed")
    pressing.go([*pressing.homes(), *pressing.others()])
    for _ in range(2):
        _as_after_a_day(store)
        engine.tend()
        for name, work in every.items():
            took[name] = _timed(name, work, engine)
    pressed = {**pressing.took, **took}
    slowest = engine.counted.slowest()[:40]
    plans = {one.sql: engine.plan(one) for one in slowest}
    refused = {name: why for name, why in pressing.said.items() if name not in pressing.took}
    missing = doors.missing(desk, pressing.took)
    return Run(cases, pressed, missing, refused, slowest, plans, engine.size(), engine.read, engine.whole())


def _as_after_an_update(store: SqlStore) -> None:
    """Leave the head of the trail to be told: the first one, which covers everything."""
    with store.transaction():
        store.put_setting("trail.said", "2027-12-31")
        store.engine.run("INSERT INTO trail_untold SELECT id FROM cases WHERE true ON CONFLICT DO NOTHING")


def _as_after_a_day(store: SqlStore) -> None:
    """Leave the head of a usual day to be told: the cases of a day, and what is open."""
    with store.transaction():
        store.put_setting("trail.said", "2027-12-31")
        sql = "INSERT INTO trail_untold SELECT id FROM cases WHERE due_at IS NOT NULL ON CONFLICT DO NOTHING"
        store.engine.run(sql)


def _made(scene: scenes.Scene, desk: Desk, told: Tell) -> Mapping[str, int]:
    """Make a scene; one that cannot be made does not end the others: its doors are named as missing."""
    try:
        return scene.make(desk) or {}
    except Refusal as refusal:
        told(f"A scene could not be made: {refusal}")
        return dict.fromkeys(making.NUMBERS, 1)


def _timed(name: str, work: Callable[[], object], engine: MeasuringEngine) -> crawl.Took:
    gc.collect()
    return crawl.Took(name, engine.spend(work)[1])

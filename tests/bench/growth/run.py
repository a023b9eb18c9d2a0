"""Runs all scenes and jobs on one database, and says what each took."""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copyfile

from bot.domain.base.refusals import Refusal
from bot.ports import Desk
from storage import SqlStore
from tests import history
from tests.bench.growth import crawl, doors, jobs, making, place, scenes, steps
from tests.bench.growth.counting import CountingEngine, Slowest
from tests.bench.growth.desk import InTurn, full_desk
from tests.fakes import FakeClock
from tests.services.journey import everybody_is_known

MAY = (", first", "heard erase: the person")  # take longer
Tell = Callable[[str], object]


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

    @property
    def goal(self) -> float:
        """Return in how many seconds everything has to be done."""
        return 1.0 if self.cases <= 100_000 else 3.0

    def too_slow(self) -> Sequence[str]:
        """Return what took longer, in processor time, which other programs do not change.

        The catching up of a desk that was off for years, and erasures, may.
        """
        return [one.name for one in self.took.values() if one.processor > self.goal and not one.name.endswith(MAY)]


def measured(folder: Path, cases: int, told: Tell = lambda _: None, *, kept: Path | None = None) -> Run:
    """Fill a database, or copy the one that is kept, and measure everything on it."""
    path = folder / f"{cases}.db"
    source = (kept or folder) / f"filled-{cases}.db"
    if not source.exists():
        _fill(source, cases, told)
    for one in folder.glob(f"{path.name}*"):  # also the log of a run that was ended
        one.unlink()
    copyfile(source, path)
    engine = CountingEngine(path)
    with closing(SqlStore(engine)) as store:
        engine.migrate()
        engine.count()
        return _on(store, engine, cases, told)


def _fill(source: Path, cases: int, told: Tell) -> None:
    engine = CountingEngine(source)
    with closing(SqlStore(engine)) as store:
        engine.migrate()
        place.filled(store, cases, told)


def _on(store: SqlStore, engine: CountingEngine, cases: int, told: Tell) -> Run:
    refusals = crawl.Refusals()
    desk = replace(full_desk(store, FakeClock(place.AT)), meter=refusals)
    hands = steps.Presser(desk)
    hands.door.slow = InTurn()
    pressing = crawl.Crawl(hands, refusals, lambda: engine.counted.steps)
    every = jobs.jobs_of(desk, store)
    took: dict[str, crawl.Took] = {}
    _as_after_an_update(store)
    for name, work in every.items():  # a desk that was off for years catches up once
        took[f"{name}, first"] = _timed(f"{name}, first", work, engine)
        told(f"{name}, first: {took[f'{name}, first'].seconds:.2f} s")
    history.shown(store)
    for name, scene in scenes.SCENES.items():
        everybody_is_known(desk)
        desk.take_over(scene.policy)
        numbers = _made(scene, desk, told)
        everybody_is_known(desk)
        pressing.go([*pressing.messages(), *pressing.commands(scene.typed, numbers)], scene.again)
        told(f"{name}: {len(pressing.took)} things pressed")
    pressing.go([*pressing.homes(), *pressing.others()])
    for _ in range(2):
        _as_after_a_day(store)
        for name, work in every.items():
            took[name] = _timed(name, work, engine)
    pressed = {**pressing.took, **took}
    slowest = engine.counted.slowest()[:40]
    plans = {one.sql: engine.plan(one.sql) for one in slowest}
    refused = {name: why for name, why in pressing.said.items() if name not in pressing.took}
    missing = doors.missing(desk, pressing.took)
    return Run(cases, pressed, missing, refused, slowest, plans, engine.path.stat().st_size)


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


def _timed(name: str, work: Callable[[], object], engine: CountingEngine) -> crawl.Took:
    gc.collect()
    steps, begun, processor = engine.counted.steps, time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    return crawl.Took(name, seconds, processor, engine.counted.steps - steps)

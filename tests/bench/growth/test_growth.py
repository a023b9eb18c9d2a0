"""Everything that can be pressed or typed has a scene in which it is measured beside very many cases."""

from pathlib import Path

from bot.blocks.base import ids
from handlers.house import DIGESTS, HOUSE
from tests.bench.growth import jobs, steps
from tests.bench.growth.doors import LEFT_OUT, doors_of
from tests.bench.growth.making import full_desk
from tests.bench.growth.pressed import HOME, PRESSED
from tests.bench.growth.scenes import SCENES
from tests.engines import store_in
from tests.fakes import FakeClock


def test_every_door_verb_and_job_is_measured_beside_many_cases(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    desk = full_desk(store, FakeClock())
    doors, named = doors_of(desk), set(" ".join(PRESSED.values()).split())
    there = {*doors["action"], *doors["menu"], *doors["view"], *doors["view_closed"]} - LEFT_OUT.keys()
    assert (named - there, there - named) == (set(), set()), "name a door in PRESSED, in the scene that opens it"
    assert {*SCENES, HOME} >= PRESSED.keys()
    typed = {words.split()[0] for scene in SCENES.values() for words in scene.typed}
    assert set(doors["command"]) == typed, "type it in a scene"
    assert {*doors["shortcut"], *doors["event"]} == {*steps.EVENTS, "app_home_opened", steps.SEND_TO_CARE}
    assert {f"job: {name}" for name in (*HOUSE, *DIGESTS)} <= jobs.jobs_of(desk, store).keys()
    assert ids.CASE_MORE not in named, "each of its options is a door"
    store.close()

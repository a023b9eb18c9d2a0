"""Everything that can be pressed or typed has a scene in which it is measured beside very many cases."""

from contextlib import closing
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from bot.blocks.base import ids
from handlers.house import DIGESTS, HOUSE
from tests.bench.growth import jobs, steps
from tests.bench.growth.counting import Spent
from tests.bench.growth.counting_postgres import CountingPostgres
from tests.bench.growth.crawl import Crawl, Refusals, Took
from tests.bench.growth.desk import full_desk
from tests.bench.growth.doors import LEFT_OUT, doors_of
from tests.bench.growth.pressed import HOME, PRESSED
from tests.bench.growth.scenes import SCENES
from tests.engines import Cluster, cluster, store_in
from tests.fakes import FakeClock

__all__ = ["cluster"]  # the fixture


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


def test_what_a_scene_presses_again_is_pressed_in_a_form_too_though_it_is_known() -> None:
    crawl = Crawl(MagicMock(), Refusals(), took={"rest_modal history": Took("rest_modal history", Spent())})
    assert not crawl.wanted("rest_modal history")
    assert crawl.wanted("rest_modal history", {"rest_modal history"})
    assert crawl.wanted("case_earlier", {"rest_modal history"})


def test_words_that_stand_in_a_form_are_left_first_and_changed_then() -> None:
    words = {"type": "plain_text_input", "action_id": "words_input", "initial_value": "Our shop is down."}
    view = {"blocks": [{"type": "input", "block_id": "words", "element": words}]}
    first, second = (given for _, given in steps.ways(view))
    assert "words" not in first
    assert second["words"] == "Our shop is down. Sorry."


@pytest.mark.postgres
def test_pages_processor_time_and_tables_that_are_read_whole_are_counted_on_postgresql(cluster: Cluster) -> None:
    address = cluster.built()
    with closing(CountingPostgres(address, cluster.server.pid)) as engine:
        many = "SELECT 'key' || i, 'value' FROM generate_series(1, 3000) AS i"
        _, wrote = engine.spend(lambda: engine.run(f"INSERT INTO settings (key, value) {many}"))
        assert wrote.steps > 3_000, "each row is found a place for, in the table and in its index"
        assert 0 < wrote.server < wrote.processor
        engine.run("ANALYZE settings")
        engine.rows("SELECT value FROM settings WHERE key = :key", {"key": "key7"})
        assert not engine.whole()
        engine.rows("SELECT key FROM settings WHERE value = :value", {"value": "nothing"})
        assert list(engine.whole()) == ["SELECT key FROM settings WHERE value = :value"]
        engine.run("DELETE FROM settings")
        engine.tend()
        assert engine.rows("SELECT relpages FROM pg_class WHERE relname = 'settings'") == [(0,)], "as autovacuum does"
    cluster.give_back(address)

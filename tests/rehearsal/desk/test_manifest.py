"""The rights in the desk's manifest are enough for all the work of `heard run`."""

import pytest

from bot.gateways.manifest import manifest
from tests.person import until
from tests.process.conftest import Theatre, in_real_time  # noqa: F401 - the fixture
from tests.process.test_main_path import WORDS, written

pytestmark = pytest.mark.process


@pytest.mark.long
def test_the_rights_in_the_manifest_are_enough_for_the_whole_work(in_real_time: Theatre):  # noqa: F811 - the fixture
    theatre = in_real_time
    theatre.stage.install(manifest())
    root = theatre.street.post("@northwind charged twice AGAIN and nobody answers")
    theatre.heard_run()
    draft = written(theatre)
    assert theatre.ben.press(draft, "draft_approve")["acked"]
    [reply] = until(lambda: theatre.street.by_the_brand(root), "the reply on the street")
    assert reply["text"] == WORDS
    assert theatre.caro.command("status")["acked"]
    ledger = theatre.street.ledger()
    assert [name for name, ends in ledger["slack"]["calls"].items() if "missing_scope" in ends] == []
    assert ledger["strangers"] == []

"""Every cell of the method table in docs/stage.md: refusals, limits and scopes."""

from pathlib import Path

import pytest

from bot.rehearsal.clock import StageClock
from bot.rehearsal.workspace import cast
from bot.rehearsal.workspace.web_api import COMMON_ERRORS, METHODS
from bot.rehearsal.workspace.workspace import Workspace

from .method_table import table
from .refusals import CALLS, Scene

PAGE = Path(__file__).parents[3] / "docs/stage.md"
CELLS = [(name, code) for name in sorted(METHODS) for code in sorted(METHODS[name].errors)]
SCOPED = [(name, scope) for name in sorted(METHODS) for scope in METHODS[name].needs if METHODS[name].caller == "bot"]


@pytest.fixture
def scene():
    made = Scene()
    yield made
    made.workspace.close()
    assert made.team.book.strangers == [], "a refusal that the table does not list"


def token(name):
    return cast.APP_TOKEN if METHODS[name].caller == "app" else cast.BOT_TOKEN


def test_the_docs_hold_the_table_of_the_code():
    assert table() in PAGE.read_text(), "renew it: python -m tests.rehearsal.workspace.method_table"


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_call_as_it_should_be_is_taken(scene, name):
    assert scene.workspace.call(name, CALLS[name][0](scene), token(name)).body["ok"]


@pytest.mark.parametrize(("name", "code"), CELLS)
def test_each_refusal_in_the_table_is_reached(scene, name, code):
    right, wrong = CALLS[name]
    given = {**right(scene), **wrong[code](scene)}
    assert scene.workspace.call(name, given, token(name)).body["error"] == code


@pytest.mark.parametrize("name", sorted(METHODS))
def test_no_more_calls_a_minute_than_the_table_says(name):
    clock = StageClock(0)
    workspace = Workspace(clock)
    answers = [workspace.call(name, {}, token(name)) for _ in range(METHODS[name].per_minute + 1)]
    assert "ratelimited" not in {one.body.get("error") for one in answers[:-1]}
    assert (answers[-1].status, answers[-1].body["error"]) == (429, "ratelimited")
    clock.jump(answers[-1].retry_after)
    assert workspace.call(name, {}, token(name)).status == 200
    workspace.close()


@pytest.mark.parametrize(("name", "scope"), SCOPED)
def test_without_the_scope_nothing_is_done(scene, name, scope):
    every = set(METHODS[name].needs)
    scene.arrange.app(scopes=set(cast.SCOPES) - every)
    refused = scene.call(name)
    assert (refused["error"], scope in refused["needed"].split(",")) == ("missing_scope", True)
    scene.arrange.app(scopes={scope})
    assert scene.call(name).get("needed") != ",".join(METHODS[name].needs), "any one of them opens the door"


@pytest.mark.parametrize("kind", ["channels", "groups", "im"])
@pytest.mark.parametrize(("name", "right"), [("conversations.info", "read"), ("conversations.history", "history")])
def test_each_kind_of_room_has_a_scope_of_its_own(scene, name, right, kind):
    room = {"channels": cast.CARE, "groups": cast.LEADS, "im": scene.team.im_with(cast.ANA).id}[kind]
    scene.arrange.app(scopes=set(cast.SCOPES) - {f"{kind}:{right}"})
    assert scene.call(name, channel=room)["needed"] == f"{kind}:{right}"
    scene.arrange.app(scopes=cast.SCOPES)
    assert scene.call(name, channel=room)["ok"]


@pytest.mark.parametrize("name", sorted(name for name in METHODS if METHODS[name].caller != "none"))
def test_whoever_asks_must_be_the_one_it_is_for(scene, name):
    other = {"bot": cast.APP_TOKEN, "app": cast.BOT_TOKEN}[METHODS[name].caller]
    said = [scene.workspace.call(name, {}, given).body["error"] for given in ("", "xoxb-nobody", other)]
    assert said == ["not_authed", "invalid_auth", "not_allowed_token_type"]


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"api.test"}))
def test_an_argument_that_nobody_knows_is_refused_and_noted(name):
    workspace = Workspace(limits=False)
    assert workspace.call(name, {"colour": "red"}, token(name)).body["error"] == "invalid_arguments"
    assert workspace.ledger()["strangers"] == [{"what": "argument", "method": name, "arguments": ["colour"]}]
    workspace.close()


def test_the_docs_name_what_any_method_may_answer():
    page = PAGE.read_text()
    assert [code for code in sorted(COMMON_ERRORS) if f"`{code}`" not in page] == []

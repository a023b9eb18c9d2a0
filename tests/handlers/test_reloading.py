"""A running desk uses the whole new configuration, or keeps the old one and reports every fault."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import Desk, OutOfService
from bot.services.cases import owed
from bot.settings import Settings, load
from handlers.control import Control
from handlers.door import Door
from handlers.reloading import answers, ask_to_reload, reload, said_of
from storage import SqlStore
from tests.fakes import a_desk
from tests.services.journey import a_case, clock, only_case

LEAST = """
[desk]
brand = "Northwind"
state_dir = "state"

[slack]
channel = "C0CARE0001"
leads_channel = "C0CARELEA1"

[people]
approvers = ["U0BEN00001", "U0CARO0001"]
"""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-canary-bot", "SLACK_APP_TOKEN": "xapp-canary-app"}
HOURS = '[hours]\nmon = ["09:00-17:00"]\n[[turnaround]]\nwithin = "2h"\n'


def nothing() -> None:
    """Do nothing after the reload."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "heard.toml"
    path.write_text(LEAST)
    return load(path, TOKENS)


@pytest.fixture
def desk(store: SqlStore, settings: Settings) -> Desk:
    return a_desk(store, policy=settings.policy())


def lines(desk: Desk) -> list[tuple[str, object]]:
    return [(line.verb, line.facts) for line in desk.store.audit("desk")]


def test_everybody_at_the_desk_works_by_the_new_policy_at_once(desk: Desk, settings: Settings) -> None:
    door = Door(desk)
    settings.path.write_text(LEAST + HOURS)
    assert reload(desk, settings, nothing) == {"faults": [], "changed": ["hours", "turnarounds"], "moved": 0}
    assert door.desk.policy.turnarounds[0].within == timedelta(hours=2)
    assert door.desk.policy == load(settings.path, TOKENS).policy()
    assert lines(desk) == [("reloaded", {"changed": ["hours", "turnarounds"]})]


def test_what_is_owed_moves_with_the_hours_and_the_command_line_says_so(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    owed.retime(desk, clock(desk).now())  # as at every start
    before = a_case(desk).due_at
    settings.path.write_text(LEAST + HOURS)
    control = Control(tmp_path / "control.sock", answers(desk, settings, nothing))
    control.start()
    try:
        said, _ = ask_to_reload(tmp_path / "control.sock")
    finally:
        control.stop()
    assert said.endswith("The due time moved on 1 case, and the card says why.")
    assert before is not None
    assert only_case(desk).due_at == before + timedelta(hours=1)


def test_segments_are_taken_over_like_every_other_rule(desk: Desk, settings: Settings) -> None:
    settings.path.write_text(LEAST + '[[segments]]\nname = "press"\nhandles.x = ["priya"]\n')
    assert reload(desk, settings, nothing)["changed"] == ["segments"]
    assert desk.policy.segments[0].title == "Press"


def test_what_follows_is_done_once_and_only_when_something_changed(store: SqlStore, settings: Settings) -> None:
    woken: list[str] = []
    desk = a_desk(store, policy=settings.policy())
    assert reload(desk, settings, lambda: woken.append("people"))["changed"] == []
    assert (woken, lines(desk)) == ([], [])
    settings.path.write_text(LEAST.replace("U0BEN00001", "U0DEE00001"))
    assert reload(desk, settings, lambda: woken.append("people"))["changed"] == ["roster"]
    assert woken == ["people"]


BROKEN: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "not toml": (lambda text: text + "[hours\n", ["line 12, heard.toml"]),
    "several faults": (
        lambda text: text + '[hours]\nmon = ["17:00-09:00"]\nzone = "Europe/Londn"\n',
        ["line 13, hours.mon", "line 14, hours.zone"],
    ),
    "state_dir": (
        lambda text: text.replace('"state"', '"elsewhere"'),
        ["line 4, desk.state_dir: This cannot change while the desk runs."],
    ),
    "a secret that is needed anew": (
        lambda text: text.replace("[slack]", '[slack]\nmode = "http"'),
        ["SLACK_SIGNING_SECRET: It is not set."],
    ),
    "an account": (
        lambda text: text + '[[accounts]]\nnetwork = "x"\nhandle = "northwind"\nid = "1"\n',
        ["X_CONSUMER_KEY: It is not set."],
    ),
    "database": (
        lambda text: text.replace("[slack]", 'database = "postgresql://db.northwind.example/heard"\n[slack]') + HOURS,
        ["line 6, desk.database: This cannot change while the desk runs. Put it back, or restart the desk"],
    ),
}


@pytest.mark.parametrize(("change", "said"), BROKEN.values(), ids=BROKEN)
def test_a_refused_file_changes_nothing_and_every_fault_is_said(
    desk: Desk, settings: Settings, change: Callable[[str], str], said: list[str]
) -> None:
    before = desk.policy
    settings.path.write_text(change(LEAST))
    found = reload(desk, settings, nothing)["faults"]
    assert desk.policy is before
    assert [one for one in said if not any(fault.startswith(one) for fault in found)] == []
    assert lines(desk) == [("reload_refused", {"faults": len(found)})]


def test_a_file_that_is_gone_leaves_the_desk_as_it_was(desk: Desk, settings: Settings) -> None:
    settings.path.unlink()
    assert "cannot be read" in reload(desk, settings, nothing)["faults"][0]


def test_secrets_in_the_environment_are_not_read_again(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "something else")
    settings.path.write_text(LEAST + HOURS)
    assert reload(desk, settings, nothing)["faults"] == []


def test_the_command_line_is_told_what_became_of_it(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    socket = tmp_path / "control.sock"
    assert ask_to_reload(socket) == (f"No desk is running at {tmp_path}. There is nothing to reload.", False)
    control = Control(socket, answers(desk, settings, nothing))
    control.start()
    try:
        assert ask_to_reload(socket) == ("The desk works by this configuration already.", True)
        settings.path.write_text(LEAST + HOURS)
        assert ask_to_reload(socket) == (
            "The desk works by the new configuration now: hours, turnarounds changed.",
            True,
        )
        settings.path.write_text(LEAST.replace("Northwind", ""))
        said, done = ask_to_reload(socket)
    finally:
        control.stop()
    assert not done
    assert said.splitlines() == [
        "line 3, desk.brand: This is empty. Fill it in.",
        "The desk goes on with the configuration it had.",
    ]


@dataclass
class SeveralDesks:
    """A store beside two other desks, of which one answers `answer` when it is asked, and the other never."""

    store: SqlStore
    answer: list[str]
    answers: dict[str, str] = field(default_factory=lambda: {"care-2:1": "", "care-3:1": ""})

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def tell_desks(self, topic: str) -> None:
        question = topic.removeprefix("reload ")
        self.answers["care-2:1"] = json.dumps({"question": question, "faults": self.answer})

    def answers_of_desks(self) -> dict[str, str]:
        return self.answers


def test_a_database_that_is_away_while_others_are_asked_does_not_undo_the_own_reload(
    store: SqlStore, settings: Settings
) -> None:
    several = SeveralDesks(store, [])
    desk = replace(a_desk(store, policy=settings.policy()), store=several)  # type: ignore[arg-type]

    def away(_: float) -> None:
        raise OutOfService("The database cannot be used: it is starting.")

    settings.path.write_text(LEAST + HOURS)
    said, done = said_of({"ok": True, **answers(desk, settings, nothing, wait=away)["reload"]({})})
    assert said.startswith("The desk works by the new configuration now")
    assert (said.count("did not answer"), done) == (2, False)


def test_every_running_desk_is_asked_and_named_with_its_faults(store: SqlStore, settings: Settings) -> None:
    several = SeveralDesks(store, ["line 3, desk.brand: This is empty. Fill it in."])
    desk, waits = a_desk(store, policy=settings.policy()), []
    desk = replace(desk, store=several)  # type: ignore[arg-type]
    ask = answers(desk, settings, nothing, wait=waits.append)["reload"]
    settings.path.write_text(LEAST + HOURS)
    found = {"ok": True, **ask({})}
    assert sum(waits) == 10
    said, done = said_of(found)
    assert (said.splitlines(), done) == (
        [
            "The desk works by the new configuration now: hours, turnarounds changed.",
            "care-2:1 goes on with the configuration it had:",
            "  line 3, desk.brand: This is empty. Fill it in.",
            "care-3:1 did not answer within 10 s. Ask once more, or look at it with `heard doctor`.",
        ],
        False,
    )
    several.answer, several.answers = [], {"care-2:1": ""}
    assert said_of({"ok": True, **ask({})}) == (
        "The desk works by this configuration already.\ncare-2:1 works by its configuration, too.",
        True,
    )
    settings.path.write_text(LEAST.replace("Northwind", ""))
    assert ask({})["desks"] == {}


def test_the_port_for_webhooks_changes_only_at_a_restart(desk: Desk, settings: Settings) -> None:
    text = LEAST + '[[accounts]]\nnetwork = "webhook"\nhandle = "northwind"\nid = "forum"\n[webhooks]\nport = 3001\n'
    settings.path.write_text(text)
    running = load(settings.path, TOKENS | {"WEBHOOK_SECRET": "s" * 64})
    settings.path.write_text(text.replace("3001", "3002"))
    [fault] = reload(desk, running, nothing)["faults"]
    assert "webhooks: This cannot change while the desk runs." in fault


@pytest.mark.parametrize(
    ("section", "before", "after"),
    [
        ("health", "[health]\nport = 3002\n", "[health]\nport = 3003\n"),
        ("health", "", "[health]\n"),
        ("log", "", '[log]\nformat = "json"\n'),
        ("backup", "", '[backup]\nfolder = "backups"\nevery = "1h"\nkeep = 48\n'),
    ],
)
def test_what_the_desk_takes_up_only_at_its_start_is_not_said_to_be_taken_over(
    desk: Desk, settings: Settings, section: str, before: str, after: str
) -> None:
    settings.path.write_text(LEAST + before)
    running = load(settings.path, TOKENS)
    settings.path.write_text(LEAST + after)
    [fault] = reload(desk, running, nothing)["faults"]
    assert f"{section}: This cannot change while the desk runs." in fault

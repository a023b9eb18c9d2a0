"""A drill is walled off: no network is built, its app and its channels are not the desk's, and its page runs nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import SecretStr

import app
from bot.domain.drill.course import Course
from bot.domain.drill.score import PersonScore, Score
from bot.domain.drill.script import DrillPost, Script, Voice
from bot.domain.mentions.mention import PostRef
from bot.gateways import drill_app, drill_page
from bot.gateways.clock import WallClock
from bot.gateways.drill_chat import DrillChat
from bot.gateways.drill_state import DrillState, read_state, unfinished, write_state
from bot.gateways.networks import configured
from bot.gateways.networks.drill import DRILL, DrillNetwork
from bot.gateways.slack import Identity
from bot.gateways.slack_answers import SlackTrouble
from bot.ports.chat import ChatOutcome, Message, Posted
from bot.ports.network import ProvenAbsent, Sent
from bot.settings import Secrets, Settings, SettingsFaults
from bot.settings.drill_walls import KEPT, desk_settings, drill_secrets, rota_of, walled_settings
from bot.settings.model import Config
from bot.settings.segments import SegmentRule
from cli.drilled import _end_what_was_killed, behind_walls, walled
from handlers.drill_door import Walled
from tests.engines import built_file

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SCRIPT = Script(
    name="s", title="<b>Down</b>", brand="Lumen", handle="lumen", situation="S & T", length=timedelta(minutes=9)
)
POSTS = [
    DrillPost(id=f"d{n}", after=timedelta(minutes=n), author=Voice(handle="amy"), text=f"down {n}") for n in (1, 2, 4)
]
COURSE = Course(script=SCRIPT, posts=POSTS, started_at=NOON, speed=2.0)
CONFIG = """
[desk]
brand = "Northwind"
database = "postgresql://care@127.0.0.1:9/desk"
heartbeat_url = "https://watch.example/1"
[slack]
channel = "C0CARE0001"
leads_channel = "C0CARELEA1"
[people]
approvers = ["U0BEN00001", "U0CARO0001"]
[[accounts]]
network = "street"
handle = "northwind"
id = "22"
[[routes]]
words = ["bill"]
channel = "C0CAREBIL1"
[[other_teams]]
name = "Legal"
channel = "C0LEGAL001"
[storms]
marketing = "C0MARKET01"
[health]
port = 8099
[backup]
folder = "copies"
[suggestions]
url = "http://127.0.0.1:9/v1"
model = "m"
"""
ENV = {
    "SLACK_BOT_TOKEN": "xoxb-desk",
    "SLACK_API_URL": "http://127.0.0.1:9/api/",  # nobody listens there
    "STREET_TOKEN": "of-the-brand",
    "STREET_API_URL": "http://127.0.0.1:9/s",
    "DRILL_SLACK_BOT_TOKEN": "xoxb-drill",
    "DRILL_SLACK_APP_TOKEN": "xapp-1-A0DRILL001-9-ab",
}
ROOM = "C0DRILL001"


def a_desk(folder: Path) -> Settings:
    path = folder / "heard.toml"
    path.write_text(CONFIG)
    path.chmod(0o600)
    return desk_settings(path, ENV)


def behind(desk: Settings, folder: Path) -> Settings:
    return walled_settings(
        desk, SCRIPT, None, folder=folder / "drill", rooms=(ROOM, ROOM), secrets=drill_secrets(ENV)
    )


def test_the_settings_of_a_drill_lead_nowhere_but_to_its_own_channel_and_folder(tmp_path: Path) -> None:
    settings = behind(a_desk(tmp_path), tmp_path)
    assert settings.channels == (ROOM,)
    assert settings.state_dir == tmp_path / "drill"
    assert settings.database_address == f"sqlite:///{tmp_path / 'drill' / 'heard.db'}"
    assert (settings.config.accounts, settings.desk.heartbeat_url) == ((), "")
    assert (settings.config.webhooks, settings.config.backup, settings.config.health) == (None, None, None)
    assert settings.secrets.by_name() == {
        "SLACK_BOT_TOKEN": "xoxb-drill",
        "SLACK_APP_TOKEN": "xapp-1-A0DRILL001-9-ab",
    }
    assert settings.policy().brand == "Lumen"
    assert settings.config.suggestions is None
    written = {
        name
        for name in Config.model_fields
        if getattr(settings.config, name) != Config.model_fields[name].get_default()
    }
    assert written <= KEPT, "no other section, also none of a later version, comes along"


class Offline(DrillChat):
    def auth(self) -> Identity:
        self.identity = Identity("T0TEAM", "U0DRILLBOT", "B0DRILL")
        return self.identity


def test_a_drill_builds_no_network_of_its_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    for name in ("networks", "on_network", "streams", "webhooks"):
        monkeypatch.setattr(configured, name, lambda *given: built.append(given))
    settings = behind(a_desk(tmp_path), tmp_path)
    built_file(settings.state_dir)  # as the migrations make it
    parts = behind_walls(COURSE, lambda: NOON)
    quiet = Walled(networks=parts.networks, chat=Offline, door=parts.door)
    running = app.compose(settings, WallClock(), walled=quiet)
    try:
        assert built == []
        assert {key: type(one) for key, one in running.desk.networks.items()} == {(DRILL, DRILL): DrillNetwork}
        assert (running.hooks, running.health, running.desk.backups) == (None, None, None)
        assert parts.chat is DrillChat
    finally:
        running.lease.stop()
        running.store.close()


class Heard(Offline):
    """Takes what is posted, and knows its channel."""

    posted: ClassVar[list[tuple[str, str]]] = []

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        self.posted.append((channel, message.text))
        return Posted(channel, "1.0")

    def shared(self, channel: str) -> bool | None:
        return False


def test_a_drill_that_was_killed_is_scored_and_its_desk_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.Running, "start", lambda _: pytest.fail("people would be reminded of what lapsed since"))
    settings = behind(a_desk(tmp_path), tmp_path)
    built_file(settings.state_dir)
    parts = behind_walls(COURSE, lambda: NOON)
    running = app.compose(settings, WallClock(), walled=Walled(networks=parts.networks, chat=Heard, door=parts.door))
    text = 'title="T"\nbrand="B"\nhandle="b"\nsituation="S"\nlength="5m"\n[[moments]]\nat="1m"\nwords=["x"]'
    state = DrillState(script="s", text=text, rooms=(ROOM, ROOM), started_at=NOON, speed=2.0)
    _end_what_was_killed(running, COURSE, tmp_path / "drill", state)
    [(room, said)] = Heard.posted
    assert room == ROOM
    assert "The drill is over" in said
    ended = read_state(tmp_path / "drill")
    assert ended is not None
    assert ended.ended_at is not None
    assert not (tmp_path / "drill" / "control.sock").exists()


def test_posts_come_at_their_moments_and_never_twice_also_after_a_restart() -> None:
    now = [NOON + timedelta(seconds=70)]
    [batch] = DrillNetwork(COURSE, lambda: now[0]).fetch("mentions", "")
    assert [(one.text, one.posted_at) for one in batch.posts] == [
        ("down 1", NOON + timedelta(seconds=30)),
        ("down 2", NOON + timedelta(seconds=60)),
    ]
    again = DrillNetwork(COURSE, lambda: now[0])
    assert list(again.fetch("mentions", batch.cursor)) == []
    now[0] += timedelta(minutes=1)
    [more] = again.fetch("mentions", batch.cursor)
    assert [one.text for one in more.posts] == ["down 4"]
    assert list(again.fetch("own", "")) == []


def test_a_reply_stays_in_memory_under_the_key_of_its_approval() -> None:
    network, target = DrillNetwork(COURSE, lambda: NOON), PostRef(DRILL, DRILL, "d1")
    sent = network.reply(target, "Sorry", "key-1")
    assert isinstance(sent, Sent)
    assert network.reply(target, "Sorry", "key-1") == sent == network.find_reply(target, "Sorry", NOON, "key-1")
    assert isinstance(DrillNetwork(COURSE, lambda: NOON).find_reply(target, "Sorry", NOON, "key-1"), ProvenAbsent)
    network.take_back(sent.post_id)
    assert isinstance(network.find_reply(target, "Sorry", NOON, "key-1"), ProvenAbsent)


@pytest.mark.parametrize(
    "room", ["C0CARE0001", "C0CARELEA1", "C0CAREBIL1", "C0LEGAL001", "C0MARKET01", "", "general"]
)
def test_a_channel_of_the_desk_and_no_channel_are_refused(
    room: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        walled(a_desk(tmp_path), Secrets(), SCRIPT, (None, tmp_path / "drill", (ROOM, room)))
    assert "channel" in capsys.readouterr().err


def test_the_desks_own_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = a_desk(tmp_path)
    with pytest.raises(SystemExit):
        walled(desk, Secrets(), SCRIPT, (None, desk.state_dir, (ROOM, ROOM)))
    assert "belongs to the desk" in capsys.readouterr().err


def test_another_rota_takes_the_place_of_the_desks_people(tmp_path: Path) -> None:
    file = tmp_path / "night.toml"
    file.write_text('[desk]\nbrand = "any"\n[people]\napprovers = ["U0EVE00001", "U0FAY00001"]\n')
    settings = walled(a_desk(tmp_path), drill_secrets(ENV), SCRIPT, (file, tmp_path / "drill", (ROOM, ROOM)))
    assert settings.people.approvers == ("U0EVE00001", "U0FAY00001")
    file.write_text('[people]\napprovers = ["eve"]\n')
    with pytest.raises(SettingsFaults, match="eve"):
        rota_of(file)


def test_another_rota_can_approve_what_goes_to_a_segment_with_approvers_of_its_own(tmp_path: Path) -> None:
    desk, rota = a_desk(tmp_path), tmp_path / "night.toml"
    rota.write_text('[people]\napprovers = ["U0CARO0001", "U0FAY00001"]\n')
    press, loyal = (
        SegmentRule(name=name, followers_at_least=1, approvers=who)
        for name, who in (("press", ("U0BEN00001", "U0CARO0001")), ("loyal", ("U0BEN00001",)))
    )
    of_segments = replace(desk, config=desk.config.model_copy(update={"segments": (press, loyal)}))
    settings = walled(of_segments, drill_secrets(ENV), SCRIPT, (rota, tmp_path / "drill", (ROOM, ROOM)))
    assert [one.approvers for one in settings.config.segments] == [("U0CARO0001",), ()]


def test_missing_tokens_are_named_as_those_of_the_drill() -> None:
    with pytest.raises(SettingsFaults) as found:
        drill_secrets({"SLACK_BOT_TOKEN": "xoxb-desk", "SLACK_APP_TOKEN": "xapp-desk"})
    said = str(found.value)
    assert "DRILL_SLACK_BOT_TOKEN: It is not set." in said
    assert "set DRILL_SLACK_APP_TOKEN or DRILL_SLACK_APP_TOKEN_FILE" in said
    assert "heard manifest --drill" in said


class Apps:
    """Slack as far as it tells which app a token belongs to."""

    def __init__(self, known: dict[str, tuple[str, str]]) -> None:
        self.known = known

    def __call__(self, token: str, **_: object) -> "Apps":
        if token not in self.known:
            raise SlackTrouble("Slack is away.")
        self.bot, self.app = self.known[token]
        return self

    def auth(self) -> Identity:
        return Identity("T0TEAM", "U0BOT", self.bot)


DRILLS, DESKS, FROM_DRILL = ("B1", "A0DRILL001"), ("B2", "A0DESK0001"), "xapp-1-A0DRILL001-9-ab"
FROM_DESK, SAME = "xapp-1-A0DESK0001-9-ab", "belong to the Slack app of the desk"


@pytest.mark.parametrize(
    ("drill", "desk", "connects", "why"),
    [
        (DRILLS, DESKS, FROM_DRILL, ""),
        (("B1", ""), ("B2", ""), "xapp-rehearsal", ""),
        (DESKS, DESKS, FROM_DESK, SAME),
        (("B1", "A0DESK0001"), DESKS, "xapp-rehearsal", SAME),
        (DRILLS, DESKS, FROM_DESK, SAME),
        (DRILLS, ("B2", ""), "xapp-of-the-desk", SAME),
        (DRILLS, DESKS, "xapp-1-A0THIRD001-9-ab", "two different Slack apps"),
        (DRILLS, None, FROM_DRILL, "so no drill begins"),
    ],
)
def test_an_app_that_could_take_the_desks_clicks_is_refused(
    drill: tuple[str, str], desk: tuple[str, str] | None, connects: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"xoxb-drill": drill} | ({"xoxb-desk": desk} if desk else {})
    slack = Apps(known)
    monkeypatch.setattr(drill_app, "SlackChat", slack)
    monkeypatch.setattr(drill_app, "app_of", lambda *_: slack.app)
    of_desk = tokens("xoxb-desk", "xapp-of-the-desk")
    said = drill_app.why_not_own_app(tokens("xoxb-drill", connects), of_desk, "", lambda: NOON)
    assert why in said
    assert bool(why) == bool(said)


def test_without_the_desks_token_nothing_can_be_compared_so_no_drill_begins() -> None:
    said = drill_app.why_not_own_app(tokens("xoxb-drill", "xapp-a"), Secrets(), "", lambda: NOON)
    assert "SLACK_BOT_TOKEN is needed" in said


def tokens(bot: str, connects: str) -> Secrets:
    return Secrets(slack_bot_token=SecretStr(bot), slack_app_token=SecretStr(connects))


def test_a_drill_that_was_killed_is_found_and_one_that_ended_is_not(tmp_path: Path) -> None:
    state = DrillState(script="s", text="title", rooms=(ROOM, ROOM), started_at=NOON, speed=2.0)
    write_state(tmp_path / "s-1", state)
    (tmp_path / "s-2").mkdir()
    (tmp_path / "s-2" / "drill.json").write_text("{broken")
    assert unfinished(tmp_path, "s") == (tmp_path / "s-1", state)
    assert unfinished(tmp_path, "other") is None
    write_state(
        tmp_path / "s-1",
        DrillState(script="s", text="", rooms=(ROOM, ROOM), started_at=NOON, speed=2.0, ended_at=NOON),
    )
    assert unfinished(tmp_path, "s") is None
    assert read_state(tmp_path / "s-2") is None


def test_the_page_is_one_file_in_which_nothing_from_outside_runs(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>"
    score = Score(
        lasted=timedelta(minutes=9),
        posts=3,
        customers=2,
        answered=1,
        replies=1,
        first_statement=timedelta(seconds=75),
        milestones=(),
        promises={"kept": 1, "lapsed": 1},
        people=[
            PersonScore(person="U0ANA", did={"cases taken": 2}, asked=True),
            PersonScore(person="U0DEE", did={}, asked=True),
        ],
        never_asked=["U0EVE"],
        teams_never_asked=["Legal"],
        unanswered=[hostile],
    )
    called: Callable[[str], str] = {"U0ANA": "Ana", "U0DEE": hostile, "U0EVE": "Eve"}.__getitem__
    said = [(timedelta(seconds=75), hostile)]
    page = drill_page.drill_page(COURSE, score, zone=UTC, how="It was stopped.", statements=said, name=called)
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "&lt;b&gt;Down&lt;/b&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    for words in (
        "1 min 15 s",
        "1 of 2",
        "cases taken: 2",
        "nothing, though asked",
        "Eve",
        "Legal",
        "2 times as fast",
    ):
        assert words in page, words

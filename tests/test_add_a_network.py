"""A network that another package brings: the page's own example, installed and played."""

import ast
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bot.gateways.networks.configured import networks
from bot.ports import network_kind as kinds
from bot.services.mentions import intake
from bot.services.replies import sending
from bot.settings import Settings, SettingsFaults, load
from bot.settings.asking import ask_for_config
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import ANA, BEN, a_desk
from tests.services.journey import approve, draft_of, written

PAGE = (Path(__file__).parents[1] / "docs" / "add-a-network.md").read_text(encoding="utf-8")
EXAMPLE, ENTRY, ACCOUNT = (found[1] for found in re.finditer(r"```(?:python|toml)\n(.*?)```", PAGE, re.DOTALL))
LEAST = """
[desk]
brand = "Northwind"
[slack]
channel = "C0CARE0001"
leads_channel = "C0CARELEA1"
[people]
approvers = ["U0BEN00001", "U0CARO0001"]
"""
SECRETS = {"SLACK_BOT_TOKEN": "xoxb-canary", "SLACK_APP_TOKEN": "xapp-canary", "NOTICEBOARD_TOKEN": "canary-board"}
Install = Callable[[str], None]


def forget() -> None:
    kinds._installed.cache_clear()
    sys.modules.pop("noticeboard", None)
    importlib.invalidate_caches()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return how a module becomes the installed package `noticeboard`."""
    place = tmp_path / "installed"
    facts = place / "noticeboard-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: noticeboard\nVersion: 1.0\n")
    entry = ENTRY.replace('project.entry-points."heard.networks"', "heard.networks").replace('"', "")
    (facts / "entry_points.txt").write_text(entry)
    monkeypatch.syspath_prepend(str(place))

    def put(text: str) -> None:
        (place / "noticeboard.py").write_text(text, encoding="utf-8")
        forget()

    yield put
    forget()


@pytest.fixture
def board(install: Install) -> ModuleType:
    install(EXAMPLE)
    return importlib.import_module("noticeboard")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = store_in(tmp_path / "desk")
    yield opened
    opened.close()


def configured(tmp_path: Path, account: str = ACCOUNT, secrets: dict[str, str] = SECRETS) -> Settings:
    path = tmp_path / "heard.toml"
    path.write_text(LEAST + account, encoding="utf-8")
    path.chmod(0o600)
    return load(path, secrets)


def faults(tmp_path: Path, account: str = ACCOUNT, secrets: dict[str, str] = SECRETS) -> list[str]:
    with pytest.raises(SettingsFaults) as raised:
        configured(tmp_path, account, secrets)
    return [f"{one.where}: {one.what} {one.remedy}" for one in raised.value.faults]


def test_a_complaint_on_the_pages_network_is_answered_there(
    board: ModuleType, tmp_path: Path, store: SqlStore
) -> None:
    desk = a_desk(store, networks=networks(configured(tmp_path)))
    board.BOARD["1"] = ("priya", "charged twice and nobody answers", "")
    intake.poll(desk, desk.networks["noticeboard", "northwind"], "mentions", desk.clock.now())
    written(desk, 1, by=ANA, text="Priya, charged twice is on us. I will tell you here by 17:00.")
    approve(desk, by=BEN)
    sending.send_due(desk, desk.clock.now())
    assert board.BOARD["2"] == ("northwind", "Priya, charged twice is on us. I will tell you here by 17:00.", "1")
    assert (draft_of(desk).state, kinds.network_label("noticeboard")) == ("sent", "Notice board")


def test_its_secret_is_asked_for_and_hidden_like_any_other(board: ModuleType, tmp_path: Path) -> None:
    settings = configured(tmp_path)
    assert "canary-board" in settings.hidden
    without = {name: value for name, value in SECRETS.items() if name != "NOTICEBOARD_TOKEN"}
    [missing] = faults(tmp_path, secrets=without)
    assert missing.startswith("NOTICEBOARD_TOKEN: It is not set. Take it from the caretaker")


def test_its_address_comes_from_the_environment(board: ModuleType, tmp_path: Path) -> None:
    given = SECRETS | {"NOTICEBOARD_API_URL": "http://127.0.0.1:9/"}
    assert configured(tmp_path).network_api_urls["NOTICEBOARD_API_URL"] == "https://board.example"
    assert configured(tmp_path, secrets=given).network_api_urls["NOTICEBOARD_API_URL"] == "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "northwind"', 'id = "42"', "accounts[1].id: “42” is no id of an account on Notice board."),
        ('options = { room = "hall" }', "", "accounts[1].options: room: It is missing."),
        ('room = "hall"', 'rooom = "hall"', "accounts[1].options: “rooom” is no option of Notice board."),
        ('"noticeboard"', '"noticebord"', "accounts[1].network: This value is not known here."),
    ],
)
def test_an_account_is_checked_by_its_kind(
    board: ModuleType, tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in ACCOUNT
    assert any(one.startswith(said) for one in faults(tmp_path, ACCOUNT.replace(before, after)))


def test_init_asks_for_it_and_what_it_writes_loads(board: ModuleType, tmp_path: Path) -> None:
    answers = {
        "What is your brand": "Northwind",
        "In which time zone": "UTC",
        "Which Slack channel": "C0CARE0001",
        "Which channel is for leads": "C0CARELEA1",
        "Who may approve": "U0BEN00001, U0CARO0001",
        "Who leads": "",
        "Which account on X": "",
        "Which account on Mastodon": "",
        "Which account on Bluesky": "",
        "Which account on Google Play": "",
        "Which account on Facebook": "",
        "Which account on Instagram": "",
        "Which account on Notice board": "northwind",
        "And its id on Notice board": "northwind",
        "Notice board also wants room": "hall",
        "When is it open": "always",
        "How soon": "1h",
    }

    def ask(question: str, usual: str) -> str:
        return next(answer for start, answer in answers.items() if question.startswith(start))

    path = tmp_path / "heard.toml"
    path.write_text(ask_for_config(ask), encoding="utf-8")
    path.chmod(0o600)
    [account] = load(path, SECRETS).config.accounts
    assert (account.network, account.id, account.options) == ("noticeboard", "northwind", {"room": "hall"})


@pytest.mark.parametrize(
    "text", ["KIND = 1\n", "import nowhere_at_all\n", EXAMPLE.replace('name="noticeboard"', 'name="x"')]
)
def test_a_package_that_does_not_load_is_named_where_an_account_wants_it(
    install: Install, tmp_path: Path, text: str
) -> None:
    install(text)
    [said] = [one for one in faults(tmp_path) if one.startswith("accounts[1].network")]
    assert "The package that brings “noticeboard” cannot be used." in said
    assert configured(tmp_path, "").config.accounts == ()


def test_a_package_takes_no_built_in_name(install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(EXAMPLE.replace('name="noticeboard"', 'name="x"'))
    facts = tmp_path / "installed" / "noticeboard-1.0.dist-info" / "entry_points.txt"
    facts.write_text("[heard.networks]\nx = noticeboard:KIND\n")
    forget()
    assert kinds.network_kinds()["x"].label == kinds.network_label("x") == "X"


def test_no_other_module_lists_networks() -> None:
    root, known = Path(__file__).parents[1], set(kinds.network_kinds())
    own = {"bot/ports/network_kind.py", "bot/domain/replies/personal_data.py"}  # there a street is one with houses
    files = [one for room in ("bot", "handlers", "storage", "cli") for one in (root / room).rglob("*.py")]
    elsewhere = [
        f"{where}: {node.value}"
        for file in files
        if (where := file.relative_to(root).as_posix()) not in own
        and not where.startswith(("bot/gateways/networks/", "bot/rehearsal/"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in known
    ]
    assert elsewhere == []


def test_no_client_is_imported_to_know_the_kinds() -> None:
    import subprocess

    code = (
        "import sys; from bot.ports.network_kind import network_kinds; network_kinds(); "
        "print([one for one in ('tweepy', 'requests', 'bot.gateways.networks.x') if one in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"

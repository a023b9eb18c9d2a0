"""No command and no log line shows any part of a secret, even with a wrong configuration; odd files are not opened."""

import json
import logging
import os
import sys
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import create_model
from pydantic.plugin import _loader

import cli
from bot.gateways.quiet_logs import set_up
from bot.gateways.redaction import Redaction
from bot.ports.store_errors import OutOfService
from bot.settings import SettingsFaults, load
from bot.settings.addresses import secrets_in
from storage import NotOurs, open_store
from tests.long import part
from tests.test_command_line import LEAST, TOKENS

CANARY = "kanari"  # every secret below contains words that begin with it
SPLIT = "kanariA/kanariB@kanariC#kanariD?kanariE:kanariF"
COMMANDS = ("check", "promises", "doctor", "reload", "run")

ADDRESSES = [
    f"postgres//desk:{CANARY}1@db.example/heard",
    f"postgres:/desk:{CANARY}1@db.example/heard",
    f"postgresql:desk:{CANARY}1@db.example/heard",
    f"postgresql//{CANARY}1",
    f"postgresql/{CANARY}1.db",
    f"postgres:///desk:{CANARY}1@db.example",
    f"postgresql://desk:{CANARY}[1@db.example/heard",
    f"postgrsql://desk:{CANARY}1@db.example/heard",
    f"mysql://desk:{CANARY}1@db.example/heard",
    f"sqlite://desk:{CANARY}1@db.example/heard",
    f"sqlite:/desk/{CANARY}1",
    f"sqlite:///postgres://desk:{CANARY}1@db.example/heard",
    f"host=db.example user=desk password={CANARY}1",
    f"//desk:{CANARY}1@db.example/heard",
    f"desk:{CANARY}1@db.example/heard.db",
    f"postgresql://desk:{SPLIT}@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A/{CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A@{CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A#{CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A {CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A%zz{CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk:123/{CANARY}B@127.0.0.1:1/heard",
    f"postgresql://desk@127.0.0.1:1/heard?password={CANARY}A#{CANARY}B",
]
WELL_FORMED = [  # nothing listens at any of these
    f"postgresql://desk:{CANARY}1@127.0.0.1:1/heard",
    f"postgresql://desk:{CANARY}A%40{CANARY}B@127.0.0.1:1/heard",
    f"postgres://desk:{CANARY}1@{CANARY}2.invalid/heard",
    f"postgresql://desk@127.0.0.1:1/heard?password={CANARY}1",
    f"postgresql://desk@127.0.0.1:1/heard?passwrd={CANARY}1",
    f"postgresql://desk@127.0.0.1:1/heard?sslmode={CANARY}1",
    f"postgresql://desk:{CANARY}1@/heard?host=/nowhere/{CANARY}2",
    f"postgresql://desk:{CANARY}1@127.0.0.1:99999/heard",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    return tmp_path


def everywhere(home: Path, text: str | bytes, env: dict[str, str] | None = None) -> dict[str, Result]:
    """Run every command with that heard.toml; only loopback can be reached."""
    path = home / "heard.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "X_API_URL": "http://127.0.0.1:9"}
    return {
        one: CliRunner().invoke(cli.main, [one, "--config", str(path)], env={**TOKENS, **nowhere, **(env or {})})
        for one in COMMANDS
    }


def silent(found: dict[str, Result], *canaries: str) -> None:
    for command, result in found.items():
        for canary in canaries or (CANARY,):
            assert canary not in result.output, (command, result.output)
        assert isinstance(result.exception, SystemExit | None), (command, result.exception)
        assert "Traceback" not in result.output


def with_database(address: str) -> str:
    return LEAST.replace("[desk]", f"[desk]\ndatabase = {json.dumps(address)}")


@pytest.mark.parametrize("address", part(ADDRESSES, 3))
def test_an_address_that_is_not_well_formed_is_refused_and_nothing_is_made(home, address):
    before = sorted(home.rglob("*"))
    found = everywhere(home, with_database(address))
    silent(found)
    for command in ("check", "promises", "run"):
        assert found[command].exit_code == 1
        assert "This is no address of a database, and no path of a file." in found[command].output
    assert sorted(home.rglob("*")) == [home / "heard.toml", *before]


@pytest.mark.parametrize("address", WELL_FORMED)
def test_a_database_that_cannot_be_reached_is_said_without_its_address(home, address):
    found = everywhere(home, with_database(address))
    silent(found)
    assert found["promises"].exit_code == 1
    assert list((home / "state").iterdir()) == []


@pytest.mark.parametrize("address", [*ADDRESSES, *WELL_FORMED])
def test_the_store_itself_repeats_no_address(address, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if address.startswith("sqlite:///"):
        pytest.skip("the configuration refuses it; for the store it is a file")
    with pytest.raises((NotOurs, OutOfService)) as trouble:
        open_store(address)
    assert CANARY not in str(trouble.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sqlite:////srv/desk/heard.db",
        "sqlite:///state/odd@name.db",
        "/srv/desk/heard.db",
        "./state/other.db",
        "other.db",
        "postgresql://heard@/desk1?host=/tmp/heard-pg-x1",
        "postgresql://desk:s%40crets@db.example:5432/heard?sslmode=require",
        "postgres://desk@db1.example:5432,db2.example:5432/heard",
        "postgresql://[::1]:5432/heard",
        "postgresql:///heard",
    ],
)
def test_what_is_well_formed_is_taken(home, address):
    (home / "heard.toml").write_text(with_database(address))
    (home / "heard.toml").chmod(0o600)
    assert load(home / "heard.toml", TOKENS).desk.database == address


@pytest.mark.parametrize(
    "address", ["postgresql://desk:kanari1@db.example/h", "postgresql://desk@db.example/h?password=kanari1"]
)
def test_a_password_in_a_file_that_others_can_read_is_refused_with_the_remedy(home, address):
    path = home / "heard.toml"
    path.write_text(with_database(address))
    path.chmod(0o640)
    with pytest.raises(SettingsFaults) as refused:
        load(path, TOKENS)
    path.write_text(with_database("postgresql://desk@db.example/h?passfile=/srv/pgpass"))
    assert load(path, TOKENS)  # the password is elsewhere
    [fault] = refused.value.faults
    assert (fault.where, "mode 0640" in fault.what, f"chmod 600 {path}" in fault.remedy) == (
        "desk.database",
        True,
        True,
    )
    assert (CANARY in str(fault), fault.line) == (False, 3)


def test_a_path_of_a_database_begins_at_the_file_that_names_it(home):
    (home / "heard.toml").write_text(with_database("other.db"))
    assert load(home / "heard.toml", TOKENS).database == str(home / "other.db")


# --- secrets in the wrong place -------------------------------------------------------------------------------

KEYS = ("brand", "zone", "state_dir", "database", "sends", "closes_after", "allowed_links", "heartbeat_url")
SECRETS = (
    "xoxb-kanari-12345678901234",
    "https://hc.example/ping/kanari-c0ffee00-1234-kanari",
    "hc.example/ping/kanari-c0ffee00-1234-kanari",
    "http://hc.example/ping/kanari-c0ffee00-1234-kanari",
    "https://desk:kanari1@hc.example:port/kanari-0123456789",
    "kanari0123456789abcdef0123456789abcdef",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "where",
    [
        *(f"[desk]\n{key} = " for key in KEYS),
        "[slack]\nchannel = ",
        "[slack]\nport = ",
        "[people]\nteam = ",
        "[hours]\nmon = ",
    ],
)
def test_a_secret_at_any_key_is_never_repeated(home, secret, where):
    section, key = where.split("\n")
    lines = [line for line in LEAST.splitlines() if not line.startswith(key.split(" ")[0] + " ")]
    text = "\n".join(lines)
    text = (
        text.replace(section, f"{section}\n{key}{json.dumps(secret)}")
        if section in text
        else f"{text}\n{where}{json.dumps(secret)}"
    )
    path = home / "heard.toml"
    path.write_text(text)
    found = CliRunner().invoke(cli.main, ["promises", "--config", str(path)], env=TOKENS)
    if "state_dir" not in where and "brand" not in where:
        assert CANARY not in found.output


@pytest.mark.parametrize(
    "text",
    [
        f'[desk]\nbrand = "{SPLIT}',
        f"[desk]\nSLACK_BOT_TOKEN=xoxb-{SPLIT}\n",
        f'[desk]\n"xoxb-kanari-1234567890" = 1\n{LEAST}',
        f"xoxb-kanari-1234567890 = 1\n{LEAST}",
        f'{LEAST}\n[desk.password]\n{CANARY}0123456789012345678901234567890123456789 = "a"\n',
    ],
)
def test_a_file_that_toml_cannot_read_is_not_quoted(home, text):
    silent(everywhere(home, text))


@pytest.mark.parametrize(
    "words",
    [
        ["promises", "--from", f"postgresql://desk:{CANARY}1@db.example/heard"],
        ["replay", f"postgresql://desk:{CANARY}1@db.example/heard"],
        ["run", f"xoxb-{CANARY}-1234567890"],
        ["doctor", "--state", f"xoxb-{CANARY}-1234567890"],
        [f"xoxb-{CANARY}-1234567890"],
    ],
)
def test_what_was_typed_in_the_wrong_place_is_not_repeated(words):
    found = CliRunner().invoke(cli.main, words, env=TOKENS)
    assert found.exit_code != 0
    assert CANARY not in found.output


def test_secrets_of_the_environment_are_hidden_wherever_they_turn_up(home):
    """No command prints the brand itself; a path that contains a secret is printed."""
    secret = "kanari-signing-0123456789"
    (home / secret).mkdir(mode=0o700)
    found = everywhere(
        home, LEAST.replace('"state"', f'"{secret}"'), env={"SLACK_SIGNING_SECRET": secret, "X_CONSUMER_KEY": secret}
    )
    silent(found, secret)
    assert "(hidden)" in found["doctor"].output


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"", b"one\ntwo kanari", "kanari\u00fc".encode(), b"x" * 2_000_000, None]
)
def test_a_secret_file_that_holds_no_secret_is_named_and_not_quoted(home, content):
    place = home / "token"
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
        place.chmod(0o600)
    found = everywhere(home, LEAST, env={"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": str(place)})
    silent(found)
    assert "SLACK_BOT_TOKEN_FILE" in found["run"].output


# --- logs -----------------------------------------------------------------------------------------------------


PASSWORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\\\"'"), min_size=6, max_size=24
)


@given(password=PASSWORDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_password_in_an_address_is_hidden_in_any_text(password):
    hide = Redaction()
    for said in (f"postgresql://desk:{password}@db.example/heard", f"postgres//desk:{password}@db.example/heard"):
        assert f":{password}@" not in hide(f"cannot reach {said} now") or password == "(hidden)"


@pytest.mark.parametrize("password", ["kan[ari", "kan]ari", "kan\u2100ari", "kan\udcffari", "[", "kan@[ari"])
def test_a_password_in_a_torn_address_is_known_and_hidden(password):
    address = f"postgresql://desk:{password}@db.example/heard?sslpassword=kanari-ssl-1"
    assert {password, "kanari-ssl-1"} <= set(secrets_in(address))
    assert password not in Redaction(secrets_in(address))(f"cannot reach {password}") or len(password) < 4


def test_the_log_hides_what_the_configuration_keeps_secret(home):
    text = with_database("postgresql://desk:kanari%40secret@db.example/heard?sslpassword=kanari-ssl-1")
    text = text.replace("[desk]", '[desk]\nheartbeat_url = "https://hc.example/ping/kanari-c0ffee00"')
    (home / "heard.toml").write_text(text)
    (home / "heard.toml").chmod(0o600)
    found = load(home / "heard.toml", {**TOKENS, "X_ACCESS_TOKEN": "kanari-x-token"})
    written = StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        set_up(found.hidden, stream=written)
        for said in ("kanari@secret", "kanari%40secret", "kanari-ssl-1", "kanari-c0ffee00", "kanari-x-token"):
            logging.getLogger("bot.desk").warning("trouble at %s", said)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert written.getvalue().count("(hidden)") == 5
    assert CANARY not in written.getvalue()


# --- files that a command reads ---------------------------------------------------------------------------------

DEEP = 5_000
BROKEN = {
    "nested arrays": f"a = {'[' * DEEP}{']' * DEEP}",
    "nested tables": f"a = {'{a=' * DEEP}1{'}' * DEEP}",
    "unclosed": "a = " + "[" * DEEP,
    "a name with many dots": ".".join("a" * DEEP) + " = 1",
    "a table with many dots": "[" + ".".join("a" * DEEP) + "]",
    "a huge number": "a = " + "9" * 10_000,
    "a huge file": "# " + "x" * 2_000_000,
    "the same key twice": LEAST + '\n[desk]\nbrand = "Northwind"\n',
    "a table that is a key": "desk = 5\n[desk.x]\n",
    "no UTF-8": b"\xff\xfe[desk]",
    "UTF-16": LEAST.encode("utf-16"),
    "a NUL": b'[desk]\nbrand = "a\x00b"\n',
    "nothing": "",
    "sections of the wrong kind": "desk = []\nslack = 1\npeople = false\n",
    "a state_dir of the wrong kind": LEAST.replace('"state"', "[1]"),
}


@pytest.mark.parametrize("name", part(BROKEN, 3))
def test_whatever_stands_in_the_file_is_a_sentence(home, name):
    text = BROKEN[name]
    found = everywhere(home, text)
    silent(found)
    for command in ("check", "promises", "run"):
        assert found[command].exit_code == 1
        assert found[command].output.strip()


def test_nested_in_a_known_key_is_a_sentence_too(home):
    for key in ("brand", "allowed_links", "closes_after"):
        value = "[" * 200 + "]" * 200
        text = "\n".join(line for line in LEAST.splitlines() if not line.startswith(f"{key} "))
        silent(everywhere(home, text.replace("[desk]", f"[desk]\n{key} = {value}")))


def test_a_mark_at_the_beginning_of_the_file_is_no_fault(home):
    (home / "heard.toml").write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert load(home / "heard.toml", TOKENS).desk.brand == "Northwind"


def test_a_folder_or_a_pipe_in_the_place_of_the_file_is_a_sentence(home):
    (home / "heard.toml").mkdir()
    for command in COMMANDS:
        found = CliRunner().invoke(cli.main, [command, "--config", str(home / "heard.toml")], env=TOKENS)
        assert found.exit_code == 1
        assert "it is a folder" in found.output
    (home / "heard.toml").rmdir()
    os.mkfifo(home / "heard.toml")
    with pytest.raises(SettingsFaults, match="it is no file"):
        load(home / "heard.toml", TOKENS)


# --- where the desk is ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["reload", "doctor"])
@pytest.mark.parametrize("broken", ["nested arrays", "no UTF-8", "nothing", "a state_dir of the wrong kind"])
def test_with_a_broken_file_nobody_says_that_no_desk_is_running(home, command, broken):
    found = everywhere(home, BROKEN[broken])[command]
    if broken == "nothing":  # without a directory the default applies
        assert "No desk is running at" in found.output
        return
    assert "No desk is running" not in found.output
    assert "it is not known where the desk keeps its files" in found.output
    assert "--state" in found.output


def test_a_desk_elsewhere_is_found_by_what_can_be_read_of_a_broken_file(home):
    from handlers.control import Control

    (home / "elsewhere").mkdir(mode=0o700)
    door = Control(
        home / "elsewhere" / "control.sock", {"reload": lambda _: {"faults": [], "changed": [], "moved": 0}}
    )
    door.start()
    try:
        found = everywhere(home, LEAST.replace('"state"', '"elsewhere"') + "\n[[[")["reload"]
    finally:
        door.stop()
    assert (found.exit_code, found.output) == (0, "The desk works by this configuration already.\n")


@pytest.mark.parametrize("command", ["reload", "doctor"])
def test_a_desk_that_hangs_up_is_said(home, command):
    import socket
    import threading

    there = socket.socket(socket.AF_UNIX)
    there.bind(str(home / "state" / "control.sock"))
    there.listen()
    threading.Thread(target=lambda: [there.accept()[0].close() for _ in COMMANDS], daemon=True).start()
    path = home / "heard.toml"
    path.write_text(LEAST)
    found = CliRunner().invoke(cli.main, [command, "--config", str(path)], env=TOKENS)
    there.close()
    assert found.exit_code == 1
    assert "The desk ended before it had answered." in found.output


def test_no_plugin_of_another_package_sees_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spying.py").write_text("def new_schema_validator(*_): return None, None, None\n")
    about = tmp_path / "spying-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: spying\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[pydantic]\nspying = spying\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(_loader, "_plugins", None)
    create_model("Settings")
    assert "spying" not in sys.modules
    monkeypatch.delenv("PYDANTIC_DISABLE_PLUGINS")
    create_model("Settings")
    assert sys.modules.pop("spying")  # it would have been

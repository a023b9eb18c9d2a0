"""The output of the commands while a desk runs, and without one."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from bot.domain.halts.halt import HaltKind
from bot.gateways.key_copy import of_key_copy
from bot.ports import OutOfService
from bot.ports.network_kind import network_kinds
from cli.output import _what_happened
from handlers.control import Control
from storage import open_store
from tests import builders
from tests.engines import built_file
from tests.long import part

ROOT = Path(__file__).parents[1]
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-canary-bot", "SLACK_APP_TOKEN": "xapp-canary-app"}
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


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir(mode=0o700)
    path = tmp_path / "heard.toml"
    path.write_text(LEAST)
    return path


def heard(config: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.main, [*words, "--config", str(config)], env=TOKENS)


@pytest.mark.parametrize("command", ["doctor", "reload"])
def test_where_no_desk_runs_that_is_said(config: Path, command: str) -> None:
    found = heard(config, command)
    assert found.exit_code == 1
    assert "No desk is running" in found.output


def test_init_says_before_its_first_question_that_nothing_can_be_written_there(tmp_path: Path) -> None:
    found = heard(tmp_path / "nowhere" / "heard.toml", "init")
    assert (found.exit_code, "What is your brand" in found.output) == (1, False)
    assert f"There is no folder {tmp_path / 'nowhere'}. Make one, or choose another place" in found.output
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if not os.access(closed, os.W_OK):  # root may write anywhere
        assert "Nothing can be written into" in heard(closed / "heard.toml", "init").output


def test_promises_are_read_beside_the_desk_as_lines_json_and_table(config: Path) -> None:
    with_store = open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF")
    builders.delivered(with_store)
    with_store.close()
    days = ("--from", "2026-01-05", "--to", "2026-01-05")
    lines = heard(config, "promises", *days)
    assert lines.exit_code == 0
    assert lines.output.startswith("Promises, 2026-01-05\n1 kept, 0 at risk, 0 lapsed (100 % in time)\n")
    assert json.loads(heard(config, "promises", *days, "--json").output)["total"]["kept"] == 1
    assert heard(config, "promises", *days, "--csv").output.splitlines()[1].startswith('"1","x",')


def test_promises_are_read_without_any_secret(config: Path) -> None:
    with_store = open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF")
    builders.delivered(with_store)
    with_store.close()
    found = CliRunner().invoke(cli.main, ["promises", "--config", str(config)], env=dict.fromkeys(TOKENS, ""))
    assert found.exit_code == 0
    assert (
        "SLACK_BOT_TOKEN"
        in CliRunner().invoke(cli.main, ["run", "--config", str(config)], env=dict.fromkeys(TOKENS, "")).output
    )


def test_a_backup_is_written_beside_the_desk_and_says_what_is_in_it(config: Path) -> None:
    state = config.parent / "state"
    store = open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key")
    builders.delivered(store)
    found = heard(config, "backup", "--to", str(config.parent / "there"))
    store.close()
    [written] = (config.parent / "there").glob("*.db")
    assert found.exit_code == 0
    assert found.output.startswith(f"Wrote {written}: 1 case, ")
    (config.parent / "file").write_text("")
    found = heard(config, "backup", "--to", str(config.parent / "file" / "below"))
    assert (found.exit_code, found.output.startswith("No backup can be written to")) == (1, True)


def test_a_backup_elsewhere_deletes_no_file_there(config: Path) -> None:
    state, there = config.parent / "state", config.parent / "archive"
    open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key").close()
    there.mkdir()
    for day in range(10, 30):
        for hour in ("03", "15", "21"):
            (there / f"heard-202610{day}T{hour}0000Z.db").touch()
    assert heard(config, "backup", "--to", str(there)).exit_code == 0
    assert len([*there.glob("*.db")]) == 61


@pytest.mark.parametrize("number", ["99999999999999999999", "9223372036854775808"])
def test_a_number_that_no_case_can_have_is_no_case(config: Path, number: str) -> None:
    state = config.parent / "state"
    open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key").close()
    found = heard(config, "prove", number)
    assert (found.exit_code, found.output) == (1, f"There is no case {number} here.\n")


def damaged(file: Path) -> None:
    """Overwrite the first page of the audit trail, as a disk may."""
    with closing(sqlite3.connect(file)) as conn:
        [(root,)] = conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").fetchall()
        [(size,)] = conn.execute("PRAGMA page_size").fetchall()
    with file.open("r+b") as opened:
        opened.seek((root - 1) * size)
        opened.write(b"\xff" * 64)


def test_a_damaged_database_is_said_in_a_sentence_and_no_file_stays(config: Path) -> None:
    state, new = config.parent / "state", config.parent / "new.json"
    with closing(open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key")) as store:
        builders.delivered(store)
    damaged(state / "heard.db")
    for words in (("audit", "verify"), ("audit", "export", str(new)), ("prove", "1", "--to", str(new))):
        found = heard(config, *words)
        assert found.exit_code == 1
        assert found.output.startswith("A part of the database cannot be read as it was written")
        assert found.output.endswith("`heard restore` puts the last good backup in its place: see docs/backups.md.\n")
        assert not new.exists()


def test_a_restored_desk_is_held_and_says_what_to_do_next(config: Path) -> None:
    state = config.parent / "state"
    with closing(open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key")) as store:
        builders.delivered(store)
    assert heard(config, "backup").exit_code == 0
    [backup] = (config.parent / "backups").glob("*.db")
    found = heard(config, "restore", str(backup))
    assert found.exit_code == 0
    assert found.output.startswith(f"Restored {backup}: 1 case, ")
    assert "The desk starts in hold" in found.output
    assert "No list of erasures (erased.list) is beside the backup" in found.output
    with closing(open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key")) as store:
        assert [one.kind for one in store.halts()] == [HaltKind.HOLD]
    found = heard(config, "restore", str(config))
    assert (found.exit_code, found.output) == (
        1,
        f"{config} is no backup of Heard. The database is as it was.\n",
    )
    found = heard(config, "release")
    assert (found.exit_code, "A desk is released while it runs" in found.output) == (1, True)


def test_without_a_running_desk_a_person_is_erased_and_a_restore_does_not_bring_them_back(config: Path) -> None:
    state, key = config.parent / "state", config.parent / "state" / "trail.key"
    with closing(open_store(built_file(state), synchronous="OFF", key_file=key)) as store:
        builders.delivered(store)
        handle = store.case(1).author.handle
    assert heard(config, "backup").exit_code == 0
    [backup] = (config.parent / "backups").glob("*.db")
    found = heard(config, "erase", handle, "--yes")
    assert (found.exit_code, "Erased: 1 case, " in found.output) == (0, True)
    assert (
        "No desk is running here, so this was done in its database: its messages in Slack are changed" in found.output
    )
    (state / "erased.list").unlink()  # as on a new machine: the one beside the backups is enough
    found = heard(config, "restore", str(backup))
    assert found.output.endswith("1 person was erased since that backup, and erased from it again.\n")
    with closing(open_store(built_file(state), synchronous="OFF", key_file=key)) as store:
        assert store.case(1).author.handle == ""
    assert heard(config, "erase", handle).output.startswith(f"Nothing is held here about {handle}.")


def test_a_pause_given_while_no_desk_runs_stands_at_the_next_start(config: Path) -> None:
    state = config.parent / "state"
    found = heard(config, "pause", "--because", "we look into it")
    assert (found.exit_code, found.output) == (
        1,
        "There is no database yet: the desk has not run here. `heard run --paused` starts one that sends nothing.\n",
    )
    open_store(built_file(state), synchronous="OFF", key_file=state / "trail.key").close()
    found = heard(config, "pause", "--because", "we look into it")
    assert found.exit_code == 0
    assert found.output.startswith(
        "No desk is running here, so this was done in its database: it holds from the next start on.\n"
        "Sending is paused everywhere."
    )
    assert "paused everywhere already" in heard(config, "pause", "--because", "again").output
    assert heard(config, "resume", "x").exit_code == 1
    with closing(open_store(built_file(state), synchronous="OFF", key_file=state / "trail.key")) as store:
        assert [one.kind for one in store.halts()] == [HaltKind.PAUSE]
        assert "Another Heard is at work on" in heard(config, "resume").output
    assert heard(config, "resume").exit_code == 0


@pytest.mark.parametrize("then", ["refuses", "is gone"])
def test_a_desk_that_does_not_release_any_more_is_said(config: Path, then: str) -> None:
    """Between what was found and the answer of a person a desk may stop, or lose its database."""
    socket = config.parent / "state" / "control.sock"

    def answer(request: dict[str, object]) -> dict[str, object]:
        if request.get("now"):
            raise OutOfService("The database cannot be used: disk I/O error.")
        if then == "is gone":
            socket.unlink()
        return {"said": ["2 cases are only in Slack."], "held": True}

    control = Control(socket, {"release": answer})
    control.start()
    found = CliRunner().invoke(cli.main, ["release", "--config", str(config)], env=TOKENS, input="y\n")
    control.stop()
    said = {
        "refuses": "The database cannot be used: disk I/O error.",
        "is gone": f"No desk is running at {socket.parent}.",
    }
    assert (found.exit_code, found.exception.__class__) == (1, SystemExit)
    assert found.output.endswith(f"{said[then]} `heard release` says whether the desk is still held.\n")


def test_a_question_that_is_not_answered_changes_nothing_and_that_is_said(config: Path) -> None:
    whom = {"why": "", "found": [["x", "7", "@priya on X: 1 case, 1 post."]]}
    control = Control(config.parent / "state" / "control.sock", {"whom to erase": lambda _: whom})
    control.start()
    found = heard(config, "erase", "@priya")
    control.stop()
    assert (found.exit_code, "Stopped. Nothing was changed.\n" in found.output, "!" in found.output) == (
        1,
        True,
        False,
    )


def test_where_the_desk_is_now_is_named_so_that_it_is_found_from_any_folder(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = config.parent / "state"
    with closing(open_store(f"sqlite:///{state}/heard.db", synchronous="OFF", key_file=state / "trail.key")) as store:
        builders.delivered(store)
    monkeypatch.chdir(config.parent)
    found = heard(config, "move", f"sqlite:///{state}/heard.db", "sqlite:///new/heard.db")
    assert found.exit_code == 0
    assert f'Put database = "{config.parent}/new/heard.db" into [desk] of heard.toml' in found.output


def test_a_desk_is_not_moved_onto_another_file(config: Path) -> None:
    state = config.parent / "state"
    for name in ("old.db", "heard.db"):
        open_store(f"sqlite:///{state}/{name}", synchronous="OFF", key_file=state / "trail.key").close()
    found = heard(config, "move", f"sqlite:///{state}/old.db")
    assert (found.exit_code, "is there already, and nothing is overwritten" in found.output) == (1, True)


def test_promises_without_a_database_or_with_days_in_the_wrong_order_say_why(config: Path) -> None:
    found = heard(config, "promises")
    assert (found.exit_code, found.output) == (1, "There is no database yet: the desk has not run here.\n")
    open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF").close()
    found = heard(config, "promises", "--from", "2026-01-06", "--to", "2026-01-05")
    assert (found.exit_code, "swap them" in found.output) == (1, True)


def test_the_doctor_reads_the_whole_trail_in_a_process_of_its_own(config: Path) -> None:
    key = config.parent / "state" / "trail.key"
    with_store = open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF", key_file=key)
    builders.delivered(with_store)
    found = heard(config, "doctor", "--trail")  # while the desk has the database locked
    assert "ok    The audit trail is whole: 7 lines in 1 chain, head " in found.output
    with with_store.transaction():
        with_store.engine.run("DROP TRIGGER audit_keeps_lines")
        with_store.engine.run("UPDATE audit SET who = 'U0NOBODY' WHERE position = 2")
    with_store.close()
    found = heard(config, "doctor", "--trail")
    assert "bad   The audit trail of case:1 does not add up." in found.output
    assert found.exit_code == 1


def test_tables_are_handed_out_beside_the_desk(config: Path, tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF")
    builders.opened(store, post=builders.a_post(text="Bearer of bad news: password = gone, xoxb-canary"))
    usual = heard(config, "export", "mentions")  # while the desk has the database locked
    store.close()
    assert usual.output == heard(config, "export", "mentions", "--csv").output
    assert '"Bearer of bad news: password = gone, xoxb-canary"' in usual.output, "as it is in the store"
    assert json.loads(heard(config, "export", "cases", "--json").output)[0]["case"] == 1
    assert json.loads(heard(config, "export", "audit", "--nl").output)["verb"] == "opened"
    copied = heard(config, "export", "--datasette", str(tmp_path / "care.db"))
    assert copied.output.startswith(f"Wrote {tmp_path}/care.db and {tmp_path}/care.metadata.json.")
    again = heard(config, "export", "--datasette", str(tmp_path / "care.db"))
    assert (again.exit_code, "is there already. Move it away first" in again.output) == (1, True)


def test_an_export_is_utf8_wherever_it_goes(config: Path) -> None:
    store = open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF")
    builders.opened(store, post=builders.a_post(text="荷物が届かない “é”"))
    store.close()
    words = [sys.executable, "-m", "cli", "export", "mentions", "--nl", "--config", str(config)]
    env = {**os.environ, **TOKENS, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout.decode())["text"] == "荷物が届かない “é”"


def test_an_export_of_nothing_or_without_a_database_says_what_to_do(config: Path) -> None:
    assert "Name one table, or a new file with --datasette." in heard(config, "export").output
    found = heard(config, "export", "cases")
    assert (found.exit_code, found.output) == (1, "There is no database yet: the desk has not run here.\n")


def test_a_copy_that_cannot_be_written_where_it_is_asked_for_is_a_sentence(config: Path) -> None:
    open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF").close()
    nowhere = config.parent / "nowhere" / "care.db"
    found = heard(config, "export", "--datasette", str(nowhere))
    assert found.exit_code == 1
    assert "This machine does not allow that" in found.output


def test_the_check_names_what_was_changed_in_the_database_by_hand(config: Path) -> None:
    address = f"sqlite:///{config.parent}/state/heard.db"
    assert "tables, indexes" not in heard(config, "check").output  # there is no database yet
    store = open_store(address, synchronous="OFF")
    assert "The database's tables, indexes and triggers are as Heard created them." in heard(config, "check").output
    store.engine.run("DROP TRIGGER audit_keeps_lines")
    store.close()
    found = heard(config, "check")
    assert "bad   The database's trigger audit_keeps_lines of the table audit is missing." in found.output
    assert "run in the database: CREATE TRIGGER audit_keeps_lines BEFORE UPDATE ON audit BEGIN" in found.output
    assert found.exit_code == 1


def test_a_trail_under_another_key_is_a_sentence(config: Path) -> None:
    key = config.parent / "state" / "trail.key"
    open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF", key_file=key).close()
    key.write_text("0" * 64 + "\n")
    found = heard(config, "doctor", "--trail")
    assert found.exit_code == 1
    assert "is not the key of this database's audit trail" in found.output


def test_only_a_network_that_is_there_can_be_certified() -> None:
    found = CliRunner().invoke(cli.main, ["certify", "carrier_pigeon"])
    assert (found.exit_code, found.output) == (
        1,
        f"No network is called carrier_pigeon: {', '.join(network_kinds())}.\n",
    )


def test_a_manifest_over_http_wants_an_https_address() -> None:
    found = CliRunner().invoke(cli.main, ["manifest", "--request-url", "http://heard.example"])
    assert found.exit_code == 2
    assert "https:// address" in found.output


@pytest.mark.parametrize("rate", ["-1", "nan"])
def test_a_replay_does_not_run_backwards(config: Path, rate: str) -> None:
    found = heard(config, "replay", str(config), "--all-brands", "--rate", rate)
    assert found.exit_code == 2
    assert "posts a second" in found.output


@pytest.mark.parametrize("command", ["run", "promises", "export cases"])
def test_a_database_that_cannot_be_used_is_a_sentence(config: Path, command: str) -> None:
    (config.parent / "state" / "heard.db").write_text("no database at all, but longer than a header would be" * 9)
    found = heard(config, *command.split())
    assert (found.exit_code, found.exception.__class__) == (1, SystemExit)
    assert "The database cannot be used: file is not a database. See desk.database in heard.toml." in found.output


def test_a_desk_that_cannot_keep_its_files_says_so_in_a_sentence(config: Path) -> None:
    (config.parent / "taken").touch()
    config.write_text(LEAST.replace('"state"', '"taken/state"'))
    found = heard(config, "run")
    assert found.exit_code == 1
    assert "The desk cannot keep its files in" in found.output


@pytest.mark.parametrize(
    "command", ["run", "check", "promises", "export cases", "doctor", "reload", "doctor --trail"]
)
@pytest.mark.parametrize("name", ["~nobody-of-that-name/state", "n" * 300, "a\\u0000b"])
def test_a_state_directory_that_cannot_be_is_a_sentence(config: Path, command: str, name: str) -> None:
    config.write_text(LEAST.replace('"state"', f'"{name}"'))
    found = heard(config, *command.split())
    assert (found.exit_code, found.exception.__class__) == (1, SystemExit)
    assert "This machine cannot have a folder of that name." in found.output
    assert "foresaw" not in found.output


READS = ["promises", "export cases", "doctor --trail"]
LEADS_NOWHERE = {
    "nowhere": "nowhere is not here.",
    "a-file": "a-file is not a folder.",
    "a-folder": "There is no heard.toml in a-folder, and heard.toml is not that desk's.",
}


@pytest.mark.parametrize("command", READS)
@pytest.mark.parametrize("state", part(LEADS_NOWHERE, 3))
@pytest.mark.parametrize("with_a_desk_here", [True, False])
def test_a_state_directory_without_a_desk_is_said_and_no_other_desk_is_read(
    config: Path, monkeypatch: pytest.MonkeyPatch, command: str, state: str, with_a_desk_here: bool
) -> None:
    monkeypatch.chdir(config.parent)
    open_store(f"sqlite:///{config.parent}/state/heard.db", synchronous="OFF").close()
    Path("a-file").touch()
    Path("a-folder").mkdir()
    if not with_a_desk_here:
        config.unlink()
    found = CliRunner().invoke(cli.main, [*command.split(), "--state", state])
    assert (found.exit_code, found.output) == (
        1,
        f"{LEADS_NOWHERE[state]} Name heard.toml with --config, or the desk's state directory with --state.\n",
    )


@pytest.mark.parametrize("command", READS)
def test_the_state_directory_of_the_desk_here_leads_to_its_configuration(
    config: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(config.parent)
    found = CliRunner().invoke(cli.main, [*command.split(), "--state", "state"], env=dict.fromkeys(TOKENS, ""))
    assert "There is no database yet: the desk has not run here." in found.output


@pytest.mark.parametrize("command", [*READS, "doctor", "reload", "replay posts.csv --all-brands"])
def test_a_configuration_that_was_named_and_is_missing_leads_to_no_rehearsal(
    config: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(config.parent)
    Path("posts.csv").touch()
    rehearsal = Path("var/rehearsal")
    open_store(f"sqlite:///{rehearsal.absolute()}/heard.db", synchronous="OFF").close()
    (rehearsal / "heard.toml").write_text(LEAST.replace('"state"', '"."'))
    found = CliRunner().invoke(cli.main, [*command.split(), "--config", "elsewhere.toml"])
    assert found.exit_code == 1
    assert "elsewhere.toml" in found.output
    assert "rehearsal" not in found.output


def test_promises_of_a_rehearsal_are_read_by_its_state_directory(config: Path) -> None:
    state = config.parent / "state"
    open_store(f"sqlite:///{state}/heard.db", synchronous="OFF").close()
    street = '\n[[accounts]]\nnetwork = "street"\nhandle = "northwind"\nid = "42"\n'
    (state / "heard.toml").write_text(LEAST.replace('"state"', '"."') + street)
    found = CliRunner().invoke(cli.main, ["promises", "--state", str(state)], env=dict.fromkeys(TOKENS, ""))
    assert (found.exit_code, "0 kept" in found.output) == (0, True)


FORUM = '[[accounts]]\nnetwork = "webhook"\nhandle = "northwind"\nid = "forum"\n[webhooks]\nport = 9\n'


def test_how_a_tool_is_connected_is_said_without_any_secret(config: Path) -> None:
    config.write_text(LEAST + FORUM)
    words = ["network", "webhook", "--config", str(config)]
    found = CliRunner().invoke(cli.main, words, env=dict.fromkeys([*TOKENS, "WEBHOOK_SECRET"], ""))
    assert found.exit_code == 0
    assert "http://127.0.0.1:9/webhooks/webhook/forum" in found.output
    config.write_text(
        LEAST + FORUM + FORUM.partition("[webhooks]")[0].replace("forum", "shop") + 'secrets = "SHOP"\n'
    )
    assert heard(config, "network", "webhook").output == "Name one of the accounts with --account: forum, shop.\n"
    shop = heard(config, "network", "webhook", "--account", "shop").output
    assert ("its key is WEBHOOK_SECRET__SHOP" in shop, "/webhooks/webhook/shop" in shop) == (True, True)


def test_a_trial_post_without_a_desk_without_a_secret_or_without_an_account_says_what_is_missing(
    config: Path,
) -> None:
    missing = heard(config, "network", "webhook")
    assert (missing.exit_code, missing.output.startswith("No account of this kind is in heard.toml yet.")) == (
        1,
        True,
    )
    config.write_text(LEAST + FORUM)
    assert "WEBHOOK_SECRET" in heard(config, "network", "webhook", "--try").output
    env = TOKENS | {"WEBHOOK_SECRET": "canary" * 8}
    alone = CliRunner().invoke(cli.main, ["network", "webhook", "--try", "--config", str(config)], env=env)
    assert (alone.exit_code, alone.output) == (
        1,
        "Nobody listens at http://127.0.0.1:9/webhooks/webhook/forum. Start the desk with `heard run`, and try again.\n",
    )


def test_the_key_is_copied_to_a_place_of_its_own_and_is_warned_of_until_then(config: Path) -> None:
    state, safe = config.parent / "state", config.parent / "safe"
    safe.mkdir()
    assert "There is no database yet" in heard(config, "audit", "key", "--to", str(safe / "key")).output
    open_store(built_file(state), synchronous="OFF", key_file=state / "trail.key").close()
    warned = [*of_key_copy(state)]
    assert [one.what for one in warned] == ["The key of the audit trail is only on this machine: no backup has it."]
    assert warned[0].what in heard(config, "doctor").output
    for wrong in (config.parent / "backups" / "key", state / "deep" / "key"):
        found = heard(config, "audit", "key", "--to", str(wrong))
        assert (found.exit_code, "is no place for it" in found.output) == (1, True)
    found = heard(config, "audit", "key", "--to", str(safe / "key"))
    assert (found.exit_code, found.output.startswith(f"Wrote {safe / 'key'}. On a new machine")) == (0, True)
    assert (safe / "key").read_bytes() == (state / "trail.key").read_bytes()
    assert (safe / "key").stat().st_mode & 0o777 == 0o600
    assert [*of_key_copy(state)] == []
    assert heard(config, "audit", "key", "--to", str(safe / "key")).output.endswith("or name another file.\n")
    (state / "trail.key").write_text("ab" * 32)
    assert len([*of_key_copy(state)]) == 1
    found = heard(config, "audit", "key", "--to", str(safe / "other"))
    assert (found.exit_code, "is not the key of this database's audit trail" in found.output) == (1, True)


def test_a_full_disk_is_said_to_be_full_and_not_forbidden() -> None:
    said = _what_happened(OSError(errno.ENOSPC, "No space left on device", "case-1.json"))
    assert said.startswith(
        "No room is left for that: case-1.json: No space left on device. Make some, and try again."
    )


@pytest.mark.parametrize("command", ["audit verify", "erase priya --yes", "pause --because x", "backup", "promises"])
def test_an_emptied_database_is_said_to_be_empty_and_no_other_is_made(config: Path, command: str) -> None:
    (config.parent / "state").mkdir(exist_ok=True, mode=0o700)
    emptied = config.parent / "state" / "heard.db"
    emptied.touch()
    found = heard(config, *command.split())
    assert (found.exit_code, "is empty: what was in it is gone. `heard restore` puts" in found.output) == (1, True)
    assert emptied.stat().st_size == 0


def test_ctrl_c_before_a_command_begins_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    def left(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr("cli.output._keep_private", interrupted)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("os._exit", left)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130


@pytest.mark.parametrize("words", [["resume", ""], ["resume", "x", " "], ["pause", "", "--because", "y"]])
def test_an_empty_word_does_not_mean_everywhere(config: Path, words: list[str]) -> None:
    found = heard(config, *words)
    assert (found.exit_code, "a word is empty" in found.output) == (2, True)

"""The desk's files are for its own user: it does not run when others could read them or when it is not their owner.

The tests check modes and owners, since the user who runs them may be allowed to read everything.
"""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from handlers.control import Control
from storage import open_store
from tests import builders
from tests.long import part
from tests.test_command_line import LEAST, TOKENS

SOMEBODY_ELSE = 54_321


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "heard.toml").write_text(LEAST)
    (tmp_path / "state").mkdir(mode=0o700)
    return tmp_path


def run(home: Path, command: str = "run"):
    return CliRunner().invoke(cli.main, [command, "--config", str(home / "heard.toml")], env=TOKENS)


@pytest.mark.parametrize("mode", part([0o701, 0o710, 0o750, 0o755, 0o770, 0o777, 0o1777], 3))
@pytest.mark.parametrize("linked", [False, True])
def test_a_state_directory_that_others_can_enter_is_refused_with_the_remedy(home, mode, linked):
    state = home / "state"
    if linked:
        state.rename(home / "elsewhere")
        state.symlink_to(home / "elsewhere")
    state.chmod(mode)
    found = run(home)
    assert found.exit_code == 1
    assert f"(mode {mode:04o}). chmod 700 {state}" in found.output
    assert list(state.iterdir()) == []
    assert f"chmod 700 {state}" in run(home, "check").output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a directory away")
@pytest.mark.parametrize("what", ["state", "state/heard.db"])
def test_what_belongs_to_somebody_else_is_refused(home, what):
    (home / "state" / "heard.db").touch()
    os.chown(home / what, SOMEBODY_ELSE, -1)
    found = run(home)
    assert found.exit_code == 1
    assert f"{home / what} belongs to another user of this machine." in found.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a directory away")
def test_check_says_so_before(home):
    open_store(f"sqlite:///{home}/state/heard.db").close()
    os.chown(home / "state" / "heard.db", SOMEBODY_ELSE, -1)
    assert f"{home / 'state' / 'heard.db'} belongs to another user" in run(home, "check").output


def test_whatever_a_desk_writes_is_for_its_user_only(home):
    """With an address where nothing listens, the desk creates its files and then stops."""
    before = os.umask(0o000)
    try:
        (home / "state").rmdir()
        found = CliRunner().invoke(
            cli.main,
            ["run", "--config", str(home / "heard.toml")],
            env={**TOKENS, "SLACK_API_URL": "http://127.0.0.1:9/api/"},
        )
    finally:
        os.umask(before)
    assert found.exit_code != 0
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in [home / "state", *(home / "state").iterdir()]}
    assert modes.pop("state") == 0o700
    assert {"heard.db", "trail.key"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_a_database_that_others_could_read_is_closed_to_them_with_all_that_belongs_to_it(home):
    path = home / "state" / "heard.db"
    open_store(f"sqlite:///{path}").close()
    path.chmod(0o666)
    store = open_store(f"sqlite:///{path}")
    builders.opened(store)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    assert modes == dict.fromkeys(["heard.db", "heard.db-wal", "heard.db-shm"], 0o600)
    store.close()


def test_two_desks_do_not_share_a_state_directory_with_two_databases(home):
    door = Control(home / "state" / "control.sock", {})
    door.start()
    (home / "heard.toml").write_text(LEAST.replace("[desk]", f'[desk]\ndatabase = "sqlite:///{home}/other.db"'))
    try:
        found = run(home)
    finally:
        door.stop()
    assert (found.exit_code, "Another Heard works with the files in" in found.output) == (75, True)
    assert not (home / "other.db").exists()

"""A rehearsal empties only its own directory, and never one with other files or one in use."""

import fcntl
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from bot.rehearsal.launch import furnish
from bot.rehearsal.place import NotOurPlace, emptied, suits

CONFIGURED = '[desk]\nbrand = "Northwind"\n'


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """Return the directory of an ended rehearsal."""
    directory = tmp_path / "rehearsal"
    furnish(directory, "http://127.0.0.1:8030", "1")
    (directory / "heard.db").write_text("cases")
    return directory


def test_nothing_an_empty_directory_and_the_last_rehearsals_suit(tmp_path, last):
    suits(tmp_path / "not" / "there")
    (tmp_path / "empty").mkdir()
    suits(tmp_path / "empty")
    suits(last)
    assert not list(emptied(last).glob("*"))


@pytest.mark.parametrize("name", ["heard.toml", "heard.db", "letters.txt"])
def test_what_no_rehearsal_made_is_never_emptied(tmp_path, name):
    kept = tmp_path / "state" / name
    kept.parent.mkdir()
    kept.write_text(CONFIGURED)
    for more in ([], ["--keep"]):
        found = CliRunner().invoke(cli.main, ["rehearse", "--port", "0", "--state", str(kept.parent), *more])
        assert (found.exit_code, kept.read_text()) == (1, CONFIGURED)
        assert "no rehearsal made" in found.output


def test_a_rehearsal_that_runs_keeps_its_files(last):
    with (last / "heard.db").open("rb+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(NotOurPlace, match="A rehearsal is running in"):
            suits(last)
    suits(last)


def test_a_file_is_no_directory_for_a_rehearsal(tmp_path):
    (tmp_path / "one").touch()
    with pytest.raises(NotOurPlace, match="is a file"):
        suits(tmp_path / "one")


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_time_in_a_rehearsal_runs_forwards(tmp_path, speed):
    found = CliRunner().invoke(cli.main, ["rehearse", "--speed", speed, "--state", str(tmp_path / "state")])
    assert found.exit_code == 2
    assert "time runs forwards" in found.output

"""How commands end: by Ctrl-C at any moment, or because the machine does not allow something."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.children import Child
from tests.long import part
from tests.process.forked import ROOT
from tests.test_command_line import LEAST, TOKENS

pytestmark = pytest.mark.process
HEARD = str(Path(sys.executable).with_name("heard"))
POST = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
POST += "1,7,True,Tue Oct 31 22:10:47 +0000 2017,late,,\n"


def heard(*words: str, **env: str) -> "subprocess.Popen[str]":
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": ROOT}
    return Child([HEARD, *words], env={**os.environ, **TOKENS, **env}, **told)


def ended(running: "subprocess.Popen[str]") -> tuple[int, str]:
    """Return the exit code and the output; fail when it has a traceback."""
    out, err = running.communicate(timeout=60)
    assert not [odd for odd in ("Traceback", "Fatal", 'File "', "went wrong") if odd in out + err], out + err
    return running.returncode, out + err


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An empty state directory."""
    directory = tmp_path / "state"
    directory.mkdir(mode=0o700)
    return directory


@pytest.mark.parametrize("words", [["doctor"], ["reload"], ["replay", "posts.csv", "--all-brands", "--rate", "0"]])
def test_ctrl_c_while_a_command_waits_for_the_desk_is_one_word(state: Path, words: list[str]) -> None:
    posts = state / "posts.csv"
    posts.write_text(POST)
    words = [str(posts) if one == posts.name else one for one in words]
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(state / "control.sock"))
        deaf.listen()
        running = heard(*words, "--state", str(state))
        talk, _ = deaf.accept()
        assert talk.recv(10)  # it has sent its request, and waits
        running.send_signal(signal.SIGINT)
        code, said = ended(running)
    assert (code, "Stopped." in said) == (130, True)


def test_ctrl_c_while_a_desk_starts_is_one_word(state: Path) -> None:
    config = state.parent / "heard.toml"
    config.write_text(LEAST)
    with socket.create_server(("127.0.0.1", 0)) as slack:
        address = f"http://127.0.0.1:{slack.getsockname()[1]}/api/"
        running = heard("run", "--config", str(config), SLACK_API_URL=address)
        talk, _ = slack.accept()
        seen = [Path(f"/proc/{running.pid}/{one}").read_text() for one in ("environ", "cmdline", "limits")]
        running.send_signal(signal.SIGINT)
        running.send_signal(signal.SIGINT)
        code, said = ended(running)
        talk.close()
    assert (code, "Stopped." in said) == (130, True)
    assert [token in "".join(seen) for token in TOKENS.values()] == [False, False]  # nor while it runs
    assert " ".join(next(one for one in seen[2].splitlines() if "core file" in one).split()[4:6]) == "0 0"


@pytest.mark.long
def test_ctrl_c_twice_ends_a_rehearsal_whose_promises_can_be_read_after_it(state: Path) -> None:
    running = heard("rehearse", "--port", "0", "--crowd", "none", "--state", str(state))
    assert running.stdout is not None
    assert any("REHEARSAL" in line for line in running.stdout)
    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    assert ended(running)[0] in {0, 130}  # two that come at once can be one
    assert ended(heard("promises", "--state", str(state)))[0] == 0


def test_a_rehearsal_on_a_taken_port_is_a_sentence(state: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = ended(heard("rehearse", "--port", str(taken.getsockname()[1]), "--state", str(state)))
    assert (code, "choose another --port" in said) == (1, True)


@pytest.mark.parametrize("name", part(["file/state", "/proc/nowhere/state", "n" * 300], 3))
def test_a_rehearsal_in_an_impossible_directory_is_a_sentence(state: Path, name: str) -> None:
    (state / "file").touch()
    code, said = ended(heard("rehearse", "--port", "0", "--crowd", "none", "--state", str(state / name)))
    assert (code, "This machine does not allow that" in said) == (1, True)


def test_whoever_stops_reading_along_ends_a_command_quietly() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run([HEARD, "manifest"], stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (1, "")

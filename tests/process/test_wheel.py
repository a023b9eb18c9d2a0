"""The wheel: it holds everything, and runs outside of the checkout without any network; `make release` looks further."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.children import Child
from tests.process.forked import ROOT

pytestmark = pytest.mark.process
IN_FULL = "HEARD_RELEASE" in os.environ  # set by `make release`: also builds a second time, and rehearses
SHIPPED = ("app.py", "bot", "cli", "handlers", "storage", "templates")


def tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files", "--", *SHIPPED], cwd=ROOT, text=True, capture_output=True, check=True)
    return {one for one in listed.stdout.splitlines() if (ROOT / one).exists()}


def installed(wheel: Path, place: Path) -> Path:
    """Install the wheel into an environment of its own that borrows only the dependencies; return the command."""
    venv.create(place, with_pip=False)
    packages = place / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))  # its own .pth files are not followed
    heard = place / "bin" / "heard"
    heard.write_text(f"#!{place}/bin/python\nimport sys\nfrom cli import main\nsys.exit(main())\n")
    heard.chmod(0o755)
    return heard


@pytest.mark.long
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what belongs to the package is what git knows")
def test_a_wheel_holds_everything_and_runs_from_an_empty_folder(tmp_path: Path) -> None:
    build = {**os.environ, "PYTHON": sys.executable, "ALLOW_DIRTY": "1"} | ({} if IN_FULL else {"ONCE": "1"})
    done = subprocess.run(
        ["sh", "deploy/release.sh", str(tmp_path / "dist")],
        cwd=ROOT,
        env=build,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("the same byte for byte" in done.stdout) == IN_FULL
    [wheel] = (tmp_path / "dist").glob("*.whl")
    assert (tmp_path / "dist" / "SHA256SUMS").read_text().endswith(f"  {wheel.name}\n")
    with zipfile.ZipFile(wheel) as opened:
        names = {one for one in opened.namelist() if ".dist-info/" not in one}
        entry = next(opened.read(one).decode() for one in opened.namelist() if one.endswith("entry_points.txt"))
    assert names == tracked()
    assert "heard = cli:main" in entry

    heard = installed(wheel, tmp_path / "venv")
    empty = tmp_path / "empty"
    empty.mkdir()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(empty), "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    # No network: a command that asked a name server or another host would not end well here.
    env |= {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1"}

    def run(*words: str, said: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [heard, *words], cwd=empty, env=env, text=True, input=said, capture_output=True, timeout=60, check=False
        )

    assert re.fullmatch(r"heard, version \d+\.\d+\.\d+\n", run("--version").stdout)
    assert run("init", said="Northwind\nUTC\nC0CARE0001\nC0CARELEA1\nU0BEN00001\n" + "\n" * 20).returncode == 0
    assert sorted(one.name for one in empty.iterdir()) == ["heard.toml", "slack-manifest.json"]
    checked = run("check")
    assert (checked.returncode, "SLACK_BOT_TOKEN" in checked.stdout, checked.stderr) == (1, True, "")

    if IN_FULL:
        rehearsed(heard, empty, env)


def rehearsed(heard: Path, empty: Path, env: dict[str, str]) -> None:
    """Open a rehearsal and stop it."""
    rehearsal = [heard, "rehearse", "--port", "0", "--crowd", "none", "--state", "rehearsal"]
    running = Child(rehearsal, cwd=empty, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert running.stdout is not None
    assert any("REHEARSAL" in line for line in running.stdout)
    running.send_signal(signal.SIGTERM)
    rest = running.stdout.read()
    assert (running.wait(60), "The desk is closed." in rest, "Traceback" in rest) == (0, True, False), rest
    assert (empty / "rehearsal" / "heard.db").exists()

"""What is asked of the bench: help, parts by their names, and a process that is waited for."""

import subprocess
import sys

import pytest

from tests.bench.__main__ import PARTS, asked_for
from tests.bench.figures import QUICK, WHOLE
from tests.bench.house import ROOT
from tests.bench.lateness import lines_of


def test_without_a_word_everything_is_measured_and_with_parts_those_in_their_order() -> None:
    assert asked_for([]) == (WHOLE, list(PARTS))
    assert asked_for(["--quick", "start", "intake"]) == (QUICK, ["start", "intake"])


@pytest.mark.process
def test_help_is_printed_and_nothing_measured() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [name for name in PARTS if name not in done.stdout] == []
    assert "measuring" not in done.stderr


def test_an_unknown_part_is_said_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        asked_for(["intake", "lateness!"])
    assert left.value.code == f"There is no part called lateness!. The parts are {', '.join(PARTS)}."
    with pytest.raises(SystemExit):
        asked_for(["--fast"])
    assert "--fast" in capsys.readouterr().err


COUNTS = "import sys\nfor n in range(%s): print(n, flush=True)\nsys.stdin.read()\nprint('closed', flush=True)"
BREAKS_OFF = "print(1)"


@pytest.mark.process
def test_a_process_is_heard_until_it_said_enough_and_ends_with_its_input() -> None:
    assert lines_of([sys.executable, "-c", COUNTS % 3], 3) == ["0\n", "1\n", "2\n", "closed\n"]


@pytest.mark.process
def test_a_process_that_is_killed_is_killed_after_it_said_enough() -> None:
    assert lines_of([sys.executable, "-c", COUNTS % 3], 3, kill=True) == ["0\n", "1\n", "2\n"]


@pytest.mark.process
def test_a_process_that_ends_before_it_said_enough_stops_the_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended after 1 of 2 lines"):
        lines_of([sys.executable, "-c", BREAKS_OFF], 2)

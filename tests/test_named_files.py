"""Files of tests can be named in any order."""

import subprocess
import sys
from pathlib import Path

import pytest

NAMED = ("tests/handlers/test_doors.py", "tests/test_named_files.py", "tests/handlers/test_erasing.py")


@pytest.mark.long
def test_a_file_of_a_folder_between_two_of_one_below_takes_no_fixtures_from_them() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--setup-plan", *NAMED]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert (run.returncode, "not found" in run.stdout) == (0, False), run.stdout[-2000:]

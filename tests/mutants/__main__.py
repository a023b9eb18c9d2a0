"""Plants each bug in a copy of the code and shows which test finds it: `python -m tests.mutants [words of a name]`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.engines import in_memory
from tests.mutants.table import MUTANTS, ON_POSTGRES, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("bot", "cli", "handlers", "storage", "templates", "tests", "app.py", "pyproject.toml", "docs", "README.md")
AT_ONCE = os.cpu_count() or 1
LONGEST = 600  # seconds for the tests of one bug
BROKEN = 4  # tests that fail also without the bug, until it counts as not found
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


def main(words: Sequence[str]) -> int:
    """Plant the bugs whose name has these words, all without any; return 1 when a bug was not found."""
    asked = [one for one in MUTANTS if " ".join(words) in one.name]
    copies: SimpleQueue[Path] = SimpleQueue()

    def found(mutant: Mutant) -> str:
        copy = copies.get()
        try:
            return found_by(mutant, copy)
        finally:
            copies.put(copy)

    missed = 0
    with (
        tempfile.TemporaryDirectory(prefix="mutants-", dir=in_memory()) as place,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        for number in range(AT_ONCE):
            copies.put(copied(Path(place) / f"{number}"))
        for mutant, test in zip(asked, pool.map(found, asked), strict=True):
            missed += not test
            print(f"{mutant.name:55} {test or 'NOT FOUND'}", flush=True)
    print(f"{len(asked) - missed} of {len(asked)} found")
    return 1 if missed else 0


def copied(place: Path) -> Path:
    """Copy the code and its tests to a new folder; return it."""
    place.mkdir()
    for one in COPIED:
        source, target = ROOT / one, place / one
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
    return place


def found_by(mutant: Mutant, copy: Path) -> str:
    """Return the first test that fails with this bug, and not without it; "" for none."""
    file = copy / mutant.file
    right = file.read_text(encoding="utf-8")
    broken: list[str] = []
    while len(broken) < BROKEN:
        file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
        try:
            failed = first_failure(copy, mutant.tests.split(), broken)
        finally:
            file.write_text(right, encoding="utf-8")
        if not failed or not first_failure(copy, [failed]):
            return failed
        broken.append(failed)  # it says nothing about the bug, so the tests after it are asked
    return ""


def first_failure(copy: Path, tests: Sequence[str], but: Sequence[str] = ()) -> str:
    """Run tests until one fails, without those of `but`; return it, or "" when all pass."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    command += [f"--deselect={one}" for one in but]
    on_postgres = any(one.startswith(ON_POSTGRES) for one in tests)
    command += ["-m", "not process" if on_postgres else "not postgres and not process", "--no-header"]
    env = {**os.environ, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return tests[0]
    failed = _FAILED.search(done.stdout)
    return failed[1] if failed else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

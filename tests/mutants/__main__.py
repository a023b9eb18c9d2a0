"""Plants each bug in a copy of the code and shows which test finds it: `python -m tests.mutants [words of a name]`."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.engines import in_memory
from tests.mutants.table import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = ("bot", "cli", "handlers", "storage", "templates", "tests", "app.py", "pyproject.toml", "docs", "README.md")
LONGEST = 600  # seconds for the tests of one bug
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main(words: Sequence[str]) -> int:
    """Plant the bugs whose name has these words, all without any; return 1 when a bug was not found."""
    asked = [one for one in MUTANTS if " ".join(words) in one.name]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="mutants-", dir=in_memory()) as place:
        for one in COPIED:
            source, target = ROOT / one, Path(place) / one
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)
        for mutant in asked:
            found = found_by(mutant, Path(place))
            missed += not found
            print(f"{mutant.name:55} {found or 'NOT FOUND'}", flush=True)
    print(f"{len(asked) - missed} of {len(asked)} found")
    return 1 if missed else 0


def found_by(mutant: Mutant, copy: Path) -> str:
    """Return the first test that fails with this bug in the copy, which is put right afterwards; "" for none."""
    file = copy / mutant.file
    right = file.read_text(encoding="utf-8")
    file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *mutant.tests.split()]
        command += ["-m", "not postgres and not process", "--no-header"]
        env = {**os.environ, "PYTHONPATH": str(copy)}
        done = subprocess.run(
            command, cwd=copy, env=env, capture_output=True, text=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LONGEST} s"
    finally:
        file.write_text(right, encoding="utf-8")
    failed = _FAILED.search(done.stdout)
    return failed[1] if failed else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

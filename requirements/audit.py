"""Asks for known faults of every version in the locks, with pip-audit; says so where that cannot be asked.

`make audit` runs it, and `make lint` once a day. Exit code 1 for a known fault; with AUDIT=must, for CI, also where a
package could not be asked about. AUDIT=off does nothing.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCKS = [one for one in sorted(HERE.glob("*.lock")) if one.stem != "networks"]  # those never run beside a desk
OWN = HERE.parent / ".venv" / "audit"  # pip-audit's own environment, so that nothing of it gets into the desk's
ASKED = HERE.parent / ".venv" / ".audited"
QUIETLY = ("--format", "json", "--progress-spinner", "off", "--require-hashes", "--disable-pip")
DAY = 86_400.0  # seconds
WITHIN = 120  # seconds for all


def main(arguments: Sequence[str]) -> int:
    """Audit, and return the exit code."""
    if os.environ.get("AUDIT") == "off" or ("--once-a-day" in arguments and _asked_lately()):
        return 0
    said, code = verdict(_report(), must=os.environ.get("AUDIT") == "must")
    print(said)
    if code == 0:
        ASKED.touch()
    return code


def verdict(report: dict[str, Any] | None, *, must: bool) -> tuple[str, int]:
    """Return what pip-audit found in a sentence or more, and the exit code. `report`: None, it could not run."""
    known = report["dependencies"] if report else []
    asked = [one for one in known if "skip_reason" not in one]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {' or '.join(fault['fix_versions']) or 'none yet'}"
        for one in asked
        for fault in one["vulns"]
    ]
    if faults:
        return "\n".join(["Known faults of dependencies:", *faults]), 1
    if not asked or len(asked) < len(known):
        many = f"{len(known) - len(asked)} of {len(known)} packages" if known else "The packages"
        return f"{many} were not audited: the database of known faults could not be asked.", int(must)
    return f"No known fault in {len(asked)} packages.", 0


def _asked_lately() -> bool:
    newest = max(one.stat().st_mtime for one in LOCKS)
    at = ASKED.stat().st_mtime if ASKED.exists() else 0.0
    return at > newest and time.time() - at < DAY


def _report() -> dict[str, Any] | None:
    try:
        audited = [_audited(one) for one in layers(one.read_text() for one in LOCKS)]
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return {"dependencies": [one for known in audited for one in known["dependencies"]]}


def _audited(entries: Iterable[str]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as some:
        some.write("\n".join(entries))
        some.flush()
        report: dict[str, Any] = json.loads(_run(*_pip_audit(), *QUIETLY, "--requirement", some.name).stdout)
    return report


def layers(locks: Iterable[str]) -> list[list[str]]:
    """Return all entries of the locks once, in lists in which each package has one version, as pip-audit wants it."""
    found: list[dict[str, str]] = []
    for entry in sorted({part.strip() for text in locks for part in re.split(r"\n(?=\w)", text) if "==" in part}):
        name = entry.partition("==")[0]
        free = next((one for one in found if name not in one), None)
        if free is None:
            found.append(free := {})
        free[name] = entry
    return [list(one.values()) for one in found]


def _pip_audit() -> list[str]:
    """Return the command; install it first where it is missing."""
    program = OWN / "bin" / "pip-audit"
    if not program.exists():
        _run(sys.executable, "-m", "venv", str(OWN)).check_returncode()
        python = [str(OWN / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
        _run(*python, "--requirement", str(HERE / "audit.lock")).check_returncode()
    return [str(program)]


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

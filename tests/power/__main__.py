"""Cuts the power of a desk at many moments: `python -m tests.power [--cuts N] [--seed S]`. See docs/simulation.md."""

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.power.disk import Disk
from tests.power.held import judge
from tests.power.trace import CALLS, MARKS, Step, steps

WAYS = ("none", "all", "some", "torn")  # of what was not flushed
SHOWN = 20


def watched(folder: Path, trace: Path) -> list[Step | str]:
    """Run the scene under strace, and return what it did to its files, in order."""
    scene = [sys.executable, "-m", "tests.power.scene", str(folder)]
    strace = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-o", str(trace)]
    subprocess.run([*strace, *scene], check=True, timeout=600)
    return list(steps(trace, folder))


def cut(did: Sequence[Step | str], moment: int, seed: int, folder: Path, there: Path) -> tuple[str, list[str]]:
    """Put into `there` what may be left after so many steps; return the way, and what is wrong with it."""
    dice, disk, said = random.Random(seed), Disk(), list[dict[str, Any]]()  # noqa: S311 - the same cut for a seed
    for step in did[:moment]:
        if isinstance(step, str):
            said += [json.loads(line) for line in step.splitlines()]
        else:
            step(disk)
    way = WAYS[seed % len(WAYS)]
    for name, content in disk.left(dice, way):
        path = Path(name)
        if path.is_relative_to(folder) and path.name != MARKS and not name.endswith("-shm"):
            place = there / path.relative_to(folder)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.write_bytes(content)
            place.chmod(0o600)
    return way, list(judge(there, said))


def main(words: Sequence[str]) -> int:
    """Cut the power as often as the words ask for, and print what became of it; return 1 when something was lost."""
    parser = argparse.ArgumentParser(prog="make power", description="Cut the power of a desk at many moments.")
    parser.add_argument("--cuts", type=int, default=400, help="how many (400)")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the first; the others follow it (1)")
    asked = parser.parse_args(words)
    if shutil.which("strace") is None:
        print("strace is needed to see what a desk writes. On Debian and Ubuntu: apt-get install strace")
        return 2
    with TemporaryDirectory() as made:
        folder = Path(made) / "desk"
        (folder / "backups").mkdir(mode=0o700, parents=True)
        folder.chmod(0o700)
        return _cut_all(watched(folder, Path(made) / "trace"), asked, folder)


def _cut_all(did: Sequence[Step | str], asked: argparse.Namespace, folder: Path) -> int:
    ways, wrong = Counter[str](), Counter[str]()
    for seed in range(asked.seed, asked.seed + asked.cuts):
        moment = random.Random(seed).randint(1, len(did))  # noqa: S311 - the same cut for a seed
        with TemporaryDirectory() as there:
            Path(there).chmod(0o700)
            way, found = cut(did, moment, seed, folder, Path(there))
        ways[way] += 1
        wrong.update(found)
        for one in found[:SHOWN]:
            print(f"after step {moment} of {len(did)}, {way} of what was not flushed is there: {one}", flush=True)
    print(f"{asked.cuts} cuts of {len(did)} steps ({dict(ways)}): {sum(wrong.values())} things wrong")
    print("\n".join(f"{count:>6}  {what}" for what, count in wrong.most_common()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

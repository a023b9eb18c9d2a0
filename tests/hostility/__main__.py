"""Sends hostile texts through every way: `python -m tests.hostility [--texts N] [--every N] [--way WORD]`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.hostility.corpus import corpus
from tests.hostility.ways import WAYS, Scene, wrong


def main(words: Sequence[str]) -> int:
    """Send as many as the words ask for, and print what was wrong; return 1 when something was."""
    parser = argparse.ArgumentParser(
        prog="make hostile", description="Hostile texts through every way. See docs/simulation.md."
    )
    parser.add_argument("--texts", type=int, default=2_000, help="how many of the corpus (2,000)")
    parser.add_argument("--every", type=int, default=1, help="only each so-manyth of them")
    parser.add_argument("--way", default="", help="only ways whose name has this word")
    asked = parser.parse_args(words)
    tried, found = Counter[str](), Counter[tuple[str, str]]()
    with TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        for family, text in islice(corpus(asked.texts), 0, None, asked.every):
            for way in (one for one in WAYS if asked.way in one):
                tried[way] += 1
                for what in wrong(way, scene, text):
                    found[way, family] += 1
                    print(f"{way}: {family}: {text[:40]!a}: {what}", flush=True)
    for way, many in tried.items():
        print(f"{many:>6}  {way}: {sum(count for (of, _), count in found.items() if of == way)} wrong")
    return 1 if found or not tried else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

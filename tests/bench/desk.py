"""Runs the real desk with a chosen `synchronous`: `python -m tests.bench.desk CONFIG FULL|OFF`."""

import os
import sys
from pathlib import Path

import app
from bot.gateways.clock import WallClock
from bot.settings import load
from cli.opening import uncollected, until_stopped


def main() -> None:
    """Open the desk of the configuration given and keep it open."""
    config, synchronous = sys.argv[1:3]
    with uncollected():
        running = app.compose(load(Path(config), os.environ), WallClock(), synchronous=synchronous)
    until_stopped(running)


if __name__ == "__main__":
    main()

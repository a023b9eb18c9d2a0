"""Serve the stage as a process of its own: `python -m bot.rehearsal --port 8030`."""

import argparse
import sys

from bot.rehearsal.stage import serve
from bot.rehearsal.street.crowd import MOODS


def main() -> None:
    """Read the choices and serve until stopped."""
    asked = argparse.ArgumentParser(prog="python -m bot.rehearsal", description=__doc__)
    asked.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    asked.add_argument("--speed", type=float, default=1.0, help="stage seconds in a real second")
    asked.add_argument("--crowd", choices=["", *MOODS], default="calm", help="mood of the crowd; empty is silence")
    asked.add_argument("--brand", default="northwind", help="handle of the brand")
    asked.add_argument("--deliver-url", default=None, help="where the desk takes Slack's signed HTTP")
    chosen = vars(asked.parse_args())
    try:
        serve(**chosen)
    except OSError as trouble:
        sys.exit(f"Port {chosen['port']} on this machine: {trouble.strerror}.")


main()

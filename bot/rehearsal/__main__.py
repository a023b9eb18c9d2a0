"""Serve the stage as a process of its own: `python -m bot.rehearsal --port 8030`."""

import argparse
import os
import signal
import sys
import threading

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
    asked.add_argument("--network", dest="networks", action="append", default=[], help="name|label|module:callable")
    asked.add_argument("--only-these", dest="also_own", action="store_false", help="show neither X nor the street")
    asked.add_argument("--bell", default="", help="the address of the desk's door for webhooks")
    asked.add_argument("--until-eof", action="store_true", help="end when standard input does")
    chosen = vars(asked.parse_args())
    if chosen.pop("until_eof"):
        threading.Thread(target=_end_with_input, name="stage-input", daemon=True).start()
    try:
        serve(**chosen)
    except KeyboardInterrupt:
        pass  # Ctrl-C is how it is stopped
    except OSError as trouble:
        sys.exit(f"Port {chosen['port']} on this machine: {trouble.strerror}.")


def _end_with_input() -> None:
    while os.read(0, 1_024):  # not through sys.stdin, whose lock must be free when this process ends
        pass
    os.kill(os.getpid(), signal.SIGTERM)


main()

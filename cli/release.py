"""`heard release`: what was found in a hold, and its end."""

import sys
from pathlib import Path

import click

from cli.options import CONFIG, STATE, door_of
from cli.output import CANNOT_START, leave, say


@click.command()
@click.option("--now", is_flag=True, help="End the hold; without it you are asked, after what was found.")
@CONFIG
@STATE
def release(now: bool, config: Path, state: Path | None) -> None:
    """Show what was found since the running desk is held, and let it send and remind again."""
    from handlers.control import NoAnswer, ask_desk

    door, doubt = door_of(config, state)
    try:
        found = ask_desk(door, "release")
    except NoAnswer as nobody:
        leave(f"{doubt or nobody} A desk is released while it runs, since it looks around before.")
    for sentence in found.get("said", [found.get("why", "")]):
        say(sentence)
    if not found["ok"]:
        sys.exit(CANNOT_START)
    if found["held"] and (now or click.confirm("Release the desk now?", default=False)):
        say(" ".join(_ask_release(door)))


def _ask_release(door: Path) -> list[str]:
    from handlers.control import NoAnswer, ask_desk

    try:
        answer = ask_desk(door, "release", now=True)
    except NoAnswer as nobody:
        answer = {"ok": False, "why": str(nobody)}
    if not answer["ok"]:
        leave(f"{answer['why']} `heard release` says whether the desk is still held.")
    return [str(one) for one in answer["said"]]

"""Reads recorded posts and sends them to a running desk at a chosen rate."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from bot.gateways.networks.recordings import RecordedPost, Recording, read_recording, to_wire
from cli.output import say
from handlers.control import DeskClient, NoAnswer, NobodyThere

AT_ONCE = 100  # most posts in one request
WAITING = 500  # most posts that the desk has not taken in yet, so that it is never overloaded


def replay_file(
    file: Path, door: Path, *, brands: Sequence[str], every_brand: bool, rate: float, doubt: str = ""
) -> int:
    """Send a file to the desk at the control socket `door`; return an exit code. `rate`: posts a second; 0: no limit.

    `doubt`: why the desk may be somewhere else, for the message when nothing answers.
    """
    if not brands and not every_brand:
        say("Say whose desk this is: --brand NAME (several are fine), or --all-brands.", err=True)
        return 2
    try:
        recording = read_recording(file, None if every_brand else brands)
    except (OSError, ValueError) as trouble:
        say(f"{file} cannot be read: {trouble}", err=True)
        return 1
    for fault in recording.faults:
        say(fault, err=True)
    try:
        line = DeskClient(door)
        _hand_over(line, recording, rate)
    except NobodyThere as nobody:
        say(doubt or f"{nobody} Start `heard rehearse` or `heard run` first, or name its --state.", err=True)
        return 1
    except NoAnswer as trouble:
        say(str(trouble), err=True)
        return 1
    line.close()
    say(_summary(recording))
    return 0


def _summary(recording: Recording) -> str:
    ours = sum(one.ours for one in recording.posts)
    return (
        f"Handed over {len(recording.posts)} posts: {len(recording.posts) - ours} of customers, {ours} of "
        f"{len(recording.brands)} accounts that are ours; {len(recording.faults)} rows were left out."
    )


def _hand_over(line: DeskClient, recording: Recording, rate: float) -> None:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
    with Progress("Replaying", *columns) as progress:
        bar = progress.add_task("posts", total=len(recording.posts), rate="")
        for part in paced(recording.posts, rate):
            _feed(line, part)
            progress.update(bar, advance=len(part))
            progress.update(bar, rate=f"{progress.tasks[0].speed or 0:.0f} posts/s")


def _feed(line: DeskClient, part: Sequence[RecordedPost]) -> None:
    answer = line.ask("feed", posts=[to_wire(one) for one in part])
    if not answer.get("ok"):
        raise click.ClickException(answer.get("why", "The desk did not take the posts."))
    while answer.get("waiting", 0) > WAITING:
        time.sleep(0.05)
        answer = line.ask("status")


def paced(posts: Sequence[RecordedPost], rate: float) -> Iterator[Sequence[RecordedPost]]:
    """Yield the posts in portions, and wait in real time between them when a rate is set."""
    size = AT_ONCE if rate <= 0 else max(1, min(AT_ONCE, int(rate / 4)))
    begun = time.monotonic()
    for start in range(0, len(posts), size):
        if rate > 0:
            time.sleep(max(0.0, begun + start / rate - time.monotonic()))
        yield posts[start : start + size]

"""Ends what a run of the tests has left, once that run itself has ended, however it did. A program of its own.

Each line of its input is a process: number, beginning, the signal that ends it, and its folder or nothing. The input
ends with the run, also where that was killed.
"""

import os
import shutil
import signal
import sys
import time

WITHIN = 10.0  # seconds from the signal to the end of a process; then it is killed


def began(pid: int) -> str:
    """Return when a process began, which tells it from a later one with its number; "" where there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def end(pid: int, beginning: str, which: int, folder: str) -> None:
    """End a process that is still the same one, and remove its folder."""
    give_up = time.monotonic() + WITHIN
    while began(pid) == beginning:
        with_signal = which if time.monotonic() < give_up else signal.SIGKILL
        try:
            os.kill(pid, with_signal)
        except OSError:
            break
        time.sleep(0.05)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for line in list(sys.stdin):
        number, beginning, which, folder = line.rstrip("\n").split("\t")
        end(int(number), beginning, int(which), folder)

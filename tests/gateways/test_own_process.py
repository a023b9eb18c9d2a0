"""What others on the machine can see of a process: its arguments, its environment, its memory after a crash."""

import os
import subprocess
import sys

import pytest

from bot.gateways.own_process import concealed
from bot.settings.secrets import secret_names, without_secrets

LOOKS = """
import ctypes, os, resource, sys
from pathlib import Path
from cli.output import _keep_private
from bot.gateways.own_process import conceal
_keep_private()
conceal({os.environ["X_ACCESS_TOKEN"]})
seen = Path("/proc/self/environ").read_bytes() + Path("/proc/self/cmdline").read_bytes()
print(sum(seen.count(one.encode()) for one in os.environ["LOOK_FOR"].split("|")), b"UNTOUCHED=whole" in seen)
print(os.environ["X_ACCESS_TOKEN"], resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_started_process_shows_no_secret_and_leaves_no_core_dump():
    token, password = "canary" + "-of-x", "canary" + "-of-db"  # apart, as the program is an argument itself
    env = {**os.environ, "X_ACCESS_TOKEN": token, "UNTOUCHED": "whole", "LOOK_FOR": "y-of-x|y-of-db"}
    env = {"LOOK_FOR": "y-of-x|y-of-db", **{name: one for name, one in env.items() if name != "LOOK_FOR"}}
    command = [sys.executable, "-c", LOOKS, f"postgresql://desk:{password}@db.example/heard"]
    said = subprocess.run(command, env=env, text=True, capture_output=True, check=True).stdout.splitlines()
    assert said == ["2 True", f"{token} (0, 0) 0"]  # 2: what this test itself looks for


@pytest.mark.parametrize(
    ("block", "covered"),
    [
        (b"A=canary-long\0B=2\0", b"A=xxxxxxxxxxx\0B=2\0"),
        (b"A=https://u:canary-long@h\0", b"A=https://u:xxxxxxxxxxx@h\0"),
        (b"heard\0--to\0canary-long\0", b"heard\0--to\0xxxxxxxxxxx\0"),
        (b"A=cana\0PATH=/usr/cana/bin\0", b"A=xxxx\0PATH=/usr/cana/bin\0"),  # a short one could be part of anything
        (b"postgresql://h:cana@h/d?sslpassword=cana&x=1\0", b"postgresql://h:xxxx@h/d?sslpassword=xxxx&x=1\0"),
        (b"A=(.*)+plus\0", b"A=xxxxxxxxx\0"),
        (b"A=1\0", b"A=1\0"),
    ],
)
def test_a_secret_is_covered_in_place_and_nothing_else(block, covered):
    assert concealed(block, {b"canary-long", b"cana", b"(.*)+plus"}) == covered


def test_a_program_that_needs_no_secret_gets_none():
    every = dict.fromkeys(secret_names(), "canary") | {f"{secret_names()[-1]}__SUPPORT": "canary", "PATH": "/bin"}
    assert without_secrets(every) == {"PATH": "/bin"}

"""Measures what it costs to tell what a mention is, before anything of it is stored."""

import time
from pathlib import Path

from bot.domain.mentions.mention import Mention
from bot.services.triage.triage import triage_by
from bot.settings.triage import shipped_policy
from tests.bench.figures import Figure, Scale, at_most, in_turn
from tests.builders import a_post

POLICY = shipped_policy()
SAID = (
    "@northwind thank you so much for your help",
    "@northwind third time I write: the lamp that came on Monday is broken, and nobody answers the phone at all",
    "@northwind do you ship the blue lamp to Norway, and what does it cost?",
    "@northwind vielen Dank für die schnelle Antwort",
    "@northwind 👍",
)
TIMES = 40  # each, per round


def measured(_: Path, scale: Scale) -> list[Figure]:
    """Return what a mention costs, in milliseconds, in a known language and in an unknown one."""
    posts = {code: [a_post(text=text, language=code) for text in SAID] for code in ("en", "")}
    found = in_turn(scale.rounds, {"known": lambda: _each(posts["en"]), "unknown": lambda: _each(posts[""])})
    raw = f"{found.usual('unknown') * 1_000:.0f} us where nobody knows the language"
    return [at_most("triage of a mention", found.usual("known"), 1.0, raw, " ms")]


def _each(posts: list[Mention]) -> float:
    begun = time.perf_counter()
    for _ in range(TIMES):
        for post in posts:
            triage_by(POLICY, post)
    return (time.perf_counter() - begun) * 1_000 / (TIMES * len(posts))

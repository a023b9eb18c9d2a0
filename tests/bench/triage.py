"""Measures what it costs to tell what a mention is, before anything of it is stored."""

import time
from dataclasses import replace
from pathlib import Path

from bot.domain.mentions.mention import Mention
from bot.domain.triage.rules import TriageRule
from bot.ports import Policy
from bot.services.triage.triage import triage_by
from bot.settings.patterns import Re2Pattern
from bot.settings.triage import shipped_policy
from bot.settings.triage_rules import MOST
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
RULES = tuple(
    TriageRule(name=str(one), finds=Re2Pattern(rf"\b(?:lamp|shade) ?{one}(?:s|es)?\b")) for one in range(MOST)
)
TIMES = 40  # each, per round


def measured(_: Path, scale: Scale) -> list[Figure]:
    """Return what a mention costs, in milliseconds, in a known language and in an unknown one."""
    posts = {code: [a_post(text=text, language=code) for text in SAID] for code in ("en", "")}
    ruled = replace(POLICY, triage_rules=RULES)
    ways = {
        "known": lambda: _each(POLICY, posts["en"]),
        "unknown": lambda: _each(POLICY, posts[""]),
        "rules": lambda: _each(ruled, posts["en"]),
    }
    found = in_turn(scale.rounds, ways)
    raw = f"{found.usual('unknown') * 1_000:.0f} us where the network does not say the language"
    raw_rules = f"{MOST} rules, as many as are allowed"
    return [
        at_most("triage of a mention", found.usual("known"), 1.0, raw, " ms"),
        at_most("triage of a mention with rules", found.usual("rules"), 1.0, raw_rules, " ms"),
    ]


def _each(policy: Policy, posts: list[Mention]) -> float:
    begun = time.perf_counter()
    for _ in range(TIMES):
        for post in posts:
            triage_by(policy, post)
    return (time.perf_counter() - begun) * 1_000 / (TIMES * len(posts))

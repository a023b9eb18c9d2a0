"""The findings of `heard doctor` about the audit trail, for each possible difference from the seal."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.audit.trail import TrailHead, TrailProof
from bot.gateways.findings import Level
from bot.gateways.trail_findings import of_trail

HEAD = TrailHead(1_051, 4_112, "3f9a77c2d0e1b5a48899")
TOLD = (date(2026, 11, 28), TrailHead(1_050, 4_100, "aa00bb11cc22dd33ee44"))
SAID = "The audit trail is whole: 4,112 lines in 1,051 chains, head 3f9a77c2d0e1b5a4."
WHOLE = TrailProof(
    sealed=HEAD, genuine=True, chains=1_051, lines=4_112, adds_up=True, broken=(), missing=(), told=TOLD
)


def test_a_whole_trail_is_shown_with_what_a_person_compares() -> None:
    assert [one.what for one in of_trail(WHOLE)] == [
        f"{SAID} Last told in the leads' channel, of 28 November 2026: {TOLD[1]}. Compare it there."
    ]
    assert [one.what for one in of_trail(replace(WHOLE, told=None))] == [SAID]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"broken": ("case:7", "desk")}, "The audit trail of case:7 does not add up."),
        (
            {"genuine": False},
            "The seal of the audit trail was changed or taken away by somebody without the desk's key.",
        ),
        (
            {"chains": 1_050, "lines": 4_112, "missing": (7, 9), "adds_up": False},
            "The audit trail has 1,050 chains, and 1,051 were sealed. Numbers without a case: 7, 9.",
        ),
        ({"lines": 4_111, "adds_up": False}, "The audit trail has 4,111 lines, and 4,112 were sealed."),
        ({"adds_up": False}, "The lines of the audit trail are not those that were sealed."),
        (
            {"told": (TOLD[0], TrailHead(1_051, 5_000, "aa00bb11cc22dd33ee44"))},
            "There is less than was told before: 28 November 2026, 5,000 lines in 1,051 chains, head aa00bb11cc22dd33.",
        ),
    ],
)
def test_each_difference_is_a_sentence_of_its_own(found: dict[str, object], said: str) -> None:
    findings = of_trail(replace(WHOLE, **found))  # type: ignore[arg-type]
    assert said in [one.what for one in findings]
    assert {one.level for one in findings} == {Level.BAD}
    assert all("Keep the database as it is" in one.remedy for one in findings)

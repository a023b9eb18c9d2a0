"""Segments in heard.toml: valid files, the text of each fault, and at most one rule for each case."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mentions.segments import Segment
from bot.settings.lines import Lines
from bot.settings.model import Config
from bot.settings.turnarounds import turnaround_faults
from tests.test_settings import LEAST, faults, loaded, only, rules

PRESS = '[[segments]]\nname = "press"\nhandles.x = ["@Herald", "consumer_desk"]\n'
REACH = '[[segments]]\nname = "big_reach"\ntitle = "Reach"\nfollowers_at_least = 50000\nnetworks = ["X"]\n'


def test_segments_reach_the_policy_in_their_order(tmp_path: Path) -> None:
    text = LEAST + PRESS + REACH + '[[routes]]\nsegments = ["press"]\npriority = "high"\n'
    policy = loaded(tmp_path, text + rules('within = "15m"\nsegment = "press"')).policy()
    handles = frozenset({("x", "herald"), ("x", "consumer_desk")})
    assert policy.segments == (
        Segment(name="press", title="Press", handles=handles),
        Segment(name="big_reach", title="Reach", followers_at_least=50_000, networks=frozenset({"x"})),
    )
    assert policy.routes[0].segments == {"press"}
    assert policy.turnarounds[0].names == {"segment": "press"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            PRESS + rules('within = "1h"\nsegment = "pres"'),
            ("turnaround[1].segment", 16, "There is no segment “pres”.", "Did you mean press?"),
        ),
        (
            '[[routes]]\nsegments = [\n  "vip",\n]\n',
            (
                "routes[1].segments[1]",
                13,
                "There is no segment “vip”.",
                'Add [[segments]] with name = "vip", or take this out.',
            ),
        ),
        (
            PRESS + PRESS,
            (
                "segments[2]",
                14,
                "segments[1] is called “press” too.",
                "Put the two together, or give one of them another name.",
            ),
        ),
        (
            '[[segments]]\nname = "press"\nhandles.x = []\n',
            (
                "segments[1]",
                11,
                "Nobody would ever be in this segment.",
                'Name people (handles.x = ["priya_n"]), or give it followers_at_least.',
            ),
        ),
        (
            PRESS.replace('"press"', '"The Press"'),
            (
                "segments[1].name",
                12,
                "“The Press” cannot be a segment's name.",
                'Use small letters, digits and _: "press", "big_reach".',
            ),
        ),
        (
            PRESS.replace("@Herald", "https://x.example/herald"),
            (
                "segments[1].handles.x[1]",
                13,
                "“https://x.example/herald” is not a handle.",
                'Write the name alone: "priya_n", or "@priya_n".',
            ),
        ),
        (
            '[[segments]]\nname = "press"\nhandles = ["herald"]\n',
            (
                "segments[1].handles",
                13,
                "This is not a list for each network.",
                'Write the network too: handles.x = ["priya_n"].',
            ),
        ),
        (REACH.replace("50000", "0"), ("segments[1].followers_at_least", 14, "0 is too few.", "Write 1 or more.")),
    ],
)
def test_what_cannot_be_is_refused_on_its_line_with_a_remedy(
    tmp_path: Path, text: str, said: tuple[object, ...]
) -> None:
    found = only(faults(tmp_path, LEAST + text))
    assert (found.where, found.line, found.what, found.remedy) == said


def test_a_rule_for_a_segment_and_one_for_a_priority_are_rivals_until_a_third_decides(tmp_path: Path) -> None:
    both = (*('within = "15m"\nsegment = "press"', 'within = "30m"\npriority = "urgent"'),)
    assert 'segment = "press"' in only(faults(tmp_path, LEAST + PRESS + rules(*both))).remedy
    third = 'within = "10m"\nsegment = "press"\npriority = "urgent"'
    assert len(loaded(tmp_path, LEAST + PRESS + rules(*both, third)).policy().turnarounds) == 4


# --- every possible case, with every rule ---------------------------------------------------------------------

NAMED = {
    "kind": ("first_response", "next_response", "resolution"),
    "network": ("x", "bluesky"),
    "priority": ("urgent", "high"),
    "channel": ("C0CARE0001", "C0CAREBIL1"),
    "segment": ("press", "big_reach"),
}
OTHERS = {"network": ("mastodon",), "priority": ("low",), "channel": ("C0CAREOTH1",), "segment": ("",)}  # in no rule
CASES = [
    dict(zip(NAMED, facts, strict=True))
    for facts in product(*((*values, *OTHERS.get(name, ())) for name, values in NAMED.items()))
]
RULE = st.fixed_dictionaries({name: st.sampled_from(("", "", *values)) for name, values in NAMED.items()})
FOR_ANSWERS = RULE.map(lambda rule: rule | {"kind": ""})


def in_dispute(written: list[dict[str, str]]) -> bool:
    """Return whether two rules match any case equally well and no rule matches it better, by trying every case."""
    return any(_rivals(written, case) > 1 for case in CASES)


def _rivals(written: list[dict[str, str]], case: dict[str, str]) -> int:
    fits = [
        sum(map(bool, rule.values()))
        for rule in written
        if all(not value or case[name] == value for name, value in rule.items())
        and (rule["kind"] or case["kind"] != "resolution")
    ]
    return fits.count(max(fits, default=0))


def refused(written: list[dict[str, str]]) -> bool:
    config = Config.model_validate(
        {
            "desk": {"brand": "Northwind"},
            "slack": {"channel": "C0CARE0001", "leads_channel": "C0CARELEA1"},
            "people": {"approvers": ["U0BEN00001"]},
            "turnaround": [{"within": "1h", **rule} for rule in written],
        }
    )
    return bool(list(turnaround_faults(config, Lines(""))))


@given(st.lists(RULE, min_size=1, max_size=5))
def test_no_case_is_ever_in_dispute_between_rules_that_are_taken(written: list[dict[str, str]]) -> None:
    assert refused(written) or not in_dispute(written)


@given(st.lists(FOR_ANSWERS, min_size=1, max_size=5))
def test_rules_for_all_answers_are_refused_only_where_some_case_is_in_dispute(written: list[dict[str, str]]) -> None:
    assert refused(written) is in_dispute(written)

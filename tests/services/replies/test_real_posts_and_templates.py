"""The template that a person named for a real post is offered among the first.

The labels are in tests/template_labels.csv, by the posts' ids. Nobody looked at which of the half "fresh" fail.
"""

from pathlib import Path

import pytest

from bot.gateways.networks.recorded import mention_of
from bot.gateways.networks.recordings import read_recording
from bot.gateways.templates import shipped_templates
from bot.services.replies.measure_templates import measured_templates
from bot.settings.triage import shipped_policy
from handlers.template_report import read_template_labels

ROOT = Path(__file__).parents[3]
POSTS = ROOT.parent / "shared" / "data" / "complaints.csv"


@pytest.mark.real
def test_seven_in_ten_are_among_the_first_three_and_half_come_first() -> None:
    if not POSTS.exists():
        pytest.skip("the recorded posts are not here")
    named = read_template_labels(ROOT / "tests" / "template_labels.csv")["fresh"]
    posts = [mention_of(one, "", one.created_at) for one in read_recording(POSTS).posts]
    found = measured_templates(shipped_policy(), shipped_templates().all(), posts, named)
    assert found.count == 113
    assert found.first >= 0.5 * found.count
    assert found.short >= 0.7 * found.count

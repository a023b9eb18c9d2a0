"""The kind of thing that a Slack id identifies."""

import pytest

from bot.domain.base.slack_ids import is_group, is_person


@pytest.mark.parametrize(
    ("slack_id", "person", "group"),
    [
        ("U0ANA", True, False),
        ("W0ANA", True, False),
        ("S0LEADS", False, True),
        ("C0CARE", False, False),
        ("D0ANA", False, False),
        ("desk", False, False),
        ("", False, False),
    ],
)
def test_the_first_letter_tells_people_and_groups_from_rooms(slack_id, person, group):
    assert (is_person(slack_id), is_group(slack_id)) == (person, group)

"""A connection reads the same in Slack and on the command line, and its troubles say what to do."""

from datetime import timedelta

import pytest

from bot.blocks.mentions.connections import in_brief, in_words, troubles, whole
from bot.domain.mentions.connection import Abilities, Connection, DeletionsSeen
from bot.domain.mentions.poll_pace import Allowance
from tests.fakes import NOON

MIN, DAY = timedelta(minutes=1), timedelta(days=1)
X = "@northwind on X"


def said(**facts: object) -> list[str]:
    return [in_words(one) for one in whole(Connection(name=X, **facts), NOON)]  # type: ignore[arg-type]


def test_an_account_is_said_with_everything_that_is_known() -> None:
    assert said(
        read_at=NOON - 14 * MIN,
        newest_at=NOON - 30 * MIN,
        stream_since=NOON - DAY,
        token_ends=NOON + 5 * DAY,
        allowance=Allowance(limit=300, left=212, resets_in=MIN),
        allowance_until=NOON + MIN,
        held_until=NOON + 2 * MIN,
        budget="$4.20 of $50 left, until 4 Mar at this pace",
        can=Abilities(private_answers=True, takes_back=False, likes=True, deletions=DeletionsSeen.DAILY),
    ) == [
        (
            "@northwind on X: read 2 Mar 11:46 UTC, behind by 14 min · newest mention 2 Mar 11:30 UTC · its stream is "
            "open since 1 Mar 12:00 UTC · its token is good until 7 Mar 12:00 UTC · 212 of 300 readings left until 2 Mar 12:01 "
            "UTC · held until 2 Mar 12:02 UTC · $4.20 of $50 left, until 4 Mar at this pace."
        ),
        "Answers in private: yes; takes back: no; likes: yes; deletions are noticed: once a day.",
    ]


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        ({}, "not read yet · no mention so far · no end of its token is known."),
        ({"pushed": True}, "its posts come by webhook · no mention so far · no end of its token is known."),
        ({"read_at": NOON, "renews_token": True},
         "read 2 Mar 12:00 UTC · no mention so far · its token is renewed by the desk."),
        ({"unread_since": NOON, "read_at": NOON - MIN, "why": "It answers 503."},
         ("cannot be read since 2 Mar 12:00 UTC, last read 2 Mar 11:59 UTC (It answers 503) · no mention so far · "
         "no end of its token is known.")),
        ({"token_ends": NOON, "held_until": NOON}, "not read yet · no mention so far · its token ended 2 Mar 12:00 UTC."),
    ],
)  # fmt: skip
def test_what_is_not_known_or_past_is_left_out(facts, stands) -> None:
    assert said(**facts) == [
        f"{X}: {stands}",
        "Answers in private: no; takes back: yes; likes: no; deletions are noticed: no.",
    ]


@pytest.mark.parametrize(
    ("facts", "told", "brief"),
    [
        ({"token_ends": NOON + 5 * DAY},
         ("its token ends in 5 days, 7 Mar 12:00 UTC. Please get a new token from the network, put it in, and start "
         "the desk again."), ""),
        ({"token_ends": NOON - MIN},
         ("its token ended 2 Mar 11:59 UTC. Please get a new token from the network, put it in, and start the desk "
         "again."), "its token ended 2 Mar 11:59 UTC. Leads know."),
        ({"read_at": NOON - 14 * MIN}, "is behind by 14 min: it was last read 2 Mar 11:46 UTC.",
         "is behind by 14 min: it was last read 2 Mar 11:46 UTC. Leads know."),
        ({"odd": "KeyError"}, "what stands there could not be found out (KeyError). The log says why.", ""),
        ({"held_until": NOON + MIN}, "wants no calls until 2 Mar 12:01 UTC. Replies wait until then.",
         "wants no calls until 2 Mar 12:01 UTC. Replies wait until then. Leads know."),
        ({"unread_since": NOON, "why": "It answers 503."}, "cannot be read since 2 Mar 12:00 UTC: It answers 503.",
         "cannot be read since 2 Mar 12:00 UTC: It answers 503. Leads know."),
    ],
)  # fmt: skip
def test_leads_are_told_what_to_do_and_others_in_brief_what_hinders_them(facts, told, brief) -> None:
    one = Connection(name=X, **facts)
    assert [in_words(phrase).removeprefix(X).lstrip(": ") for phrase in troubles(one, NOON)] == [told]
    found = [in_words(phrase).removeprefix(X).lstrip(": ") for phrase in in_brief([one], NOON)]
    assert found == ([brief] if brief else [])

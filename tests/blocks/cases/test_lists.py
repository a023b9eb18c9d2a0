"""The answers of /care are short, and each has a fallback line."""

from dataclasses import replace

import pytest

from bot.blocks.base import simple_forms
from bot.blocks.cases import lists
from bot.blocks.mentions.connections import troubles
from bot.domain.audit.line import Line
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import Tally
from bot.domain.mentions.connection import Connection
from bot.domain.mentions.poll_pace import Allowance
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import NAMES, at, case, drafted, timedelta, view
from tests.blocks.walker import judge_message, nodes

BUSY = Tally(
    open=12, unclaimed=3, in_review=4, review_since=at(13, 40), due_soon=2, lapsed=(398,), lapsed_count=1, answered=41, in_time=37,
    median_first=timedelta(minutes=18), median_approval=timedelta(minutes=6), by_network={"x": 29, "mastodon": 4},
    by_assignee={"UANA": 4, "UBEN": 5, "": 3}, needs_a_person=(7, 9), untold=1,
)  # fmt: skip
NETWORKS = {"x": "X", "mastodon": "Mastodon"}
LINK = "https://northwind.slack.com/archives/C1/p1"
TRAIL = [
    Line(chain="case:412", position=n, at=at(14, 2 + n), by=by, verb=verb, facts=facts, hash="")
    for n, (by, verb, facts) in enumerate(
        [
            ("author", "opened", {}), ("UANA", "claim", {"to": "open"}), ("UCARO", "assign", {"person": "UBEN"}),
            ("desk", "reminded", {"level": 50}), ("UBEN", "approve", {}), ("network", "delivered", {}),
        ]
    )
]  # fmt: skip


def test_status_is_two_columns_of_numbers_and_who_holds_what():
    assert read(lists.status(BUSY, NAMES, NETWORKS)) == lines(
        """
        *Now*                                   *Today*
        12 open, 3 unclaimed                    41 answered, 37 in time (90 %)
        4 wait for approval since 13:40 UTC     median first reply 18 min
        2 due within the hour                   median wait for approval 6 min
        1 past the promised time: case 398      X 29 · Mastodon 4
        stuck, please look: cases 7, 9
        1 message waits to be shown in Slack
        · Ana 4 · Ben 5 · nobody 3
        """
    )


def test_status_in_one_line():
    assert plainly(lists.status(BUSY, NAMES, NETWORKS).text) == lines(
        """
        Now: 12 open, 3 unclaimed; 4 wait for approval since 13:40 UTC; 2 due within the hour; 1 past the promised time: case 398; stuck, please look: cases 7, 9; 1 message waits to be shown in Slack. Today: 41 answered, 37 in time (90 %); median first reply 18 min; median wait for approval 6 min; X 29 · Mastodon 4. Ana 4 · Ben 5 · nobody 3.
        """
    )


def test_status_says_how_many_readings_a_network_still_allows():
    left = [("@northwind on X", Allowance(limit=300, left=212, resets_in=timedelta(minutes=10)), at(14, 15))]
    status = lists.status(BUSY, NAMES, NETWORKS, readings=left)
    judge_message(status)
    for said in (read(status), plainly(status.text)):
        assert "@northwind on X: 212 of 300 readings left until 14:15 UTC" in said


def test_an_idle_desk_counts_without_dividing_by_nothing():
    assert read(lists.status(Tally(), {}, {})) == lines(
        """
        *Now*                    *Today*
        0 open, 0 unclaimed      0 answered
        0 due within the hour
        """
    )


def test_in_time_is_told_of_all_that_were_owed():
    for tally, said in (
        (Tally(answered=5, in_time=5, unanswered=31), "5 answered, 5 of 36 owed in time (13 %)"),
        (Tally(unanswered=3), "0 answered, 0 of 3 owed in time (0 %)"),
        (Tally(answered=3, in_time=3), "3 answered, 3 in time (100 %)"),
    ):
        assert said in plainly(lists.status(tally, {}, {}).text)


def test_what_was_replayed_is_counted_apart():
    status = plainly(lists.status(Tally(open=1, replayed=40, replayed_answered=959), {}, {}).text)
    assert "Now: 1 open, 0 unclaimed, and 40 replayed; " in status
    assert "Today: 0 answered, and 959 replayed." in status


def test_many_late_cases_are_counted_and_the_first_ten_named():
    status = lists.status(Tally(lapsed=tuple(range(1, 21)), lapsed_count=30), {}, {})
    assert "30 past the promised time: cases 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 20 more" in read(status)


def test_status_can_be_shared_by_a_button_that_says_so():
    status = lists.status(BUSY, NAMES, NETWORKS, share="answer.1.1.abc")
    judge_message(status)
    assert read(status).endswith("[ Share ]")


def test_a_list_says_of_each_case_who_what_and_where_it_stands():
    assert read(lists.cases("Your cases", [view(), drafted(DraftState.UNCONFIRMED)], {412: LINK})) == lines(
        """
        # Your cases
        Case 412 · X · high priority · Priya N @priya_n
        "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        First reply due 15:02 UTC · nobody has taken it yet
        Case 412 · X · high priority · Priya N @priya_n
        "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind"
        We do not know whether the reply went out. Looking on X again at 14:47 UTC. X shows posts within 15 min, so nobody can call it missing before 15:00 UTC; nothing is sent twice · first reply due 15:02 UTC · held by Ana since 14:06 UTC
        """
    )


def test_a_list_names_the_segment_of_a_customer():
    press = replace(view(case(segment="press")), segment="Press")
    assert "Priya N @priya_n · Press" in read(lists.cases("Your cases", [press], {}))


def test_a_list_in_one_line():
    assert plainly(lists.cases("Your cases", [view(case(CaseState.OPEN))], {}).text) == lines(
        """
        Your cases: Case 412, high priority, Priya N on X: "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" · held by Ana since 14:06 UTC · first reply due 15:02 UTC.
        """
    )


def test_case_numbers_lead_to_their_threads_where_these_are_known():
    linked = lists.cases("Your cases", [view()], {412: LINK})
    assert [node["url"] for node in nodes(linked.blocks) if node.get("type") == "link"] == [LINK]
    bare = lists.cases("Your cases", [view()], {412: ""})
    assert not [node for node in nodes(bare.blocks) if node.get("type") == "link"]


def test_an_empty_list_says_so():
    assert read(lists.cases("Your cases", [], {})) == lines(
        """
        # Your cases
        · Nothing here right now.
        """
    )


def test_a_long_list_says_what_it_leaves_out():
    long = lists.cases("Waiting for us", [view(case(id=n)) for n in range(1, 41)], {})
    judge_message(long)
    assert read(long).endswith("· and 20 more cases")


def test_one_case_is_shown_with_its_history():
    assert read(lists.one_case(view(case(CaseState.OPEN)), LINK, TRAIL)) == lines(
        """
        · *High priority* X mention · billing · case 412
        Priya N  @priya_n · 12.4k followers · third case since May, last one case 300 on 12 May, answered after 9 days
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        · 1 photo · posted 14:02 UTC · open the post · 3 others wrote under the same post
        Held by Ana since 14:06 UTC · first reply due 15:02 UTC
        Open the thread
        14:02 UTC  The case was opened
        14:03 UTC  Ana claimed the case
        14:04 UTC  Caro gave the case to Ben
        14:05 UTC  A reminder was due
        14:06 UTC  Ben approved the draft
        14:07 UTC  The reply is out
        """
    )


def test_a_history_is_told_in_plain_words():
    assert read(lists.history(view(), TRAIL)) == lines(
        """
        # Case 412, Priya N: what happened
        14:02 UTC  The case was opened
        14:03 UTC  Ana claimed the case
        14:04 UTC  Caro gave the case to Ben
        14:05 UTC  A reminder was due
        14:06 UTC  Ben approved the draft
        14:07 UTC  The reply is out
        """
    )


@pytest.mark.parametrize(
    ("verb", "segment", "told"),
    [
        ("opened", "press", "The case was opened, in the segment press"),
        ("retimed", "", "worked out afresh, since the desk or its configuration changed, no longer in a segment"),
    ],
)
def test_a_history_names_the_segment_where_it_was_decided(verb, segment, told):
    line = replace(TRAIL[0], verb=verb, facts={"segment": segment})
    assert told in plainly(lists.history(view(), [line]).text)


def test_a_long_history_says_how_much_came_before():
    told = lists.history(view(), TRAIL * 20)
    judge_message(told)
    assert "80 earlier lines not shown" in read(told)


def test_a_case_without_a_trail_says_so():
    assert read(lists.history(view(), [])).endswith("Nothing is written down yet")


def test_help_says_what_can_be_asked_in_the_order_of_its_rows():
    rows = [
        lists.Command("case", "case <number>", "one case with its history"),
        lists.Command("help", "help", "this list"),
    ]
    assert read(lists.help(rows)) == lines(
        """
        /care case <number>  one case with its history
        /care help  this list
        Only you see the answers. With “share” at the end everybody in the channel does.
        """
    )


def test_a_refusal_is_its_sentence_and_may_name_a_teammate():
    refusal = simple_forms.refusal("<@UANA> claimed this 2 s before you.")
    assert refusal.text == read(refusal) == "<@UANA> claimed this 2 s before you."


def test_a_search_that_cannot_have_looked_at_all_says_so_in_blocks_and_text() -> None:
    said = lists.cases("Cases with “late”", [], {}, partly=True)
    assert "Older posts are still being indexed, so more may be found later." in read(said)
    assert said.text.endswith("Older posts are still being indexed, so more may be found later.")
    judge_message(said)


def test_the_status_of_a_lead_names_accounts_in_trouble_in_the_message_and_in_its_fallback_line() -> None:
    one = Connection(name="@northwind on X", read_at=at(13, 46))
    status = lists.status(Tally(), {}, {}, troubles=troubles(one, at(14, 0)))
    said = "@northwind on X is behind by 14 min: it was last read"
    assert said in read(status)
    assert said in plainly(status.text)

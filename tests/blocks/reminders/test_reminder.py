"""Reminders ask one person, the one who has to act, and describe lateness from the customer's side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.cases import thread_messages
from bot.blocks.reminders.reminder import older_reminder
from bot.domain.accounts.holds import Limit
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import PromiseKind, Reminder
from bot.domain.replies.draft import Outcome
from tests.blocks.reading import lines, plainly, read
from tests.blocks.scenes import SECRET, at, attempt, case, drafted, hold, promise, view
from tests.blocks.walker import nodes


def early(seen: CaseView) -> str:
    return read(thread_messages.reminder(replace(seen, now=at(14, 32)), 50, at(14, 32), at(14, 32), SECRET))


def late(seen: CaseView) -> str:
    return read(thread_messages.reminder(replace(seen, now=at(15, 7)), 100, at(15, 2), at(15, 7), SECRET))


def test_a_case_that_nobody_holds_is_offered_to_all_and_pings_nobody():
    assert early(view()) == lines(
        """
        Nobody has taken case 412 yet. Priya is waiting. First reply due 15:02 UTC.
        [ Reply ]  [ Claim ]
        """
    )
    assert late(view()) == lines(
        """
        Priya has waited 5 min past our promise. Nobody has taken case 412 yet. Who can take it?
        [ Reply ]  [ Claim ]
        """
    )


def test_an_assignee_who_has_not_begun_is_asked():
    assert early(view(case(CaseState.OPEN))) == lines(
        """
        @UANA, Priya is waiting for your reply. First reply due 15:02 UTC.
        [ Reply ]
        """
    )
    assert late(view(case(CaseState.OPEN))) == lines(
        """
        Priya has waited 5 min past our promise. @UANA, can you answer?
        [ Reply ]
        """
    )


def test_a_writer_is_asked_for_the_draft():
    assert early(drafted(DraftState.WRITING)) == lines(
        """
        @UANA, your reply to Priya is not with an approver yet. First reply due 15:02 UTC.
        [ See draft ]
        """
    )
    assert late(drafted(DraftState.WRITING)) == lines(
        """
        Priya has waited 5 min past our promise. The reply is still being written. @UANA, can you send your draft for approval?
        [ See draft ]
        """
    )


def test_an_approver_can_decide_from_the_reminder():
    assert early(drafted(DraftState.IN_REVIEW)) == lines(
        """
        @UBEN, Ana's reply to Priya is waiting for you. First reply due 15:02 UTC.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Not me ]
        """
    )
    assert late(drafted(DraftState.IN_REVIEW)) == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is ready and needs one approver. @UBEN, can you read it?
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        Ana's draft, version 2   for @priya_n on X
        ┃ Priya, charged twice, again, and 40 minutes stuck in chat: I'm sorry, that's on us. I've got billing on it and will tell you here by 17:00 what happens to the second charge. ^AN
        · 247 of 280 · from "wrong charge", 2 sentences changed · promises an answer by 17:00
        Priya last wrote at 14:02 UTC.
        [ Approve & send ]  [ Edit & approve ]  [ Request changes ]  [ Not me ]
        """
    )


def test_a_draft_that_nobody_was_asked_about_asks_for_one_approver():
    assert early(drafted(DraftState.IN_REVIEW, asked="")).splitlines()[0] == lines(
        """
        Ana's reply to Priya needs one approver. First reply due 15:02 UTC.
        """
    )
    assert late(drafted(DraftState.IN_REVIEW, asked="")).splitlines()[0] == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is ready and needs one approver.
        """
    )


def test_what_is_on_its_way_pings_nobody():
    assert early(drafted(DraftState.APPROVED)) == lines(
        """
        Ana's reply to Priya is approved and has not gone out yet. First reply due 15:02 UTC.
        [ See draft ]
        """
    )
    assert late(drafted(DraftState.SENDING)) == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is approved and has not gone out yet.
        """
    )


def test_nobody_is_asked_about_a_reply_that_goes_out_by_itself():
    waits = attempt(Outcome.REFUSED, ended_at=at(14, 40), again_at=at(15, 20))
    assert early(drafted(DraftState.FAILED, attempt=waits)) == lines(
        """
        Ana's reply to Priya is approved and has not gone out yet. First reply due 15:02 UTC.
        [ See draft ]
        """
    )


def test_a_reply_that_waits_with_its_account_says_why():
    assert early(replace(drafted(DraftState.APPROVED), hold=hold(Limit.SHUT))).splitlines()[0] == lines(
        """
        Ana's reply to Priya is approved and has not gone out yet. X says our developer account has no credit left. Whoever pays for it can add credit there. First reply due 15:02 UTC.
        """
    )
    assert late(replace(drafted(DraftState.APPROVED), hold=hold(Limit.PACE))).splitlines()[0] == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is approved and has not gone out yet. X asks us to wait.
        """
    )


def test_whoever_let_it_out_is_asked_about_a_reply_that_is_stuck():
    assert early(drafted(DraftState.FAILED)) == lines(
        """
        @UBEN, Ana's reply to Priya was not taken by the network. First reply due 15:02 UTC.
        [ Send again ]  [ Edit ]  [ Post by hand ]
        """
    )
    assert late(drafted(DraftState.UNCONFIRMED)) == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is approved and may have gone out: nobody knows yet. @UBEN, can you look?
        [ I can see it (paste the link) ]  [ I looked: it is missing ]  [ Open X ]
        """
    )
    assert late(drafted(DraftState.BY_HAND)) == lines(
        """
        Priya has waited 5 min past our promise. Ana's reply is approved and has to be posted by hand. @UBEN, can you look?
        [ I posted it ]  [ Open X ]
        """
    )


def test_a_reminder_that_comes_after_the_answer_asks_for_nothing():
    assert late(view(case(CaseState.PENDING))) == lines(
        """
        Case 412, Priya: a reply was due 15:02 UTC. Nothing is owed now. Answered in 38 min · written by Ana, approved by Ben · see the reply.
        """
    )


def test_the_true_lateness_is_told_even_when_the_desk_was_away():
    told = thread_messages.reminder(replace(view(), now=at(18, 2)), 100, at(15, 2), at(18, 2), SECRET)
    assert "Priya has waited 3 h past our promise." in read(told)


def test_an_early_reminder_told_late_tells_the_lateness():
    told = thread_messages.reminder(replace(view(), now=at(15, 7)), 75, at(14, 47), at(15, 7), SECRET)
    assert "Priya has waited 5 min past our promise." in read(told)


@pytest.mark.parametrize("state", [None, *DraftState])
@pytest.mark.parametrize("level", [50, 75, 90, 100])
def test_at_most_one_person_is_pinged_and_the_fallback_line_pings_nobody(state, level):
    seen = drafted(state) if state else view(case(CaseState.OPEN))
    told = thread_messages.reminder(seen, level, at(15, 2), at(15, 7), SECRET)
    assert len([node for node in nodes(told.blocks) if node.get("type") == "user"]) <= 1
    assert "<@" not in told.text


def test_the_fallback_line_names_the_person_and_since_when_it_is_owed():
    assert plainly(
        thread_messages.reminder(view(case(CaseState.OPEN), now=at(15, 7)), 100, at(15, 2), at(15, 7), SECRET).text
    ) == lines(
        """
        Case 412: Priya has waited 5 min past our promise. Ana, can you answer? Owed since 15:02 UTC.
        """
    )


def to_solve(**more):
    return promise(kind=PromiseKind.RESOLUTION, due_at=at(18), within=timedelta(hours=4), id=6, **more)


def told(seen: CaseView, level: int, hour: int) -> str:
    return read(
        thread_messages.reminder(replace(seen, now=at(hour, 2)), level, at(hour), at(hour, 2), SECRET, promise=6)
    )


def test_a_reminder_of_a_solution_says_so_before_and_after():
    seen = view(case(CaseState.OPEN, promise=promise(kept_at=at(14, 30)), resolution=to_solve()))
    assert told(seen, 50, 16).splitlines()[0] == "@UANA, Priya is waiting for your reply. To be solved by 18:00 UTC."
    assert told(seen, 100, 18).splitlines()[0] == (
        "Priya has waited 2 min past our promise of a solution. @UANA, can you answer?"
    )


def test_a_reminder_of_one_promise_is_settled_while_another_runs_on():
    seen = view(case(CaseState.OPEN, resolution=to_solve(kept_at=at(15))))
    assert "a solution was due" in told(seen, 100, 18)
    assert "Nothing is owed" not in told(seen, 100, 18)


@pytest.mark.parametrize(
    ("asked", "then", "said"),
    [
        ("UBEN", "UBEN", "Ben was reminded at 14:32 UTC, and again at 14:50 UTC."),
        ("UBEN", "UANA", "Ben was reminded at 14:32 UTC, and Ana was reminded at 14:50 UTC."),
        ("", "C0LEADS", "the team was reminded at 14:32 UTC, and again at 14:50 UTC."),
        ("UBEN", "", "Ben was reminded at 14:32 UTC, and the team was reminded at 14:50 UTC."),
    ],
)
def test_an_older_reminder_names_each_of_the_reminded_once(asked: str, then: str, said: str):
    first = Reminder(level=50, due_at=at(14, 32), noted_at=at(14, 32), about=promise(), asked=asked)
    newer = Reminder(level=75, due_at=at(14, 50), noted_at=at(14, 50), about=promise(), asked=then)
    message = older_reminder(view(), first, newer)
    assert read(message) == f"Case 412, Priya: {said}"
    assert said in plainly(message.text)

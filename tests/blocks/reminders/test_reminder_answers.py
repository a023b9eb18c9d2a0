"""Reminders to one person, digests and claim checks are complete in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base.phrases import Person
from bot.blocks.cases import lists, thread_messages
from bot.blocks.reminders import claim_check, digest
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import PromiseKind, Reminder
from bot.domain.reminders.claim_checks import Check
from bot.domain.reminders.recipients import next_to_act
from tests.blocks.reading import lines, read
from tests.blocks.scenes import COMPLAINT, SECRET, at, case, drafted, promise, view
from tests.blocks.walker import judge_message

LINK = "https://northwind.slack.com/archives/C1/p1"
STATES = {state: view(case(state)) for state in CaseState} | {state: drafted(state) for state in DraftState}


def its(seen: CaseView, asked: str, level: int = 75, **more: object) -> Reminder:
    usual: dict[str, object] = {"id": 9, "case_id": 412, "asked": asked, "holder": next_to_act(seen.case)}
    moments = {"level": level, "due_at": at(14, 47), "noted_at": at(15, 9) if level > 90 else at(14, 47)}
    return Reminder(about=promise(), **(usual | moments | more))  # type: ignore[arg-type]


def drawn(seen: CaseView, of: Reminder, link: str = ""):
    now = replace(seen, now=of.noted_at)
    return thread_messages.reminder(
        now, of.level, of.due_at, of.noted_at, SECRET, promise=of.about.id, its=of, link=link
    )


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("asked", ["", "UANA", "UBEN", "UCARO", "C0LEADS"])
@pytest.mark.parametrize("level", [75, 100, 110, 200])
def test_every_reminder_is_whole(state, asked, level):
    of = its(STATES[state], asked, level)
    for one in (of, replace(of, taken_by="UBEN", taken_at=at(14, 50)), replace(of, holder="UDEE")):
        judge_message(drawn(STATES[state], one, LINK))


@pytest.mark.parametrize("state", STATES)
def test_every_question_about_a_claim_is_whole(state):
    asked = Check(id=3, case_id=412, who="UANA", since=at(14, 6), asked_at=at(14, 40))
    for one in (
        asked,
        replace(asked, answered_at=at(14, 45)),
        replace(asked, released_at=at(15)),
        replace(asked, who="UBEN"),
    ):
        judge_message(claim_check.claim_question(STATES[state], one, SECRET, LINK))
        judge_message(claim_check.released(STATES[state], one))


@pytest.mark.parametrize("who", [Person("UBEN", "Ben"), None])
@pytest.mark.parametrize("questions", [0, 1, 5])
@pytest.mark.parametrize("count", [0, 1, 6, 10_000])
def test_every_digest_is_whole(count, questions, who):
    seen = STATES[DraftState.IN_REVIEW]
    waiting = [(seen, its(seen, "UBEN"), LINK)] * min(count, digest.MOST)
    asked = [digest.Question(thread_messages.approval_request(seen, SECRET, "UBEN"), 412, LINK)] * questions
    judge_message(digest.digest(who, asked, waiting, count, now=seen.now))


def test_a_digest_tells_every_part_in_its_text_too():
    seen = STATES[DraftState.IN_REVIEW]
    asked = [digest.Question(thread_messages.approval_request(seen, SECRET, "UBEN"), 412, LINK)] * 5
    message = digest.digest(Person("UBEN", "Ben"), asked, [(seen, its(seen, "UBEN"), "")], 1, now=seen.now)
    assert message.text.count("asks you to approve") == 5
    assert "1 case waits for you" in message.text
    assert "5 messages for you since the last one" in message.text


def test_a_digest_says_how_many_and_the_first_and_lists_them():
    seen = STATES[DraftState.IN_REVIEW]
    message = digest.digest(Person("UBEN", "Ben"), [], [(seen, its(seen, "UBEN"), "")] * 2, 2, now=seen.now)
    assert read(message) == lines(
        """
        @UBEN, 2 cases wait for you; the first is due 15:02 UTC.
        Case 412 · Priya N on X · "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" · Ana's draft waits for your approval · first reply due 15:02 UTC
        Case 412 · Priya N on X · "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" · Ana's draft waits for your approval · first reply due 15:02 UTC
        """
    )


def test_a_digest_says_what_is_owed_on_a_case_that_was_answered():
    word = promise(kind=PromiseKind.SPOKEN, due_at=at(17), id=7)
    seen = view(case(CaseState.PENDING, spoken=word))
    of = replace(its(seen, "UBEN"), about=word)
    said = read(digest.digest(Person("UBEN", "Ben"), [], [(seen, of, "")], 1, now=seen.now))
    assert "Our reply promised an answer by 17:00 UTC" in said


def test_the_leads_channel_is_asked_as_a_whole_and_pings_nobody():
    seen = STATES[CaseState.OPEN]
    assert read(drawn(seen, its(seen, "C0LEADS", 200))) == lines(
        """
        Priya has waited 7 min past our promise. Ana holds case 412. Can one of you help?
        [ I have it ]
        """
    )


def test_somebody_with_the_least_to_do_is_asked_to_take_it():
    seen = STATES[CaseState.NEW]
    assert read(drawn(seen, its(seen, "UBEN"))) == lines(
        """
        @UBEN, nobody has taken case 412 yet and Priya is waiting. Can you? First reply due 15:02 UTC.
        [ Reply ]  [ Claim ]
        """
    )


def test_the_question_about_a_claim_can_be_answered_at_once():
    asked = Check(id=3, case_id=412, who="UANA", since=at(14, 6), asked_at=at(14, 40))
    seen = replace(STATES[CaseState.OPEN], now=at(14, 40) + timedelta(minutes=1))
    assert read(claim_check.claim_question(seen, asked, SECRET)) == lines(
        """
        Are you still on case 412, Priya? You have held it since 14:06 UTC, and no reply is being written. First reply due 15:02 UTC.
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        [ Still on it ]  [ Hand back ]
        """
    )


def test_a_reminder_far_from_the_card_quotes_the_words_that_wait():
    seen, of = view(case(CaseState.OPEN)), its(view(case(CaseState.OPEN)), "UANA")
    seen = replace(seen, now=of.noted_at)
    args = (seen, of.level, of.due_at, of.noted_at, SECRET)
    in_thread = thread_messages.reminder(*args, promise=of.about.id, its=of)
    assert "┃" not in read(in_thread)
    direct = thread_messages.reminder(*args, promise=of.about.id, its=of, direct=True, link=LINK)
    assert f"\n┃ {COMPLAINT}\n" in read(direct)
    assert f'"{COMPLAINT}"' in direct.text


def test_what_a_digest_or_a_list_leaves_out_is_counted_in_its_text_too():
    seen = STATES[CaseState.OPEN]
    message = digest.digest(Person("UANA", "Ana"), [], [(seen, its(seen, "UANA"), "")] * 20, 20, now=seen.now)
    assert message.text.startswith("Ana, 20 cases wait for you")
    assert "Queue, and 2 more cases: Case 412" in lists.cases("Queue", [seen] * 22, {}).text

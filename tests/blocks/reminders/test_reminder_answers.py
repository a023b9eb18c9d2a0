"""Reminders to one person, digests and claim checks are complete in every state."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base.phrases import Person
from bot.blocks.cases import lists, thread_messages
from bot.blocks.reminders import claim_check, digest
from bot.blocks.reminders.reminder_list import MOST, Entry, Waiting, page
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.cases.view import CaseView
from bot.domain.promises.promise import PromiseKind, Reminder
from bot.domain.reminders.claim_checks import ClaimCheck
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
    asked = ClaimCheck(id=3, case_id=412, who="UANA", since=at(14, 6), asked_at=at(14, 40))
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
    asked = [digest.Question(thread_messages.approval_request(seen, SECRET, "UBEN"), 412, LINK)] * questions
    waiting = waits((seen, its(seen, "UBEN"), LINK), count)
    judge_message(digest.digest(who, asked, waiting, SECRET, now=seen.now))


def waits(entry: Entry, count: int = 1, **more: int) -> Waiting:
    return Waiting(entries=[entry] * min(count, MOST), count=count, row=7, **more)


def ben_reads(*entries: Entry, **more: int) -> str:
    waiting = Waiting(entries=entries, row=7, **({"count": len(entries)} | more))
    return read(digest.digest(BEN, [], waiting, SECRET, now=entries[0][0].now))


BEN = Person("UBEN", "Ben")


def test_a_digest_tells_every_part_in_its_text_too():
    seen = STATES[DraftState.IN_REVIEW]
    asked = [digest.Question(thread_messages.approval_request(seen, SECRET, "UBEN"), 412, LINK)] * 5
    message = digest.digest(BEN, asked, waits((seen, its(seen, "UBEN"), "")), SECRET, now=seen.now)
    assert message.text.count("asks you to approve") == 5
    assert "1 case waits for you" in message.text
    assert "5 messages for you since the last one" in message.text


def test_a_list_says_how_many_and_shows_the_worst_in_their_words_with_what_can_be_done():
    free, mine, drafted_ = STATES[CaseState.NEW], STATES[CaseState.OPEN], STATES[DraftState.IN_REVIEW]
    entries = [(free, its(free, "UBEN"), LINK), (mine, its(mine, "UANA"), ""), (drafted_, its(drafted_, "UBEN"), "")]
    assert ben_reads(*entries, (free, its(free, "UBEN"), ""), count=20, free=11, late=2) == lines(
        """
        @UBEN, 20 cases wait for you; the first is due 15:02 UTC. 2 are past the promised time and 11 have nobody. Can you take the first?
        Case 412 · Priya N on X · First reply due 15:02 UTC · nobody has taken it yet
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        [ Take it ]  [ Open ]
        Case 412 · Priya N on X · Held by Ana since 14:06 UTC · first reply due 15:02 UTC
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        [ Reply ]  [ On it ]
        Case 412 · Priya N on X · Ana's draft waits for your approval · first reply due 15:02 UTC
        ┃ Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind
        [ See draft ]
        Case 412 · Priya N on X · "Charged twice AGAIN and your chat has been "connecting" for 40 minutes @northwind" · First reply due 15:02 UTC · nobody has taken it yet
        and 5 more
        [ Show all ]
        """
    )


def test_a_list_of_what_nobody_has_says_so():
    free = STATES[CaseState.NEW]
    said = ben_reads((free, its(free, "UBEN"), ""), count=11, free=11)
    assert said.startswith("@UBEN, 11 cases have nobody; the first is due 15:02 UTC. Can you take the first?")


def test_whoever_stands_in_can_have_it_and_whoever_answered_is_offered_that_no_more():
    held = STATES[CaseState.OPEN]
    assert "[ I have it ]" in ben_reads((held, its(held, "UBEN"), ""))
    mine = its(held, "UANA", taken_by="UANA", taken_at=at(14, 50))
    said = ben_reads((held, mine, ""))
    assert "Ana has been on it since 14:50 UTC" in said
    assert "[ On it ]" not in said


def test_a_list_that_was_taken_over_says_where_the_rest_stands():
    message = digest.digest(BEN, [], Waiting(), SECRET, now=at(15), moved_on=at(15, 2))
    assert read(message) == "What is still open of this list stands in the newer one of 15:02 UTC."


def test_all_of_a_list_is_shown_page_by_page():
    free = STATES[CaseState.NEW]
    entries = [(free, its(free, "UBEN"), LINK)] * MOST
    first = page(entries, 0, waits(entries[0], 40), SECRET, free.now)
    assert read(first).startswith("Cases 1 to 15 of 40, worst first:")
    assert "[ Next 15 ]" in read(first)
    last = page(entries[:10], 30, waits(entries[0], 40), SECRET, free.now)
    assert read(last).startswith("Cases 31 to 40 of 40, worst first:")
    assert "[ Next" not in read(last)
    assert "Nothing of this list waits" in read(page([], 0, Waiting(), SECRET, free.now))
    for message in (first, last):
        judge_message(message)


def test_a_list_says_what_is_owed_on_a_case_that_was_answered():
    word = promise(kind=PromiseKind.SPOKEN, due_at=at(17), id=7)
    seen = view(case(CaseState.PENDING, spoken=word))
    assert "Our reply promised an answer by 17:00 UTC" in ben_reads(
        (seen, replace(its(seen, "UBEN"), about=word), "")
    )


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
    asked = ClaimCheck(id=3, case_id=412, who="UANA", since=at(14, 6), asked_at=at(14, 40))
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
    waiting = waits((seen, its(seen, "UANA"), ""), 20)
    message = digest.digest(Person("UANA", "Ana"), [], waiting, SECRET, now=seen.now)
    assert message.text.startswith("Ana, 20 cases wait for you")
    assert "Queue, and 2 more cases: Case 412" in lists.cases("Queue", [seen] * 22, {}).text

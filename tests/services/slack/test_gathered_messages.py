"""Nobody gets more than one new direct message a minute: the others become one message, and nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.tables import DraftState
from bot.domain.slack.telling import TellingKind
from bot.domain.team.swaps import Swap
from bot.ports import Desk, NotPosted, Paced, Posted, Unsure
from bot.services.cases import casework
from bot.services.cases.lists import status
from bot.services.reminders import claim_checks, remind
from bot.services.replies import review
from bot.services.slack.publishing import AGE_EVERY
from bot.services.team import swaps
from storage import SqlStore
from tests.fakes import ANA, BEN, CARE, CARO, DEE, LEADS, NOON, a_post
from tests.services.journey import approve, clock, draft_of, receive, slack, street
from tests.services.slack.timed import cases, drafts, least_apart, publish, publisher, slack_text, timed, told

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """Return a desk on which Ben alone approves."""
    return timed(store)


# --- apart ---------------------------------------------------------------------------------------------------


def test_the_first_goes_at_once_and_the_next_ones_a_minute_later_as_one(desk: Desk) -> None:
    cases(desk, 4)
    drafts(desk, 1)
    asked = draft_of(desk, 1).asked
    publish(desk, 1)
    assert len(told(desk).to(asked)) == 1
    drafts(desk, 2, 3, 4)
    publish(desk, 58)
    assert len(told(desk).to(asked)) == 1
    publish(desk, 3)
    first, second = told(desk).to(asked)
    assert "asks you to approve" in first
    assert [f"case {n}." in second for n in (1, 2, 3, 4)] == [False, True, True, True]
    publish(desk, 600)
    assert len(told(desk).to(asked)) == 2


def test_one_that_comes_within_the_minute_is_told_as_it_is(desk: Desk) -> None:
    cases(desk, 2)
    drafts(desk, 1)
    publish(desk, 5)
    drafts(desk, 2)
    publish(desk, 60)
    asked = draft_of(desk, 1).asked
    first, second = told(desk).to(asked)
    assert first.replace("1", "2") == second.replace("1", "2")
    assert least_apart(desk, asked) >= MINUTE


@pytest.mark.long
def test_whatever_is_for_a_person_is_a_minute_apart(desk: Desk) -> None:
    """Requests, drafts that come back, reminders, the ladder, questions about claims, turns and notices."""
    numbers = cases(desk, 40)
    kinds: set[TellingKind] = set()
    for minute in range(150):
        if minute < 20:
            casework.claim(desk, numbers[minute], by=ANA, at=desk.clock.now())
            drafts(desk, numbers[20 + minute])
        if minute in {3, 4, 5}:
            draft = draft_of(desk, 20 + minute)
            changes = review.request_changes
            changes(desk, draft.id, version=draft.version, note="Shorter", by=draft.asked, at=desk.clock.now())
        desk.store.notice(f"note {minute}", "", f"Note {minute}.", desk.clock.now(), people=[BEN, CARO])
        for _ in range(4):
            remind.remind(desk, desk.clock.now())
            claim_checks.check_claims(desk, desk.clock.now())
            kinds |= {one.kind for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.recipient}
            publish(desk, 15)
    assert kinds >= {
        TellingKind.ASK,
        TellingKind.BACK,
        TellingKind.NEWS,
        TellingKind.DIRECT_REMINDER,
        TellingKind.CLAIM_CHECK,
        TellingKind.NOTICE,
        TellingKind.DIGEST,
    }
    people = (ANA, BEN, CARO, DEE)
    assert {who: least_apart(desk, who) >= MINUTE for who in people} == dict.fromkeys(people, True)
    publish(desk, 600)
    waits = [one for one in desk.store.to_tell(desk.clock.now(), 1_000) if one.recipient and not one.ts]
    assert waits == []
    shown = "\n".join([*told(desk).to(BEN), *told(desk).to(CARO)])
    assert all(f"Note {minute}." in shown for minute in range(150))


def test_a_desk_that_was_started_anew_keeps_the_minute(desk: Desk) -> None:
    cases(desk, 2)
    drafts(desk, 1, 2)
    asked = draft_of(desk, 1).asked
    for _ in range(5):
        publisher(desk).one_round(desk.clock.now())
    assert len(told(desk).to(asked)) == 1


def test_a_refused_message_takes_nobodys_minute(desk: Desk) -> None:
    desk.store.notice("a", "", "First.", NOON, people=[BEN])
    slack(desk).outcomes.append(Paced(2))
    publish(desk, 3)
    assert told(desk).when(BEN) == [NOON + timedelta(seconds=2)]


def test_a_message_of_unknown_outcome_takes_the_minute(desk: Desk) -> None:
    desk.store.notice("a", "", "First.", NOON, people=[BEN])
    slack(desk).outcomes.append(Unsure("timeout"))
    publish(desk, 1)
    desk.store.notice("b", "", "Second.", NOON, people=[BEN])
    publish(desk, 90)
    assert least_apart(desk, BEN) >= MINUTE


def test_redraws_are_no_new_messages(desk: Desk) -> None:
    cases(desk, 1)
    drafts(desk, 1)
    publish(desk, 1)
    slack(desk).updates = 0
    approve(desk, 1, by=draft_of(desk, 1).asked)
    publish(desk, 5)
    assert slack(desk).updates >= 3  # card, draft and the approver's own message


def test_steps_of_the_ladder_fold_as_reminders_do_for_people_and_the_leads_channel(desk: Desk) -> None:
    cases(desk, 30)
    for _ in range(60 * 3):
        publish(desk, 60)
        for _ in range(3):
            remind.remind(desk, desk.clock.now())
    steps = {its.level for n in range(1, 31) for its in desk.store.reminders_of(desk.store.case(n).promises[0].id)}
    assert steps >= {110, 150, 200}
    for who in (ANA, BEN, CARO, DEE, LEADS):
        assert least_apart(desk, who) >= MINUTE
    assert len(told(desk).to(LEADS)) <= 3
    assert "30 cases have nobody" in slack_text(desk, LEADS)


def test_nothing_of_the_leads_channel_waits_behind_what_is_a_minute_apart(desk: Desk) -> None:
    desk = replace(desk, policy=replace(desk.policy, leads_channel=CARE))
    cases(desk, 2)
    for minute in (110, 1):
        clock(desk).move(minutes=minute)
        remind.remind(desk, desk.clock.now())
    clock(desk).move(minutes=10)
    remind.remind(desk, desk.clock.now())
    publish(desk, 5)
    before = len(told(desk).to(CARE))
    receive(desk, a_post("900", "parcel?", by="late"))
    publish(desk, 2)
    assert len(told(desk).to(CARE)) == before + 1


# --- together ------------------------------------------------------------------------------------------------


def gathered(desk: Desk, count: int = 3, **how: str) -> str:
    """Send an approver several requests in one message; return the approver."""
    cases(desk, count)
    drafts(desk, *range(1, count + 1), **how)
    publish(desk, 70)
    asked = draft_of(desk, 1).asked
    assert len(told(desk).to(asked)) == 1
    return asked


def test_a_request_in_a_digest_can_be_decided_there(desk: Desk) -> None:
    asked = gathered(desk)
    (digest,) = told(desk).to(asked)
    assert digest.count("[ Approve & send ]") == 3
    assert digest.splitlines()[0] == f"@{BEN}, 3 messages for you since the last one:"
    approve(desk, 2, by=asked)
    publish(desk, 5)
    assert draft_of(desk, 2).state == DraftState.APPROVED
    assert slack_text(desk, asked).count("[ Approve & send ]") == 2


def test_what_a_digest_tells_is_never_posted_beside_it(desk: Desk) -> None:
    asked = gathered(desk)
    approve(desk, 2, by=asked)
    receive(desk, a_post("900", "Still nothing", by="c3", root="103"))
    publish(desk, 300)
    assert len(told(desk).to(asked)) == 1


def test_what_was_settled_before_it_was_told_is_left_out(desk: Desk) -> None:
    cases(desk, 3)
    drafts(desk, 1)
    publish(desk, 5)
    drafts(desk, 2, 3)
    asked = draft_of(desk, 1).asked
    for number in (2, 3):
        review.withdraw(desk, draft_of(desk, number).id, by=ANA, at=desk.clock.now())
    publish(desk, 120)
    assert len(told(desk).to(asked)) == 1


def test_more_requests_than_one_message_holds_come_a_minute_later(desk: Desk) -> None:
    cases(desk, 12)
    drafts(desk, *range(1, 13))
    publish(desk, 200)
    asked = draft_of(desk, 1).asked
    assert [said.count("[ Approve & send ]") for said in told(desk).to(asked)] == [5, 5, 2]


def test_words_that_are_to_be_approved_are_shown_whole_or_in_the_thread(desk: Desk) -> None:
    street(desk).limit = 3_000
    long = ("We are very sorry. " * 150).strip()
    asked = gathered(desk, 5, text=long)
    (digest,) = told(desk).to(asked)
    assert digest.count("[ Approve & send ]") == sum(f"{long} {n}" in digest for n in range(1, 6)) == 2
    assert digest.count("[ Open ]") >= 3
    assert all(f"ase {n}" in digest for n in range(1, 6))


def test_a_turn_that_somebody_is_asked_to_take_can_be_taken_from_a_digest(desk: Desk) -> None:
    begins, ends = NOON + timedelta(hours=5), NOON + timedelta(hours=9)
    desk.store.notice("n", "", "Something else.", NOON, people=[BEN])
    swap = desk.store.add_swap(Swap(asker=ANA, taker=BEN, begins=begins, ends=ends, asked_at=NOON))
    assert swap is not None
    publish(desk, 1)
    assert "[ I take it ]" in slack_text(desk, BEN)
    swaps.accept(desk, swap.id, by=BEN, at=desk.clock.now())
    publish(desk, 120)
    assert len(told(desk).to(BEN)) == 1
    assert "You take Ana's turn" in slack_text(desk, BEN)


def test_a_digest_follows_what_becomes_of_its_reminders(desk: Desk) -> None:
    numbers = cases(desk, 5)
    for number in numbers:
        casework.claim(desk, number, by=ANA, at=desk.clock.now())
    clock(desk).move(minutes=31)
    remind.remind(desk, desk.clock.now())
    publish(desk, 5)
    assert "5 cases wait for you" in slack_text(desk, ANA)
    casework.assign(desk, 1, to=BEN, by=BEN, at=desk.clock.now())
    publish(desk, 35)
    assert "4 cases wait for you" in slack_text(desk, ANA)


def test_one_message_that_cannot_be_drawn_spoils_no_other(desk: Desk, store: SqlStore) -> None:
    desk.store.notice("a", "", "First.", NOON, people=[BEN])
    desk.store.notice("b", "", "Second.", NOON, people=[BEN])
    with store.transaction():
        store.engine.run("UPDATE notices SET pieces = 'odd' WHERE key = 'a'")
    publish(desk, 5)
    assert "A message of the desk cannot be shown here" in slack_text(desk, BEN)
    assert "Second." in slack_text(desk, BEN)


def test_the_minute_begins_when_slack_has_taken_a_message(desk: Desk) -> None:
    desk.store.notice("a", "", "First.", NOON, people=[BEN])
    slow = told(desk)
    usual = slow.keep

    def keep(*args: str) -> Posted:
        clock(desk).move(seconds=3)
        return usual(*args)  # type: ignore[arg-type]

    slow.keep = keep  # type: ignore[method-assign, assignment]
    publish(desk, 1)
    slow.keep = usual  # type: ignore[method-assign]
    desk.store.notice("b", "", "Second.", NOON, people=[BEN])
    publish(desk, 90)
    assert told(desk).when(BEN) == [NOON + timedelta(seconds=3), NOON + timedelta(seconds=63)]


def test_what_is_told_in_the_turn_of_age_may_be_told_now(desk: Desk) -> None:
    """Messages to the leads' channel by name have a separate list, but the same room."""
    desk = replace(desk, policy=replace(desk.policy, routes=(), channel=LEADS))
    an_hour_ago = NOON - timedelta(hours=1)
    desk.store.notice("a", "", "The first by its name.", an_hour_ago, people=[LEADS])
    publish(desk, 1)
    desk.store.notice("b", "", "The second by its name.", an_hour_ago, people=[LEADS])
    receive(desk, a_post("900", "For all.", by="late"))
    clock(desk).move(seconds=2)
    one = publisher(desk)
    one.told_in["all"], one.told_in[LEADS] = 0, AGE_EVERY - 1
    one.one_round(one.desk.clock.now())
    first, second = told(desk).to(LEADS)
    assert first == "The first by its name."
    assert "For all." in second


# --- notices in a channel ------------------------------------------------------------------------------------


def test_notices_in_the_leads_channel_are_a_minute_apart_and_gather(desk: Desk) -> None:
    for n in range(4):
        desk.store.notice(f"note {n}", LEADS, f"Note {n}.", desk.clock.now())
        publish(desk, 5)
    assert told(desk).to(LEADS) == ["Note 0."]
    publish(desk, 62)
    _, second = told(desk).to(LEADS)
    assert second.splitlines()[0] == "3 messages since the last one:"
    assert [f"Note {n}." in second for n in range(4)] == [False, True, True, True]


def test_a_notice_is_said_otherwise_where_it_was_gathered(desk: Desk) -> None:
    for n in range(3):
        desk.store.notice(f"note {n}", LEADS, f"Note {n}.", desk.clock.now())
        publish(desk, 5)
    publish(desk, 62)
    desk.store.notice_anew("note 2", "It is over.", desk.clock.now())
    publish(desk, 5)
    assert "It is over." in slack_text(desk, LEADS)
    assert "Note 2." not in slack_text(desk, LEADS)
    assert len(told(desk).to(LEADS)) == 2


def test_a_notice_waits_for_its_channel_until_that_is_mended(desk: Desk) -> None:
    slack(desk).outcomes.append(NotPosted("not_in_channel"))
    desk.store.notice("note", LEADS, "Note.", desk.clock.now())
    publish(desk, 5)
    assert told(desk).to(LEADS) == []
    publish(desk, 11 * 60)
    assert told(desk).to(LEADS) == ["Note."]


# --- what waits, as it is counted ----------------------------------------------------------------------------


def waits(desk: Desk) -> list[str]:
    tally = status(desk, desk.clock.now())
    return [str(tally.untold), *("".join(map(str, one)) for one in tally.held)]


def test_what_waits_for_its_minute_does_not_count_as_waiting_for_slack(desk: Desk) -> None:
    assert waits(desk) == ["0"]
    for n in range(3):
        desk.store.notice(f"note {n}", "", f"Note {n}.", desk.clock.now(), people=[BEN])
        assert waits(desk)[0] == str(int(n == 0))
        publish(desk, 5)
    assert waits(desk) == ["0", "2 messages are waiting: people and channels get at most one a minute"]
    publish(desk, 62)
    assert waits(desk) == ["0"]

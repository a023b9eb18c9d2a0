"""A reply counts from when it was public, also when it is found later: for promises, reports and the card."""

from datetime import datetime, timedelta

import pytest

from bot.domain.base.tables import CaseState, DraftState, DraftVerb, FactVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import PostRef
from bot.domain.promises.report import Milestone, Verdict, reached, verdict
from bot.domain.promises.spoken_promise import Spoken
from bot.gateways.drawing import draw
from bot.ports import Desk, OutcomeLost, Sent
from bot.services.reminders import remind
from bot.services.replies import by_hand as settling
from bot.services.replies import review, sending
from bot.services.replies.review import Words
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, DEE, NOON, FakeNetwork, a_desk, a_post, our_post
from tests.services.journey import (
    WORDS,
    a_case,
    approve,
    approved,
    by_hand,
    clock,
    draft_of,
    only_case,
    receive,
    send,
    street,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SENT_AT, PUBLIC_AT, FOUND_AT = NOON + 20 * MINUTE, NOON + 20 * MINUTE + timedelta(seconds=4), NOON + 3 * HOUR


def lost(desk: Desk) -> None:
    """Send a reply in time whose answer is lost; the promise lapses while the outcome is unknown."""
    if only_case(desk).draft is None:
        review.begin_writing(desk, 1, by=ANA, at=NOON)
        review.submit(desk, 1, Words(text=WORDS), by=ANA, at=NOON)
    clock(desk).at = SENT_AT
    approve(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send(desk)
    clock(desk).at = NOON + 61 * MINUTE
    remind.remind(desk, desk.clock.now())
    lapsed = only_case(desk).promise
    assert lapsed is not None
    assert lapsed.lapsed_at == NOON + HOUR
    clock(desk).at = FOUND_AT


def found(desk: Desk, says_at: datetime | None) -> Case:
    street(desk).says_at = says_at
    sending.check_due_outcomes(desk, desk.clock.now())
    assert draft_of(desk).state == DraftState.SENT
    return only_case(desk)


def seen(desk: Desk, posted_at: datetime) -> Case:
    receive(desk, our_post("9000", WORDS, to="100", root="100", at=posted_at), stream="own")
    assert draft_of(desk).state == DraftState.SENT
    return only_case(desk)


def kept_in_time(desk: Desk, case: Case) -> bool:
    assert case.promise is not None
    return verdict(case.promise, desk.policy.hours, desk.clock.now()) == Verdict.KEPT


@pytest.mark.parametrize("settled", [found, seen])
def test_a_lost_reply_found_after_hours_kept_the_promise_that_it_was_public_for(desk: Desk, settled) -> None:  # type: ignore[no-untyped-def]
    a_case(desk)
    lost(desk)
    case = settled(desk, PUBLIC_AT)
    assert (case.state, case.first_response_at, case.answered_at) == (CaseState.PENDING, PUBLIC_AT, PUBLIC_AT)
    assert kept_in_time(desk, case)
    card = desk.store.card(1)
    assert card is not None
    assert "answered in 20 min ·" in read(draw(desk, card, desk.clock.now())[0]).lower()  # type: ignore[index]


def test_the_audit_trail_says_when_it_was_found_and_the_report_when_it_was_public(desk: Desk) -> None:
    a_case(desk)
    lost(desk)
    found(desk, PUBLIC_AT)
    line = next(one for one in desk.store.audit("case:1") if one.verb == DraftVerb.DELIVERED)
    assert (line.at, line.facts["public"]) == (FOUND_AT, PUBLIC_AT.isoformat())
    (track,) = desk.store.tracks(NOON, FOUND_AT + MINUTE)
    assert reached(track)[Milestone.REPLIED] == PUBLIC_AT


def test_our_own_post_stands_in_the_conversation_where_it_was_made(desk: Desk) -> None:
    a_case(desk)
    lost(desk)
    found(desk, PUBLIC_AT)
    assert [one.posted_at for one in desk.store.mentions(1)] == [NOON, PUBLIC_AT]


@pytest.mark.parametrize(
    ("says_at", "counts"),
    [(None, SENT_AT), (SENT_AT - HOUR, SENT_AT), (FOUND_AT + HOUR, FOUND_AT)],
    ids=["the network does not say", "before it was sent", "later than now"],
)
def test_what_the_network_says_counts_between_the_attempt_and_now(
    desk: Desk, says_at: datetime | None, counts: datetime
) -> None:
    a_case(desk)
    lost(desk)
    assert found(desk, says_at).answered_at == counts


def test_a_reply_that_was_public_too_late_stays_a_miss(desk: Desk) -> None:
    a_case(desk)
    lost(desk)
    assert not kept_in_time(desk, found(desk, NOON + 61 * MINUTE))


def test_a_length_that_a_lost_reply_promised_counts_from_when_it_is_public(desk: Desk) -> None:
    a_case(desk)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    length = Spoken(phrase="within 4 hours", due_at=NOON + 4 * HOUR, within=4 * HOUR)
    review.submit(desk, 1, Words(text=WORDS, spoken=length), by=ANA, at=NOON)
    lost(desk)
    case = found(desk, PUBLIC_AT)
    assert case.spoken is not None
    assert (case.spoken.started_at, case.due_at) == (PUBLIC_AT, PUBLIC_AT + 4 * HOUR)


class Overtaken(FakeNetwork):
    """A network on which, during the read, the timeline delivers the reply and a later answer."""

    desk: Desk

    def find_reply(self, target: PostRef, text: str, since: datetime, key: str = "") -> Sent | None:
        now = self.desk.clock.now()
        receive(self.desk, our_post("9000", WORDS, to="100", root="100", at=PUBLIC_AT), stream="own")
        receive(self.desk, a_post("101", "and now?", root="100", at=now))
        receive(self.desk, our_post("9100", "By noon.", to="101", root="100", at=now), stream="own")
        return super().find_reply(target, text, since, key)


def test_what_a_reply_promised_is_promised_once_however_often_it_is_found(store: SqlStore) -> None:
    network = Overtaken()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    a_case(desk)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    length = Spoken(phrase="within 4 hours", due_at=NOON + 4 * HOUR, within=4 * HOUR)
    review.submit(desk, 1, Words(text=WORDS, spoken=length), by=ANA, at=NOON)
    lost(desk)
    sending.check_due_outcomes(desk, desk.clock.now())
    assert [line.verb for line in desk.store.audit("case:1")].count(FactVerb.PROMISED) == 1
    assert only_case(desk).due_at is None


def test_a_reply_posted_by_hand_counts_from_when_it_stands_on_our_timeline(desk: Desk) -> None:
    by_hand(desk)
    case = seen(desk, clock(desk).move(minutes=30) - 20 * MINUTE)
    assert case.answered_at == NOON + 10 * MINUTE


def test_a_persons_word_counts_from_when_they_give_it(desk: Desk) -> None:
    approved(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    send(desk)
    now = clock(desk).move(minutes=30)
    link = "https://x.example/northwind/status/9000"
    assert settling.seen_by_hand(desk, draft_of(desk).id, link, by=DEE, at=now).answered_at == now
    assert [one.posted_at for one in desk.store.mentions(1)] == [NOON, now]


def test_an_answer_that_came_at_once_counts_from_then(desk: Desk) -> None:
    approved(desk)
    assert send(desk).answered_at == desk.clock.now()
    line = next(one for one in desk.store.audit("case:1") if one.verb == DraftVerb.DELIVERED)
    assert "public" not in line.facts


def test_an_answer_from_the_phone_read_late_counts_from_when_it_was_posted(desk: Desk) -> None:
    a_case(desk)
    phone = our_post("555", "Sorted it by phone", to="100", root="100", at=NOON + 38 * MINUTE)
    clock(desk).at = NOON + 61 * MINUTE
    remind.remind(desk, desk.clock.now())
    clock(desk).at = FOUND_AT
    receive(desk, phone, stream="own")
    case, [track] = only_case(desk), desk.store.tracks(NOON, NOON + 24 * HOUR)
    assert case.answered_at == NOON + 38 * MINUTE
    assert kept_in_time(desk, case)
    assert reached(track)[Milestone.REPLIED] == NOON + 38 * MINUTE
    assert desk.store.audit("case:1")[-1].at == FOUND_AT


def test_an_older_answer_that_is_read_later_does_not_take_the_place_of_a_newer_one(desk: Desk) -> None:
    a_case(desk)
    newer = our_post("556", "And the refund is on its way", to="100", root="100", at=NOON + 40 * MINUTE)
    older = our_post("555", "Sorted it by phone", to="100", root="100", at=NOON + 30 * MINUTE)
    clock(desk).at = NOON + HOUR
    receive(desk, newer, stream="own")
    receive(desk, older, stream="own")
    assert only_case(desk).answer_url == newer.url
    assert only_case(desk).answered_at == NOON + 40 * MINUTE

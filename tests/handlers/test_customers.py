"""What our own systems know of a customer, looked up from the card and by /care customer, for one person."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotYours
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import WhyMoved
from bot.domain.cases.customer import CustomerRecord
from bot.domain.mentions.segments import Segment, segment_by_record, segment_of
from bot.domain.team.people import Roster
from bot.ports import Turnaround
from bot.ports.customers import LookupTrouble
from bot.services.cases import casework
from bot.services.replies import review
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, NOON, POLICY, STAN, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, draft_of, receive, verbs, written

GOLD = CustomerRecord(facts={"plan": "Gold <!channel>"}, confirmed=True, spend=80, engagement=64, segment="advocate")
ADVOCATE = Segment(
    name="advocate", title="Advocate", recorded=True, approvers=frozenset({CARO}), next_step="Offer a call."
)
DESK = replace(
    POLICY,
    order_numbers=("NW-#####",),
    segments=(ADVOCATE,),
    turnarounds=(*POLICY.turnarounds, Turnaround(within=timedelta(minutes=5), segment="advocate")),
)


@dataclass
class Crm:
    """A source that answers what a test gives it, and records what it was asked."""

    orders: dict[str, list[CustomerRecord]] = field(default_factory=dict)
    handles: list[CustomerRecord] = field(default_factory=list)
    trouble: str = ""
    asked: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] = field(default=lambda: None)  # what happens while it is asked

    def by_order(self, number: str) -> Sequence[CustomerRecord]:
        return self._answer(number, self.orders.get(number, []))

    def by_handle(self, network: str, handle: str, author_id: str) -> Sequence[CustomerRecord]:
        return self._answer(f"{network} {handle} {author_id}", self.handles)

    def _answer(self, asked: str, found: list[CustomerRecord]) -> list[CustomerRecord]:
        self.asked.append(asked)
        self.meanwhile()
        if self.trouble:
            raise LookupTrouble(self.trouble)
        return found


@pytest.fixture
def crm() -> Crm:
    return Crm()


@pytest.fixture
def hands(fresh: Callable[[], SqlStore], crm: Crm) -> Hands:
    desk = a_desk(fresh(), policy=DESK, customers=crm)
    a_case(desk, "Where is NW-48213 @northwind")
    casework.claim(desk, 1, by=ANA, at=NOON)
    return Hands(desk)


def window(hands: Hands) -> str:
    """Return the words of the window that was drawn last."""
    return json.dumps(hands.form()["blocks"], ensure_ascii=False)


def looked(hands: Hands) -> list[tuple[str, dict[str, object]]]:
    lines = [one for one in hands.desk.store.audit("desk") if one.verb == "customer_looked_up"]
    return [(one.by, dict(one.facts)) for one in lines]


def test_a_press_opens_a_window_at_once_and_fills_it_when_the_system_has_answered(hands: Hands, crm: Crm) -> None:
    crm.orders["NW-48213"] = [GOLD]
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST))
    before = len(hands.chat.views)
    hands.submit(rest_choice=ids.MORE_CUSTOMER)
    first, last = hands.chat.views[before:]
    assert "Our systems are asked" in json.dumps(first["blocks"], ensure_ascii=False)
    assert "Gold" not in json.dumps(first)
    found = json.dumps(last["blocks"], ensure_ascii=False)
    assert all(
        one in found for one in ("order number NW-48213, from their words", "Gold", "72 of 100", "ask what only")
    )
    assert '"mrkdwn", "text": "Gold' not in found


def test_the_trail_says_who_looked_and_about_which_case_and_nothing_that_was_found(hands: Hands, crm: Crm) -> None:
    crm.orders["NW-48213"] = [GOLD]
    hands.command("customer 1")
    hands.submit(order_input="NW-77777")
    assert looked(hands) == [(ANA, {"case": 1}), (ANA, {"case": 1, "typed": True})]
    hands.publish()
    shown = str(list(hands.chat.messages.values()))
    assert "Gold" not in shown


def test_a_handle_counts_only_when_the_source_says_that_they_confirmed_it(hands: Hands, crm: Crm) -> None:
    crm.handles = [replace(GOLD, confirmed=False)]
    hands.command("customer 1")
    assert crm.asked == ["x priya id-priya", "NW-48213"]
    assert "Nobody has the order number NW-48213." in window(hands)
    crm.handles = [GOLD]
    hands.command("customer 1")
    assert "a handle that the customer confirmed to us" in window(hands)
    assert "ask what only" not in window(hands)


def test_nobody_is_guessed_where_several_match_or_several_numbers_were_written(hands: Hands, crm: Crm) -> None:
    crm.handles = [GOLD, GOLD]
    hands.command("customer 1")
    assert "so none of them is shown" in window(hands)
    crm.handles = []
    receive(hands.desk, a_post("101", "or NW-50001?", root="100"))
    hands.command("customer 1")
    assert "several order numbers: NW-48213, NW-50001" in window(hands)
    crm.orders["NW-50001"] = [GOLD]
    hands.submit(order_input="NW-50001")
    assert "order number NW-50001, as you typed it" in window(hands)


def test_a_system_that_does_not_answer_leaves_the_case_as_it_is_with_one_sentence(hands: Hands, crm: Crm) -> None:
    crm.trouble = "No answer came within 3 s."
    before = hands.desk.store.case(1)
    hands.command("customer 1")
    assert "No answer came within 3 s. The case goes on without it." in window(hands)
    assert hands.desk.store.case(1) == before


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (GUS, "full members of this workspace only"),
        (STAN, "another workspace"),
        (DEE, f"<@{ANA}> works on case 1"),
        (BEN, f"<@{ANA}> works on case 1"),
    ],
)
def test_whoever_does_not_work_on_the_case_sees_nothing_and_nobody_is_asked(
    hands: Hands, crm: Crm, by: str, said: str
) -> None:
    answer = hands.command("customer 1", by=by)
    whispered = hands.choose(ids.CASE_MORE, ids.menu_value(ids.MORE_CUSTOMER, card_value(hands)), by=by)
    assert said in answer["text"]
    assert said in whispered
    assert (crm.asked, hands.chat.views, looked(hands)) == ([], [], [])


def card_value(hands: Hands) -> str:
    return ids.button_value(ids.CASE, 1, hands.desk.store.case(1).version, hands.desk.secret)


def test_the_approver_of_a_draft_and_a_lead_see_the_record_too(hands: Hands, crm: Crm) -> None:
    hands.desk.take_over(
        replace(hands.desk.policy, roster=Roster(approvers=frozenset({APPROVERS}), leads=frozenset({DEE})))
    )
    written(hands.desk, 1)
    for who in (CARO, DEE):
        hands.command("customer 1", by=who)
    assert [who for who, _ in looked(hands)] == [CARO, DEE]


def test_an_unclaimed_or_an_ended_case_shows_nobodys_record(hands: Hands, crm: Crm) -> None:
    casework.release(hands.desk, 1, by=ANA, at=NOON)
    assert "Please claim it first" in hands.command("customer 1")["text"]
    casework.claim(hands.desk, 1, by=ANA, at=NOON)
    casework.solve(hands.desk, 1, by=ANA, at=NOON)
    assert "has ended" in hands.command("customer 1")["text"]
    assert crm.asked == []


def test_a_case_that_goes_to_somebody_else_while_the_system_is_asked_shows_nothing(hands: Hands, crm: Crm) -> None:
    crm.handles = [GOLD]
    crm.meanwhile = lambda: casework.assign(hands.desk, 1, to=BEN, by=ANA, at=NOON)
    hands.command("customer 1")
    assert "no longer yours, so nothing is shown" in window(hands)
    assert "Gold" not in str(hands.chat.views)
    assert hands.desk.store.case(1).segment == ""


def test_the_record_is_never_shared_with_the_channel(hands: Hands, crm: Crm) -> None:
    assert "leave out “share”" in hands.command("customer 1 share")["text"]
    assert crm.asked == []


def test_words_that_are_no_order_number_are_refused_in_the_window(hands: Hands, crm: Crm) -> None:
    hands.command("customer 1")
    assert "That is no order number" in str(hands.submit(order_input="Priya Nair"))
    assert "Please write an order number" in str(hands.submit(order_input=""))


def test_without_a_source_the_card_offers_no_such_thing(fresh: Callable[[], SqlStore]) -> None:
    desk = a_desk(fresh())
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    hands = Hands(desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST))
    assert "Customer" not in window(hands)
    assert "nothing to look up" in hands.command("customer 1")["text"]


# --- segments that come from records -------------------------------------------------------------------------


def test_a_look_puts_the_case_into_the_segment_of_the_record_with_its_promise_and_next_step(
    hands: Hands, crm: Crm
) -> None:
    crm.orders["NW-48213"] = [GOLD]
    before = hands.desk.store.case(1)
    hands.command("customer 1")
    case = hands.desk.store.case(1)
    assert (before.segment, case.segment, case.moved) == ("", "advocate", WhyMoved.SEGMENT)
    assert case.promise
    assert case.promise.due_at == NOON + timedelta(minutes=5)
    assert all(one in window(hands) for one in ("Advocate", "Offer a call."))
    assert hands.desk.store.audit("case:1")[-1].by == ANA
    hands.publish()
    assert any("Advocate" in one.text for one in hands.chat.messages.values())
    hands.command("customer 1")
    assert verbs(hands.desk).count("retimed") == 1


def test_the_segment_of_a_record_stays_until_records_decide_no_more_and_one_by_name_goes_before_it() -> None:
    reach = Segment(name="reach", title="Reach", followers_at_least=10_000)
    author = a_post("1", "x").author
    assert segment_of([ADVOCATE], "x", author, "advocate") == "advocate"
    assert segment_of([replace(ADVOCATE, recorded=False)], "x", author, "advocate") == ""
    assert segment_of([reach, ADVOCATE], "x", author, "advocate") == "reach"
    assert segment_of([ADVOCATE, reach], "x", author, "") == "reach"


def test_a_record_is_in_the_first_segment_that_it_names_or_whose_score_it_has() -> None:
    top = Segment(name="top", title="Top", score_at_least=90)
    loyal = Segment(name="loyal", title="Loyal", score_at_least=60)
    assert segment_by_record([top, loyal, ADVOCATE], GOLD) == "loyal"
    assert segment_by_record([top, ADVOCATE, loyal], GOLD) == "advocate"
    assert segment_by_record([top, loyal], replace(GOLD, spend=None)) == ""


def test_only_the_approvers_of_a_segment_let_out_a_reply_to_it(hands: Hands, crm: Crm) -> None:
    crm.orders["NW-48213"] = [GOLD]
    hands.command("customer 1")
    written(hands.desk, 1)
    draft = draft_of(hands.desk)
    assert draft.asked == CARO
    with pytest.raises(NotYours, match=f"Other approvers let out the replies to “Advocate”: <@{CARO}>"):
        review.approve(hands.desk, draft.id, by=BEN, at=NOON, version=draft.version, seen=draft.seen)
    review.approve(hands.desk, draft.id, by=CARO, at=NOON, version=draft.version, seen=draft.seen)
    assert draft_of(hands.desk).state == DraftState.APPROVED

"""Another team is asked about a case, answers into its thread, and is reminded once when its time has passed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.base.tables import CaseState
from bot.domain.slack.telling import TellingKind
from bot.ports import Desk, Message
from bot.services.cases import casework, inquiries
from storage import SqlStore
from tests.fakes import ANA, BEN, DEE, GUS, NOON, POLICY, STAN, a_desk, a_post, teammate
from tests.handlers.pressing import Hands
from tests.services.journey import a_case, clock, receive, verbs

BILLING = POLICY.other_teams[0]
QUESTION = "Was the second charge of order 77 taken back?"
ANSWER = "Yes, on Monday. It takes 3 days <!channel>"


@pytest.fixture
def hands(fresh: Callable[[], SqlStore]) -> Hands:
    desk = a_desk(fresh())
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)
    return Hands(desk)


def asked(hands: Hands) -> None:
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST))
    hands.submit(rest_choice=ids.MORE_INQUIRE)
    hands.submit(other_team_select="Billing", note_input=QUESTION)


def in_channel(desk: Desk, kind: TellingKind = TellingKind.INQUIRY) -> Message:
    return shown(desk, kind, BILLING.channel)


def shown(desk: Desk, kind: TellingKind, recipient: str = "") -> Message:
    """Return what Slack shows of the newest message of this kind to this reader."""
    found = [desk.store.telling_of(*key) for key in desk.chat.messages]  # type: ignore[attr-defined]
    mine = [one for one in found if one and (one.kind, one.recipient) == (kind, recipient)]
    newest = max(mine, key=lambda one: one.id)
    message: Message = desk.chat.messages[newest.channel, newest.ts]  # type: ignore[attr-defined]
    return message


def buttons(message: Message) -> set[str]:
    rows = [one for block in message.blocks if block["type"] == "actions" for one in block["elements"]]
    return {str(one["action_id"]) for one in rows}


def pressed(hands: Hands, action_id: str, by: str) -> str:
    value = ids.button_value(ids.INQUIRY, 1, 0, hands.desk.secret)
    return hands.press(action_id, value, by)


def test_the_question_goes_to_their_channel_with_the_customers_words_and_nothing_to_the_customer(
    hands: Hands,
) -> None:
    asked(hands)
    hands.publish()
    message = in_channel(hands.desk)
    assert "asks Billing about case 1" in message.text
    assert QUESTION in message.text
    assert "Charged twice and nobody answers" in message.text
    assert buttons(message) >= {ids.INQUIRY_ANSWER, ids.INQUIRY_WITHDRAW}
    assert "Waits for Billing, asked by Ana" in shown(hands.desk, TellingKind.CARD).text
    assert hands.desk.networks["x", "42"].published == []  # type: ignore[attr-defined]
    assert verbs(hands.desk)[-1] == "inquired"


def test_the_answer_comes_into_the_thread_and_to_whoever_asked(hands: Hands) -> None:
    asked(hands)
    hands.publish()
    pressed(hands, ids.INQUIRY_ANSWER, DEE)
    hands.submit(DEE, note_input=ANSWER)
    clock(hands.desk).move(minutes=2)
    hands.publish()
    assert "It takes 3 days" in shown(hands.desk, TellingKind.ANSWER).text
    assert "<!channel>" not in shown(hands.desk, TellingKind.ANSWER).text
    assert "answered your question about case 1" in shown(hands.desk, TellingKind.NEWS, ANA).text
    assert "It takes 3 days" in shown(hands.desk, TellingKind.NEWS, ANA).text
    settled = in_channel(hands.desk)
    assert not buttons(settled) & {ids.INQUIRY_ANSWER, ids.INQUIRY_WITHDRAW}
    assert "aits for Billing" not in shown(hands.desk, TellingKind.CARD).text
    assert hands.desk.store.case(1).due_at is not None  # the customer still waits


def test_a_second_answer_is_refused_with_the_name_of_the_first(hands: Hands) -> None:
    asked(hands)
    inquiries.answer(hands.desk, 1, text=ANSWER, by=DEE, at=NOON)
    assert f"<@{DEE}> has answered this already" in pressed(hands, ids.INQUIRY_ANSWER, BEN)


def test_what_is_not_needed_any_more_asks_nobody(hands: Hands) -> None:
    asked(hands)
    hands.publish()
    assert pressed(hands, ids.INQUIRY_WITHDRAW, ANA) == ""
    hands.publish()
    assert "no answer is needed any more" in in_channel(hands.desk).text
    assert ids.INQUIRY_ANSWER not in buttons(in_channel(hands.desk))


@pytest.mark.parametrize("ends", [casework.solve, lambda desk, case, *, by, at: casework.set_aside(
    desk, case, by=by, at=at, reason="", until=None)], ids=["solved", "set aside"])  # fmt: skip
def test_a_case_that_ends_asks_nothing_and_asks_again_when_it_comes_back(
    hands: Hands, ends: Callable[..., object]
) -> None:
    asked(hands)
    hands.publish()
    ends(hands.desk, 1, by=ANA, at=NOON)
    hands.publish()
    assert "has ended" in in_channel(hands.desk).text
    assert ids.INQUIRY_ANSWER not in buttons(in_channel(hands.desk))
    casework.reopen(hands.desk, 1, by=ANA, at=NOON)
    hands.publish()
    assert ids.INQUIRY_ANSWER in buttons(in_channel(hands.desk))


def test_a_team_that_does_not_answer_is_reminded_once_and_whoever_asked_hears_it(hands: Hands) -> None:
    asked(hands)
    hands.publish()
    assert inquiries.remind_teams(hands.desk, clock(hands.desk).move(minutes=119)) == 0
    assert inquiries.remind_teams(hands.desk, clock(hands.desk).move(minutes=1)) == 1
    assert inquiries.remind_teams(hands.desk, clock(hands.desk).move(minutes=5)) == 0
    hands.publish()
    late = in_channel(hands.desk, TellingKind.INQUIRY_LATE)
    assert "hoped for by" in late.text
    assert ids.INQUIRY_ANSWER in buttons(late)
    assert "did not answer your question about case 1" in shown(hands.desk, TellingKind.NEWS, ANA).text
    inquiries.answer(hands.desk, 1, text=ANSWER, by=DEE, at=clock(hands.desk).now())
    hands.publish()
    assert ids.INQUIRY_ANSWER not in buttons(in_channel(hands.desk, TellingKind.INQUIRY_LATE))


def test_the_same_question_sent_twice_is_asked_once(hands: Hands) -> None:
    for _ in range(2):
        inquiries.ask(hands.desk, 1, team="Billing", text=QUESTION, by=ANA, at=NOON)
    assert len(hands.desk.store.inquiries(1)) == 1


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"other_team_select": "Nobody", "note_input": QUESTION}, "choose the team"),
        ({"other_team_select": "Billing", "note_input": "  "}, "write what you want to know"),
    ],
)
def test_a_question_without_team_or_words_stays_in_its_form(hands: Hands, facts: dict[str, str], says: str) -> None:
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST))
    hands.submit(rest_choice=ids.MORE_INQUIRE)
    assert says in str(hands.submit(**facts))
    assert hands.desk.store.inquiries(1) == []


def test_whoever_reads_the_channel_may_answer_but_nobody_from_elsewhere(hands: Hands) -> None:
    asked(hands)
    roster = replace(hands.desk.policy.roster, team=frozenset({ANA}))
    hands = Hands(replace(hands.desk, policy=replace(hands.desk.policy, roster=roster)))
    hands.desk.store.put_people([teammate("U0ZOE", "Zoe")], [])
    assert pressed(hands, ids.INQUIRY_ANSWER, "U0ZOE") == ""
    assert hands.form()["callback_id"] == ids.INQUIRY_ANSWER_MODAL
    assert "another workspace" in pressed(hands, ids.INQUIRY_ANSWER, STAN)
    assert pressed(hands, ids.INQUIRY_ANSWER, GUS) == ""  # a guest of the channel


def test_private_messages_are_not_quoted_in_another_channel(fresh: Callable[[], SqlStore]) -> None:
    desk = a_desk(fresh())
    receive(desk, replace(a_post("100", "my card is 4000 1234"), private=True))
    hands = Hands(desk)
    inquiries.ask(desk, 1, team="Billing", text=QUESTION, by=ANA, at=NOON)
    hands.publish()
    message = in_channel(desk)
    assert "4000" not in f"{message.text} {message.blocks}"
    assert "Priya" not in f"{message.text} {message.blocks}"
    assert QUESTION in message.text


def test_the_card_of_an_ended_case_offers_no_question(hands: Hands) -> None:
    casework.solve(hands.desk, 1, by=ANA, at=NOON)
    assert hands.desk.store.case(1).state == CaseState.SOLVED
    offered = {option for _, option in hands.buttons()}
    assert ids.MORE_INQUIRE not in offered
    assert ids.MORE_REST not in offered

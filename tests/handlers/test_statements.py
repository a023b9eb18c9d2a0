"""A lead writes a statement in Slack, sees it as each account would post it, and a second person lets it out."""

import json

import pytest

from bot.blocks.base import ids
from bot.domain.replies.statement import Statement, StatementPost, StatementState
from bot.ports import EditTerms, Message, OutcomeLost
from bot.services.replies import statement_sending as sending
from tests.blocks.reading import read
from tests.blocks.walker import judge_message, judge_view
from tests.fakes import ANA, BEN, CARO, CorrectableNetwork, FakeNetwork, PostingNetwork, a_desk
from tests.handlers.pressing import Hands
from tests.services.journey import clock, everybody_is_known

LONG = "Our shop is down. We are on it, and say more here at noon. " * 6
SHORT = "Our shop is down. More here at noon. <!channel>"


@pytest.fixture
def hands(store) -> Hands:  # type: ignore[no-untyped-def]
    networks = {
        ("street", "1"): PostingNetwork(name="street", account="1", limit=500),
        ("x", "42"): PostingNetwork(),
        ("reviews", "7"): FakeNetwork(name="reviews", account="7"),
    }
    return Hands(a_desk(store, networks=networks))


def press(hands: Hands, action: str, by: str, number: int = 0) -> str:
    mark = hands.desk.store.statement(number).mark if number else ""
    return hands.press(action, ids.button_value(ids.STATEMENT, number, mark, hands.desk.secret), by)


def answer(hands: Hands, by: str = BEN) -> Message:
    said = hands.command("statements", by)
    message = Message(text=said["text"], blocks=said["blocks"])
    judge_message(message)
    return message


def put_up(hands: Hands) -> None:
    """Write a statement as Caro, look at it, and put it up for approval."""
    assert press(hands, ids.STATEMENT_WRITE, CARO) == ""
    judge_view(hands.form())
    seen = hands.submit(CARO, words_input=LONG, note_input=SHORT)["view"]
    judge_view(seen)
    for said in ("Street @northwind, 353 of 500 characters", "X @northwind, 47 of 280 characters", "is left out"):
        assert said in read(seen)
    assert hands.desk.store.statements(9) == []
    assert hands.submit(CARO, seen, words_input=LONG, note_input=SHORT) == {}


def test_a_statement_is_seen_as_each_account_posts_it_approved_by_a_second_person_and_taken_back(
    hands: Hands,
) -> None:
    put_up(hands)
    shown = answer(hands)
    assert "waits for approval" in read(shown)
    assert "X @northwind: Our shop is down." in shown.text
    assert "<!channel>" not in shown.text  # shown as text, and calls nobody
    assert "You wrote this statement" in press(hands, ids.STATEMENT_APPROVE, CARO, 1)
    press(hands, ids.STATEMENT_APPROVE, BEN, 1)
    assert "already" in press(hands, ids.STATEMENT_DECLINE, BEN, 1)
    assert sending.post_due_statements(hands.desk, hands.desk.clock.now()) == 2
    assert "X @northwind: public." in answer(hands).text
    assert "Take it back" not in read(answer(hands))
    assert "Take it back" in read(answer(hands, CARO))
    press(hands, ids.STATEMENT_TAKE_BACK, CARO, 1)
    assert "Statement 2: take statement 1 back" in read(answer(hands))
    press(hands, ids.STATEMENT_APPROVE, BEN, 2)
    assert sending.post_due_statements(hands.desk, hands.desk.clock.now()) == 2
    assert "X @northwind: taken back." in answer(hands).text
    assert '"url"' not in json.dumps(answer(hands).blocks), "no link leads to a post that is gone"


def test_what_is_changed_after_it_was_seen_is_shown_again_and_a_decline_lets_nothing_out(hands: Hands) -> None:
    press(hands, ids.STATEMENT_WRITE, CARO)
    seen = hands.submit(CARO, words_input=SHORT)["view"]
    again = hands.submit(CARO, seen, words_input=f"{SHORT} Sorry.")["view"]
    assert hands.desk.store.statements(9) == []
    assert hands.submit(CARO, again, words_input=f"{SHORT} Sorry.") == {}
    press(hands, ids.STATEMENT_DECLINE, BEN, 1)
    assert hands.desk.store.statement(1).state == StatementState.DECLINED
    assert "declined by" in read(answer(hands))


def test_a_statement_is_corrected_where_it_stands_once_the_new_words_are_approved(hands: Hands) -> None:
    changeable = CorrectableNetwork()
    networks = {("x", "42"): changeable, ("street", "1"): PostingNetwork(name="street", account="1")}
    hands.serve(a_desk(hands.desk.store, networks=networks))
    press(hands, ids.STATEMENT_WRITE, CARO)
    seen = hands.submit(CARO, words_input=SHORT)["view"]
    hands.submit(CARO, seen, words_input=SHORT)
    press(hands, ids.STATEMENT_APPROVE, BEN, 1)
    sending.post_due_statements(hands.desk, hands.desk.clock.now())
    assert "Only leads" in press(hands, ids.STATEMENT_CORRECT, ANA, 1)
    assert press(hands, ids.STATEMENT_CORRECT, CARO, 1) == ""
    judge_view(hands.form())
    assert SHORT in str(hands.form())  # what is public is where the correction begins
    errors = hands.submit(CARO, words_input=SHORT)["errors"]
    assert "public already" in str(errors)
    changeable.terms, whenever = EditTerms(hands.desk.clock.now()), changeable.terms
    said = str(hands.submit(CARO, words_input="Our shop is up."))
    assert "The time in which X lets a post be changed has passed." in said
    changeable.terms = whenever
    new = SHORT.replace("noon", "three")
    seen = hands.submit(CARO, words_input=new)["view"]
    judge_view(seen)
    assert "X @northwind, 48 of 280 characters" in read(seen)
    assert "Street @northwind keeps the words that it has." in read(seen)
    assert len(hands.desk.store.statements(9)) == 1
    assert hands.submit(CARO, seen, words_input=new) == {}
    for said in (read(answer(hands)), answer(hands).text):
        assert "Statement 2: correct statement 1" in said
        assert new.replace("<!channel>", "") in said.replace("<!channel>", "").replace("&lt;!channel&gt;", "")
        assert "instead of" in said
    press(hands, ids.STATEMENT_APPROVE, BEN, 2)
    sending.post_due_statements(hands.desk, hands.desk.clock.now())
    assert "X @northwind: public with these words." in answer(hands).text
    assert "X @northwind: corrected by statement 2, and has other words now." in answer(hands).text
    assert "take the statement back" in press(hands, ids.STATEMENT_CORRECT, CARO, 1)


def test_only_leads_write_and_what_is_too_long_is_refused_in_its_field(hands: Hands) -> None:
    assert "Only leads" in press(hands, ids.STATEMENT_WRITE, ANA)
    press(hands, ids.STATEMENT_WRITE, CARO)
    errors = hands.submit(CARO, words_input=LONG)["errors"]
    assert "73 characters too long for X @northwind" in errors["note"]


def test_a_desk_whose_accounts_only_answer_says_so(hands: Hands) -> None:
    hands.serve(a_desk(hands.desk.store))
    assert "No account of this desk can post a statement" in press(hands, ids.STATEMENT_WRITE, CARO)


def test_every_account_is_offered_however_many_there_are(hands: Hands) -> None:
    many = {("x", str(one)): PostingNetwork(account=str(one), handle=f"northwind{one}") for one in range(10, 35)}
    hands.serve(a_desk(hands.desk.store, networks=many))
    press(hands, ids.STATEMENT_WRITE, CARO)
    judge_view(hands.form())
    seen = hands.submit(CARO, words_input=SHORT)["view"]
    assert hands.submit(CARO, seen, words_input=SHORT) == {}
    assert len(hands.desk.store.statement(1).posts) == 25


def test_no_number_of_drafts_hides_what_is_public(hands: Hands) -> None:
    put_up(hands)
    press(hands, ids.STATEMENT_APPROVE, BEN, 1)
    sending.post_due_statements(hands.desk, hands.desk.clock.now())
    for number in range(2, 11):
        posts = [StatementPost(network="x", account="42", text=f"Down {number}.")]
        hands.desk.store.add_statement(Statement(by="source status-page", at=hands.desk.clock.now(), posts=posts))
        if number <= 6:
            press(hands, ids.STATEMENT_DECLINE, BEN, number)
    shown = answer(hands, CARO)
    assert [f"Statement {one}" in read(shown) for one in (7, 8, 9, 1)] == [True] * 4
    assert "Take it back" in read(shown)


def test_words_that_wait_for_approval_are_never_cut(hands: Hands) -> None:
    many = [StatementPost(network="x", account=str(one), text="w" * 1499 + str(one % 2)) for one in range(50)]
    for _ in range(4):
        hands.desk.store.add_statement(Statement(by=CARO, at=hands.desk.clock.now(), posts=many))
    shown = answer(hands)
    drawn = read(shown)
    assert drawn.count("w0") == drawn.count("w1") == str(shown.blocks).count(f"'{ids.STATEMENT_APPROVE}'") > 1


def test_what_nobody_knows_is_settled_in_a_form_by_whoever_looked_there(hands: Hands) -> None:
    network = hands.desk.networks["street", "1"]
    assert isinstance(network, PostingNetwork)
    network.outcomes = [OutcomeLost("No answer.")]
    put_up(hands)
    press(hands, ids.STATEMENT_APPROVE, BEN, 1)
    sending.post_due_statements(hands.desk, hands.desk.clock.now())
    assert "Say what you saw there" in read(answer(hands))
    assert press(hands, ids.STATEMENT_UNKNOWN, ANA, 1) == ""
    judge_view(hands.form())
    assert "Street @northwind" in read(hands.form())
    assert "link" in hands.submit(ANA, saw_choice=ids.IT_IS_THERE)["errors"]
    assert "late" in str(hands.submit(BEN, saw_choice=ids.IT_IS_MISSING)["errors"])
    link = "https://x.example/northwind/status/77"
    assert hands.submit(ANA, saw_choice=ids.IT_IS_THERE, link_input=link) == {}
    assert "Street @northwind: public. On Ana's word" in answer(hands).text
    assert "settled" in press(hands, ids.STATEMENT_UNKNOWN, ANA, 1)


def test_a_stale_statement_says_so_and_asks_before_it_is_approved(hands: Hands) -> None:
    put_up(hands)
    drawn_before = ids.button_value(ids.STATEMENT, 1, hands.desk.store.statement(1).mark, hands.desk.secret)
    clock(hands.desk).move(hours=5)
    everybody_is_known(hands.desk)
    shown = answer(hands)
    for said in (read(shown), shown.text):
        assert "Nobody has decided on it for 5 hours. Approve it only if it is still true." in said
    [approve] = [one for block in shown.blocks for one in block.get("elements", ()) if one.get("style") == "primary"]
    assert approve["action_id"] == ids.STATEMENT_APPROVE_SURE
    assert "Is it still true?" in str(approve["confirm"])
    assert "confirm that it is still true" in hands.press(ids.STATEMENT_APPROVE, drawn_before, BEN)
    press(hands, ids.STATEMENT_APPROVE_SURE, BEN, 1)
    assert hands.desk.store.statement(1).state == StatementState.APPROVED

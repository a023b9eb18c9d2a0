"""A system of ours brings drafts of statements: signed, each event once, and never posted without an approval."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.replies.statement import StatementState
from bot.gateways.networks.webhook_format import signing_headers
from bot.gateways.statement_inbox import MOST_BYTES, StatementInbox
from bot.services.replies import statement_deciding as deciding
from bot.services.replies import statement_sending as sending
from handlers.webhooks import Webhooks
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import BEN, CARO, FakeNetwork, PostingNetwork, a_desk
from tests.handlers.pressing import Hands
from tests.handlers.test_statements import answer
from tests.handlers.test_webhooks import REAL, Line
from tests.services.journey import notices

SECRET = "s" * 32
WHERE = "/webhooks/statements/status-page"
LONG = "Our shop is down. We are on it, and say more here at noon. " * 6


@pytest.fixture
def line(store: SqlStore) -> Line:
    networks = {
        ("street", "1"): PostingNetwork(name="street", account="1", limit=500),
        ("x", "42"): PostingNetwork(),
        ("reviews", "7"): FakeNetwork(name="reviews", account="7"),
    }
    found = Line(a_desk(store, networks=networks))
    takers: dict[tuple[str, str], Any] = {("statements", "status-page"): StatementInbox("status-page", SECRET)}
    found.app = Webhooks(found.desk, takers, lambda *_: None, lambda: REAL)
    return found


def bring(line: Line, secret: str = SECRET, late: int = 0, **told: object) -> tuple[int, str]:
    return send(line, json.dumps(told).encode(), secret, late)


def send(line: Line, body: bytes, secret: str = SECRET, late: int = 0) -> tuple[int, str]:
    status, said = line.send(body, signing_headers(secret, body, REAL - timedelta(minutes=late)), WHERE)
    return status, said.decode()


def test_what_a_source_brings_waits_for_an_approval_and_names_the_source(line: Line) -> None:
    status, said = bring(line, event="inc-1", text=LONG, short="Our shop is down. <!channel>")
    assert (status, said) == (200, "Statement 1 waits for people to decide, or they did.")
    desk = line.desk
    assert (sending.post_due_statements(desk, desk.clock.now()), line.desk.store.statement(1).source) == (
        0,
        "status-page",
    )
    [told] = [said for _, said in notices(desk)]
    assert told.startswith("“status-page” brought a statement for Street @northwind, X @northwind. Somebody decides")
    [noted] = [one for one in desk.store.audit("desk") if one.verb == "statement_proposed"]
    assert (noted.by, noted.facts["event"]) == ("source status-page", "inc-1")
    shown = answer(Hands(desk), CARO)
    assert "brought by status-page" in read(shown)
    assert "brought by status-page" in shown.text
    found = desk.store.statement(1)
    deciding.decide_on_statement(desk, 1, mark=found.mark, approves=True, by=BEN, at=desk.clock.now())
    assert sending.post_due_statements(desk, desk.clock.now()) == 2


def test_an_event_that_is_delivered_again_makes_no_second_statement_whatever_became_of_it(line: Line) -> None:
    first = bring(line, event="inc-1", text="We are down.")
    assert bring(line, event="inc-1", text="We are down, still.") == first
    found = line.desk.store.statement(1)
    deciding.decide_on_statement(line.desk, 1, mark=found.mark, approves=False, by=BEN, at=line.desk.clock.now())
    assert bring(line, event="inc-1", text="We are down.") == first
    assert [one.state for one in line.desk.store.statements(9)] == [StatementState.DECLINED]
    assert bring(line, event="inc-2", text="We are down.")[0] == 200


def test_what_is_not_signed_with_our_secret_in_our_time_is_refused_in_a_sentence(line: Line) -> None:
    for refused in (
        bring(line, "x" * 32, event="e", text="We are down."),
        bring(line, late=6, event="e", text="We are down."),
        bring(line, late=-6, event="e", text="We are down."),
    ):
        assert refused[0] == 401
        assert "signature or its time is wrong" in refused[1]
    assert line.send(b"{}", {}, WHERE)[0] == 401
    assert line.send(b"{}", {}, WHERE + "s")[0] == 404
    assert line.send(b"{" * 1_000_001, {}, WHERE) == (413, b"Nothing was taken. This is too long.")
    assert (line.desk.store.statements(9), notices(line.desk)) == ([], [])


def test_all_that_is_wrong_with_a_request_is_said_at_once_and_leads_hear_of_it_once(line: Line) -> None:
    status, said = bring(line, event="a b", text=" ", short=7)
    assert status == 400
    assert [one in said for one in ("“event” has to", "“text” has to", "“short” has to")] == [True, True, True]
    [told] = [one for _, one in notices(line.desk)]
    assert told.startswith("“status-page” brought a statement, and it was refused: Nothing was taken. “event” has")
    for _ in range(20):
        bring(line, event="a b", text=" ", short=7)
    [told] = [one for _, one in notices(line.desk)]
    assert told.startswith("“status-page” brought 21 statements that were refused since ")
    for body in (b"[]", b"{", b'{"event": "e", "text": "\xff"}', b"", b"[" * 5_000):
        assert "no JSON object in UTF-8" in send(line, body)[1]
    assert "longer than" in send(line, b" " * (MOST_BYTES + 1))[1]
    for wrong in ("We are back [by when].", "Sorry @priya.", "w" * 1_501):
        assert bring(line, event="e", text=wrong)[0] == 400
    assert line.desk.store.statements(9) == []
    assert bring(line, event="e", text="We are down.")[0] == 200


def test_a_refused_statement_is_told_anew_where_it_is_another_one_or_stays_refused(line: Line) -> None:
    def told_after(minutes: int, event: str) -> int:
        line.desk.clock.move(minutes=minutes)  # type: ignore[attr-defined]
        assert bring(line, event=event, text="Sorry @priya.")[0] == 400
        return len(notices(line.desk))

    assert [told_after(*one) for one in ((0, "a"), (9, "a"), (0, "b"), (10, "c"), (50, "c"), (10, "c"))] == [
        *(1, 1, 1),  # within ten minutes one message counts all
        2,  # another one, later
        *(2, 3),  # the same one again and again: a message an hour
    ]


def test_of_many_statements_of_one_source_that_wait_one_message_an_hour_counts_all(line: Line) -> None:
    for number in range(20):
        bring(line, event=f"e{number}", text=f"Line {number} is down.")
    [told] = [one for _, one in notices(line.desk)]
    assert told.startswith("“status-page” brought 20 statements since ")
    assert "Somebody decides on them with /care statements." in told
    line.desk.clock.move(minutes=61)  # type: ignore[attr-defined]
    bring(line, event="later", text="The door is down.")
    assert len(notices(line.desk)) == 2
    assert len(line.desk.store.statements(99, waiting=True)) == 21


def test_an_account_without_room_is_left_out_and_named(line: Line) -> None:
    assert bring(line, event="e", text=LONG)[0] == 200
    assert [one.network for one in line.desk.store.statement(1).posts] == ["street"]
    [told] = [one for _, one in notices(line.desk)]
    assert "73 characters too long for X @northwind. That account is left out." in told
    status, said = bring(line, event="f", text="w" * 501)
    assert (status, "too long for Street" in said, "too long for X" in said) == (400, True, True)


def test_a_source_is_not_told_to_fill_in_a_form(line: Line) -> None:
    _, said = bring(line, event="f", text="w" * 501)
    assert said.endswith("Send a “short” that has room on at least one account.")
    line.desk.networks.clear()  # type: ignore[attr-defined]
    assert bring(line, event="g", text="We are down.") == (400, "No account of this desk can post a statement.")


def test_words_that_another_statement_says_now_are_refused_with_where_it_stands(line: Line) -> None:
    bring(line, event="e", text="We are down.")
    assert bring(line, event="f", text="We are down.") == (
        400,
        "Statement 1 says the same. Street @northwind: waits for approval.",
    )

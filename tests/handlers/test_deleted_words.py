"""The words of a post that its author deleted are gone from every message in Slack, and from every answer."""

from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.slack.telling import TellingKind
from bot.ports import Batch
from bot.services.cases import inquiries
from bot.services.mentions import intake
from bot.services.reminders import remind
from bot.services.replies import review
from storage import SqlStore
from tests.fakes import ANA, BEN, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import clock, everybody_is_known, receive, street, written

WORD = "zanzibar"
TEXT = f"Charged twice for {WORD} and nobody answers @northwind"


@pytest.fixture
def hands(store: SqlStore) -> Hands:
    return Hands(a_desk(store))


def deleted(hands: Hands, *posts: str) -> None:
    desk = hands.desk
    intake.receive(desk, street(desk), "mentions", Batch(deletions=posts), desk.clock.now())
    hands.publish()


def shown(hands: Hands) -> str:
    return str([(one.text, one.blocks) for one in hands.chat.messages.values()])


def kinds(hands: Hands) -> set[TellingKind]:
    found = set()
    for number in range(1, 500):
        try:
            found.add(hands.desk.store.telling(number).kind)
        except Exception:
            break
    return found


def lived_through(hands: Hands) -> None:
    """Let a case go through what makes messages that quote it: drafts, news, reminders, a question, further posts."""
    desk = hands.desk
    receive(desk, a_post("100", TEXT))
    inquiries.ask(desk, 1, team="Billing", text="Was it taken back?", by=ANA, at=desk.clock.now())
    written(desk, 1)
    hands.publish()
    review.request_changes(desk, desk.store.case(1).draft.id, version=1, note="Kinder", by=BEN, at=desk.clock.now())  # type: ignore[union-attr]
    review.submit(desk, 1, review.Words(text="We are so sorry. ^AN", replaces=1), by=ANA, at=desk.clock.now())
    for number in range(3):
        clock(desk).move(minutes=11)
        receive(desk, a_post(str(101 + number), f"{TEXT} {number}", root="100", at=desk.clock.now()))
        remind.remind(desk, desk.clock.now())
        hands.publish()
    for _ in range(4):
        clock(desk).move(minutes=31)
        remind.remind(desk, desk.clock.now())
        inquiries.remind_teams(desk, desk.clock.now())
        hands.publish()
    everybody_is_known(desk)


def test_no_message_that_stands_in_slack_keeps_them(hands: Hands) -> None:
    lived_through(hands)
    there = {
        TellingKind.CARD, TellingKind.MENTION, TellingKind.DRAFT, TellingKind.ASK, TellingKind.BACK, TellingKind.NEWS,
        TellingKind.REMINDER, TellingKind.DIRECT_REMINDER, TellingKind.INQUIRY, TellingKind.INQUIRY_LATE,
    }  # fmt: skip
    assert kinds(hands) >= there
    assert WORD in shown(hands)
    deleted(hands, "100", "101", "102", "103")
    assert WORD not in shown(hands)


def test_what_the_author_did_not_delete_stays(hands: Hands) -> None:
    receive(hands.desk, a_post("100", TEXT), a_post("101", "Still nothing @northwind", root="100"))
    hands.publish()
    deleted(hands, "100")
    assert WORD not in shown(hands)
    assert "Still nothing" in shown(hands)


@pytest.mark.parametrize(
    "asked", ["queue", "mine", "case 1", "find priya", "close-day", "topics", "set-aside", "next", "find zanzibar"]
)
def test_no_answer_of_care_has_them(hands: Hands, asked: str) -> None:
    receive(hands.desk, a_post("100", TEXT))
    while hands.desk.store.index_words():
        pass
    deleted(hands, "100")
    answer = str(hands.command(asked))
    assert WORD not in answer.replace("Cases with “zanzibar”", "")
    if asked == "find zanzibar":
        while hands.desk.store.index_words():
            pass
        assert "Case 1" not in answer


def test_the_customers_history_has_them_no_more(hands: Hands) -> None:
    receive(hands.desk, a_post("100", TEXT))
    clock(hands.desk).move(days=1)
    everybody_is_known(hands.desk)
    receive(hands.desk, replace(a_post("200", "Charged again @northwind"), posted_at=hands.desk.clock.now()))
    case = hands.desk.store.case(2)
    value = ids.button_value(ids.CASE, case.id, case.version, hands.desk.secret)
    assert WORD in hands.press(ids.CASE_EARLIER, value)
    deleted(hands, "100")
    assert WORD not in hands.press(ids.CASE_EARLIER, value)


def test_a_light_mention_has_them_no_more(hands: Hands) -> None:
    receive(hands.desk, a_post("700", f"@northwind thank you {WORD}"))
    hands.publish()
    deleted(hands, "700")
    clock(hands.desk).move(minutes=2)
    hands.publish()
    assert WORD not in shown(hands)


def test_neither_has_the_store(hands: Hands, store: SqlStore) -> None:
    receive(hands.desk, a_post("100", TEXT, raw=TEXT.encode()))
    while store.index_words():
        pass
    deleted(hands, "100")
    tables = [name for (name,) in store.engine.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        if table.startswith("mention_words"):  # the engine's own pages, which it writes anew when it merges them
            continue
        assert WORD not in str(store.engine.rows(f"SELECT * FROM {table}")), table

"""A case in a language that not everybody reads: who can read it is asked with one click, and it is said in time."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.slack.telling import TellingKind
from bot.domain.team.skills import Skill
from bot.ports import Desk
from bot.services.cases import casework
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, DEE, NOON, POLICY, a_desk, a_post
from tests.handlers.pressing import Hands
from tests.handlers.test_inquiries import shown
from tests.services.journey import receive

ENGLISH = Skill(people=frozenset({ANA, BEN, CARO}), languages=frozenset({"en"}))
SPANISH = Skill(people=frozenset({DEE}), languages=frozenset({"en", "es"}))
BEN_TOO = Skill(people=frozenset({BEN}), languages=frozenset({"es"}))


def a_spanish_case(store: SqlStore, *skills: Skill, language: str = "es") -> Desk:
    desk = a_desk(store, policy=replace(POLICY, skills=[ENGLISH, SPANISH, *skills]))
    receive(desk, replace(a_post("100", "Mi paquete no ha llegado"), language=language))
    casework.claim(desk, 1, by=ANA, at=NOON)
    return desk


def chosen(hands: Hands, option: str) -> str:
    case = hands.desk.store.case(1)
    value = ids.button_value(ids.CASE, case.id, case.version, hands.desk.secret)
    return hands.choose(ids.CASE_MORE, ids.menu_value(option, value))


def test_a_colleague_who_reads_it_is_asked_with_one_click_and_answers_into_the_thread(
    fresh: Callable[[], SqlStore],
) -> None:
    hands = Hands(a_spanish_case(fresh()))
    hands.publish()
    chosen(hands, ids.MORE_REST)
    assert "Ask Dee, who reads Spanish" in str(hands.form())
    assert chosen(hands, ids.MORE_READER) == ""
    hands.publish()
    asked = shown(hands.desk, TellingKind.INQUIRY, DEE)
    assert "asks Dee about case 1" in asked.text
    assert "Mi paquete no ha llegado" in asked.text
    hands.press(ids.INQUIRY_ANSWER, ids.button_value(ids.INQUIRY, 1, 0, hands.desk.secret), DEE)
    hands.submit(DEE, note_input="The parcel has not arrived.")
    hands.publish()
    assert "has not arrived" in shown(hands.desk, TellingKind.ANSWER).text


@pytest.mark.parametrize("language", ["en", "", "und"])
def test_what_everybody_reads_and_what_nobody_can_tell_asks_nobody(
    fresh: Callable[[], SqlStore], language: str
) -> None:
    hands = Hands(a_spanish_case(fresh(), language=language))
    assert "Nobody else here is named as a reader" in chosen(hands, ids.MORE_READER)
    assert hands.desk.store.inquiries(1) == []


@pytest.mark.parametrize(
    ("skills", "says"), [([], "No approver reads Spanish"), ([BEN_TOO], "")], ids=["no approver", "Ben does"]
)
def test_the_reply_form_says_before_anything_is_written_that_no_approver_can_read_it(
    fresh: Callable[[], SqlStore], skills: list[Skill], says: str
) -> None:
    hands = Hands(a_spanish_case(fresh(), *skills))
    hands.press(ids.CASE_REPLY, hands.button(ids.CASE_REPLY))
    assert ("No approver" in str(hands.form())) is bool(says)
    assert says in str(hands.form())

"""Customers to whom an impostor of our support wrote are found, and get a warning that is approved like any reply."""

from datetime import timedelta
from typing import cast

import pytest

from bot.domain.base.refusals import NotUsable, NotYours, Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.do_not_feed.impostor import WroteTo
from bot.domain.replies.draft import DraftKind
from bot.domain.slack.telling import TellingKind
from bot.domain.triage.triage import Kind
from bot.ports import Desk
from bot.services.cases import casework
from bot.services.cases.view import wrote_to
from bot.services.do_not_feed import impostors, two_people, warning
from bot.services.replies import joint_drafts, review, sending
from bot.services.triage.correcting import correct_triage
from tests.fakes import ANA, BEN, CARO, NOON, FakeTemplates, Words, a_post
from tests.services.journey import clock, draft_of, published, receive, verbs, waiting
from tests.services.replies.test_joint_drafts import shown

SCAM = "Hi, happy to sort that for you. Send a message with your number to @northwind_help"
WARNING = "{first_name}, that account is not ours. We never ask for your password. ^{initials}"


@pytest.fixture
def harmed(desk: Desk) -> Desk:
    """Priya complains, Cleo joins in, and somebody who pretends to be us answers Priya (case 3)."""
    known = (*FakeTemplates.known, Words("not_ours", WARNING, topics=("impostor",)))
    cast("FakeTemplates", desk.templates).known = known
    receive(desk, a_post("100", "Charged twice @northwind", by="priya"))
    receive(desk, a_post("101", "Me too @northwind", by="cleo", root="100"))
    receive(desk, a_post("102", SCAM, by="northwlnd", root="100", parent_id="100"))
    return desk


def called(desk: Desk, case_id: int = 3, kind: AsideKind = AsideKind.IMPOSTOR) -> None:
    facts = {"reason": "Pretends to be us", "until": None, "kind": kind}
    two_people.put_aside(desk, case_id, by=ANA, at=desk.clock.now(), **facts)  # type: ignore[arg-type]


def linked(desk: Desk) -> list[int]:
    """Return, for each of the customers' cases, the impostor's case that its card names."""
    return [desk.store.case(one).impostor for one in (1, 2)]


def found(desk: Desk, case_id: int = 3) -> list[WroteTo]:
    return wrote_to(desk, desk.store.case(case_id))


def warn(desk: Desk, by: str = ANA) -> int:
    return warning.warn(desk, 3, by=by, at=desk.clock.now())


def test_who_is_set_aside_as_an_impostor_is_linked_to_those_whom_they_wrote_to(harmed: Desk) -> None:
    assert linked(harmed) == [0, 0]
    called(harmed)
    assert linked(harmed) == [3, 3]
    assert [(one.case_id, one.name, one.direct) for one in found(harmed)] == [
        (1, "@priya", True),
        (2, "@cleo", False),
    ]
    assert verbs(harmed, 1)[-1] == "impostor_wrote"
    assert verbs(harmed, 3)[-4:] == ["dismiss", "called_impostor", "wrote_as_us", "wrote_as_us"]


@pytest.mark.parametrize("kind", [AsideKind.TROLL, AsideKind.SPAM, AsideKind.OTHER])
def test_other_reasons_for_setting_aside_link_nobody(harmed: Desk, kind: AsideKind) -> None:
    until = NOON + timedelta(days=7)
    facts = {"reason": "Bait", "until": until, "kind": kind}
    two_people.put_aside(harmed, 3, by=ANA, at=harmed.clock.now(), **facts)  # type: ignore[arg-type]
    assert linked(harmed) == [0, 0]


def test_who_is_called_an_impostor_by_triage_is_too_until_somebody_says_otherwise(harmed: Desk) -> None:
    correct_triage(harmed, 3, by=ANA, at=harmed.clock.now(), kind=Kind.IMPOSTOR)
    assert linked(harmed) == [3, 3]
    correct_triage(harmed, 3, by=BEN, at=harmed.clock.now(), kind=Kind.QUESTION)
    assert (linked(harmed), found(harmed)) == ([0, 0], [])
    assert verbs(harmed, 1)[-1] == verbs(harmed, 3)[-1] == "no_impostor"


def test_whom_they_write_to_later_and_who_comes_later_is_found_too(harmed: Desk) -> None:
    called(harmed)
    clock(harmed).move(minutes=10)
    receive(harmed, a_post("103", SCAM, by="northwlnd", root="100", parent_id="101", at=harmed.clock.now()))
    assert [one.direct for one in found(harmed)] == [True, True]
    receive(harmed, a_post("104", "And me @northwind", by="dora", root="100", at=harmed.clock.now()))
    assert [one.name for one in found(harmed)] == ["@priya", "@cleo", "@dora"]


def test_an_impostor_is_known_in_other_conversations_too(harmed: Desk) -> None:
    called(harmed)
    receive(harmed, a_post("200", "Where is my parcel @northwind", by="omar"))
    receive(harmed, a_post("201", SCAM, by="northwlnd", root="200", parent_id="200"))
    assert (harmed.store.case(4).impostor, [one.name for one in found(harmed, 5)]) == (5, ["@omar"])


def test_a_conversation_without_an_impostor_and_private_words_are_left_alone(harmed: Desk) -> None:
    called(harmed)
    receive(harmed, a_post("200", "Where is my parcel @northwind", by="omar"))
    receive(harmed, a_post("300", "My number is 5", by="dora", root="100", private=True))
    assert [harmed.store.case(one).impostor for one in (4, 5)] == [0, 0]


def test_who_was_solved_lately_is_found_and_who_was_long_ago_is_not(harmed: Desk) -> None:
    casework.solve(harmed, 1, by=ANA, at=harmed.clock.now())
    clock(harmed).move(days=20)
    casework.solve(harmed, 2, by=ANA, at=harmed.clock.now())
    clock(harmed).move(days=20)
    called(harmed)
    assert linked(harmed) == [0, 3]


def test_one_press_puts_up_a_draft_for_each_with_one_message_that_asks(harmed: Desk) -> None:
    called(harmed)
    joint = warn(harmed)
    assert [draft_of(harmed, one).text.partition(",")[0] for one in (1, 2)] == ["Priya", "Cleo"]
    assert [draft_of(harmed, one).kind for one in (1, 2)] == [DraftKind.WARNING] * 2
    assert [draft_of(harmed, one).state for one in (1, 2)] == [DraftState.IN_REVIEW] * 2
    assert waiting(harmed, TellingKind.JOINT) == [joint, joint]
    assert waiting(harmed, TellingKind.ASK) == []
    assert "northwlnd" not in draft_of(harmed, 1).text
    assert published(harmed) == []


def test_each_goes_out_once_after_its_own_approval_and_answers_no_complaint(harmed: Desk) -> None:
    called(harmed)
    due = [harmed.store.case(one).due_at for one in (1, 2)]
    warn(harmed)
    assert joint_drafts.approve_together(harmed, shown(harmed, 1), by=BEN, at=harmed.clock.now()) == []
    for _ in range(3):
        sending.send_due(harmed, harmed.clock.now())
    assert [post for post, _ in published(harmed)] == ["100"]
    cases = [harmed.store.case(one) for one in (1, 2)]
    assert [one.due_at for one in cases] == due
    assert [one.state for one in cases] == [CaseState.NEW, CaseState.NEW]
    assert [one.warning for one in found(harmed)] == [DraftState.SENT, DraftState.IN_REVIEW]


def test_who_wrote_the_warnings_cannot_approve_them(harmed: Desk) -> None:
    called(harmed)
    warn(harmed)
    with pytest.raises(NotYours, match="someone else"):
        joint_drafts.approve_together(harmed, shown(harmed, 1, 2), by=ANA, at=harmed.clock.now())


def test_a_second_press_warns_nobody_twice(harmed: Desk) -> None:
    called(harmed)
    warn(harmed)
    with pytest.raises(Outdated, match="nobody left"):
        warn(harmed, BEN)


def test_whoever_holds_a_case_keeps_it_and_an_ended_case_stays_ended(harmed: Desk) -> None:
    casework.claim(harmed, 1, by=CARO, at=harmed.clock.now())
    casework.solve(harmed, 2, by=CARO, at=harmed.clock.now())
    called(harmed)
    warn(harmed)
    review.begin_writing(harmed, 1, by=ANA, at=harmed.clock.now())
    words = review.Words(text="Priya, that account is not ours. Be careful. ^AN", replaces=1)
    review.submit(harmed, 1, words, by=ANA, at=harmed.clock.now())
    assert draft_of(harmed, 1).kind == DraftKind.WARNING
    assert (harmed.store.case(1).assignee, harmed.store.case(2).state) == (CARO, CaseState.SOLVED)


def test_a_customer_with_a_draft_already_is_named_and_left_out(harmed: Desk) -> None:
    words = review.Words(text="Priya, I look into it. ^CA")
    review.begin_writing(harmed, 1, by=CARO, at=harmed.clock.now())
    review.submit(harmed, 1, words, by=CARO, at=harmed.clock.now())
    called(harmed)
    assert found(harmed)[0].why_not == "it has a draft already"
    warn(harmed)
    assert [draft_of(harmed, one).kind for one in (1, 2)] == [DraftKind.REPLY, DraftKind.WARNING]


def test_without_a_template_nothing_is_written(harmed: Desk) -> None:
    cast("FakeTemplates", harmed.templates).known = FakeTemplates.known
    called(harmed)
    with pytest.raises(NotUsable, match="topic “impostor”"):
        warn(harmed)
    assert [harmed.store.case(one).draft for one in (1, 2)] == [None, None]


def test_who_is_brought_back_is_no_impostor_any_more(harmed: Desk) -> None:
    called(harmed)
    impostors.bring_back(harmed, 3, by=BEN, at=harmed.clock.now())
    assert linked(harmed) == [0, 0]
    assert harmed.store.case(3).impostor == 0
    receive(harmed, a_post("104", "And me @northwind", by="dora", root="100", at=harmed.clock.now()))
    assert harmed.store.case(4).impostor == 0

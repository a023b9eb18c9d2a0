"""What people call a mention takes the place of what its words told: kept, told in the trail, and the case follows."""

import pytest

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import FactVerb
from bot.domain.cases.case import Priority
from bot.domain.slack.readers import InChannel
from bot.domain.triage.triage import Correction, Kind, Triage, Urgent
from bot.gateways.drawing import draw
from bot.ports import Desk
from bot.services.cases.view import view
from bot.services.triage.correcting import correct_triage
from tests import builders
from tests.fakes import ANA, CARO, NOON, a_post
from tests.services.journey import only_case, receive, verbs


def taken_for(desk: Desk) -> Triage:
    found = view(desk, only_case(desk), InChannel(only_case(desk).channel), NOON).triage
    assert found
    return found


@pytest.fixture
def complaint(desk: Desk) -> int:
    receive(desk, a_post("100", "@northwind my lamp is broken"))
    return only_case(desk).id


def test_a_kind_is_corrected_and_both_are_kept(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE)
    told = taken_for(desk)
    assert (told.kind, told.sure, told.corrected_by) == (Kind.PRAISE, True, ANA)
    assert verbs(desk)[-1] == FactVerb.TRIAGE_CORRECTED
    assert desk.store.corrections() == [Correction(rule="wrong", before="complaint", now="praise", count=1)]


def test_the_same_again_changes_nothing(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE)
    before = only_case(desk)
    assert correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE) == before


def test_whoever_works_here_makes_a_case_urgent(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, urgent=Urgent.LEGAL)
    assert only_case(desk).priority == Priority.URGENT
    assert (taken_for(desk).urgent, verbs(desk)[-2:]) == (
        Urgent.LEGAL,
        [FactVerb.TRIAGE_CORRECTED, FactVerb.REPRIORITISED],
    )


def test_urgency_is_taken_away_by_whoever_may_set_a_priority(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind my lawyer will write to you"))
    receive(desk, a_post("101", "hello?", root="100"))
    case = only_case(desk)
    assert case.priority == Priority.URGENT
    with pytest.raises(NotYours):
        correct_triage(desk, case.id, by=ANA, at=NOON, urgent=Urgent.NO)
    assert (taken_for(desk).urgent, desk.store.corrections()) == (Urgent.LEGAL, []), "all of it is rolled back"
    correct_triage(desk, case.id, by=CARO, at=NOON, urgent=Urgent.NO)
    assert (only_case(desk).priority, taken_for(desk).urgent) == (Priority.NORMAL, Urgent.NO)


def test_a_case_from_before_there_was_triage_has_nothing_to_correct(desk: Desk) -> None:
    case = builders.opened(desk.store)
    with pytest.raises(Outdated, match="nothing to correct"):
        correct_triage(desk, case.id, by=ANA, at=NOON, kind=Kind.PRAISE)


def test_the_card_says_what_is_unusual_with_its_words(desk: Desk) -> None:
    receive(desk, a_post("100", "@northwind third time I write to customer service, my lawyer will answer next"))
    card, _ = draw(desk, desk.store.card(only_case(desk).id), NOON)  # type: ignore[arg-type, misc]
    for said in ("urgent (legal): lawyer", "says that nobody answered: "):
        assert said in card.text.lower() or said.capitalize() in card.text
    assert "triage_choose" in str(card.blocks)


def test_the_card_of_a_usual_complaint_says_nothing_of_it(desk: Desk, complaint: int) -> None:
    card, _ = draw(desk, desk.store.card(complaint), NOON)  # type: ignore[arg-type, misc]
    assert "triage_choose" not in str(card.blocks)
    assert "broken" not in card.text.replace("my lamp is broken", "")

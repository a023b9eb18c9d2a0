"""A correction replaces what a mention's words told: it is kept, has a line in the trail, and the case follows."""

from dataclasses import replace

import pytest

from bot.domain.base.refusals import NotYours, Outdated
from bot.domain.base.tables import CaseState, CaseVerb, FactVerb
from bot.domain.cases.case import Priority
from bot.domain.cases.inquiry import OtherTeam
from bot.domain.light_lane.light_mention import LightPolicy, LightState, Way
from bot.domain.slack.readers import InChannel
from bot.domain.triage.triage import LIGHT, Correction, Kind, Triage, Urgent
from bot.gateways.drawing import draw
from bot.ports import Batch, Desk
from bot.services.cases import casework, inquiries
from bot.services.cases.view import view
from bot.services.light_lane import deciding
from bot.services.mentions import intake
from bot.services.triage.correcting import correct_triage
from tests import builders
from tests.fakes import ANA, BEN, CARO, NOON, a_post
from tests.services.journey import only_case, receive, street, verbs, written
from tests.services.light_lane.scenes import light, shown, state_of


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
    assert verbs(desk)[-2:] == [FactVerb.TRIAGE_CORRECTED, CaseVerb.SOLVE]
    assert desk.store.corrections() == [Correction(rule="wrong", before="complaint", now="praise", count=1)]


LIGHT_KINDS = sorted(LIGHT)


@pytest.mark.parametrize("kind", LIGHT_KINDS)
def test_a_case_that_nobody_began_goes_to_the_light_lane_when_somebody_calls_it_light(
    desk: Desk, complaint: int, kind: Kind
) -> None:
    case = correct_triage(desk, complaint, by=ANA, at=NOON, kind=kind)
    assert (case.state, case.due_at) == (CaseState.SOLVED, None)
    waits = state_of(desk, "100")
    assert waits
    assert (waits.state, waits.kind) == (LightState.WAITING, kind)
    assert "my lamp is broken" in shown(desk).text
    again = deciding.open_as_case(desk, waits.mention, by=BEN, at=NOON)
    assert (again.id, again.state) == (complaint, CaseState.NEW), "opened there, it is the same case, and is owed"
    assert again.due_at


def test_a_case_stays_where_somebody_works_on_it(desk: Desk, complaint: int) -> None:
    casework.claim(desk, complaint, by=ANA, at=NOON)
    assert correct_triage(desk, complaint, by=BEN, at=NOON, kind=Kind.THANKS).state == CaseState.OPEN
    assert state_of(desk, "100") is None


def test_a_case_stays_where_another_team_was_asked_about_it(desk: Desk, complaint: int) -> None:
    teams = (OtherTeam(name="Billing", channel="C0BILLING1"),)
    asking = replace(desk, policy=replace(desk.policy, other_teams=teams))
    inquiries.ask(asking, complaint, team="Billing", text="Was it taken back?", by=BEN, at=NOON)
    assert correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.THANKS).state == CaseState.NEW


def test_a_case_stays_where_a_draft_was_begun_and_its_holder_left(desk: Desk, complaint: int) -> None:
    written(desk, complaint)
    casework.release(desk, complaint, by=ANA, at=NOON)
    assert correct_triage(desk, complaint, by=BEN, at=NOON, kind=Kind.THANKS).state == CaseState.NEW


def test_a_case_stays_where_another_post_of_it_is_not_light(desk: Desk, complaint: int) -> None:
    receive(desk, a_post("101", "thanks anyway", root="100"))
    assert correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.THANKS).state == CaseState.NEW


def test_an_urgent_case_stays_whatever_its_kind(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, urgent=Urgent.SAFETY)
    assert correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE).state == CaseState.NEW


def test_a_case_stays_where_the_desk_makes_cases_of_that_kind(desk: Desk, complaint: int) -> None:
    rules = LightPolicy(ways={Kind.PRAISE: Way.CASE})
    desk = replace(desk, policy=replace(desk.policy, light=rules))
    assert correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE).state == CaseState.NEW


def test_a_light_mention_that_is_opened_as_a_case_counts_as_a_correction(desk: Desk) -> None:
    waits = light(desk, text="@northwind thank you")
    case = deciding.open_as_case(desk, waits.mention, by=ANA, at=NOON)
    assert desk.store.corrections() == [Correction(rule="thanks", before="thanks", now="complaint", count=1)]
    assert (taken_for(desk).corrected_by, taken_for(desk).light) == (ANA, False)
    assert verbs(desk)[-1] == FactVerb.TRIAGE_CORRECTED
    assert correct_triage(desk, case.id, by=BEN, at=NOON, kind=Kind.PRAISE).state == CaseState.NEW, "Ana opened it"


def test_thanks_that_are_answered_with_thanks_are_no_correction(desk: Desk) -> None:
    deciding.thank(desk, light(desk, text="@northwind thank you").mention, by=ANA, at=NOON)
    assert (desk.store.corrections(), taken_for(desk).kind) == ([], Kind.THANKS)


def test_an_edit_that_asks_takes_a_mention_out_of_the_light_lane_again(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE)
    edit = a_post("100", "@northwind my lamp is broken, and nobody answers")
    intake.receive(desk, street(desk), "mentions", Batch(edits=(edit,)), NOON)
    waits = state_of(desk, "100")
    assert waits
    assert (waits.state, waits.case_id) == (LightState.OPENED, complaint)
    assert only_case(desk).due_at


def test_a_deleted_mention_leaves_the_light_lane_though_it_has_a_case(desk: Desk, complaint: int) -> None:
    correct_triage(desk, complaint, by=ANA, at=NOON, kind=Kind.PRAISE)
    intake.receive(desk, street(desk), "mentions", Batch(deletions=("100",)), NOON)
    waits = state_of(desk, "100")
    assert waits
    assert (waits.state, waits.by) == (LightState.SET_ASIDE, "author")


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

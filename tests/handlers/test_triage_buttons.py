"""One choice on a card says that a mention is something else than it was taken for; a form does for usual ones."""

from collections.abc import Mapping
from typing import Any

from bot.blocks.base import ids
from bot.domain.cases.case import Priority
from bot.domain.triage.triage import Kind, Urgent
from tests.fakes import ANA, a_post
from tests.handlers.pressing import Hands
from tests.services.journey import only_case, receive


def offered(hands: Hands) -> Mapping[str, str]:
    """Return what the menu of the card offers, by its words."""
    hands.publish()
    fields: list[Any] = [
        one
        for message in hands.chat.messages.values()
        for block in message.blocks
        for one in block.get("elements", [])
    ]
    menus = [one for one in fields if one.get("action_id") == ids.TRIAGE_CHOOSE]
    return {one["text"]["text"]: one["value"] for one in menus[0]["options"]} if menus else {}


def taken_for(hands: Hands) -> tuple[Kind, Urgent]:
    [told] = hands.desk.store.triages(only_case(hands.desk).id).values()
    return told.kind, told.urgent


def test_one_choice_on_the_card_corrects_it(hands: Hands) -> None:
    receive(hands.desk, a_post("100", "@northwind my lawyer will write to you"))
    menu = offered(hands)
    assert {"Praise", "Thanks", "Not urgent", "Urgent: safety"} <= menu.keys()
    assert not {"Complaint", "Urgent: legal"} & menu.keys(), "what it is already is no choice"
    assert hands.choose(ids.TRIAGE_CHOOSE, menu["Urgent: safety"], by=ANA) == ""
    assert taken_for(hands) == (Kind.COMPLAINT, Urgent.SAFETY)


def test_a_usual_complaint_is_corrected_by_a_form(hands: Hands) -> None:
    receive(hands.desk, a_post("100", "@northwind my lamp is broken"))
    assert offered(hands) == {}
    assert hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_REST)) == ""
    hands.submit(**{ids.REST_CHOICE: ids.MORE_SOMETHING_ELSE})
    hands.submit(**{ids.TRIAGE_SELECT: f"{ids.URGENT}{Urgent.VULNERABLE.value}"})
    assert taken_for(hands) == (Kind.COMPLAINT, Urgent.VULNERABLE)
    assert only_case(hands.desk).priority == Priority.URGENT


def test_a_choice_that_was_never_offered_is_refused(hands: Hands) -> None:
    receive(hands.desk, a_post("100", "@northwind my lawyer will write to you"))
    signed = offered(hands)["Praise"].partition(":")[2]
    assert "older card" in hands.choose(ids.TRIAGE_CHOOSE, f"kind.owl:{signed}")
    assert "does not belong" in hands.choose(ids.TRIAGE_CHOOSE, "kind.praise:case.1.1.forged")

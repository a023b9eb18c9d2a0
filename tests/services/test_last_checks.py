"""The last looks before and after the call: what the tables already rule out does not happen, were they wrong."""

from dataclasses import replace
from typing import Any

from bot.domain.tables import DraftState
from bot.ports import Desk, NotSent, SendOutcome
from bot.services import sending
from tests.fakes import FakeNetwork
from tests.services.journey import approved, clock, draft_of, street


class Garbling:
    """A store that hands a draft back, once its attempt is written down, in other words than were approved."""

    def __init__(self, store: Any) -> None:
        self.store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def record(self, *of: Any, **facts: Any) -> Any:
        after = self.store.record(*of, **facts)
        if after.draft.state != DraftState.SENDING:
            return after
        return replace(after, draft=replace(after.draft, text="Something else.", digest="of something else"))


def test_words_that_are_not_the_approved_ones_never_reach_the_network(desk: Desk) -> None:
    approved(desk)
    sending.send_due(replace(desk, store=Garbling(desk.store)), desk.clock.now())  # type: ignore[arg-type]
    assert (street(desk).published, draft_of(desk).state) == ([], DraftState.FAILED)
    assert "not the ones that were approved" in draft_of(desk).attempt.why  # type: ignore[union-attr]


class GivenUp(FakeNetwork):
    """A network whose refusal comes after the attempt was taken for lost."""

    desk: Desk

    def reply(self, *_: object) -> SendOutcome:
        sending.recover(self.desk, clock(self.desk).move(minutes=3))
        return NotSent("Too late to say so.")


def test_a_refusal_that_comes_after_the_attempt_was_given_up_changes_nothing(desk: Desk) -> None:
    approved(desk)
    network = GivenUp()
    network.desk = desk
    [case_id] = desk.store.to_send(desk.clock.now())
    assert sending.send(replace(desk, networks={("x", "42"): network}), case_id, desk.clock.now())
    assert draft_of(desk).state == DraftState.UNCONFIRMED

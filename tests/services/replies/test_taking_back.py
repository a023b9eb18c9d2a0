"""A reply that the desk cannot delete: it is said before anybody approves, and no call is made in vain."""

from dataclasses import dataclass, field, replace

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import DraftState
from bot.domain.slack.readers import InChannel
from bot.ports import Desk, NotSent
from bot.services.cases.view import view
from bot.services.replies import by_hand as settling
from bot.services.replies import correcting
from tests.fakes import ANA, BEN, FakeNetwork
from tests.services.journey import approve, delivered, draft_of, everybody_is_known, only_case, send, street

WHY = "X lets no app delete a reply. Please delete it in X's own app."


@dataclass
class KeepingNetwork(FakeNetwork):
    """A network that deletes no reply for an app."""

    kept: NotSent | None = field(default_factory=lambda: NotSent(WHY, by_hand=True))

    def why_kept(self, post_id: str) -> NotSent | None:
        return self.kept if post_id == "9000" else None


@pytest.fixture
def keeping(desk: Desk) -> Desk:
    there = replace(desk, networks={("x", "42"): KeepingNetwork()})
    delivered(there)
    return there


def take_back(desk: Desk) -> None:
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())


def said(desk: Desk) -> tuple[str, bool]:
    shown = view(desk, only_case(desk), InChannel(only_case(desk).channel), desk.clock.now())
    return shown.why_kept, shown.kept_by_hand


def test_a_person_is_told_at_once_that_they_have_to_delete_it(keeping: Desk) -> None:
    assert said(keeping) == (WHY, True)
    take_back(keeping)
    approve(keeping)
    send(keeping)
    there = street(keeping)
    assert (draft_of(keeping).state, draft_of(keeping).why) == (DraftState.BY_HAND, WHY)
    assert there.taken_back == []
    everybody_is_known(keeping)
    there.published.clear()
    link, now = there.post_url("9000"), keeping.clock.now()
    settling.seen_by_hand(keeping, draft_of(keeping).id, link, by=BEN, at=now)
    assert draft_of(keeping).state == DraftState.SENT


def test_what_nobody_can_delete_is_not_put_up(keeping: Desk) -> None:
    there = street(keeping)
    assert isinstance(there, KeepingNetwork)
    there.kept = NotSent("The customer keeps it.")
    assert said(keeping) == ("The customer keeps it.", False)
    with pytest.raises(NotUsable, match="The customer keeps it"):
        take_back(keeping)
    there.kept = None
    assert said(keeping) == ("", False)
    take_back(keeping)

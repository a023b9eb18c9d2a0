"""A customer of X who was asked in public to write privately, on a desk that reads X's private messages."""

from dataclasses import replace

from bot.domain.base.tables import CaseState, DraftState
from bot.domain.mentions.mention import Author, PostRef, Side
from bot.ports import Batch
from bot.services.mentions import intake
from storage import SqlStore
from tests.fakes import FakeClock, a_desk, a_post, our_post
from tests.gateways.test_x_messages import Chats, connect, message
from tests.gateways.x_server import NOON, Start, moment, snowflake, start
from tests.services.journey import WORDS, approve, clock, draft_of, only_case, send, written

__all__ = ["start"]


def test_who_was_asked_in_public_and_writes_privately_stays_on_the_case_and_is_answered_there(
    start: Start, store: SqlStore
) -> None:
    chats = Chats()
    network = connect(start(chats).url)
    desk = a_desk(store, networks={("x", "900"): network}, clock=FakeClock(at=NOON))
    now, priya = desk.clock.now(), Author(id="901", handle="priya_k")
    late = a_post("100", "Charged twice @Northwind", ref=PostRef("x", "900", "100"), author=priya, at=now)
    said = our_post("150", "Please send us a private message.", to="100", root="100", at=now)
    asks = replace(said, ref=PostRef("x", "900", "150"), author=Author(id="900", handle="Northwind"))
    intake.receive(desk, network, "mentions", Batch(posts=(late,)), now)
    intake.receive(desk, network, "own", Batch(posts=(asks,)), now)

    def says_privately(text: str, sender: str) -> None:
        at = clock(desk).move(minutes=10)
        made = {"id": snowflake(at), "created_at": moment(at), "sender_id": sender}
        chats.told.append(message(0, text) | made)
        intake.poll(desk, network, "messages", desk.clock.now())

    says_privately("My order is 48213", "901")
    case = only_case(desk)
    assert (case.state, case.private, [one.private for one in store.mentions(1)]) == (
        CaseState.NEW,
        False,
        [False, False, True],
    )
    written(desk, 1)
    approve(desk)
    send(desk)
    assert (draft_of(desk).state, chats.said()) == (DraftState.SENT, [WORDS])
    says_privately("And my name is spelt wrong", "901")
    assert only_case(desk).state == CaseState.OPEN
    says_privately("Put right, thanks.", "900")
    assert only_case(desk).state == CaseState.PENDING
    assert [one.side for one in store.mentions(1)][-1] == Side.OURS

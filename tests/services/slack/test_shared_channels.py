"""Another company can read nothing: with a shared channel the desk does not start, and shows nothing there later."""

from dataclasses import dataclass, replace

import pytest

from bot.domain.base.refusals import Refusal
from bot.domain.slack.shared_channels import Rooms
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import ChatTrouble, Desk, OutOfService
from bot.services.cases import casework
from bot.services.slack import shared_channels
from bot.services.slack.publishing import Publisher
from storage import SqlStore
from tests.fakes import ANA, BILLING, CARE, CARO, LEADS, FakeChat, a_desk, a_post, everybody
from tests.services.doubles import BreakingStore, at_call
from tests.services.journey import a_case, clock, receive, slack


def publish(desk: Desk, publisher: Publisher) -> None:
    """Publish for ten minutes."""
    for _ in range(600):
        publisher.one_round(publisher.desk.clock.now())
        clock(desk).move(seconds=1)


def a_publisher(desk: Desk) -> Publisher:
    return Publisher(desk, Limiter(desk.clock.pace), draw)


def said(desk: Desk, room: str) -> list[str]:
    return [message.text for (where, _), message in slack(desk).messages.items() if where == room]


def allowing(desk: Desk) -> Desk:
    return replace(desk, policy=replace(desk.policy, shared_channels=True))


@pytest.mark.parametrize("room", [CARE, BILLING, LEADS])
def test_the_desk_does_not_start_in_a_shared_channel_unless_that_is_allowed(desk: Desk, room: str) -> None:
    shared_channels.refuse_shared(desk)
    slack(desk).shared_rooms.add(room)
    with pytest.raises(Refusal, match=f"The channel {room} is shared with another company.*shared_channels = true"):
        shared_channels.refuse_shared(desk)
    shared_channels.refuse_shared(allowing(desk))


@dataclass
class UnreadableChat(FakeChat):
    """A Slack that does not answer about channels while `mute`."""

    mute: bool = True

    def shared(self, channel: str) -> bool | None:
        if self.mute:
            raise ChatTrouble("Slack is not answering just now.")
        return FakeChat.shared(self, channel)


def test_a_slack_that_does_not_answer_stops_no_start_and_nothing_is_shown_until_it_does(store: SqlStore) -> None:
    chat = UnreadableChat(people=everybody())
    desk = a_desk(store, chat=chat)
    shared_channels.refuse_shared(desk)
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    assert said(desk, BILLING) == []
    chat.mute = False
    publish(desk, publisher)
    assert len(said(desk, BILLING)) == 1


def test_a_channel_of_which_slack_says_nothing_for_long_is_named_to_each_lead(store: SqlStore) -> None:
    desk = a_desk(store, chat=UnreadableChat(people=everybody()))
    publisher = a_publisher(desk)
    for minutes in (0, 9, 2, 60):
        shared_channels.check_channels(desk, clock(desk).move(minutes=minutes))
    publish(desk, publisher)
    told = " ".join(said(desk, f"D{CARO[1:]}"))
    assert told.count("whether #") + told.count("has not said") == len(shared_channels.rooms(desk.policy))


def test_a_channel_known_to_be_shared_stays_so_while_slack_does_not_answer(store: SqlStore) -> None:
    chat = UnreadableChat(people=everybody(), mute=False, shared_rooms={BILLING})
    desk = a_desk(store, chat=chat)
    shared_channels.check_channels(desk, desk.clock.now())
    chat.mute = True
    shared_channels.check_channels(desk, clock(desk).move(minutes=1))
    assert desk.rooms.held == {BILLING}


def test_what_stands_in_a_channel_that_becomes_shared_loses_its_words_and_the_leads_are_told_once(
    desk: Desk,
) -> None:
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    assert "Priya" in said(desk, BILLING)[0]
    slack(desk).shared_rooms.add(BILLING)
    for _ in range(3):
        shared_channels.check_channels(desk, desk.clock.now())
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    receive(desk, a_post("101", "and nobody answers", root="100"))
    receive(desk, a_post("200", "where is my parcel", by="omar"))
    publish(desk, publisher)
    updates = slack(desk).updates
    publish(desk, publisher)
    assert slack(desk).updates == updates, "what is empty is not drawn again"
    [emptied] = said(desk, BILLING)
    assert emptied.startswith("This channel is shared with another company, so nothing is shown here. “/care case 1”")
    assert len(said(desk, CARE)) == 1
    [told] = said(desk, LEADS)
    assert "is shared with another company now" in told
    assert "What stood there, 1 message, loses its words at Slack's pace" in told


def test_the_words_come_back_once_the_channel_is_ours_again_even_after_a_stop(desk: Desk) -> None:
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    slack(desk).shared_rooms.add(BILLING)
    shared_channels.check_channels(desk, desk.clock.now())
    publish(desk, publisher)
    slack(desk).shared_rooms.clear()
    started_again = replace(desk, rooms=Rooms())
    shared_channels.check_channels(started_again, desk.clock.now())
    publish(started_again, a_publisher(started_again))
    assert ["Priya" in one for one in said(desk, BILLING)] == [True]


def test_a_storm_in_a_shared_channel_holds_up_no_other_channel(desk: Desk) -> None:
    publisher = a_publisher(desk)
    slack(desk).shared_rooms.add(BILLING)
    shared_channels.check_channels(desk, desk.clock.now())
    publish(desk, publisher)
    for n in range(1_100):
        desk.store.notice(f"many:{n}", BILLING, "Something to read.", desk.clock.now())
    desk.store.notice("one", CARE, "Something else.", desk.clock.now())
    publish(desk, publisher)
    assert (said(desk, CARE), said(desk, BILLING)) == (["Something else."], [])


def test_what_waited_is_shown_once_the_channel_is_our_own_again(desk: Desk) -> None:
    publisher = a_publisher(desk)
    slack(desk).shared_rooms.add(BILLING)
    shared_channels.check_channels(desk, desk.clock.now())
    a_case(desk)
    publish(desk, publisher)
    assert said(desk, BILLING) == []
    slack(desk).shared_rooms.clear()
    shared_channels.check_channels(desk, clock(desk).move(minutes=1))
    publish(desk, publisher)
    assert len(said(desk, BILLING)) == 1
    assert "not shared any more" in said(desk, LEADS)[-1]


def test_what_could_not_be_written_down_about_a_channel_is_said_in_the_next_round(desk: Desk) -> None:
    publisher = a_publisher(desk)
    slack(desk).shared_rooms.add(BILLING)
    full = replace(desk, store=BreakingStore(desk.store, notice=at_call(1, OutOfService("The disk is full."))))
    with pytest.raises(OutOfService):
        shared_channels.check_channels(full, desk.clock.now())
    shared_channels.check_channels(full, desk.clock.now())
    publish(desk, publisher)
    assert desk.rooms.held == {BILLING}
    assert len(said(desk, LEADS)) == 1


def test_where_the_leads_channel_is_shared_each_lead_is_told_by_direct_message(desk: Desk) -> None:
    publisher = a_publisher(desk)
    slack(desk).shared_rooms |= {LEADS, CARE, BILLING}
    shared_channels.check_channels(desk, desk.clock.now())
    publish(desk, publisher)
    [told] = said(desk, f"D{CARO[1:]}")
    assert (said(desk, LEADS), told.count("is shared with another company")) == ([], 3)


def test_once_it_is_allowed_everything_is_shown(desk: Desk) -> None:
    publisher = a_publisher(desk)
    slack(desk).shared_rooms.add(BILLING)
    shared_channels.check_channels(desk, desk.clock.now())
    a_case(desk)
    desk.take_over(allowing(desk).policy)
    shared_channels.check_channels(desk, desk.clock.now())
    publish(desk, publisher)
    assert len(said(desk, BILLING)) == 1

"""Slack shows the state of the store: most urgent first, at Slack's pace, each message once."""

import logging
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot.domain.base.refusals import Unknown
from bot.domain.slack.notice import Addressed, CaseNamed, Room
from bot.domain.slack.telling import Telling, TellingKind
from bot.domain.team.people import Group, Roster
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import (
    ChatOutcome,
    ChatTrouble,
    Desk,
    Message,
    NotPosted,
    OutOfService,
    Paced,
    Posted,
    TooMuchToRead,
    Unsure,
)
from bot.services.cases import casework
from bot.services.replies import review
from bot.services.slack.gathered_notices import tell_gathered
from bot.services.slack.publishing import Publisher
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import (
    ANA,
    APPROVERS,
    BEN,
    BILLING,
    CARE,
    CARO,
    DEE,
    LEADS,
    NOON,
    FakeChat,
    FakeClock,
    a_desk,
    a_post,
    teammate,
)
from tests.long import part
from tests.services.doubles import BreakingStore, Killed, always, at_call
from tests.services.journey import (
    WORDS,
    a_case,
    approved,
    clock,
    draft_of,
    in_review,
    notices,
    receive,
    slack,
    written,
)


@dataclass
class TimedChat(FakeChat):
    """A Slack that records the time of each call."""

    pace: object = None
    calls: list[tuple[float, str, str]] = field(default_factory=list)  # pace time, kind, channel

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        self.calls.append((self.pace(), "post", channel))  # type: ignore[operator]
        return super().post(channel, message, thread_ts=thread_ts, telling=telling)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        self.calls.append((self.pace(), "update", channel))  # type: ignore[operator]
        return super().update(channel, ts, message)

    def when(self, kind: str, channel: str = "") -> list[float]:
        return [at for at, what, where in self.calls if what == kind and channel in {"", where}]


def a_publisher(desk: Desk) -> Publisher:
    return Publisher(desk, Limiter(desk.clock.pace), draw)


def publish(desk: Desk, publisher: Publisher | None = None) -> None:
    """Publish until nothing waits; the clock moves by the waits of Slack's pace."""
    publisher = publisher or a_publisher(desk)
    while (wait := publisher.one_round(publisher.desk.clock.now())) is not None:
        clock(desk).move(seconds=wait)


def timed(store: SqlStore) -> tuple[Desk, TimedChat]:
    desk = a_desk(store)
    chat = TimedChat(people=slack(desk).people, groups=slack(desk).groups, pace=desk.clock.pace)
    return replace(desk, chat=chat), chat


def told_cases(desk: Desk, count: int) -> int:
    cards = [desk.store.card(number) for number in range(1, count + 1)]
    return sum(1 for card in cards if card and card.ts and card.shown == card.wanted)


def roots(chat: FakeChat) -> Counter[str]:
    return Counter(channel for (channel, ts), of in chat.threads.items() if not of)


# --- pace ----------------------------------------------------------------------------------------------------


def test_a_burst_is_told_whole_and_never_faster_than_slack_allows(store: SqlStore) -> None:
    desk, chat = timed(store)
    for start in range(0, 500, 50):
        posts = [a_post(str(n), "charged" if n % 5 == 0 else "late", by=f"c{n}") for n in range(start, start + 50)]
        receive(desk, *posts)
        clock(desk).move(seconds=6)
    publisher = a_publisher(desk)
    for number in range(1, 121):
        casework.claim(desk, number, by=ANA, at=desk.clock.now())
        wait = publisher.one_round(publisher.desk.clock.now())
        clock(desk).move(seconds=wait or 0)
    publish(desk, publisher)
    assert told_cases(desk, 500) == 500
    assert roots(chat) == {CARE: 400, BILLING: 100}
    for channel in (CARE, BILLING):
        assert min(later - sooner for sooner, later in pairwise(chat.when("post", channel))) >= 1.0
    updates = chat.when("update")
    assert updates
    assert max(sum(1 for at in updates if start <= at < start + 60) for start in updates) <= 50


def test_a_quiet_channel_does_not_wait_for_a_busy_one(store: SqlStore) -> None:
    desk, chat = timed(store)
    receive(desk, *(a_post(str(n), "charged", by=f"c{n}") for n in range(80)))
    receive(desk, a_post("900", "just late", by="omar"))
    publisher = a_publisher(desk)
    publisher.one_round(publisher.desk.clock.now())
    publisher.one_round(publisher.desk.clock.now())
    assert [where for _, _, where in chat.calls] == [BILLING, CARE]


def test_the_most_urgent_is_told_first(store: SqlStore) -> None:
    desk, chat = timed(store)
    receive(desk, a_post("1", "late", by="a"), a_post("2", "smoke", by="b"), a_post("3", "refund", by="c"))
    for _ in range(3):
        a_publisher(desk).one_round(desk.clock.now())
    order = sorted(chat.messages, key=lambda kept: kept[1])
    assert [chat.messages[kept].text.rpartition(", ")[2] for kept in order] == ["case 2.", "case 3.", "case 1."]


def test_a_clicked_card_goes_before_everything_else(store: SqlStore) -> None:
    desk, chat = timed(store)
    receive(desk, a_post("1", "late", by="a"))
    publish(desk)
    clock(desk).move(seconds=5)
    receive(desk, *(a_post(str(n), "smoke", by=f"c{n}") for n in range(10, 20)))
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    clock(desk).move(seconds=0.15)
    chat.calls.clear()
    a_publisher(desk).one_round(desk.clock.now())
    assert [kind for _, kind, _ in chat.calls] == ["update"]


def test_a_notice_to_those_who_lead_goes_before_cards_of_their_channel_too(store: SqlStore) -> None:
    desk, chat = timed(store)
    desk.take_over(replace(desk.policy, leads_channel=CARE))
    receive(desk, *(a_post(str(n), "smoke", by=f"c{n}") for n in range(20)))
    desk.store.notice("gap", CARE, "We may have missed mentions.", desk.clock.now())
    a_publisher(desk).one_round(desk.clock.now())
    assert said_in(chat, CARE) == ["We may have missed mentions."]


def said_in(chat: FakeChat, channel: str) -> list[str]:
    return [message.text for (room, _), message in chat.messages.items() if room == channel]


def test_many_changes_of_one_card_are_told_as_one(store: SqlStore) -> None:
    desk, chat = timed(store)
    a_case(desk)
    publish(desk)
    for _ in range(10):
        casework.claim(desk, 1, by=ANA, at=desk.clock.now())
        casework.release(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    assert (chat.posts, chat.updates, told_cases(desk, 1)) == (1, 1, 1)


def test_what_belongs_in_a_thread_waits_for_its_card(desk: Desk) -> None:
    in_review(desk)
    publish(desk)
    card = desk.store.card(1)
    assert card is not None
    kept = slack(desk).threads
    assert [thread for (room, _), thread in kept.items() if room == card.channel] == ["", card.ts]
    asked = desk.store.case(1).draft.asked  # type: ignore[union-attr]
    assert [room for room, _ in kept if room.startswith("D")] == [f"D{asked[1:]}"]


# --- what Slack answers ----------------------------------------------------------------------------------------


def test_asked_to_wait_the_publisher_waits_and_then_posts_once(store: SqlStore) -> None:
    desk, chat = timed(store)
    a_case(desk)
    chat.outcomes.append(Paced(30))
    publish(desk)
    first, second = chat.when("post")
    assert second - first >= 30
    assert roots(chat) == {BILLING: 1}


def test_a_passing_refusal_is_tried_again_later(store: SqlStore) -> None:
    desk, chat = timed(store)
    a_case(desk)
    chat.outcomes.append(NotPosted("internal_error"))
    publisher = a_publisher(desk)
    assert publisher.one_round(publisher.desk.clock.now()) == 0.0
    assert publisher.one_round(publisher.desk.clock.now()) is None
    clock(desk).move(seconds=31)
    publish(desk, publisher)
    assert (told_cases(desk, 1), roots(chat)) == (1, {BILLING: 1})


@dataclass
class RefusingChat(FakeChat):
    """A Slack that refuses posts to some channels."""

    refused: dict[str, str] = field(default_factory=dict)

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        code = self.refused.get(channel)
        return NotPosted(code) if code else super().post(channel, message, thread_ts=thread_ts, telling=telling)


def said_to_leads(chat: FakeChat) -> list[str]:
    return [message.text for (room, _), message in chat.messages.items() if room == LEADS]


def test_an_archived_channel_is_said_to_the_leads_once_a_day(store: SqlStore) -> None:
    chat = RefusingChat(refused={CARE: "is_archived"})
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    [said] = said_to_leads(chat)
    assert "Slack refuses to show case 1" in said
    assert "is_archived" in said
    clock(desk).move(days=1)
    publish(desk, publisher)
    assert len(said_to_leads(chat)) == 2


@pytest.mark.parametrize("code", ["is_archived", "not_in_channel", "channel_not_found"])
def test_cases_that_came_while_their_channel_took_nothing_are_shown_once_it_is_mended(
    store: SqlStore, code: str
) -> None:
    chat = RefusingChat(refused={CARE: code})
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"))
    publisher = a_publisher(desk)
    for _ in range(20):
        publish(desk, publisher)
        clock(desk).move(minutes=10)
    chat.refused.clear()
    publish(desk, publisher)
    assert told_cases(desk, 2) == 2


def test_a_mended_channel_shows_a_changed_case_at_once(store: SqlStore) -> None:
    chat = RefusingChat(refused={CARE: "is_archived"})
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"))
    publish(desk)
    chat.refused.clear()
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    assert told_cases(desk, 1) == 1


def test_a_case_that_ended_is_not_tried_for_ever_in_a_channel_that_is_gone(store: SqlStore) -> None:
    chat = RefusingChat(refused={CARE: "is_archived"})
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"))
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    clock(desk).move(hours=1)
    assert [one for one in desk.store.to_tell(desk.clock.now()) if one.case_id] == []


@pytest.mark.parametrize("code", part(["unreachable", "token_revoked", "missing_scope", "http_407"], 3))
def test_an_outage_of_slack_gives_up_no_message_however_long_it_lasts(store: SqlStore, code: str) -> None:
    chat = RefusingChat(refused=dict.fromkeys((CARE, BILLING, LEADS, BEN, CARO), code))
    desk = replace(a_desk(store), chat=chat)
    in_review(desk)
    publisher = a_publisher(desk)
    for _ in range(60):
        publish(desk, publisher)
        clock(desk).move(seconds=31)
    chat.refused.clear()
    publish(desk, publisher)
    assert (told_cases(desk, 1), len(chat.messages), said_to_leads(chat)) == (1, 3, [])


def test_an_outage_counts_for_nothing_against_a_message_that_is_refused_once_after_it(desk: Desk) -> None:
    a_case(desk)
    slack(desk).outcomes += [NotPosted("unreachable")] * 15 + [Paced(1)] * 15 + [NotPosted("odd")]
    publisher = a_publisher(desk)
    for _ in range(33):
        publish(desk, publisher)
        clock(desk).move(seconds=31)
    assert (told_cases(desk, 1), notices(desk)) == (1, [])


def test_what_is_asked_for_again_while_there_seemed_nothing_to_show_is_shown(store: SqlStore) -> None:
    """A draft came back, so nobody is asked; while this is drawn, it is submitted to the same person again."""
    desk = a_desk(store)
    in_review(desk)
    publisher = a_publisher(desk)
    publisher.one_round(publisher.desk.clock.now())  # the card
    draft = desk.store.case(1).draft
    assert draft is not None
    review.request_changes(desk, draft.id, "name the day", version=1, by=draft.asked, at=desk.clock.now())
    asked = [one for one in desk.store.to_tell(desk.clock.now()) if one.kind == TellingKind.ASK]

    def slowly(of: Desk, telling: Telling, now: datetime) -> tuple[Message, int] | None:
        drawn = draw(of, telling, now)
        if telling.id == asked[0].id and drawn is None:
            words = review.Words(text=WORDS.replace("17:00", "16:00"), replaces=1)
            review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
        return drawn

    publish(desk, Publisher(desk, Limiter(desk.clock.pace), slowly))
    assert [room for room, _ in slack(desk).messages if room == f"D{asked[0].recipient[1:]}"] != []


def test_a_refusal_that_never_passes_is_given_up_and_said(desk: Desk) -> None:
    a_case(desk)
    slack(desk).outcomes += [NotPosted("internal_error")] * 11
    publisher = a_publisher(desk)
    for _ in range(12):
        publisher.one_round(publisher.desk.clock.now())
        clock(desk).move(seconds=31)
    assert len(notices(desk)) + sum(1 for room, _ in slack(desk).messages if room == LEADS) == 1


def test_a_direct_message_that_slack_refuses_is_said_with_the_person_it_was_for(store: SqlStore) -> None:
    desk = a_desk(store)
    chat = RefusingChat(people=slack(desk).people, refused={BEN: "cannot_dm_bot", CARO: "cannot_dm_bot"})
    desk = replace(desk, chat=chat)
    asked = in_review(desk).draft.asked  # type: ignore[union-attr]
    publish(desk)
    [said] = said_to_leads(chat)
    [notice] = [one for (room, _), one in chat.messages.items() if room == LEADS]
    assert f"<@{asked}>" in str(notice.blocks) + said


def directly(chat: FakeChat) -> dict[str, list[str]]:
    """Return the direct messages, by room."""
    rooms = sorted({room for room, _ in chat.messages if room.startswith("D")})
    return {room: [one.text for (where, _), one in chat.messages.items() if where == room] for room in rooms}


def test_where_the_leads_channel_takes_nothing_each_lead_is_told_once_a_day(store: SqlStore) -> None:
    desk = a_desk(store)
    chat = RefusingChat(people=slack(desk).people, refused={LEADS: "is_archived", CARE: "is_archived"})
    roster = replace(desk.policy.roster, leads=frozenset({CARO, DEE}))
    desk = replace(desk, chat=chat, policy=replace(desk.policy, roster=roster))
    receive(desk, a_post("1", "late", by="a"))
    publisher = a_publisher(desk)
    for _ in range(30):
        publish(desk, publisher)
        clock(desk).move(minutes=10)
    told = directly(chat)
    assert list(told) == ["D0CARO", "D0DEE"]
    assert [len(said) for said in told.values()] == [1, 1]
    assert "Slack refuses to show a message of the desk in" in told["D0CARO"][0]
    assert "is_archived" in told["D0CARO"][0]
    clock(desk).move(days=1)
    publish(desk, publisher)
    assert [len(said) for said in directly(chat).values()] == [2, 2]


def test_without_a_known_lead_the_approvers_are_told_that_the_leads_channel_takes_nothing(store: SqlStore) -> None:
    desk = a_desk(store)
    chat = RefusingChat(people=slack(desk).people, refused={LEADS: "channel_not_found"})
    roster = replace(desk.policy.roster, leads=frozenset())
    desk = replace(desk, chat=chat, policy=replace(desk.policy, roster=roster))
    desk.store.notice("k", LEADS, "X cannot be read.", NOON)
    publish(desk)
    assert list(directly(chat)) == ["D0BEN", "D0CARO"]


def test_a_notice_names_people_channels_and_moments_and_its_words_name_nothing(store: SqlStore) -> None:
    desk = a_desk(store)
    hostile = f"<@{DEE}> <#{BILLING}> <!date^1^{{time}}|now> <http://evil.example|look>"
    said = (Addressed(CARO), ", ", Room(CARE), " is quiet since ", NOON - timedelta(hours=1), f": {hostile}")
    desk.store.notice("k", LEADS, said, NOON)
    publish(desk)
    [message] = [message for (room, _), message in slack(desk).messages.items() if room == LEADS]
    shown = message.blocks[0]["text"]["text"]
    assert shown.startswith(
        f"<@{CARO}>, <#{CARE}> is quiet since <!date^1772449200^{{time}} {{date_short_pretty}}|2 Mar 11:00 UTC>: &lt;@"
    )
    assert (shown.count("<"), message.text.count("<"), message.text.count("<!date^")) == (3, 2, 1)


def test_a_case_that_a_notice_names_leads_to_its_thread_once_it_has_one(store: SqlStore) -> None:
    desk = a_desk(store)
    case = a_case(desk)
    desk.store.notice("before", LEADS, ("Please look at ", CaseNamed(case.id), ", ", CaseNamed(77), "."), NOON)
    publish(desk)
    desk.store.notice_anew("before", ("Now look at ", CaseNamed(case.id), ", ", CaseNamed(77), "."), NOON)
    publish(desk)
    [message] = [message for (room, _), message in slack(desk).messages.items() if room == LEADS]
    shown = message.blocks[0]["text"]["text"]
    assert re.fullmatch(
        r"Now look at <https://northwind.slack.example/archives/C0BILLING/p\d+\|case 1>, case 77\.", shown
    )
    assert message.text == "Now look at case 1, case 77."


def test_a_notice_by_an_earlier_version_is_shown_as_it_was(store: SqlStore) -> None:
    desk = a_desk(store)
    desk.store.notice("k", LEADS, "", NOON)
    with store.transaction():
        sentence = f"<@{CARO}>, X cannot be read since 11:00 UTC."
        store.engine.run("UPDATE notices SET sentence = :sentence, pieces = '[]'", {"sentence": sentence})
    publish(desk)
    [message] = [message for (room, _), message in slack(desk).messages.items() if room == LEADS]
    assert (message.text, message.blocks[0]["text"]["text"]) == (sentence, sentence)


def test_where_nobody_is_known_yet_the_leads_are_told_as_soon_as_they_are(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    chat = RefusingChat(refused={LEADS: "is_archived"})
    desk = a_desk(store, chat=chat, clock=FakeClock(NOON + timedelta(days=1)))  # the groups were read too long ago
    desk = replace(desk, policy=replace(desk.policy, roster=Roster(approvers=frozenset({APPROVERS}))))
    desk.store.notice("k", LEADS, "X cannot be read.", NOON)
    publish(desk)
    assert (directly(chat), "leads.channel_refuses" in caplog.text) == ({}, True)
    at = clock(desk).move(minutes=10)
    desk.store.put_people(
        [teammate(BEN, "Ben", at=at)], [Group(id=APPROVERS, members=frozenset({BEN}), fetched_at=at)]
    )
    publish(desk)
    assert list(directly(chat)) == ["D0BEN"]


def test_an_update_without_an_answer_is_made_again(store: SqlStore) -> None:
    desk, chat = timed(store)
    a_case(desk)
    publish(desk)
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    chat.outcomes.append(Unsure("no answer"))
    publisher = a_publisher(desk)
    clock(desk).move(seconds=0.15)
    publisher.one_round(publisher.desk.clock.now())
    clock(desk).move(seconds=31)
    publish(desk, publisher)
    assert (chat.updates, told_cases(desk, 1)) == (2, 1)


@dataclass
class ForgetfulChat(FakeChat):
    """A Slack in which people delete messages by hand."""

    deleted: set[tuple[str, str]] = field(default_factory=set)

    def delete(self, channel: str, ts: str) -> None:
        del self.messages[channel, ts], self.threads[channel, ts]
        self.deleted.add((channel, ts))

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        if (channel, thread_ts) in self.deleted:
            return NotPosted("thread_not_found")
        return super().post(channel, message, thread_ts=thread_ts, telling=telling)

    def keep(self, channel: str, message: Message, thread_ts: str, telling: int) -> Posted:
        kept = super().keep(channel, message, thread_ts, telling)
        ts = f"{1_700_000_000 + self.posts}.000200"  # two messages never have the same
        for of in (self.messages, self.threads):
            of[kept.channel, ts] = of.pop((kept.channel, kept.ts))  # type: ignore[attr-defined]
        return Posted(kept.channel, ts)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        return (
            NotPosted("message_not_found") if (channel, ts) in self.deleted else super().update(channel, ts, message)
        )


def forgetful(store: SqlStore) -> tuple[Desk, ForgetfulChat]:
    desk = a_desk(store)
    chat = ForgetfulChat(people=slack(desk).people, groups=slack(desk).groups)
    return replace(desk, chat=chat), chat


def delete_card(desk: Desk, chat: ForgetfulChat) -> None:
    card = desk.store.card(1)
    assert card is not None
    chat.delete(card.channel, card.ts)


def test_a_card_that_somebody_deleted_is_posted_again_once_at_the_next_change(store: SqlStore) -> None:
    desk, chat = forgetful(store)
    a_case(desk)
    publish(desk)
    delete_card(desk, chat)
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    casework.release(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    assert (roots(chat), chat.posts, told_cases(desk, 1)) == ({BILLING: 1}, 2, 1)
    assert said_to_leads(chat) == []


def test_a_message_that_finds_no_thread_brings_the_card_back_and_stands_under_it(store: SqlStore) -> None:
    desk, chat = forgetful(store)
    a_case(desk)
    publish(desk)
    delete_card(desk, chat)
    card = desk.store.card(1)
    assert card is not None
    receive(desk, a_post("101", "hello?", root="100", at=clock(desk).move(minutes=3)))
    desk.store.mark_told(card.id, card.channel, card.ts, desk.store.case(1).version)  # as if it had been drawn before
    publisher = a_publisher(desk)
    for _ in range(4):
        publish(desk, publisher)
        clock(desk).move(seconds=31)
    [head] = [ts for (room, ts), of in chat.threads.items() if room == card.channel and not of]
    assert [of for (room, _), of in chat.threads.items() if room == card.channel and of] == [head]


def test_a_thread_that_slack_denies_while_its_card_stands_makes_no_second_card(store: SqlStore) -> None:
    desk, chat = forgetful(store)
    a_case(desk)
    publish(desk)
    receive(desk, a_post("101", "hello?", root="100"))
    publisher = a_publisher(desk)
    publisher.one_round(publisher.desk.clock.now())
    chat.outcomes += [NotPosted("thread_not_found")]
    for _ in range(4):
        publish(desk, publisher)
        clock(desk).move(seconds=31)
    assert roots(chat) == {BILLING: 1}
    assert [read(one) for one in chat.messages.values() if "hello?" in read(one)] != []


def test_a_notice_that_somebody_deleted_comes_again_for_the_next_thing_that_it_counts(store: SqlStore) -> None:
    desk, chat = forgetful(store)

    def tells(number: int, *, others_wait: bool = False) -> list[str]:
        tell_gathered(
            desk, "late", number, lambda many, _: (f"{many} late.",), desk.clock.now(), others_wait=others_wait
        )
        clock(desk).move(minutes=2)
        publish(desk)
        return said_to_leads(chat)

    assert tells(1) == ["1 late."]
    desk.store.notice("other", LEADS, "Another.", desk.clock.now())
    clock(desk).move(minutes=2)
    publish(desk)
    for where in list(chat.messages):
        chat.delete(*where)
    desk.store.notice_anew("other", "It is over.", desk.clock.now())
    desk.store.notice_anew("late:1", "1 was late.", desk.clock.now())
    clock(desk).move(minutes=2)
    publish(desk)
    assert said_to_leads(chat) == []
    assert tells(2, others_wait=True) == ["2 late."]


def test_a_digest_that_somebody_deleted_comes_again_once_a_notice_in_it_counts_one_more(store: SqlStore) -> None:
    desk, chat = forgetful(store)

    def tells(number: int) -> None:
        late = partial(tell_gathered, desk, "late", number, lambda many, _: (f"{many} late.",), desk.clock.now())
        late(others_wait=number > 1)

    tells(1)
    desk.store.notice("other", LEADS, "Another.", desk.clock.now())
    clock(desk).move(minutes=2)
    publish(desk)
    [digest] = said_to_leads(chat)
    assert "1 late." in digest
    assert "Another." in digest
    for where in list(chat.messages):
        chat.delete(*where)
    desk.store.notice_anew("other", "It is over.", desk.clock.now())
    clock(desk).move(minutes=2)
    publish(desk)
    assert said_to_leads(chat) == []
    tells(2)
    for _ in range(2):
        clock(desk).move(minutes=2)
        publish(desk)
    [digest] = said_to_leads(chat)
    assert "2 late." in digest
    assert chat.posts == 2


def test_the_card_of_a_case_that_has_ended_stays_deleted_until_it_is_reopened(store: SqlStore) -> None:
    desk, chat = forgetful(store)
    a_case(desk)
    publish(desk)
    delete_card(desk, chat)
    casework.solve(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    assert (roots(chat), said_to_leads(chat)) == ({}, [])
    casework.reopen(desk, 1, by=ANA, at=desk.clock.now())
    publish(desk)
    assert roots(chat) == {BILLING: 1}


@pytest.mark.parametrize("rounds", [1, 3])
def test_a_deleted_draft_under_decision_comes_back_and_a_deleted_request_does_not(
    store: SqlStore, rounds: int
) -> None:
    desk, chat = forgetful(store)
    in_review(desk)
    for version in range(1, rounds):
        words = review.Words(text=f"We are sorry, Priya ({version}). ^AN", replaces=version)
        review.submit(desk, 1, words, by=ANA, at=desk.clock.now())
    publish(desk)
    before = len(chat.messages)
    for telling_id in range(1, 40):
        with suppress(Unknown):
            told = desk.store.telling(telling_id)
            if told.kind in {TellingKind.DRAFT, TellingKind.ASK, TellingKind.DIGEST} and told.ts:
                chat.delete(told.channel, told.ts)
    assert len(chat.messages) == before - 2
    receive(desk, a_post("101", "hello?", root="100"))  # the draft becomes stale
    publish(desk)
    shown = [room for (room, _), one in chat.messages.items() if "Still right" in str(one.blocks)]
    assert shown == [BILLING]
    assert said_to_leads(chat) == []


@dataclass
class SilentChat(FakeChat):
    """A Slack that stores the next post, or not, and does not answer."""

    keeps: bool = True
    silent: int = 1
    unreadable: bool = False
    finds: int = 0

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        if not self.silent:
            return super().post(channel, message, thread_ts=thread_ts, telling=telling)
        self.silent -= 1
        if self.keeps:
            self.keep(channel, message, thread_ts, telling)
        return Unsure("no answer")

    def find(self, channel: str, telling: int, since: object, thread_ts: str = "") -> Posted | None:
        self.finds += 1
        if self.unreadable:
            raise ChatTrouble("Slack does not answer.")
        return super().find(channel, telling, since, thread_ts)  # type: ignore[arg-type]


def settle(desk: Desk, publisher: Publisher) -> None:
    for _ in range(4):
        publisher.reconcile(clock(desk).move(seconds=31))
        publish(desk, publisher)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_post_of_unknown_outcome_ends_as_one_root(store: SqlStore, *, keeps: bool) -> None:
    chat = SilentChat(keeps=keeps)
    desk = a_desk(store, chat=chat)
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    assert publisher.reconcile(desk.clock.now()) == 0  # too early to know
    settle(desk, publisher)
    assert (roots(chat), told_cases(desk, 1)) == ({BILLING: 1}, 1)


@dataclass
class LateChat(SilentChat):
    """A Slack that keeps a post and shows it only later."""

    shows: bool = False

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:
        return super().find(channel, telling, since, thread_ts) if self.shows else None


def test_a_post_that_slack_shows_some_seconds_late_is_not_posted_again(store: SqlStore) -> None:
    chat = LateChat(keeps=True)
    desk = a_desk(store, chat=chat)
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    now = clock(desk).move(seconds=31)
    assert [publisher.reconcile(now) for _ in range(3)] == [0, 0, 0]
    chat.shows = True
    assert publisher.reconcile(clock(desk).move(seconds=5)) == 1
    publish(desk, publisher)
    assert (roots(chat), told_cases(desk, 1)) == ({BILLING: 1}, 1)


@pytest.mark.parametrize("n", [1, 2], ids=["before it is begun", "after Slack took it"])
def test_a_kill_between_posting_and_writing_it_down_makes_no_second_root(store: SqlStore, n: int) -> None:
    method = {1: "telling_started", 2: "mark_told"}[n]
    desk = a_desk(store)
    a_case(desk)
    broken = replace(desk, store=BreakingStore(store, **{method: at_call(1, Killed())}))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        publish(broken)
    after = a_publisher(desk)
    publish(desk, after)
    settle(desk, after)
    assert (roots(slack(desk)), told_cases(desk, 1)) == ({BILLING: 1}, 1)


def test_a_database_that_goes_away_right_before_a_post_is_no_defect_and_the_post_is_made_once(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk = a_desk(store)
    a_case(desk)
    publisher = a_publisher(desk)
    with monkeypatch.context() as away:
        away.setattr("bot.services.slack.outgoing.why_not", always(OutOfService("the database is gone")))
        with pytest.raises(OutOfService):
            publish(desk, publisher)
    assert [one for one in caplog.records if one.levelno > logging.DEBUG] == []  # threads of other tests end late
    settle(desk, publisher)
    publish(desk, publisher)
    assert (roots(slack(desk)), told_cases(desk, 1)) == ({BILLING: 1}, 1)


def test_while_slack_cannot_be_read_an_unknown_post_is_not_repeated(store: SqlStore) -> None:
    chat = SilentChat(keeps=True, unreadable=True)
    desk = a_desk(store, chat=chat)
    a_case(desk)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    settle(desk, publisher)
    assert roots(chat) == {BILLING: 1}
    chat.unreadable = False
    settle(desk, publisher)
    assert (roots(chat), told_cases(desk, 1)) == ({BILLING: 1}, 1)


def test_reading_back_keeps_to_slacks_pace_too(store: SqlStore) -> None:
    chat = SilentChat(keeps=True, silent=30, unreadable=True)
    desk = a_desk(store, chat=chat)
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(30)))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    clock(desk).move(minutes=2)
    for _ in range(20):
        publisher.reconcile(clock(desk).move(seconds=1))
    assert chat.finds <= 50


@dataclass
class DatedChat(SilentChat):
    """A Slack with its own time, which finds no message older than `since`."""

    desk: Desk | None = None
    ahead: timedelta = timedelta()  # of our clock before Slack's
    made: dict[tuple[str, str], datetime] = field(default_factory=dict)
    too_much_before: datetime | None = None

    def keep(self, channel: str, message: Message, thread_ts: str, telling: int) -> Posted:
        kept = super().keep(channel, message, thread_ts, telling)
        assert self.desk is not None
        self.made[kept.channel, kept.ts] = self.desk.clock.now() - self.ahead
        return kept

    def find(self, channel: str, telling: int, since: datetime, thread_ts: str = "") -> Posted | None:  # type: ignore[override]
        if self.too_much_before and since < self.too_much_before:
            raise TooMuchToRead("There are too many messages.")
        found = super().find(channel, telling, since, thread_ts)
        return found if found and self.made[found.channel, found.ts] >= since else None


def set_back(store: SqlStore) -> tuple[Desk, DatedChat, Publisher]:
    """Return a desk whose clock is an hour ahead of Slack's."""
    chat = DatedChat(ahead=timedelta(hours=1))
    desk = chat.desk = a_desk(store, chat=chat)
    return desk, chat, a_publisher(desk)


@pytest.mark.parametrize("minutes", [-60, 120], ids=["at once", "after hours"])
def test_a_post_begun_before_the_clock_was_set_back_is_found_and_not_posted_twice(
    store: SqlStore, minutes: int
) -> None:
    desk, chat, publisher = set_back(store)
    a_case(desk)
    publish(desk, publisher)
    chat.ahead = timedelta()
    assert publisher.reconcile(clock(desk).move(minutes=minutes, seconds=5)) == 1
    publish(desk, publisher)
    assert (roots(chat), told_cases(desk, 1)) == ({BILLING: 1}, 1)


@pytest.mark.parametrize("minutes", [-60, 120], ids=["at once", "after hours"])
def test_an_answer_in_a_thread_begun_before_the_clock_was_set_back_is_posted_once(
    store: SqlStore, minutes: int
) -> None:
    desk, chat, publisher = set_back(store)
    a_case(desk)
    chat.silent = 0
    publish(desk, publisher)
    clock(desk).move(hours=3)
    receive(desk, a_post("101", "hello?", root="100", at=desk.clock.now()))
    chat.silent = 1
    publish(desk, publisher)
    chat.ahead = timedelta()
    assert publisher.reconcile(clock(desk).move(minutes=minutes, seconds=5)) == 1
    publish(desk, publisher)
    assert [read(one) for one in chat.messages.values() if "added at" in read(one)][1:] == []


def test_where_there_is_too_much_to_read_the_minutes_around_the_start_decide(store: SqlStore) -> None:
    desk, chat, publisher = set_back(store)
    chat.ahead, chat.too_much_before, chat.keeps = timedelta(), desk.clock.now() - timedelta(minutes=2), False
    a_case(desk)
    publish(desk, publisher)
    settle(desk, publisher)
    assert (roots(chat), told_cases(desk, 1)) == ({BILLING: 1}, 1)


@dataclass
class DeafRoom(SilentChat):
    """A Slack in which one channel cannot be read."""

    deaf: str = CARE

    def find(self, channel: str, telling: int, since: object, thread_ts: str = "") -> Posted | None:
        self.unreadable = channel == self.deaf
        return super().find(channel, telling, since, thread_ts)


def test_a_room_that_cannot_be_read_does_not_hold_up_the_posts_of_another(store: SqlStore) -> None:
    chat = DeafRoom(silent=3)
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"), a_post("2", "late", by="b"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    receive(desk, a_post("3", "charged", by="c"))
    publish(desk, publisher)
    settle(desk, publisher)
    card = desk.store.card(3)
    assert card is not None
    assert (card.channel, card.started_at, roots(chat)[BILLING]) == (BILLING, None, 1)


class BusySlack(SilentChat):
    """A Slack that asks to wait when messages are read."""

    def find(self, channel: str, telling: int, since: object, thread_ts: str = "") -> Posted | None:
        self.finds += 1
        trouble = ChatTrouble("Slack is busy.")
        trouble.retry_after = 120.0
        raise trouble


def test_a_room_that_cannot_be_read_for_an_hour_is_said_once_a_day(store: SqlStore) -> None:
    chat = DeafRoom(silent=1)
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    for _ in range(110):
        publisher.reconcile(clock(desk).move(seconds=31))
        publish(desk, publisher)
        assert said_to_leads(chat) == [] or desk.clock.now() - NOON >= timedelta(hours=1)
    for _ in range(20):
        publisher.reconcile(clock(desk).move(minutes=10))
        publish(desk, publisher)
    assert len([one for one in said_to_leads(chat) if "Slack does not say whether case 1 is shown in" in one]) == 1


class BrokenReading(DeafRoom):
    """A Slack that raises an unexpected error about one channel."""

    def find(self, channel: str, telling: int, since: object, thread_ts: str = "") -> Posted | None:
        if channel == self.deaf:
            raise KeyError("ts")
        return super().find(channel, telling, since, thread_ts)


def test_what_nobody_foresaw_about_one_post_holds_up_no_other(store: SqlStore) -> None:
    chat = BrokenReading(silent=1)
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    receive(desk, a_post("2", "late", by="b"), a_post("3", "charged", by="c"))
    settle(desk, publisher)
    assert [card.ts != "" for card in map(desk.store.card, (1, 2, 3)) if card] == [False, True, True]


@dataclass
class BreakingChat(FakeChat):
    """A Slack that raises unexpected errors about one channel, but stores the messages."""

    breaks: str = CARE

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        answer = super().post(channel, message, thread_ts=thread_ts, telling=telling)
        return self._odd(channel, answer)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        return self._odd(channel, super().update(channel, ts, message))

    def _odd(self, channel: str, answer: ChatOutcome) -> ChatOutcome:
        if channel == self.breaks:
            raise KeyError("channel")
        return answer


def test_an_answer_of_slack_that_nobody_foresaw_holds_up_no_other_message(store: SqlStore) -> None:
    chat = BreakingChat()
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "smoke", by="a"), a_post("2", "charged", by="b"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    settle(desk, publisher)
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    casework.claim(desk, 2, by=ANA, at=desk.clock.now())
    clock(desk).move(seconds=0.15)
    for _ in range(3):
        publisher.one_round(publisher.desk.clock.now())
    card = desk.store.card(2)
    assert card is not None
    assert (roots(chat), card.shown) == ({CARE: 1, BILLING: 1}, card.wanted)


def test_reading_back_waits_as_long_as_slack_asks_in_every_room(store: SqlStore) -> None:
    chat = BusySlack(silent=2)
    desk = a_desk(store, chat=chat)
    receive(desk, a_post("1", "late", by="a"), a_post("2", "charged", by="b"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    for _ in range(3):
        publisher.reconcile(clock(desk).move(seconds=35))
    assert chat.finds == 1


def test_a_refused_message_does_not_wait_for_a_clock_that_was_set_back(desk: Desk) -> None:
    a_case(desk)
    slack(desk).outcomes.append(NotPosted("internal_error"))
    a_publisher(desk).one_round(desk.clock.now())
    clock(desk).move(hours=-1)
    publish(desk)
    assert told_cases(desk, 1) == 1


# --- messages that cannot be drawn --------------------------------------------------------------------------------


def test_a_message_that_cannot_be_drawn_stops_no_other(desk: Desk) -> None:
    receive(desk, a_post("1", "smoke", by="a"), a_post("2", "late", by="b"))

    def odd(of: Desk, telling: Telling, now: datetime) -> tuple[Message, int] | None:
        if telling.case_id == 1 and telling.kind == TellingKind.CARD:
            raise KeyError("nobody foresaw this case")
        return draw(of, telling, now)

    publisher = Publisher(desk, Limiter(desk.clock.pace), odd)
    for _ in range(20):
        publisher.one_round(publisher.desk.clock.now())
        clock(desk).move(seconds=31)
    texts = [read(message) for (room, _), message in slack(desk).messages.items() if room == CARE]
    assert len(texts) == 1
    assert "late" in texts[0]
    assert [
        one for one in desk.store.to_tell(desk.clock.now()) if one.case_id == 1
    ] == []  # given up, not tried for ever
    assert ["show case 1: it cannot be drawn" in one for one in said_to_leads(slack(desk))] == [True]


def test_what_has_nothing_to_show_is_given_up_quietly(desk: Desk) -> None:
    a_case(desk)
    publisher = Publisher(desk, Limiter(desk.clock.pace), lambda *_: None)
    publish(desk, publisher)
    assert (slack(desk).posts, notices(desk)) == (0, [])


def test_an_approved_reply_is_told_to_whoever_wrote_it(desk: Desk) -> None:
    approved(desk)
    publish(desk)
    assert desk.store.to_tell(NOON + timedelta(days=1)) == []


def test_a_message_about_an_older_draft_shows_what_became_of_that_one(desk: Desk) -> None:
    """Slack could not be reached while the first draft was withdrawn and replaced."""
    case = in_review(desk)
    publish(desk)
    first = case.draft
    assert first is not None
    review.withdraw(desk, first.id, by=ANA, at=desk.clock.now())
    written(desk, case.id, text="Priya, it is on its way. ^AN")
    publish(desk)
    shown = [str(one.blocks) for one in slack(desk).messages.values() if "charged twice is on us" in str(one.blocks)]
    assert shown
    assert all("Withdrawn" in one and "draft_approve" not in one for one in shown)


def test_nobody_is_asked_by_direct_message_for_what_is_settled_by_now(desk: Desk) -> None:
    case = in_review(desk)
    assert case.draft is not None
    review.withdraw(desk, case.draft.id, by=ANA, at=desk.clock.now())
    publish(desk)
    assert {room for room, _ in slack(desk).messages} == {BILLING}


# --- redraws together ----------------------------------------------------------------------------------------


def standing_card(store: SqlStore) -> tuple[Desk, TimedChat, Publisher]:
    desk, chat = timed(store)
    receive(desk, a_post("1", "late", by="a"))
    publisher = a_publisher(desk)
    publish(desk, publisher)
    clock(desk).move(seconds=30)
    chat.calls.clear()
    return desk, chat, publisher


def shown_within(desk: Desk, publisher: Publisher, seconds: float) -> None:
    """Publish for so long, as the publisher's loop does."""
    until = clock(desk).now() + timedelta(seconds=seconds)
    while (wait := publisher.one_round(publisher.desk.clock.now())) is not None and clock(desk).now() + timedelta(
        seconds=wait
    ) < until:
        clock(desk).move(seconds=wait)
    clock(desk).at = until


@pytest.mark.parametrize("apart", [0.0, 0.1, 0.3, 0.45])
def test_three_changes_within_a_second_are_one_redraw_that_shows_the_last(store: SqlStore, apart: float) -> None:
    desk, chat, publisher = standing_card(store)
    for number in (2, 3, 4):
        receive(desk, a_post(str(number), f"word {number}", by="a", root="1"))
        shown_within(desk, publisher, apart)
    shown_within(desk, publisher, 1.1)
    card = desk.store.card(1)
    assert card is not None
    assert (len(chat.when("update")), card.shown) == (1, card.wanted)


def test_what_somebody_clicked_on_is_shown_within_a_blink_with_what_followed_at_once(store: SqlStore) -> None:
    desk, chat, publisher = standing_card(store)
    clicked = chat.pace()  # type: ignore[operator]
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())
    shown_within(desk, publisher, 0.1)
    casework.release(desk, 1, by=ANA, at=desk.clock.now())
    shown_within(desk, publisher, 0.1)
    assert [at - clicked for at in chat.when("update")] == [pytest.approx(0.15, abs=0.001)]
    assert desk.store.card(1).shown == desk.store.card(1).wanted  # type: ignore[union-attr]


def test_a_first_post_never_waits_for_what_else_may_change(store: SqlStore) -> None:
    desk, chat = timed(store)
    receive(desk, a_post("1", "late", by="a"))
    begun = chat.pace()  # type: ignore[operator]
    publish(desk)
    assert chat.when("post") == [begun]


def test_a_redraw_wanted_by_a_clock_that_ran_ahead_is_not_waited_for(store: SqlStore) -> None:
    desk, chat, publisher = standing_card(store)
    casework.claim(desk, 1, by=ANA, at=desk.clock.now() + timedelta(hours=2))
    assert publisher.one_round(publisher.desk.clock.now()) == 0
    assert len(chat.when("update")) == 1


def test_all_that_a_decision_changes_is_shown_while_other_redraws_have_used_their_part_up(store: SqlStore) -> None:
    desk, chat = timed(store)
    receive(desk, *(a_post(str(n), "late", by=f"c{n}") for n in range(1, 51)))
    written(desk, 1)
    publisher = a_publisher(desk)
    publish(desk, publisher)
    clock(desk).move(minutes=2)
    receive(desk, *(a_post(str(100 + n), "still late", by=f"c{n}", root=str(n)) for n in range(2, 51)))
    shown_within(desk, publisher, 3)
    others = len(chat.when("update"))
    draft = draft_of(desk, 1)
    assert others >= 30  # now only redraws after clicks are allowed
    version, decided = desk.store.case(1).version, chat.pace()  # type: ignore[operator]
    now = desk.clock.now()
    review.request_changes(desk, draft.id, "Shorter", version=draft.version, by=draft.asked, at=now)
    shown_within(desk, publisher, 0.5)
    kinds = {one.kind: one.shown for one in standing(desk, 1)}
    assert {kind: shown > version for kind, shown in kinds.items()} == {
        TellingKind.CARD: True,
        TellingKind.DRAFT: True,
        TellingKind.ASK: True,
    }
    later = (where for at, what, where in chat.calls if what == "update" and at > decided)
    assert next(later) == f"D{draft.asked[1:]}"


def standing(desk: Desk, case_id: int) -> list[Telling]:
    """Return the posted messages of a case, without its further posts."""
    found = (desk.store.telling(number) for number in slack(desk).tellings)
    return [
        one
        for one in found
        if one.case_id == case_id and one.kind in {TellingKind.CARD, TellingKind.DRAFT, TellingKind.ASK}
    ]

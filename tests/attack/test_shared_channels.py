"""Channels that another company can read: every kind of message and answer, room and reader.

The customers below have unique marks in their words; the tests search for the marks in everything sent to Slack.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.base import ids
from bot.domain.light_lane.light_mention import words_mark
from bot.domain.mentions.mention import Author
from bot.domain.reminders.recipients import ReminderPolicy
from bot.domain.slack.telling import Telling, TellingKind
from bot.domain.storms.holding_reply import Audience
from bot.domain.storms.signature import FeatureKind, Trait
from bot.domain.storms.storm import Storm
from bot.domain.team.people import PersonKind, Roster
from bot.domain.team.shifts import Shift
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import ChatTrouble, Desk, Message
from bot.services.cases import casework, inquiries
from bot.services.light_lane import thank_yous
from bot.services.reminders import claim_checks, remind
from bot.services.replies import joint_drafts, review
from bot.services.slack import outgoing, shared_channels
from bot.services.slack.publishing import Publisher
from bot.services.storms import acting, holding_replies
from bot.services.team import access, handover, swaps
from handlers.commands import VERBS
from storage import SqlStore
from tests.engines import store_in
from tests.fakes import (
    ANA,
    APPROVERS,
    BEN,
    BILLING,
    CARE,
    CARO,
    DEE,
    GUS,
    LEADS,
    NOON,
    POLICY,
    STAN,
    FakeChat,
    a_desk,
    a_post,
    teammate,
)
from tests.handlers.pressing import RESPONSE, TEAM, Hands, elements
from tests.long import part
from tests.services.journey import clock, draft_of, receive, slack

SECRET, PUBLIC = "zqsecret", "zqpublic"  # in customers' words and names, and in our replies to them
RANDOM, PARTNERS, NOT_OURS, DIRECT = "C0RANDOM", "C0PARTNERS", "C0NOTOURS", "D0ANA"
SHIFT = Shift(
    days=frozenset(range(5)), hours=[(9 * 60, 14 * 60)], people=frozenset({ANA, BEN, GUS}), zone=ZoneInfo("UTC")
)
MINE = replace(
    POLICY,
    shifts=(SHIFT, replace(SHIFT, hours=[(14 * 60, 20 * 60)], people=frozenset({DEE, BEN}))),
    reminders=ReminderPolicy(digest_above=2),
)


@dataclass
class Slack(FakeChat):
    """A Slack with several channels: some are not visible to us, of some it does not say whether they are shared."""

    silent: frozenset[str] = frozenset()

    def shared(self, channel: str) -> bool | None:
        if channel in self.silent:
            raise ChatTrouble("Slack is not answering just now.")
        return None if channel in {NOT_OURS, DIRECT} else channel in self.shared_rooms


def whole(shown: object) -> str:
    """Return everything sent to Slack in lower case, since names get a capital."""
    return json.dumps(shown, ensure_ascii=False).casefold()


def of(message: Message) -> str:
    return whole([message.text, list(message.blocks)])


def marks(shown: str) -> set[str]:
    return {mark for mark in (SECRET, PUBLIC) if mark in shown}


def private(number: int, words: str = "") -> object:
    """Return a private message that is routed to the channel for billing."""
    who = f"{SECRET}{number}"
    facts = {"root": f"with-{who}", "private": True, "url": f"https://x.example/messages/{who}/{number}"}
    facts |= {"at": NOON + timedelta(minutes=2)} if words else {}
    return a_post(f"m{number}{len(words)}", f"charged twice {SECRET} {words}", by=who, **facts)


def public(number: int) -> object:
    return a_post(str(number), f"where is my {PUBLIC} parcel", by=f"{PUBLIC}{number}")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    opened = store_in(tmp_path / "desk")
    yield opened
    opened.close()


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    quiet = a_desk(store)
    chat = Slack(people=slack(quiet).people, groups=slack(quiet).groups, shared_rooms={PARTNERS})
    return a_desk(store, chat=chat, policy=MINE)


def publish(desk: Desk) -> None:
    publisher = Publisher(desk, Limiter(desk.clock.pace), draw)
    for _ in range(400):
        wait = publisher.one_round(publisher.desk.clock.now())
        if wait is None or wait >= 30:
            return
        clock(desk).move(seconds=wait)


def pass_time(desk: Desk, minutes: int) -> None:
    """Run the housekeeping jobs minute by minute."""
    for _ in range(minutes):
        now = clock(desk).move(minutes=1)
        access.renew_directory(desk, now)
        shared_channels.check_channels(desk, now)
        remind.remind(desk, now)
        claim_checks.check_claims(desk, now)
        inquiries.remind_teams(desk, now)
        handover.hand_over_ended(desk, now)
        publish(desk)


def a_storm(desk: Desk) -> None:
    """Let a storm begin and end, with a folded case in it and marketing asked to pause."""
    now, trait = desk.clock.now(), Trait(FeatureKind.WORD, "tariff")
    facts = {"words": ("tariff",), "since": now, "opened_at": now, "opened_by": ANA}
    storm = desk.store.open_storm(Storm(channel=CARE, traits=(trait,), **facts))  # type: ignore[arg-type]
    receive(desk, a_post("501", f"your new tariff, {PUBLIC}", by=f"{PUBLIC}501"))
    acting.ask_to_pause(desk, storm.id, by=ANA, at=now)
    acting.end(desk, storm.id, by=ANA, at=now)


def a_day(desk: Desk, *, shared_after: int | None = None, room: str = BILLING) -> None:
    """Produce every kind of message, in private cases that a guest holds and in public ones."""
    receive(desk, *(private(n) for n in range(1, 6)), public(201), public(202))  # type: ignore[arg-type]
    receive(desk, a_post("301", "thank you @northwind", by=f"{PUBLIC}301"))
    praised(desk)
    publish(desk)
    for number in range(1, 6):
        casework.claim(desk, number, by=GUS, at=desk.clock.now())
    casework.claim(desk, 7, by=ANA, at=desk.clock.now())
    receive(desk, private(1, "and more"))  # type: ignore[arg-type]
    a_storm(desk)
    swaps.ask_for_swap(desk, "@dee", by=BEN, at=desk.clock.now())
    desk.store.notice("one", LEADS, "Something about the desk.", desk.clock.now())
    for number, by in ((1, GUS), (6, GUS)):
        review.begin_writing(desk, number, by=by, at=desk.clock.now())
        words = review.Words(text=f"Sorry {SECRET if number == 1 else PUBLIC}, we are on it. ^GU")
        review.submit(desk, number, words, by=by, at=desk.clock.now())
    publish(desk)
    draft = draft_of(desk)
    facts = {"version": draft.version, "by": draft.asked, "at": desk.clock.now()}
    review.request_changes(desk, draft.id, f"Name {SECRET} please", **facts)
    for number, by in ((2, GUS), (7, ANA)):
        facts = {"team": "Billing", "text": "When was it charged?", "by": by, "at": desk.clock.now()}
        inquiries.ask(desk, number, **facts)
    receive(desk, *(a_post(f"40{n}", f"and my {PUBLIC} parcel", by=f"{PUBLIC}40{n}", root="400") for n in (1, 2)))
    first, second = (desk.store.live_cases("x", f"id-{PUBLIC}40{n}")[0].id for n in (1, 2))
    words = review.Words(text=f"{PUBLIC}401, we are looking into it. ^AN")
    joint_drafts.submit_together(desk, first, words, [second], by=ANA, at=desk.clock.now())
    tell_a_storm(desk)
    publish(desk)
    inquiries.answer(desk, 1, text="On Monday.", by=DEE, at=desk.clock.now())
    for minute in range(135):
        if minute == shared_after:
            slack(desk).shared_rooms.add(room)
        pass_time(desk, 1)


def praised(desk: Desk) -> None:
    """Let marketing quote somebody's good words."""
    by = f"{PUBLIC}302"
    receive(desk, a_post("302", f"@northwind you are the best, love your shop, {by}", by=by))
    known = desk.store.mention_of("x", "302")
    assert known is not None
    post, at = known[0], desk.clock.now()
    thank_yous.offer_to_marketing(desk, post.id, by=ANA, at=at, mark=words_mark(post.text))
    thank_yous.let_marketing_quote(desk, post.id, by=BEN, at=at, mark=words_mark(post.text))


def tell_a_storm(desk: Desk) -> None:
    """Open a storm with one customer, and write its holding reply."""
    at, app = desk.clock.now(), Trait(FeatureKind.WORD, "app")
    storm = Storm(channel=MINE.channel, traits=(app,), words=("app",), since=at, opened_at=at, opened_by=ANA)
    author = Author(id=f"{PUBLIC}500", handle=f"{PUBLIC}500", name="Priya N")
    number = desk.store.open_storm(storm).id
    receive(desk, a_post("500", f"my {PUBLIC} app will not open", author=author))
    words = {"": "[first name], we are on it. ^AN"}
    holding_replies.write_holding_reply(desk, number, words, Audience.EVERYBODY, by=ANA, at=at)


def told(desk: Desk) -> list[tuple[TellingKind, str, Message]]:
    """Return everything that Slack shows: kind, channel and message; for a digest also the messages in it."""
    chat = slack(desk)
    where = {place: desk.store.telling(telling) for telling, place in chat.tellings.items()}
    kinds = {place: [one.kind, *(_folded(desk, one))] for place, one in where.items()}
    return [(kind, key[0], message) for key, message in chat.messages.items() for kind in kinds[key]]


def _folded(desk: Desk, one: Telling) -> list[TellingKind]:
    return [folded.kind for folded in desk.store.messages_in(one.about)] if one.kind == TellingKind.DIGEST else []


# --- what the desk says by itself ------------------------------------------------------------------------------


def test_nothing_private_leaves_its_own_channel_but_to_those_who_may_read_it(desk: Desk) -> None:
    a_day(desk)
    shown = told(desk)
    assert {kind for kind, _, _ in shown} == set(TellingKind), "a kind of message that this day does not show"
    found = {(kind, room) for kind, room, message in shown if SECRET in of(message)}
    may = {BILLING, f"D{BEN[1:]}", f"D{CARO[1:]}"}
    assert {room for _, room in found} - may == set()
    assert (TellingKind.CARD, BILLING) in found, "in its own channel it is shown"
    assert TellingKind.ASK in {kind for kind, _ in found}, "whoever decides reads it"
    hidden = [of(message) for _, room, message in shown if room == f"D{GUS[1:]}"]
    assert any("words hidden here" in one for one in hidden)


@pytest.mark.parametrize(
    ("after", "room"),
    part(((after, room) for after in (0, 1, 20, 40, 70, 120) for room in (BILLING, CARE, LEADS)), 7),
)
def test_in_a_channel_that_becomes_shared_nothing_of_a_customer_stands(desk: Desk, after: int, room: str) -> None:
    a_day(desk, shared_after=after, room=room)
    shown = [of(message) for _, where, message in told(desk) if where == room]
    assert [marks(one) for one in shown if marks(one)] == []
    assert all("this channel is shared with another company" in one for one in shown)


def test_what_is_posted_after_the_event_looks_first(desk: Desk) -> None:
    receive(desk, private(1))  # type: ignore[arg-type]
    publish(desk)
    slack(desk).shared_rooms.add(BILLING)
    Hands(desk).event("channel_shared", channel=BILLING, connected_team_id="T0PARTNER")
    receive(desk, private(2))  # type: ignore[arg-type]
    publish(desk)
    assert [marks(of(message)) for _, _, message in told(desk) if SECRET in of(message)] == []


def test_without_the_event_a_look_is_good_for_seconds_and_what_slipped_out_is_emptied(desk: Desk) -> None:
    receive(desk, private(1))  # type: ignore[arg-type]
    publish(desk)
    slack(desk).shared_rooms.add(BILLING)
    clock(desk).move(seconds=7)
    receive(desk, private(2))  # type: ignore[arg-type]
    before = slack(desk).posts
    publish(desk)
    assert not any(SECRET in of(message) for _, room, message in told(desk) if room == BILLING)
    assert {room for (room, _) in list(slack(desk).messages)[before:]} <= {LEADS}


class Turning(Slack):
    """A Slack in which a channel becomes shared during a post to it."""

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0):  # type: ignore[no-untyped-def]
        if channel == BILLING:
            self.shared_rooms.add(BILLING)
        return FakeChat.post(self, channel, message, thread_ts=thread_ts, telling=telling)


def test_what_was_on_its_way_when_the_channel_became_shared_loses_its_words(store: SqlStore) -> None:
    desk = a_desk(store, policy=MINE)
    desk = a_desk(store, chat=Turning(people=slack(desk).people, groups=slack(desk).groups), policy=MINE)
    receive(desk, private(1), private(2))  # type: ignore[arg-type]
    publish(desk)
    pass_time(desk, 2)
    shown = [marks(of(message)) for _, room, message in told(desk) if room == BILLING]
    assert shown
    assert not any(shown)


@pytest.mark.parametrize("room", [BILLING, CARE])
def test_where_slack_does_not_say_nothing_is_shown(desk: Desk, room: str) -> None:
    slack(desk).silent = frozenset({room})  # type: ignore[attr-defined]
    a_day(desk)
    assert [of(message) for _, where, message in told(desk) if where == room] == []


def test_an_answer_of_nobody_goes_nowhere(desk: Desk) -> None:
    silent = Message(text=SECRET)
    for reader in (outgoing.InChannel(BILLING), outgoing.ToPerson(CARO, BILLING)):
        assert type(outgoing.post(desk, reader, silent, NOON)).__name__ == "NotPosted"
    assert slack(desk).messages == {}


# --- answers to commands ------------------------------------------------------------------------------------------

WORDS = {
    "find": (f"find {SECRET}", f"find {SECRET}1", f"find {PUBLIC}", "find charged", f"find @{PUBLIC}201"),
    "case": ("case 1", "case 2", "case 6", "case 1 high"),
    "add": (f"add https://x.example/messages/{SECRET}1/m10", f"add https://social.example/@{PUBLIC}/9 {PUBLIC}"),
    "promises": ("promises", "promises csv", "promises week"),
    "away": ("away until 14:00",),
    "swap": ("swap @ben",),
}
WHO = {GUS: False, ANA: False, DEE: False, BEN: True, CARO: True}
PLACES = (BILLING, CARE, RANDOM, PARTNERS, NOT_OURS, DIRECT)


def a_busy_desk(desk: Desk) -> Hands:
    receive(desk, *(private(n) for n in range(1, 4)), public(201), public(202))  # type: ignore[arg-type]
    for number, who in ((1, GUS), (2, ANA), (3, BEN)):
        casework.claim(desk, number, by=who, at=desk.clock.now())
    review.begin_writing(desk, 1, by=GUS, at=desk.clock.now())
    review.submit(desk, 1, review.Words(text=f"Sorry {SECRET}. ^GU"), by=GUS, at=desk.clock.now())
    return Hands(desk)


def typed() -> Iterator[str]:
    for one in VERBS:
        yield from WORDS.get(one.name, (one.name,))


@pytest.mark.parametrize("who", part(WHO, 2))
def test_an_answer_to_the_asker_holds_what_they_may_read_there(desk: Desk, who: str) -> None:
    hands, read = a_busy_desk(desk), set()
    for words in typed():
        for place in PLACES:
            answer = hands.command(words, who, place)
            assert answer["response_type"] == "ephemeral"
            if SECRET in whole(answer).replace(words.partition(" ")[2], ""):  # without their own words
                read.add(place)
    assert read == (set(PLACES) if WHO[who] else {BILLING})
    assert all(SECRET not in of(one) for one in hands.chat.whispers)
    assert all(SECRET.encode() not in content for _, _, content in hands.chat.files)


@pytest.mark.parametrize("who", [*WHO, STAN, "U0NOBODY"])
def test_a_home_tab_holds_what_its_reader_may_read_whatever_is_shown_on_it(desk: Desk, who: str) -> None:
    hands = a_busy_desk(desk)
    hands.open_home(who)
    while shows := [one for one in elements(hands.home(who)["blocks"]) if one["action_id"] == ids.HOME_MORE]:
        hands.dispatch(hands.on_home({**shows[0], "block_id": "b"}, who))
        if len(hands.chat.homes[who]) > 4:
            break
    for face in ("all~~~~", "mine~~~~", "nobodys~~~~", "decide~0_0_0_0"):
        value = ids.button_value(ids.HOME, 0, face, desk.secret)
        hands.dispatch(
            hands.on_home({"type": "button", "action_id": ids.HOME_SHOW, "block_id": "b", "value": value}, who)
        )
    seen = marks(whole(hands.chat.homes[who])), marks(whole(hands.chat.views))
    assert seen == ({*([SECRET] if WHO.get(who) else []), *([PUBLIC] if who in WHO else [])}, set())


@pytest.mark.parametrize("who", part(WHO, 2))
def test_what_is_shared_holds_nothing_private_of_another_channel_and_a_guest_shares_nothing(
    desk: Desk, who: str
) -> None:
    hands = a_busy_desk(desk)
    for words in typed():
        for place in PLACES:
            before, stood = len(desk.store.audit("desk")), len(hands.chat.messages)
            answer = hands.command(f"{words} share", who, place)
            lines = [one for one in desk.store.audit("desk")[before:] if one.verb == "answer_shared"]
            shared = list(hands.chat.messages.values())[stood:]
            assert len(lines) == len(shared)
            assert answer["response_type"] == "ephemeral"
            assert marks(whole([line.facts for line in lines])) == set()
            if not shared:
                continue
            assert who != GUS
            assert place in {BILLING, CARE, RANDOM}
            shown = of(shared[0]).replace(words.partition(" ")[2], "")
            assert SECRET not in shown or (
                place == BILLING and words.startswith(("case", "queue", "mine", "next", "add", "close-day"))
            )


def test_a_search_does_not_tell_what_stands_in_private_messages(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    for who in (GUS, ANA):
        for words in (f"find {SECRET}", f"find {SECRET}1", "find charged twice"):
            for place in (CARE, BILLING, DIRECT):
                assert "nothing here right now" in hands.command(words, who, place)["text"]
    assert "Case 1" in hands.command(f"find {SECRET}", CARO)["text"]


def test_the_attack_itself(desk: Desk) -> None:
    """A guest, and then a member, uses `share` for a private case in a channel that has just become shared."""
    hands = a_busy_desk(desk)
    hands.command("queue", ANA, BILLING)
    slack(desk).shared_rooms.add(BILLING)
    for who, why in (
        (GUS, "needs a full member"),
        (ANA, "shared with another company"),
        (CARO, "shared with another"),
    ):
        answer = hands.command("case 2 share", who, BILLING)
        assert answer["response_type"] == "ephemeral"
        assert why in answer["text"]
        assert marks(whole(answer)) == set()
    assert [one for one in desk.store.audit("desk") if one.verb == "answer_shared"] == []


def test_an_answer_that_was_shared_loses_its_words_like_any_other_message(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    hands.command("case 2 share", ANA, BILLING)
    assert SECRET in of(next(iter(hands.chat.messages.values())))
    slack(desk).shared_rooms.add(BILLING)
    pass_time(desk, 2)
    assert not any(SECRET in of(message) for _, room, message in told(desk) if room == BILLING)
    slack(desk).shared_rooms.remove(BILLING)
    pass_time(desk, 2)
    shown = [of(message) for _, room, message in told(desk) if room == BILLING]
    assert sum("somebody shared an answer here" in one for one in shown) == 1


def test_a_refused_share_does_nothing_else_either(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    hands.command("next share", ANA, PARTNERS)
    hands.command("next share", GUS, CARE)
    assert [desk.store.case(number).assignee for number in (4, 5)] == ["", ""]


@pytest.mark.parametrize("place", [PARTNERS, NOT_OURS])
def test_the_share_button_looks_when_it_is_pressed(desk: Desk, place: str) -> None:
    hands = a_busy_desk(desk)
    value = ids.button_value(ids.ANSWER, 0, 0, desk.secret)
    said = hands.press(
        ids.SHARE, value, ANA, channel={"id": place}, container={"type": "message", "channel_id": place}
    )
    assert "nothing is shown" in said
    assert hands.chat.messages == {}
    assert "full member" in hands.press(ids.SHARE, value, GUS)
    hands.press(ids.SHARE, value, ANA)
    assert len(hands.chat.messages) == 1
    [line] = [one for one in desk.store.audit("desk") if one.verb == "answer_shared"]
    assert (line.by, line.facts["channel"], line.facts["answer"]) == (ANA, CARE, "status")


# --- who reads private messages ----------------------------------------------------------------------------------

TEAM_OF_TWO = frozenset({ANA, GUS})


@pytest.mark.parametrize(
    ("roster", "readers"),
    [
        (MINE.roster, {BEN, CARO}),
        (replace(MINE.roster, team=TEAM_OF_TWO), {ANA, BEN, CARO}),
        (replace(MINE.roster, readers=frozenset()), set()),
        (replace(MINE.roster, readers=frozenset({DEE, GUS})), {DEE}),
        (Roster(approvers=frozenset({APPROVERS, GUS}), leads=frozenset({GUS})), {BEN, CARO}),
    ],
)
def test_who_may_read_private_messages_is_a_setting_and_never_every_member_or_a_guest(
    desk: Desk, roster: Roster, readers: set[str]
) -> None:
    desk.take_over(replace(desk.policy, roster=roster))
    hands = a_busy_desk(desk)
    found = {who for who in WHO if SECRET in whole(hands.command("case 2", who, CARE))}
    assert found == readers


def test_somebody_whom_slack_has_not_been_asked_about_lately_reads_nothing_private(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    clock(desk).move(minutes=16)
    assert SECRET not in whole(hands.command("case 2", CARO, CARE))


# --- forms and buttons -------------------------------------------------------------------------------------------


def pressed_in(place: str) -> dict[str, object]:
    return {"channel": {"id": place}, "container": {"type": "message", "channel_id": place, "message_ts": "1.0"}}


@pytest.mark.parametrize(
    ("who", "place", "opens"),
    [(GUS, BILLING, True), (GUS, DIRECT, False), (ANA, CARE, False), (BEN, DIRECT, True), (GUS, PARTNERS, False)],
)
def test_a_form_about_a_private_case_opens_where_its_reader_may_read_it(
    desk: Desk, who: str, place: str, opens: bool
) -> None:
    hands = a_busy_desk(desk)
    case, draft = desk.store.case(2), draft_of(desk)
    of_draft = ids.button_value(ids.DRAFT, draft.id, ids.draft_version(draft), desk.secret)
    of_case = ids.button_value(ids.CASE, case.id, case.version, desk.secret)
    hands.press(ids.DRAFT_OPEN, of_draft, who, **pressed_in(place))
    hands.act(
        {
            "type": "overflow",
            "action_id": ids.CASE_MORE,
            "block_id": "b",
            "selected_option": {
                "text": {"type": "plain_text", "text": "x"},
                "value": ids.menu_value(ids.MORE_SET_ASIDE, of_case),
            },
        },
        who,
        **pressed_in(place),
    )
    shown = [one for one in hands.chat.views if SECRET in whole(one)]
    assert bool(shown) == opens
    # the set-aside form shows it to the same people; a draft is shown in an answer
    assert opens or all(SECRET not in of(one) for one in hands.chat.whispers)


def test_a_form_is_drawn_anew_only_for_who_may_still_read_it(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    case = desk.store.case(3)
    value = ids.button_value(ids.CASE, case.id, case.version, desk.secret)
    assert hands.press(ids.CASE_REPLY, value, BEN, **pressed_in(DIRECT)) == ""
    assert SECRET in whole(hands.form())
    opened = len(hands.chat.views)
    desk.take_over(replace(desk.policy, roster=replace(desk.policy.roster, readers=frozenset())))
    hands.change(ids.TEMPLATE_SELECT, BEN)
    assert [one for one in hands.chat.views[opened:] if SECRET in whole(one)] == []


def test_a_history_is_hidden_outside_the_channel_of_the_case(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    case = desk.store.case(2)
    menu = ids.menu_value(ids.MORE_HISTORY, ids.button_value(ids.CASE, case.id, case.version, desk.secret))
    hands.choose(ids.CASE_MORE, menu, ANA)
    assert [SECRET in of(one) for one in hands.chat.whispers] == [False]


def test_a_list_that_stands_in_a_channel_is_not_rewritten_with_private_words(desk: Desk) -> None:
    """`replace_original` changes what everybody in the channel sees, if the list was shared."""
    hands = a_busy_desk(desk)
    message = Message(text=SECRET, kept_to=BILLING)
    for place in (CARE, PARTNERS):
        body = hands.click(
            {"type": "button", "action_id": "x", "block_id": "b", "value": ""}, CARO, **pressed_in(place)
        )
        visit = hands.visit(body)
        with pytest.raises(Exception, match=r"private messages|shared with another company"):
            visit.answer(message, replace=True)
    assert hands.chat.whispers == []


def test_a_stranger_gets_nothing_by_direct_message(desk: Desk) -> None:
    out = teammate("U0OUT", "Out", PersonKind.STRANGER)
    desk.store.put_people([out], [])
    message = Message(text=PUBLIC, kept_to="ours")
    assert type(outgoing.post(desk, outgoing.ToPerson(out.id), message, NOON)).__name__ == "NotPosted"


def test_send_to_care_shows_no_private_case_to_a_guest(desk: Desk) -> None:
    hands = a_busy_desk(desk)
    who = f"{SECRET}1"
    body = {
        "type": "message_action",
        "callback_id": "care_add",
        "team": {"id": TEAM},
        "user": {"id": GUS, "team_id": TEAM},
        "channel": {"id": RANDOM},
        "message": {"type": "message", "text": f"<https://x.example/{who}/status/m10>", "ts": "1.0"},
        "message_ts": "1.0",
        "trigger_id": "t",
        "response_url": RESPONSE,
    }
    assert hands.dispatch(body).status == 200
    shown = " ".join(of(one) for one in hands.chat.whispers)
    assert f"charged twice {SECRET}" not in shown


def test_a_storm_in_a_shared_channel_waits_and_the_look_costs_little(desk: Desk) -> None:
    looks = []
    chat = slack(desk)
    usual = chat.shared
    chat.shared = lambda channel: looks.append(channel) or usual(channel)  # type: ignore[method-assign, func-returns-value]
    receive(desk, *(public(n) for n in range(300, 360)))  # type: ignore[arg-type]
    began = desk.clock.now()
    publish(desk)
    minutes = (desk.clock.now() - began) / timedelta(minutes=1)
    assert len(looks) <= 40 * (minutes + 1)

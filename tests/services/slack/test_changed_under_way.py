"""What changes while Slack is being told of something is shown afterwards, whatever kind of message it changes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from bot.domain.accounts.holds import AccountHold, Use
from bot.domain.cases.events import Folded, PostDeleted
from bot.domain.do_not_feed.aside import AsideKind
from bot.domain.slack.shared_channels import Openness
from bot.domain.slack.telling import Telling, TellingKind
from bot.domain.storms.storm import Storm
from bot.gateways.drawing import draw
from bot.gateways.pacing import Limiter
from bot.ports import ChatOutcome, Desk, Message, NotPosted, Paced, Unsure
from bot.services.cases import casework, inquiries
from bot.services.do_not_feed import two_people
from bot.services.halts import pausing
from bot.services.light_lane import deciding
from bot.services.reminders.remind import remind
from bot.services.slack.publishing import Draw, Publisher
from bot.services.slack.shared_channels import openness, show_or_hide
from storage import SqlStore
from tests.blocks.reading import read
from tests.fakes import ANA, BEN, BILLING, CARE, CARO, DEE, POLICY, FakeChat, a_desk, a_post
from tests.services.journey import a_case, approve, approved, clock, in_review, receive, slack
from tests.services.light_lane.scenes import light
from tests.services.team.test_handover import DAY, FIVE, LATE, holding, sweep

Change = Callable[[Desk], object]


@dataclass
class SlowChat(FakeChat):
    """A Slack that has taken a message of one kind in, and has not answered yet, when something else happens."""

    desk: Desk = None  # type: ignore[assignment]
    kind: TellingKind = TellingKind.CARD
    case_id: int = 0  # 0: of any case
    meanwhile: list[Change] = field(default_factory=list)
    answer: ChatOutcome | None = None  # the answer to that call; None: that it was taken in

    def post(self, channel: str, message: Message, *, thread_ts: str = "", telling: int = 0) -> ChatOutcome:
        refused = isinstance(self.answer, NotPosted | Paced) and self._is_awaited(telling)
        told = self.answer if refused else super().post(channel, message, thread_ts=thread_ts, telling=telling)
        return self._answered(telling, told)

    def update(self, channel: str, ts: str, message: Message) -> ChatOutcome:
        its = next(number for number, where in self.tellings.items() if where == (channel, ts))
        refused = isinstance(self.answer, NotPosted | Paced) and self._is_awaited(its)
        return self._answered(its, self.answer if refused else super().update(channel, ts, message))

    def _is_awaited(self, telling: int) -> bool:
        its = self.desk.store.telling(telling)
        return bool(self.meanwhile) and (its.kind, its.case_id) == (self.kind, self.case_id or its.case_id)

    def _answered(self, telling: int, told: ChatOutcome) -> ChatOutcome:
        if not self._is_awaited(telling):
            return told
        self.meanwhile.pop()(self.desk)
        return self.answer or told


def slow(store: SqlStore) -> Desk:
    desk = a_desk(store, policy=replace(POLICY, shifts=(DAY, LATE)))
    chat = SlowChat(people=slack(desk).people, groups=slack(desk).groups)
    chat.desk = replace(desk, chat=chat)
    return chat.desk


def published(desk: Desk, draws: Draw = draw) -> None:
    """Publish until nothing waits, and settle what is unknown."""
    publisher = Publisher(desk, Limiter(desk.clock.pace), draws)
    quiet = 0
    while quiet < 4:
        wait = publisher.one_round(desk.clock.now())
        quiet = quiet + 1 if wait is None else 0
        publisher.reconcile(clock(desk).move(seconds=31.0 if wait is None else wait))


def untrue(desk: Desk) -> list[tuple[TellingKind, str, str]]:
    """Return the posted messages that say something else than is so, with both; links to threads may follow later."""
    chat, now = slack(desk), desk.clock.now()
    found = [(desk.store.telling(number), chat.messages[where]) for number, where in chat.tellings.items()]
    both = [(one.kind, read(shown), read(drawn[0])) for one, shown in found if (drawn := draw(desk, one, now))]
    return [one for one in both if one[1] != one[2]]


def newcomer(desk: Desk) -> None:
    receive(desk, a_post("777", "Me too @northwind", by="cleo", root="100"))


def pause(desk: Desk) -> None:
    pausing.pause(desk, "x because we look into a mistake", by=CARO, at=desk.clock.now())


def resume(desk: Desk) -> None:
    pausing.resume(desk, "x", by=CARO, at=desk.clock.now())


def account_held(desk: Desk) -> None:
    now = desk.clock.now()
    hold = AccountHold(
        network="x",
        account="42",
        use=Use.WRITE,
        held_at=now,
        until=now.replace(hour=23),
        why="Too many",
        met=Use.WRITE,
    )
    desk.store.hold_account(hold)


def paused(desk: Desk) -> None:
    approved(desk)
    pause(desk)


def complained(desk: Desk) -> None:
    a_case(desk)


def with_impostor(desk: Desk) -> None:
    a_case(desk)
    receive(desk, a_post("102", "Send a message to @northwind_help", by="northwlnd", root="100", parent_id="100"))


def called_impostor(desk: Desk) -> None:
    facts = {"reason": "Pretends to be us", "until": None, "kind": AsideKind.IMPOSTOR}
    two_people.put_aside(desk, 2, by=ANA, at=desk.clock.now(), **facts)  # type: ignore[arg-type]


def wrote_again(desk: Desk) -> None:
    a_case(desk)
    published(desk)
    receive(desk, a_post("101", "Hello?", root="100", at=desk.clock.now()))


def post_deleted(desk: Desk) -> None:
    newest = desk.store.mentions(1)[-1]
    desk.store.record(desk.store.case(1), PostDeleted(by="author", at=desk.clock.now(), mention=newest.id))


def reminded(desk: Desk) -> None:
    a_case(desk)
    remind(desk, clock(desk).move(minutes=50))


def claimed(desk: Desk) -> None:
    casework.claim(desk, 1, by=ANA, at=desk.clock.now())


def asked_billing(desk: Desk) -> None:
    a_case(desk)
    claimed(desk)
    inquiries.ask(desk, 1, team="Billing", text="Was it taken back?", by=ANA, at=desk.clock.now())


def billing_answered(desk: Desk) -> None:
    inquiries.answer(desk, 1, text="Yes, on Monday", by=DEE, at=desk.clock.now())


def friendly(desk: Desk) -> None:
    light(desk)


def opened_as_a_case(desk: Desk) -> None:
    deciding.open_as_case(desk, 1, by=ANA, at=desk.clock.now())


def off_duty(desk: Desk) -> None:
    holding(desk, ANA, 1, FIVE)
    sweep(desk, FIVE)


def taken_over(desk: Desk) -> None:
    casework.assign(desk, 1, to=DEE, by=BEN, at=desk.clock.now())


def two_are_late(desk: Desk) -> None:
    """Let the holder of two cases have two reminders at once, which are told as one digest."""
    for post in ("900", "901"):
        receive(desk, a_post(post, "Where is it?", by=f"by{post}", at=desk.clock.now()))
    for case in (1, 2):
        casework.claim(desk, case, by=ANA, at=desk.clock.now())
    published(desk)
    remind(desk, clock(desk).move(minutes=59))


def released(desk: Desk) -> None:
    casework.release(desk, 1, by=ANA, at=desk.clock.now())


def folded(desk: Desk) -> None:
    now = desk.clock.now()
    storm = desk.store.open_storm(
        Storm(channel=CARE, traits=(), words=("app",), since=now, opened_at=now, opened_by=ANA)
    )
    desk.store.record(desk.store.case(1), Folded(by="desk", at=now, storm=storm.id))


CHANGES: dict[str, tuple[TellingKind, Change, Change]] = {
    "a newcomer under the post": (TellingKind.CARD, complained, newcomer),
    "sending is paused": (TellingKind.CARD, approved, pause),
    "sending goes on": (TellingKind.CARD, paused, resume),
    "the network holds the account": (TellingKind.CARD, approved, account_held),
    "an impostor is called one": (TellingKind.CARD, with_impostor, called_impostor),
    "a further post is deleted": (TellingKind.MENTION, wrote_again, post_deleted),
    "a claim after a reminder": (TellingKind.REMINDER, reminded, claimed),
    "an approval": (TellingKind.DRAFT, in_review, approve),
    "an approval, as it is told": (TellingKind.ASK, in_review, approve),
    "another team answers": (TellingKind.INQUIRY, asked_billing, billing_answered),
    "a friendly mention becomes a case": (TellingKind.LIGHT, friendly, opened_as_a_case),
    "a case goes into other hands": (TellingKind.HANDOVER, off_duty, taken_over),
}


# What else may change between the drawing of a message and the beginning of its post.
WHILE_DRAWN = CHANGES | {
    "a late case is released": (TellingKind.DIGEST, two_are_late, released),
    "a case goes into a storm": (TellingKind.CARD, complained, folded),
}
OUTSIDE = (
    "a newcomer under the post", "sending is paused", "sending goes on", "the network holds the account",
    "an impostor is called one",
)  # fmt: skip
ANSWERS: dict[str, ChatOutcome | None] = {
    "taken in": None,
    "taken in, and never said": Unsure("timeout"),
    "asked to wait": Paced(30.0),
    "refused for now": NotPosted("internal_error"),
    "refused for good": NotPosted("invalid_blocks"),
}


def meanwhile(desk: Desk, kind: TellingKind, change: Change, answer: ChatOutcome | None = None) -> SlowChat:
    chat = desk.chat
    assert isinstance(chat, SlowChat)
    chat.kind, chat.answer, chat.meanwhile = kind, answer, [change]
    return chat


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_while_a_message_is_posted_is_shown(store: SqlStore, what: str, answer: str) -> None:
    kind, scene, change = CHANGES[what]
    desk = slow(store)
    scene(desk)
    chat = meanwhile(desk, kind, change, ANSWERS[answer])
    published(desk)
    assert chat.meanwhile == [], "it happened while such a message was on its way"
    assert untrue(desk) == []


def redrawn(desk: Desk, kind: TellingKind) -> None:
    """Request a redraw of each message of a kind."""
    for one in list(slack(desk).tellings):
        telling = desk.store.telling(one)
        if telling.kind == kind:
            desk.store.mark_told(one, telling.channel, telling.ts, telling.wanted - 1)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_while_a_message_is_redrawn_is_shown(store: SqlStore, what: str, answer: str) -> None:
    kind, scene, change = CHANGES[what]
    desk = slow(store)
    scene(desk)
    published(desk)
    redrawn(desk, kind)
    chat = meanwhile(desk, kind, change, ANSWERS[answer])
    published(desk)
    assert chat.meanwhile == []
    assert untrue(desk) == []


@pytest.mark.parametrize(
    ("what", "stands"), [*((what, False) for what in WHILE_DRAWN), *((what, True) for what in OUTSIDE)]
)
def test_what_changes_while_a_message_is_drawn_is_shown(store: SqlStore, what: str, *, stands: bool) -> None:
    kind, scene, change = WHILE_DRAWN[what]
    desk = slow(store)
    scene(desk)
    if stands:
        published(desk)
        redrawn(desk, kind)
    changes = [change]

    def slowly(of: Desk, telling: Telling, now: datetime) -> tuple[Message, int] | None:
        drawn = draw(of, telling, now)
        if changes and telling.kind == kind:
            changes.pop()(of)
        return drawn

    published(desk, slowly)
    assert changes == []
    its_numbers_follow = TellingKind.STORM  # with the next look at the storm
    assert [one for one in untrue(desk) if one[0] != its_numbers_follow] == []


@pytest.mark.parametrize("answer", [Paced(30.0), NotPosted("internal_error"), Unsure("timeout")])
def test_a_redraw_for_something_outside_of_the_case_is_tried_again(store: SqlStore, answer: ChatOutcome) -> None:
    desk = slow(store)
    complained(desk)
    published(desk)
    newcomer(desk)
    meanwhile(desk, TellingKind.CARD, lambda _: None, answer).case_id = 1
    published(desk)
    assert untrue(desk) == []


def test_a_channel_that_is_ours_again_while_a_card_loses_its_words_shows_them(store: SqlStore) -> None:
    desk = slow(store)
    complained(desk)
    published(desk)
    slack(desk).shared_rooms.add(BILLING)
    show_or_hide(desk, BILLING, Openness.SHARED, desk.clock.now())

    def ours_again(its: Desk) -> None:
        slack(its).shared_rooms.clear()
        show_or_hide(its, BILLING, openness(its, BILLING, afresh=True), its.clock.now())

    chat = meanwhile(desk, TellingKind.CARD, ours_again)
    published(desk)
    assert chat.meanwhile == []
    card = desk.store.card(1)
    assert card is not None
    assert "Charged twice" in read(chat.messages[card.channel, card.ts])

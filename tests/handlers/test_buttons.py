"""Every button in Slack does what it says, once, for people with the right."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import Outdated
from bot.domain.base.tables import CaseState, DraftState
from bot.domain.team.people import Act, Group, PersonKind
from bot.gateways.manifest import EVENTS
from bot.ports import Desk, OutOfService
from bot.services.cases import casework
from bot.services.replies import review, sending
from handlers import claiming
from handlers.refusals import refusal_text
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, DEE, GUS, NOON, STAN, a_desk, a_post, our_post, teammate
from tests.handlers.pressing import Hands
from tests.long import part
from tests.services.doubles import BreakingStore, always, at_call
from tests.services.journey import (
    WORDS,
    a_case,
    approved,
    by_hand,
    clock,
    delivered,
    draft_of,
    everybody_is_known,
    failed,
    in_review,
    look_until_a_person_decides,
    only_case,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
)
from tests.services.mentions import test_moved_to_private as privately


def solved(desk: Desk) -> None:
    a_case(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)


def claimed(desk: Desk) -> None:
    a_case(desk)
    casework.claim(desk, 1, by=ANA, at=NOON)


def stale(desk: Desk) -> None:
    in_review(desk)
    receive(desk, a_post("101", "hello?", root="100", at=NOON + timedelta(minutes=1)))


def sent_back(desk: Desk) -> None:
    in_review(desk)
    review.request_changes(desk, draft_of(desk).id, "name the day", version=1, by=BEN, at=NOON)


def looked_for_in_vain(desk: Desk) -> None:
    unconfirmed(desk)
    look_until_a_person_decides(desk)
    everybody_is_known(desk)


def not_to_be_read(desk: Desk) -> None:
    unconfirmed(desk)
    street(desk).readable = False
    sending.check_due_outcomes(desk, clock(desk).move(minutes=24))
    everybody_is_known(desk)


SCENES: dict[str, Callable[[Desk], object]] = {
    "new": a_case,
    "claimed": claimed,
    "solved": solved,
    "in review": in_review,
    "stale": stale,
    "sent back": sent_back,
    "approved": approved,
    "failed": failed,
    "unconfirmed": unconfirmed,
    "looked for in vain": looked_for_in_vain,
    "not to be read": not_to_be_read,
    "by hand": by_hand,
    "sent": delivered,
}
EVERY_BUTTON = {
    ids.CASE_CLAIM, ids.CASE_REPLY, ids.CASE_TAKE_PRIVATE, ids.CASE_MORE, ids.DRAFT_OPEN, ids.DRAFT_APPROVE, ids.DRAFT_EDIT_APPROVE,
    ids.DRAFT_REQUEST_CHANGES, ids.DRAFT_STILL_RIGHT, ids.DRAFT_BACK, ids.DRAFT_WITHDRAW, ids.DRAFT_NOT_ME,
    ids.UNKNOWN_SEEN, ids.UNKNOWN_MISSING, ids.UNKNOWN_ON_WORD, ids.SEND_AGAIN, ids.HAND_OVER, ids.HAND_POSTED, ids.CORRECT_REPLY,
}  # fmt: skip
FOR_APPROVERS = {
    ids.DRAFT_APPROVE, ids.DRAFT_EDIT_APPROVE, ids.DRAFT_REQUEST_CHANGES, ids.DRAFT_STILL_RIGHT, ids.DRAFT_BACK,
    ids.DRAFT_NOT_ME, ids.UNKNOWN_MISSING, ids.UNKNOWN_ON_WORD, ids.SEND_AGAIN, ids.HAND_OVER,
}  # fmt: skip

# What stands in the form behind the menu in all of these scenes, or is offered only where readers are known, where
# the customer has another case, where a case was merged, where the desk is on several networks, or where a public
# case was solved in private.
BEHIND_MORE = {ids.MORE_TAKE, ids.MORE_READER, ids.MORE_MERGE, ids.MORE_TAKE_APART}
BEHIND_MORE |= {ids.MORE_SAME_PERSON, ids.MORE_NOT_THE_SAME, ids.MORE_CLOSING, ids.MORE_HIDE, ids.MORE_SHOW}
BEHIND_MORE |= {ids.MORE_TRANSLATE, ids.MORE_CUSTOMER}  # where a machine, or our own systems, are configured

# Whether a reply is missing is decided by reading X after the acknowledgement; a kill before that changes nothing.
READS_FIRST = {ids.UNKNOWN_MISSING, ids.UNKNOWN_ON_WORD}


def shown(fresh: Callable[[], SqlStore], scene: str) -> tuple[Hands, dict[tuple[str, str], str]]:
    hands = Hands(a_desk(fresh()))
    SCENES[scene](hands.desk)
    return hands, hands.buttons()


@pytest.mark.parametrize("scene", part(SCENES, 3))
def test_whatever_is_shown_works_for_those_it_is_meant_for(fresh: Callable[[], SqlStore], scene: str) -> None:
    _, offered = shown(fresh, scene)
    for action_id, option in offered:
        hands, again = shown(fresh, scene)
        by = BEN if action_id in FOR_APPROVERS else ANA
        value = again[action_id, option]
        said = hands.choose(action_id, value, by) if option else hands.press(action_id, value, by)
        expected = "what happened" if option == ids.MORE_HISTORY else ""
        assert (expected in said) if expected else said == "", (action_id, option, said)


def test_the_scenes_show_every_button_and_every_option_there_is(fresh: Callable[[], SqlStore]) -> None:
    seen = [pair for scene in SCENES for pair in shown(fresh, scene)[1]]
    assert {action_id for action_id, _ in seen} == EVERY_BUTTON
    options = {option for action_id, option in seen if action_id == ids.CASE_MORE}
    assert options == set(ids.MORE) - BEHIND_MORE


# --- what is acknowledged is committed -------------------------------------------------------------------------


def test_a_click_is_acknowledged_after_its_change_is_committed(hands: Hands, fresh: Callable[[], SqlStore]) -> None:
    a_case(hands.desk)
    value = hands.button(ids.CASE_CLAIM)
    body = hands.click({"action_id": ids.CASE_CLAIM, "value": value}, ANA)
    open_at_ack: list[str] = []

    def ack() -> None:
        assert not hands.desk.store.engine._session().conn.in_transaction  # type: ignore[attr-defined]
        open_at_ack.append(hands.desk.store.case(1).assignee)

    hands.door.button(Act.WORK, claiming.claim)(ack=ack, body=body)
    assert open_at_ack == [ANA]


@dataclass
class AfterAck:
    """An executor that runs the work at once, and records the trail before it."""

    desk: Desk
    trails: list[list[tuple[str, str]]] = field(default_factory=list)

    def trail(self) -> list[tuple[str, str]]:
        return [(line.verb, line.by) for line in self.desk.store.audit("case:1") if line.by != "network"]

    def submit(self, work: Callable[..., object], *of: object) -> None:
        self.trails.append(self.trail())
        work(*of)


@pytest.mark.parametrize("scene", part(SCENES, 3))
def test_nothing_that_a_person_decides_is_written_down_after_its_acknowledgement(
    fresh: Callable[[], SqlStore], scene: str
) -> None:
    _, offered = shown(fresh, scene)
    for action_id, option in offered:
        if action_id in READS_FIRST:
            continue
        hands, again = shown(fresh, scene)
        hands.door.pool = later = AfterAck(hands.desk)  # type: ignore[assignment]
        by = BEN if action_id in FOR_APPROVERS else ANA
        value = again[action_id, option]
        _ = hands.choose(action_id, value, by) if option else hands.press(action_id, value, by)
        assert [trail for trail in later.trails if trail != later.trail()] == [], (action_id, option)


@pytest.mark.parametrize("method", ["record", "case", "person"])
def test_where_nothing_can_be_written_the_person_is_told_and_nothing_is_done(store: SqlStore, method: str) -> None:
    a_case(a_desk(store))
    value = Hands(a_desk(store)).button(ids.CASE_CLAIM)
    broken = BreakingStore(store, **{method: always(OutOfService("disk full"))})
    hands = Hands(replace(a_desk(store), store=broken))  # type: ignore[arg-type]
    said = hands.press(ids.CASE_CLAIM, value)
    assert "cannot write anything down" in said
    assert only_case(a_desk(store)).assignee == ""


def test_what_nobody_foresaw_is_told_with_a_reference(store: SqlStore) -> None:
    a_case(a_desk(store))
    value = Hands(a_desk(store)).button(ids.CASE_CLAIM)
    broken = BreakingStore(store, record=always(ZeroDivisionError("?")))
    said = Hands(replace(a_desk(store), store=broken)).press(ids.CASE_CLAIM, value)  # type: ignore[arg-type]
    assert "nothing was changed. For whoever runs Heard, the reference is" in said


def test_the_same_click_delivered_again_has_no_second_effect(hands: Hands) -> None:
    in_review(hands.desk)
    value = hands.button(ids.DRAFT_APPROVE)
    body = hands.click({"action_id": ids.DRAFT_APPROVE, "value": value}, BEN)
    for _ in range(4):
        assert hands.dispatch(body).status == 200
    assert verbs(hands.desk).count("approve") == 1
    send(hands.desk)
    assert len(street(hands.desk).published) == 1


def test_sending_again_from_a_button_pressed_twice_publishes_once(hands: Hands) -> None:
    failed(hands.desk)
    value = hands.button(ids.SEND_AGAIN)
    assert hands.press(ids.SEND_AGAIN, value, BEN) == ""
    assert "settled already" in hands.press(ids.SEND_AGAIN, value, BEN)
    assert len(street(hands.desk).published) == 1


@pytest.mark.parametrize("trouble", [OutOfService("disk full"), ZeroDivisionError("?")])
def test_what_breaks_after_a_click_was_taken_is_not_called_nothing_done(store: SqlStore, trouble: Exception) -> None:
    failed(a_desk(store))
    value = Hands(a_desk(store)).button(ids.SEND_AGAIN)
    broken = BreakingStore(store, record=at_call(2, trouble))
    desk = replace(a_desk(store), store=broken)  # type: ignore[arg-type]
    said = Hands(desk).press(ids.SEND_AGAIN, value, BEN)
    assert said.startswith("What you pressed was taken. After that ")
    assert (len(street(desk).published), draft_of(desk).state) == (1, DraftState.SENDING)


# --- buttons that are old, forged or unknown ---------------------------------------------------------------------


def forgeries(value: str) -> list[str]:
    kind, row, version, mac = value.split(".")
    return [
        f"{kind}.2.{version}.{mac}",
        f"{kind}.{row}.{int(version.partition('-')[0]) + 1}.{mac}",
        f"draft.{row}.{version}.{mac}" if kind == "case" else f"case.{row}.{version}.{mac}",
        f"{kind}.{row}.{version}.{mac[::-1]}",
        f"{kind}.{row}.{version}.",
        f"{kind}.{row}.{version}",
        "",
        "....",
        "\ud800",
        value + "x",
        ids.button_value(kind, int(row), version, b"another desk"),
    ]


def test_a_forged_value_is_refused_and_changes_nothing(hands: Hands) -> None:
    in_review(hands.desk)
    offered = hands.buttons()
    before = verbs(hands.desk)
    for action_id, value in (
        (ids.DRAFT_APPROVE, offered[ids.DRAFT_APPROVE, ""]),
        (ids.CASE_CLAIM, offered[ids.CASE_MORE, ids.MORE_SOLVED].partition(":")[2]),
    ):
        for forged in forgeries(value):
            assert "does not belong to this desk" in hands.press(action_id, forged, BEN), forged
            line = hands.desk.store.audit("desk")[-1]
            assert (line.verb, line.by, line.facts) == ("not_made_here", BEN, {"door": action_id}), forged
    assert len(hands.desk.store.audit("desk")) == 2 * len(forgeries(value))
    assert verbs(hands.desk) == before


def test_a_value_of_another_kind_of_button_is_refused(hands: Hands) -> None:
    in_review(hands.desk)
    offered = hands.buttons()
    draft_value = offered[ids.DRAFT_APPROVE, ""]
    case_value = offered[ids.CASE_MORE, ids.MORE_SOLVED].partition(":")[2]
    before = verbs(hands.desk)
    assert "does not belong to this desk" in hands.press(ids.DRAFT_WITHDRAW, case_value)
    assert "does not belong to this desk" in hands.press(ids.CASE_CLAIM, draft_value)
    assert "does not belong to this desk" in hands.choose(ids.CASE_MORE, f"{ids.MORE_SOLVED}:{draft_value}")
    assert verbs(hands.desk) == before


def test_an_option_nobody_knows_is_refused_politely(hands: Hands) -> None:
    claimed(hands.desk)
    value = hands.button(ids.CASE_MORE, ids.MORE_SOLVED).partition(":")[2]
    said = hands.choose(ids.CASE_MORE, f"explode:{value}")
    assert "The newest card" in said
    assert only_case(hands.desk).state == CaseState.OPEN


def test_an_unknown_action_gets_a_polite_answer(hands: Hands) -> None:
    said = hands.press("button_of_last_year", "x")
    assert "older card" in said


def test_an_approval_of_an_older_version_is_told_what_changed(hands: Hands) -> None:
    in_review(hands.desk)
    old = hands.button(ids.DRAFT_APPROVE)
    words = review.Words(text=WORDS.replace("17:00", "18:00"), replaces=1)
    review.submit(hands.desk, 1, words, by=ANA, at=NOON)
    said = hands.press(ids.DRAFT_APPROVE, old, BEN)
    assert "This is version 1 of the draft" in said
    assert f"<@{ANA}>" in said
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_an_approval_after_the_customer_wrote_again_is_refused(hands: Hands) -> None:
    in_review(hands.desk)
    old = hands.button(ids.DRAFT_APPROVE)
    receive(hands.desk, a_post("101", "hello?", root="100"))
    assert "wrote again" in hands.press(ids.DRAFT_APPROVE, old, BEN)
    assert hands.press(ids.DRAFT_STILL_RIGHT, hands.button(ids.DRAFT_STILL_RIGHT), BEN) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_a_claim_that_came_second_is_told_who_was_first(hands: Hands) -> None:
    a_case(hands.desk)
    value = hands.button(ids.CASE_CLAIM)
    assert hands.press(ids.CASE_CLAIM, value, DEE) == ""
    assert f"<@{DEE}> claimed this" in hands.press(ids.CASE_CLAIM, value, ANA)


def test_who_presses_twice_is_called_you(hands: Hands) -> None:
    in_review(hands.desk)
    value = hands.button(ids.DRAFT_APPROVE)
    assert hands.press(ids.DRAFT_APPROVE, value, BEN) == ""
    assert hands.press(ids.DRAFT_APPROVE, value, BEN) == "You approved this already. Nothing more to do here."
    assert f"<@{BEN}> approved this already" in hands.press(ids.DRAFT_APPROVE, value, CARO)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("<@U0BEN> has paused it already.", "You have paused it already."),
        ("<@U0BEN> holds this case already.", "You hold this case already."),
        ("<@U0BEN> does not need the answer any more.", "You do not need the answer any more."),
        ("<@U0DEE> has paused it already.", "<@U0DEE> has paused it already."),
        ("Ask <@U0BEN>.", "Ask <@U0BEN>."),
    ],
)
def test_a_refusal_that_begins_with_its_reader_says_you(sentence: str, told: str) -> None:
    assert refusal_text(Outdated(sentence), "U0BEN") == told


# --- people ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "why"),
    [
        (GUS, "Guests can draft"),
        (STAN, "another workspace"),
        (ANA, "You cannot approve replies here"),
        ("U0WHO", "could not check"),
    ],
)
def test_those_who_may_not_approve_are_told_why(hands: Hands, by: str, why: str) -> None:
    in_review(hands.desk, by=DEE)
    assert why in hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), by)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_a_writer_who_is_an_approver_is_told_that_somebody_else_decides(hands: Hands) -> None:
    in_review(hands.desk, by=BEN)
    assert "someone else has to approve" in hands.press(ids.DRAFT_APPROVE, hands.button(ids.DRAFT_APPROVE), BEN)


def test_an_approver_removed_from_the_group_is_refused_on_an_old_button(hands: Hands) -> None:
    in_review(hands.desk)
    value = hands.button(ids.DRAFT_APPROVE)
    hands.desk.store.put_people([], [Group(id=APPROVERS, members=frozenset({CARO}), fetched_at=NOON)])
    assert "You cannot approve replies here" in hands.press(ids.DRAFT_APPROVE, value, BEN)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_somebody_new_is_looked_up_once_and_may_work(hands: Hands) -> None:
    a_case(hands.desk)
    hands.chat.people["U0NEW"] = teammate("U0NEW", "Nia")
    assert hands.press(ids.CASE_CLAIM, hands.button(ids.CASE_CLAIM), "U0NEW") == ""
    assert only_case(hands.desk).assignee == "U0NEW"


def test_an_app_that_presses_a_button_is_refused(hands: Hands) -> None:
    a_case(hands.desk)
    hands.chat.people["U0APP"] = teammate("U0APP", "App", PersonKind.BOT)
    assert "apps cannot use the desk" in hands.press(ids.CASE_CLAIM, hands.button(ids.CASE_CLAIM), "U0APP")


# --- Slack's events ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [WORDS, "approve", "/care next", f"<@U0BOT> send this: {WORDS}"])
def test_text_typed_in_a_thread_changes_nothing(hands: Hands, text: str) -> None:
    in_review(hands.desk)
    hands.publish()
    card = hands.desk.store.card(1)
    assert card is not None
    before, posted = verbs(hands.desk), (hands.chat.posts, hands.chat.updates)
    answer = hands.event("message", channel=card.channel, user=BEN, text=text, ts="9.1", thread_ts=card.ts)
    assert answer.status == 200
    hands.publish()
    assert (verbs(hands.desk), (hands.chat.posts, hands.chat.updates)) == (before, posted)
    assert (street(hands.desk).published, hands.chat.whispers) == ([], [])


@pytest.mark.parametrize("kind", sorted({*EVENTS} - {"app_home_opened"}))
def test_news_about_people_and_channels_makes_the_desk_ask_slack_again(hands: Hands, kind: str) -> None:
    assert hands.event(kind, user={"id": BEN}, subteam={"id": APPROVERS}).status == 200
    assert hands.renewed == [1]


def test_an_old_approve_button_does_not_pass_over_an_answer_from_the_phone(hands: Hands) -> None:
    in_review(hands.desk)
    value = hands.button(ids.DRAFT_APPROVE)
    receive(hands.desk, our_post("200", "We are on it.", to="100", root="100", at=NOON + timedelta(minutes=1)))
    assert "Something happened after this was shown" in hands.press(ids.DRAFT_APPROVE, value, by=BEN)
    assert draft_of(hands.desk).approval is None
    assert hands.press(ids.DRAFT_STILL_RIGHT, hands.button(ids.DRAFT_STILL_RIGHT), by=BEN) == ""
    assert draft_of(hands.desk).approval is not None


def test_a_case_is_not_given_to_somebody_who_cannot_work_here(hands: Hands) -> None:
    a_case(hands.desk)
    hands.choose(ids.CASE_MORE, hands.button(ids.CASE_MORE, ids.MORE_ASSIGN))
    assert "cannot work on cases here" in str(hands.submit(assignee_select=STAN))
    assert only_case(hands.desk).assignee == ""


def test_a_private_message_that_is_answered_is_no_other_matter_any_more(hands: Hands) -> None:
    privately.answered(hands.desk)
    privately.comes(hands.desk, privately.message())
    everybody_is_known(hands.desk)
    assert hands.button(ids.CASE_APART)
    privately.written(hands.desk, 1, text="It is on its way, Priya. ^AN")
    privately.approve(hands.desk)
    sending.send_due(hands.desk, hands.desk.clock.now())
    assert (ids.CASE_APART, "") not in hands.buttons()


def test_another_matter_makes_a_private_message_a_case_of_its_own(hands: Hands) -> None:
    privately.answered(hands.desk)
    privately.comes(hands.desk, privately.message())
    everybody_is_known(hands.desk)
    assert hands.press(ids.CASE_APART, hands.button(ids.CASE_APART), DEE) == ""
    assert hands.desk.store.case(2).private
    assert verbs(hands.desk)[-1] == "part"
    value = ids.button_value(ids.MESSAGE, 3, 1, hands.desk.secret)
    assert "no longer on case 1" in hands.press(ids.CASE_APART, value, DEE)
    hands.publish()
    assert "This post was on case 1. It is on case 2 now." in [one.text for one in hands.chat.messages.values()]

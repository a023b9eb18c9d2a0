"""Each request is a message of its own; the one before shows its outcome and has no buttons any more."""

from collections.abc import Sequence

from bot.blocks.base import ids
from bot.domain.base.tables import DraftState
from bot.domain.cases.case import Priority
from bot.domain.replies.draft import WhyStale
from bot.domain.replies.draft_events import WentStale
from bot.ports import Message, NotSent
from bot.services.cases import casework
from bot.services.reminders.remind import remind
from bot.services.replies import passing_on, review
from tests.blocks.reading import plainly
from tests.fakes import ANA, BEN, CARO, DEE, a_post
from tests.handlers.pressing import Hands, elements
from tests.services.journey import (
    WORDS,
    a_case,
    approved,
    clock,
    draft_of,
    everybody_is_known,
    in_review,
    receive,
    send,
    street,
)

CHANGED = WORDS.replace("17:00", "18:00")


def to(hands: Hands, person: str) -> list[Message]:
    """Return a person's direct messages, in order."""
    hands.publish()
    found = [(ts, one) for (channel, ts), one in hands.chat.messages.items() if channel == f"D{person[1:]}"]
    return [one for _, one in sorted(found, key=lambda pair: float(pair[0]))]


def in_thread(hands: Hands) -> list[str]:
    hands.publish()
    return [plainly(one.text) for (channel, _), one in hands.chat.messages.items() if channel.startswith("C")]


def offered(message: Message) -> set[str]:
    return {one["action_id"] for one in elements(message.blocks)}


def said(messages: Sequence[Message]) -> list[str]:
    return [plainly(one.text) for one in messages]


def pressed(message: Message, action_id: str) -> str:
    [value] = [one["value"] for one in elements(message.blocks) if one["action_id"] == action_id]
    return str(value)


def changes_asked(hands: Hands) -> None:
    in_review(hands.desk)
    hands.publish()
    now = clock(hands.desk).move(minutes=1)
    review.request_changes(hands.desk, draft_of(hands.desk).id, "name the refund day", version=1, by=BEN, at=now)
    hands.publish()


def put_up_again(hands: Hands) -> None:
    words = review.Words(text=CHANGED, replaces=1)
    review.submit(hands.desk, 1, words, by=ANA, at=clock(hands.desk).move(minutes=1))


# --- rounds ------------------------------------------------------------------------------------------------


def test_a_second_round_is_a_new_direct_message_and_the_first_says_what_became_of_it(hands: Hands) -> None:
    in_review(hands.desk)
    [first] = to(hands, draft_of(hands.desk).asked)
    assert ids.DRAFT_APPROVE in offered(first)
    now = clock(hands.desk).now()
    review.request_changes(hands.desk, draft_of(hands.desk).id, "name the refund day", version=1, by=BEN, at=now)
    put_up_again(hands)
    before, anew = to(hands, BEN)
    assert offered(before) == set()
    assert "You asked for changes" in said([before])[0]
    assert "name the refund day" in said([before])[0]
    assert "Version 2 took its place." in said([before])[0]
    assert ids.DRAFT_APPROVE in offered(anew)
    assert "18:00" in said([anew])[0]
    assert "“17:00.” became “18:00.”" in str(anew.blocks)
    assert "Asked for: “name the refund day”." in str(anew.blocks)


def test_words_that_the_writer_changes_while_they_are_up_are_asked_about_anew(hands: Hands) -> None:
    in_review(hands.desk)
    to(hands, BEN)
    put_up_again(hands)
    before, anew = to(hands, BEN)
    assert (offered(before), ids.DRAFT_APPROVE in offered(anew)) == (set(), True)
    assert "Ana changed the words" in said([before])[0]


def test_an_approval_that_is_asked_for_again_is_a_new_message(hands: Hands) -> None:
    approved(hands.desk)
    hands.desk.store.record(
        hands.desk.store.case(1), WentStale(by="desk", at=clock(hands.desk).now(), why=WhyStale.AGE)
    )
    assert [ids.DRAFT_STILL_RIGHT in offered(one) for one in to(hands, BEN)][-1]
    in_between = len(to(hands, BEN))
    review.approve(
        hands.desk, draft_of(hands.desk).id, version=1, seen=draft_of(hands.desk).seen, by=BEN,
        at=clock(hands.desk).now(),
    )  # fmt: skip
    hands.publish()
    hands.desk.store.record(
        hands.desk.store.case(1), WentStale(by="desk", at=clock(hands.desk).now(), why=WhyStale.AGE)
    )
    assert len(to(hands, BEN)) == in_between + 1
    assert [ids.DRAFT_STILL_RIGHT in offered(one) for one in to(hands, BEN)] == [False] * in_between + [True]


def test_each_version_stays_readable_in_the_thread_with_what_was_asked(hands: Hands) -> None:
    changes_asked(hands)
    put_up_again(hands)
    drafts = [line for line in in_thread(hands) if "draft" in line and "for Priya" in line]
    [first] = [line for line in drafts if "version 1, for" in line]
    assert "name the refund day" in first
    assert len(drafts) >= 2
    shown = [one for one in hands.chat.messages.values() if "version 2" in str(one.blocks)]
    assert any("Since version 1" in str(one.blocks) for one in shown)


def test_a_second_request_for_changes_reaches_the_writer_as_a_new_message(hands: Hands) -> None:
    changes_asked(hands)
    put_up_again(hands)
    hands.publish()
    now = clock(hands.desk).move(minutes=1)
    review.request_changes(hands.desk, draft_of(hands.desk).id, "and the amount", version=2, by=BEN, at=now)
    before, anew = to(hands, ANA)
    assert "and the amount" in said([anew])[0]
    assert "Version 2 took its place." in said([before])[0]
    assert ("name the refund day" in said([before])[0], offered(before)) == (True, set())


# --- passed on ---------------------------------------------------------------------------------------------


def test_not_me_settles_the_pressers_message_and_a_late_approval_in_it_sends_nothing(hands: Hands) -> None:
    in_review(hands.desk)
    first = draft_of(hands.desk).asked
    [asked] = to(hands, first)
    late = {one["action_id"]: one["value"] for one in elements(asked.blocks)}
    assert hands.press(ids.DRAFT_NOT_ME, late[ids.DRAFT_NOT_ME], first) == ""
    other = draft_of(hands.desk).asked
    [settled], [anew] = to(hands, first), to(hands, other)
    assert (offered(settled), ids.DRAFT_APPROVE in offered(anew)) == (set(), True)
    assert "You passed it on" in said([settled])[0]
    assert f"so {hands.desk.store.person(other).name} was asked." in said([settled])[0]  # type: ignore[union-attr]
    for action in (ids.DRAFT_APPROVE, ids.DRAFT_EDIT_APPROVE, ids.DRAFT_REQUEST_CHANGES):
        assert f"<@{other}> was asked instead" in hands.press(action, late[action], first), action
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW
    assert hands.press(ids.DRAFT_APPROVE, pressed(anew, ids.DRAFT_APPROVE), other) == ""


def test_whoever_passed_it_on_can_still_decide_by_the_card(hands: Hands) -> None:
    in_review(hands.desk)
    first = draft_of(hands.desk).asked
    passing_on.pass_on(hands.desk, draft_of(hands.desk).id, by=first, at=clock(hands.desk).now())
    hands.press(ids.DRAFT_OPEN, hands.button(ids.DRAFT_OPEN), first)
    value = pressed(hands.chat.whispers[-1], ids.DRAFT_APPROVE)
    assert hands.press(ids.DRAFT_APPROVE, value, first) == ""
    assert draft_of(hands.desk).state == DraftState.APPROVED


def test_a_form_that_was_open_while_it_was_passed_on_decides_nothing(hands: Hands) -> None:
    in_review(hands.desk)
    first = draft_of(hands.desk).asked
    [asked] = to(hands, first)
    hands.press(ids.DRAFT_EDIT_APPROVE, pressed(asked, ids.DRAFT_EDIT_APPROVE), first)
    form = hands.form()
    passing_on.pass_on(hands.desk, draft_of(hands.desk).id, by=first, at=clock(hands.desk).now())
    answer = hands.submit(first, form, **{ids.WORDS_INPUT: f"{WORDS} Sorry."})
    assert "was asked instead" in str(answer)
    assert draft_of(hands.desk).state == DraftState.IN_REVIEW


def test_the_widening_settles_the_first_approvers_messages_but_leaves_them_their_say(hands: Hands) -> None:
    in_review(hands.desk)
    first = draft_of(hands.desk).asked
    [asked] = to(hands, first)
    for minutes in (46, 9, 6):
        remind(hands.desk, clock(hands.desk).move(minutes=minutes))
        hands.publish()
        everybody_is_known(hands.desk)
        if draft_of(hands.desk).asked != first:
            break
    other = draft_of(hands.desk).asked
    assert other != first
    assert [offered(one) - {ids.OPEN_THREAD} for one in to(hands, first)] == [set()] * len(to(hands, first))
    assert any(ids.DRAFT_APPROVE in offered(one) for one in to(hands, other))
    assert f"{hands.desk.store.person(other).name} was asked at" in said(to(hands, first))[0]  # type: ignore[union-attr]
    assert hands.press(ids.DRAFT_APPROVE, pressed(asked, ids.DRAFT_APPROVE), first) == ""


# --- news --------------------------------------------------------------------------------------------------


def test_a_customer_who_writes_back_reaches_the_holder(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=clock(hands.desk).now())
    assert to(hands, ANA) == []
    for number, words in (("101", "Hello?"), ("102", "Still nothing")):
        receive(hands.desk, a_post(number, words, root="100", at=clock(hands.desk).move(minutes=2)))
        hands.publish()
    first, second = to(hands, ANA)
    assert "Hello?" in said([first])[0]
    assert "Still nothing" in said([second])[0]
    assert [ids.CASE_REPLY in offered(one) for one in (first, second)] == [False, True]


def test_a_case_that_is_handed_over_reaches_both_and_nobody_hears_of_their_own_doing(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=clock(hands.desk).now())
    casework.assign(hands.desk, 1, to=DEE, by=CARO, at=clock(hands.desk).now(), note="She wrote last week, too")
    [given], [taken] = to(hands, DEE), to(hands, ANA)
    assert "Caro handed case 1, Priya" in said([given])[0]
    assert "She wrote last week, too" in said([given])[0]
    assert "Charged twice" in said([given])[0]
    assert ids.CASE_REPLY in offered(given)
    assert "to Dee" in said([taken])[0]
    assert offered(taken) <= {ids.OPEN_THREAD}
    assert to(hands, CARO) == []
    casework.assign(hands.desk, 1, to=ANA, by=ANA, at=clock(hands.desk).now())
    assert len(to(hands, ANA)) == 1
    assert offered(to(hands, DEE)[0]) <= {ids.OPEN_THREAD}


def test_words_that_the_approver_changed_reach_the_writer_with_what_changed(hands: Hands) -> None:
    in_review(hands.desk)
    draft = draft_of(hands.desk)
    facts = {"version": 1, "seen": draft.seen, "by": BEN, "at": clock(hands.desk).now()}
    review.edit_and_approve(hands.desk, draft.id, CHANGED, **facts)
    [told] = to(hands, ANA)
    assert "Ben changed your draft for Priya" in said([told])[0]
    assert "“17:00.” became “18:00.”" in said([told])[0]
    assert "18:00" in str(told.blocks)


def test_a_refused_reply_reaches_whoever_let_it_out_with_what_to_do(hands: Hands) -> None:
    approved(hands.desk)
    hands.publish()
    street(hands.desk).outcomes.append(NotSent("X says no."))
    send(hands.desk)
    [*_, told] = to(hands, BEN)
    assert "X says no." in said([told])[0]
    assert ids.SEND_AGAIN in offered(told)
    assert to(hands, ANA) == []


def test_a_reply_that_goes_by_hand_is_told_once(hands: Hands) -> None:
    approved(hands.desk)
    hands.publish()
    before = len(to(hands, BEN))
    street(hands.desk).outcomes.append(NotSent("X lets no app answer this.", by_hand=True))
    send(hands.desk)
    assert len(to(hands, BEN)) == before + 1
    assert ids.HAND_POSTED in offered(to(hands, BEN)[-1])


def test_a_lead_who_moves_the_moment_tells_the_holder(hands: Hands) -> None:
    a_case(hands.desk)
    casework.claim(hands.desk, 1, by=ANA, at=clock(hands.desk).now())
    casework.reprioritise(hands.desk, 1, to=Priority.URGENT, by=CARO, at=clock(hands.desk).now())
    [told] = to(hands, ANA)
    assert "Caro set case 1, Priya" in said([told])[0]
    assert "to urgent" in said([told])[0]
    assert "First reply due" in said([told])[0]


def test_a_draft_that_somebody_else_withdraws_is_told_to_its_writer(hands: Hands) -> None:
    in_review(hands.desk)
    hands.publish()
    review.withdraw(hands.desk, draft_of(hands.desk).id, by=CARO, at=clock(hands.desk).now())
    [told] = to(hands, ANA)
    assert "Caro withdrew your draft for Priya" in said([told])[0]
    assert all(offered(one) <= {ids.OPEN_THREAD} for one in to(hands, BEN))

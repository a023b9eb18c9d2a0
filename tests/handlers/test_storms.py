"""A storm is opened by a press under its spike, worked on by its buttons, and ended by a form."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.blocks.base import ids
from bot.domain.cases import events
from bot.domain.slack.telling import TellingKind
from bot.domain.storms.storm import MarkKind, StormPlace, StormPolicy
from bot.ports import Batch
from bot.services.cases import casework
from bot.services.erasure import erasing
from bot.services.mentions import intake
from bot.services.storms import acting, noticing, tending
from storage import SqlStore
from tests.fakes import ANA, CARO, a_desk
from tests.handlers.pressing import Hands, elements
from tests.handlers.test_inquiries import shown
from tests.services.journey import clock, street
from tests.services.storms.test_folding import wrote


@pytest.fixture
def hands(fresh: Callable[[], SqlStore]) -> Hands:
    desk = a_desk(fresh())
    desk.take_over(replace(desk.policy, storms=StormPolicy(opens_at=0, followers=0)))
    for n in range(1, 9):
        clock(desk).move(seconds=10)
        wrote(desk, n)
        noticing.check_new_posts(desk, desk.clock.now())
    hands = Hands(desk)
    hands.publish()
    return hands


def opened(hands: Hands) -> None:
    hands.press(ids.STORM_OPEN, hands.button(ids.STORM_OPEN))
    hands.publish()


def test_a_press_under_the_spike_opens_it_and_its_messages_are_posted(hands: Hands) -> None:
    opened(hands)
    assert hands.desk.store.storm_counts(1) == {StormPlace.FOLDED: 8}
    assert shown(hands.desk, TellingKind.STORM).text.startswith("STORM 1 · 8 mentions about “app”, “open” since ")
    assert "Communications lead: nobody yet" in shown(hands.desk, TellingKind.STORM_DESK).text
    assert "Folded into storm 1" in shown(hands.desk, TellingKind.CARD).text


def test_pages_let_one_be_taken_out(hands: Hands) -> None:
    opened(hands)
    assert "Folded into storm 1: Case 1" in hands.press(ids.STORM_FOLDED, hands.button(ids.STORM_FOLDED))
    out = [one for one in elements(hands.chat.whispers[-1].blocks) if one["action_id"] == ids.STORM_TAKE_OUT]
    left = hands.press(ids.STORM_TAKE_OUT, out[0]["value"])
    assert left.startswith("Folded into storm 1: Case 2")
    assert hands.desk.store.storm_counts(1) == {StormPlace.FOLDED: 7, StormPlace.TAKEN_OUT: 1}
    assert hands.desk.store.case(1).storm == 0


def test_roles_steps_and_the_request_are_pressed_in_the_thread(hands: Hands) -> None:
    opened(hands)
    for one in (ids.STORM_COMMUNICATIONS, ids.STORM_PAUSE):
        hands.press(one, hands.button(one))
    [desk] = [one for one in hands.chat.messages.values() if "Roles" in one.text]
    [menu] = [one for block in desk.blocks for one in block.get("elements", []) if one.get("type") == "static_select"]
    hands.choose(ids.STORM_STEP, menu["options"][0]["value"])
    hands.publish()
    hands.press(ids.STORM_SEEN, hands.button(ids.STORM_SEEN))
    assert {one.kind for one in hands.desk.store.storm_marks(1)} == set(MarkKind)
    assert {one.person for one in hands.desk.store.storm_marks(1)} == {ANA}


def test_a_form_ends_it(hands: Hands) -> None:
    opened(hands)
    hands.press(ids.STORM_OVER, hands.button(ids.STORM_OVER))
    hands.submit(storm_select=ids.LET_THEM_OUT)
    tending.tend_storms(hands.desk, hands.desk.clock.now())
    hands.publish()
    assert hands.desk.store.open_storms() == []
    assert "Storm 1 is over" in shown(hands.desk, TellingKind.STORM_OVER).text


def test_setting_them_aside_needs_a_reason(hands: Hands) -> None:
    opened(hands)
    hands.press(ids.STORM_OVER, hands.button(ids.STORM_OVER), by=CARO)
    hands.submit(storm_select=ids.SET_THEM_ASIDE, by=CARO)
    assert len(hands.desk.store.open_storms()) == 1
    hands.submit(storm_select=ids.SET_THEM_ASIDE, note_input="All were told by mail", by=CARO)
    assert hands.desk.store.open_storms() == []
    assert hands.desk.store.case(1).reason == "All were told by mail"


def test_only_a_lead_sets_all_who_wait_aside_at_once(hands: Hands) -> None:
    opened(hands)
    hands.press(ids.STORM_OVER, hands.button(ids.STORM_OVER))
    hands.submit(storm_select=ids.SET_THEM_ASIDE, note_input="I do not want to read them")
    assert len(hands.desk.store.open_storms()) == 1
    assert hands.desk.store.case(1).storm == 1


def test_a_lead_starts_one_from_words_and_everybody_sees_it_listed(hands: Hands) -> None:
    said = hands.command("storm frozen APP", by=CARO)["text"]
    assert "Storm 1 is open: mentions that say “frozen” or “app” are folded" in said
    assert "STORM 1 · 8 mentions about “frozen”, “app” since " in said
    assert hands.desk.store.storm_counts(1) == {StormPlace.FOLDED: 8}
    assert "its message is not in Slack yet" in said
    hands.publish()
    listed = hands.command("storm", by=ANA)
    assert "8 mentions" in listed["text"]
    assert "a minute" in listed["text"]
    assert "open its message" in listed["text"]
    assert "/archives/" in str(listed["blocks"])
    [line] = [one for one in hands.desk.store.audit("desk") if one.verb == "storm_opened"]
    assert line.by == CARO


def test_what_a_lead_cannot_start_says_why(hands: Hands) -> None:
    assert "Only leads" in hands.command("storm app", by=ANA)["text"]
    assert "says too little" in hands.command("storm and the", by=CARO)["text"]
    assert "At most 3" in hands.command("storm parcel invoice router camera", by=CARO)["text"]
    hands.command("storm app", by=CARO)
    assert "Storm 1 is open about “app” already" in hands.command("storm late app", by=CARO)["text"]
    assert len(hands.desk.store.open_storms()) == 1


def test_a_storm_by_hand_folds_what_comes_next_and_is_opened_once_only(hands: Hands) -> None:
    hands.command("storm app", by=CARO)
    rules = replace(hands.desk.policy.storms, opens_at=5)
    hands.desk.take_over(replace(hands.desk.policy, storms=rules))
    for n in range(20, 40):
        clock(hands.desk).move(seconds=10)
        wrote(hands.desk, n)
        noticing.check_new_posts(hands.desk, hands.desk.clock.now())
    assert [one.id for one in hands.desk.store.open_storms()] == [1]
    assert hands.desk.store.storm_counts(1) == {StormPlace.FOLDED: 28}


def test_a_storm_by_hand_about_a_topic_folds_by_the_topic(hands: Hands) -> None:
    wrote(hands.desk, 50, "charged twice for it")
    case = hands.desk.store.mention_of("x", "50")
    assert case is not None
    assert hands.desk.store.case(case[1]).topic == "billing"
    said = hands.command("storm Billing", by=CARO)["text"]
    assert "mentions on “billing” are folded" in said
    assert hands.desk.store.case(case[1]).storm == 1


def test_the_day_and_the_status_name_how_many_are_folded_in_which_storm(hands: Hands) -> None:
    opened(hands)
    wrote(hands.desk, 60, "the parcel came broken")
    casework.claim(hands.desk, 2, by=ANA, at=hands.desk.clock.now())
    day = hands.command("close-day")["text"]
    assert day.startswith("9 mentions today: 7 folded into a storm, not answered yet · 2 still wait.")
    assert "In storm 1: 7 cases of today; 7 wait for an answer." in day
    assert "Left: 2 cases, 7 folded into storms." in day
    assert "more case" not in day, "the queue lists the two, and no folded one"
    status = hands.command("status")["text"]
    assert "9 open, 8 unclaimed; 7 of these folded into storm 1" in status
    assert "7 cases folded into storm 1" in status.partition("Today:")[2]
    now = hands.desk.clock.now()
    answered = events.AnsweredElsewhere(by="network", at=now, posted_at=now)
    hands.desk.store.record(hands.desk.store.case(1), answered)
    day = hands.command("close-day")["text"]
    assert "1 replied to · 6 folded into a storm" in day
    assert "In storm 1: 7 cases of today; 6 wait for an answer" in day
    assert "6 folded into storms" in day


def test_who_is_folded_is_counted_in_the_storm_in_which_theirs_goes_on(hands: Hands) -> None:
    opened(hands)
    hands.command("storm parcel", by=CARO)
    wrote(hands.desk, 60, "the parcel came broken")
    acting.merge(hands.desk, 2, 1, by=CARO, at=hands.desk.clock.now())
    assert "In storm 1: 9 cases of today; 9 wait for an answer." in hands.command("close-day")["text"]
    acting.end_and_set_aside(hands.desk, 1, reason="Told by mail", by=CARO, at=hands.desk.clock.now())
    day = hands.command("close-day")["text"]
    assert day.startswith("9 mentions today: 9 set aside")
    assert "Nothing is left" in day


@pytest.mark.parametrize("over", [False, True])
def test_words_that_are_deleted_or_erased_leave_the_storms_messages_as_well(hands: Hands, over: bool) -> None:
    opened(hands)
    desk = hands.desk
    if over:
        desk.store.end_storm(1, CARO, desk.clock.now())
        hands.publish()
    posts = [desk.store.mentions(case)[0] for case in range(1, 9)]
    quoted = [one for one in posts if f"{one.author.called} on X" in in_slack(hands)]
    assert len(quoted) >= 2
    first, second, *_ = quoted
    intake.receive(desk, street(desk), "mentions", Batch(deletions=(first.ref.post_id,)), desk.clock.now())
    hands.publish()
    assert f"{first.author.called} on X" not in in_slack(hands)
    assert over or f"{second.author.called} on X" in in_slack(
        hands
    )  # one that is over quotes nobody once it is drawn
    erasing.erase_author(desk, "x", second.author.id, desk.clock.now())
    hands.publish()
    assert f"{second.author.called} on X" not in in_slack(hands)
    assert second.author.called not in everything_in_slack(hands)


def in_slack(hands: Hands) -> str:
    return str([one.blocks for one in hands.chat.messages.values() if one.text.startswith("STORM")])


def everything_in_slack(hands: Hands) -> str:
    return str([(one.text, one.blocks) for one in hands.chat.messages.values()])

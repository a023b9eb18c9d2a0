"""A network published a reply, answered 500 and does not show it yet: no button leads to a second public reply."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks.base import ids
from bot.domain.base.refusals import NotUsable, NotYours, Outdated, Refusal
from bot.domain.base.tables import DraftState, DraftVerb
from bot.domain.mentions.mention import PostRef
from bot.domain.replies.outcome_checks import VisibilityDelay
from bot.domain.replies.solo import Lane, LaneRule
from bot.ports import Desk, NetworkTrouble, NotSent, OutcomeLost, ProvenAbsent, SendOutcome, Sent
from bot.services.replies import by_hand, correcting, review, sending, solo
from bot.services.team import shifts
from storage import SqlStore
from tests.fakes import ANA, APPROVERS, BEN, CARO, GUS, POLICY, STAN, FakeNetwork, a_desk, a_post, our_post
from tests.handlers.conftest import fresh, hands, store
from tests.handlers.pressing import Hands
from tests.services.journey import (
    ONCE,
    WORDS,
    approve,
    approved,
    attempt_of,
    called_missing,
    clock,
    draft_of,
    everybody_is_known,
    failed,
    look_until_a_person_decides,
    only_case,
    published,
    receive,
    send,
    street,
    unconfirmed,
    verbs,
    written,
)

__all__ = ["fresh", "hands", "store"]

MINUTE = timedelta(minutes=1)
PEOPLE = {"a guest": GUS, "somebody of the team": ANA, "somebody of another company": STAN}
BUTTONS = [ids.UNKNOWN_MISSING, ids.UNKNOWN_ON_WORD, ids.SEND_AGAIN, ids.HAND_OVER]


def value(desk: Desk) -> str:
    """Return the value of a button about the newest attempt, whether or not it is shown."""
    draft = draft_of(desk)
    return ids.button_value(ids.DRAFT, draft.id, ids.draft_version(draft), desk.secret)


def press_all(hands: Hands, by: str, of: str = "") -> list[str]:
    about = of or value(hands.desk)
    return [hands.press(one, about, by) for one in BUTTONS]


def done_and_hidden(desk: Desk, *, readable: bool = True) -> None:
    """X published it, answered 500, and shows it late; or X cannot be read."""
    unconfirmed(desk, public=True)
    street(desk).visible, street(desk).readable = False, readable


def after(desk: Desk, **length: float) -> None:
    sending.check_due_outcomes(desk, clock(desk).move(**length))
    everybody_is_known(desk)


# --- who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("readable", [True, False])
def test_who_may_not_approve_begins_no_second_attempt_at_any_time(hands: Hands, who: str, *, readable: bool) -> None:
    done_and_hidden(hands.desk, readable=readable)
    for minutes in (0, 1, 14, 10, 60):
        after(hands.desk, minutes=minutes)
        assert all(press_all(hands, who))
        assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.UNCONFIRMED)


@pytest.mark.parametrize("who", PEOPLE.values(), ids=PEOPLE)
def test_who_may_not_approve_does_not_send_again_what_was_refused(hands: Hands, who: str) -> None:
    failed(hands.desk)
    assert all(press_all(hands, who))
    assert (published(hands.desk), draft_of(hands.desk).state) == ([], DraftState.FAILED)


def no_longer_an_approver(desk: Desk, who: str) -> None:
    groups = [replace(one, members=one.members - {who}) for one in desk.store.groups() if one.id == APPROVERS]
    desk.store.put_people([], groups)


def test_a_removed_approver_begins_no_second_attempt(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    shown = hands.button(ids.UNKNOWN_MISSING)
    no_longer_an_approver(hands.desk, BEN)
    assert all(press_all(hands, BEN, shown))
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


class RemovedMeanwhile(FakeNetwork):
    """A network that takes long to read; meanwhile the approver who pressed is removed."""

    desk: Desk
    removes = False

    def find_reply(self, *of: object) -> Sent | None:  # type: ignore[override]
        if self.removes:
            no_longer_an_approver(self.desk, BEN)
        return super().find_reply(*of)  # type: ignore[arg-type]


def test_an_approver_removed_while_the_network_was_read_decides_nothing(store: SqlStore) -> None:
    network = RemovedMeanwhile()
    desk = network.desk = a_desk(store, networks={("x", "42"): network})
    done_and_hidden(desk)
    look_until_a_person_decides(desk)
    everybody_is_known(desk)
    network.removes = True
    with pytest.raises(NotYours):
        by_hand.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.UNCONFIRMED


# --- when ---------------------------------------------------------------------------------------------------


def test_missing_and_try_again_within_a_third_of_a_second_make_no_second_reply(hands: Hands) -> None:
    done_and_hidden(hands.desk, readable=False)
    for by in (GUS, ANA, BEN):
        said = press_all(hands, by)
        clock(hands.desk).move(milliseconds=100)
        said += press_all(hands, by)
        assert all(said)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.UNCONFIRMED)


@pytest.mark.parametrize("minutes", [0, 1, 5, 14, 15, 20])
@pytest.mark.parametrize("readable", [True, False])
def test_before_the_networks_horizon_nobody_can_call_a_reply_missing(
    hands: Hands, minutes: int, *, readable: bool
) -> None:
    done_and_hidden(hands.desk, readable=readable)
    after(hands.desk, minutes=minutes)
    shown = hands.buttons()
    assert not any(action in shown for action in ((one, "") for one in BUTTONS))
    for one in (ids.UNKNOWN_MISSING, ids.UNKNOWN_ON_WORD):
        said = hands.press(one, value(hands.desk), BEN)
        assert "X shows posts within 15 minutes. From <!date^" in said
        assert " UTC> on an approver can say" in said
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.UNCONFIRMED)


def test_what_shows_in_the_very_reading_that_follows_the_press_is_the_reply(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    shown = hands.button(ids.UNKNOWN_MISSING)
    street(hands.desk).visible = True
    assert hands.press(ids.UNKNOWN_MISSING, shown, BEN) == ""
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def test_a_press_while_the_network_cannot_be_read_decides_nothing(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    shown = hands.button(ids.UNKNOWN_MISSING)
    street(hands.desk).readable = False
    assert "X does not answer. So nothing was decided." in hands.press(ids.UNKNOWN_MISSING, shown, BEN)
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED
    after(hands.desk, minutes=3)
    assert (ids.UNKNOWN_ON_WORD, "") in hands.buttons()


def test_what_shows_between_the_verdict_and_the_second_attempt_is_the_reply(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    called_missing(hands.desk)
    assert draft_of(hands.desk).state == DraftState.FAILED
    street(hands.desk).visible = True
    assert hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), BEN) == ""
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def test_a_second_attempt_is_not_made_while_the_network_cannot_be_read(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    called_missing(hands.desk)
    street(hands.desk).readable = False
    hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), BEN)
    draft = draft_of(hands.desk)
    assert (published(hands.desk), draft.state) == (ONCE, DraftState.FAILED)
    assert draft.why == "X does not answer. So it was not sent a second time."


def test_a_reply_that_really_is_missing_goes_out_once(hands: Hands) -> None:
    unconfirmed(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    hands.press(ids.UNKNOWN_MISSING, hands.button(ids.UNKNOWN_MISSING), BEN)
    assert hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), BEN) == ""
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def by_edit(desk: Desk) -> None:
    draft = draft_of(desk)
    words = review.Words(text=WORDS, replaces=draft.version, newest=draft.id)
    review.submit(desk, 1, words, by=ANA, at=desk.clock.now())


def by_a_new_draft(desk: Desk) -> None:
    review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    written(desk, 1)


def by_a_detour(desk: Desk) -> None:
    review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
    written(desk, 1, text="Priya, other words. ^AN")
    by_edit(desk)


ONCE_MORE = [by_edit, by_a_new_draft, by_a_detour]


@pytest.mark.parametrize("put_up", ONCE_MORE)
def test_the_same_words_under_a_new_approval_are_looked_for_first(
    hands: Hands, put_up: Callable[[Desk], None]
) -> None:
    done_and_hidden(hands.desk)
    called_missing(hands.desk)
    put_up(hands.desk)
    street(hands.desk).visible = True
    approve(hands.desk)
    send(hands.desk)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


@pytest.mark.parametrize("put_up", ONCE_MORE)
def test_nor_do_they_go_out_anew_while_the_network_cannot_be_read(
    hands: Hands, put_up: Callable[[Desk], None]
) -> None:
    done_and_hidden(hands.desk)
    called_missing(hands.desk)
    put_up(hands.desk)
    street(hands.desk).readable = False
    approve(hands.desk)
    send(hands.desk)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.FAILED)


def test_words_that_somebody_posted_by_hand_without_saying_so_are_looked_for_first(hands: Hands) -> None:
    failed(hands.desk)
    hands.press(ids.HAND_OVER, value(hands.desk), BEN)
    target = PostRef("x", "42", "100")
    street(hands.desk).published.append(("9000", target, WORDS))
    by_a_new_draft(hands.desk)
    approve(hands.desk)
    send(hands.desk)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def test_the_same_words_go_out_once_where_they_are_not_there(hands: Hands) -> None:
    unconfirmed(hands.desk)
    called_missing(hands.desk)
    by_a_new_draft(hands.desk)
    approve(hands.desk)
    send(hands.desk)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def test_the_link_of_another_reply_of_ours_settles_nothing(hands: Hands) -> None:
    """Taking back this reply would delete the other customer's reply."""
    approved(hands.desk)
    send(hands.desk)
    other = draft_of(hands.desk).attempt
    assert other is not None
    receive(hands.desk, a_post("200", "late", by="omar"))
    written(hands.desk, 2, text="Omar, it left us. ^AN")
    approve(hands.desk, 2)
    street(hands.desk).outcomes.append(OutcomeLost("No answer came."))
    send(hands.desk)
    with pytest.raises(NotUsable, match="another reply of ours"):
        by_hand.seen_by_hand(hands.desk, 2, other.url, by=BEN, at=hands.desk.clock.now())
    assert draft_of(hands.desk, 2).state == DraftState.UNCONFIRMED


# --- on a person's word ---------------------------------------------------------------------------------------


def test_where_nothing_can_be_read_an_approvers_word_counts_and_is_written_down(hands: Hands) -> None:
    unconfirmed(hands.desk)
    street(hands.desk).readable = False
    after(hands.desk, minutes=24)
    button = hands.button(ids.UNKNOWN_ON_WORD)
    assert hands.press(ids.UNKNOWN_ON_WORD, button, BEN) == ""
    line = hands.desk.store.audit("case:1")[-1]
    assert (line.verb, line.by, line.facts["on_word"]) == (DraftVerb.ABSENT, BEN, True)
    assert published(hands.desk) == []
    hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), BEN)
    assert published(hands.desk) == ONCE


def test_the_button_of_ones_own_word_asks_first_and_leads_to_the_network(hands: Hands) -> None:
    unconfirmed(hands.desk)
    street(hands.desk).readable = False
    after(hands.desk, minutes=24)
    hands.publish()
    shown = [
        one
        for message in hands.chat.messages.values()
        for block in message.blocks
        for one in block.get("elements", [])
    ]
    [word] = {one["confirm"]["text"]["text"] for one in shown if one.get("action_id") == ids.UNKNOWN_ON_WORD}
    assert "X could not be read" in word
    assert {one["url"] for one in shown if "url" in one} == {"https://x.example/priya/status/100"}


def test_a_word_is_not_taken_once_the_network_shows_the_reply(hands: Hands) -> None:
    done_and_hidden(hands.desk, readable=False)
    after(hands.desk, minutes=24)
    button = hands.button(ids.UNKNOWN_ON_WORD)
    street(hands.desk).readable = street(hands.desk).visible = True
    hands.press(ids.UNKNOWN_ON_WORD, button, BEN)
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.SENT)


def test_the_first_reading_after_a_long_silence_is_followed_by_a_second(hands: Hands) -> None:
    done_and_hidden(hands.desk, readable=False)
    after(hands.desk, minutes=24)
    button = hands.button(ids.UNKNOWN_ON_WORD)
    street(hands.desk).readable = True
    assert "From <!date^" in hands.press(ids.UNKNOWN_ON_WORD, button, BEN)
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED
    assert hands.desk.store.next_look_at() == hands.desk.clock.now() + 5 * MINUTE


# --- which attempt ----------------------------------------------------------------------------------------------


def lost_again(desk: Desk) -> None:
    """The second attempt has an unknown outcome too."""
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    by_hand.send_again(desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now())
    assert draft_of(desk).state == DraftState.UNCONFIRMED


def test_the_buttons_of_one_attempt_settle_no_other(hands: Hands) -> None:
    unconfirmed(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    shown = hands.button(ids.UNKNOWN_MISSING)
    called_missing(hands.desk)
    again = hands.button(ids.SEND_AGAIN)
    lost_again(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    for old in (shown, again):
        for said in press_all(hands, BEN, old):
            assert "an earlier attempt" in said or "settled already" in said
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


def test_a_form_opened_over_one_attempt_settles_no_other(hands: Hands) -> None:
    unconfirmed(hands.desk)
    hands.press(ids.UNKNOWN_SEEN, hands.button(ids.UNKNOWN_SEEN))
    form = hands.form()
    called_missing(hands.desk)
    lost_again(hands.desk)
    answer = hands.submit(form=form, **{ids.LINK_INPUT: "https://x.example/northwind/status/9000"})
    assert "an earlier attempt" in str(answer)
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


def test_a_button_of_an_earlier_version_of_the_desk_settles_nothing(hands: Hands) -> None:
    unconfirmed(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    draft = draft_of(hands.desk)
    old = ids.button_value(ids.DRAFT, draft.id, f"{draft.version}-{draft.seen}", hands.desk.secret)
    assert all(press_all(hands, BEN, old))
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


@pytest.mark.parametrize("action", [ids.UNKNOWN_MISSING, ids.SEND_AGAIN])
def test_five_clicks_at_once_have_one_effect(hands: Hands, action: str) -> None:
    unconfirmed(hands.desk)
    look_until_a_person_decides(hands.desk)
    everybody_is_known(hands.desk)
    if action == ids.SEND_AGAIN:
        called_missing(hands.desk)
    shown = hands.button(action)
    said = [hands.press(action, shown, by) for by in (BEN, CARO, BEN, CARO, BEN)]
    assert said[0] == ""
    assert all(said[1:])
    assert verbs(hands.desk).count(DraftVerb.ABSENT) == 1
    assert len(published(hands.desk)) == (action == ids.SEND_AGAIN)


# --- other ways ---------------------------------------------------------------------------------------------------


Way = Callable[[Desk], object]
WAYS: dict[str, Way] = {
    "withdrawing it": lambda desk: review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now()),
    "writing anew": lambda desk: review.begin_writing(desk, 1, by=ANA, at=desk.clock.now()),
    "the same words once more": lambda desk: review.submit(
        desk, 1, review.Words(text=WORDS, replaces=1), by=ANA, at=desk.clock.now()
    ),
    "approving it once more": lambda desk: approve(desk, by=CARO),
    "stopping it": lambda desk: solo.stop(desk, draft_of(desk).id, by=BEN, at=desk.clock.now()),
    "posting it by hand": lambda desk: by_hand.hand_over(
        desk, draft_of(desk).id, version=1, attempt=attempt_of(desk), by=BEN, at=desk.clock.now()
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_other_way_leads_from_an_unknown_outcome_to_a_second_reply(hands: Hands, way: Way) -> None:
    done_and_hidden(hands.desk)
    with pytest.raises(Refusal):
        way(hands.desk)
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


@pytest.mark.parametrize("words", ["", "case 1", "case 1 high", "mine", "queue", "next", "status", "find charged"])
def test_no_command_leads_to_a_second_reply(hands: Hands, words: str) -> None:
    done_and_hidden(hands.desk)
    hands.command(words, GUS)
    sending.send_due(hands.desk, clock(hands.desk).move(seconds=1))
    assert (published(hands.desk), draft_of(hands.desk).state) == (ONCE, DraftState.UNCONFIRMED)


@pytest.mark.parametrize("withdrawn", [0, 1, 2])
def test_prepared_words_are_no_way_round_for_who_may_not_approve(store: SqlStore, withdrawn: int) -> None:
    lanes = LaneRule(lanes=frozenset({Lane.TEMPLATE, Lane.REASON}))
    desk = a_desk(store, policy=replace(POLICY, solo=(lanes,)))
    unconfirmed(desk)
    called_missing(desk)
    for who in (BEN, CARO):
        shifts.go_off(desk, by=who, at=desk.clock.now())
    for _ in range(withdrawn):
        review.withdraw(desk, draft_of(desk).id, by=ANA, at=desk.clock.now())
        written(desk, 1)
    for who, lanes_open in ((GUS, []), (ANA, []), (BEN, [Lane.TEMPLATE, Lane.REASON])):
        found = solo.offered(desk, only_case(desk), by=who, at=desk.clock.now())
        assert found is not None
        assert list(found.lanes) == lanes_open


# --- an answer that names another post --------------------------------------------------------------------------


class Misnaming(FakeNetwork):
    """A network that publishes the reply and answers with the id of another post."""

    says = ""

    def reply(self, target: PostRef, text: str, key: str) -> SendOutcome:
        made = super().reply(target, text, key)
        return Sent(self.says, self.post_url(self.says)) if isinstance(made, Sent) else made


FOREIGN = {
    "none": "",
    "the post that is answered": "100",
    "another customer's post": "200",
    "a post of ours in another place": "555",
    "an earlier reply of ours": "9000",
}


@pytest.mark.parametrize("named", FOREIGN.values(), ids=FOREIGN)
def test_an_answer_that_names_a_post_we_know_is_no_success(store: SqlStore, named: str) -> None:
    network = Misnaming(published=[("9000", PostRef("x", "42", "200"), "Omar, it left us. ^AN")])
    desk = a_desk(store, networks={("x", "42"): network})
    receive(desk, a_post("100", "Charged twice"), a_post("200", "late", by="omar"))
    receive(desk, our_post("555", "Hello", to="200", root="200"), stream="own")
    receive(desk, our_post("9000", "Omar, it left us. ^AN", to="200", root="200"), stream="own")
    written(desk, 1)
    approve(desk)
    network.says = named
    sending.send_due(desk, desk.clock.now())
    draft = draft_of(desk)
    assert (draft.state, len(network.published)) == (DraftState.UNCONFIRMED, 2)
    assert "names a post that is not our reply" in draft.why
    sending.check_due_outcomes(desk, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, draft_of(desk).attempt.post_id, len(network.published)) == (  # type: ignore[union-attr]
        DraftState.SENT,
        "9001",
        2,
    )


def test_a_reply_of_ours_to_the_same_post_is_not_taken_for_the_next_one(store: SqlStore) -> None:
    network = Misnaming()
    desk = a_desk(store, networks={("x", "42"): network})
    network.says = "9000"
    approved(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.SENT
    written(desk, 1, text="And the refund is on its way. ^AN")
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert (draft_of(desk).state, len(network.published)) == (DraftState.UNCONFIRMED, 2)


class ReadsBack(FakeNetwork):
    """A network that shows a post at once, or not at all, or with another text."""

    shows: bool | NetworkTrouble | None = True

    def is_our_reply(self, post_id: str, target: PostRef, text: str, key: str) -> bool | None:
        if isinstance(self.shows, NetworkTrouble):
            raise self.shows
        return self.shows


@pytest.mark.parametrize(
    ("shows", "state"),
    [
        (True, DraftState.SENT),
        (None, DraftState.SENT),
        (False, DraftState.UNCONFIRMED),
        (NetworkTrouble("X does not answer."), DraftState.UNCONFIRMED),
    ],
)
def test_where_a_network_shows_the_post_it_is_read_back(
    store: SqlStore, shows: bool | NetworkTrouble | None, state: DraftState
) -> None:
    network = ReadsBack()
    network.shows = shows
    desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    sending.send_due(desk, desk.clock.now())
    assert (draft_of(desk).state, published(desk)) == (state, ONCE)
    sending.check_due_outcomes(desk, clock(desk).move(seconds=30))
    assert (draft_of(desk).state, published(desk)) == (DraftState.SENT, ONCE)


def test_an_answer_about_a_taking_back_that_names_another_post_is_no_success(store: SqlStore) -> None:
    class Other(FakeNetwork):
        def take_back(self, post_id: str) -> SendOutcome:
            return Sent("666", "")

    network = Other()
    desk = a_desk(store, networks={("x", "42"): network})
    approved(desk)
    send(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=desk.clock.now())
    approve(desk)
    send(desk)
    assert draft_of(desk).state == DraftState.FAILED
    assert "names another post" in draft_of(desk).why


# --- each network's own visibility_delay -----------------------------------------------------------------------------------


class Keyed(FakeNetwork):
    """A network that proves by the key what became of an attempt, and shows its posts within a minute."""

    def find_reply(self, *of: object) -> Sent | ProvenAbsent | None:  # type: ignore[override]
        return super().find_reply(*of) or ProvenAbsent()  # type: ignore[arg-type]


def test_a_network_with_a_horizon_of_its_own_says_it(store: SqlStore) -> None:
    network = Keyed(visibility_delay=VisibilityDelay(shows_within=MINUTE, apart=timedelta()), readable=False)
    desk = a_desk(store, networks={("x", "42"): network})
    unconfirmed(desk)
    sending.check_due_outcomes(desk, clock(desk).move(seconds=59))
    with pytest.raises(Refusal, match="within 1 minute"):
        by_hand.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now(), on_word=True)
    clock(desk).move(minutes=3, seconds=1)
    by_hand.missing(desk, draft_of(desk).id, attempt=attempt_of(desk), by=BEN, at=desk.clock.now(), on_word=True)
    assert draft_of(desk).state == DraftState.FAILED


def test_a_clock_set_back_makes_the_horizon_longer_and_never_shorter(hands: Hands) -> None:
    done_and_hidden(hands.desk)
    clock(hands.desk).move(hours=-1)
    everybody_is_known(hands.desk)
    with pytest.raises(Refusal):
        by_hand.missing(
            hands.desk, draft_of(hands.desk).id, attempt=attempt_of(hands.desk), by=BEN, at=hands.desk.clock.now()
        )
    assert draft_of(hands.desk).state == DraftState.UNCONFIRMED


def test_the_same_words_that_were_refused_need_an_approver_each_time(hands: Hands) -> None:
    failed(hands.desk)
    street(hands.desk).outcomes.append(NotSent("X says no."))
    assert hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), BEN) == ""
    assert hands.press(ids.SEND_AGAIN, hands.button(ids.SEND_AGAIN), ANA) != ""
    assert published(hands.desk) == []
    with pytest.raises(Outdated):
        by_hand.send_again(
            hands.desk, draft_of(hands.desk).id, version=1, attempt=1, by=BEN, at=hands.desk.clock.now()
        )
    assert only_case(hands.desk).draft is not None

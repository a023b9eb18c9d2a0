"""A private message that our reply asked for belongs to the public case."""

from datetime import timedelta

import pytest

from bot.blocks.cases import card as case_card
from bot.blocks.cases import thread_messages
from bot.blocks.replies import forms
from bot.domain.base.tables import CaseState, CaseVerb, DraftState, FactVerb
from bot.domain.cases.case import Case
from bot.domain.mentions.mention import Mention, PostRef
from bot.domain.slack.readers import InChannel
from bot.ports import Desk, NotSent, OutcomeLost
from bot.services.cases import another_matter, casework
from bot.services.cases.view import view
from bot.services.replies import correcting, review, sending
from storage import SqlStore
from tests.blocks.reading import plainly, read
from tests.fakes import ANA, BEN, BILLING, DEE, LEADS, NOON, FakeNetwork, a_desk, a_post, our_post
from tests.services.journey import approve, clock, draft_of, receive, seen, send, street, verbs, written

ASKS = "Priya, that's on us. Please send us your order number by private message. ^AN"


def message(post_id: str = "m5", text: str = "It is 4711", *, by: str = "priya", **facts: object) -> Mention:
    """Return a private message to our account."""
    usual: dict[str, object] = {"private": True, "root_id": f"with-id-{by}", "parent_id": None}
    usual["at"] = NOON + timedelta(minutes=30)
    return a_post(post_id, text, by=by, **{**usual, **facts})  # type: ignore[arg-type]


def answered(desk: Desk, text: str = ASKS, post_id: str = "100", case_id: int = 1) -> Case:
    """Return a public case whose reply went out."""
    receive(desk, a_post(post_id, "Charged twice @northwind", at=clock(desk).now()))
    written(desk, case_id, text=text)
    approve(desk, case_id)
    sending.send_due(desk, desk.clock.now())
    return desk.store.case(case_id)


def comes(desk: Desk, *posts: Mention) -> int:
    clock(desk).move(minutes=30)
    return receive(desk, *posts)


def cases(desk: Desk) -> list[int]:
    return [case.id for case in desk.store.cases(range(1, 9))]


# --- the same case-------------------------------------------------------------------------------------------


def test_a_private_message_that_we_asked_for_goes_on_with_the_public_case(desk: Desk) -> None:
    assert answered(desk).state == CaseState.PENDING
    comes(desk, message())
    case = desk.store.case(1)
    assert (cases(desk), case.state, case.assignee) == ([1], CaseState.OPEN, ANA)
    assert case.promise
    assert case.promise.started_at == NOON + timedelta(minutes=30)
    assert [one.ref.post_id for one in desk.store.mentions(1)] == ["100", "9000", "m5"]
    assert verbs(desk)[-1] == CaseVerb.AUTHOR_WROTE


def test_a_reply_that_did_not_ask_leaves_a_private_message_a_case_of_its_own(desk: Desk) -> None:
    answered(desk, text="Priya, charged twice is on us. The refund is on its way. ^AN")
    comes(desk, message())
    assert cases(desk) == [1, 2]


def test_a_message_of_somebody_else_is_a_case_of_its_own(desk: Desk) -> None:
    answered(desk)
    comes(desk, message(by="omar"))
    assert cases(desk) == [1, 2]


def test_the_next_messages_go_on_there_too_and_each_is_taken_in_once(desk: Desk) -> None:
    answered(desk)
    assert [comes(desk, message()), comes(desk, message()), comes(desk, message("m6"))] == [1, 0, 1]
    assert (cases(desk), len(desk.store.mentions(1))) == ([1], 4)


def test_the_answer_that_is_owed_then_goes_out_privately(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    written(desk, 1, text="Thank you, Priya. Could you send your postcode as well? ^AN")
    case = desk.store.case(1)
    assert (draft_of(desk).target, seen(desk, case).draft_is_private) == (PostRef("x", "42", "m5"), True)
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    told = plainly(thread_messages.draft(seen(desk, case), desk.secret).text)
    assert told.startswith("Case 1: Ana's draft for Priya, in private.")
    first = desk.store.case_at_draft(1)
    assert ", in private" not in plainly(thread_messages.draft(seen(desk, first), desk.secret).text)
    ours = [(one.ref.post_id, one.private) for one in desk.store.mentions(1) if one.side == "ours"]
    assert ours == [("9000", False), ("9001", True)]
    assert (street(desk).published[-1][1].post_id, desk.store.case(1).state) == ("m5", CaseState.PENDING)
    comes(desk, message("m7", "SW1A 1AA"))
    assert cases(desk) == [1]


def test_who_writes_in_public_again_is_answered_in_public(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    comes(desk, a_post("101", "Hello?", root="100", at=NOON + timedelta(minutes=50)))
    assert review.target_of(desk, desk.store.case(1)).ref.post_id == "101"
    assert not seen(desk, desk.store.case(1)).reply_is_private
    with pytest.raises(review.NotUsable, match="where everybody reads"):
        written(desk, 1, text="Please send us your order number here. ^AN")


def test_a_correction_of_the_public_reply_is_read_as_public(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    with pytest.raises(review.NotUsable, match="where everybody reads"):
        correcting.correct(
            desk, 1, "Please send us your order number. ^AN", take_back=False, by=ANA, at=desk.clock.now()
        )


def test_the_card_and_the_form_say_so_and_the_words_stay_in_the_channel(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    shown = seen(desk, desk.store.case(1))
    card = case_card.card(shown, desk.secret)
    assert card.kept_to == BILLING
    went = "\N{LOCK} went on in private messages at 12:30 UTC: a reply reaches Priya and nobody else"
    assert went in plainly(card.text)
    form = forms.reply(shown, (), chosen="", facts={}, words="", notes=[], metadata={"case": 1})
    assert "The private reply to Priya" in str(form)
    assert desk.store.find("4711", private=False) == []


def test_who_may_not_read_it_sees_that_it_went_on_and_no_words(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    elsewhere = case_card.card(view(desk, desk.store.case(1), InChannel(LEADS), desk.clock.now()), desk.secret)
    assert "private message, words hidden here" in plainly(elsewhere.text)
    assert not [word for word in ("4711", "Priya", "Charged") if word in str(elsewhere)]


# --- which reply asked for it --------------------------------------------------------------------------------


def test_a_correction_that_asks_counts(desk: Desk) -> None:
    answered(desk, text="Priya, charged twice is on us. ^AN")
    correcting.correct(desk, 1, ASKS, take_back=False, by=ANA, at=NOON)
    approve(desk)
    sending.send_due(desk, NOON)
    comes(desk, message())
    assert cases(desk) == [1]


def test_a_reply_that_was_taken_back_asks_nobody(desk: Desk) -> None:
    answered(desk)
    correcting.correct(desk, 1, "", take_back=True, by=ANA, at=NOON)
    approve(desk)
    sending.send_due(desk, NOON)
    comes(desk, message())
    assert cases(desk) == [1, 2]


def test_an_answer_from_the_networks_own_app_that_asks_counts(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    receive(desk, our_post("90", ASKS, to="100", root="100"), stream="own")
    comes(desk, message())
    assert cases(desk) == [1]


@pytest.mark.parametrize("state", [DraftState.UNCONFIRMED, DraftState.BY_HAND])
def test_a_message_may_come_before_our_reply_was_read_back(desk: Desk, state: DraftState) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    written(desk, 1, text=ASKS)
    approve(desk)
    lost = state == DraftState.UNCONFIRMED
    street(desk).outcomes.append(
        OutcomeLost("No answer came.") if lost else NotSent("X lets no app answer.", by_hand=True)
    )
    send(desk)
    assert draft_of(desk).state == state
    comes(desk, message())
    assert (cases(desk), len(desk.store.mentions(1))) == ([1], 2)


def test_a_reply_that_was_refused_asked_nobody(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    written(desk, 1, text=ASKS)
    approve(desk)
    street(desk).outcomes.append(NotSent("X says no."))
    send(desk)
    comes(desk, message())
    assert cases(desk) == [1, 2]


def test_a_reply_found_late_asked_from_when_it_was_public(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    written(desk, 1, text=ASKS)
    approve(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send(desk)
    street(desk).commits_first = False
    comes(desk, message())
    clock(desk).move(minutes=30)
    sending.check_due_outcomes(desk, desk.clock.now())
    case = desk.store.case(1)
    assert (cases(desk), draft_of(desk).state, case.state) == ([1], DraftState.SENT, CaseState.OPEN)
    assert case.promise
    assert case.promise.clock_runs


def test_a_solved_case_is_reopened_as_usual(desk: Desk) -> None:
    answered(desk)
    casework.solve(desk, 1, by=ANA, at=NOON)
    comes(desk, message())
    assert (cases(desk), desk.store.case(1).state) == ([1], CaseState.OPEN)


def test_what_was_set_aside_or_closed_buries_no_message(desk: Desk) -> None:
    answered(desk)
    casework.set_aside(desk, 1, by=ANA, at=NOON, reason="spam", until=NOON + timedelta(days=9))
    comes(desk, message())
    assert (cases(desk), desk.store.case(2).private) == ([1, 2], True)


def test_of_two_cases_whose_replies_asked_the_later_one_goes_on_and_says_so(desk: Desk) -> None:
    answered(desk)
    clock(desk).move(minutes=5)
    answered(desk, text=ASKS.replace("order", "booking"), post_id="200", case_id=2)
    comes(desk, message(at=NOON + timedelta(minutes=40)))
    assert [one.ref.post_id for one in desk.store.mentions(2)] == ["200", "9001", "m5"]
    assert "it may be about case 1, where we asked for one, too" in plainly(
        case_card.card(seen(desk, desk.store.case(2)), desk.secret).text
    )


def test_a_private_case_that_waits_for_us_keeps_its_own_messages(desk: Desk) -> None:
    receive(desk, message("m1", at=NOON - timedelta(minutes=5)))
    answered(desk, case_id=2)
    comes(desk, message())
    assert [one.ref.post_id for one in desk.store.mentions(1)] == ["m1", "m5"]


# --- promises ------------------------------------------------------------------------------------------------

WITHIN = f"{ASKS[:-4]} You'll have an answer from me within two hours of that. ^AN"


def with_promise(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    spoken = review.recognised(WITHIN, NOON, desk.policy.hours.zone)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    review.submit(desk, 1, review.Words(text=WITHIN, spoken=spoken), by=ANA, at=NOON)
    approve(desk)
    sending.send_due(desk, NOON)


def test_the_form_and_the_approver_read_from_when_it_counts(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    spoken = review.recognised(WITHIN, NOON, desk.policy.hours.zone)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    shown = seen(desk, desk.store.case(1))
    about = {"chosen": "", "facts": {}, "notes": [], "metadata": {"case": 1}}
    form = forms.reply(shown, (), words=WITHIN, spoken=spoken, **about)  # type: ignore[arg-type]
    assert "Remind me within two hours of when Priya writes" in str(form)
    review.submit(desk, 1, review.Words(text=WITHIN, spoken=spoken), by=ANA, at=NOON)
    draft = read(thread_messages.draft(seen(desk, desk.store.case(1)), desk.secret))
    assert 'Ana is reminded to answer "within two hours" of when Priya writes' in draft


def test_a_promise_that_counts_from_their_message_does_not_run_before_it_comes(desk: Desk) -> None:
    with_promise(desk)
    assert desk.store.case(1).due_at is None
    assert desk.store.next_reminder_at() is None


def test_it_runs_from_their_message_on_and_the_private_answer_keeps_it(desk: Desk) -> None:
    with_promise(desk)
    comes(desk, message())
    case = desk.store.case(1)
    assert case.spoken
    assert case.spoken.due_at == NOON + timedelta(hours=2, minutes=30)
    written(desk, 1, text="It is on its way, Priya. ^AN")
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    case = desk.store.case(1)
    assert case.spoken
    assert (case.spoken.unsettled, case.due_at) == (False, None)


def test_its_messages_in_the_thread_offer_to_call_it_another_matter(desk: Desk) -> None:
    answered(desk)
    comes(desk, message())
    shown = seen(desk, desk.store.case(1))
    post = shown.mentions[-1]
    assert "[ This is another matter ]" in read(thread_messages.follow_up(shown, post, desk.secret))
    assert "Our reply asked for a private message" in plainly(
        thread_messages.follow_up(shown, post, desk.secret).text
    )


def test_it_runs_also_where_their_message_came_before_our_reply_was_read_back(desk: Desk) -> None:
    receive(desk, a_post("100", "Charged twice @northwind"))
    spoken = review.recognised(WITHIN, NOON, desk.policy.hours.zone)
    review.begin_writing(desk, 1, by=ANA, at=NOON)
    review.submit(desk, 1, review.Words(text=WITHIN, spoken=spoken), by=ANA, at=NOON)
    approve(desk)
    street(desk).outcomes.append(OutcomeLost("No answer came."))
    street(desk).commits_first = True
    send(desk)
    street(desk).commits_first = False
    comes(desk, message())
    sending.check_due_outcomes(desk, clock(desk).move(minutes=30))
    case = desk.store.case(1)
    assert (draft_of(desk).state, case.state) == (DraftState.SENT, CaseState.OPEN)
    assert case.spoken
    assert case.spoken.due_at == NOON + timedelta(hours=2, minutes=30)


# --- another matter ------------------------------------------------------------------------------------------


def joined(desk: Desk) -> int:
    answered(desk)
    comes(desk, message(), message("m6", "and hello"))
    return desk.store.mentions(1)[2].id


def test_a_person_makes_it_a_case_of_its_own(desk: Desk) -> None:
    new = another_matter.set_apart(desk, 1, joined(desk), by=DEE, at=desk.clock.now())
    old = desk.store.case(1)
    assert (new.id, new.private, new.state, new.root_id) == (2, True, CaseState.NEW, "with-id-priya")
    assert new.promise
    assert new.promise.started_at == NOON + timedelta(minutes=30)
    assert [one.ref.post_id for one in desk.store.mentions(2)] == ["m5", "m6"]
    assert (old.state, old.assignee, old.due_at) == (CaseState.PENDING, ANA, None)
    assert old.promise
    assert (old.promise.unsettled, old.promise.kept_at) == (False, None)
    assert verbs(desk)[-1] == CaseVerb.SPLIT_OFF
    assert desk.store.audit("case:1")[-1].by == desk.store.audit("case:2")[0].by == DEE
    assert desk.store.audit("case:1")[-1].facts["moved"] == [one.id for one in desk.store.mentions(2)]
    assert desk.store.mention(old.latest).ref.post_id == "100"


def test_the_next_messages_go_to_the_case_of_its_own(desk: Desk) -> None:
    another_matter.set_apart(desk, 1, joined(desk), by=DEE, at=desk.clock.now())
    comes(desk, message("m7"))
    assert [one.ref.post_id for one in desk.store.mentions(2)] == ["m5", "m6", "m7"]


def test_a_public_post_that_waits_as_well_keeps_the_case_ours(desk: Desk) -> None:
    post = joined(desk)
    comes(desk, a_post("101", "Hello?", root="100", at=NOON + timedelta(minutes=50)))
    another_matter.set_apart(desk, 1, post, by=DEE, at=desk.clock.now())
    case = desk.store.case(1)
    assert (case.state, desk.store.mention(case.latest).ref.post_id) == (CaseState.OPEN, "101")
    assert verbs(desk)[-1] == FactVerb.SPLIT_OFF_BESIDE
    assert case.promise
    assert case.promise.clock_runs


def test_a_draft_that_was_to_answer_it_answers_the_public_post_and_is_read_again(desk: Desk) -> None:
    post = joined(desk)
    written(desk, 1, text="It is on its way, Priya. ^AN")
    another_matter.set_apart(desk, 1, post, by=DEE, at=desk.clock.now())
    draft = draft_of(desk)
    assert (draft.state, draft.target.post_id, draft.stale) == (DraftState.IN_REVIEW, "100", "part")
    approve(desk)
    sending.send_due(desk, desk.clock.now())
    assert street(desk).published[-1][1].post_id == "100"


@pytest.mark.parametrize("state", ["sending", "answered", "twice", "opened"])
def test_where_it_cannot_be_told_apart_any_more_somebody_is_told(desk: Desk, state: str) -> None:
    post, case_id = (0, 1) if state == "opened" else (joined(desk), 1)
    if state == "opened":
        receive(desk, message())
        post = desk.store.mentions(1)[0].id
    if state in {"sending", "answered"}:
        written(desk, 1, text="It is on its way, Priya. ^AN")
        approve(desk)
        street(desk).outcomes += [OutcomeLost("No answer came.")] if state == "sending" else []
        sending.send_due(desk, desk.clock.now())
    if state == "twice":
        another_matter.set_apart(desk, 1, post, by=DEE, at=desk.clock.now())
    before = cases(desk)
    with pytest.raises(another_matter.Refusal):
        another_matter.set_apart(desk, case_id, post, by=BEN, at=desk.clock.now())
    assert cases(desk) == before


# --- two accounts of a network ------------------------------------------------------------------------------


@pytest.fixture
def two(store: SqlStore) -> Desk:
    """Return a desk with two accounts on a network that names a private conversation by its customer alone."""
    return a_desk(store, networks={("x", "42"): FakeNetwork(), ("x", "43"): FakeNetwork(account="43")})


def to_other(post_id: str, **facts: object) -> Mention:
    return message(post_id, "It is 4712", ref=PostRef("x", "43", post_id), **facts)


def test_private_messages_to_two_accounts_are_two_conversations(two: Desk) -> None:
    comes(two, message("m1"))
    comes(two, to_other("n1"))
    comes(two, message("m2"), to_other("n2"))
    found = {
        case.account: [one.ref.post_id for one in two.store.mentions(case.id)]
        for case in map(two.store.case, cases(two))
    }
    assert found == {"42": ["m1", "m2"], "43": ["n1", "n2"]}


def test_a_message_to_the_other_account_stays_its_own_case_also_once_the_first_is_closed(two: Desk) -> None:
    comes(two, message("m1"))
    comes(two, to_other("n1"))
    casework.solve(two, 1, by=ANA, at=clock(two).now())
    casework.tidy(two, clock(two).move(days=30))
    assert two.store.case(1).state == CaseState.CLOSED
    later = clock(two).now()
    receive(two, to_other("n2", at=later), message("m2", at=later))
    found = [(case.account, len(two.store.mentions(case.id))) for case in map(two.store.case, cases(two))]
    assert found == [("42", 1), ("43", 2), ("42", 1)]

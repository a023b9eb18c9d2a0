"""The effects of sending the reply form: no words are lost, and a draft is submitted completely or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.base.refusals import NotUsable
from bot.domain.base.tables import DraftState
from bot.domain.promises.spoken_promise import PromiseAnswer, Spoken
from bot.domain.replies.seen_mark import conversation_mark
from bot.domain.replies.solo import Lane, LaneRule
from bot.ports import Desk
from bot.services.replies import correcting, review
from bot.services.replies.reply_form import ReplyForm, spoken_in
from bot.services.replies.sent_form import put_up
from bot.services.team import handover, shifts
from storage import SqlStore
from tests.fakes import ANA, BEN, CARO, NOON, POLICY, a_desk
from tests.services.doubles import BreakingStore, Killed, at_call
from tests.services.journey import a_case, delivered, draft_of, only_case, verbs

PLAIN = "Priya, sorry about that. We have found the parcel. ^AN"
PROMISES = "Priya, sorry about that. We will get back to you by 17:00. ^AN"
LANES = {Lane.USUAL: DraftState.IN_REVIEW, Lane.REASON: DraftState.APPROVED}  # the draft's state after each lane


@pytest.fixture
def desk(store: SqlStore) -> Desk:
    """A desk with one case of Ana's, while nobody else can approve."""
    rule = LaneRule(lanes=frozenset({Lane.REASON}))
    desk = a_desk(store, policy=replace(POLICY, solo=(rule,)))
    review.begin_writing(desk, a_case(desk, "Charged twice @northwind").id, by=BEN, at=NOON)
    return desk


def alone(desk: Desk) -> Desk:
    for who in (ANA, CARO):
        shifts.go_off(desk, by=who, at=NOON)
    return desk


def sent(desk: Desk, text: str, answer: PromiseAnswer | None = None, lane: Lane = Lane.USUAL) -> ReplyForm | None:
    form = ReplyForm(words=text, lane=lane, why="Her train leaves at ten")
    seen = conversation_mark(only_case(desk), desk.store.mentions(1))
    return put_up(desk, 1, form, answer or PromiseAnswer(), seen=seen, by=BEN, at=NOON)


def kept(desk: Desk) -> str:
    return desk.store.saved_words(1, BEN).get("words", "")


def promised(desk: Desk) -> Spoken:
    found = spoken_in(desk, ReplyForm(words=PROMISES), NOON)
    assert found is not None
    return found


@pytest.mark.parametrize(("lane", "stands"), LANES.items())
def test_what_is_put_up_or_let_out_is_kept_for_its_writer_no_more(desk: Desk, lane: Lane, stands: DraftState) -> None:
    assert sent(alone(desk), PLAIN, lane=lane) is None
    assert (draft_of(desk).state, draft_of(desk).text, kept(desk)) == (stands, PLAIN, "")


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("dies", ["drop_words", "record"])
def test_a_kill_leaves_the_words_kept_or_put_up_never_both(desk: Desk, lane: Lane, dies: str) -> None:
    broken = replace(alone(desk), store=BreakingStore(desk.store, **{dies: at_call(1, Killed())}))  # type: ignore[arg-type]
    with pytest.raises(Killed):
        sent(broken, PLAIN, lane=lane)
    assert (only_case(desk).draft, kept(desk)) == (None, PLAIN)


@pytest.mark.parametrize("text", ["", "x" * 400], ids=["none", "long"])
def test_what_is_refused_stays_kept(desk: Desk, text: str) -> None:
    with pytest.raises(NotUsable):
        sent(desk, text)
    assert (only_case(desk).draft, kept(desk)) == (None, text)


def test_a_promise_is_asked_about_before_anything_is_put_up(desk: Desk) -> None:
    asks = sent(desk, PROMISES)
    assert asks is not None
    assert (asks.words, only_case(desk).draft, kept(desk)) == (PROMISES, None, PROMISES)


@pytest.mark.parametrize("keeps", [True, False])
def test_a_promise_that_was_asked_about_counts_as_it_was_answered(desk: Desk, keeps: bool) -> None:
    assert sent(desk, PROMISES, PromiseAnswer(asked=promised(desk).mark, keeps=keeps)) is None
    assert draft_of(desk).spoken == (promised(desk) if keeps else None)


def test_an_answer_about_another_promise_is_none_about_this_one(desk: Desk) -> None:
    before = replace(promised(desk), due_at=promised(desk).due_at - timedelta(hours=1))
    assert sent(desk, PROMISES, PromiseAnswer(asked=before.mark, keeps=True)) is not None
    assert only_case(desk).draft is None


@pytest.fixture
def answered(store: SqlStore) -> Desk:
    desk = a_desk(store)
    delivered(desk)
    return desk


def correct(desk: Desk, answer: PromiseAnswer, *, take_back: bool = False) -> Spoken | None:
    reply = draft_of(desk).id
    return correcting.put_up(desk, reply, PROMISES, answer, take_back=take_back, by=ANA, at=desk.clock.now())


def test_a_promise_in_a_correction_is_asked_about_first_too(answered: Desk) -> None:
    asks = correct(answered, PromiseAnswer())
    assert asks is not None
    assert draft_of(answered).state == DraftState.SENT
    assert correct(answered, PromiseAnswer(asked=asks.mark, keeps=True)) is None
    assert (draft_of(answered).text, draft_of(answered).spoken) == (PROMISES, asks)


def test_who_takes_a_reply_back_is_asked_about_no_promise(answered: Desk) -> None:
    assert correct(answered, PromiseAnswer(), take_back=True) is None
    assert draft_of(answered).state == DraftState.IN_REVIEW


@pytest.mark.parametrize(
    ("trouble", "refused"), [({"to": ""}, NotUsable), ({"to": CARO}, Killed)], ids=["refused", "killed"]
)
def test_a_note_is_kept_until_the_case_is_given(
    desk: Desk, trouble: dict[str, str], refused: type[BaseException]
) -> None:
    at_last: Callable[..., None] = at_call(2, Killed())
    broken = replace(desk, store=BreakingStore(desk.store, save_words=at_last))  # type: ignore[arg-type]
    with pytest.raises(refused):
        handover.give(broken, 1, **trouble, note="she waits", priority="high", by=BEN, at=NOON)
    assert desk.store.saved_words(1, BEN).get("note") == "she waits"
    assert (only_case(desk).assignee, verbs(desk)) == (BEN, ["opened", "claim"])
